/** The question that an element with a `confirm` object asks before it acts. */

import { h } from "./dom.js";
import { plainText, textObject } from "./mrkdwn.js";

/**
 * Asks; focus returns to where it was.
 * @param {object} confirm Block Kit's confirmation object
 * @returns {Promise<boolean>} true only when the person says yes
 */
export function confirmed(confirm) {
  return new Promise((resolve) => {
    const answer = (yes) => {
      dialog.remove();
      before?.focus();
      resolve(yes);
    };
    const before = document.activeElement;
    const yes = h("button", { type: "button", class: `button ${confirm.style === "danger" ? "danger" : "primary"}`, on: { click: () => answer(true) } }, confirm.confirm?.text ?? "Yes");
    const no = h("button", { type: "button", class: "button", autofocus: true, on: { click: () => answer(false) } }, confirm.deny?.text ?? "Cancel");
    const dialog = h("dialog", { class: "dialog confirm", role: "alertdialog", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text" },
      h("h2", { id: "confirm-title" }, plainText(confirm.title?.text ?? "Are you sure?")),
      h("div", { id: "confirm-text", class: "prose" }, confirm.text ? textObject(confirm.text) : []),
      h("footer", { class: "dialog-actions" }, no, yes));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      answer(false);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
