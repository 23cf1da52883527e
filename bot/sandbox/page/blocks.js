/** Block Kit's layout blocks. Blocks that did not change keep their nodes, and with them what was typed into them. */

import { freshId, h, webAddress } from "./dom.js";
import { renderElement } from "./elements.js";
import { icon } from "./icons.js";
import { mrkdwn, plainText, textObject } from "./mrkdwn.js";
import { reconcile } from "./reconcile.js";
import { richText } from "./richtext.js";

const LEVEL_ICONS = { warning: "alert", error: "alert", success: "check" };

/**
 * Draws `blocks` into `container`, or brings what stands there up to date.
 * @param {HTMLElement} container
 * @param {object[]} blocks
 * @param {object} surface from surface.js
 * @param {string} context what else the drawing depends on, such as the day for "today"
 */
export function renderBlocks(container, blocks, surface, context = "") {
  reconcile(container, blocks.map((block, place) => ({
    key: block.block_id ?? `block-${place}`,
    signature: context + JSON.stringify(block),
    render: () => h("div", { class: `block block-${block.type}` }, drawBlock(block, surface)),
  })));
}

/**
 * Puts error texts under their fields, and takes away those of before.
 * @param {Object<string, string>} errors by block_id
 */
export function showErrors(container, errors) {
  for (const line of container.querySelectorAll(".field-error")) {
    const error = errors[line.dataset.block] ?? "";
    line.textContent = error;
    line.hidden = error === "";
    for (const field of line.closest(".block").querySelectorAll("input, textarea, [role=radiogroup], [role=group]")) {
      if (error) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }
}

function drawBlock(block, surface) {
  const draw = DRAWN[block.type];
  return draw ? draw(block, surface) : h("p", { class: "not-drawn" }, `The sandbox page does not draw the block “${block.type}”.`);
}

const DRAWN = {
  section,
  header: (block) => h("h3", { class: "block-title" }, plainText(block.text.text)),
  divider: () => h("hr"),
  context: (block) => block.elements.map((element) => (element.type === "image" ? picture(element, "context-image") : h("span", {}, textObject(element)))),
  actions: (block, surface) => block.elements.map((element) => renderElement(element, block, surface)),
  input,
  image,
  rich_text: richText,
  markdown: (block) => h("div", { class: "prose" }, plainText(block.text)),
  alert: (block) => [icon(LEVEL_ICONS[block.level] ?? "info"), h("div", { class: "prose", data: { level: block.level ?? "default" } }, textObject(block.text))],
  table,
};

function section(block, surface) {
  const words = [
    block.text && h("div", { class: "prose" }, textObject(block.text)),
    block.fields && h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "prose" }, textObject(field)))),
  ];
  const accessory = block.accessory && (block.accessory.type === "image" ? picture(block.accessory, "accessory-image") : renderElement(block.accessory, block, surface));
  return [h("div", { class: "section-words" }, words), accessory && h("div", { class: "accessory" }, accessory)];
}

function input(block, surface) {
  const [labelId, hintId, errorId] = [freshId("label"), freshId("hint"), freshId("error")];
  const naming = { "aria-labelledby": labelId, "aria-describedby": `${hintId} ${errorId}`, "aria-required": block.optional ? null : "true" };
  const field = renderElement(block.element, block, surface, naming);
  const focusable = field.matches("input, textarea") ? field : field.querySelector("input[role=combobox], textarea");
  if (focusable) focusable.id = freshId("field");
  return [
    h("label", { class: "field-label", id: labelId, for: focusable?.id }, plainText(block.label.text), block.optional && h("span", { class: "optional" }, "optional")),
    field,
    h("p", { class: "field-hint", id: hintId, hidden: !block.hint }, block.hint ? plainText(block.hint.text) : []),
    h("p", { class: "field-error", id: errorId, role: "alert", hidden: true, data: { block: block.block_id } }),
  ];
}

function image(block) {
  return h("figure", {}, block.title && h("figcaption", {}, plainText(block.title.text)), picture(block, "block-picture"));
}

/** A picture, or its description where the address is not one to load from. */
function picture(source, className) {
  const address = source.image_url ?? source.slack_file?.url;
  const src = address ? webAddress(address) : null;
  const words = () => h("span", { class: "picture-missing" }, source.alt_text);
  if (!src) return words();
  const node = h("img", { class: className, src, alt: source.alt_text, loading: "lazy" });
  node.addEventListener("error", () => node.replaceWith(words()), { once: true });
  return node;
}

function table(block) {
  const settings = block.column_settings ?? [];
  const cell = (content, place, tag) => h(tag, { scope: tag === "th" ? "col" : null, class: settings[place]?.is_wrapped ? "wrapped" : null, style: { "text-align": settings[place]?.align ?? "left" } }, cellContent(content));
  const [head, ...rows] = block.rows;
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((content, place) => cell(content, place, "th")))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((content, place) => cell(content, place, "td")))))));
}

function cellContent(content) {
  return content.type === "rich_text" ? richText(content) : String(content.text ?? content.value ?? "");
}

/** Message text for messages without blocks. */
export const renderText = (text) => h("div", { class: "prose" }, mrkdwn(text));
