/** The app's Home tab. */

import * as api from "./api.js";
import { renderBlocks } from "./blocks.js";
import { dayOf } from "./dates.js";
import { listen, now, state } from "./state.js";
import { makeSurface } from "./surface.js";
import { showProblem } from "./toasts.js";

const body = document.getElementById("home-blocks");
const empty = document.getElementById("home-empty");
let surface = null;
let shownFor = null;
let asked = 0;

/** Fetches App Home if the person is there. `opened` tells the bot that they came to it just now. */
export async function refreshHome(opened = false) {
  if (state.place !== "home") return;
  const me = state.me.id;
  asked += 1;
  const mine = asked;
  const answer = await api.readHome(opened).catch((problem) => showProblem(problem.message));
  // Coming here has the bot publish: the answer to that, with what stood here before, may be the last to arrive.
  if (!answer || mine !== asked || state.place !== "home" || state.me.id !== me) return;
  const view = answer.view;
  empty.hidden = Boolean(view);
  if (shownFor !== me) body.replaceChildren();
  shownFor = me;
  if (view && surface?.where.view_id !== view.id) surface = makeSurface({ view_id: view.id }, view.state?.values);
  renderBlocks(body, view?.blocks ?? [], surface, me + dayOf(now()));
}

/** Draws App Home whenever the person comes to it. */
export function startHome() {
  listen("place", () => refreshHome(true));
}
