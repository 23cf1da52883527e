/** The select of the page: a text field that searches, a list to choose from, and chips where several may be chosen. */

import { freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { hide, showAt } from "./popup.js";

const SEARCH_AFTER = 150;

/**
 * @typedef {{key: string, label: string, description?: string, content?: any}} Option
 * @typedef {{label?: string, options: Option[]}} Group
 *
 * @param {object} settings
 * @param {object} settings.naming attributes that name the field (aria-labelledby or aria-label, aria-describedby)
 * @param {string} settings.placeholder
 * @param {boolean} settings.multiple
 * @param {number} settings.limit how many may be chosen at most
 * @param {boolean} settings.clearable whether nothing may be chosen again
 * @param {Option[]} settings.selected
 * @param {(typed: string) => Promise<{groups: Group[], note?: string}>} settings.load
 * @param {(selected: Option[]) => void} settings.onChange
 * @returns {HTMLElement}
 */
export function makeChoice({ naming, placeholder, multiple, limit, clearable, selected, load, onChange }) {
  const listId = freshId("choices");
  let chosen = selected;
  let options = [];
  let active = -1;
  let asked = 0;
  let timer;
  // What is looked for, what the list shows the answer to, and whether Enter was pressed in between.
  let wanted = "";
  let shown = "";
  let entered = false;

  const list = h("div", { class: "choices", popover: "manual", role: "listbox", id: listId, "aria-multiselectable": multiple ? "true" : null, "aria-label": "Choices" });
  const field = h("input", {
    type: "text", class: "choice-input", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": listId, "aria-autocomplete": "list", placeholder, ...naming,
  });
  const chips = h("span", { class: "chips" });
  const clear = h("button", { type: "button", class: "icon-button choice-clear", "aria-label": "Clear the choice", tabindex: "-1" }, icon("close"));
  const root = h("div", { class: multiple ? "choice choice-multiple" : "choice" }, chips, field, clear, icon("down"), list);

  const isOpen = () => field.getAttribute("aria-expanded") === "true";

  function draw() {
    clear.hidden = multiple || !clearable || chosen.length === 0;
    if (multiple) chips.replaceChildren(...chosen.map(chip));
    else if (!isOpen()) field.value = chosen[0]?.label ?? "";
    field.placeholder = multiple && chosen.length ? "" : placeholder;
  }

  function chip(option) {
    const remove = () => {
      change(chosen.filter((one) => one.key !== option.key));
      field.focus();
    };
    const button = h("button", { type: "button", class: "chip-remove", "aria-label": `Remove ${option.label}`, on: { click: remove } }, icon("close"));
    return h("span", { class: "chip" }, option.label, button);
  }

  function change(next) {
    chosen = next;
    draw();
    onChange(chosen);
  }

  function choose(option) {
    const has = chosen.some((one) => one.key === option.key);
    if (!multiple) {
      closeList();
      if (!has) change([option]);
      else draw();
      return;
    }
    field.value = "";
    if (has) change(chosen.filter((one) => one.key !== option.key));
    else if (chosen.length < limit) change([...chosen, option]);
    search("");
  }

  async function search(typed) {
    asked += 1;
    const mine = asked;
    wanted = typed;
    if (!options.length) drawList([], "Searching…");
    const answer = await load(typed).catch((problem) => ({ groups: [], note: problem.message }));
    if (mine !== asked || !isOpen()) return;
    drawList(answer.groups, answer.note);
    shown = typed;
    if (entered && options[active]) choose(options[active]);
    entered = false;
  }

  function lookAndChoose() {
    entered = true;
    clearTimeout(timer);
    search(wanted);
  }

  function drawList(groups, note) {
    options = groups.flatMap((group) => group.options);
    const words = note ?? (options.length ? null : "Nothing matches.");
    list.replaceChildren(...groups.map(drawGroup), ...(words ? [h("p", { class: "choices-note" }, words)] : []));
    const current = options.findIndex((option) => chosen.some((one) => one.key === option.key));
    mark(options.length ? Math.max(0, multiple ? 0 : current) : -1);
    showAt(root, list, { matchWidth: true });
  }

  function drawGroup(group) {
    const labelId = freshId("group");
    const rows = group.options.map((option) => {
      const picked = chosen.some((one) => one.key === option.key);
      return h("div", { class: "choice-option", role: "option", id: freshId("option"), "aria-selected": String(picked), on: { click: () => choose(option) } },
        h("span", { class: "choice-words" }, h("span", {}, option.label), option.description && h("small", {}, option.description)), picked && icon("check"));
    });
    if (!group.label) return h("div", { role: "presentation" }, rows);
    return h("div", { role: "group", "aria-labelledby": labelId }, h("div", { class: "choices-label", id: labelId }, group.label), rows);
  }

  function mark(place) {
    const rows = [...list.querySelectorAll("[role=option]")];
    rows[active]?.classList.remove("active");
    active = place;
    rows[active]?.classList.add("active");
    rows[active]?.scrollIntoView({ block: "nearest" });
    if (rows[active]) field.setAttribute("aria-activedescendant", rows[active].id);
    else field.removeAttribute("aria-activedescendant");
  }

  function openList() {
    if (isOpen()) return;
    field.setAttribute("aria-expanded", "true");
    field.select();
    search("");
  }

  function closeList() {
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    hide(list);
    options = [];
    entered = false;
  }

  function leave() {
    clearTimeout(timer);
    const emptied = !multiple && clearable && isOpen() && field.value === "" && chosen.length > 0;
    closeList();
    if (emptied) change([]);
    else if (multiple) field.value = "";
    draw();
  }

  function keys(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (!isOpen()) openList();
      else if (options.length) mark((active + steps[event.key] + options.length) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!isOpen()) openList();
      else if (shown !== wanted) lookAndChoose();
      else if (options[active]) choose(options[active]);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      event.stopPropagation();
      closeList();
      draw();
    } else if (event.key === "Backspace" && multiple && field.value === "" && chosen.length) {
      change(chosen.slice(0, -1));
    }
  }

  field.addEventListener("keydown", keys);
  field.addEventListener("click", openList);
  field.addEventListener("input", () => {
    field.setAttribute("aria-expanded", "true");
    clearTimeout(timer);
    entered = false;
    wanted = field.value.trim();
    timer = setTimeout(() => search(wanted), SEARCH_AFTER);
  });
  field.addEventListener("blur", leave);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  clear.addEventListener("click", () => change([]));
  root.addEventListener("pointerdown", (event) => {
    if (event.target === root || event.target === chips) {
      event.preventDefault();
      field.focus();
      openList();
    }
  });
  draw();
  return root;
}
