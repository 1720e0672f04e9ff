// The chapter's model and its rivals side by side, over the same axes and with the same sliders.

import { outcomeLook, paintCells, paintMarks, plotBox, sized } from "./canvas.js";
import { unpack } from "./grid.js";
import { colourOf, tellSet } from "./legend.js";
import { make, withAttributes } from "./dom.js";

const NODES_SMALL = 60;
const SIZE = 230;

export class Rivals {
  constructor(schema, ask, chosen) {
    Object.assign(this, { schema, ask });
    this.element = make("div.rivals");
    this.small = new Map();
    for (const [name, model] of Object.entries(schema.models)) {
      const canvas = withAttributes(make("canvas"), { role: "img", "aria-label": model.title });
      const choose = withAttributes(make("button.button.plain", model.title), { type: "button" });
      choose.addEventListener("click", () => chosen(name));
      const figure = make("figure", choose, canvas, make("figcaption", model.told));
      this.small.set(name, canvas);
      this.element.append(figure);
    }
  }

  // One grid for each model; a legend of all of them serves them.
  async solve(setting, axes) {
    const names = [...this.small.keys()];
    const asked = names.map((name) => this.ask("phase", { ...setting, ...axes, model: name, n: NODES_SMALL }));
    return (await Promise.all(asked)).map(unpack);
  }

  draw(grids, axes, theme) {
    const ratio = window.devicePixelRatio || 1;
    const model = Object.values(this.schema.models)[0];
    const colours = colourOf(grids, model, this.schema.colours);
    const profiles = [...new Set(grids.flatMap((grid) => grid.sets.flat()))];
    [...this.small.entries()].forEach(([name, canvas], k) => {
      const grid = grids[k];
      const box = plotBox(SIZE, SIZE, true);
      const context = sized(canvas, SIZE, SIZE, ratio);
      paintCells(canvas, box, ratio, grid, outcomeLook(grid, colours, theme), theme.ink);
      paintMarks(context, box, ...axes, theme);
      const told = grid.sets.map((set) => tellSet(set, profiles, model));
      canvas.setAttribute("aria-label", `${this.schema.models[name].title}: ${told.join("; ")}`);
    });
  }
}
