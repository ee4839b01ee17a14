// The profile in words: lines that were inferred and lines that the person wrote, and what a change of one did.

import { byId, el } from "./dom.js";

const LONGEST_LINE = 300;

const button = (text, about, act) =>
  el("button", { type: "button", class: "ghost", "data-do": text, "aria-label": `${text}: ${about}`, click: act }, text);

const quoted = (texts) => texts.map((text) => `“${text}”`).join(", ");

// What of a written line does nothing here.
const notice = ({ counts, ignored }) => {
  if (!counts) return el("p", { class: "notice" }, "This says nothing of this catalogue, so no list goes by it.");
  return ignored.length ? el("p", { class: "note" }, `Says nothing of this catalogue: ${quoted(ignored)}`) : null;
};

// A form in the place of a line; `text` is what it begins with.
const rewriting = (node, about, text, rewrite) => {
  const input = el("input", { maxlength: LONGEST_LINE, required: "", value: text, "aria-label": `In place of: ${about}` });
  const shown = [...node.childNodes];
  const close = () => {
    node.replaceChildren(...shown);
    node.querySelector('[data-do="Rewrite"]').focus();
  };
  const submit = (event) => {
    event.preventDefault();
    rewrite(input.value.trim(), close);
  };
  const cancel = el("button", { type: "button", class: "ghost", click: close }, "Cancel");
  const escape = (event) => event.key === "Escape" && close();
  const save = el("button", { class: "primary" }, "Save");
  node.replaceChildren(el("form", { class: "together", autocomplete: "off", submit, keydown: escape }, input, save, cancel));
  input.focus();
};

const buttons = (id, about, text, acts) => [
  button("Rewrite", about, (event) =>
    rewriting(event.target.closest("li"), about, text, (words, close) => acts.rewrite({ id, text: words }, close))),
  button("Strike", about, () => acts.strike({ id, about })),
];

const inferred = (one, acts) => {
  const about = one.categories.join(" and ");
  return el(
    "li",
    { "data-line": one.id },
    el("p", { class: "sentence" }, one.text),
    el("p", { class: "note" }, one.evidence.map((taken) => taken.title).join(", ")),
    el("div", { class: "line" },
      el("span", { class: "quiet" }, `${Math.round(one.share * 100)} % ${one.tags.join(", ")}`),
      el("span", {}, ...buttons(one.id, about, "", acts))),
  );
};

const written = (one, acts) =>
  el(
    "li",
    { "data-line": one.id },
    el("p", { class: "sentence" }, `“${one.text}”`),
    notice(one),
    el("div", { class: "line" }, el("span", { class: "quiet" }, "written"), el("span", {}, ...buttons(one.id, one.text, one.text, acts))),
  );

const struck = (one, acts) => {
  const about = one.categories.join(" and ");
  return el(
    "li",
    { "data-line": one.id, class: "line" },
    el("s", { class: "quiet" }, about),
    button("Undo", about, () => acts.restore({ id: one.id, about })),
  );
};

const OPPOSITE = { Strike: "Undo", Undo: "Strike" };

// The button that had the focus, or the one that took its place.
const refocus = (list, line, name) => {
  const node = [...list.children].find((child) => child.dataset.line === line);
  const named = (wanted) => node?.querySelector(`[data-do="${wanted}"]`);
  (named(name) ?? named(OPPOSITE[name]) ?? node?.querySelector("button") ?? byId("line")).focus();
};

// Draws the lines; one that is being rewritten stays as it is, and the focus stays where it was.
export const drawProfile = (profile, acts) => {
  const list = byId("lines");
  const active = document.activeElement;
  const line = list.contains(active) ? active.closest("li").dataset.line : null;
  const open = [...list.children].find((node) => node.querySelector("form"));
  const drawn = [
    ...profile.lines.map((one) => inferred(one, acts)),
    ...profile.written.map((one) => written(one, acts)),
    ...profile.struck.map((one) => struck(one, acts)),
  ].map((node) => (node.dataset.line === open?.dataset.line ? open : node));
  list.replaceChildren(...(drawn.length ? drawn : [el("li", { class: "quiet" }, "Nothing can be said yet")]));
  if (open?.contains(active)) active.focus();
  else if (line) refocus(list, line, active.dataset.do);
};

const moved = (sign, name, items) =>
  items.map(({ title }) => el("li", { class: name }, el("span", { "aria-hidden": "true" }, sign), el("span", { class: "hidden" }, `${name}: `), title));

// Which items of the first ten came and went with a change of the profile.
export const drawChange = ({ items_in: came, items_out: went }) => {
  const count = came.length || went.length;
  byId("change").hidden = false;
  byId("change").replaceChildren(
    el("p", { class: "note" }, count ? "This changed the first ten:" : "The first ten stay as they are."),
    el("ul", {}, ...moved("+ ", "came", came), ...moved("− ", "went", went)),
  );
};

export const endChange = () => {
  byId("change").hidden = true;
  byId("change").replaceChildren();
};
