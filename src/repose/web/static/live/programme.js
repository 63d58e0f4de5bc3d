/** Doses: what is allowed, and how they are said. The limits stand in the form, from the server. */

/**
 * A number in the form.
 *
 * @param {HTMLInputElement} input with min, max and step
 * @returns {{value: number, wrong: string}} `wrong` is "" or what is allowed
 */
export function readNumber(input) {
  const low = Number(input.min);
  const high = Number(input.max);
  const whole = input.step === "1";
  const value = input.value.trim() === "" ? NaN : Number(input.value);
  const fits = value >= low && value <= high && (!whole || Number.isInteger(value));
  const name = input.dataset.name ?? input.name;
  const kind = whole ? "a whole number" : "a number of seconds";
  return { value, wrong: fits ? "" : `${name}: ${kind} from ${low} to ${high}, please.` };
}

/**
 * A dose in words.
 *
 * @param {import("./protocol.js").Item} item
 * @returns {string}
 */
export function doseInWords({ sets, reps, hold_s: hold, sides }) {
  const dose = [sets === 1 ? count(reps, "rep") : `${count(sets, "set")} of ${count(reps, "rep")}`];
  if (sides.length === 2) dose.push("each side");
  else if (sides[0] === "left" || sides[0] === "right") dose.push(`${sides[0]} only`);
  if (hold > 0) dose.push(`hold ${hold} s`);
  return dose.join(", ");
}

/**
 * A whole programme in words.
 *
 * @param {import("./protocol.js").Programme} programme
 * @returns {string}
 */
export function programmeInWords(programme) {
  const sets = programme.items.reduce((sum, item) => sum + item.sets * Math.max(1, item.sides.length), 0);
  return [
    count(programme.items.length, "exercise"),
    count(sets, "set"),
    count(repsOf(programme), "rep"),
  ].join(" · ");
}

/**
 * @param {import("./protocol.js").Programme} programme
 * @returns {number} reps of all its sets
 */
export function repsOf(programme) {
  return programme.items.reduce(
    (sum, item) => sum + item.sets * Math.max(1, item.sides.length) * item.reps,
    0,
  );
}

/**
 * @param {number} number
 * @param {string} thing
 * @returns {string} such as "1 set" or "2 sets"
 */
export function count(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
