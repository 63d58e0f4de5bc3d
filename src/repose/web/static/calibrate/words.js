/** Numbers and counts as people read them. */

/** @typedef {import("./types.js").Totals} Totals */

/** @param {number} value */
export const plain = (value) => String(Math.round(value * 1e4) / 1e4).replace("-", "−");

/** @param {number} value @param {string} unit @returns {string} such as "108°" or "0.64 of the way" */
export function withUnit(value, unit) {
  if (unit === "°") return `${plain(value)}°`;
  return unit ? `${plain(value)} ${unit}` : plain(value);
}

/** @param {number | null} value @param {string} unit */
export const orNothing = (value, unit) => (value === null ? "as below it" : withUnit(value, unit));

/** @param {number} share */
export const percent = (share) => `${Math.round(100 * share)} %`;

/** @param {number} count @param {string} one */
export const several = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** @param {Totals} totals */
export const countInWords = ({ reps, partials }) =>
  partials ? `${several(reps, "rep")}, ${several(partials, "partial")}` : several(reps, "rep");

/** @param {Totals} totals */
export function restInWords({ hold_s: hold, faults }) {
  const said = [];
  if (hold !== null) said.push(`held ${hold.toFixed(1)} s`);
  if (faults !== null) said.push(`${several(faults, "rep")} with a fault`);
  return said.join(", ");
}

/** @param {Totals[]} all @returns {Totals} */
export function sum(all) {
  const of = (/** @type {(one: Totals) => number | null} */ what) =>
    all.reduce((/** @type {number | null} */ total, one) => {
      const value = what(one);
      return total === null || value === null ? null : total + value;
    }, 0);
  return {
    reps: of((one) => one.reps) ?? 0,
    partials: of((one) => one.partials) ?? 0,
    hold_s: of((one) => one.hold_s),
    faults: of((one) => one.faults),
  };
}
