/** A surface is one message or view whose elements hold values and send actions: the page's side of view state. */

import * as api from "./api.js";
import { confirmed } from "./confirm.js";
import { showProblem } from "./toasts.js";
import { initialValue, statefulElements } from "./values.js";

const REPORT_AFTER = 200;

/**
 * @param {{channel: string, ts: string}|{view_id: string}} where
 * @param {object} serverValues `state.values` as the server keeps them
 * @param {(problem: string) => void} tell shows what went wrong
 */
export function makeSurface(where, serverValues = {}, tell = showProblem) {
  const edited = new Map();
  const reports = new Map();
  const keyOf = (blockId, actionId) => JSON.stringify([blockId, actionId]);
  const current = (block, element) =>
    edited.get(keyOf(block.block_id, element.action_id)) ?? serverValues[block.block_id]?.[element.action_id] ?? initialValue(element);

  function report(key) {
    const pending = reports.get(key);
    if (!pending) return Promise.resolve();
    clearTimeout(pending.timer);
    reports.delete(key);
    return api.input(where, pending.blockId, pending.actionId, edited.get(key)).catch((problem) => tell(problem.message));
  }

  return {
    where,
    current,

    /** Keeps what was entered and tells the server a moment later. */
    keep(block, element, value) {
      const key = keyOf(block.block_id, element.action_id);
      edited.set(key, value);
      clearTimeout(reports.get(key)?.timer);
      const timer = setTimeout(() => report(key), REPORT_AFTER);
      reports.set(key, { blockId: block.block_id, actionId: element.action_id, timer });
    },

    /** The state of every stateful element of these blocks. */
    values(blocks) {
      const values = {};
      for (const { block, element } of statefulElements(blocks)) {
        values[block.block_id] = { ...values[block.block_id], [element.action_id]: current(block, element) };
      }
      return values;
    },

    /** Drops reports still waiting: the view is submitted with its values, or gone. */
    stopReporting() {
      for (const { timer } of reports.values()) clearTimeout(timer);
      reports.clear();
    },

    /**
     * Sends an action to the bot, after its confirmation if it has one. `node` shows that it is under way.
     * @returns {Promise<boolean>} false when the person thought better of it
     */
    async press(block, element, fields, node) {
      if (element.confirm && !(await confirmed(element.confirm))) return false;
      node.setAttribute("aria-busy", "true");
      try {
        await Promise.all([...reports.keys()].map(report));
        const answer = await api.press(where, { block_id: block.block_id, action_id: element.action_id, element_type: element.type, ...fields });
        if (!answer.ok) tell(answer.problem ?? "The app did not answer.");
      } catch (problem) {
        tell(problem.message);
      } finally {
        node.removeAttribute("aria-busy");
      }
      return true;
    },

    /** Asks the bot for the options of an external select. */
    suggest: (block, element, typed) => api.suggest(where, block.block_id, element.action_id, typed),
  };
}
