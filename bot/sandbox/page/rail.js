/** The left rail: the app, channels and direct messages, with what is unread and where one is mentioned. */

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { reconcile } from "./reconcile.js";
import { announce, appChannel, channelTitle, listen, personById, state } from "./state.js";

const toggle = document.getElementById("rail-toggle");

/** On narrow screens the rail lies over the page while it is open. */
function openRail(yes) {
  document.body.classList.toggle("rail-open", yes);
  toggle.setAttribute("aria-expanded", String(yes));
}

/** Goes to a channel's id or to "home". */
export function goTo(place) {
  openRail(false);
  if (state.place === place) return;
  state.place = place;
  announce("place");
}

/**
 * Draws the rail now and whenever the workspace or the place changes.
 * @param {(person: string) => void} writeTo opens the direct messages with somebody one has none with yet
 */
export function startRail(writeTo) {
  const draw = () => drawRail(writeTo);
  listen("state", draw);
  listen("place", draw);
  toggle.addEventListener("click", () => {
    openRail(!document.body.classList.contains("rail-open"));
    document.querySelector("#rail [aria-current], #rail .rail-item")?.focus();
  });
  document.getElementById("rail-scrim").addEventListener("click", () => openRail(false));
  document.getElementById("rail").addEventListener("keydown", (event) => {
    if (event.key === "Escape") openRail(false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...document.querySelectorAll("#rail .rail-item")];
    items[items.indexOf(document.activeElement) + step]?.focus();
  });
}

function drawRail(writeTo) {
  const app = appChannel();
  reconcile(document.getElementById("rail-app"), [item({
    key: "app", place: state.app.home_tab && !app?.unread ? "home" : app?.id ?? "home", here: state.place === "home" || state.place === app?.id,
    mark: () => avatar(personById(state.app.bot_user_id), "small"), words: state.app.name, unread: app?.unread ?? 0, mentions: app?.unread ?? 0,
    note: state.connected ? "connected" : "not connected",
  })]);
  const mine = (...kinds) => state.channels.filter((channel) => kinds.includes(channel.kind) && channel.member !== false);
  reconcile(document.getElementById("rail-channels"), mine("channel", "private").map(channelItem));
  const direct = mine("im");
  const met = new Set(direct.map((channel) => channel.with));
  const unmet = [...state.people.values()].filter((person) => person.id !== state.me.id && !person.is_bot && !person.deleted && !met.has(person.id));
  reconcile(document.getElementById("rail-people"), [...direct.map(channelItem), ...unmet.map((person) => unmetItem(person, writeTo))]);
}

function unmetItem(person, writeTo) {
  return item({ key: person.id, words: person.real_name, mark: () => avatar(person, "small"), unread: 0, mentions: 0, go: () => writeTo(person.id) });
}

function channelItem(channel) {
  const direct = channel.kind === "im";
  return item({
    key: channel.id, place: channel.id, here: state.place === channel.id, words: channelTitle(channel), unread: channel.unread,
    mentions: direct ? channel.unread : channel.mentions,
    mark: () => (direct ? avatar(personById(channel.with), "small") : icon(channel.kind === "private" ? "lock" : "hash")),
  });
}

function item({ key, place, here = false, mark, words, unread, mentions, note, go = () => goTo(place) }) {
  const count = mentions > 0 ? h("span", { class: "badge", "aria-label": `${mentions} for you` }, mentions) : null;
  const classes = ["rail-item", unread > 0 && "unread"].filter(Boolean).join(" ");
  return {
    key, signature: JSON.stringify([place, here, words, unread, mentions, note, state.me.id]),
    render: () => h("li", {}, h("button", { type: "button", class: classes, "aria-current": here ? "page" : null, data: { field: key }, on: { click: go } },
      mark(), h("span", { class: "rail-words" }, words), note && h("span", { class: `presence ${state.connected ? "on" : ""}`, role: "img", "aria-label": note, title: `The bot is ${note}.` }),
      unread > 0 && !count && h("span", { class: "hidden-words" }, "unread"), count)),
  };
}
