/** What earlier sessions would have counted under the draft, a few sessions at a time. */

import { make } from "../live/dom.js";
import { ask } from "../shared/asking.js";
import { countInWords, restInWords, several, sum } from "./words.js";

/**
 * @typedef {import("./types.js").Totals} Totals
 * @typedef {{link: string, person: string, begun: string, title: string, old: Totals, new: Totals | null,
 *   why_not: string, truth: Totals | null, basis: string, differs: number}} Line
 * @typedef {{lines: Line[], next: number | null, done: number, of: number}} Part
 */

/**
 * @param {Record<string, unknown>} draft
 * @param {(lines: Line[], part: Part) => boolean} onPart told of all so far; whether to go on
 */
export async function countPast(draft, onPart) {
  /** @type {Line[]} */
  const lines = [];
  /** @type {number | null} */
  let offset = 0;
  while (offset !== null) {
    const part = /** @type {Part} */ (await ask("/api/calibrate/past", { ...draft, offset }));
    lines.push(...part.lines);
    if (!onPart(lines, part)) return;
    offset = part.next;
  }
}

/** @param {Line[]} lines @param {boolean} clinic */
export function pastTable(lines, clinic) {
  const columns = ["Counted then", "This draft", "Annotated or reviewed"];
  const head = make("tr", {}, make("th", { text: "Session" }), ...columns.map((text) => make("th", { text })));
  const body = make("tbody");
  const cell = (/** @type {Totals | null} */ totals, /** @type {number} */ k, /** @type {string} */ note) => {
    const made = make("td", {});
    made.dataset.column = columns[k];
    if (totals) made.append(make("strong", { text: countInWords(totals) }));
    const rest = [totals ? restInWords(totals) : "", note].filter(Boolean).join(", ");
    if (rest) made.append(make("span", { class: "quiet", text: rest }));
    return made;
  };
  for (const one of lines) {
    const link = make("a", { text: `${clinic ? `${one.person}, ` : ""}${one.begun}` });
    link.href = one.link;
    const name = make("th", {}, link, make("span", { class: "quiet", text: one.title }));
    name.scope = "row";
    const draft = cell(one.new, 1, one.new ? "" : `cannot be counted anew: ${one.why_not}`);
    if (one.differs) {
      draft.classList.add("changed");
      draft.append(make("span", { class: "quiet", text: `${several(one.differs, "event")} otherwise` }));
    }
    body.append(
      make("tr", {}, name, cell(one.old, 0, ""), draft, cell(one.truth, 2, one.truth ? one.basis : "nobody said")),
    );
  }
  const anew = lines.filter((one) => one.new);
  if (anew.length > 1) {
    const name = make("th", { text: `All ${anew.length} counted anew` });
    name.scope = "row";
    const judged = anew.flatMap((one) => (one.truth ? [one.truth] : []));
    const row = make(
      "tr",
      { class: "sum" },
      name,
      cell(sum(anew.map((one) => one.old)), 0, ""),
      cell(sum(anew.flatMap((one) => (one.new ? [one.new] : []))), 1, ""),
      cell(judged.length === anew.length ? sum(judged) : null, 2, `${judged.length} of ${anew.length} judged`),
    );
    body.append(row);
  }
  return make("table", { class: "totals" }, make("thead", {}, head), body);
}
