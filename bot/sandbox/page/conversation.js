/** The messages of the place the person is in: a channel, a direct message, or the app's own conversation. */

import * as api from "./api.js";
import { dayHeading, dayOf } from "./dates.js";
import { h } from "./dom.js";
import { messageItems, spokenMessage } from "./message.js";
import { reconcile } from "./reconcile.js";
import { channelById, listen, now, state } from "./state.js";
import { openThread, refreshThread } from "./thread.js";
import { showProblem } from "./toasts.js";

const NEAR_BOTTOM = 48;
const MOST_SPOKEN = 3;
const SPOKEN_FOR = 4000;
const scroller = document.getElementById("scroller");
const list = document.getElementById("messages");
const jump = document.getElementById("jump");
const spoken = document.getElementById("spoken");

let shown = { channel: null, me: null, last: 0, newFrom: null };
let pending = [];
let stuck = true;
let silence;

/** Fetches the messages of the current place and shows what changed. */
export async function refreshMessages() {
  const channel = channelById(state.place);
  if (!channel) return;
  const me = state.me.id;
  const unread = channel.unread;
  let answer;
  try {
    answer = await api.readMessages(channel.id);
  } catch (problem) {
    showProblem(problem.message);
    return;
  }
  if (state.place !== channel.id || state.me.id !== me) return;
  const messages = inOrder(answer);
  const entered = shown.channel !== channel.id || shown.me !== me;
  if (entered) enter(channel.id, me, messages, unread);
  else stuck = atBottom();
  draw(channel.id, messages);
  if (!entered) announceNew(messages);
  shown.last = Number(messages.at(-1)?.ts ?? 0);
  if (stuck) toBottom();
  if (unread > 0 && document.visibilityState === "visible") await api.markRead(channel.id).catch(() => null);
  refreshThread(channel.id);
}

/** Shows a message as being sent until `done` is called. */
export function showPending(channel, text) {
  const one = { channel, text };
  pending.push(one);
  drawPending();
  toBottom();
  return () => {
    pending = pending.filter((other) => other !== one);
    drawPending();
  };
}

/** Messages and what only this person sees, oldest first; replies stand in their threads. */
function inOrder(answer) {
  return [...answer.messages, ...answer.ephemerals.map((message) => ({ ...message, ephemeral: true }))]
    .filter((message) => !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast")
    .sort((one, other) => one.ts - other.ts);
}

function enter(channel, me, messages, unread) {
  list.replaceChildren();
  const foreign = messages.filter((message) => message.user !== me);
  shown = { channel, me, last: 0, newFrom: unread > 0 ? foreign.at(-unread)?.ts ?? null : null };
  stuck = true;
}

function draw(channel, messages) {
  const items = [];
  let day = null;
  for (const item of messageItems(messages, { channel, openThread })) {
    const itsDay = dayOf(item.key);
    if (itsDay !== day) items.push(divider(`day ${itsDay}`, dayHeading(item.key), "day"));
    if (item.key === shown.newFrom) items.push(divider("new", "New", "new"));
    items.push(item);
    day = itsDay;
  }
  reconcile(list, items);
  document.getElementById("empty").hidden = messages.length > 0;
}

function divider(key, words, kind) {
  return { key, signature: words + dayOf(now()), render: () => h("li", { class: `divider divider-${kind}` }, h("span", {}, words)) };
}

function drawPending() {
  const mine = pending.filter((one) => one.channel === state.place);
  document.getElementById("pending").replaceChildren(...mine.map((one) => h("p", { class: "pending" }, h("span", { class: "spinner" }), one.text)));
}

function announceNew(messages) {
  const fresh = messages.filter((message) => Number(message.ts) > shown.last && message.user !== state.me.id);
  if (!fresh.length) return;
  spoken.textContent = fresh.slice(-MOST_SPOKEN).map(spokenMessage).join(". ");
  clearTimeout(silence);
  silence = setTimeout(() => spoken.replaceChildren(), SPOKEN_FOR);
  jump.hidden = stuck;
}

const atBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_BOTTOM;

function toBottom() {
  scroller.scrollTop = scroller.scrollHeight;
  jump.hidden = true;
}

/** Arrow keys walk through the messages when the focus is on one of them. */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const article = event.target.closest("article");
  if (!step || event.target !== article) return;
  const all = [...list.querySelectorAll("article")];
  event.preventDefault();
  all[all.indexOf(article) + step]?.focus();
}

/** Ties the list to its scroll position, its keys and the current place. */
export function startConversation() {
  scroller.addEventListener("scroll", () => {
    stuck = atBottom();
    if (stuck) jump.hidden = true;
  });
  new ResizeObserver(() => stuck && toBottom()).observe(document.getElementById("scrolled"));
  new ResizeObserver(() => stuck && toBottom()).observe(scroller);
  jump.addEventListener("click", toBottom);
  list.addEventListener("keydown", walk);
  scroller.addEventListener("keydown", (event) => {
    if (event.target !== scroller || event.key !== "ArrowUp") return;
    event.preventDefault();
    [...list.querySelectorAll("article")].at(-1)?.focus();
  });
  listen("place", () => {
    drawPending();
    refreshMessages();
  });
}
