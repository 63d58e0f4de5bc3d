/** A signal over time on a timeline: its curve, and the time in which there is none. */

import { svg } from "./svg.js";
import { clock } from "./time.js";

/**
 * @typedef {import("./timeline.js").Timeline} Timeline
 * @typedef {{top: number, height: number}} Plot
 */

/**
 * @param {Timeline} timeline
 * @param {number[]} times
 * @param {(number | null)[]} values null where not measured
 * @param {(value: number) => number} y
 */
export function curve(timeline, times, values, y) {
  const first = Math.max(0, lowerBound(times, timeline.leftS) - 1);
  const last = Math.min(times.length, lowerBound(times, timeline.rightS) + 2);
  const columns = Math.max(1, (last - first) / (2 * timeline.width));
  let path = "";
  let pen = "M";
  for (let start = first; start < last; start = Math.floor(start + columns)) {
    const end = Math.min(last, Math.max(start + 1, Math.floor(start + columns)));
    // Of each column of pixels the lowest and the highest, so that no peak is lost.
    let low = -1;
    let high = -1;
    let gone = false;
    for (let k = start; k < end; k += 1) {
      const value = values[k];
      if (value === null) gone = true;
      else {
        if (low < 0 || value < /** @type {number} */ (values[low])) low = k;
        if (high < 0 || value > /** @type {number} */ (values[high])) high = k;
      }
    }
    for (const k of low < 0 ? [] : low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      path += `${pen}${timeline.x(times[k]).toFixed(1)} ${y(/** @type {number} */ (values[k])).toFixed(1)}`;
      pen = "L";
    }
    if (gone) pen = "M";
  }
  return svg("path", { d: path || "M0 0", class: "signal" });
}

/**
 * Time not measured, and what cannot be read.
 *
 * @param {Timeline} timeline
 * @param {{start_s: number, end_s: number, why: string}[]} unmeasured
 * @param {[number, number][]} unreadable
 * @param {Plot} plot
 */
export function unseen(timeline, unmeasured, unreadable, plot) {
  const spans = [
    ...unmeasured.map((span) => ({ ...span, label: "not measured" })),
    ...unreadable.map(([from, to]) => ({
      start_s: from,
      end_s: to,
      label: "cannot be read",
      why: "this part of the recording cannot be read",
    })),
  ];
  return spans
    .filter((span) => inSight(timeline, span))
    .flatMap((span) => {
      const x = Math.max(timeline.x(span.start_s), timeline.margin);
      const width = Math.max(2, Math.min(timeline.x(span.end_s), timeline.width - 10) - x);
      const told = `${span.label} ${clock(span.start_s)} to ${clock(span.end_s)}: ${span.why}`;
      const words = width > 320 ? `${span.label}: ${span.why}` : span.label;
      return [
        svg("rect", { x, y: plot.top, width, height: plot.height, class: "unmeasured" }, svg("title", {}, told)),
        ...(width > 90
          ? [
              svg(
                "text",
                {
                  x: x + width / 2,
                  y: plot.top + plot.height - 8,
                  "text-anchor": "middle",
                  class: "small haloed",
                },
                words,
              ),
            ]
          : []),
      ];
    });
}

/** @param {Timeline} timeline @param {{start_s: number, end_s: number}} one */
export const inSight = (timeline, one) => one.end_s >= timeline.leftS && one.start_s <= timeline.rightS;

/** @param {number[]} values increasing @param {number} wanted */
export function lowerBound(values, wanted) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
