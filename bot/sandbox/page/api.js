/** The people's side of the sandbox server: one function for each thing a person can read or do. */

import { state } from "./state.js";

const REFUSED = "The sandbox does not answer. Is it still running?";

/** A request that the server refused or did not answer; its message is a sentence for people. */
export class Refused extends Error {}

async function call(path, options) {
  let response;
  try {
    response = await fetch(`/people/${path}`, options);
  } catch {
    throw new Refused(REFUSED);
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.error ?? `The sandbox answered with status ${response.status}.`);
  return body;
}

function read(path, parameters = {}) {
  const as = state.me ? { as: state.me.id } : {};
  return call(`${path}?${new URLSearchParams({ ...as, ...parameters })}`);
}

function act(path, body) {
  const as = state.me ? { as: state.me.id } : {};
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...as, ...body }) });
}

/** The workspace as `person` sees it; without a person, as the first one does. */
export const readState = (person) => read("state", person ? { as: person } : {});
export const readMessages = (channel) => read("messages", { channel });
export const readThread = (channel, ts) => read("thread", { channel, ts });
export const readView = () => read("view");
/** App Home. Coming to it (`opened`) is told to the bot; painting it again is not, or each publishing would lead to the next. */
export const readHome = (opened) => read("home", opened ? {} : { quiet: "1" });
export const eventsAddress = () => `/people/events?${new URLSearchParams({ as: state.me.id })}`;

export const say = (channel, text, threadTs, files) => act("say", { channel, text, ...(threadTs ? { thread_ts: threadTs } : {}), ...(files ? { files } : {}) });
export const press = (where, action) => act("press", { where, ...action });
/** Tells the server what stands in a field, without an action going to the bot. */
export const input = (where, blockId, actionId, value) => act("input", { ...where, block_id: blockId, action_id: actionId, value });
export const submit = (viewId, values) => act("submit", { view_id: viewId, values });
export const close = (viewId, clear) => act("close", { view_id: viewId, clear });
export const suggest = (where, blockId, actionId, value) => act("suggest", { where, block_id: blockId, action_id: actionId, value });
export const shortcut = (callbackId, message = {}) => act("shortcut", { callback_id: callbackId, ...message });
/** Marks a conversation read; with a person's id it is the direct messages with them, which this opens. */
export const markRead = (channel) => act("read", { channel });
export const moveClock = (move) => act("clock", move);
export const setFault = (name, value) => act("fault", { name, value });
export const changeProfile = (user, changes) => act("profile", { user, changes });

/** Uploads a file; without a channel it belongs to the form it was chosen in. */
export async function upload(file, place = {}) {
  return act("upload", { ...place, name: file.name, content_base64: await asBase64(file) });
}

function asBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Refused(`${file.name} could not be read.`));
    reader.readAsDataURL(file);
  });
}
