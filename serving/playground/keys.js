// The keyboard: single letters act where nothing is being typed, and can be switched off in the help.

import { byId } from "./dom.js";
import { focusItem } from "./items.js";
import { kept } from "./storage.js";

const keptChoice = kept("localStorage", "palate-shortcuts");
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const ACTS = { l: "like", n: "dislike", s: "similar", w: "why" };

const isTyping = (node) => node.matches("input, dialog, dialog *");

const currentItem = () => document.activeElement.closest(".cards li[data-item]");

const step = (by) => {
  const current = currentItem();
  const list = current?.parentElement ?? byId("recommendations");
  const items = [...list.children];
  const next = current ? items[items.indexOf(current) + by] : items[0];
  if (next) focusItem(next);
};

const press = (act) => currentItem()?.querySelector(`[data-act="${act}"]`)?.click();

const letters = {
  "/": () => byId("search").select(),
  u: () => byId("user").select(),
  "?": () => byId("help").click(),
  Escape: () => byId("close-found").click(),
};

// Does what a key stands for; true when it stands for something here.
const handled = (key) => {
  const arrow = key.startsWith("Arrow");
  if (key in STEPS && (!arrow || currentItem())) step(STEPS[key]);
  else if (key in ACTS && currentItem()) press(ACTS[key]);
  else if (key === "Enter" && document.activeElement === currentItem()) press("click");
  else if (key in letters) letters[key]();
  else return false;
  return true;
};

export const listenToKeys = () => {
  const choice = byId("shortcuts");
  choice.checked = keptChoice.get() !== "off";
  choice.addEventListener("change", () => keptChoice.set(choice.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key.length === 1 && !choice.checked) return;
    if (handled(key)) event.preventDefault();
  });
};
