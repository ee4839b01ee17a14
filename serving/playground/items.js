// Draws the lists of items: what is recommended, found and similar.

import { bar, el, moving } from "./dom.js";

const ACTS = [
  ["click", "Click"],
  ["like", "Like"],
  ["dislike", "Not for me"],
  ["similar", "Similar"],
];
const WHY = ["why", "Why?"];

const number = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
const percent = (value) => `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;

const buttons = (item, acts) =>
  el(
    "div",
    { class: "acts" },
    ...acts.map(([act, label]) =>
      el("button", { type: "button", "data-act": act, class: act === "click" ? "soft" : "ghost", "aria-label": `${label}: ${item.title}` }, label),
    ),
  );

const fields = (item) =>
  el(
    "dl",
    { class: "fields" },
    ...Object.entries(item.fields ?? {})
      .filter(([, value]) => value)
      .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );

const together = (nodes) => nodes.flatMap((node, i) => (i === 0 ? [node] : [i === nodes.length - 1 ? " and " : ", ", node]));

// Similar items of the history, which is no evidence: that comes with a sentence.
const because = (item) => {
  if (!item.because?.length) return null;
  const titles = item.because.map((one) => el("strong", { title: `similarity ${number(one.similarity)}` }, one.title));
  return el("p", { class: "because", "data-testid": "because" }, "Similar to ", ...together(titles));
};

const sentence = (text, isDraft = false) =>
  el("p", { class: isDraft ? "sentence draft" : "sentence", "data-testid": "sentence" }, text);

// What is said of why an item is there: a sentence that was written before, or the nearest of what was taken.
const told = (item) =>
  el("div", { class: "told", "aria-live": "polite" }, item.explanation ? sentence(item.explanation.text) : (because(item) ?? ""));

const LACKS = {
  off: "no language model runs",
  loading: "the language model is still being loaded",
  failed: "the language model failed",
  deadline: "the language model took too long",
  rejected: "what the language model wrote was not true",
};

const origin = (explanation) =>
  explanation.source === "template"
    ? `A template, for ${LACKS[explanation.reason]}.`
    : `Written by the language model${explanation.source === "retry" ? " at the second try" : ""}, and checked.`;

const VERBS = { liked: "liked", disliked: "disliked", neutral: "taken" };

// A search, a review, a line of the profile; filters have no words.
const statement = (one) => (one.text ? `${one.kind}: “${one.text}”` : one.kind);

const carriers = (evidence) =>
  el(
    "ul",
    { class: "evidence", "aria-label": "What it rests on" },
    ...evidence.reasons.map((one) =>
      el("li", {}, el("strong", {}, one.title), el("span", { class: "quiet" }, ` ${VERBS[one.sentiment]} · place ${one.place_without ?? "none"} without it`)),
    ),
    ...evidence.stated.map((one) =>
      el("li", {}, el("strong", {}, statement(one)), el("span", { class: "quiet" }, ` said · place ${one.place_without ?? "none"} without it`)),
    ),
  );

// How far the item falls without all that it rests on.
const fall = (evidence) =>
  evidence.reasons.length + evidence.stated.length
    ? [el("p", { class: "note", "data-testid": "fall" }, `Place ${evidence.place} in your list without filters; place ${evidence.place_without} without what it rests on.`)]
    : [];

// Shows an explanation in the card of its item, as it comes.
export const teller = (node) => {
  const place = node.querySelector(".told");
  let text = "";
  place.setAttribute("aria-busy", "true"); // what is read aloud is the end
  return {
    draft: (piece) => {
      text += piece;
      place.replaceChildren(sentence(text, true));
    },
    reject: () => {
      text = "";
      place.replaceChildren(sentence("…", true));
    },
    tell: (explanation) => {
      place.replaceChildren(sentence(explanation.text), carriers(explanation.evidence), ...fall(explanation.evidence), el("p", { class: "note" }, origin(explanation)));
    },
    end: () => place.removeAttribute("aria-busy"),
  };
};

// The lowest and the highest value of each name over a list: what the bars are measured against.
const ranges = (items, part) => {
  const found = new Map();
  for (const [name, value] of items.flatMap((item) => Object.entries(item[part] ?? {}))) {
    const [low, high] = found.get(name) ?? [0, 0];
    found.set(name, [Math.min(low, value), Math.max(high, value)]);
  }
  return found;
};

const bars = (item, part, range, write, colour) =>
  Object.entries(item[part] ?? {}).map(([name, value]) => {
    const [low, high] = range.get(name);
    return bar(name, high > low ? (value - low) / (high - low) : 0, write(value), colour);
  });

const reasons = (item, scales) =>
  el(
    "div",
    { class: "why" },
    el("p", { class: "score" }, el("span", { class: "quiet" }, "score "), number(item.score)),
    el("ul", { class: "bars", "aria-label": "Score by source" }, ...bars(item, "sources", scales.sources, number)),
    el("ul", { class: "bars", "aria-label": "Probability of each action" }, ...bars(item, "actions", scales.actions, percent, "var(--action)")),
  );

const movement = (rank, before) => {
  if (before === null) return null;
  const [kind, text] =
    before === undefined ? ["new", "new"] : before > rank ? ["up", `up ${before - rank}`] : ["down", `down ${rank - before}`];
  return before === rank ? null : el("span", { class: `mark ${kind}`, "data-testid": "mark" }, text);
};

const card = (item, rank, mark, why, acts) =>
  el(
    "li",
    { "data-item": item.item, tabindex: rank === 1 ? 0 : -1, "aria-label": `${rank}. ${item.title}` },
    el("div", { class: "place" }, el("span", { class: "rank" }, String(rank)), mark),
    el("div", { class: "body" }, el("h3", {}, item.title), fields(item), told(item), buttons(item, acts)),
    why,
  );

// Remembers what has the focus in a list, and gives it back to the same item or to the one in its place.
const keepingFocus = (list, change) => {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const old = focused?.closest("li");
  const index = [...list.children].indexOf(old);
  change();
  if (!old || list.children.length === 0) return;
  const same = [...list.children].find((node) => node.dataset.item === old.dataset.item);
  const next = same ?? list.children[Math.min(index, list.children.length - 1)];
  focusItem(next, focused.dataset.act);
};

// Gives the focus to an item, or to its button for `act`; Tab comes back to it.
export const focusItem = (node, act) => {
  for (const other of node.parentElement.children) other.tabIndex = other === node ? 0 : -1;
  ((act && node.querySelector(`[data-act="${act}"]`)) || node).focus();
};

// Draws recommendations; `before` maps an item to its former rank, or is null when there is nothing to compare with.
export const drawRecommendations = (list, items, before) => {
  const scales = { sources: ranges(items, "sources"), actions: ranges(items, "actions") };
  const cards = items.map((item, i) =>
    card(item, i + 1, movement(i + 1, before === null ? null : before.get(item.item)), reasons(item, scales), [...ACTS, WHY]),
  );
  moving(list, "item", () => keepingFocus(list, () => list.replaceChildren(...cards)));
};

export const drawFound = (list, items) =>
  list.replaceChildren(
    ...items.map((item, i) => card(item, i + 1, null, el("p", { class: "score" }, el("span", { class: "quiet" }, "score "), number(item.score)), ACTS)),
  );
