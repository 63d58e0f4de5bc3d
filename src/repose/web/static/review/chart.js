/** The picture of a set: reviewed reps above the signal, what the machine counted below it. */

import { curve, inSight, unseen } from "../shared/signal.js";
import { hatchings, svg } from "../shared/svg.js";
import { clock } from "../shared/time.js";
import { eventInWords } from "./words.js";

/**
 * @typedef {import("../shared/timeline.js").Timeline} Timeline
 * @typedef {import("./types.js").Event} Event
 * @typedef {import("./types.js").KeptSet} KeptSet
 * @typedef {import("./types.js").Signal} Signal
 * @typedef {import("./types.js").Times} Times
 * @typedef {{set: KeptSet, signal: Signal | null, selected: string | null, pending: Times | null,
 *   edge: string}} Scene
 */

const REVIEWED = { top: 4, height: 34 };
const MACHINE = 20;
const GAP = 8;

/** Widths in pixels from which a bar has room for more than its side's letter. */
const ROOM = { number: 34, lines: 60, words: 118 };

const LETTERS = { left: "L", right: "R", both: "" };

/** @param {number} width of the page's chart */
export const plotHeight = (width) => (width < 600 ? 130 : 170);

/** @param {number} width */
export const chartHeight = (width) => REVIEWED.top + REVIEWED.height + GAP + plotHeight(width) + GAP + MACHINE + GAP;

/**
 * @param {Timeline} timeline
 * @param {Scene} scene
 * @returns {Node[]}
 */
export function drawChart(timeline, scene) {
  const { set } = scene;
  const plot = { top: REVIEWED.top + REVIEWED.height + GAP, height: plotHeight(timeline.width) };
  const machineTop = plot.top + plot.height + GAP;
  const right = timeline.width - 10;
  const y = verticalScale(scene, plot);
  const numbers = numbersOf(set);
  const events = [...set.events, ...set.rejected].filter((one) => inSight(timeline, one));
  const clip = svg(
    "clipPath",
    { id: "plot-clip" },
    svg("rect", { x: timeline.margin, y: 0, width: right - timeline.margin, height: machineTop + MACHINE + 4 }),
  );
  const inside = svg(
    "g",
    { "clip-path": "url(#plot-clip)" },
    ...holds(timeline, events, plot),
    ...unseen(timeline, set.unmeasured, scene.signal?.unreadable ?? [], plot),
    ...levels(timeline, scene, y),
    ...(scene.signal ? [curve(timeline, scene.signal.time_s, scene.signal.excursion, y)] : []),
    ...events.flatMap((event) => reviewedBar(timeline, event, numbers.get(event.key) ?? null, scene)),
    ...events.flatMap((event) => machineBar(timeline, event, machineTop)),
    ...faultMarks(timeline, events, plot),
    ...handles(timeline, scene, plot),
  );
  return [
    svg("defs", {}, clip),
    hatchings({ unmeasured: -45, left: 45, right: 45, both: 45 }),
    svg("rect", {
      x: timeline.margin,
      y: plot.top,
      width: right - timeline.margin,
      height: plot.height,
      class: "frame",
    }),
    inside,
    ...levelNames(timeline, scene, y),
    ...(timeline.margin > 40
      ? [
          svg("text", { x: 0, y: REVIEWED.top + 21 }, "reviewed"),
          svg("text", { x: 0, y: machineTop + 14 }, "machine"),
          svg("text", { x: 0, y: y(0) + 4, class: "small" }, "rest"),
          svg("text", { x: 0, y: y(set.high) + 4, class: "small" }, "target"),
          ...(set.low < 0 ? [svg("text", { x: 0, y: y(set.low) + 4, class: "small" }, "other end")] : []),
        ]
      : []),
  ];
}

/** The reps of a set, counted in order. @param {KeptSet} set @returns {Map<string, number>} by key */
export function numbersOf(set) {
  return new Map(set.events.filter((one) => one.reason === null).map((one, index) => [one.key, index + 1]));
}

/**
 * @param {Scene} scene
 * @param {{top: number, height: number}} plot
 * @returns {(excursion: number) => number}
 */
