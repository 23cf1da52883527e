/** Short notes over the page, read aloud by screen readers. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

const STAY = { problem: 10000, note: 4000 };

/** The notes stand in the dialog that is open, if any: what is outside it can be neither pressed nor heard. */
function region() {
  const host = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  const known = [...host.children].find((child) => child.classList.contains("toasts"));
  if (known) return known;
  const fresh = h("div", { class: "toasts", role: "status" });
  host.append(fresh);
  return fresh;
}

/** Shows what went wrong, until it is read or put away. */
export function showProblem(text) {
  show(text, "problem", "alert");
}

/** Shows a fact that needs no answer. */
export function showNote(text) {
  show(text, "note", "info");
}

function show(text, kind, picture) {
  const same = [...region().children].find((toast) => toast.dataset.text === text);
  same?.remove();
  const toast = h("div", { class: `toast toast-${kind}`, data: { text } }, icon(picture), h("p", {}, text));
  const close = h("button", { class: "icon-button", type: "button", "aria-label": "Put away", on: { click: () => toast.remove() } }, icon("close"));
  toast.append(close);
  region().append(toast);
  setTimeout(() => toast.remove(), STAY[kind]);
}
