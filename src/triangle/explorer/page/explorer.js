// The explorer: what the reader sets, what is asked, what is drawn. `host` carries questions and keeps the state:
// { ask(kind, body), read(), write(text), listen(changed), link(text) }.

import { measureLook, outcomeLook } from "./canvas.js";
import { button, fillMenu, framed, later, latest, make, shortNumber } from "./dom.js";
import { countSets, extremes, nearestNode, nodeValue, unpack } from "./grid.js";
import { layOut } from "./layout.js";
import { capital, colourOf, tellSet } from "./legend.js";
import { legendList, measureRows, outcomeRows } from "./legendlist.js";
import { briefly, pointCard, thresholdsCard } from "./point.js";
import { fromText, NODES, toText } from "./state.js";

const FREE = "nobody";

export class Explorer {
  constructor(root, schema, host) {
    Object.assign(this, { root, schema, host, tab: "point", answered: "", curves: [] });
    this.ask = (kind, body) => host.ask(kind, body).catch((error) => { this.fault(error); throw error; });
    this.solve = latest(() => this.solved().catch(() => {})); // a fault is told by ask
    this.paint = framed(() => this.draw());
    this.point = latest((cell) => this.pointed(cell));
    this.cards = later(() => this.showPoint().catch(() => {}), 150);
    this.switches = later((...given) => this.showSwitches(...given).catch(() => {}), 450);
    this.beside = later(() => this.showBeside().catch(() => {}), 350);
    this.save = later(() => host.write(toText(this.state, schema)), 120);
    layOut(this);
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", this.paint);
    host.listen(() => this.load());
    this.load();
  }

  // --- what is set ----------------------------------------------------------------------------------------------

  get model() { return this.schema.models[this.state.model]; }

  get scenario() {
    return this.schema.scenarios.find((each) => each.name === this.state.scenario)
      ?? { name: "", title: "The model at its defaults", asks: "What follows if nothing is changed?", values: {}, held: {}, claims: [] };
  }

  parameter(name) {
    const models = [this.model, ...Object.values(this.schema.models)];
    return models.flatMap((each) => each.parameters).find((each) => each.name === name);
  }

  // The scenario's own value of every parameter of the model.
  get own() {
    return Object.fromEntries(this.model.parameters.map((each) => [each.name, this.scenario.values[each.name] ?? each.default]));
  }

  // Who is held to what: as the reader says, else as the scenario has it.
  get held() { return this.state.held ?? this.scenario.held; }

  get setting() {
    const { model, scenario, concept, held, values } = this.state;
    return { model, scenario, concept, values, ...(held === null ? {} : { held }) };
  }

  axisOf(name) {
    const parameter = this.parameter(name);
    const own = this.scenario.values[name] ?? parameter.default;
    return { ...parameter, title: capital(parameter.title), nodes: NODES, own, value: this.state.values[name] ?? own };
  }

