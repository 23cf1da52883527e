/** Switches for what goes wrong between Slack and a bot, and for what changes about a person. */

import * as api from "./api.js";
import { freshId, h } from "./dom.js";
import { attachPanel } from "./popup.js";
import { listen, state } from "./state.js";
import { showNote, showProblem } from "./toasts.js";

const FAULTS = [
  { name: "late_delivery", kind: "seconds", label: "Deliver late", note: "Seconds before the bot gets a request; people are told after 3." },
  { name: "lost_delivery", kind: "count", label: "Lose deliveries", note: "The next requests never reach the bot." },
  { name: "doubled_delivery", kind: "switch", label: "Deliver twice", note: "Every request comes two times." },
  { name: "lost_ack", kind: "count", label: "Lose acknowledgements", note: "The bot's next answers are not heard." },
  { name: "api_429", kind: "count", label: "Too many requests", note: "The bot's next calls are told to wait." },
  { name: "api_500", kind: "count", label: "Server errors", note: "The bot's next calls fail." },
  { name: "lost_reply", kind: "count", label: "Lose replies", note: "The bot's next messages are shown, but it is not told so." },
  { name: "slow_api", kind: "seconds", label: "Slow answers", note: "Seconds before each of the bot's calls is answered." },
];
const AT_ONCE = [
  { name: "cut_socket", value: true, label: "Cut the connection" },
  { name: "disconnect", value: "refresh_requested", label: "Ask to reconnect" },
];
const button = document.getElementById("faults");

/** Draws the switches panel. */
export function startFaults() {
  attachPanel(button, (panel) => {
    panel.classList.add("panel-wide");
    panel.append(
      h("p", { class: "panel-title" }, "What goes wrong"),
      h("p", { class: "panel-note" }, state.connected ? `The bot holds ${state.connected === 1 ? "one connection" : `${state.connected} connections`}.` : "The bot is not connected."),
      ...FAULTS.map(faultRow),
      h("div", { class: "panel-buttons" }, AT_ONCE.map((fault) => h("button", { type: "button", class: "button", on: { click: () => setNow(fault) } }, fault.label))),
      h("p", { class: "panel-title" }, "What changes about people"),
      profileRow(state.me, "is_restricted", `${state.me.real_name} is a guest`),
      others().map((person) => profileRow(person, "deleted", `${person.real_name} is deactivated`)));
  }, { label: "Switches" });
  listen("state", drawCount);
}

function drawCount() {
  const on = Object.values(state.faults).filter(Boolean).length;
  const count = document.getElementById("faults-on");
  count.hidden = on === 0;
  count.textContent = on;
}

function faultRow({ name, kind, label, note }) {
  const [id, noteId] = [freshId("fault"), freshId("fault-note")];
  const value = state.faults[name];
  const field = kind === "switch"
    ? h("input", { type: "checkbox", class: "switch", role: "switch", id, checked: Boolean(value), "aria-describedby": noteId, on: { change: () => put(name, field.checked) } })
    : h("input", { type: "number", min: "0", step: kind === "seconds" ? "0.5" : "1", class: "number", id, value: value || "", placeholder: "off", "aria-describedby": noteId, on: { change: () => put(name, Number(field.value) || 0) } });
  return h("div", { class: "switch-row" }, h("label", { for: id }, label, h("small", { id: noteId }, note)), field);
}

const others = () => [...state.people.values()].filter((person) => !person.is_bot && person.id !== state.me.id);

function profileRow(person, field, label) {
  const id = freshId("profile");
  const box = h("input", { type: "checkbox", class: "switch", role: "switch", id, checked: Boolean(person[field]), on: { change: () => told(api.changeProfile(person.id, { [field]: box.checked })) } });
  return h("div", { class: "switch-row" }, h("label", { for: id }, label), box);
}

const put = (name, value) => told(api.setFault(name, value));

async function setNow({ name, value, label }) {
  if (await told(api.setFault(name, value))) showNote(`${label}: done.`);
}

/** Waits for the server and says what it refused. @returns {Promise<boolean>} whether it was done */
async function told(answer) {
  try {
    const { ok, problem } = await answer;
    if (ok === false) showProblem(problem);
    return ok !== false;
  } catch (problem) {
    showProblem(problem.message);
    return false;
  }
}
