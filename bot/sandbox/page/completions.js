/** Suggestions while typing: commands after a leading slash, people after an at sign, and the usage of a command being typed. */

import { avatar } from "./avatar.js";
import { freshId, h } from "./dom.js";
import { hide, showAt } from "./popup.js";
import { SLACKBOT, state } from "./state.js";

const MOST = 8;

/**
 * @param {HTMLTextAreaElement} field
 * @param {HTMLElement} hint where the usage of the typed command stands
 * @param {{commands: boolean}} options whether commands work here (not in threads)
 * @returns {{update: () => void}} to be called after every change of the field
 */
export function attachCompletions(field, hint, { commands }) {
  const list = h("div", { class: "choices completions", popover: "manual", role: "listbox", id: freshId("completions"), "aria-label": "Suggestions" });
  let found = [];
  let active = 0;
  field.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": list.id, "aria-expanded": "false", "aria-autocomplete": "list" })) field.setAttribute(name, value);

  function update() {
    hint.hidden = true;
    found = (commands && commandMatches(field.value)) || personMatches(field);
    active = 0;
    if (commands) showUsage(field.value, hint);
    found.length && document.activeElement === field ? open() : close();
  }

  function open() {
    list.replaceChildren(...found.map((match, place) => h("div", {
      class: "choice-option", role: "option", id: `${list.id}-${place}`, "aria-selected": "false",
      on: { pointerdown: (event) => event.preventDefault(), click: () => take(match) },
    }, match.draw())));
    showAt(field.closest(".composer-box"), list);
    field.setAttribute("aria-expanded", "true");
    mark(0);
  }

  function mark(place) {
    list.children[active]?.classList.remove("active");
    active = place;
    list.children[active]?.classList.add("active");
    list.children[active]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", `${list.id}-${active}`);
  }

  function close() {
    hide(list);
    found = [];
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function take(match) {
    field.setRangeText(`${match.text} `, match.start, match.end, "end");
    close();
    field.dispatchEvent(new Event("input"));
  }

  field.addEventListener("keydown", (event) => {
    if (!found.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const typedWhole = field.value.slice(found[active].start, found[active].end).toLowerCase() === found[active].text.toLowerCase();
    if (step) mark((active + step + found.length) % found.length);
    else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !typedWhole)) take(found[active]);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter") return close();
    else return undefined;
    event.stopPropagation();
    return event.preventDefault();
  });
  field.addEventListener("click", update);
  field.addEventListener("blur", close);
  return { update };
}

function commandMatches(text) {
  if (!/^\/\S*$/.test(text)) return null;
  return state.commands.filter((command) => command.command.startsWith(text.toLowerCase())).slice(0, MOST).map((command) => ({
    text: command.command, start: 0, end: text.length,
    draw: () => h("span", { class: "choice-words" }, h("span", {}, h("b", {}, command.command), " ", h("span", { class: "usage-words" }, command.usage_hint)), h("small", {}, command.description)),
  }));
}

function personMatches(field) {
  const before = field.value.slice(0, field.selectionStart);
  const typed = /(?:^|\s)@([\w.-]*)$/.exec(before)?.[1].toLowerCase();
  if (typed === undefined) return [];
  const start = before.length - typed.length - 1;
  return [...state.people.values()]
    .filter((person) => !person.deleted && person.id !== SLACKBOT && [person.name, ...person.real_name.split(/\s+/)].some((word) => word.toLowerCase().startsWith(typed)))
    .slice(0, MOST)
    .map((person) => ({
      text: `@${person.name}`, start, end: before.length,
      draw: () => [avatar(person, "small"), h("span", { class: "choice-words" }, h("span", {}, person.real_name, " ", h("span", { class: "usage-words" }, `@${person.name}`)), h("small", {}, person.title))],
    }));
}

function showUsage(text, hint) {
  const command = state.commands.find((one) => text.startsWith(`${one.command} `));
  hint.hidden = !command;
  if (command) hint.replaceChildren(h("b", {}, command.command), " ", command.usage_hint || command.description);
}
