// A slider for every parameter, grouped, with its unit, basis, plausible range and default.

import { capital } from "./legend.js";
import { button, freshId, make, shortNumber, withAttributes } from "./dom.js";

const OPEN = ["lever", "obstacle"];
const NARROW = 700; // here the sliders stand below the picture, closed

export class Sliders {
  // `moved(name, value)` is called on every move, `put(name)` when one is put back.
  constructor(schema, { moved, put }) {
    this.schema = schema;
    this.moved = moved;
    this.put = put;
    this.rows = new Map();
    this.element = make("div.sliders");
    this.search = withAttributes(make("input.find"), {
      type: "search", placeholder: "Find a parameter", "aria-label": "Find a parameter",
    });
    this.search.addEventListener("input", () => this.filter());
    this.groups = make("div.groups");
    this.element.append(this.search, this.groups);
  }

  // Build the sliders of a model.
  build(model) {
    this.rows.clear();
    this.groups.replaceChildren();
    for (const [group, title] of Object.entries(this.schema.groups)) {
      const members = model.parameters.filter((each) => each.group === group);
      if (!members.length) continue;
      const box = make("details.group", make("summary", title, make("span.count", String(members.length))));
      box.open = OPEN.includes(group) && innerWidth > NARROW;
      for (const parameter of members) box.append(this.row(parameter));
      this.groups.append(box);
    }
    this.filter();
  }

  row(parameter) {
    const { name, ends, plausible } = parameter;
    const id = freshId(name);
    const input = withAttributes(make("input"), {
      type: "range", id, min: ends[0], max: ends[1], step: "any", "data-parameter": name, "aria-describedby": `${id}-about`,
    });
    const label = withAttributes(make("label", capital(parameter.title), " ", make("small", parameter.unit)), { for: id });
    const value = withAttributes(make("output"), { for: id });
    const back = button("↺", () => this.put(name), ".back");
    back.setAttribute("aria-label", `Put ${parameter.title} back`);
    const share = (number) => (number - ends[0]) / (ends[1] - ends[0]);
    input.style.setProperty("--from", share(plausible[0]));
    input.style.setProperty("--to", share(plausible[1]));
    input.style.setProperty("--default", share(parameter.default));
    const about = withAttributes(make("div.about", make("p", parameter.meaning), facts(parameter)), { id: `${id}-about` });
    const set = (number) => this.moved(name, number);
    input.addEventListener("input", () => set(Number(Number(input.value).toFixed(3))));
    input.addEventListener("keydown", (event) => stepped(event, input, ends, set));
    const row = make("div.slider", make("div.top", label, value, back), input, about);
    this.rows.set(name, { row, input, value, back, words: `${parameter.title} ${parameter.meaning}`.toLowerCase() });
    return row;
  }

  // Show values; `own` are the scenario's.
  show(values, own, axes) {
    for (const [name, { row, input, value, back }] of this.rows) {
      const number = values[name];
      input.value = number;
      value.textContent = shortNumber(number);
      const moved = number !== own[name];
      row.classList.toggle("moved", moved);
      row.classList.toggle("axis", axes.includes(name));
      back.hidden = !moved;
    }
  }

  filter() {
    const wanted = this.search.value.trim().toLowerCase();
    for (const { row, words } of this.rows.values()) row.hidden = wanted !== "" && !words.includes(wanted);
    for (const group of this.groups.children) {
      const some = [...group.querySelectorAll(".slider")].some((row) => !row.hidden);
      group.hidden = !some;
      if (wanted && some) group.open = true;
    }
  }
}

// Arrow keys move by a hundredth of the range, with Shift by a tenth.
function stepped(event, input, [low, high], set) {
  const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
  if (way === undefined) return;
  event.preventDefault();
  const step = ((high - low) / 100) * (event.shiftKey ? 10 : 1);
  set(Math.min(high, Math.max(low, Number((Number(input.value) + way * step).toFixed(3)))));
}

// Basis, plausible range and default in a line; why, behind it.
function facts({ basis, plausible, default: usual, note, carries, claims }) {
  const range = plausible[0] === plausible[1] ? "set, not sampled" : `plausible ${plausible.map((end) => shortNumber(end)).join("–")}`;
  const line = `${basis} · ${range} · default ${shortNumber(usual)}`;
  const stands = carries.length ? `Stands for ${carries.join(", ")}. ` : "";
  const rests = claims.length ? `Rests on ${claims.join(", ")}.` : "";
  return make("details", make("summary", line), make("p", [note, stands + rests].filter(Boolean).join(" ") || "No note."));
}
