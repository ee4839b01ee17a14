// Draws what stands around the list: the person, the times, the removed items, messages.

import { bar, byId, el, moving } from "./dom.js";

const SHOWN_HISTORY = 8;
const SHOWN_TASTE = 8;
const KINDS = { click: "clicked", like: "liked", search: "searched", dislike: "not for me", event: "taken", known: "in the log" };

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const hour = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

// Earlier times are positions in a log that has no clock.
const FIRST_CLOCK = 365 * 86_400;

const when = (seconds) => {
  if (seconds < FIRST_CLOCK) return null;
  const date = new Date(seconds * 1000);
  const isToday = date.toDateString() === new Date().toDateString();
  return el("time", { datetime: date.toISOString() }, (isToday ? hour : day).format(date));
};

const about = (event) => {
  const time = when(event.time);
  const kind = KINDS[event.kind] ?? event.kind;
  return time ? [kind, " · ", time] : [kind];
};

const taken = (event) =>
  el(
    "li",
    { "data-item": event.item ?? "", "data-key": `${event.item ?? event.text} ${event.time} ${event.kind}` },
    el("span", { class: "title" }, event.title ?? `“${event.text}”`),
    el("span", { class: "quiet" }, ...about(event)),
  );

const drawHistory = (history, all) => {
  const shown = all ? history : history.slice(0, SHOWN_HISTORY);
  moving(byId("history"), "key", () =>
    byId("history").replaceChildren(...(shown.length ? shown.map(taken) : [el("li", { class: "quiet" }, "Nothing yet")])),
  );
  const more = byId("all-history");
  more.hidden = all || history.length <= SHOWN_HISTORY;
  more.textContent = `Show ${history.length - SHOWN_HISTORY} more`;
  more.onclick = () => drawHistory(history, true);
};

const drawTaste = (taste, isBlank) => {
  const shown = taste.slice(0, SHOWN_TASTE);
  const bars = shown.map(({ name, share }) => bar(name, share / shown[0].share, `${Math.round(share * 100)} %`, "var(--accent)"));
  byId("taste").replaceChildren(...(bars.length ? bars : [el("li", { class: "quiet" }, isBlank ? "Not known yet" : "The items of this release have no categories")]));
};

const counted = (count, one, many) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

export const drawPerson = (name, user) => {
  byId("about").hidden = false;
  byId("person").textContent = name;
  byId("events").textContent = counted(user.events, "event", "events");
  drawHistory(user.history, false);
  drawTaste(user.taste, user.history.length === 0);
};

const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

const stage = (name, value) => {
  const segment = el("span", { class: `stage ${name}` });
  segment.style.flexGrow = Math.max(value, 0);
  return segment;
};

// `stages` is what the service measured, `trip` the milliseconds from asking to having the answer.
export const drawTimings = (answer, trip) => {
  const { encode_ms: encode, retrieve_ms: retrieve, rank_ms: rank, total_ms: total } = answer.stages;
  const parts = { encode, retrieve, rank, rest: total - encode - retrieve - rank, network: trip - total };
  const text = Object.entries({ encode, retrieve, rank, total, network: Math.max(trip, 0) }).map(([name, value]) =>
    el("span", { class: `time ${name}` }, `${name === "network" ? "round trip" : name} `, el("strong", {}, ms(value))),
  );
  if (answer.cached) text.push(el("span", { class: "chip" }, "from the cache"));
  const strip = el("div", { class: "strip", "aria-hidden": "true" }, ...Object.entries(parts).map(([name, value]) => stage(name, value)));
  byId("timings").replaceChildren(strip, el("p", { class: "note" }, ...text));
  byId("timings").hidden = false;
};

export const drawRelease = (id, note) => {
  byId("release").replaceChildren(id, el("span", { class: "quiet" }, note ? ` ${note}` : ""));
};

const BOUNDS = { min: "≥", max: "≤", below: "<", above: ">" };

const meant = (constraint) => {
  const { range } = constraint;
  const bounds = Object.entries(BOUNDS).filter(([name]) => range?.[name] != null).map(([name, sign]) => `${sign} ${range[name]}`);
  if (range) return `${range.column} ${bounds.join(" ")}`;
  return constraint.names.join(" or ") || constraint.text;
};

const wish = (constraint, isStruck, strike) => {
  const isNot = constraint.negative && constraint.kind !== "shown";
  const text = `${isNot ? "not " : constraint.kind === "item" ? "like " : ""}${meant(constraint)}`;
  const label = `${isStruck ? "Ask again for" : "Take back"}: ${text}`;
  const attributes = { type: "button", class: "chip", "aria-label": label, "data-text": constraint.text, click: () => strike(constraint) };
  return el("li", {}, el("button", attributes, isStruck ? el("s", {}, text) : `${text} ×`));
};

// How a request in words was read: each constraint can be struck, and a struck one asked for again.
export const drawUnderstood = (steering, struck, strike) => {
  const list = byId("understood");
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.text : null;
  const wishes = steering ? [...steering.constraints.map((one) => wish(one, false, strike)), ...[...struck.values()].map((one) => wish(one, true, strike))] : [];
  const rest = steering?.rest ? [el("li", { class: "quiet" }, `and rather “${steering.rest}”`)] : [];
  list.hidden = !steering;
  list.replaceChildren(...wishes, ...rest);
  if (focused) [...list.querySelectorAll("button")].find((node) => node.dataset.text === focused)?.focus();
};

// What each filter took away, the filter with the most first.
export const drawRemoved = (removed) => {
  const groups = Map.groupBy(removed ?? [], (one) => one.filter);
  const ordered = [...groups].sort(([, a], [, b]) => b.length - a.length);
  byId("removed").hidden = !removed;
  byId("removed-list").replaceChildren(
    ...(ordered.length ? ordered.map(group) : [el("p", { class: "note" }, "No filter removed anything.")]),
  );
};

const group = ([filter, removed]) =>
  el(
    "details",
    { "data-filter": filter, open: removed.length <= 5 ? "" : null },
    el("summary", {}, filter, " ", el("span", { class: "chip" }, String(removed.length))),
    el("ul", {}, ...removed.map((one) => el("li", {}, one.title, " ", el("span", { class: "quiet" }, one.reason)))),
  );

// Says something quietly: `message`, what to do about it, and a button where trying again makes sense.
export const say = (message, { action = "", kind = "info", request = "", retry = null } = {}) => {
  const button = retry && el("button", { type: "button", click: retry }, "Try again");
  byId("status").className = kind;
  byId("status").replaceChildren(
    el("p", { class: "message", "data-testid": "message" }, message),
    action ? el("p", { class: "action", "data-testid": "action" }, action) : "",
    request ? el("p", { class: "note" }, `Request ${request}`) : "",
    button || "",
  );
};
