/** Slack's message text as DOM nodes: mrkdwn, mentions, links, dates and emoji. Unknown forms stay as they were written. */

import { fillDatePattern, fullMoment } from "./dates.js";
import { h, link, webAddress } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { announce, channelById, personById, state } from "./state.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;

/**
 * Draws mrkdwn text.
 * @param {string} text as Slack's API carries it, with `&`, `<` and `>` escaped
 * @param {{verbatim?: boolean}} options verbatim leaves bare addresses alone
 * @returns {Node[]}
 */
export function mrkdwn(text, options = {}) {
  return text.split(/(```[\s\S]+?```)/).flatMap((part, place) =>
    place % 2 ? h("pre", { class: "code-block" }, inCode(part.slice(3, -3).replace(/^\n|\n$/g, ""))) : paragraphs(part, options));
}

/** Draws a text object: mrkdwn, or plain text in which only emoji shortcodes are told apart. */
export function textObject(object) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, object) : plainText(object.text, object.emoji !== false);
}

/** Draws plain text with its line breaks. */
export function plainText(text, withEmoji = true) {
  return text.split("\n").flatMap((line, place) => [...(place ? [h("br")] : []), ...(withEmoji ? withShortcodes(line) : [line])]);
}

/** A text object's words alone, for labels and announcements. */
export function plainWords(object) {
  return h("div", {}, textObject(object)).textContent;
}

/** The mention of a person, marked when it is the one who reads. */
export function personMention(id) {
  const mine = id === state.me?.id;
  return h("span", { class: mine ? "mention mention-me" : "mention" }, `@${personById(id).real_name}`);
}

/** The name of a channel, which opens it when the person can see it. */
export function channelMention(id, name) {
  const channel = channelById(id);
  if (!channel) return h("span", { class: "mention" }, `#${name ?? "private channel"}`);
  const open = () => {
    state.place = id;
    announce("place");
  };
  return h("button", { class: "mention mention-channel", type: "button", on: { click: open } }, `#${channel.name}`);
}

/** One emoji with its name for screen readers, or the shortcode as it was written. */
export function emoji(name) {
  const character = emojiCharacter(name);
  if (!character) return `:${name}:`;
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, character);
}

/** A moment written by `<!date^…>` or a rich text date. */
export function dateWords(seconds, pattern, address) {
  const time = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: fullMoment(seconds) }, fillDatePattern(seconds, pattern));
  return address && webAddress(address) ? link(address, time) : time;
}

function paragraphs(text, options) {
  const nodes = [];
  const lines = text.split("\n");
  let place = 0;
  while (place < lines.length) {
    const quoted = countWhile(lines, place, (line) => /^(&gt;|>)/.test(line));
    const plain = quoted ? 0 : countWhile(lines, place, (line) => !/^(&gt;|>)/.test(line));
    const part = lines.slice(place, place + (quoted || plain));
    const content = inline(part.map((line) => (quoted ? line.replace(/^(&gt;|>) ?/, "") : line)).join("\n"), options);
    nodes.push(...(quoted ? [h("blockquote", {}, content)] : content));
    place += part.length;
  }
  return nodes;
}

function countWhile(lines, start, matches) {
  let count = 0;
  while (start + count < lines.length && matches(lines[start + count])) count += 1;
  return count;
}

/** Draws one run of text: each step takes the form that begins here, or one character of plain words. */
function inline(text, options) {
  const nodes = [];
  let words = "";
  let place = 0;
  while (place < text.length) {
    const form = formAt(text, place, options);
    if (form) {
      nodes.push(decoded(words), ...[form.node].flat());
      words = "";
      place += form.length;
    } else {
      words += text[place];
      place += 1;
    }
  }
  return [...nodes, decoded(words)].filter((node) => node !== "");
}

