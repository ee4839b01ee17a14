// Talks to the service. Whatever goes wrong becomes an ApiError that says what to do.

import { kept } from "./storage.js";

const keptKey = kept("sessionStorage", "palate-api-key");
let key = keptKey.get();

export class ApiError extends Error {
  constructor(status, { message, action, request_id: request = "" }) {
    super(message);
    this.status = status;
    this.action = action;
    this.request = request;
  }
}

export const setKey = (value) => {
  key = value;
  keptKey.set(value);
};

const headers = () => ({ "Content-Type": "application/json", ...(key ? { "X-API-Key": key } : {}) });

const send = async (path, options) => {
  try {
    return await fetch(path, { ...options, headers: headers() });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, {
      message: "The service does not answer.",
      action: "See whether it runs and whether you are connected, then try again.",
    });
  }
};

const failure = async (response) => {
  const body = await response.json().catch(() => null);
  if (body?.error?.message) return new ApiError(response.status, body.error);
  return new ApiError(response.status, {
    message: `The service answered with status ${response.status}.`,
    action: "Try again; if it stays so, look into the log of the service.",
  });
};

const call = async (method, path, body, signal) => {
  const response = await send(path, { method, signal, body: body && JSON.stringify(body) });
  if (!response.ok) throw await failure(response);
  return response.json();
};

// The events of a stream, each with its name and data. To leave the loop ends the request.
async function* events(path, signal) {
  const response = await send(path, { signal });
  if (!response.ok) throw await failure(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (text + part.value).split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const [name, data] = block.split("\n");
        yield { name: name.slice("event: ".length), data: JSON.parse(data.slice("data: ".length)) };
      }
    }
  } finally {
    await reader.cancel();
  }
}

const post = (path) => (body, signal) => call("POST", path, body, signal);
const person = (id) => `v1/users/${encodeURIComponent(id)}`;
const line = (id, interest) => `${person(id)}/profile/${encodeURIComponent(interest)}`;

export const api = {
  recommend: post("v1/recommend"),
  session: post("v1/sessions"),
  similar: post("v1/similar"),
  search: post("v1/search"),
  events: post("v1/events"),
  user: (id, signal) => call("GET", person(id), undefined, signal),
  forget: (id) => call("DELETE", person(id)),
  explain: (id, item) => events(`${person(id)}/explanations/${encodeURIComponent(item)}/stream`),
  profile: (id, signal) => call("GET", `${person(id)}/profile`, undefined, signal),
  add: (id, text) => call("POST", `${person(id)}/profile`, { text }),
  rewrite: (id, interest, text) => call("PATCH", line(id, interest), { text }),
  strike: (id, interest) => call("DELETE", line(id, interest)),
  restore: (id, interest) => call("PUT", line(id, interest)),
  health: () => call("GET", "healthz"),
};

// Of several questions only the latest counts: asking anew ends the one before.
export const latest = () => {
  let running = new AbortController();
  return () => {
    running.abort();
    running = new AbortController();
    return running.signal;
  };
};

// Random hexadecimal digits. crypto.randomUUID is there only on HTTPS and on this machine.
const digits = (count) =>
  [...crypto.getRandomValues(new Uint8Array(count / 2))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const newId = () => crypto.randomUUID?.() ?? digits(32);
export const newGuest = () => `guest-${digits(8)}`;
