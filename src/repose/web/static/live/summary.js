/** What was done, set by set. */

import { byId, make, write } from "./dom.js";
import { count } from "./programme.js";

/** @typedef {import("./protocol.js").SetView} SetView */

/** @param {SetView[]} sets */
export function showSummary(sets) {
  const body = byId("sets");
  const drawn = JSON.stringify(sets);
  const title = byId("summary-title");
  if (body.dataset.drawn === drawn && title.dataset.of === "reps") return;
  body.dataset.drawn = drawn;
  title.dataset.of = "reps";
  const sum = (/** @type {(set: SetView) => number} */ of) => sets.reduce((total, set) => total + of(set), 0);
  const reps = sum((set) => set.reps);
  write(title, reps ? "Done for now" : "Nothing was counted");
  write(byId("summary-reps"), `${reps} of ${sum((set) => set.target)}`);
  write(
    byId("summary-sets"),
    `${sets.filter(({ reps, target }) => reps >= target).length} of ${sets.length}`,
  );
  const held = sum((set) => set.held_s.reduce((total, hold) => total + (set.hold_target_s ? hold : 0), 0));
  write(byId("summary-held"), inMinutes(held));
  byId("summary-held-tile").hidden = held === 0;
  const usesHold = sets.some((set) => set.hold_target_s > 0);
  byId("holds-head").hidden = !usesHold;
  body.replaceChildren(...sets.map((set) => row(set, usesHold)));
}

/** @param {SetView} set @param {boolean} usesHold */
function row(set, usesHold) {
  const name = make("th", { text: set.name });
  name.scope = "row";
  if (set.side !== "both") {
    const side = make("span", { class: "side", text: set.side === "left" ? "Left" : "Right" });
    side.dataset.side = set.side;
    name.append(" ", side);
  }
  const reps = make(
    "td",
    { class: "figure" },
    make("strong", { text: String(set.reps) }),
    ` of ${set.target}`,
  );
  if (set.skipped) reps.append(" ", make("span", { class: "quiet", text: "(cut short)" }));
  const cells = [cell("Set", `${set.number} of ${set.of}`), label(reps, "Reps")];
  if (usesHold) cells.push(cell("Holds", holdsInWords(set)));
  const faults = set.faults.map(([text, times]) => make("li", { text: `${text} (${times}×)` }));
  const good = set.reps > 0 ? "Nothing to mend" : "–";
  cells.push(
    label(faults.length ? make("td", {}, make("ul", {}, ...faults)) : make("td", { text: good }), "To mend"),
  );
  const remarks = [];
  if (set.partials) remarks.push(`${count(set.partials, "try").replace("trys", "tries")} not counted`);
  if (set.not_measured_s >= 1) remarks.push(`${Math.round(set.not_measured_s)} s not seen`);
  cells.push(cell("Not counted", remarks.join(", ") || "–"));
  return make("tr", {}, name, ...cells);
}

/** @param {string} head @param {string} text */
const cell = (head, text) => label(make("td", { class: text.length < 20 ? "short" : "", text }), head);

/**
 * Narrow screens have no head row: each cell says what it is.
 *
 * @param {HTMLElement} element
 * @param {string} head
 */
function label(element, head) {
  element.dataset.head = head;
  return element;
}

/** @param {SetView} set @returns {string} such as "18–21 s of 20 s" */
function holdsInWords(set) {
  if (!set.hold_target_s || !set.held_s.length) return "–";
  const [low, high] = [Math.min(...set.held_s), Math.max(...set.held_s)].map(seconds);
  return `${low === high ? low : `${low}–${high}`} s of ${seconds(set.hold_target_s)} s`;
}

/** @param {number} value */
const seconds = (value) => (value < 10 ? String(Math.round(10 * value) / 10) : String(Math.round(value)));

/** @param {number} value in seconds */
function inMinutes(value) {
  const whole = Math.round(value);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
