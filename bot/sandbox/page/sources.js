/** Where the choices of each kind of select come from, and how a chosen one is written in its value object. */

import { plainWords } from "./mrkdwn.js";
import { personById, placeTitle, state } from "./state.js";

const SHOWN = 100;
const KIND_NAMES = { channel: "public", private: "private", im: "im", app_im: "im" };

/**
 * The source of one select element.
 * @param {object} element any select
 * @param {(typed: string) => Promise<object>} suggest asks the bot, for external selects
 * @returns {{load: (typed: string) => Promise<{groups: object[], note?: string}>, toOption: (content: any) => object}}
 */
export function sourceOf(element, suggest) {
  const kind = element.type.replace("multi_", "");
  switch (kind) {
    case "users_select": return listed(() => [...state.people.values()].filter((person) => !person.deleted && !person.is_bot), personOption);
    case "channels_select": return listed(() => state.channels.filter((channel) => channel.kind === "channel"), channelOption);
    case "conversations_select": return listed(() => conversations(element.filter ?? {}), channelOption);
    case "external_select": return { load: (typed) => external(element, suggest, typed), toOption: fromBlockKit };
    default: return { load: async (typed) => ({ groups: matching(groupsOf(element), typed) }), toOption: fromBlockKit };
  }
}

/** A Block Kit option as a choice: only its value counts, its text is for the eye. */
export function fromBlockKit(option) {
  return { key: option.value, label: plainWords(option.text), description: option.description && plainWords(option.description), content: option };
}

function listed(read, toOption) {
  const byId = (id) => toOption(id);
  return { load: async (typed) => ({ groups: matching([{ options: read().map((one) => toOption(one.id)) }], typed) }), toOption: byId };
}

function personOption(id) {
  const person = personById(id);
  return { key: id, label: person.real_name, description: person.title, content: id };
}

function channelOption(id) {
  const channel = state.channels.find((one) => one.id === id);
  return { key: id, label: channel ? placeTitle(channel) : id, description: channel?.topic, content: id };
}

function conversations(filter) {
  return state.channels.filter((channel) =>
    (!filter.include || filter.include.includes(KIND_NAMES[channel.kind])) && !(filter.exclude_bot_users && channel.kind === "app_im"));
}

function groupsOf(element) {
  return toGroups(element.option_groups ?? [{ options: element.options ?? [] }]);
}

function toGroups(groups) {
  return groups.map((group) => ({ label: group.label && plainWords(group.label), options: group.options.map(fromBlockKit) }));
}

function matching(groups, typed) {
  const wanted = typed.toLowerCase();
  const fits = (option) => `${option.label} ${option.description ?? ""}`.toLowerCase().includes(wanted);
  return groups.map((group) => ({ ...group, options: group.options.filter(fits).slice(0, SHOWN) })).filter((group) => group.options.length);
}

async function external(element, suggest, typed) {
  const least = element.min_query_length ?? 3;
  if (typed.length < least) return { groups: [], note: `Type ${least === 1 ? "a letter" : `${least} letters`} to search.` };
  const answer = await suggest(typed);
  if (answer.ok === false) return { groups: [], note: answer.problem ?? "The app did not answer." };
  return { groups: toGroups(answer.option_groups ?? [{ options: answer.options ?? [] }]).filter((group) => group.options.length) };
}
