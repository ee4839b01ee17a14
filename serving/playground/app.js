// The playground: who it is for, what the rules are, and what happens when something is clicked.

import { api, ApiError, latest, newGuest, newId, setKey } from "./api.js";
import { byId, el } from "./dom.js";
import { drawFound, drawRecommendations, teller } from "./items.js";
import { listenToKeys } from "./keys.js";
import { drawPerson, drawRelease, drawRemoved, drawTimings, drawUnderstood, say } from "./panels.js";
import { drawChange, drawProfile, endChange } from "./profile.js";
import { endTalk, heard, isTalking, turns } from "./talk.js";

const FOUND = 6;
const NEEDS_KEY = [401, 403];
const passes = (status) => status === 0 || status === 429 || status >= 500;

// `isNew`: nothing is stored about the person, so the service is asked for an empty history.
let person = null;
let ranks = null;
let seed = 0;
// Constraints of the request in words that were taken back, by their words.
const struck = new Map();
let refused = null;
let cameFrom = null;

const askList = latest();
const askFound = latest();
const askProfile = latest();

const fail = (error, retry) => {
  if (error.name === "AbortError") return;
  if (!(error instanceof ApiError)) {
    say("The page itself failed.", { action: "Reload it; the browser's console says more.", kind: "error" });
    throw error;
  }
  refused = retry;
  if (NEEDS_KEY.includes(error.status)) byId("key-form").hidden = false;
  const action = error.status === 401 ? "Enter a key above." : error.action;
  say(error.message, { action, request: error.request, kind: "error", retry: passes(error.status) ? retry : null });
  if (error.status === 401) byId("key").focus();
};

const attempt = (work) => {
  const run = () => work().catch((error) => fail(error, run));
  return run();
};

const rules = () => ({
  k: byId("k").valueAsNumber,
  diversity: byId("diversity").valueAsNumber,
  explore: byId("explore").valueAsNumber,
  filters: { allow: byId("allow").value.trim() || null, deny: byId("deny").value.trim() || null },
  debug: byId("debug").checked,
  query: byId("query").value.trim() || null,
  struck: byId("query").value.trim() ? [...struck.keys()] : [],
  explain: true,
  seed,
});

const whom = () => (person.isNew ? { history: [] } : { user: person.id });

const recommended = async (signal) => {
  const started = performance.now();
  const answer = isTalking() ? await refined(null, signal) : await api.recommend({ ...whom(), ...rules() }, signal);
  return { answer, trip: performance.now() - started };
};

// The list after one more turn, or, where nothing is said, as the turns so far have it now.
const refined = async (words, signal) => {
  const { k, filters, query } = rules();
  const shown = ranks ? [...ranks.keys()] : [];
  const answer = await api.session(
    { ...whom(), k, filters, turns: turns(query ?? "", shown), struck: [...struck.keys()], ...(words ? { say: words } : {}) },
    signal,
  );
  if (answer.struck.length === 0) struck.clear();
  heard(words, answer);
  return { ...answer.list, steering: answer.state };
};

const talk = (words) =>
  attempt(async () => {
    if (!person || !words) return;
    const signal = askList();
    const started = performance.now();
    draw({ answer: await refined(words, signal), trip: performance.now() - started });
    byId("say").value = "";
  });

const draw = ({ answer, trip }) => {
  drawRecommendations(byId("recommendations"), answer.items, ranks);
  byId("recommendations").dataset.list = answer.list; // what an event names, so that it is counted for the list
  ranks = new Map(answer.items.map((item, i) => [item.item, i + 1]));
  drawTimings(answer, trip);
  drawRelease(answer.release, answer.method);
  drawRemoved(answer.removed);
  drawUnderstood(answer.steering, struck, strikeWish);
  byId("legend").hidden = answer.items.length === 0;
};

const strikeWish = (constraint) => {
  if (!struck.delete(constraint.text)) struck.set(constraint.text, constraint);
  refresh();
};

