/** The picture of a recording: what the draft counts above the signal, what is saved and what is true below. */

import { curve, inSight, unseen } from "../shared/signal.js";
import { svg } from "../shared/svg.js";
import { clock } from "../shared/time.js";

/**
 * @typedef {import("../shared/timeline.js").Timeline} Timeline
 * @typedef {import("./types.js").Event} Event
 * @typedef {import("./types.js").Recording} Recording
 * @typedef {{recording: Recording, signal: import("./types.js").Signal, range: [number, number],
 *   chosen: number | null}} Scene
 */

const TOP = 3;
const ROW = 24;
const LOWER = 18;
const GAP = 6;
const HELD = "held-spans";
const DRAFT = "draft-bars";

/** @type {Set<number>} */
const NONE = new Set();

const LETTERS = { left: "L", right: "R", both: "" };

/** @param {number} width of the chart */
export const plotOf = (width) => ({ top: TOP + ROW + GAP, height: width < 600 ? 190 : 200 });

/** @param {number} width @param {Recording} recording */
export function heightOf(width, recording) {
  const { top, height } = plotOf(width);
  return top + height + GAP + (LOWER + 4) * (recording.truth ? 2 : 1);
}

/** @param {number} width @param {[number, number]} range @returns {(deg: number) => number} */
export function scaleOf(width, [low, high]) {
  const { top, height } = plotOf(width);
  return (deg) => top + (1 - (deg - low) / (high - low)) * height;
}

/**
 * @param {Timeline} timeline
 * @param {Scene} scene
 * @param {string} id of the chart, for what needs a name of its own
 * @returns {Node[]}
 */
export function drawChart(timeline, scene, id) {
  const { recording, signal } = scene;
  const plot = plotOf(timeline.width);
  const right = timeline.width - 10;
  const y = scaleOf(timeline.width, scene.range);
  const saved = plot.top + plot.height + GAP;
  const truth = saved + LOWER + 4;
  const bottom = recording.truth ? truth + LOWER : saved + LOWER;
  const clip = svg(
    "clipPath",
    { id: `clip-${id}` },
    svg("rect", { x: timeline.margin, y: 0, width: right - timeline.margin, height: bottom + 2 }),
  );
  const wide = timeline.margin > 40;
  return [
    svg("defs", {}, clip),
    svg("rect", {
      x: timeline.margin,
      y: plot.top,
      width: right - timeline.margin,
      height: plot.height,
      class: "frame",
    }),
    svg(
      "g",
      { "clip-path": `url(#clip-${id})` },
      ...grid(timeline, scene.range, y),
      svg("g", { class: HELD }, ...holds(timeline, recording.count.events, plot)),
      ...unseen(timeline, recording.unmeasured, signal.unreadable, plot),
      curve(timeline, signal.time_s, signal.angle, (deg) =>
        Math.min(Math.max(y(deg), plot.top), plot.top + plot.height),
      ),
      svg("g", { class: DRAFT }, ...draftBars(timeline, scene)),
      ...bars(timeline, recording.saved, saved, LOWER, "saved", NONE, scene.chosen),
      ...(recording.truth ? bars(timeline, recording.truth.events, truth, LOWER, "true", NONE, scene.chosen) : []),
    ),
    ...degrees(timeline, scene.range, y),
    ...(wide
      ? [
          svg("text", { x: 0, y: TOP + 16 }, "draft"),
          svg("text", { x: 0, y: saved + 13 }, "saved"),
          ...(recording.truth ? [svg("text", { x: 0, y: truth + 13 }, shortBasis(recording.truth.basis))] : []),
        ]
      : []),
  ];
}

/**
 * Draw only what another count changes, into a picture that is there already.
 *
 * @param {SVGSVGElement} picture
 * @param {Timeline} timeline
 * @param {Scene} scene
 */
export function drawCount(picture, timeline, scene) {
  const held = holds(timeline, scene.recording.count.events, plotOf(timeline.width));
  picture.querySelector(`.${HELD}`)?.replaceChildren(...held);
  picture.querySelector(`.${DRAFT}`)?.replaceChildren(...draftBars(timeline, scene));
}

/** @param {Timeline} timeline @param {Scene} scene */
function draftBars(timeline, { recording, chosen }) {
  const { events, changed } = recording.count;
  const times = new Set(changed.filter(({ kind }) => kind !== "faults").map((one) => one.time_s));
  return bars(timeline, events, TOP, ROW, "draft", times, chosen);
}

/** @param {string} basis */
const shortBasis = (basis) => (basis === "annotated" ? "annotated" : "reviewed");

