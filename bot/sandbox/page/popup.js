/** Small surfaces that open at a button or field and close when the person turns elsewhere. */

import { h } from "./dom.js";

const GAP = 6;
const MARGIN = 8;
const TALLEST = 640;

/**
 * Shows `popup` (an element with popover="manual") in the top layer beside `anchor`: below it, or above where there is more room.
 * The popup has to stand inside the same dialog as its anchor, if that is in one.
 */
export function showAt(anchor, popup, { matchWidth = false, alignEnd = false } = {}) {
  if (!popup.matches(":popover-open")) popup.showPopover();
  const box = anchor.getBoundingClientRect();
  if (matchWidth) popup.style.setProperty("width", `${Math.max(box.width, 220)}px`);
  const below = innerHeight - box.bottom - GAP - MARGIN;
  const above = box.top - GAP - MARGIN;
  const upward = below < Math.min(popup.scrollHeight, 240) && above > below;
  popup.style.setProperty("max-height", `${Math.max(120, Math.min(upward ? above : below, TALLEST))}px`);
  const left = alignEnd ? box.right - popup.offsetWidth : box.left;
  popup.style.setProperty("left", `${Math.max(MARGIN, Math.min(left, innerWidth - popup.offsetWidth - MARGIN))}px`);
  popup.style.setProperty("top", upward ? `${box.top - GAP - popup.offsetHeight}px` : `${box.bottom + GAP}px`);
}

/** Hides a popup shown by `showAt`. */
export function hide(popup) {
  if (popup.matches(":popover-open")) popup.hidePopover();
}

/**
 * Makes `button` open and close a panel that `fill` draws anew each time.
 * Escape, a press outside and leaving by Tab close it.
 * @param {HTMLButtonElement} button
 * @param {(panel: HTMLElement, close: () => void) => void} fill
 * @param {{role?: string, label: string}} naming
 */
export function attachPanel(button, fill, { role = "dialog", label }) {
  let panel = null;
  button.setAttribute("aria-haspopup", role);
  button.setAttribute("aria-expanded", "false");

  function close(refocus = true) {
    if (!panel) return;
    document.removeEventListener("pointerdown", outside, true);
    panel.remove();
    panel = null;
    button.setAttribute("aria-expanded", "false");
    if (refocus) button.focus();
  }
  const outside = (event) => {
    if (!panel.contains(event.target) && !button.contains(event.target)) close(false);
  };
  const keys = (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (role === "menu") moveInMenu(panel, event);
  };
  const left = (event) => {
    if (panel && event.relatedTarget && !panel.contains(event.relatedTarget) && event.relatedTarget !== button) close(false);
  };

  button.addEventListener("click", () => {
    if (panel) return close();
    panel = h("div", { class: `panel panel-${role}`, popover: "manual", role, "aria-label": label, on: { keydown: keys, focusout: left } });
    button.after(panel);
    fill(panel, close);
    showAt(button, panel, { alignEnd: true });
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside, true);
    panel.querySelector("[aria-checked=true], [autofocus], button, input, a")?.focus();
  });
}

/** One entry of a menu panel. */
export function menuItem(label, choose, attributes = {}) {
  return h("button", { type: "button", role: "menuitem", class: "menu-item", on: { click: choose }, ...attributes }, label);
}

function moveInMenu(panel, event) {
  const items = [...panel.querySelectorAll("[role^=menuitem]:not(:disabled)")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Tab" || (!step && event.key !== "Home" && event.key !== "End")) return;
  event.preventDefault();
  const place = items.indexOf(document.activeElement);
  const next = { Home: 0, End: items.length - 1 }[event.key] ?? (place + step + items.length) % items.length;
  items[next]?.focus();
}
