// What is at a point of the picture: a sentence, stances, measures, reasons and the thresholds nearest to it.

import { capital } from "./legend.js";
import { make, shortNumber, signed, withAttributes } from "./dom.js";

const BRIEF = ["share", "intensity"];
const FIRST = ["transfer", "share", "intensity", "gap", "next_gap"];

// `reply` answers "cell" or "pin"; `lead` says which point this is.
export function pointCard(reply, lead, axes) {
  const place = Object.entries(reply.at).map(([name, value]) => `${axes[name]?.title ?? name} ${shortNumber(value)}`);
  const card = make("div.card", make("p.lead", lead), make("p.place", place.join(", ")), make("p.sentence", reply.sentence));
  reply.equilibria.forEach((each, k) => {
    const several = reply.equilibria.length > 1;
    if (several) card.append(make("h3", `Outcome ${k + 1} of ${reply.equilibria.length}`), make("p", each.sentence));
    card.append(stances(each.stances), measures(each.measures));
    if (each.moves) card.append(reasons(each));
  });
  return card;
}

// A few measures in a line, where one outcome is stable.
export function briefly(equilibria) {
  if (equilibria.length !== 1) return "";
  const told = equilibria[0].measures.filter((each) => BRIEF.includes(each.name));
  return told.map((each) => `${capital(each.title)}: ${each.told}`).join("; ");
}

function stances(list) {
  const body = list.map(({ player, toward, stance }) =>
    make("tr", withAttributes(make("th", toward ? `${player} to ${toward}` : player), { scope: "row" }), make("td", stance)));
  return make("table.pairs", make("caption", "Stances"), make("tbody", ...body));
}

function measures(list) {
  const line = (each) => make("tr", withAttributes(make("th", capital(each.title)), { scope: "row" }),
    make("td", each.told));
  const main = list.filter((each) => FIRST.includes(each.name));
  const rest = list.filter((each) => !FIRST.includes(each.name));
  const shown = main.length ? main : rest;
  const box = make("div", make("table.pairs", make("caption", "Concession and measures"), make("tbody", ...shown.map(line))));
  if (main.length && rest.length) {
    box.append(make("details.more", make("summary", "All measures"), make("table.pairs", make("tbody", ...rest.map(line)))));
  }
  return box;
}

// The cheapest moves away, each with what it would cost, term by term.
function reasons(equilibrium) {
  const box = make("div.reasons", make("h3", "What keeps it stable"),
    make("p.hint", "The cheapest moves away from it, and what each would cost, term by term."));
  const most = Math.max(...equilibrium.moves.flatMap((move) => move.reasons.map(([, amount]) => Math.abs(amount))), 1e-9);
  const telling = Math.max(0, equilibrium.moves.findIndex((move) => move.reasons.length > 1));
  equilibrium.moves.forEach((move, k) => {
    const bars = move.reasons.map(([name, amount]) => bar(name, amount, most));
    if (move.rest !== null && Math.abs(move.rest) >= 5e-4) bars.push(bar("the rest", move.rest, most));
    const told = move.loss < 0 ? `gains ${(-move.loss).toFixed(3)}` : `would lose ${move.loss.toFixed(3)}`;
    const head = make("summary", make("b", move.change), ` — ${move.mover} ${told}`);
    const details = make("details.move", head, make("table.bars", make("tbody", ...bars)));
    details.open = k === telling;
    box.append(details);
  });
  return box;
}

function bar(name, amount, most) {
  const width = `${(100 * Math.abs(amount)) / most}%`;
  const fill = make(`span.bar.${amount < 0 ? "minus" : "plus"}`);
  fill.style.inlineSize = width;
  return make("tr", withAttributes(make("th", name), { scope: "row" }), make("td.amount", signed(amount)), make("td.track", fill));
}

// Thresholds next to the point along both axes, and of all other sliders the nearest. `tell(beyond, here)` says what is
// stable beyond a threshold, as far as it differs from what is stable here.
export function thresholdsCard(reply, axes, tell) {
  const box = make("div.thresholds", make("h3", "Where it would switch"));
  const [across, others] = [[], []];
  for (const each of reply.along) (axes.includes(each.parameter) ? across : others).push(each);
  for (const each of across) box.append(along(each, tell));
  const near = others.filter((each) => each.switches.length && each.away !== null)[0];
  if (near) {
    box.append(make("p.hint", "Of the other sliders this one switches something first, measured in half the width of its "
      + `plausible range (${near.away.toFixed(2)} of it):`), along(near, tell));
  } else if (others.length) box.append(make("p.hint", "No other slider switches anything on its own."));
  return box;
}

function along({ title, value, switches }, tell) {
  const box = make("div.along", make("p", make("b", capital(title)), ` is ${shortNumber(value)} here. `
    + (switches.length ? "" : "Nothing switches along it.")));
  for (const each of switches) {
    const over = each.value > value;
    const exact = each.exact ? ` (exactly ${each.exact})` : "";
    const told = over ? tell(each.above, each.below) : tell(each.below, each.above);
    box.append(make("p.switch", `${over ? "Above" : "Below"} ${shortNumber(each.value, 4)}${exact}: ${told}.`));
  }
  return box;
}
