/** What stands below the picture: the evidence of the chosen rep, all reps, all changes, the conditions. */

import { make } from "../live/dom.js";
import { clock, moment } from "../shared/time.js";
import { numbersOf } from "./chart.js";
import { VERDICTS, countsInWords, percent } from "./words.js";

/**
 * @typedef {import("./types.js").Event} Event
 * @typedef {import("./types.js").KeptSet} KeptSet
 * @typedef {import("./types.js").Review} Review
 */

/** @param {string} side */
function sideTag(side) {
  const tag = make("span", { class: "side", text: side });
  tag.dataset.side = side;
  return tag;
}

/** @param {string[]} faults @param {KeptSet} set */
const faultsInWords = (faults, set) =>
  faults.map((name) => set.faults.find((one) => one.name === name)?.text ?? name.replaceAll("_", " "));

/**
 * @param {Event | null} event
 * @param {KeptSet} set
 * @returns {Node[]}
 */
export function evidenceOf(event, set) {
  if (!event) return [make("p", { class: "quiet", text: "Choose a rep: click it, or press ← or →." })];
  const { machine } = event;
  const times = (/** @type {{start_s: number, peak_s: number, end_s: number}} */ one) =>
    `${clock(one.start_s)}, ${clock(one.peak_s)}, ${clock(one.end_s)}`;
  const rejected = event.verdict === "rejected";
  const what = event.reason === null ? "complete rep" : `partial: ${event.reason_text}`;
  /** @type {[string, Node | string, Node | string][]} */
  const both = [
    [
      "What",
      machine ? (machine.reason === null ? "complete rep" : `partial: ${machine.reason}`) : "–",
      rejected ? "nothing" : what,
    ],
    ["Side", machine ? sideTag(machine.side) : "–", rejected ? "–" : sideTag(event.side)],
    ["Start, end position, end", machine ? times(machine) : "–", rejected ? "–" : times(event)],
    [
      "Hold",
      machine ? `${machine.hold_s.toFixed(1)} s` : "–",
      rejected ? "–" : event.hold_s === null ? "not measured" : `${event.hold_s.toFixed(1)} s`,
    ],
    [
      "Faults",
      machine ? machine.faults.join(", ") || "none" : "–",
      rejected ? "–" : faultsInWords(event.faults, set).join("; ") || "none",
    ],
  ];
  const table = make("table", { class: "sides-by" });
  const head = make("tr", {}, make("td"));
  for (const text of ["Machine", "Reviewed"]) head.append(scoped("col", text));
  table.append(make("thead", {}, head));
  const body = make("tbody");
  for (const [name, counted, reviewed] of both) {
    body.append(make("tr", {}, scoped("row", name), make("td", {}, counted), make("td", {}, reviewed)));
  }
  table.append(body);
  if (!machine) {
    const made = event.verdict === "added" ? "A reviewer added it" : "A reviewer split or merged it";
    return [table, make("p", { class: "quiet", text: `${made}: the machine has no evidence of its own for it.` })];
  }
  const numbers = make("dl", { class: "numbers" });
  for (const [name, value] of [
    ...Object.entries(machine.angles).map(([joint, angle]) => [`${joint} at the end`, `${angle.toFixed(0)}°`]),
    ["Excursion", percent(machine.excursion)],
    ["Confidence", percent(machine.confidence)],
    ["Known at", clock(machine.decided_s)],
  ]) {
    numbers.append(make("div", {}, make("dt", { text: name }), make("dd", { text: value })));
  }
  return [table, numbers];
}

/** @param {"col" | "row"} scope @param {string} text */
function scoped(scope, text) {
  const cell = make("th", { text });
  cell.scope = scope;
  return cell;
}

/**
 * @param {KeptSet} set
 * @param {string | null} selected
 * @param {(key: string) => void} choose
 * @returns {Node}
 */
