/** Keeping a draft, and going back to a version: who, why, and what changes. */

import { byId, make, memory, write } from "../live/dom.js";
import { Refused, account, answered, ask } from "../shared/asking.js";
import { common } from "./draft.js";
import { orNothing } from "./words.js";

/**
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./types.js").Profile} Profile
 * @typedef {{person: string, exercise: string}} About
 */

const REVIEWER = "repose.reviewer";

/**
 * What the draft changes, key by key.
 *
 * @param {Draft} draft
 */
export function diffRows(draft) {
  return [...draft.changes].map(([key, value]) => {
    const number = draft.numbers.get(common(key));
    const side = key === common(key) ? "" : `, ${key.split(".")[0]}`;
    const unit = number?.unit ?? "";
    const below = draft.inherited(key);
    const before = draft.saved(key);
    const after = value === null ? `${below === undefined ? "" : orNothing(below, unit)} (inherited)` : orNothing(value, unit);
    const from = `${before === undefined ? "" : orNothing(before, unit)}${key in draft.profile.own ? "" : " (inherited)"}`;
    const name = make("th", { text: `${number?.name ?? key}${side}` });
    name.scope = "row";
    return make("tr", {}, name, make("td", { text: from }), make("td", { text: after.trim() }));
  });
}

/**
 * Ask who and why, and do it; a refusal is told in the dialog, which stays open.
 *
 * @param {object} asked
 * @param {string} asked.title
 * @param {string} asked.yes what the button says
 * @param {HTMLElement[]} asked.rows of the diff
 * @param {string} asked.note
 * @param {string} [asked.because] a reason to begin with
 * @param {(said: {who: string, why: string}) => Promise<Profile>} asked.send
 * @returns {Promise<Profile | "conflict" | null>} null if it was left
 */
export async function askAndKeep({ title, yes, rows, note, because = "", send }) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("save-dialog"));
  const who = /** @type {HTMLInputElement} */ (byId("save-who"));
  const why = /** @type {HTMLTextAreaElement} */ (byId("save-why"));
  const known = memory.read(REVIEWER);
  who.value = who.value || (typeof known === "string" ? known : "");
  why.value = why.value || because;
  write(byId("save-title"), title);
  write(byId("save-yes"), yes);
  write(byId("save-note"), note);
  write(byId("save-failed"), "");
  byId("save-diff").hidden = !rows.length;
  byId("save-rows").replaceChildren(...rows);
  for (;;) {
    setTimeout(() => (who.value ? why : who).focus(), 0);
    if ((await answered(dialog)) !== "ok") return null;
    try {
      const saved = await send({ who: who.value.trim(), why: why.value.trim() });
      if (!account()) memory.keep(REVIEWER, who.value.trim());
      why.value = "";
      return saved;
    } catch (error) {
      if (error instanceof Refused && error.status === 409) {
        write(byId("conflict-why"), error.message);
        const said = await answered(/** @type {HTMLDialogElement} */ (byId("conflict-dialog")));
        return said === "load" ? "conflict" : null;
      }
      write(byId("save-failed"), error instanceof Error ? error.message : String(error));
    }
  }
}

/**
 * @param {About} about
 * @param {Draft} draft
 * @param {string[]} recordings ids of the sessions that were looked at
 * @param {string} whose
 * @param {string} because a reason to begin with
 */
export function saveDraft(about, draft, recordings, whose, because) {
  return askAndKeep({
    title: `Save for ${whose}`,
    yes: "Save",
    because,
    rows: diffRows(draft),
    note: recordings.length
      ? `Kept with it: ${recordings.length === 1 ? "the recording" : `the ${recordings.length} recordings`} that you looked at.`
      : "No recording was looked at.",
    send: (said) =>
      ask("/api/calibrate/save", {
        ...about,
        changes: Object.fromEntries(draft.changes),
        expected: draft.profile.revision,
        recordings,
        ...said,
      }),
  });
}

/** @param {About} about @param {Draft} draft @param {number} revision @param {string} whose */
export function rollBack(about, draft, revision, whose) {
  return askAndKeep({
    title: `Go back to version ${revision} for ${whose}`,
    yes: "Go back",
    rows: [],
    note: "It becomes the newest version, for all exercises of this profile. Those in between stay in the history.",
    send: (said) =>
      ask("/api/calibrate/roll-back", { ...about, expected: draft.profile.revision, revision, ...said }),
  });
}
