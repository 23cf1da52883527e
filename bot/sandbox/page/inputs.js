/** Fields that a person types or ticks: text, numbers, dates and times, checkboxes, radio buttons and files. */

import * as api from "./api.js";
import { fromLocalField, toLocalField } from "./dates.js";
import { freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { plainWords, textObject } from "./mrkdwn.js";
import { showProblem } from "./toasts.js";

const SETTLED_AFTER = 400;
const KINDS = { email_text_input: "email", url_text_input: "url", datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };
const ROWS = 4;

/**
 * @typedef {object} Field
 * @property {any} content what the value object holds now
 * @property {object} naming attributes that name the field
 * @property {(content: any, node: HTMLElement) => void} changed called with the new content at every change
 * @property {(node: HTMLElement) => void} [entered] called when Enter is pressed in a line of text
 */

/** A line or area of text. @param {object} element @param {Field} field */
export function textField(element, { content, naming, changed, entered }) {
  const attributes = {
    ...naming, class: "text-field", value: content ?? "", placeholder: element.placeholder && plainWords(element.placeholder), autocomplete: "off",
    on: { input: (event) => changed(event.target.value === "" ? null : event.target.value, event.target) },
  };
  if (element.multiline) return h("textarea", { ...attributes, rows: ROWS });
  const number = element.type === "number_input";
  const mode = number ? (element.is_decimal_allowed ? "decimal" : "numeric") : null;
  const node = h("input", { ...attributes, type: KINDS[element.type] ?? "text", inputmode: mode });
  if (entered) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      entered(node);
    });
  }
  return node;
}

/** A date, a time, or both in the acting person's zone. @param {object} element @param {Field} field */
export function momentField(element, { content, naming, changed }) {
  const both = element.type === "datetimepicker";
  const value = both && content !== null ? toLocalField(content) : content ?? "";
  let timer;
  const settle = (event) => {
    const node = event.target;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (node.validity.badInput || /^[01]\d{3}-/.test(node.value)) return; // a year still being typed
      changed(both ? fromLocalField(node.value) : node.value || null, node);
    }, SETTLED_AFTER);
  };
  return h("input", { ...naming, class: "text-field moment", type: KINDS[element.type], value, on: { change: settle } });
}

/** Checkboxes or radio buttons. @param {object} element @param {Field} field */
export function tickField(element, { content, naming, changed }) {
  const many = element.type === "checkboxes";
  const chosen = new Set((many ? content : [content]).filter(Boolean).map((option) => option.value));
  const name = freshId("tick");
  const group = h("div", { ...naming, class: "ticks", role: many ? "group" : "radiogroup" });
  const read = () => {
    const ticked = element.options.filter((option, place) => group.querySelectorAll("input")[place].checked);
    changed(many ? ticked : ticked[0] ?? null, group);
  };
  group.append(...element.options.map((option) => {
    const box = h("input", { type: many ? "checkbox" : "radio", name, value: option.value, checked: chosen.has(option.value), on: { change: read } });
    const words = h("span", {}, textObject(option.text), option.description && h("small", {}, textObject(option.description)));
    return h("label", { class: "tick" }, box, words);
  }));
  return group;
}

/** Files for a form: chosen or dropped, uploaded at once, listed with a way to take each out again. */
export function fileField(element, { content, naming, changed }) {
  let files = content;
  const types = (element.filetypes ?? []).map((type) => `.${type}`).join(",");
  const most = element.max_files ?? 10;
  const picker = h("input", { ...naming, type: "file", class: "file-picker", multiple: most > 1, accept: types || null });
  const list = h("ul", { class: "file-list" });
  const root = h("div", { class: "file-field" }, h("label", { class: "file-drop" }, icon("attach"), h("span", {}, "Choose a file or drop it here"), picker), list);

  const draw = () => list.replaceChildren(...files.map((file) => {
    const remove = () => put(files.filter((one) => one.id !== file.id));
    const button = h("button", { type: "button", class: "icon-button", "aria-label": `Take out ${file.name}`, on: { click: remove } }, icon("close"));
    return h("li", {}, icon("file"), h("span", {}, file.name), button);
  }));
  const put = (next) => {
    files = next;
    draw();
    changed(files, root);
  };
  const add = async (chosen) => {
    const room = most - files.length;
    if (chosen.length > room) showProblem(`This field takes ${most === 1 ? "one file" : `${most} files`} at most.`);
    root.setAttribute("aria-busy", "true");
    for (const file of [...chosen].slice(0, room)) {
      try {
        const answer = await api.upload(file);
        if (answer.ok) put([...files, answer.file]);
        else showProblem(answer.problem);
      } catch (problem) {
        showProblem(problem.message);
      }
    }
    root.removeAttribute("aria-busy");
  };

  picker.addEventListener("change", () => add(picker.files));
  acceptDrop(root, add);
  draw();
  return root;
}

/** Lets files be dropped on `node`; it carries the class "dropping" while some hover over it. */
export function acceptDrop(node, take) {
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("dropping");
  };
  node.addEventListener("dragover", over);
  node.addEventListener("dragleave", (event) => {
    if (!node.contains(event.relatedTarget)) node.classList.remove("dropping");
  });
  node.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.remove("dropping");
    take(event.dataTransfer.files);
  });
}
