/** The working excursion against its target zones. */

import { byId, make, mark, write } from "./dom.js";

/** @typedef {import("./protocol.js").Gauge} Gauge */

/** @param {Gauge} gauge @param {number} value @returns {number} 0 to 1 along the scale */
export function along(gauge, value) {
  const share = (value - gauge.low) / (gauge.high - gauge.low || 1);
  return Math.min(1, Math.max(0, share));
}

/** @param {Gauge | null} gauge @param {string} phase in words */
export function showGauge(gauge, phase) {
  const box = byId("gauge");
  write(byId("phase"), phase);
  box.hidden = !gauge;
  if (!gauge) return;
  const { value } = gauge;
  const zones = byId("zones");
  const drawn = JSON.stringify([gauge.low, gauge.high, gauge.zones]);
  if (zones.dataset.drawn !== drawn) {
    zones.dataset.drawn = drawn;
    zones.replaceChildren(
      ...gauge.zones.map(([from, to]) => {
        const zone = make("span", { class: "zone" });
        place(zone, along(gauge, from), along(gauge, to));
        return zone;
      }),
    );
  }
  const inside = value !== null && gauge.zones.some(([from, to]) => value >= from && value <= to);
  mark(box, "reached", inside ? "yes" : "no");
  mark(box, "measured", value === null ? "no" : "yes");
  const rest = along(gauge, 0);
  const now = along(gauge, value ?? 0);
  place(byId("travelled"), Math.min(rest, now), Math.max(rest, now));
  place(byId("needle"), now, now);
  place(byId("rest-mark"), rest, rest);
  const degrees = gauge.angle_deg === null || value === null ? "–" : `${Math.round(gauge.angle_deg)}°`;
  write(byId("angle"), degrees.replace(/^-0°/, "0°").replace("-", "−"));
}

/** @param {HTMLElement} element @param {number} from @param {number} to */
function place(element, from, to) {
  element.style.setProperty("--from", from.toFixed(4));
  element.style.setProperty("--to", to.toFixed(4));
}
