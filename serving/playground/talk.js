// The conversation about a list. Its state is the turns, which the service answers with and is sent again.

import { byId, el } from "./dom.js";

let session = null;
const said = [];

const draw = () => {
  byId("talk").replaceChildren(
    ...said.map(({ say, reply }) => el("li", {}, el("p", { class: "said" }, say), el("p", { class: "quiet" }, reply))),
  );
  for (const id of ["undo", "end-talk"]) byId(id).disabled = said.length === 0;
};

export const isTalking = () => session !== null;

// What is sent about the turns so far; the first one begins with the list that is shown.
export const turns = (query, shown) => session?.turns ?? [{ say: query, shown }];

// Takes an answer in; `say` is null where the list was only made anew.
export const heard = (say, answer) => {
  session = { turns: answer.turns };
  if (say) said.push({ say, reply: answer.reply });
  draw();
};

export const endTalk = () => {
  session = null;
  said.length = 0;
  draw();
};
