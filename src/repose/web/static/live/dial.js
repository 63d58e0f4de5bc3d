/**
 * The one large number: reps done, seconds left of a hold within its ring, or seconds left of a countdown
 * or rest.
 */

import { byId, mark, write } from "./dom.js";

/**
 * @typedef {import("./protocol.js").View} View
 * @typedef {object} Dial
 * @property {"count" | "hold" | "seconds"} mode
 * @property {string} number
 * @property {number} digits room to be kept, so that the number does not change its size as it grows
 * @property {string} note beneath it
 * @property {string} state of the hold, in a word
 * @property {number} share of the ring that is filled
 * @property {"running" | "waiting" | "reached" | ""} hold
 */

/**
 * What the dial shows: a pure function of the view.
 *
 * @param {View} view
 * @returns {Dial}
 */
export function dialOf(view) {
  const set = view.current === null ? undefined : view.sets[view.current];
  if (view.stage === "countdown" || view.stage === "resting") {
    const number = String(Math.ceil(view.left_s ?? 0));
    const note = view.stage === "resting" ? "seconds of rest" : "then begin";
    return { mode: "seconds", number, digits: 2, note, state: "", share: 0, hold: "" };
  }
  const reps = set?.reps ?? 0;
  const target = set?.target ?? 0;
  const { hold } = view;
  const held =
    hold && hold.target_s > 0 && view.phase !== "rest" && (view.phase === "holding" || hold.held_s > 0);
  if (hold && held) {
    const reached = hold.held_s >= hold.target_s;
    return {
      mode: "hold",
      number: reached ? "✓" : String(Math.ceil(hold.target_s - hold.held_s)),
      digits: 2,
      note: `${reps} of ${target}`,
      state: reached ? "held" : hold.running ? "hold" : "not counting",
      share: Math.min(1, hold.held_s / hold.target_s),
      hold: reached ? "reached" : hold.running ? "running" : "waiting",
    };
  }
  const digits = Math.max(2, String(Math.max(reps, target)).length);
  return { mode: "count", number: String(reps), digits, note: `of ${target}`, state: "", share: 0, hold: "" };
}

/** @param {View} view */
export function showDial(view) {
  const dial = byId("dial");
  digitWidth ||= measureDigit();
  dial.style.setProperty("--digit-width", digitWidth.toFixed(3));
  const { mode, number, digits, note, state, share, hold } = dialOf(view);
  mark(dial, "mode", mode);
  mark(dial, "hold", hold);
  mark(dial, "share", share.toFixed(3));
  dial.style.setProperty("--digits", String(digits));
  byId("ring").style.strokeDashoffset = (100 - 100 * share).toFixed(2);
  write(byId("number"), number);
  write(byId("number-note"), note);
  write(byId("hold-state"), state);
}

/** Width of a digit in ems: it differs by a quarter between the systems' letters. */
let digitWidth = 0;

function measureDigit() {
  const { fontFamily, fontWeight } = getComputedStyle(byId("number"));
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  context.font = `${fontWeight} 100px ${fontFamily}`;
  return context.measureText("0").width / 100;
}

/**
 * Let the number flash once.
 *
 * @param {"rep" | "partial"} what
 */
export function flash(what) {
  const dial = byId("dial");
  dial.classList.remove("flash-rep", "flash-partial");
  void dial.offsetWidth; // begins the animation again
  dial.classList.add(`flash-${what}`);
}
