/** The marks on a line of time. */

import { hatchings, svg } from "../shared/svg.js";
import { clock } from "../shared/time.js";

/**
 * @typedef {import("../shared/timeline.js").Timeline} Timeline
 * @typedef {import("./marks.js").Mark} Mark
 */

export const HEIGHT = 92;
const LINE = 62;
const LETTERS = { left: "L", right: "R", both: "B" };

/**
 * @param {Timeline} timeline
 * @param {Mark[]} marks
 * @param {number | null} chosen id
 * @returns {Node[]}
 */
export function drawMarks(timeline, marks, chosen) {
  const right = timeline.width - 10;
  const inSight = marks.filter(
    (one) => (one.end_s ?? one.peak_to_s) >= timeline.leftS && (one.start_s ?? one.peak_from_s) <= timeline.rightS,
  );
  const later = inSight.sort((a, b) => Number(a.id === chosen) - Number(b.id === chosen));
  return [
    hatchings({ left: 45, right: 45, both: 45 }),
    svg(
      "defs",
      {},
      svg(
        "clipPath",
        { id: "marks-clip" },
        svg("rect", { x: timeline.margin - 16, y: 0, width: right - timeline.margin + 26, height: HEIGHT }),
      ),
    ),
    svg("rect", { x: timeline.margin, y: 2, width: right - timeline.margin, height: HEIGHT - 6, class: "frame" }),
    svg("line", { x1: timeline.margin, x2: right, y1: LINE, y2: LINE, class: "grid" }),
    ...(timeline.margin > 40 ? [svg("text", { x: 0, y: 30 }, "truth")] : []),
    svg("g", { "clip-path": "url(#marks-clip)" }, ...later.flatMap((mark) => pin(timeline, mark, mark.id === chosen))),
  ];
}

/** @param {Timeline} timeline @param {Mark} mark @param {boolean} chosen */
function pin(timeline, mark, chosen) {
  const from = timeline.x(mark.peak_from_s);
  const to = timeline.x(mark.peak_to_s);
  const middle = (from + to) / 2;
  const start = mark.start_s === null ? null : timeline.x(mark.start_s);
  const end = mark.end_s === null ? null : timeline.x(mark.end_s);
  const kind = `pin ${mark.side}${mark.complete ? "" : " partial"}${chosen ? " chosen" : ""}`;
  const said = `${mark.complete ? "rep" : "partial"}, ${mark.side}, at ${clock(mark.peak_from_s, 2)}`;
  const whole =
    start !== null || end !== null
      ? [
          svg("rect", {
            x: start ?? from,
            y: LINE - 9,
            width: Math.max(2, (end ?? to) - (start ?? from)),
            height: 18,
            rx: 4,
            class: "whole",
          }),
        ]
      : [];
  const body = svg(
    "g",
    { class: kind, "data-drag": "all", "data-id": String(mark.id), "data-at": String(mark.peak_from_s) },
    svg("title", {}, said),
    ...whole,
    svg("rect", { x: middle - 13, y: 8, width: 26, height: LINE, class: "reach" }),
    svg("line", { x1: middle, x2: middle, y1: 36, y2: LINE }),
    svg("rect", { x: from - 3, y: LINE - 6, width: Math.max(6, to - from + 6), height: 12, rx: 4, class: "span" }),
    svg("circle", { cx: middle, cy: 24, r: 13, class: "head" }),
    svg("text", { x: middle, y: 28.5, "text-anchor": "middle" }, LETTERS[mark.side]),
  );
  return [body, ...(chosen ? handles(timeline, mark) : [])];
}

/** @param {Timeline} timeline @param {Mark} mark */
function handles(timeline, mark) {
  const span = mark.peak_from_s !== mark.peak_to_s;
  return /** @type {[import("./marks.js").TimeName, string][]} */ ([
    ["start_s", "start"],
    ["peak_from_s", "end position, its begin"],
    ["peak_to_s", "end position, its end"],
    ["end_s", "end"],
  ])
    .filter(([name]) => mark[name] !== null && (span || !name.startsWith("peak_from")))
    .map(([name, words]) => {
      const time = /** @type {number} */ (mark[name]);
      const x = timeline.x(time);
      const y = name.startsWith("peak") ? LINE : LINE + 17;
      const data = { "data-drag": name, "data-id": String(mark.id), "data-at": String(time) };
      return svg(
        "g",
        { class: "handle", ...data },
        svg("title", {}, `${words} ${clock(time, 2)}: drag it`),
        svg("circle", { cx: x, cy: y, r: 13, class: "reach" }),
        svg("circle", { cx: x, cy: y, r: 5.5 }),
      );
    });
}