function verticalScale({ signal, set }, plot) {
  let low = Math.min(set.low, -0.05) - 0.05;
  let high = set.high + 0.15;
  for (const value of signal?.excursion ?? []) {
    if (value !== null && value < low) low = value;
    if (value !== null && value > high) high = value;
  }
  for (const { at } of set.lines) low = Math.min(low, at - 0.05);
  // One wild value must not flatten the rest.
  low = Math.max(low - 0.03, -1.2);
  high = Math.min(high + 0.03, 2);
  return (value) => {
    const share = Math.min(Math.max((value - low) / (high - low), 0), 1);
    return plot.top + (1 - share) * plot.height;
  };
}

/** The threshold lines. @param {Timeline} timeline @param {Scene} scene @param {(v: number) => number} y */
function levels(timeline, scene, y) {
  const line = (/** @type {number} */ at, /** @type {string} */ kind) =>
    svg("line", { x1: timeline.margin, x2: timeline.width - 10, y1: y(at), y2: y(at), class: kind });
  const ends = [0, scene.set.high, ...(scene.set.low < 0 ? [scene.set.low] : [])];
  return [...ends.map((at) => line(at, "grid")), ...scene.set.lines.map(({ at, name }) => line(at, `limit ${name}`))];
}

/** @param {Timeline} timeline @param {Scene} scene @param {(v: number) => number} y */
function levelNames(timeline, scene, y) {
  let above = Infinity;
  const from = [...scene.set.lines].sort((a, b) => a.at - b.at);
  return from.map(({ name, at }) => {
    // From the bottom up: a name goes above its line, or just above the name below.
    if (at > 0) above = Math.min(y(at) - 3, above - 12);
    const place = { x: timeline.width - 14, y: at > 0 ? above : y(at) + 12, "text-anchor": "end" };
    return svg("text", { ...place, class: "small haloed" }, `${name} ${at.toFixed(2).replace("-", "−")}`);
  });
}

/** Where the end position was held. @param {Timeline} timeline @param {Event[]} events */
function holds(timeline, events, /** @type {{top: number, height: number}} */ plot) {
  return events
    .filter(({ machine, verdict }) => machine && machine.hold_s > 0 && verdict !== "rejected")
    .map(({ machine }) => {
      const hold = /** @type {import("./types.js").Evidence} */ (machine);
      const x = timeline.x(hold.hold_start_s);
      const width = Math.max(2, timeline.x(hold.hold_start_s + hold.hold_s) - x);
      const title = svg("title", {}, `held ${hold.hold_s.toFixed(1)} s`);
      return svg("rect", { x, y: plot.top, width, height: plot.height, class: "hold" }, title);
    });
}

/**
 * @param {Timeline} timeline
 * @param {Event} event
 * @param {number | null} number
 * @param {Scene} scene
 */
function reviewedBar(timeline, event, number, scene) {
  const chosen = event.key === scene.selected;
  const times = chosen && scene.pending ? scene.pending : event;
  const x = timeline.x(times.start_s);
  const width = Math.max(4, timeline.x(times.end_s) - x);
  const { top, height } = REVIEWED;
  const kind = [event.side, event.reason === null ? "rep" : "partial", event.verdict];
  if (chosen) kind.push("chosen");
  const letter = LETTERS[event.side];
  const sign = { accepted: "✓", changed: "✎", added: "+", rejected: "", unreviewed: "" }[event.verdict];
  let lines = [`${number ?? "–"}`];
  if (event.verdict === "rejected") lines = ["✗"];
  else if (event.reason !== null) {
    const words = `${letter} ${event.reason_text}`.trim();
    lines = width >= ROOM.words ? [words] : width >= ROOM.lines ? halves(words) : [letter || "–"];
  } else if (width >= ROOM.number) lines = [`${number} ${letter}`];
  if (sign && width >= ROOM.number + 12) lines[0] += ` ${sign}`;
  const bar = [
    svg("title", {}, eventInWords(event, number)),
    svg("rect", { x, y: top, width, height, rx: Math.min(5, width / 4), class: "ground" }),
    svg("rect", { x, y: top, width, height, rx: Math.min(5, width / 4), class: "shape" }),
    svg("line", { x1: timeline.x(times.peak_s), x2: timeline.x(times.peak_s), y1: top + 2, y2: top + 7, class: "peak" }),
  ];
  if (width >= 14) {
    const middle = x + width / 2;
    const first = lines.length > 1 ? top + 15 : top + 23;
    const kinds = lines.length > 1 ? "two" : "";
    lines.forEach((text, k) => {
      bar.push(svg("text", { x: middle, y: first + 13 * k, "text-anchor": "middle", class: kinds }, text.trim()));
    });
  }
  return [
    svg(
      "g",
      { class: `bar ${kind.join(" ")}`, "data-key": event.key, role: "img", "aria-label": eventInWords(event, number) },
      ...bar,
    ),
  ];
}

