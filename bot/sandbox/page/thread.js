/** The side pane with one thread: the parent, its replies, and a composer of its own. */

import * as api from "./api.js";
import { makeComposer } from "./composer.js";
import { messageItems } from "./message.js";
import { reconcile } from "./reconcile.js";
import { channelById, listen, placeTitle, state } from "./state.js";
import { showProblem } from "./toasts.js";

const pane = document.getElementById("thread");
const list = document.getElementById("thread-messages");
const scroller = document.getElementById("thread-scroller");

let thread = null;
let returnTo = null;
let composer = null;

/** Opens the thread under the message `ts` of the current place. */
export async function openThread(ts) {
  returnTo = document.activeElement;
  thread = { channel: state.place, ts };
  list.replaceChildren();
  pane.hidden = false;
  document.body.classList.add("with-thread");
  document.getElementById("thread-place").textContent = placeTitle(channelById(thread.channel));
  composer.restore();
  await refreshThread(thread.channel);
  pane.querySelector("textarea").focus();
}

/** Fetches the open thread again if it is in this channel. */
export async function refreshThread(channel) {
  if (!thread || thread.channel !== channel) return;
  const asked = thread;
  const atBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
  try {
    const [{ messages }, { ephemerals }] = await Promise.all([api.readThread(channel, asked.ts), api.readMessages(channel)]);
    if (thread !== asked) return;
    const mine = ephemerals.filter((message) => message.thread_ts === asked.ts).map((message) => ({ ...message, ephemeral: true }));
    const all = [...messages, ...mine].sort((one, other) => one.ts - other.ts);
    reconcile(list, messageItems(all, { channel, inThread: true }));
    if (atBottom) scroller.scrollTop = scroller.scrollHeight;
  } catch (problem) {
    showProblem(problem.message);
  }
}

function closeThread() {
  if (!thread) return;
  thread = null;
  pane.hidden = true;
  document.body.classList.remove("with-thread");
  if (returnTo?.isConnected) returnTo.focus();
}

/** Puts the composer into the pane and closes the pane when the person goes elsewhere. */
export function startThread() {
  composer = makeComposer({
    label: "Reply in this thread",
    placeholder: () => "Reply…",
    target: () => thread && { channel: thread.channel, threadTs: thread.ts },
    sent: () => refreshThread(thread?.channel),
  });
  pane.append(composer.node);
  document.getElementById("thread-close").addEventListener("click", closeThread);
  pane.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) closeThread();
  });
  listen("place", closeThread);
}
