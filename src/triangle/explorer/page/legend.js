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

// A set of outcomes in words: what they share, then how they differ.
export function tellSet(set, profiles, model) {
  if (!set.length) return "Nothing is stable";
  const all = profiles.map((profile) => outcomeParts(profile, model));
  const rows = set.map((profile) => outcomeParts(profile, model));
  const differs = (place) => rows.some((row) => row[place] !== rows[0][place]);
  const told = rows[0].filter((part, place) => !differs(place) && all.some((row) => row[place] !== part));
  const own = rows.map((row) => row.filter((_, place) => differs(place)).join(", "));
  const lead = own[0].slice(0, own[0].indexOf(": ") + 2);
  const short = own.every((text) => lead.length > 2 && text.startsWith(lead));
  const either = own.map((text, k) => (short && k ? text.slice(lead.length) : text)).join(" — or ");
  const parts = [...told, ...(set.length > 1 ? [either] : [])];
  return capital((parts.length ? parts : rows[0]).join("; "));
}

// What every outcome of a picture has in common.
export function tellCommon(profiles, model) {
  const rows = profiles.map((profile) => outcomeParts(profile, model));
  const common = rows.length > 1 ? rows[0].filter((part, place) => rows.every((row) => row[place] === part)) : [];
  return common.length ? `Everywhere in the picture: ${common.join("; ")}.` : "";
}

function outcomeParts(profile, model) {
  return model.outcomes.rows[profile].map((place) => model.outcomes.parts[place]);
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function percent(count, total) {
  const share = (100 * count) / total;
  return share > 0 && share < 1 ? "< 1 %" : `${Math.round(share)} %`;
}
