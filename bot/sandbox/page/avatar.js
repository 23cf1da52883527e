/** Coloured letters that stand for people, and a mark of another shape for apps. */

import { h } from "./dom.js";
import { state } from "./state.js";

const FALLBACK = "#8a8178";

/**
 * @param {object} person from state.js
 * @param {"small"|"medium"|"large"} size
 */
export function avatar(person, size = "medium") {
  const letters = person.avatar || person.real_name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const color = /^#[0-9a-f]{3,8}$/i.test(person.color ?? "") ? person.color : FALLBACK;
  const app = person.is_bot || person.id === state.app.bot_user_id;
  return h("span", { class: `avatar avatar-${size} ${app ? "avatar-app" : ""}`, "aria-hidden": "true", style: { "background-color": color, color: inkOn(color) } }, letters);
}

/** Black or white, whichever is easier to read on this colour. */
function inkOn(color) {
  const full = color.length < 7 ? color.replace(/^#(.)(.)(.).*/, "#$1$1$2$2$3$3") : color;
  const [red, green, blue] = [1, 3, 5].map((place) => (parseInt(full.slice(place, place + 2), 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.36 ? "#1d1915" : "#ffffff";
}