const summarise = (user, answer, news) => {
  if (!user.known && !person.isNew) {
    say(`Nobody with the id “${person.id}” is known.`, {
      action: "Check the id against your event log, or click an item below: the list adapts at once.",
      kind: "warning",
    });
  } else if (answer.items.length === 0) {
    say("Nothing is left to recommend.", { action: "Loosen the rules: empty “Only” and “Never”, or take back what was asked for in words.", kind: "warning" });
  } else {
    say(news || `${answer.items.length} items for ${person.id}.`);
  }
};

// Asks anew for the person's state and list, and draws both; `news` is said with the result.
const refresh = (news = "") =>
  attempt(async () => {
    if (!person || !byId("controls").reportValidity()) return;
    const signal = askList();
    byId("recommendations").setAttribute("aria-busy", "true");
    try {
      const [user, list] = await Promise.all([api.user(person.id, signal), recommended(signal)]);
      drawPerson(person.name, user);
      draw(list);
      summarise(user, list.answer, news);
      readProfile();
    } finally {
      if (!signal.aborted) byId("recommendations").removeAttribute("aria-busy");
    }
  });

// Lines are written when somebody reads them: until the panel is opened nothing is asked.
const readProfile = () =>
  attempt(async () => {
    if (!person || !byId("profile").open) return;
    byId("lines").setAttribute("aria-busy", "true");
    const signal = askProfile();
    try {
      drawProfile(await api.profile(person.id, signal), { strike, restore, rewrite });
    } finally {
      if (!signal.aborted) byId("lines").removeAttribute("aria-busy");
    }
  });

// Makes a change of the profile, and says what it did; `done` runs once it is kept.
const change = (ask, news, done = () => {}) =>
  attempt(async () => {
    const to = person;
    const answer = await ask(to.id);
    done();
    if (to !== person) return;
    to.isNew = false;
    drawChange(answer);
    await refresh(news);
  });

const strike = ({ id, about }) => change((to) => api.strike(to, id), `“${about}” is struck.`);
const restore = ({ id, about }) => change((to) => api.restore(to, id), `“${about}” is restored.`);
const rewrite = ({ id, text }, close) => text && change((to) => api.rewrite(to, id, text), `“${text}” is kept.`, close);

const addLine = () => {
  const text = byId("line").value.trim();
  if (text) change((to) => api.add(to, text), `“${text}” is added.`, () => (byId("line").value = ""));
};

const RECENT = new Set();

const meet = (id, isNew) => {
  if (!id) return null;
  person = { id, isNew, name: isNew ? "Somebody new" : id };
  ranks = null;
  seed = 0;
  byId("user").value = id;
  byId("about").hidden = true;
  byId("lines").replaceChildren();
  endChange();
  byId("recommendations").replaceChildren();
  endTalk();
  byId("talk-form").hidden = false;
  RECENT.add(id);
  byId("recent").replaceChildren(...[...RECENT].map((value) => el("option", { value })));
  return refresh();
};

const DONE = { click: "clicked", like: "liked", dislike: "put aside" };

// The identity of the event is made once, so that trying again never counts it twice.
const act = async (item, title, kind, list) => {
  if (!person) await meet(newGuest(), true);
  const to = person;
  const event = { id: newId(), user: to.id, item, kind, list };
  await attempt(async () => {
    await api.events({ events: [event] });
    to.isNew = false;
    if (to === person) await refresh(`You ${DONE[kind]} “${title}”.`);
  });
};

const find = (title, question) =>
  attempt(async () => {
    const { items, list } = await question(askFound());
    byId("found-list").dataset.list = list;
    if (byId("found").hidden) cameFrom = document.activeElement;
    byId("found-title").textContent = title;
    drawFound(byId("found-list"), items);
    byId("found").hidden = false;
    byId("found-list").firstElementChild?.focus({ preventScroll: true });
    byId("found").scrollIntoView({ block: "nearest" });
  });

