/** What stands below the pictures: counts side by side, what the draft changes, and the versions. */

import { make } from "../live/dom.js";
import { clock, moment } from "../shared/time.js";
import { countInWords, orNothing, restInWords, several, sum } from "./words.js";

/**
 * @typedef {import("./types.js").Difference} Difference
 * @typedef {import("./types.js").Recording} Recording
 * @typedef {import("./types.js").Revision} Revision
 * @typedef {import("./types.js").Totals} Totals
 */

/** The counts of all chosen recordings side by side. @param {Recording[]} recordings @param {boolean} clinic */
export function totalsTable(recordings, clinic) {
  const head = make("tr", {}, cell("th", "Recording"));
  const columns = ["Saved profile", "This draft", "Annotated or reviewed"];
  for (const text of columns) head.append(cell("th", text));
  const body = make("tbody");
  const row = (
    /** @type {string} */ name,
    /** @type {Totals} */ saved,
    /** @type {Totals} */ draft,
    /** @type {Totals | null} */ truth,
    /** @type {string} */ basis,
  ) => {
    const title = cell("th", name);
    title.scope = "row";
    body.append(
      make(
        "tr",
        {},
        title,
        count(saved, columns[0]),
        count(draft, columns[1], differs(draft, saved) ? "changed" : ""),
        truth ? count(truth, columns[2], "", basis) : nobody(columns[2]),
      ),
    );
  };
  for (const one of recordings) {
    const name = `${clinic ? `${one.person}, ` : ""}${one.begun}`;
    row(name, one.saved_totals, one.count.totals, one.truth?.totals ?? null, one.truth ? basisOf(one.truth) : "");
  }
  if (recordings.length > 1) {
    const judged = recordings.flatMap((one) => (one.truth ? [one.truth.totals] : []));
    row(
      `All ${recordings.length}`,
      sum(recordings.map((one) => one.saved_totals)),
      sum(recordings.map((one) => one.count.totals)),
      judged.length === recordings.length ? sum(judged) : null,
      "",
    );
    body.lastElementChild?.classList.add("sum");
  }
  const table = make("table", { class: "totals" }, make("thead", {}, head), body);
  return table;
}

/** @param {Totals} one @param {Totals} other */
const differs = (one, other) =>
  one.reps !== other.reps ||
  one.partials !== other.partials ||
  one.faults !== other.faults ||
  Math.abs((one.hold_s ?? 0) - (other.hold_s ?? 0)) >= 0.1;

/** @param {{basis: string, who: string}} truth */
const basisOf = (truth) => `${truth.basis}${truth.who ? ` by ${truth.who}` : ""}`;

/** @param {Totals} totals @param {string} column @param {string} [kind] @param {string} [basis] */
function count(totals, column, kind = "", basis = "") {
  const rest = [restInWords(totals), basis].filter(Boolean).join(", ");
  const made = make("td", { class: kind }, make("strong", { text: countInWords(totals) }));
  made.dataset.column = column;
  if (rest) made.append(make("span", { class: "quiet", text: rest }));
  return made;
}

/** @param {string} column */
function nobody(column) {
  const made = cell("td", "nobody said");
  made.dataset.column = column;
  return made;
}

/** @param {"th" | "td"} name @param {string} text */
const cell = (name, text) => make(name, { text });

/**
 * Events that are not as they were, or not as they should be.
 *
 * @param {Difference[]} differences
 * @param {(timeS: number) => void} onChoose
 */
export function differenceList(differences, onChoose) {
  const list = make("ul", { class: "differences" });
  for (const one of differences) {
    const sign = one.better === true ? "+" : one.better === false ? "−" : "~";
    const button = make(
      "button",
      { class: `difference ${one.better === true ? "gained" : one.better === false ? "lost" : ""}` },
      make("span", { class: "sign", text: sign }),
      make("span", { class: "when", text: clock(one.time_s) }),
      make("span", { text: one.text }),
    );
    button.type = "button";
    button.addEventListener("click", () => onChoose(one.time_s));
    list.append(make("li", {}, button));
  }
  return list;
}

/**
 * @param {Revision[]} history newest first
 * @param {(revision: number) => void} onRollBack
 */
export function historyList(history, onRollBack) {
  return history.map((one, k) => {
    const when = make("time", { text: moment(one.at) });
    when.dateTime = one.at;
    const head = make(
      "p",
      { class: "bar" },
      make("strong", { text: `Version ${one.revision}` }),
      make("span", {}, when, ` by ${one.who}`),
    );
    if (k === 0) head.append(make("span", { class: "tag good", text: "in force" }));
    else {
      const back = make("button", { class: "small push", text: "Go back to this" });
      back.type = "button";
      back.setAttribute("aria-label", `Go back to version ${one.revision}`);
      back.addEventListener("click", () => onRollBack(one.revision));
      head.append(back);
    }
    const changes = make("ul", { class: "changed-numbers" });
    for (const { exercise, name, unit, before, after } of one.changes) {
      changes.append(
        make(
          "li",
          {},
          `${exercise}: ${name} `,
          make("b", { text: `${orNothing(before, unit)} → ${orNothing(after, unit)}` }),
        ),
      );
    }
    const item = make("li", {}, head, make("p", { class: "because", text: one.why }), changes);
    if (one.recordings.length) {
      const looked = make("p", { class: "quiet" }, "Looked at: ");
      one.recordings.forEach(({ name, link }, n) => {
        if (n) looked.append(", ");
        if (link) {
          const anchor = make("a", { text: name });
          anchor.href = link;
          looked.append(anchor);
        } else looked.append(`${name} (was deleted)`);
      });
      item.append(looked);
    }
    return item;
  });
}

/** How many events the draft changes, in words. @param {Recording[]} recordings */
export function changedInWords(recordings) {
  const changed = recordings.reduce((total, one) => total + one.count.changed.length, 0);
  return changed ? `${several(changed, "event")} differ${changed === 1 ? "s" : ""}` : "nothing differs";
}
