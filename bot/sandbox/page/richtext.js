/** The rich_text block: sections, lists, quotes and preformatted text. */

import { h, link } from "./dom.js";
import { channelMention, dateWords, emoji, personMention, plainText } from "./mrkdwn.js";

const STYLE_TAGS = { bold: "strong", italic: "em", strike: "s", code: "code" };

/** @param {object} block a rich_text block @returns {HTMLElement[]} */
export function richText(block) {
  return block.elements.map(richElement);
}

function richElement(element) {
  switch (element.type) {
    case "rich_text_preformatted": return h("pre", { class: "code-block" }, element.elements.map(inlineElement));
    case "rich_text_quote": return h("blockquote", {}, element.elements.map(inlineElement));
    case "rich_text_list": return list(element);
    default: return h("p", { class: "rich-section" }, (element.elements ?? []).map(inlineElement));
  }
}

function list(element) {
  const ordered = element.style === "ordered";
  const attributes = { class: "rich-list", style: { "--indent": element.indent ?? 0 }, start: ordered && element.offset ? element.offset + 1 : null };
  return h(ordered ? "ol" : "ul", attributes, element.elements.map((item) => h("li", {}, item.elements.map(inlineElement))));
}

function inlineElement(element) {
  return styled(bareElement(element), element.style ?? {});
}

function bareElement(element) {
  switch (element.type) {
    case "text": return plainText(element.text, false);
    case "link": return [link(element.url, element.text ?? element.url)];
    case "user": return [personMention(element.user_id)];
    case "channel": return [channelMention(element.channel_id)];
    case "emoji": return [emoji(element.name)];
    case "broadcast": return [h("span", { class: "mention mention-me" }, `@${element.range}`)];
    case "usergroup": return [h("span", { class: "mention" }, "@group")];
    case "date": return [dateWords(element.timestamp, element.format, element.url)];
    case "color": return [h("code", {}, element.value)];
    default: return [element.text ?? ""];
  }
}

function styled(nodes, style) {
  return Object.keys(STYLE_TAGS).filter((name) => style[name]).reduce((inner, name) => [h(STYLE_TAGS[name], {}, inner)], nodes);
}
