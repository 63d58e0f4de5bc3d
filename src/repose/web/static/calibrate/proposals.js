/** Numbers that Repose proposes: from one recording, or fitted to what people annotated. */

import { byId, make, write } from "../live/dom.js";
import { ask } from "../shared/asking.js";
import { several, withUnit } from "./words.js";

/**
 * @typedef {{key: string, name: string, unit: string, before: number | null, after: number, text: string}} Suggested
 * @typedef {{refused: string, tries: number, why: string, suggestions: Suggested[]}} Proposal
 * @typedef {{headline: string, warnings: string[], left_out: string[],
 *   thresholds: {name: string, said: string[], picture: string}[],
 *   recordings: {name: string, link: string, present: string, fitted: string, left_out: string}[],
 *   changes: Record<string, number>, why: string}} Fit
 * @typedef {{job: string, done: number, of: number, doing: string, problem: string, result: Fit | null}} Progress
 */

/** How often to ask how far a fit is. */
const ASK_MS = 400;

/** What a recording proposes, or why nothing; the numbers are in the draft by now. @param {Proposal} proposal @param {string} from */
export function proposalOf(proposal, from) {
  if (proposal.refused) {
    return [make("h4", { text: "Nothing is proposed" }), make("p", { class: "warning", text: proposal.refused })];
  }
  const list = make("ul", { class: "suggestions" });
  for (const one of proposal.suggestions) {
    const was = one.before === null ? "" : `${withUnit(one.before, one.unit)} → `;
    list.append(
      make(
        "li",
        {},
        make("b", { text: `${one.name}: ${was}${withUnit(one.after, one.unit)}` }),
        make("span", { class: "quiet", text: one.text }),
      ),
    );
  }
  return [
    make("h4", { text: `Proposed from ${several(proposal.tries, "try").replace("trys", "tries")} of ${from}` }),
    make("p", { class: "quiet", text: "These numbers are in the draft now. Nothing is saved; Undo takes them out." }),
    list,
  ];
}

/**
 * Fit, and tell how far it is.
 *
 * @param {Record<string, unknown>} body
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<Fit>}
 */
export async function fit(body, onProgress) {
  let progress = /** @type {Progress} */ (await ask("/api/calibrate/fit", body));
  for (;;) {
    onProgress(progress);
    if (progress.problem) throw new Error(sentence(progress.problem));
    if (progress.result) return progress.result;
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    progress = await ask(`/api/calibrate/fit/${progress.job}`);
  }
}

/** @param {string} text */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {Fit} found @param {() => void} onTake */
export function fitOf(found, onTake) {
  const parts = [make("p", { class: "headline", text: found.headline })];
  const numbers = Object.keys(found.changes).length;
  if (numbers) {
    const take = make("button", { class: "strong small", text: `Take ${several(numbers, "number")} into the draft` });
    take.type = "button";
    take.id = "take-fit";
    take.addEventListener("click", onTake);
    parts.push(make("p", {}, take));
  }
  for (const text of found.warnings) parts.push(make("p", { class: "warning", text }));
  const pictures = make("div", { class: "fits" });
  for (const { name, said, picture } of found.thresholds) {
    const figure = make("figure", {}, make("figcaption", {}, make("b", { text: name }), ` ${said.join(". ")}.`));
    figure.append(new DOMParser().parseFromString(picture, "image/svg+xml").documentElement);
    pictures.append(figure);
  }
  const head = make("tr", {});
  for (const text of ["Recording", "Now", "Fitted", "Fitted without knowing it"]) head.append(make("th", { text }));
  const body = make("tbody");
  for (const one of found.recordings) {
    const link = make("a", { text: one.name });
    link.href = one.link;
    const name = make("th", {}, link);
    name.scope = "row";
    body.append(
      make("tr", {}, name, ...[one.present, one.fitted, one.left_out].map((text) => make("td", { text }))),
    );
  }
  const table = make("div", { class: "wide" }, make("table", { class: "fitted" }, make("thead", {}, head), body));
  const without = found.left_out.map((text) => make("p", { class: "quiet", text: `Left out: ${text}` }));
  return [...parts, pictures, table, ...without];
}

/** @param {{done: number, of: number, doing: string} | null} progress null for none @param {string} id of the bar */
export function showProgress(progress, id) {
  const bar = /** @type {HTMLProgressElement} */ (/** @type {unknown} */ (byId(id)));
  bar.hidden = progress === null;
  write(byId(`${id}-text`), progress === null ? "" : progress.doing);
  if (progress) {
    bar.max = progress.of;
    bar.value = progress.done;
  }
}