  load() {
    const text = this.host.read();
    if (this.state && text.replace(/^#/, "") === toText(this.state, this.schema)) return;
    const { state, faults } = fromText(text, this.schema);
    this.state = state;
    this.answered = "";
    this.tell(faults.length ? `Not all of this link could be read: ${faults.join("; ")}.` : "");
    this.changed();
  }

  set(change) {
    this.state = { ...this.state, ...change };
    const names = this.model.measures.map((each) => each.name);
    if (!["", ...names].includes(this.state.show)) this.state.show = "";
    if (!["", ...this.model.guesses].includes(this.state.ask)) this.state.ask = "";
    this.changed();
  }

  move(name, value) {
    const values = { ...this.state.values, [name]: value };
    if (value === this.own[name]) delete values[name];
    this.set({ values });
  }

  putBack(name) {
    const values = { ...this.state.values };
    delete values[name];
    this.set({ values });
    this.sliders.rows.get(name)?.input.focus();
  }

  choose(name) {
    this.answered = "";
    this.set({ scenario: name, values: {}, held: null, pin: null });
  }

  hold(action) {
    const own = this.scenario.held[this.model.leader.name] ?? FREE;
    this.set({ held: action === own ? null : action === FREE ? {} : { [this.model.leader.name]: action } });
  }

  axis(which, name) {
    const other = which === "x" ? "y" : "x";
    const swap = this.state[other] === name ? { [other]: this.state[which] } : {};
    this.set({ [which]: name, ...swap, pin: null });
  }

  pose(measure) {
    this.answered = "";
    this.set({ ask: measure });
  }

  reveal(guess) {
    this.answered = this.state.ask;
    if (guess === null) this.set({ ask: "" });
    else this.changed();
  }

  get asking() { return this.state.ask !== "" && this.answered !== this.state.ask; }

  // --- what follows from a change -------------------------------------------------------------------------------

  changed() {
    this.save();
    this.fill();
    const hidden = this.asking;
    this.body.hidden = hidden;
    this.guess.element.hidden = this.state.ask === "";
    this.turn = null;
    if (hidden) {
      this.guess.put(this.setting, this.state.ask, this.scenario).catch(() => {});
      return;
    }
    this.curves = [];
    this.solve();
    this.cards();
    this.beside();
  }

  // Bring menus, sliders and headings up to the state.
  fill() {
    const { state, model } = this;
    if (this.built !== state.model) {
      this.built = state.model;
      this.sliders.build(model);
      const names = this.parametersByGroup();
      for (const each of [this.xMenu, this.yMenu]) fillMenu(each.select, names);
      const measures = model.measures.map((each) => [each.name, capital(each.title)]);
      fillMenu(this.showMenu.select, [["", "What they do"], ...measures]);
      const guesses = model.guesses.map((name) => [name, capital(model.measures.find((each) => each.name === name).title)]);
      fillMenu(this.askMenu.select, [["", "No question"], ...guesses]);
      const actions = model.leader ? model.leader.actions.map((each) => [each, capital(each.replace("/", " and "))]) : [];
      fillMenu(this.heldMenu.select, [[FREE, "Nothing: it chooses too"], ...actions]);
      this.heldMenu.element.hidden = !model.leader;
    }
    this.scenarioMenu.select.value = state.scenario;
    this.modelMenu.select.value = state.model;
    this.conceptMenu.select.value = state.concept;
    this.xMenu.select.value = state.x;
    this.yMenu.select.value = state.y;
    this.showMenu.select.value = state.show;
    this.askMenu.select.value = state.ask;
    if (model.leader) this.heldMenu.select.value = this.held[model.leader.name] ?? FREE;
    this.title.textContent = this.scenario.title;
    this.asks.textContent = this.scenario.asks;
    this.meanings.textContent = `Across: ${this.parameter(state.x).meaning}. Up: ${this.parameter(state.y).meaning}.`;
    this.sliders.show({ ...this.own, ...state.values }, this.own, [state.x, state.y]);
    this.resetButton.hidden = !Object.keys(state.values).length && state.held === null;
    this.rivalsButton.setAttribute("aria-pressed", state.rivals);
    this.bordersButton.setAttribute("aria-pressed", state.borders);
    for (const each of [this.bordersButton, this.pictureButton]) each.hidden = state.rivals;
    this.showMenu.element.hidden = state.rivals;
    const wanted = state.rivals ? this.rivals.element : this.picture.element;
    if (this.middle.firstChild !== wanted) this.middle.replaceChildren(wanted);
    this.open(this.tab, false);
  }

  parametersByGroup() {
    const every = new Map(Object.values(this.schema.models).flatMap((each) => each.parameters).map((each) => [each.name, each]));
    for (const each of this.model.parameters) every.set(each.name, each);
    const ordered = Object.keys(this.schema.groups).flatMap((group) => [...every.values()].filter((each) => each.group === group));
    return ordered.map((each) => [each.name, capital(each.title), this.schema.groups[each.group]]);
  }

  // What the picture is of, but for where the sliders stand.
  get subject() {
    const { x, y, show, rivals } = this.state;
    return JSON.stringify({ ...this.setting, values: null, x, y, show, rivals });
  }

  async solved() {
    const { x, y, show, rivals } = this.state;
    const { subject } = this;
    const found = rivals ? await this.rivals.solve(this.setting, { x, y })
      : unpack(await this.ask("phase", { ...this.setting, x, y, n: NODES, measure: show }));
    // While sliders move a picture that they have left behind is still worth a glance; one of something else is stale.
    if (subject !== this.subject) return;
    this.solvedSubject = subject;
    if (rivals) this.rivalGrids = found;
    else this.grid = found;
    this.paint();
  }

  draw() {
    if (this.solvedSubject !== this.subject) return;
    if (this.state.rivals) {
      this.rivals.draw(this.rivalGrids, [this.axisOf(this.state.x), this.axisOf(this.state.y)], this.theme());
      this.drawLegend(this.rivalLegend());
      return;
    }
    const { grid, state } = this;
    const theme = this.theme();
    this.colours = colourOf([grid], this.model, this.schema.colours);
    const { scale } = this.schema.colours;
    const measure = this.model.measures.find((each) => each.name === grid.measure);
    this.look = measure ? measureLook(grid, extremes(grid), scale, theme, !this.curves.length)
      : outcomeLook(grid, this.colours, theme, !this.curves.length);
    this.told = measure ? measureRows(grid, measure, scale) : outcomeRows(countSets(grid), grid.sets, this.colours, this.model);
    this.axes = [this.axisOf(state.x), this.axisOf(state.y)];
    const home = this.axes.map((axis) => nearestNode(axis.ends, axis.value, NODES));
    this.picture.show({ grid, look: this.look, axes: this.axes, curves: this.curves, pin: state.pin, home, theme });
    this.drawLegend(this.told);
    this.root.dispatchEvent(new CustomEvent("drawn"));
  }

  rivalLegend() {
    const model = Object.values(this.schema.models)[0];
    const counts = new Map();
    for (const grid of this.rivalGrids) {
      for (const { code, count } of countSets(grid)) {
        const key = grid.sets[code].join(" ");
        counts.set(key, { set: grid.sets[code], count: (counts.get(key)?.count ?? 0) + count });
      }
    }
    const all = [...counts.values()].sort((a, b) => b.count - a.count);
    const colours = colourOf(this.rivalGrids, model, this.schema.colours);
    return outcomeRows(all.map(({ count }, code) => ({ code, count })), all.map(({ set }) => set), colours, model);
  }

  drawLegend(told) {
    const text = told.rows.map(({ label, share }) => `${label} ${share}`).join("; ");
    if (text + told.common === this.legendText) return;
    this.legendText = text + told.common;
    this.legend.replaceChildren(...legendList(told));
    this.picture.overlay.setAttribute("aria-label", `Phase diagram over ${this.axisOf(this.state.x).title} and ${this.axisOf(this.state.y).title}. ${text}`);
    this.summary ??= later((summary) => this.announce(summary), 700);
    this.summary(text);
  }

  theme() {
    const style = getComputedStyle(this.root);
    const read = (name) => style.getPropertyValue(name).trim();
    const { ink, faint } = this.schema.colours;
    return { ink, faint, paper: read("--paper"), text: read("--text"), faintText: read("--soft"), mark: "#111111", halo: "#ffffff", font: style.fontFamily };
  }

  // --- points ---------------------------------------------------------------------------------------------------

  at([column, row]) {
    const [x, y] = this.axes;
    return { [x.name]: nodeValue(x.ends, column, NODES), [y.name]: nodeValue(y.ends, row, NODES) };
  }

  hover(cell, byKey) {
    if (!cell || !this.grid) return;
    const label = this.outcomeAt(cell);
    const place = Object.entries(this.at(cell)).map(([name, value]) => `${this.axisOf(name).title} ${shortNumber(value)}`).join(", ");
    this.hovered = { cell, byKey, label, place };
    this.picture.note(label, place);
    this.point(cell).catch(() => {});
  }

  outcomeAt([column, row]) {
    return tellSet(this.grid.sets[this.grid.set[row * NODES + column]], [...new Set(this.grid.sets.flat())], this.model);
  }

  async pointed(cell) {
    const reply = await this.ask("cell", { ...this.setting, at: this.at(cell) });
    const { hovered } = this;
    if (!hovered || hovered.cell !== cell || this.picture.cursor !== cell) return;
    this.picture.note(hovered.label, reply.sentence, briefly(reply.equilibria), hovered.place);
    if (hovered.byKey) this.announce(`${hovered.place}. ${reply.sentence}`);
  }

  async showPoint() {
    if (this.tab !== "point" || this.asking) return;
    const { pin, x, y } = this.state;
    const setting = this.setting;
    const axes = { [x]: this.axisOf(x), [y]: this.axisOf(y) };
    this.axes = [axes[x], axes[y]];
    const at = pin ? this.at(pin) : { [x]: axes[x].value, [y]: axes[y].value };
    const turn = (this.turn = {});
    const reply = await this.ask("pin", { ...setting, at });
    if (turn !== this.turn || this.tab !== "point") return;
    const lead = pin ? "Pinned in the picture" : "Where the sliders stand (the cross)";
    const card = pointCard(reply, lead, axes);
    if (pin) card.prepend(button("Let go", () => this.set({ pin: null }), ".plain"));
    const place = make("div", make("p.hint", "Looking for thresholds …"));
    this.panel.replaceChildren(card, place);
    if (pin) this.announce(`Pinned. ${reply.sentence}`);
    this.switches(turn, setting, at, place);
  }

  // Thresholds take longer than a picture, so they wait until the sliders rest.
  async showSwitches(turn, setting, at, place) {
    if (turn !== this.turn) return;
    const near = await this.ask("nearest", { ...setting, at });
    if (turn !== this.turn || this.tab !== "point") return;
    place.replaceWith(thresholdsCard(near, Object.keys(at), (beyond, here) => tellSet(beyond, [...beyond, ...here], this.model)));
  }

  async showBeside() {
    const { x, y, borders, rivals } = this.state;
    if (this.asking) return;
    if (borders && !rivals && this.grid) await this.showBorders(x, y);
    if (this.tab === "claims") await this.claims.show(this.setting, [x, y]);
  }

  async showBorders(x, y) {
    const { subject, state } = this;
    const profiles = [...new Set(this.grid.sets.flat())].slice(0, 8);
    const { curves } = await this.ask("curves", { ...this.setting, x, y, profiles });
    if (subject !== this.subject || state.values !== this.state.values || !this.state.borders) return;
    this.curves = curves;
    this.paint();
  }

  open(name, refresh = true) {
    this.tab = name;
    for (const tab of this.tabButtons) {
      const here = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", here);
      tab.tabIndex = here ? 0 : -1;
    }
    if (!refresh) return;
    this.panel.replaceChildren(name === "claims" ? this.claims.element : make("p.hint", "…"));
    this.cards();
    this.beside();
  }

  // --- what is said ---------------------------------------------------------------------------------------------

  announce(text) { this.live.textContent = text; }

  tell(text) {
    this.message.textContent = text;
    this.message.hidden = text === "";
  }

  fault(error) { this.tell(`That did not work: ${error.message}`); }

  close() {
    this.dark.removeEventListener("change", this.paint);
    this.picture.observer.disconnect();
  }
}
