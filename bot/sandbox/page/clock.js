/** The workspace's clock, in the acting person's zone, and the ways to move it forward. */

import * as api from "./api.js";
import { fullMoment, shortDay, timeOfDay } from "./dates.js";
import { h } from "./dom.js";
import { attachPanel, menuItem } from "./popup.js";
import { now, state } from "./state.js";
import { showNote, showProblem } from "./toasts.js";

const MOVES = [
  { label: "+1 hour", move: { forward: 3600 } },
  { label: "+1 day", move: { forward: 86400 } },
  { label: "Next working day, 9:00", move: { to: "next working day 9:00" } },
];
const face = document.getElementById("clock");

/** Starts the clock's face and fills its panel. `moved` is called after the clock was moved. */
export function startClock(moved) {
  attachPanel(face, (panel, close) => panel.append(
    h("p", { class: "panel-title" }, fullMoment(now())),
    h("p", { class: "panel-note" }, `${state.me.tz_label ?? state.me.tz}. Moving the clock forward brings what falls due until then.`),
    ...MOVES.map(({ label, move }) => menuItem(label, () => {
      close();
      forward(move, moved);
    }))), { role: "menu", label: "Move the clock" });
  const buttons = [{ ...MOVES[0], label: "+1 h" }, { ...MOVES[1], label: "+1 d" }, { ...MOVES[2], label: "Next 9:00" }];
  document.getElementById("clock-moves").append(...buttons.map(({ label, move }, place) =>
    h("button", { type: "button", class: "clock-move", title: MOVES[place].label, "aria-label": `Move the clock: ${MOVES[place].label}`, on: { click: () => forward(move, moved) } }, label)));
  setInterval(drawClock, 1000);
}

/** Shows the time of now. */
export function drawClock() {
  if (!state.me) return;
  const words = `${shortDay(now())}, ${timeOfDay(now())}`;
  const target = document.getElementById("clock-words");
  if (target.textContent !== words) target.textContent = words;
}

async function forward(move, moved) {
  const group = document.getElementById("clock-group");
  group.setAttribute("aria-busy", "true");
  try {
    const answer = await api.moveClock(move);
    await moved();
    if (answer.ok === false) showProblem(answer.problem);
    else showNote(`It is ${fullMoment(now())}.`);
  } catch (problem) {
    showProblem(problem.message);
  } finally {
    group.removeAttribute("aria-busy");
  }
}