/** Words in two lines of about the same length. @param {string} words */
function halves(words) {
  const all = words.split(" ");
  let best = 1;
  const longer = (/** @type {number} */ k) =>
    Math.max(all.slice(0, k).join(" ").length, all.slice(k).join(" ").length);
  for (let k = 1; k < all.length; k += 1) if (longer(k) < longer(best)) best = k;
  return [all.slice(0, best).join(" "), all.slice(best).join(" ")];
}

/** @param {Timeline} timeline @param {Event} event @param {number} top */
function machineBar(timeline, event, top) {
  const { machine } = event;
  if (!machine) return [];
  const x = timeline.x(machine.start_s);
  const width = Math.max(3, timeline.x(machine.end_s) - x);
  const words = machine.reason === null ? "rep" : `partial, ${machine.reason}`;
  const kind = `bar counted ${machine.side} ${machine.reason === null ? "rep" : "partial"}`;
  return [
    svg(
      "g",
      { class: kind, "data-key": event.key },
      svg("title", {}, `the machine counted a ${words}, ${machine.side}`),
      svg("rect", { x, y: top, width, height: MACHINE, rx: Math.min(4, width / 4), class: "ground" }),
      svg("rect", { x, y: top, width, height: MACHINE, rx: Math.min(4, width / 4), class: "shape" }),
      ...(width >= 60 ? [svg("text", { x: x + width / 2, y: top + 14, "text-anchor": "middle" }, words.split(",")[0])] : []),
    ),
  ];
}

/** @param {Timeline} timeline @param {Event[]} events */
function faultMarks(timeline, events, /** @type {{top: number, height: number}} */ plot) {
  return events
    .filter((event) => event.faults.length && event.verdict !== "rejected")
    .map((event) =>
      svg(
        "g",
        { class: "fault", "data-key": event.key },
        svg("title", {}, event.faults.map((name) => name.replaceAll("_", " ")).join(", ")),
        svg("path", {
          d: "M0 -8L8 6H-8Z",
          transform: `translate(${timeline.x(event.peak_s).toFixed(1)} ${plot.top + 14})`,
        }),
        svg("text", { x: timeline.x(event.peak_s), y: plot.top + 18.5, "text-anchor": "middle" }, "!"),
      ),
    );
}

/** What the chosen event's times are moved by. @param {Timeline} timeline @param {Scene} scene */
function handles(timeline, scene, /** @type {{top: number, height: number}} */ plot) {
  const chosen = [...scene.set.events, ...scene.set.rejected].find((one) => one.key === scene.selected);
  if (!chosen) return [];
  const times = scene.pending ?? chosen;
  const bottom = plot.top + plot.height;
  return /** @type {[import("./types.js").Edge, string][]} */ ([
    ["start_s", "start"],
    ["peak_s", "end position"],
    ["end_s", "end"],
  ]).map(([edge, name]) => {
    const x = timeline.x(times[edge]);
    return svg(
      "g",
      { class: `handle${scene.edge === edge ? " active" : ""}`, "data-drag": edge, "data-at": String(times[edge]) },
      svg("title", {}, `${name} ${clock(times[edge], 2)}: drag it`),
      svg("rect", { x: x - 9, y: REVIEWED.top, width: 18, height: bottom - REVIEWED.top, class: "reach" }),
      svg("line", { x1: x, x2: x, y1: REVIEWED.top, y2: bottom }),
      svg("circle", { cx: x, cy: bottom, r: edge === "peak_s" ? 5 : 6 }),
    );
  });
}
