/** Finding out how far a person can go: what of, and what came of it. */

import { byId, make, mark, write } from "./dom.js";

/**
 * @typedef {import("./protocol.js").FoundRange} FoundRange
 * @typedef {import("./protocol.js").Side} Side
 * @typedef {{exercise: string, side: Side | null}} Asked
 */

/** The part of the setup that asks for it. */
export class RangeSetup {
  /** @param {(asked: Asked) => void} start */
  constructor(start) {
    this.exercise = /** @type {HTMLSelectElement} */ (byId("range-exercise"));
    this.side = /** @type {HTMLSelectElement} */ (byId("range-side"));
    this.button = /** @type {HTMLButtonElement} */ (byId("range-start"));
    this.exercise.addEventListener("change", () => this.#offerSides());
    this.button.addEventListener("click", () => start(this.read()));
    this.#offerSides();
  }

  /** @returns {Asked} */
  read() {
    const side = /** @type {Side} */ (this.side.value);
    return { exercise: this.exercise.value, side: this.#sides.length > 1 ? side : null };
  }

  /** @param {boolean} allowed whether this page may start anything */
  allow(allowed) {
    this.button.disabled = !allowed;
  }

  get #sides() {
    return (this.exercise.selectedOptions[0]?.dataset.sides ?? "").split(" ").filter(Boolean);
  }

  /** Only what the chosen exercise has. */
  #offerSides() {
    const sides = this.#sides;
    byId("range-side-field").hidden = sides.length < 2;
    for (const option of this.side.options) option.hidden = option.disabled = !sides.includes(option.value);
    if (!sides.includes(this.side.value)) this.side.value = sides.includes("both") ? "both" : (sides[0] ?? "");
  }
}

/**
 * What came of it, in the place of the summary of reps.
 *
 * @param {import("./protocol.js").View} view
 * @param {string | null} session that is kept; null where nothing is
 */
export function showFound(view, session) {
  byId("found").hidden = !view.finding;
  for (const id of ["summary-tiles", "summary-table"]) byId(id).hidden = view.finding;
  if (!view.finding) return;
  const { found } = view;
  const drawn = JSON.stringify([found, session]);
  if (byId("found").dataset.drawn === drawn && byId("summary-title").dataset.of === "range") return;
  mark(byId("found"), "drawn", drawn);
  const title = found?.proposed ? titleOf(found) : "No range was found";
  write(byId("summary-title"), title);
  mark(byId("summary-title"), "of", "range");
  write(byId("found-text"), found?.text ?? "There were no tries.");
  write(byId("found-advice"), found?.advice ?? "");
  const picture = /** @type {HTMLImageElement} */ (byId("found-picture"));
  picture.hidden = !found;
  if (found) {
    // Another address each time: what is there changes.
    picture.src = `/range.svg?t=${Math.round(1000 * view.time_s)}`;
    picture.alt = `The angle over time with the tries. ${found.text}`;
  }
  byId("found-proposed").hidden = !found?.proposed;
  byId("found-next").hidden = session === null;
  if (session !== null) byId("found-link").setAttribute("href", `/calibrate?session=${session}`);
  byId("found-thresholds").replaceChildren(...(found?.thresholds ?? []).map(row));
}

/** @param {FoundRange} found @returns {string} such as "Heel slides, left: the range" */
function titleOf({ name, side }) {
  return `${side === "both" ? name : `${name}, ${side}`}: your range`;
}

/** @param {FoundRange["thresholds"][number]} threshold */
function row({ key, before, after, text }) {
  const what = make("span", { class: "what", text: `${key}: ${before ?? "–"} → ${after}` });
  return make("li", { text }, what);
}
