/** What the page knows of the workspace, and who wants to hear when it changes. */

/** Who tells people what went wrong. */
export const SLACKBOT = "USLACKBOT";

export const state = {
  me: null,
  people: new Map(),
  channels: [],
  commands: [],
  shortcuts: [],
  hints: [],
  app: { name: "App", bot_user_id: "", home_tab: false, color: "" },
  faults: {},
  connected: 0,
  clock: { now: 0, readAt: 0 },
  /** Where the person is: a channel's id, or "home". */
  place: null,
};

const listeners = new Map();

/** Calls `listener` whenever `subject` ("state", "place", "clock") is announced. */
export function listen(subject, listener) {
  listeners.set(subject, [...(listeners.get(subject) ?? []), listener]);
}

/** Tells everyone who listens that `subject` changed. */
export function announce(subject) {
  for (const listener of listeners.get(subject) ?? []) listener();
}

/** Takes over an answer of /people/state. */
export function takeState(answer) {
  state.me = answer.me;
  state.people = new Map(answer.people.map((person) => [person.id, person]));
  state.channels = answer.channels;
  state.commands = answer.commands;
  state.shortcuts = answer.shortcuts;
  state.hints = answer.hints ?? [];
  state.app = answer.app;
  state.faults = answer.faults;
  state.connected = answer.connected;
  state.clock = { now: answer.clock.now, readAt: performance.now() };
  announce("state");
}

/** The workspace's time, in epoch seconds. */
export function now() {
  return state.clock.now + (performance.now() - state.clock.readAt) / 1000;
}

/** @returns {object|undefined} the channel, direct message or app conversation with this id */
export const channelById = (id) => state.channels.find((channel) => channel.id === id);

/** The app's own direct message with the acting person. */
export const appChannel = () => state.channels.find((channel) => channel.kind === "app_im");

/** The person with this id; someone unknown still gets a name, so a message never goes without one. */
export function personById(id) {
  const known = state.people.get(id);
  if (known) return known;
  if (id === state.app.bot_user_id) return { id, name: state.app.name, real_name: state.app.name, is_bot: true, color: state.app.color };
  const name = id === SLACKBOT ? "Slackbot" : id;
  return { id, name, real_name: name, is_bot: id === SLACKBOT, color: "" };
}

/** A place's name as it is written: "#tools", or the other person's name. */
export const placeTitle = (channel) => `${["channel", "private"].includes(channel.kind) ? "#" : ""}${channelTitle(channel)}`;

/** A channel's name as people say it: the other person's in a direct message. */
export function channelTitle(channel) {
  if (channel.kind === "app_im") return state.app.name;
  if (channel.kind === "im") return personById(channel.with).real_name;
  return channel.name;
}
