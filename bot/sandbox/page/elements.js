/** Every interactive element of Block Kit, drawn and tied to its surface. */

import { makeChoice } from "./choice.js";
import { h, webAddress } from "./dom.js";
import { icon } from "./icons.js";
import { fileField, momentField, textField, tickField } from "./inputs.js";
import { plainText, plainWords } from "./mrkdwn.js";
import { attachPanel, menuItem } from "./popup.js";
import { sourceOf } from "./sources.js";
import { valueField, valueOf } from "./values.js";

const TYPING_SETTLED_AFTER = 350;
const TEXT_TYPES = ["plain_text_input", "number_input", "email_text_input", "url_text_input"];

/**
 * Draws one element.
 * @param {object} element
 * @param {object} block the block it stands in
 * @param {object} surface from surface.js
 * @param {object} naming attributes that name the field; without them its placeholder does
 * @returns {HTMLElement}
 */
export function renderElement(element, block, surface, naming = null) {
  const node = draw(element, block, surface, naming ?? { "aria-label": element.placeholder ? plainWords(element.placeholder) : spokenName(element) });
  node.dataset.field = JSON.stringify([block.block_id, element.action_id]);
  return node;
}

function spokenName(element) {
  return element.type.replace("multi_", "").replaceAll("_", " ");
}

function draw(element, block, surface, naming) {
  if (element.type === "button") return button(element, block, surface);
  if (element.type === "overflow") return overflow(element, block, surface);
  if (element.type.endsWith("_select")) return select(element, block, surface, naming);
  const field = { content: contentOf(element, block, surface), naming, changed: onChange(element, block, surface) };
  switch (element.type) {
    case "datepicker": case "timepicker": case "datetimepicker": return momentField(element, field);
    case "checkboxes": case "radio_buttons": return tickField(element, field);
    case "file_input": return fileField(element, field);
    case "plain_text_input": case "number_input": case "email_text_input": case "url_text_input":
      return textField(element, { ...field, entered: onEnter(element, block, surface) });
    default: return h("p", { class: "not-drawn" }, `The sandbox page does not draw the element “${element.type}”.`);
  }
}

function button(element, block, surface) {
  const press = () => surface.press(block, element, { value: element.value }, node);
  const href = element.url ? webAddress(element.url) : null;
  const attributes = { class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label };
  const words = h("span", { class: "button-words" }, plainText(element.text.text));
  const node = href
    ? h("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer", on: { click: press } }, words)
    : h("button", { ...attributes, type: "button", on: { click: press } }, words);
  return node;
}

function overflow(element, block, surface) {
  const trigger = h("button", { type: "button", class: "icon-button overflow", "aria-label": "More actions" }, icon("more"));
  attachPanel(trigger, (panel, close) => {
    panel.append(...element.options.map((option) => menuItem(plainText(option.text.text), () => {
      close();
      if (option.url && webAddress(option.url)) open(webAddress(option.url), "_blank", "noopener,noreferrer");
      surface.press(block, element, { selected_option: option }, trigger);
    })));
  }, { role: "menu", label: "More actions" });
  return h("div", { class: "overflow-holder" }, trigger);
}

function select(element, block, surface, naming) {
  const multiple = element.type.startsWith("multi_");
  const content = contentOf(element, block, surface);
  const { load, toOption } = sourceOf(element, (typed) => surface.suggest(block, element, typed));
  const changed = onChange(element, block, surface);
  const node = makeChoice({
    naming, multiple, load,
    placeholder: element.placeholder ? plainWords(element.placeholder) : multiple ? "Choose some" : "Choose one",
    limit: element.max_selected_items ?? Infinity,
    clearable: block.type === "input" && block.optional === true,
    selected: (multiple ? content : [content]).filter((one) => one !== null && one !== undefined).map(toOption),
    onChange: (options) => changed(multiple ? options.map((option) => option.content) : options[0]?.content ?? null, node),
  });
  return node;
}

function contentOf(element, block, surface) {
  return surface.current(block, element)[valueField(element)];
}

/** What a change does: the value is kept; outside input blocks, and in those that dispatch, it is an action as well. */
function onChange(element, block, surface) {
  const acts = block.type !== "input" || block.dispatch_action;
  const isText = TEXT_TYPES.includes(element.type);
  const everyCharacter = element.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
  let timer;
  return (content, node) => {
    const value = valueOf(element, content);
    surface.keep(block, element, value);
    if (!acts || (isText && !everyCharacter)) return;
    clearTimeout(timer);
    timer = setTimeout(() => press(element, block, surface, node), isText ? TYPING_SETTLED_AFTER : 0);
  };
}

function onEnter(element, block, surface) {
  const onEnterPressed = element.dispatch_action_config?.trigger_actions_on?.includes("on_enter_pressed") ?? true;
  if (block.type !== "input" || !block.dispatch_action || !onEnterPressed) return null;
  return (node) => press(element, block, surface, node);
}

function press(element, block, surface, node) {
  const { type, ...fields } = surface.current(block, element);
  return surface.press(block, element, type === "plain_text_input" ? { ...fields, text: fields.value } : fields, node);
}
