// Small helpers: elements, choices, and work of which only the last request counts.

// make("p.note", "text", child, …): text is never read as markup.
export function make(what, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function withAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  return element;
}

// A labelled menu. `choices`: [value, title] or [value, title, group].
export function menu(label, choices, changed) {
  const select = make("select");
  fillMenu(select, choices);
  select.addEventListener("change", () => changed(select.value));
  return { element: make("label.menu", make("span.menu-label", label), select), select };
}

export function fillMenu(select, choices) {
  const groups = new Map();
  select.replaceChildren();
  for (const [value, title, group] of choices) {
    const option = make("option", title);
    option.value = value;
    if (group === undefined) {
      select.append(option);
      continue;
    }
    if (!groups.has(group)) {
      groups.set(group, withAttributes(make("optgroup"), { label: group }));
      select.append(groups.get(group));
    }
    groups.get(group).append(option);
  }
}

// An id that no other explorer in the document has.
let used = 0;
export function freshId(name) {
  used += 1;
  return `tri-${used}-${name}`;
}

export function button(label, pressed, classes = "") {
  const element = withAttributes(make(`button.button${classes}`, label), { type: "button" });
  element.addEventListener("click", () => pressed(element));
  return element;
}

// One request at a time; of those that come meanwhile only the last is made.
export function latest(work) {
  let busy = false;
  let next = null;
  return async (...asked) => {
    next = asked;
    if (busy) return;
    busy = true;
    try {
      while (next) {
        const now = next;
        next = null;
        await work(...now);
      }
    } finally {
      busy = false;
    }
  };
}

// Run before the next frame, once however often it is asked for.
export function framed(work) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      work();
    });
  };
}

export function later(work, delay) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), delay);
  };
}

export function shortNumber(value, digits = 3) {
  return Number(value.toFixed(digits)).toString();
}

export function signed(value, digits = 3) {
  return (value < 0 ? "−" : "+") + Math.abs(value).toFixed(digits);
}
