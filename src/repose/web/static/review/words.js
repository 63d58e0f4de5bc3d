/** What the review page says in words of its own. */

import { clock } from "../shared/time.js";

/** @typedef {import("./types.js").Event} Event */

/** @type {Record<Event["verdict"], string>} */
export const VERDICTS = {
  unreviewed: "not reviewed",
  accepted: "accepted",
  changed: "changed",
  added: "added",
  rejected: "rejected",
};

/** @type {Record<import("./types.js").Edge, string>} */
export const EDGES = { start_s: "start", peak_s: "end position", end_s: "end" };

/** @param {number} count @param {string} what */
export const numberOf = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** @param {import("./types.js").Counts} counts */
export function countsInWords(counts) {
  const partials = counts.partials ? `, ${numberOf(counts.partials, "partial")}` : "";
  return numberOf(counts.reps, "rep") + partials;
}

/** @param {Event} event */
export const kindOf = (event) => (event.reason === null ? "rep" : "partial");

/**
 * @param {Event} event
 * @param {number | null} number of the rep in its set
 */
export function eventInWords(event, number) {
  const what = event.reason === null ? `Rep${number === null ? "" : ` ${number}`}` : `Partial, ${event.reason_text}`;
  const side = event.side === "both" ? "" : `, ${event.side}`;
  return `${what}${side}, ${clock(event.start_s)} to ${clock(event.end_s)}, ${VERDICTS[event.verdict]}`;
}

/** @param {number} share */
export const percent = (share) => `${Math.round(100 * share)} %`;
