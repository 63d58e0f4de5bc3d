/** Asking the server, and what it says when it refuses. */

export class Refused extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * @param {string} path
 * @param {unknown} [body] sent as JSON; without one, something is only asked for
 * @returns {Promise<any>}
 * @throws {Refused}
 */
export async function ask(path, body) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return answerOf(() => fetch(path, body === undefined ? {} : post));
}

/**
 * @param {() => Promise<Response>} asking
 * @returns {Promise<any>}
 */
async function answerOf(asking) {
  const answer = await heard(asking);
  return answer.json();
}

/**
 * @param {() => Promise<Response>} asking
 * @returns {Promise<Response>} a good one
 */
export async function heard(asking) {
  let answer;
  try {
    answer = await asking();
  } catch {
    throw new Refused(0, "Repose does not answer. Was it ended? Nothing here is lost; start it again.");
  }
  if (answer.ok) return answer;
  throw new Refused(answer.status, await reasonOf(answer));
}

/** @param {Response} answer */
async function reasonOf(answer) {
  try {
    const { detail } = await answer.json();
    const text = Array.isArray(detail) ? detail.map((one) => one.msg).join("; ") : String(detail);
    return text.charAt(0).toUpperCase() + text.slice(1);
  } catch {
    return `Repose could not do that (${answer.status}).`;
  }
}

/** The name of the account that is signed in; "" at the computer that Repose runs on. */
export function account() {
  return /** @type {HTMLElement | null} */ (document.querySelector("[data-account]"))?.dataset.account ?? "";
}

/**
 * What the person is called: the account, or else asked once and remembered. Needs the page's who-dialog.
 *
 * @param {{read: (name: string) => unknown, keep: (name: string, value: unknown) => void}} memory
 * @param {boolean} [again] ask though it is known
 * @returns {Promise<string>} "" if the person would not say
 */
export async function askWho(memory, again = false) {
  if (account()) return account();
  const known = memory.read("repose.reviewer");
  if (typeof known === "string" && known && !again) return known;
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("who-dialog"));
  const field = /** @type {HTMLInputElement} */ (dialog.querySelector("[name=who]"));
  field.value = typeof known === "string" ? known : "";
  const said = await answered(dialog);
  const who = field.value.trim();
  if (said !== "ok" || !who) return "";
  memory.keep("repose.reviewer", who);
  return who;
}

/**
 * Show a dialog until it is closed.
 *
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string>} value of the button; "" if it was left
 */
export function answered(dialog) {
  dialog.returnValue = "";
  const cancel = /** @type {HTMLElement | null} */ (dialog.querySelector("[data-cancel]"));
  if (cancel) cancel.onclick = () => dialog.close("");
  // Enter says yes in a list too, where browsers make nothing of it.
  dialog.onkeydown = (event) => {
    const ok = /** @type {HTMLButtonElement | null} */ (dialog.querySelector("button[value=ok]"));
    if (event.key !== "Enter" || !(event.target instanceof HTMLSelectElement) || !ok) return;
    event.preventDefault();
    ok.click();
  };
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}
