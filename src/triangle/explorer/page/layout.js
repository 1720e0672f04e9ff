// The parts of the explorer and where they stand.

import { Claims } from "./claims.js";
import { button, make, menu, withAttributes } from "./dom.js";
import { Guess } from "./guess.js";
import { copyLink, savePicture, saveScenario } from "./links.js";
import { Picture } from "./picture.js";
import { Rivals } from "./rivals.js";
import { Sliders } from "./sliders.js";

const DISCLAIMER = "The model compares assumptions and forecasts nothing.";

// Build everything into `app.root`, and give `app` the parts that it fills.
export function layOut(app) {
  const { schema, ask } = app;
  const announce = (text) => app.announce(text);
  app.sliders = new Sliders(schema, { moved: (name, value) => app.move(name, value), put: (name) => app.putBack(name) });
  app.picture = new Picture({
    hovered: (cell, byKey) => app.hover(cell, byKey), pinned: (cell) => app.set({ pin: cell }), released: () => app.set({ pin: null }),
  });
  app.claims = new Claims(ask);
  app.rivals = new Rivals(schema, ask, (name) => app.set({ model: name, rivals: false }));
  app.guess = new Guess(ask, announce, (guess) => app.reveal(guess));
  app.live = withAttributes(make("p.unseen"), { "aria-live": "polite", role: "status" });
  app.message = withAttributes(make("p.message"), { role: "alert", hidden: true });
  app.body = make("div.body", left(app), centre(app), right(app));
  app.root.classList.add("tri");
  app.root.replaceChildren(head(app), app.message, app.guess.element, app.body, foot(app), app.live);
}

const several = ({ schema }) => Object.keys(schema.models).length > 1;

function head(app) {
  const { schema } = app;
  const scenarios = [["", "The model at its defaults"], ...schema.scenarios.map((each) => [each.name, each.title])];
  const models = Object.entries(schema.models).map(([name, each]) => [name, each.title]);
  app.title = make("h1");
  app.asks = make("p.asks");
  app.scenarioMenu = menu("Scenario", scenarios, (name) => app.choose(name));
  app.modelMenu = menu("Model", models, (name) => app.set({ model: name }));
  app.heldMenu = menu("The West is held to", [], (action) => app.hold(action));
  const menus = make("div.menus", app.scenarioMenu.element, several(app) ? app.modelMenu.element : null, app.heldMenu.element);
  return make("header.head", make("div.titles", app.title, app.asks), menus);
}

function left(app) {
  app.resetButton = button("Put all back", () => app.set({ values: {}, held: null }));
  const heading = make("div.heading", make("h2", "Sliders"), app.resetButton);
  return withAttributes(make("section.left", heading, app.sliders.element), { "aria-label": "Sliders" });
}

function centre(app) {
  app.showMenu = menu("Colours show", [], (name) => app.set({ show: name }));
  app.xMenu = menu("Across", [], (name) => app.axis("x", name));
  app.yMenu = menu("Up", [], (name) => app.axis("y", name));
  app.rivalsButton = button("Rivals side by side", () => app.set({ rivals: !app.state.rivals }));
  app.bordersButton = button("Exact borders", () => app.set({ borders: !app.state.borders }));
  app.pictureButton = button("Save picture", () => savePicture(app));
  app.legend = make("div.key");
  app.meanings = make("p.hint");
  app.middle = make("div.views", app.picture.element);
  const axes = make("div.axes", app.xMenu.element, app.yMenu.element, app.showMenu.element);
  const tools = make("div.tools", app.bordersButton, several(app) ? app.rivalsButton : null,
    button("Copy link", () => copyLink(app)), app.pictureButton, button("Save scenario", () => saveScenario(app)));
  return withAttributes(make("section.centre", axes, app.middle, app.meanings, app.legend, tools), { "aria-label": "Picture" });
}

function right(app) {
  const names = [["point", "This point"], ["claims", "Claims"]];
  const tabs = withAttributes(make("div.tabs"), { role: "tablist", "aria-label": "Explanation" });
  app.panel = withAttributes(make("div.panel"), { role: "tabpanel", tabindex: 0 });
  app.tabButtons = names.map(([name, title]) => {
    const tab = withAttributes(make("button.tab", title), { type: "button", role: "tab", "data-tab": name });
    tab.addEventListener("click", () => app.open(name));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
      app.open(names.find(([other]) => other !== name)[0]);
      app.tabButtons.find((each) => each !== tab).focus();
    });
    return tab;
  });
  tabs.append(...app.tabButtons);
  return withAttributes(make("section.right", tabs, app.panel), { "aria-label": "Explanation" });
}

function foot(app) {
  app.askMenu = menu("Ask a class first what happens to", [], (name) => app.pose(name));
  app.conceptMenu = menu("What counts as stable", app.schema.concepts.map((each) => [each.name, each.title]),
    (name) => app.set({ concept: name }));
  return make("footer.foot", app.askMenu.element, app.conceptMenu.element, make("p.hint", DISCLAIMER));
}
