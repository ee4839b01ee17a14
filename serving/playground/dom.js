// Makes elements. Every text becomes a text node, never markup.

export const byId = (id) => document.getElementById(id);

export const el = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
};

const series = new Map();
const SERIES_COLOURS = 8;

// A colour per name, the same as long as the page lives.
const colourOf = (name) => {
  if (!series.has(name)) series.set(name, (series.size % SERIES_COLOURS) + 1);
  return `var(--series-${series.get(name)})`;
};

// A labelled bar. `share` is its length, 0 to 1; the value is written beside it.
export const bar = (name, share, value, colour = colourOf(name)) => {
  const fill = el("span", { class: "fill" });
  fill.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  fill.style.background = colour;
  return el(
    "li",
    { "data-name": name },
    el("span", { class: "name", title: name }, name),
    el("span", { class: "track", "aria-hidden": "true" }, fill),
    el("span", { class: "value" }, value),
  );
};

const still = matchMedia("(prefers-reduced-motion: reduce)");

// Moves the children of a list from where they were to where `change` puts them; newcomers fade in.
export const moving = (list, key, change) => {
  const tops = new Map([...list.children].map((node) => [node.dataset[key], node.getBoundingClientRect().top]));
  change();
  if (still.matches || tops.size === 0) return;
  for (const node of list.children) {
    const old = tops.get(node.dataset[key]);
    const way = old === undefined ? 0 : old - node.getBoundingClientRect().top;
    const from = old === undefined ? { opacity: 0 } : { transform: `translateY(${way}px)` };
    if (old === undefined || way) node.animate([from, {}], { duration: 380, easing: "cubic-bezier(.2, 0, 0, 1)" });
  }
};
