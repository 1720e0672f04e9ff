// A phase diagram as it comes over the wire; the layout is told in phase.py.

const TYPES = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array };

export function unpack(buffer) {
  const view = new DataView(buffer);
  const begin = 4 + view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, begin - 4)));
  const arrays = {};
  for (const [name, { type, start, length }] of Object.entries(head.arrays)) {
    arrays[name] = new TYPES[type](buffer, begin + start, length);
  }
  return { ...head, ...arrays, high: arrays.high ?? arrays.low };
}

// The value at a node of an axis: the same arithmetic as the server's, so the same number.
export function nodeValue([low, high], node, nodes) {
  return node === nodes - 1 ? high : node * ((high - low) / (nodes - 1)) + low;
}

export function nearestNode([low, high], value, nodes) {
  return Math.max(0, Math.min(nodes - 1, Math.round(((value - low) / (high - low)) * (nodes - 1))));
}

// How many nodes belong to each set of outcomes, most first.
export function countSets(grid) {
  const counts = new Array(grid.sets.length).fill(0);
  for (const code of grid.set) counts[code] += 1;
  return counts.map((count, code) => ({ code, count })).sort((a, b) => b.count - a.count || a.code - b.code);
}

// Whether the measure has a value in a cell: not where nothing is stable, and not where it does not apply.
export function valued(grid, cell) {
  return grid.sets[grid.set[cell]].length > 0 && !Number.isNaN(grid.low[cell]);
}

// The least and the greatest value of the measure in the picture; null where it has none.
export function extremes(grid) {
  let [low, high] = [Infinity, -Infinity];
  grid.set.forEach((_, cell) => {
    if (!valued(grid, cell)) return;
    low = Math.min(low, grid.low[cell]);
    high = Math.max(high, grid.high[cell]);
  });
  return low <= high ? [low, high] : null;
}
