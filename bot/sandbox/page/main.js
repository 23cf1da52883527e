/** Starts the page: who one is, where one is, and what is fetched again when something changed. */

import * as api from "./api.js";
import { drawClock, startClock } from "./clock.js";
import { makeComposer } from "./composer.js";
import { refreshMessages, showPending, startConversation } from "./conversation.js";
import { startFaults } from "./faults.js";
import { startHeader } from "./header.js";
import { startHints } from "./hints.js";
import { refreshHome, startHome } from "./home.js";
import { acceptDrop } from "./inputs.js";
import { listenLive, oneAtATime } from "./live.js";
import { refreshViews, startModal } from "./modal.js";
import { startPeople } from "./people.js";
import { goTo, startRail } from "./rail.js";
import { announce, appChannel, channelById, listen, placeTitle, state, takeState } from "./state.js";
import { startTheme } from "./theme.js";
import { startThread } from "./thread.js";
import { showProblem } from "./toasts.js";

const refresh = {
  state: oneAtATime(async () => {
    const answer = await api.readState(state.me?.id).catch((problem) => showProblem(problem.message));
    if (!answer || (state.me && answer.me.id !== state.me.id)) return;
    takeState(answer);
    drawClock();
  }),
  messages: oneAtATime(refreshMessages),
  views: oneAtATime(refreshViews),
  home: oneAtATime(() => refreshHome()),
};
const refreshAll = () => Promise.all([refresh.state().then(refresh.messages), refresh.views(), refresh.home()]);

const CHANGES = {
  message: (event) => refreshChannel(event.channel),
  ephemeral: (event) => refreshChannel(event.channel),
  view: () => refresh.views(),
  home: () => refresh.home(),
  clock: () => refreshAll(),
  state: () => refresh.state(),
  faults: () => refresh.state(),
};

async function refreshChannel(channel) {
  await refresh.state();
  if (!channel || channel === state.place) await refresh.messages();
}

function listenForMe() {
  listenLive({
    changed: (event) => CHANGES[event.what]?.(event),
    lost: (isLost) => {
      document.getElementById("lost").hidden = !isLost;
      if (!isLost) refreshAll(); // what changed while nobody listened was told to nobody
    },
  });
}

/** Acts as another person: their channels, their modals, their Home. @returns {Promise<boolean>} false when the server refuses */
async function become(person) {
  try {
    takeState(await api.readState(person));
  } catch (problem) {
    showProblem(problem.message);
    return false;
  }
  const wanted = decodeURIComponent(location.hash.slice(1));
  state.place = wanted === "home" || isMine(wanted) ? wanted : firstPlace();
  announce("place");
  drawClock();
  listenForMe();
  refresh.views();
  return true;
}

/** Begins as the person named in the address, or as whom the server thinks fit. */
async function begin() {
  const wanted = new URLSearchParams(location.search).get("as");
  if (!(wanted && (await become(wanted)))) await become(null);
}

async function writeTo(person) {
  try {
    await api.markRead(person);
    await refresh.state();
    goTo(state.channels.find((channel) => channel.with === person).id);
  } catch (problem) {
    showProblem(problem.message);
  }
}

const isMine = (id) => channelById(id) && channelById(id).member !== false;
const firstPlace = () => (state.channels.find((channel) => channel.kind === "channel" && channel.member !== false) ?? appChannel())?.id ?? "home";

function startComposer() {
  const composer = makeComposer({
    label: "Write a message or a command",
    placeholder: () => {
      const channel = channelById(state.place);
      return channel ? `Message ${placeTitle(channel)}, or / for commands` : "";
    },
    target: () => (channelById(state.place) ? { channel: state.place } : null),
    pending: showPending,
    sent: () => refresh.messages(),
  });
  document.getElementById("composer-place").append(composer.node);
  acceptDrop(document.getElementById("conversation"), composer.addFiles);
  startHints((command) => {
    if (state.place === "home") goTo(appChannel()?.id ?? firstPlace());
    composer.write(command);
  });
}

function startPlace() {
  listen("place", () => history.replaceState(null, "", `?${new URLSearchParams({ as: state.me.id })}#${state.place}`));
  addEventListener("hashchange", () => {
    const wanted = decodeURIComponent(location.hash.slice(1));
    if (wanted === "home" || isMine(wanted)) goTo(wanted);
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && state.me && refresh.messages());
}

startTheme();
startModal();
startHeader();
startRail(writeTo);
startPeople(become);
startClock(refreshAll);
startFaults();
startConversation();
startThread();
startHome();
startComposer();
startPlace();
begin();