export function eventsTable(set, selected, choose) {
  const events = [...set.events, ...set.rejected].sort((a, b) => a.start_s - b.start_s);
  if (!events.length) {
    return make("p", { class: "empty", text: "Nothing was counted in this set. If something happened, add it with N." });
  }
  const table = make("table");
  const head = make("tr");
  for (const text of ["Rep", "Side", "From", "To", "Hold", "Range", "Sure", "Review", "Remarks"]) {
    head.append(scoped("col", text));
  }
  table.append(make("thead", {}, head));
  const body = make("tbody");
  const numbers = numbersOf(set);
  for (const event of events) {
    const { machine } = event;
    const number = numbers.get(event.key);
    const button = make("button", {
      class: "plain",
      text: event.verdict === "rejected" ? "✗" : number ? String(number) : "partial",
    });
    button.type = "button";
    button.setAttribute("aria-label", number ? `Rep ${number}` : `The ${VERDICTS[event.verdict]} partial`);
    const hold = event.hold_s === null ? "–" : `${event.hold_s.toFixed(1)} s`;
    const remarks = [event.reason_text ?? "", ...event.faults.map((name) => name.replaceAll("_", " "))];
    const row = make(
      "tr",
      { class: event.verdict === "rejected" ? "gone" : "" },
      make("td", {}, button),
      make("td", {}, sideTag(event.side)),
      make("td", { text: clock(event.start_s) }),
      make("td", { text: clock(event.end_s) }),
      make("td", { text: hold }),
      make("td", { text: machine ? percent(machine.excursion) : "–" }),
      make("td", { text: machine ? percent(machine.confidence) : "–" }),
      make("td", { class: `verdict ${event.verdict}`, text: VERDICTS[event.verdict] }),
      make("td", { text: remarks.filter(Boolean).join(", ") }),
    );
    row.dataset.key = event.key;
    if (event.key === selected) row.setAttribute("aria-selected", "true");
    row.addEventListener("click", () => choose(event.key));
    body.append(row);
  }
  table.append(body);
  return table;
}

/**
 * @param {Review} review
 * @param {(id: number) => void} undo
 * @returns {Node[]} newest first
 */
export function changesList(review, undo) {
  if (!review.changes.length) {
    return [make("li", { class: "quiet", text: "Nothing was changed yet: this is the machine's own count." })];
  }
  const several = review.sets.length > 1;
  return [...review.changes].reverse().map((change) => {
    const at = review.sets.findIndex((set) => set.id === change.set_id);
    const where = several && at >= 0 ? `Set ${at + 1}: ` : "";
    const item = make("li", { class: change.state });
    item.append(make("p", {}, make("strong", { text: change.who }), ` ${where}${change.what}`));
    if (change.why) item.append(make("p", { class: "because", text: `“${change.why}”` }));
    const foot = make("p", { class: "bar tight quiet" }, moment(change.at));
    if (change.state === "void") foot.append(make("span", { class: "tag note", text: "says nothing any more" }));
    if (change.state === "undone") foot.append(make("span", { class: "tag", text: "undone" }));
    else {
      const button = make("button", { class: "plain small", text: change.undo ? "Do it again" : "Undo" });
      button.type = "button";
      button.setAttribute("aria-label", `${button.textContent}: ${change.what}`);
      button.addEventListener("click", () => undo(change.id));
      foot.append(button);
    }
    item.append(foot);
    return item;
  });
}

/** @param {KeptSet} set @returns {Node[]} */
export function conditionsOf(set) {
  const dose = set.target === null ? "no dose" : `${set.target} reps${set.hold_s ? `, each held ${set.hold_s} s` : ""}`;
  const facts = make("dl", { class: "numbers" });
  for (const [name, value] of [
    ["Dose", dose],
    ["View", set.view ?? "unknown"],
    ["Machine", countsInWords(set.machine)],
    ["Reviewed", countsInWords(set.reviewed)],
    ["Annotated by", set.annotated_by.join(", ") || "nobody"],
  ]) {
    facts.append(make("div", {}, make("dt", { text: name }), make("dd", { text: value })));
  }
  const parts = /** @type {Node[]} */ ([facts]);
  if (set.needs) parts.push(make("p", { text: set.needs }));
  if (set.unmeasured.length) {
    const list = make("ul", { class: "unseen-spans" });
    for (const span of set.unmeasured) {
      list.append(make("li", { text: `${clock(span.start_s)} to ${clock(span.end_s)}: ${span.why}` }));
    }
    parts.push(make("h3", { text: "Not measured" }), list);
  }
  const table = make("table");
  for (const [name, value] of Object.entries(set.thresholds)) {
    const cell = make("td", { class: "number", text: String(value) });
    table.append(make("tr", {}, scoped("row", name.replaceAll("_", " ")), cell));
  }
  const details = make("details", {}, make("summary", { text: `Thresholds in force (${set.fingerprint})` }), table);
  parts.push(details);
  return parts;
}
