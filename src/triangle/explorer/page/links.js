// What leaves the page: a link, a picture, a scenario file.

import { paintAxes, paintBorders, paintCells, paintMarks, plotBox, sized } from "./canvas.js";
import { toText } from "./state.js";

const WIDTH = 900;
const PLOT = 640;
const LINE = 19;
const MARKS = "Cross: where the sliders stand; dashed: the plausible ranges.";

// The figure as a picture file: title, cells, axes, legend and a line on where it comes from.
function figureBlob({ grid, look, axes, curves, title, legend, source, theme }) {
  const canvas = document.createElement("canvas");
  const ratio = 2;
  const measure = canvas.getContext("2d");
  measure.font = `13px ${theme.font}`;
  const lines = legend.map(({ colours, label }) => ({ colours, lines: wrap(measure, label, WIDTH - PLOT - 60) }));
  const foot = wrap(measure, source, WIDTH - 32);
  const height = Math.max(PLOT, 60 + lines.reduce((sum, each) => sum + each.lines.length * LINE + 8, 0)) + 50 + foot.length * LINE;
  const context = sized(canvas, WIDTH, height, ratio);
  context.fillStyle = theme.paper;
  context.fillRect(0, 0, WIDTH, height);
  context.fillStyle = theme.text;
  context.font = `600 17px ${theme.font}`;
  context.textBaseline = "top";
  context.fillText(title, 16, 14, WIDTH - 32);
  const inner = plotBox(PLOT, PLOT);
  const box = { ...inner, left: inner.left + 8, top: inner.top + 34, height: inner.height - 8 };
  paintCells(canvas, box, ratio, grid, look, theme.ink);
  paintAxes(context, box, ...axes, theme);
  paintBorders(context, box, curves, ...axes, theme);
  paintMarks(context, box, ...axes, theme);
  let y = 48;
  context.textAlign = "left";
  context.font = `13px ${theme.font}`;
  for (const { colours, lines: told } of lines) {
    colours.forEach((colour, k) => {
      context.fillStyle = colour;
      context.fillRect(PLOT + 16 + (k * 18) / colours.length, y, 18 / colours.length, 14);
    });
    if (!colours.length) crossOut(context, PLOT + 16, y, theme);
    context.strokeStyle = theme.ink;
    context.lineWidth = 1;
    context.strokeRect(PLOT + 16, y, 18, 14);
    context.fillStyle = theme.text;
    for (const line of told) {
      context.fillText(line, PLOT + 44, y);
      y += LINE;
    }
    y += 8;
  }
  context.fillStyle = theme.faintText;
  foot.forEach((line, k) => context.fillText(line, 16, height - (foot.length - k) * LINE - 6));
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}

function crossOut(context, left, top, theme) {
  context.strokeStyle = theme.faint;
  context.beginPath();
  for (const [from, to] of [[0, 14], [14, 0]]) {
    context.moveTo(left, top + from);
    context.lineTo(left + 18, top + to);
  }
  context.stroke();
}

function wrap(context, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (context.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function download(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export async function copyLink(app) {
  const link = app.host.link(toText(app.state, app.schema));
  try {
    await navigator.clipboard.writeText(link);
    app.tell("The link is copied. Opened with “triangle explore LINK” it shows this very picture.");
  } catch {
    app.tell(`Copy this link: ${link}`);
  }
}

export async function savePicture(app) {
  const { grid, look, axes, curves, told, state, scenario } = app;
  const held = Object.entries(app.held).map(([player, action]) => `${player} held to ${action}`);
  const moved = Object.entries(state.values).map(([name, value]) => `${name} ${value}`);
  const setting = [`triangle ${app.schema.version}`, app.model.title, `stable: ${state.concept}`, ...held, ...moved];
  const source = [told.common, MARKS, `${setting.join("; ")}.`].filter(Boolean).join(" ");
  const title = app.state.show ? `${scenario.title}: ${app.showMenu.select.selectedOptions[0].text}` : scenario.title;
  const blob = await figureBlob({ grid, look, axes, curves, title, legend: told.rows, source, theme: app.theme() });
  download(`${scenario.name || "defaults"}.png`, blob);
  app.announce("The picture is saved.");
}

export async function saveScenario(app) {
  const { name, toml } = await app.ask("toml", app.setting);
  download(name, new Blob([toml], { type: "application/toml" }));
  app.announce("The scenario is saved.");
}