function formAt(text, place, options) {
  const rest = () => text.slice(place);
  switch (text[place]) {
    case "\n": return { node: h("br"), length: 1 };
    case "<": return angleForm(rest());
    case "`": return codeForm(rest());
    case ":": return emojiForm(rest());
    case "*": case "_": case "~": return styleForm(text, place, options);
    case "h": return options.verbatim ? null : addressForm(text, place);
    default: return null;
  }
}

function codeForm(rest) {
  const match = /^`([^`\n]+)`/.exec(rest);
  return match && { node: h("code", {}, inCode(match[1])), length: match[0].length };
}

function inCode(text) {
  return decoded(text.replace(/<([^<>\n]+)>/g, (whole, inner) => h("i", {}, angleNode(inner) ?? whole).textContent));
}

function emojiForm(rest) {
  const match = /^:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/.exec(rest);
  return match && emojiCharacter(match[1]) ? { node: emoji(match[1]), length: match[0].length } : null;
}

function addressForm(text, place) {
  if (place > 0 && WORD.test(text[place - 1])) return null;
  const match = /^https?:\/\/[^\s<>"'`]*[^\s<>"'`.,:;!?)*_~]/.exec(text.slice(place));
  return match && { node: link(decoded(match[0]), decoded(match[0])), length: match[0].length };
}

function styleForm(text, place, options) {
  const mark = text[place];
  const opens = !WORD.test(text[place - 1] ?? "") && text[place - 1] !== mark && /[^\s]/.test(text[place + 1] ?? " ") && text[place + 1] !== mark;
  const end = opens ? closingMark(text, place + 1, mark) : -1;
  if (end < 0) return null;
  return { node: h(STYLES[mark], {}, inline(text.slice(place + 1, end), options)), length: end - place + 1 };
}

/** Where the style that began before `start` ends on its line; marks inside `<…>` and code do not count. */
function closingMark(text, start, mark) {
  for (let place = start; place < text.length && text[place] !== "\n"; place += 1) {
    const skipped = /^(<[^<>\n]+>|`[^`\n]+`)/.exec(text.slice(place));
    if (skipped) place += skipped[0].length - 1;
    else if (text[place] === mark && place > start && /\S/.test(text[place - 1]) && !WORD.test(text[place + 1] ?? "")) return place;
  }
  return -1;
}

function angleForm(rest) {
  const match = /^<([^<>\n]+)>/.exec(rest);
  const node = match && angleNode(match[1]);
  return node ? { node, length: match[0].length } : null;
}

function angleNode(inner) {
  const [target, label] = splitOnce(inner, "|");
  if (/^@[UW]/.test(target)) return personMention(target.slice(1));
  if (target.startsWith("#C") || target.startsWith("#G")) return channelMention(target.slice(1), label);
  if (target.startsWith("!")) return specialForm(target.slice(1), label);
  if (target.startsWith("mailto:")) return h("span", {}, decoded(label ?? target.slice(7)));
  if (!/^https?:\/\//i.test(target) || !webAddress(decoded(target))) return null;
  return link(decoded(target), label ? withShortcodes(decoded(label)).map((part) => h("span", {}, part)) : decoded(target));
}

function specialForm(target, label) {
  const [kind, seconds, pattern, address] = target.split("^");
  if (kind === "date" && /^\d+$/.test(seconds ?? "")) return dateWords(Number(seconds), decoded(pattern ?? ""), address && decoded(address));
  if (["here", "channel", "everyone"].includes(kind)) return h("span", { class: "mention mention-me" }, `@${kind}`);
  if (kind === "subteam") return h("span", { class: "mention" }, label ? decoded(label) : "@group");
  return label ? h("span", {}, decoded(label)) : null;
}

function withShortcodes(text) {
  return text.split(/(:[a-z0-9_+'-]+:)/).filter(Boolean).map((part) => {
    const name = /^:(.+):$/.exec(part)?.[1];
    return name && emojiCharacter(name) ? emoji(name) : part;
  });
}

function splitOnce(text, separator) {
  const place = text.indexOf(separator);
  return place < 0 ? [text, null] : [text.slice(0, place), text.slice(place + 1)];
}

function decoded(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
