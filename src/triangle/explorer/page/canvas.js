// The picture: cells, stripes where several outcomes are stable, crosses where none is, axes, the plausible ranges and
// the marked point.

import { valued } from "./grid.js";

const STRIPE = 5;
const CROSSES = { every: 16, width: 1 };
const MARGIN = { left: 46, right: 12, top: 12, bottom: 40 };
const SMALL = { left: 6, right: 6, top: 6, bottom: 6 };

export function plotBox(width, height, small = false) {
  const margin = small ? SMALL : MARGIN;
  return {
    left: margin.left,
    top: margin.top,
    width: width - margin.left - margin.right,
    height: height - margin.top - margin.bottom,
  };
}

// Make the canvas as sharp as the screen; return a context in CSS pixels.
export function sized(canvas, width, height, ratio) {
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

// Paint the cells. `look` says for a cell which colours its stripes have, none where crosses tell that there is nothing:
// see `outcomeLook` and `measureLook`.
export function paintCells(canvas, box, ratio, grid, look, ink) {
  const [rows, columns] = grid.shape;
  const width = Math.round(box.width * ratio);
  const height = Math.round(box.height * ratio);
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const across = Uint16Array.from({ length: width }, (_, px) => Math.floor((px * columns) / width));
  const stripe = Math.round(STRIPE * ratio);
  const dark = packed(ink);
  const [every, thick] = [Math.round(CROSSES.every * ratio), Math.ceil(CROSSES.width * ratio)];
  const crossed = (px, py) => (px + py) % every < thick || (px + every * height - py) % every < thick;
  let before = -1;
  for (let py = 0; py < height; py += 1) {
    const row = rows - 1 - Math.floor((py * rows) / height);
    const start = row * columns;
    const above = before >= 0 && before !== row ? before * columns : -1;
    before = row;
    let last = -1;
    for (let px = 0; px < width; px += 1) {
      const column = across[px];
      const cell = start + column;
      const colours = look.of(cell);
      const edge = look.edges && ((last >= 0 && last !== column && grid.set[cell] !== grid.set[cell - 1])
        || (above >= 0 && grid.set[cell] !== grid.set[above + column]));
      last = column;
      if (edge) pixels[py * width + px] = dark;
      else if (colours.length === 1) pixels[py * width + px] = colours[0];
      else if (colours.length) pixels[py * width + px] = colours[Math.floor((px + py) / stripe) % colours.length];
      else pixels[py * width + px] = look.nothing[crossed(px, py) ? 1 : 0];
    }
  }
  canvas.getContext("2d").putImageData(image, Math.round(box.left * ratio), Math.round(box.top * ratio));
}

// Colours by outcome: one colour a cell, or a stripe for each of several outcomes.
export function outcomeLook(grid, colours, theme, edges = true) {
  const sets = grid.sets.map((set) => set.map((profile) => packed(colours.get(profile))));
  return { of: (cell) => sets[grid.set[cell]], nothing: nothingLook(theme), edges };
}

// Colours by a measure: a place on the scale, or two stripes where the outcomes differ in it.
export function measureLook(grid, range, scale, theme, edges = true) {
  const ramp = scale.map(packed);
  const [low, high] = range ?? [0, 0];
  const top = ramp.length - 1;
  const place = (value) => ramp[high > low ? Math.round(((value - low) / (high - low)) * top) : Math.round(top / 2)];
  return {
    of: (cell) => {
      const [least, most] = [grid.low[cell], grid.high[cell]];
      if (!valued(grid, cell)) return [];
      return least === most ? [place(least)] : [place(least), place(most)];
    },
    nothing: nothingLook(theme),
    edges,
  };
}

// The paper and the lines of the crosses.
function nothingLook({ paper, faint }) {
  return [packed(paper), packed(faint)];
}

export function packed(hex) {
  const number = parseInt(hex.slice(1), 16);
  return (255 << 24 | (number & 255) << 16 | (number & 0xff00) | number >> 16) >>> 0;
}

// Axes: a line, ticks with numbers, and the name of the parameter.
export function paintAxes(context, box, xAxis, yAxis, theme) {
  const bottom = box.top + box.height;
  context.strokeStyle = theme.ink;
  context.lineWidth = 1;
  context.strokeRect(box.left - 0.5, box.top - 0.5, box.width + 1, box.height + 1);
  context.fillStyle = theme.text;
  context.font = `12px ${theme.font}`;
  context.textBaseline = "top";
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const x = box.left + share * box.width;
    const y = bottom - share * box.height;
    context.textAlign = share === 0 ? "left" : share === 1 ? "right" : "center";
    context.fillText(tick(xAxis.ends, share), x, bottom + 5);
    context.textAlign = "right";
    context.textBaseline = share === 0 ? "bottom" : share === 1 ? "top" : "middle";
    context.fillText(tick(yAxis.ends, share), box.left - 5, y);
    context.textBaseline = "top";
  }
  context.font = `600 12.5px ${theme.font}`;
  context.textAlign = "center";
  context.fillText(`${xAxis.title} →`, box.left + box.width / 2, bottom + 21);
  context.save();
  context.translate(12, box.top + box.height / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "middle";
  context.fillText(`${yAxis.title} →`, 0, 0);
  context.restore();
}

function tick([low, high], share) {
  return String(Number((low + share * (high - low)).toPrecision(3)));
}

export function placeOf(box, axis, value, across) {
  const nodes = axis.nodes;
  const share = (((value - axis.ends[0]) / (axis.ends[1] - axis.ends[0])) * (nodes - 1) + 0.5) / nodes;
  return across ? box.left + share * box.width : box.top + (1 - share) * box.height;
}

// The plausible ranges as a dashed frame, the scenario's own point as a ring, the sliders' point as a cross.
export function paintMarks(context, box, xAxis, yAxis, theme) {
  const edges = [...xAxis.plausible.map((v) => placeOf(box, xAxis, v, true)),
    ...yAxis.plausible.map((v) => placeOf(box, yAxis, v, false))];
  context.setLineDash([5, 4]);
  for (const [colour, width] of [[theme.halo, 3.5], [theme.mark, 1.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(edges[0], edges[3], edges[1] - edges[0], edges[2] - edges[3]);
  }
  context.setLineDash([]);
  const own = [placeOf(box, xAxis, xAxis.own, true), placeOf(box, yAxis, yAxis.own, false)];
  const here = [placeOf(box, xAxis, xAxis.value, true), placeOf(box, yAxis, yAxis.value, false)];
  for (const [colour, width] of [[theme.halo, 5], [theme.mark, 2]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    if (own[0] !== here[0] || own[1] !== here[1]) ring(context, ...own, 6);
    cross(context, ...here, 8);
  }
}

export function paintBorders(context, box, curves, xAxis, yAxis, theme) {
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  for (const [colour, width] of [[theme.halo, 4], [theme.mark, 2]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    for (const curve of curves) {
      context.beginPath();
      curve.forEach(([x, y], k) => {
        const point = [placeOf(box, xAxis, x, true), placeOf(box, yAxis, y, false)];
        if (k) context.lineTo(...point); else context.moveTo(...point);
      });
      context.stroke();
    }
  }
  context.restore();
}

// The cell under the pointer or the arrow keys, and the pinned one.
export function paintCursor(context, box, grid, cell, pinned, theme) {
  const [rows, columns] = grid.shape;
  const [width, height] = [box.width / columns, box.height / rows];
  const corner = ([column, row]) => [box.left + column * width, box.top + (rows - 1 - row) * height];
  if (cell) {
    const [x, y] = corner(cell);
    context.lineWidth = 3;
    context.strokeStyle = theme.halo;
    context.strokeRect(x - 2, y - 2, width + 4, height + 4);
    context.lineWidth = 1.5;
    context.strokeStyle = theme.mark;
    context.strokeRect(x - 3, y - 3, width + 6, height + 6);
  }
  if (pinned) {
    const [x, y] = corner(pinned);
    for (const [colour, size] of [[theme.halo, 8], [theme.mark, 6], [theme.halo, 2.5]]) {
      context.fillStyle = colour;
      context.beginPath();
      context.arc(x + width / 2, y + height / 2, size, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

function ring(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

function cross(context, x, y, size) {
  context.beginPath();
  context.moveTo(x - size, y);
  context.lineTo(x + size, y);
  context.moveTo(x, y - size);
  context.lineTo(x, y + size);
  context.stroke();
}
