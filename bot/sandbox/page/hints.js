/** The first-time panel: who one is, and what to try. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { listen, state } from "./state.js";

const PUT_AWAY = "hints-put-away";
const MOST = 5;
const panel = document.getElementById("hints");

/**
 * Shows the panel until it is put away; the help button brings it back.
 * @param {(command: string) => void} type writes a command into the composer
 */
export function startHints(type) {
  const show = (yes) => {
    panel.hidden = !yes;
    localStorage.setItem(PUT_AWAY, yes ? "" : "yes");
  };
  document.getElementById("help").addEventListener("click", () => show(panel.hidden));
  listen("state", () => draw(type, show));
  panel.hidden = localStorage.getItem(PUT_AWAY) === "yes";
}

function draw(type, show) {
  const tries = state.hints.length ? state.hints : state.commands.map((command) => ({ text: command.description, command: command.command }));
  panel.replaceChildren(
    h("div", { class: "hints-head" },
      h("p", {}, "You are ", h("b", {}, state.me.real_name), state.me.role_note ? ` — ${state.me.role_note}` : "", ". Things to try:"),
      h("button", { type: "button", class: "icon-button", "aria-label": "Put the hints away", on: { click: () => show(false) } }, icon("close"))),
    h("div", { class: "hints-list" }, tries.slice(0, MOST).map((hint) =>
      h("button", { type: "button", class: "hint", on: { click: () => type(hint.command) } }, h("span", {}, mrkdwn(hint.text)), h("code", {}, hint.command)))));
}
