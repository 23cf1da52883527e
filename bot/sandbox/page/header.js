/** The head of the main pane: where one is, and the app's tabs. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { goTo } from "./rail.js";
import { appChannel, channelById, channelTitle, listen, personById, state } from "./state.js";

/** Draws the head now and whenever the workspace or the place changes. */
export function startHeader() {
  listen("state", draw);
  listen("place", draw);
}

function draw() {
  if (!state.place) return;
  const channel = channelById(state.place);
  const home = state.place === "home";
  const inApp = home || channel?.kind === "app_im";
  const title = home ? state.app.name : channel ? channelTitle(channel) : "";
  document.getElementById("place-name").replaceChildren(...(channel && ["channel", "private"].includes(channel.kind) ? [icon(channel.kind === "private" ? "lock" : "hash")] : []), title);
  document.getElementById("place-topic").replaceChildren(...topic(channel));
  document.getElementById("home").hidden = !home;
  document.getElementById("conversation").hidden = home;
  document.getElementById("empty-words").textContent = `Nothing has been said here yet. Write a message, or type / for commands.`;
  drawTabs(inApp, home);
  document.title = `${title} · ${state.me.real_name}`;
}

function topic(channel) {
  if (channel?.kind === "im") return [personById(channel.with).title ?? ""];
  return channel?.topic ? mrkdwn(channel.topic) : [];
}

function drawTabs(inApp, home) {
  const tabs = document.getElementById("tabs");
  const tab = (label, place, here) => h("button", { type: "button", class: "tab", "aria-current": here ? "page" : null, on: { click: () => goTo(place) } }, label);
  tabs.hidden = !inApp || !state.app.home_tab || !appChannel();
  if (!tabs.hidden) tabs.replaceChildren(tab("Home", "home", home), tab("Messages", appChannel().id, !home));
}
