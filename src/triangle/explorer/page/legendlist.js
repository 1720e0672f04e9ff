// The legend as a list that a screen reader reads too: a swatch, the outcome in words, and how much of the picture it has.

import { extremes, valued } from "./grid.js";
import { capital, percent, tellCommon, tellSet } from "./legend.js";
import { make, shortNumber, withAttributes } from "./dom.js";

const MOST = 10;

// Rows of { colours, label, share }: the sets of outcomes in a picture, the largest first.
export function outcomeRows(counts, sets, colours, model) {
  const profiles = [...new Set(sets.flat())];
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const rows = counts.map(({ code, count }) => ({
    colours: sets[code].map((profile) => colours.get(profile)),
    label: tellSet(sets[code], profiles, model),
    share: percent(count, total),
  }));
  return { rows, common: tellCommon(profiles, model) };
}

// Rows for a measure: its categories, or the ends and the middle of its scale, and last where it has no value.
export function measureRows(grid, measure, scale) {
  const lacking = grid.set.some((_, cell) => !valued(grid, cell));
  const without = lacking ? [{ colours: [], label: "Nothing is stable, or no value", share: "" }] : [];
  const range = extremes(grid);
  if (!range) return { rows: [], common: "The measure has no value in this picture." };
  const at = (value) => {
    const [low, high] = range;
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return [scale[Math.round(share * (scale.length - 1))]];
  };
  if (measure.categories.length) {
    const there = [...new Set([...grid.low, ...grid.high])].filter((code) => code >= 0).sort((a, b) => a - b);
    const rows = there.map((code) => ({ colours: at(code), label: capital(measure.categories[code]), share: "" }));
    return { rows: [...rows, ...without], common: "" };
  }
  const [low, high] = range;
  const told = (value) => {
    const sign = measure.signs.length && Math.abs(value) >= 5e-4 ? ` (${measure.signs[value > 0 ? 1 : 0]})` : "";
    return shortNumber(value) + sign;
  };
  const values = high > low ? [high, (low + high) / 2, low] : [low];
  const rows = values.map((value) => ({ colours: at(value), label: told(value), share: "" }));
  return { rows: [...rows, ...without], common: "" };
}

export function legendList({ rows, common }) {
  const items = rows.slice(0, MOST).map(({ colours, label, share }) => {
    const swatch = withAttributes(make(colours.length ? "span.swatch" : "span.swatch.nothing"), { "aria-hidden": "true" });
    const stops = colours.map((colour, k) => `${colour} ${(100 * k) / colours.length}% ${(100 * (k + 1)) / colours.length}%`);
    if (stops.length) swatch.style.background = `linear-gradient(135deg, ${stops.join(", ")})`;
    return make("li", swatch, make("span.words", label), share ? make("span.share", share) : null);
  });
  const more = rows.length - MOST;
  return [
    make("ul.legend", ...items),
    more > 0 ? make("p.hint", `and ${more} more, each smaller`) : null,
    common ? make("p.hint", common) : null,
  ].filter(Boolean);
}
