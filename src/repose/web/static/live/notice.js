/** One short notice at a time at the foot of the page, with a way to undo what it tells of. */

import { byId, mark, write } from "./dom.js";

const LASTS_MS = 12_000;
/** @type {number | undefined} */
let timer;

/**
 * @param {string} text
 * @param {{kind?: "problem" | "", action?: {label: string, run: () => void}}} [more]
 */
export function notify(text, { kind = "", action } = {}) {
  const notice = byId("notice");
  const button = /** @type {HTMLButtonElement} */ (byId("notice-action"));
  clearTimeout(timer);
  write(byId("notice-text"), text);
  mark(notice, "kind", kind);
  button.hidden = !action;
  write(button, action?.label ?? "");
  button.onclick = () => {
    dismiss();
    action?.run();
  };
  notice.hidden = false;
  timer = setTimeout(dismiss, LASTS_MS);
}

/** Take the notice away. */
export function dismiss() {
  clearTimeout(timer);
  byId("notice").hidden = true;
}
