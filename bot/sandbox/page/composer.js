/** Where a person writes: commands, mentions, files and shortcuts. */

import * as api from "./api.js";
import { attachCompletions } from "./completions.js";
import { freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { acceptDrop } from "./inputs.js";
import { runShortcut, shortcutWords } from "./message.js";
import { attachPanel, menuItem } from "./popup.js";
import { listen, state } from "./state.js";
import { showProblem } from "./toasts.js";

const TALLEST = 220;
const drafts = new Map();

/**
 * @param {object} settings
 * @param {string} settings.label what the field is called
 * @param {() => string} settings.placeholder
 * @param {() => {channel: string, threadTs?: string}|null} settings.target where a message goes
 * @param {(channel: string, text: string) => (() => void)} [settings.pending] shows a message on its way
 * @param {() => void} settings.sent called after each sending
 * @returns {{node: HTMLElement, write: (text: string) => void, restore: () => void}}
 */
export function makeComposer({ label, placeholder, target, pending, sent }) {
  let files = [];
  const field = h("textarea", { rows: "1", id: freshId("composer"), "aria-label": label, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const hint = h("p", { class: "usage", hidden: true });
  const chosen = h("ul", { class: "file-list", hidden: true });
  const picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", on: { change: () => addFiles(picker.files) } });
  const send = h("button", { type: "button", class: "send", "aria-label": "Send", title: "Send (Enter)", on: { click: sendAll } }, icon("send"));
  const tools = h("div", { class: "composer-tools" },
    tool("attach", "Attach a file", () => picker.click()),
    tool("slash", "Commands", () => insertAtStart("/")),
    tool("at", "Mention someone", () => insert("@")),
    shortcutsTool(), picker, h("span", { class: "spacer" }), send);
  const box = h("div", { class: "composer-box" }, chosen, field, tools);
  const node = h("div", { class: "composer" }, hint, box);
  const completions = attachCompletions(field, hint, { commands: Boolean(pending) });

  const draftKey = () => JSON.stringify([state.me?.id, target()]);

  function changed() {
    field.style.setProperty("height", "auto");
    if (field.scrollHeight) field.style.setProperty("height", `${Math.min(field.scrollHeight, TALLEST)}px`);
    send.disabled = field.value.trim() === "" && files.length === 0;
    if (target()) drafts.set(draftKey(), field.value);
    completions.update();
  }

  function write(text) {
    field.value = text;
    field.focus();
    changed();
  }

  function insert(text) {
    const gap = field.selectionStart > 0 && !/\s$/.test(field.value.slice(0, field.selectionStart)) ? " " : "";
    field.setRangeText(gap + text, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    changed();
  }

  function insertAtStart(text) {
    if (!field.value.startsWith(text)) field.value = text + field.value;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    changed();
  }

  function addFiles(more) {
    files = [...files, ...more];
    picker.value = "";
    drawFiles();
    field.focus();
  }

  function drawFiles() {
    chosen.hidden = files.length === 0;
    chosen.replaceChildren(...files.map((file, place) => {
      const remove = () => {
        files = files.filter((_, other) => other !== place);
        drawFiles();
      };
      return h("li", {}, icon("file"), h("span", {}, file.name), h("button", { type: "button", class: "icon-button", "aria-label": `Take out ${file.name}`, on: { click: remove } }, icon("close")));
    }));
    changed();
  }

  async function sendAll() {
    const place = target();
    const text = field.value.trim();
    if (!place || (!text && !files.length)) return;
    const [attached, typed] = [files, field.value];
    files = [];
    write("");
    drawFiles();
    const done = pending?.(place.channel, text || attached[0].name);
    try {
      const answers = attached.length ? await uploadAll(place, attached, text) : [await api.say(place.channel, withMentions(text), place.threadTs)];
      const refused = answers.find((answer) => !answer.ok);
      if (refused) showProblem(refused.problem ?? "The app did not answer.");
    } catch (problem) {
      showProblem(problem.message);
      if (field.value === "") write(typed);
    }
    await sent();
    done?.();
  }

  field.addEventListener("input", changed);
  field.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendAll();
  });
  field.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) addFiles(event.clipboardData.files);
  });
  acceptDrop(box, addFiles);
  const restore = () => {
    field.disabled = !target(); // nothing is typed before there is a place for it: it would be taken for no place's draft
    field.placeholder = placeholder();
    field.value = drafts.get(draftKey()) ?? "";
    changed();
  };
  restore();
  listen("place", restore);
  return { node, write, addFiles, restore };
}

function tool(picture, label, use) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: use } }, icon(picture));
}

function shortcutsTool() {
  const trigger = tool("bolt", "Shortcuts", () => null);
  attachPanel(trigger, (panel, close) => {
    const shortcuts = state.shortcuts.filter((shortcut) => shortcut.type === "global");
    panel.append(...shortcuts.map((shortcut) => menuItem(shortcutWords(shortcut), () => {
      close();
      runShortcut(shortcut);
    })));
    if (!shortcuts.length) panel.append(h("p", { class: "panel-note" }, "The app has no global shortcuts."));
  }, { role: "menu", label: "Shortcuts" });
  return h("span", { class: "panel-holder" }, trigger);
}

/** Files go as one message, however many they are. */
async function uploadAll(place, files, text) {
  const thread = place.threadTs ? { thread_ts: place.threadTs } : {};
  if (files.length === 1) return [await api.upload(files[0], { channel: place.channel, ...thread, ...(text ? { text: withMentions(text) } : {}) })];
  const sent = [];
  for (const file of files) sent.push(await api.upload(file));
  const refused = sent.find((answer) => !answer.ok);
  return [refused ?? (await api.say(place.channel, withMentions(text), place.threadTs, sent.map((answer) => answer.file.id)))];
}

/** "@ana" of a real person and "#tools" of a real channel as Slack writes them; anything else stays as typed. */
export function withMentions(text) {
  const people = new Map([...state.people.values()].map((person) => [person.name.toLowerCase(), person.id]));
  const channels = new Map(state.channels.filter((channel) => ["channel", "private"].includes(channel.kind)).map((channel) => [channel.name.toLowerCase(), channel.id]));
  return text.replace(/(?<![\w<|])([@#])([\w.-]*\w)/g, (whole, sign, name) => {
    const id = (sign === "@" ? people : channels).get(name.toLowerCase());
    return id ? `<${sign}${id}>` : whole;
  });
}
