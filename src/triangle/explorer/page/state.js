// Where the reader is, as text in the address: what a teacher sends round.
// Only what differs from the start is written, numbers to their last digit, so that a link means exactly one picture.

export const NODES = 100;

export function startState(schema) {
  const [x, y] = schema.axes;
  return {
    model: Object.keys(schema.models)[0],
    scenario: schema.start,
    concept: schema.concepts[0].name,
    held: null, // the scenario's own
    values: {}, // sliders that were moved away from the scenario
    x, y,
    show: "", // a measure; empty: what they do
    pin: null, // [column, row]
    rivals: false,
    borders: false,
    ask: "", // the measure of a question that comes before the picture
  };
}

export function toText(state, schema) {
  const start = startState(schema);
  const scenario = schema.scenarios.find((each) => each.name === state.scenario);
  const own = scenario?.own === true;
  const parts = [];
  const write = (key, value) => parts.push(`${key}=${spelled(value)}`);
  write("x", state.x);
  write("y", state.y);
  for (const key of ["model", "concept", "show", "ask"]) if (state[key] !== start[key]) write(key, state[key]);
  // A file of the sender's own is not where the link is opened, so its values go along.
  if (own) write("scenario", "");
  else if (state.scenario !== start.scenario || start.scenario) write("scenario", state.scenario);
  const values = own ? { ...scenario.values, ...state.values } : state.values;
  const held = own && state.held === null ? scenario.held : state.held;
  const moved = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  if (moved.length) write("set", moved.map(([name, value]) => `${name}:${value}`).join(","));
  if (held !== null) {
    write("held", Object.entries(held).map(([player, action]) => `${player}:${action}`).join(",") || "nobody");
  }
  if (state.pin) write("pin", state.pin.join(","));
  for (const key of ["rivals", "borders"]) if (state[key]) write(key, "yes");
  return parts.join("&");
}

export function fromText(text, schema) {
  const state = startState(schema);
  const faults = [];
  const given = new Map();
  for (const part of text.replace(/^#/, "").split("&").filter(Boolean)) {
    const place = part.indexOf("=");
    try {
      given.set(decodeURIComponent(part.slice(0, place)), decodeURIComponent(part.slice(place + 1)));
    } catch {
      faults.push(`“${part}” cannot be read`);
    }
  }
  const take = (key, allowed, what) => {
    if (!given.has(key)) return;
    const value = given.get(key);
    if (allowed.includes(value)) state[key] = value;
    else faults.push(`there is no ${what} “${value}” here`);
  };
  take("model", Object.keys(schema.models), "model");
  const model = schema.models[state.model];
  const every = Object.values(schema.models).flatMap((each) => each.parameters);
  const names = every.map((each) => each.name);
  take("scenario", ["", ...schema.scenarios.map((each) => each.name)], "scenario");
  take("concept", schema.concepts.map((each) => each.name), "concept");
  take("x", names, "parameter");
  take("y", names, "parameter");
  if (state.x === state.y) [state.x, state.y] = schema.axes;
  take("show", ["", ...model.measures.map((each) => each.name)], "measure");
  take("ask", ["", ...model.guesses], "question about");
  readValues(given.get("set"), every, state, faults);
  readHeld(given.get("held"), model, state, faults);
  const pin = (given.get("pin") ?? "").split(",").map(Number);
  if (pin.length === 2 && pin.every((each) => Number.isInteger(each) && each >= 0 && each < NODES)) state.pin = pin;
  for (const key of ["rivals", "borders"]) state[key] = given.get(key) === "yes";
  return { state, faults };
}

function readValues(text, parameters, state, faults) {
  for (const item of (text ?? "").split(",").filter(Boolean)) {
    const [name, number] = item.split(":");
    const known = parameters.find((each) => each.name === name);
    const value = number?.trim() ? Number(number) : NaN;
    if (!known) faults.push(`there is no parameter “${name}” here`);
    else if (!(value >= known.ends[0] && value <= known.ends[1])) {
      faults.push(`${name} must be from ${known.ends[0]} to ${known.ends[1]}, not “${number}”`);
    } else state.values[name] = value;
  }
}

function readHeld(text, model, state, faults) {
  if (text === undefined) return;
  state.held = {};
  for (const item of text === "nobody" ? [] : text.split(",")) {
    const place = item.indexOf(":");
    const [player, action] = [item.slice(0, place), item.slice(place + 1)];
    if (model.actions[player]?.includes(action)) state.held[player] = action;
    else faults.push(`nobody called “${player}” can be held to “${action}”`);
  }
}

// Escape what would end a part, and leave the rest readable.
function spelled(value) {
  return encodeURIComponent(value).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%2F/g, "/");
}