/** @param {[number, number]} range @returns {number[]} */
function marksOf([low, high]) {
  const step = [5, 10, 20, 30, 45, 60].find((one) => (high - low) / one <= 6) ?? 90;
  const marks = [];
  for (let k = Math.ceil(low / step); k * step <= high; k += 1) marks.push(k * step);
  return marks;
}

/** @param {Timeline} timeline @param {[number, number]} range @param {(deg: number) => number} y */
function grid(timeline, range, y) {
  return marksOf(range).map((deg) =>
    svg("line", { x1: timeline.margin, x2: timeline.width, y1: y(deg), y2: y(deg), class: "grid" }),
  );
}

/** @param {Timeline} timeline @param {[number, number]} range @param {(deg: number) => number} y */
function degrees(timeline, range, y) {
  const wide = timeline.margin > 40;
  return marksOf(range).map((deg) =>
    svg(
      "text",
      {
        x: wide ? timeline.margin - 6 : timeline.margin + 3,
        y: y(deg) + (wide ? 4 : -2),
        "text-anchor": wide ? "end" : "start",
        class: "small haloed",
      },
      `${String(deg).replace("-", "−")}°`,
    ),
  );
}

/** @param {Timeline} timeline @param {Event[]} events @param {{top: number, height: number}} plot */
function holds(timeline, events, plot) {
  return events
    .filter((one) => one.hold_s && one.hold_start_s !== null && inSight(timeline, one))
    .map((one) => {
      const x = timeline.x(Number(one.hold_start_s));
      const width = Math.max(2, timeline.x(Number(one.hold_start_s) + Number(one.hold_s)) - x);
      const title = svg("title", {}, `held ${Number(one.hold_s).toFixed(1)} s`);
      return svg("rect", { x, y: plot.top, width, height: plot.height, class: "hold" }, title);
    });
}

/**
 * @param {Timeline} timeline
 * @param {Event[]} events
 * @param {number} top
 * @param {number} height
 * @param {"draft" | "saved" | "true"} row
 * @param {Set<number>} changed end positions of what the draft changes
 * @param {number | null} chosen end position of the chosen event
 */
function bars(timeline, events, top, height, row, changed, chosen) {
  let number = 0;
  return events
    .map((event) => ({ event, number: event.complete ? (number += 1) : null }))
    .filter(({ event }) => inSight(timeline, event))
    .map(({ event, number: at }) => {
      const x = timeline.x(event.start_s);
      const width = Math.max(3, timeline.x(event.end_s) - x);
      const said = eventInWords(event, at, row);
      const kind = ["bar", event.side, event.complete ? "rep" : "partial"];
      if (row !== "draft") kind.push("counted");
      if (row === "draft" && changed.has(event.peak_s)) kind.push("changed");
      if (chosen !== null && chosen >= event.start_s && chosen <= event.end_s) kind.push("chosen");
      const letter = LETTERS[event.side];
      const words = event.complete ? [`${at} ${letter}`.trim(), `${at}`] : [`– ${letter}`.trim(), "–"];
      const fitting = width >= 34 ? words[0] : width >= 16 ? words[1] : "";
      const fault = row !== "true" && event.complete && event.faults.length > 0;
      return svg(
        "g",
        { class: kind.join(" "), "data-key": String(event.peak_s), role: "img", "aria-label": said },
        svg("title", {}, said),
        svg("rect", { x, y: top, width, height, rx: Math.min(4, width / 4), class: "ground" }),
        svg("rect", { x, y: top, width, height, rx: Math.min(4, width / 4), class: "shape" }),
        ...(fitting
          ? [svg("text", { x: x + width / 2, y: top + height / 2 + 4.5, "text-anchor": "middle" }, fitting)]
          : []),
        ...(fault ? [svg("path", { d: `M${x + width - 9} ${top + 1}h8v8Z`, class: "flag" })] : []),
      );
    });
}

/** @param {Event} event @param {number | null} number @param {string} row */
function eventInWords(event, number, row) {
  const whose = { draft: "draft", saved: "saved profile", true: "truly" }[row];
  const what = event.complete ? `rep ${number}` : `partial: ${event.reason}`;
  const side = event.side === "both" ? "" : `, ${event.side}`;
  const held = event.hold_s ? `, held ${event.hold_s.toFixed(1)} s` : "";
  const faults = event.faults.length ? `, ${event.faults.join(", ")}` : "";
  return `${whose}: ${what}${side}, at ${clock(event.peak_s)}${held}${faults}`;
}
