/** The stack of modal views: the top one is shown as a dialog with a form. */

import * as api from "./api.js";
import { renderBlocks, showErrors } from "./blocks.js";
import { dayOf } from "./dates.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { plainWords } from "./mrkdwn.js";
import { now, personById, state } from "./state.js";
import { makeSurface } from "./surface.js";
import { showProblem } from "./toasts.js";
import { statefulElements } from "./values.js";

const surfaces = new Map();
let view = null;
/** What the person is doing with the form, until that is done. */
let atWork = null;

const title = h("h2", { id: "modal-title" });
const mark = h("span", { class: "modal-mark" });
const body = h("div", { class: "modal-body" });
const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
const back = h("button", { type: "button", class: "icon-button", "aria-label": "Back", on: { click: () => leave(false) } }, icon("back"));
const cancel = h("button", { type: "button", class: "button", on: { click: () => leave(false) } });
const send = h("button", { type: "submit", class: "button primary" });
const form = h("form", { novalidate: true, on: { submit } },
  h("header", { class: "dialog-head" }, back, mark, title, h("button", { type: "button", class: "icon-button", "aria-label": "Close all", on: { click: () => leave(true) } }, icon("close"))),
  body, trouble, h("footer", { class: "dialog-actions" }, cancel, send));
const dialog = h("dialog", { class: "dialog modal", id: "modal", "aria-labelledby": "modal-title" }, form);

/** Puts the dialog, still closed, into the page. */
export function startModal() {
  document.body.append(dialog);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave(false);
  });
}

/**
 * Shows the stack of views as it is now. What a submission leads to is shown at its own end: whoever saw it before and sent the form again
 * at once would not be heard, for the form was busy still.
 */
export async function refreshViews() {
  await atWork;
  await showViews();
}

/** Fetches the stack of views and shows the top one, or closes the dialog when there is none. */
async function showViews() {
  const answer = await api.readView().catch((problem) => showProblem(problem.message));
  if (!answer) return;
  for (const id of surfaces.keys()) if (!answer.stack.some((one) => one.id === id)) surfaces.delete(id);
  if (!answer.stack.length) {
    view = null;
    if (dialog.open) dialog.close();
    return;
  }
  draw(answer.stack);
  showErrors(body, answer.errors ?? {});
  showTrouble(answer.problem);
}

function draw(stack) {
  const before = view;
  view = stack.at(-1);
  const fresh = before?.id !== view.id;
  if (!surfaces.has(view.id)) surfaces.set(view.id, makeSurface({ view_id: view.id }, view.state?.values, showTrouble));
  if (fresh) body.replaceChildren();
  mark.replaceChildren(avatar(personById(state.app.bot_user_id), "small"));
  title.textContent = plainWords(view.title);
  back.hidden = stack.length < 2;
  cancel.textContent = view.close ? plainWords(view.close) : "Close";
  send.hidden = !view.submit;
  send.textContent = view.submit ? plainWords(view.submit) : "";
  renderBlocks(body, view.blocks, surfaces.get(view.id), dayOf(now()));
  if (!dialog.open) dialog.showModal();
  if (fresh) focusFirst();
}

function focusFirst() {
  body.scrollTop = 0;
  const wanted = statefulElements(view.blocks).find(({ element }) => element.focus_on_load);
  const key = wanted && JSON.stringify([wanted.block.block_id, wanted.element.action_id]);
  const root = [...body.querySelectorAll("[data-field]")].find((node) => !key || node.dataset.field === key);
  const field = root?.matches("input, textarea, button") ? root : root?.querySelector("input, textarea, button");
  (field ?? (view.submit ? send : cancel)).focus();
}

function showTrouble(text) {
  trouble.textContent = text ?? "";
  trouble.hidden = !text;
}

async function submit(event) {
  event.preventDefault();
  if (!view?.submit || form.getAttribute("aria-busy")) return;
  const surface = surfaces.get(view.id);
  surface.stopReporting();
  showTrouble(null);
  await busily(async () => {
    const answer = await api.submit(view.id, surface.values(view.blocks));
    await showViews();
    if (answer.ok) return;
    showErrors(body, answer.errors ?? {});
    showTrouble(answer.problem);
    body.querySelector("[aria-invalid]")?.focus();
  });
}

/** Closes the top view, or with `all` the whole stack. */
async function leave(all) {
  if (!view) return;
  surfaces.get(view.id)?.stopReporting();
  await busily(async () => {
    await api.close(view.id, all);
    await showViews();
  });
}

async function busily(work) {
  form.setAttribute("aria-busy", "true");
  atWork = work().catch((problem) => showTrouble(problem.message)).finally(() => form.removeAttribute("aria-busy"));
  await atWork;
}
