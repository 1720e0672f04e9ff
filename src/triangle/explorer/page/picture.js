// The picture with what the reader does on it: pointer, keys, and the small note beside the pointer.

import { paintAxes, paintBorders, paintCells, paintCursor, paintMarks, plotBox, sized } from "./canvas.js";
import { freshId, make, withAttributes } from "./dom.js";

const LARGEST = 620;
const HELP = "Arrow keys move the cell, with Shift by ten; Enter pins it, Escape lets it go.";

export class Picture {
  // `hovered(cell)`, `pinned(cell)` and `released()` are called with [column, row], or null when the pointer leaves.
  constructor({ hovered, pinned, released }) {
    Object.assign(this, { hovered, pinned, released, cursor: null, frame: null });
    const help = freshId("help");
    this.field = withAttributes(make("canvas.field"), { "aria-hidden": "true" });
    this.overlay = withAttributes(make("canvas.overlay"), {
      tabindex: 0, role: "application", "aria-label": "Phase diagram", "aria-describedby": help,
    });
    this.tip = withAttributes(make("div.tip"), { "aria-hidden": "true", hidden: true });
    this.stage = make("div.stage", this.field, this.overlay, this.tip);
    this.element = make("div.picture", this.stage, withAttributes(make("p.hint.keys", HELP), { id: help }));
    this.overlay.addEventListener("pointermove", (event) => this.point(event));
    this.overlay.addEventListener("pointerleave", () => this.leave());
    this.overlay.addEventListener("click", (event) => { this.point(event); if (this.cursor) this.pinned(this.cursor); });
    this.overlay.addEventListener("keydown", (event) => this.key(event));
    this.overlay.addEventListener("blur", () => this.leave());
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.element);
  }

  // `frame`: { grid, look, axes: [x, y], curves, pin, theme }.
  show(frame) {
    this.frame = frame;
    if (!this.box) this.resize();
    else this.draw();
  }

  resize() {
    const width = Math.min(LARGEST, this.element.clientWidth);
    if (width <= 0) return;
    const trial = plotBox(width, width);
    const height = width + trial.width - trial.height; // a square within its margins
    Object.assign(this, { width, height, box: plotBox(width, height) });
    this.stage.style.width = `${width}px`;
    this.stage.style.height = `${height}px`;
    this.draw();
  }

  draw() {
    if (!this.frame || !this.box) return;
    const { grid, look, axes, curves, theme } = this.frame;
    const ratio = window.devicePixelRatio || 1;
    const context = sized(this.field, this.width, this.height, ratio);
    context.clearRect(0, 0, this.width, this.height);
    paintCells(this.field, this.box, ratio, grid, look, theme.ink);
    paintAxes(context, this.box, ...axes, theme);
    paintBorders(context, this.box, curves, ...axes, theme);
    paintMarks(context, this.box, ...axes, theme);
    this.drawCursor();
  }

  drawCursor() {
    if (!this.frame || !this.box) return;
    const ratio = window.devicePixelRatio || 1;
    const context = sized(this.overlay, this.width, this.height, ratio);
    context.clearRect(0, 0, this.width, this.height);
    paintCursor(context, this.box, this.frame.grid, this.cursor, this.frame.pin, this.frame.theme);
  }

  point(event) {
    if (!this.frame) return;
    const area = this.overlay.getBoundingClientRect();
    const [rows, columns] = this.frame.grid.shape;
    const column = Math.floor(((event.clientX - area.left - this.box.left) / this.box.width) * columns);
    const row = rows - 1 - Math.floor(((event.clientY - area.top - this.box.top) / this.box.height) * rows);
    const inside = column >= 0 && column < columns && row >= 0 && row < rows;
    this.move(inside ? [column, row] : null, false);
  }

  move(cell, byKey) {
    const same = cell && this.cursor && cell[0] === this.cursor[0] && cell[1] === this.cursor[1];
    this.cursor = cell;
    this.drawCursor();
    if (!same) this.hovered(cell, byKey);
  }

  leave() {
    this.tip.hidden = true;
    this.move(null, false);
  }

  key(event) {
    if (!this.frame) return;
    const step = event.shiftKey ? 10 : 1;
    const way = { ArrowRight: [step, 0], ArrowLeft: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    const [rows, columns] = this.frame.grid.shape;
    if (way) {
      const [column, row] = this.cursor ?? this.frame.pin ?? this.frame.home;
      const within = (value, count) => Math.max(0, Math.min(count - 1, value));
      this.move([within(column + way[0], columns), within(row + way[1], rows)], true);
    } else if ((event.key === "Enter" || event.key === " ") && this.cursor) this.pinned(this.cursor);
    else if (event.key === "Escape") this.released();
    else return;
    event.preventDefault();
  }

  // Put the note beside the cell, on the side where there is room.
  note(...lines) {
    if (!this.cursor) return;
    const [rows, columns] = this.frame.grid.shape;
    const x = this.box.left + ((this.cursor[0] + 0.5) / columns) * this.box.width;
    const y = this.box.top + (1 - (this.cursor[1] + 0.5) / rows) * this.box.height;
    this.tip.replaceChildren(...lines.filter(Boolean).map((line, k) => make(k ? "p" : "p.strong", line)));
    this.tip.hidden = false;
    this.tip.classList.toggle("left", x > this.width / 2);
    this.tip.classList.toggle("up", y > this.height / 2);
    this.tip.style.left = `${x}px`;
    this.tip.style.top = `${y}px`;
  }
}
