/** A draft: a profile's own numbers with some of them changed, and the way back. Knows nothing of the page. */

/** @typedef {import("./types.js").Profile} Profile */

const SIDE = /^(left|right)\./;

/** A key without its side. @param {string} key */
export const common = (key) => key.replace(SIDE, "");

/** Least distance between rest and either end, in degrees, as `SMALLEST_RANGE_DEG`. */
const APART_DEG = 5;

/** Tells what was typed from what a computer makes of it. @param {number} value */
export const rounded = (value) => Math.round(value * 1e4) / 1e4;

export class Draft {
  /** @type {Map<string, number | null>} by key; null takes the profile's own number out */
  changes = new Map();
  /** @type {string[]} */ #past = [];
  /** @type {string[]} */ #undone = [];
  #kept = "[]";

  /** @param {Profile} profile */
  constructor(profile) {
    this.profile = profile;
    this.numbers = new Map(profile.groups.flatMap((group) => group.numbers).map((one) => [one.key, one]));
  }

  /** The number in force. @param {string} key @returns {number | undefined} */
  value(key) {
    return this.own(key) ?? this.profile.below[key] ?? (SIDE.test(key) ? this.value(common(key)) : undefined);
  }

  /** The draft's own number; undefined where it says nothing. @param {string} key @returns {number | undefined} */
  own(key) {
    if (this.changes.has(key)) return this.changes.get(key) ?? undefined;
    return this.profile.own[key];
  }

  /** The number in force if the draft said nothing. @param {string} key @returns {number | undefined} */
  inherited(key) {
    return this.profile.below[key] ?? (SIDE.test(key) ? this.value(common(key)) : undefined);
  }

  /** The saved number, in force; undefined where there is none. @param {string} key @returns {number | undefined} */
  saved(key) {
    const { own, below } = this.profile;
    return own[key] ?? below[key] ?? (SIDE.test(key) ? this.saved(common(key)) : undefined);
  }

  /**
   * Where the number in force comes from.
   *
   * @param {string} key
   * @returns {string} "draft", "both sides", "default", "clinic", or a person's name
   */
  origin(key) {
    if (this.changes.has(key) && this.changes.get(key) !== null) return "draft";
    if (this.own(key) !== undefined) return this.profile.name;
    if (key in this.profile.origins) return this.profile.origins[key];
    return SIDE.test(key) ? "both sides" : "default";
  }

  get size() {
    return this.changes.size;
  }

  /** Change a number; `commit` makes it one step of undoing. @param {string} key @param {number | null} value */
  put(key, value) {
    const own = this.profile.own[key];
    if (value === null ? own === undefined : rounded(value) === own) this.changes.delete(key);
    else this.changes.set(key, value === null ? null : rounded(value));
  }

  /** What was changed since is one step. */
  commit() {
    const now = JSON.stringify([...this.changes]);
    if (now === this.#kept) return;
    this.#past.push(this.#kept);
    this.#undone = [];
    this.#kept = now;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  undo() {
    this.#step(this.#past, this.#undone);
  }

  redo() {
    this.#step(this.#undone, this.#past);
  }

  /** @param {string[]} from @param {string[]} to */
  #step(from, to) {
    const step = from.pop();
    if (step === undefined) return;
    to.push(this.#kept);
    this.#kept = step;
    this.changes = new Map(JSON.parse(step));
  }

  /** As saved again; that can be undone. */
  reset() {
    this.changes = new Map();
    this.commit();
  }

  /** The profile as it is by now; the draft stays, but for what is the same. @param {Profile} profile */
  rebase(profile) {
    const before = this.changes;
    this.profile = profile;
    this.numbers = new Map(profile.groups.flatMap((group) => group.numbers).map((one) => [one.key, one]));
    this.changes = new Map();
    for (const [key, value] of before) this.put(key, value);
    this.#past = [];
    this.#undone = [];
    this.#kept = JSON.stringify([...this.changes]);
  }

  /**
   * A number as near to the wanted one as it may be beside the others.
   *
   * @param {string} key
   * @param {number} wanted
   */
  fitting(key, wanted) {
    const [least, most] = this.bounds(key);
    return Math.min(Math.max(wanted, least), most);
  }

  /** What is allowed beside the other numbers. @param {string} key @returns {[number, number]} */
  bounds(key) {
    const name = common(key);
    const side = key.slice(0, key.length - name.length);
    const of = (/** @type {string} */ other) => this.value(side + other);
    const number = this.numbers.get(name);
    let least = number?.least ?? -Infinity;
    let most = number?.most ?? Infinity;
    const above = (/** @type {number | undefined} */ value) => (least = Math.max(least, value ?? least));
    const below = (/** @type {number | undefined} */ value) => (most = Math.min(most, value ?? most));
    const target = of("target_deg");
    const opposite = of("opposite_deg");
    const rest = of("rest_deg");
    if (name === "rest_deg") {
      above(of("rest_from_deg"));
      below(of("rest_to_deg"));
      below(target === undefined ? undefined : target - APART_DEG);
      above(opposite === undefined ? undefined : opposite + APART_DEG);
    }
    if (name === "rest_from_deg") below(rest);
    if (name === "rest_to_deg") above(rest);
    if (name === "target_deg" && rest !== undefined) above(rest + APART_DEG);
    if (name === "opposite_deg" && rest !== undefined) below(rest - APART_DEG);
    if (name === "partial_share") below(of("complete_share"));
    if (name === "complete_share") above(of("partial_share"));
    return [least, Math.max(least, most)];
  }
}
