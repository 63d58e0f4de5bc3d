/** What the page says in words of its own; all else comes from the coach. */

/** @typedef {import("./protocol.js").View} View */

/** @type {Record<string, string>} */
const PHASES = {
  not_measured: "Not measured",
  settling: "Keep still",
  rest: "Start position",
  going: "Going",
  holding: "At the end",
  returning: "Coming back",
};

/** @type {Record<string, string>} */
const TROUBLES = {
  gone: "No camera",
  frozen: "The picture is frozen",
  black: "The picture is black",
  slow: "The camera is slow",
  ended: "The video has ended",
};

/** @param {View} view */
export function phaseInWords(view) {
  if (view.phase === "holding" && view.hold && view.hold.target_s > 0) return "Hold";
  return PHASES[view.phase] ?? "";
}

/** @param {{kind: string}} trouble */
export const troubleInWords = (trouble) => TROUBLES[trouble.kind] ?? "Something is wrong with the camera";

/**
 * The prescribed side in words.
 *
 * @param {string} side
 * @param {string | null} joint the working one
 * @returns {string} "" where there is nothing to choose between
 */
export function sideInWords(side, joint) {
  if (joint === "trunk") return "";
  const limb = joint === "ankle" ? "foot" : "leg";
  if (side === "both") return joint === "ankle" ? "Both feet" : "";
  return `${side === "left" ? "Left" : "Right"} ${limb}`;
}

/**
 * How well the person is seen.
 *
 * @param {number} seen 0 to 1
 * @returns {{bars: number, word: string}} of 4 bars
 */
export function seenInWords(seen) {
  if (seen >= 0.75) return { bars: 4, word: "Seen well" };
  if (seen >= 0.5) return { bars: 3, word: "Seen" };
  if (seen >= 0.25) return { bars: 2, word: "Hardly seen" };
  return seen > 0.05 ? { bars: 1, word: "Hardly seen" } : { bars: 0, word: "Not seen" };
}
