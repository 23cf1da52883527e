/** One message of a channel, a direct message or a thread. */

import * as api from "./api.js";
import { avatar } from "./avatar.js";
import { renderBlocks, renderText } from "./blocks.js";
import { dayOf, fullMoment, timeOfDay } from "./dates.js";
import { h, link, webAddress } from "./dom.js";
import { icon } from "./icons.js";
import { emoji, mrkdwn } from "./mrkdwn.js";
import { attachPanel, menuItem } from "./popup.js";
import { now, personById, state } from "./state.js";
import { makeSurface } from "./surface.js";
import { showProblem } from "./toasts.js";

const TOGETHER = 300;
const surfaces = new Map();

/**
 * The items of a message list for reconcile().
 * @param {object[]} messages oldest first
 * @param {{channel: string, inThread?: boolean, openThread?: (ts: string) => void}} place
 */
export function messageItems(messages, place) {
  return messages.map((message, index) => {
    const follows = continues(messages[index - 1], message);
    return {
      key: message.ts,
      signature: JSON.stringify([message, follows, place.inThread ?? false, dayOf(now()), state.me.id]),
      render: () => renderMessage(message, follows, place),
    };
  });
}

/** What a screen reader says when a message arrives. */
export function spokenMessage(message) {
  const words = h("div", {}, mrkdwn(message.text ?? "")).textContent;
  return `${authorOf(message).real_name}: ${words}`;
}

/** The person or app that wrote a message. */
export const authorOf = (message) => personById(message.user ?? state.app.bot_user_id);

function continues(before, message) {
  return Boolean(before) && before.user === message.user && !before.ephemeral && !message.ephemeral && !message.error
    && Number(message.ts) - Number(before.ts) < TOGETHER && dayOf(before.ts) === dayOf(message.ts);
}

function renderMessage(message, follows, place) {
  const author = authorOf(message);
  const classes = ["message", follows && "message-follows", message.ephemeral && "message-ephemeral", message.error && "message-error"];
  return h("li", { class: "message-row" }, h("article", { class: classes.filter(Boolean).join(" "), tabindex: "-1", "aria-label": `Message from ${author.real_name} at ${timeOfDay(message.ts)}` },
    follows ? time(message) : avatar(author),
    h("div", { class: "message-body" },
      !follows && h("div", { class: "message-head" }, h("span", { class: "author" }, author.real_name), author.is_bot && h("span", { class: "tag" }, "App"), time(message)),
      content(message, place),
      (message.files ?? []).map(file),
      message.reactions?.length > 0 && reactions(message.reactions),
      message.reply_count > 0 && !place.inThread && threadLink(message, place)),
    message.ephemeral || message.error ? null : toolbar(message, place)));
}

function time(message) {
  return h("time", { class: "message-time", datetime: new Date(message.ts * 1000).toISOString(), title: fullMoment(message.ts) }, timeOfDay(message.ts));
}

function content(message, place) {
  const only = message.ephemeral && h("p", { class: "only-you" }, icon("eye"), "Only visible to you");
  const edited = message.edited && h("span", { class: "edited" }, "(edited)");
  if (!message.blocks?.length) return [only, message.text && renderText(message.text), edited];
  const body = h("div", { class: "blocks" });
  renderBlocks(body, message.blocks, surfaceOf(message, place.channel), dayOf(now()));
  return [only, body, edited];
}

/** A message keeps its surface, so that what was chosen in it stays when it is drawn again. */
function surfaceOf(message, channel) {
  const key = `${state.me.id} ${channel} ${message.ts}`;
  if (!surfaces.has(key)) surfaces.set(key, makeSurface({ channel, ts: message.ts }));
  return surfaces.get(key);
}

function reactions(all) {
  return h("p", { class: "reactions" }, all.map((one) => h("span", { class: "reaction" }, emoji(one.name), h("b", {}, one.count ?? one.users.length))));
}

function file(one) {
  const src = webAddress(one.url);
  if (one.mimetype?.startsWith("image/") && src) {
    return h("figure", { class: "file-image" }, h("figcaption", {}, one.name), h("img", { src, alt: one.alt_txt || one.name, loading: "lazy" }));
  }
  return h("div", { class: "file-card" }, icon("file"), h("span", {}, link(one.url, one.name), h("small", {}, `${one.mimetype ?? "file"}, ${size(one.size)}`)));
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function threadLink(message, place) {
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h("button", { type: "button", class: "thread-link", on: { click: () => place.openThread(message.ts) } }, icon("thread"), words);
}

function toolbar(message, place) {
  const tools = h("div", { class: "message-tools" });
  if (!place.inThread) {
    tools.append(h("button", { type: "button", class: "icon-button", "aria-label": "Reply in thread", title: "Reply in thread", on: { click: () => place.openThread(message.ts) } }, icon("thread")));
  }
  const shortcuts = state.shortcuts.filter((shortcut) => shortcut.type === "message");
  if (shortcuts.length) {
    const trigger = h("button", { type: "button", class: "icon-button", "aria-label": "Message actions", title: "Message actions" }, icon("more"));
    const holder = h("span", { class: "panel-holder" }, trigger);
    attachPanel(trigger, (panel, close) => panel.append(...shortcuts.map((shortcut) => menuItem(shortcutWords(shortcut), () => {
      close();
      runShortcut(shortcut, { channel: place.channel, ts: message.ts });
    }))), { role: "menu", label: "Message actions" });
    tools.append(holder);
  }
  return tools;
}

/** A shortcut's name and the app it belongs to. */
export function shortcutWords(shortcut) {
  return h("span", { class: "menu-words" }, shortcut.name, h("small", {}, shortcut.description || state.app.name));
}

/** Runs a shortcut, for a message when one is given. */
export async function runShortcut(shortcut, message = {}) {
  try {
    const answer = await api.shortcut(shortcut.callback_id, message);
    if (!answer.ok) showProblem(answer.problem ?? "The app did not answer.");
  } catch (problem) {
    showProblem(problem.message);
  }
}
