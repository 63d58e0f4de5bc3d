/** Times as people read them. */

/**
 * @param {number} timeS
 * @param {number} [digits] after the point
 * @returns {string} such as "0:07.5" or "1:02:03.0"
 */
export function clock(timeS, digits = 1) {
  const unit = 10 ** digits;
  const whole = Math.max(0, Math.round(timeS * unit));
  const seconds = (whole % (60 * unit)) / unit;
  const minutes = Math.floor(whole / (60 * unit));
  const hours = Math.floor(minutes / 60);
  const last = seconds.toFixed(digits).padStart(digits ? 3 + digits : 2, "0");
  if (hours) return `${hours}:${String(minutes % 60).padStart(2, "0")}:${last}`;
  return `${minutes}:${last}`;
}

/**
 * A round step that divides a length into at most so many parts.
 *
 * @param {number} length
 * @param {number} most
 */
export function roundStep(length, most) {
  for (const step of [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]) {
    if (length / step <= most) return step;
  }
  return length;
}

/** @param {string} iso @returns {string} day and time, as this browser's language has it */
export const moment = (iso) => new Date(iso).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
