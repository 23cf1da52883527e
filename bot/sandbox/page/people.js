/** Who one is: a switcher over the people of the workspace, with what each may do. */

import { avatar } from "./avatar.js";
import { timeOfDay } from "./dates.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { attachPanel } from "./popup.js";
import { listen, now, state } from "./state.js";

const button = document.getElementById("me");

/**
 * Draws the switcher.
 * @param {(person: string) => void} become called with the id of the person chosen
 */
export function startPeople(become) {
  attachPanel(button, (panel, close) => {
    const people = [...state.people.values()].filter((person) => !person.is_bot);
    panel.append(h("p", { class: "panel-title" }, "Act as"), ...people.map((person) => choice(person, () => {
      close();
      become(person.id);
    })));
  }, { role: "menu", label: "Act as" });
  listen("state", () => button.replaceChildren(avatar(state.me),
    h("span", { class: "me-words" }, h("span", { class: "hidden-words" }, "You are "), h("b", {}, state.me.real_name), h("small", {}, state.me.role_note || state.me.title)), icon("down")));
}

function choice(person, choose) {
  const here = person.id === state.me.id;
  const marks = [person.deleted && "Deactivated", person.is_restricted && "Guest"].filter(Boolean);
  return h("button", { type: "button", role: "menuitemradio", class: "menu-item person", "aria-checked": String(here), disabled: person.deleted, on: { click: choose } },
    avatar(person),
    h("span", { class: "menu-words" },
      h("span", {}, person.real_name, marks.map((mark) => h("span", { class: "tag" }, mark))),
      h("small", {}, [person.title, person.role_note].filter(Boolean).join(" · "))),
    h("small", { class: "their-time", title: person.tz_label ?? person.tz }, timeOfDay(now(), person.tz)));
}