const closeFound = () => {
  if (byId("found").hidden) return;
  byId("found").hidden = true;
  (cameFrom?.isConnected ? cameFrom : byId("search")).focus();
};

const forget = (to) =>
  attempt(async () => {
    const { deleted } = await api.forget(to.id);
    to.isNew = true;
    if (to === person) await refresh(`${to.id} is forgotten; events deleted: ${deleted}.`);
  });

const explain = (node, item) =>
  attempt(async () => {
    const place = teller(node);
    try {
      for await (const { name, data } of api.explain(person.id, item)) {
        if (!node.isConnected) return;
        if (name === "token") place.draft(data.text);
        else if (name === "rejected") place.reject();
        else place.tell(data);
      }
    } finally {
      place.end();
    }
  });

const onItem = async (event) => {
  const kind = event.target.closest("[data-act]")?.dataset.act;
  if (!kind) return;
  const node = event.target.closest("li");
  if (node.ariaBusy) return;
  const { item } = node.dataset;
  const title = node.querySelector("h3").textContent;
  node.ariaBusy = "true";
  if (kind === "similar") await find(`Similar to “${title}”`, (signal) => api.similar({ item, k: FOUND }, signal));
  else if (kind === "why") await explain(node, item);
  else await act(item, title, kind, node.parentElement.dataset.list);
  node.ariaBusy = null;
};

const onSubmit = (id, work) =>
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    work();
  });

const listenToPeople = () => {
  onSubmit("who-form", () => meet(byId("user").value.trim(), false));
  byId("profile").addEventListener("toggle", readProfile);
  onSubmit("line-form", addLine);
  byId("new").addEventListener("click", () => meet(newGuest(), true));
  byId("forget").addEventListener("click", () => {
    byId("forget-name").textContent = person.id;
    byId("forget-dialog").returnValue = "";
    byId("forget-dialog").showModal();
  });
  byId("forget-dialog").addEventListener("close", (event) => event.target.returnValue === "forget" && forget(person));
};

const listenToRules = () => {
  onSubmit("controls", () => {});
  byId("query").addEventListener("change", () => {
    struck.clear();
    endTalk();
  });
  byId("controls").addEventListener("change", () => refresh());
  for (const id of ["diversity", "explore"]) {
    byId(id).addEventListener("input", () => {
      byId(`${id}-value`).textContent = byId(id).value;
      byId("again").hidden = byId("explore").valueAsNumber === 0;
    });
  }
  byId("again").addEventListener("click", () => {
    seed += 1;
    refresh();
  });
};

const listenToTalk = () => {
  onSubmit("talk-form", () => talk(byId("say").value.trim()));
  byId("undo").addEventListener("click", () => talk("undo"));
  byId("end-talk").addEventListener("click", () => {
    struck.clear();
    endTalk();
    refresh();
  });
};

const listenToLists = () => {
  for (const id of ["recommendations", "found-list"]) byId(id).addEventListener("click", onItem);
  onSubmit("search-form", () => {
    const text = byId("search").value.trim();
    if (text) find(`Found for “${text}”`, (signal) => api.search({ text, k: FOUND }, signal));
  });
  byId("close-found").addEventListener("click", closeFound);
};

const start = async () => {
  listenToPeople();
  listenToRules();
  listenToTalk();
  listenToLists();
  listenToKeys();
  byId("help").addEventListener("click", () => byId("help-dialog").showModal());
  onSubmit("key-form", () => {
    setKey(byId("key").value);
    byId("key-form").hidden = true;
    (refused ?? refresh)();
  });
  say("Nobody is chosen yet.", { action: "Enter a user id, or start as somebody new and click what you like.", kind: "start" });
  byId("user").focus();
  await attempt(async () => {
    const { release, mode } = await api.health();
    drawRelease(release, mode);
  });
};

start();
