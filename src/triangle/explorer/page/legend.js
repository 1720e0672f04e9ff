// Which outcome has which colour, and how outcomes are told apart in the fewest words.

// An outcome keeps its own colour while sliders move; where two of one picture want the same, the later one takes the
// first that is free.
export function colourOf(grids, model, colours) {
  const profiles = [...new Set(grids.flatMap((grid) => grid.sets.flat()))];
  profiles.sort((a, b) => model.slots[a] - model.slots[b] || a - b);
  const taken = new Set();
  const found = new Map();
  const waiting = [];
  for (const profile of profiles) {
    const slot = model.slots[profile];
    if (slot < colours.palette.length && !taken.has(slot)) {
      taken.add(slot);
      found.set(profile, colours.palette[slot]);
    } else waiting.push(profile);
  }
  for (const profile of waiting) {
    const free = colours.palette.findIndex((_, slot) => !taken.has(slot));
    if (free >= 0) taken.add(free);
    found.set(profile, free >= 0 ? colours.palette[free] : colours.other);
  }
  return found;
}

// What all outcomes of a picture have in common, and what each has of its own.
export function tellApart(profiles, model) {
  const rows = profiles.map((profile) => outcomeParts(profile, model));
  const common = (rows[0] ?? []).filter((part, k) => rows.every((row) => row[k] === part));
  const labels = new Map();
  rows.forEach((row, k) => {
    const own = row.filter((part, place) => rows.some((other) => other[place] !== part));
    labels.set(profiles[k], own.length ? capital(own.join("; ")) : capital(row.join("; ")));
  });
  return { common: profiles.length > 1 ? common : [], labels };
}

export function outcomeParts(profile, model) {
  return model.outcomes.rows[profile].map((place) => model.outcomes.parts[place]);
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function percent(count, total) {
  const share = (100 * count) / total;
  return share > 0 && share < 1 ? "< 1 %" : `${Math.round(share)} %`;
}
