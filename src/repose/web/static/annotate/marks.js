/** The marks of an annotation: made by tapping, changed afterwards, with undo; and the truth file they become. */

/**
 * @typedef {"left" | "right" | "both"} Side
 * @typedef {{id: number, side: Side, complete: boolean, reason: string | null, start_s: number | null,
 *   peak_from_s: number, peak_to_s: number, end_s: number | null, hold_s: number | null,
 *   faults: string[] | null}} Mark
 * @typedef {"start_s" | "peak_from_s" | "peak_to_s" | "end_s"} TimeName
 */

/** Marks of one side that are nearer than this are one. */
export const APART_S = 0.15;

/** Keys of a truth file that are about a rep; the others of an opened file are kept as they are. */
const TIMES = /** @type {TimeName[]} */ (["start_s", "peak_from_s", "peak_to_s", "end_s"]);

export class Marks {
  /** @type {Mark[]} in order of time */ list = [];
  /** @type {Mark[][]} */ #before = [];
  /** @type {Mark[][]} */ #after = [];
  #next = 1;

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
  }

  get canUndo() {
    return this.#before.length > 0;
  }

  get canRedo() {
    return this.#after.length > 0;
  }

  /** @param {number | null} id @returns {Mark | null} */
  find(id) {
    return this.list.find((one) => one.id === id) ?? null;
  }

  /**
   * A mark whose end position is so near that it must be the same.
   *
   * @param {Side} side
   * @param {number} timeS
   */
  near(side, timeS) {
    return this.list.find(
      (one) => one.side === side && timeS > one.peak_from_s - APART_S && timeS < one.peak_to_s + APART_S,
    );
  }

  /**
   * @param {Side} side
   * @param {number} timeS
   * @param {boolean} complete
   * @returns {Mark}
   */
  add(side, timeS, complete) {
    this.#remember();
    const time = rounded(timeS);
    const mark = {
      id: this.#next++,
      side,
      complete,
      reason: null,
      start_s: null,
      peak_from_s: time,
      peak_to_s: time,
      end_s: null,
      hold_s: null,
      faults: null,
    };
    this.#set([...this.list, mark]);
    return mark;
  }

  /**
   * Change one mark; its other times give way.
   *
   * @param {number} id
   * @param {Partial<Mark>} change
   * @param {{joined?: boolean}} [how] joined with the change before, for undo
   */
  change(id, change, { joined = false } = {}) {
    if (!this.find(id)) return;
    if (!joined) this.#remember();
    this.#set(this.list.map((one) => (one.id === id ? inOrder({ ...one, ...change }, change) : one)));
  }

  /** @param {number} id @param {number} byS @param {number} leastS @param {number} mostS */
  shift(id, byS, leastS, mostS) {
    const mark = this.find(id);
    if (!mark) return;
    const times = TIMES.map((name) => mark[name]).filter((time) => time !== null);
    const by = Math.min(Math.max(byS, leastS - Math.min(...times)), mostS - Math.max(...times));
    /** @type {Partial<Mark>} */
    const moved = {};
    for (const name of TIMES) {
      const time = mark[name];
      if (time !== null) moved[name] = rounded(time + by);
    }
    this.#remember();
    this.#set(this.list.map((one) => (one.id === id ? { ...one, ...moved } : one)));
  }

  /** @param {number} id */
  remove(id) {
    this.#remember();
    this.#set(this.list.filter((one) => one.id !== id));
  }

  /** @param {Omit<Mark, "id">[]} marks */
  replace(marks) {
    this.#remember();
    this.#set(marks.map((one) => ({ ...one, id: this.#next++ })));
  }

  undo() {
    this.#step(this.#before, this.#after);
  }

  redo() {
    this.#step(this.#after, this.#before);
  }

  /** Have what can be taken back and done again, without marking anything. */
  forget() {
    this.#before = [];
    this.#after = [];
  }

  /** @param {Mark[][]} from @param {Mark[][]} to */
  #step(from, to) {
    const list = from.pop();
    if (!list) return;
    to.push(this.list);
    this.list = list;
    this.changed();
  }

  #remember() {
    this.#before.push(this.list);
    if (this.#before.length > 500) this.#before.shift();
    this.#after = [];
  }

  /** @param {Mark[]} list */
  #set(list) {
    this.list = list.sort((a, b) => a.peak_from_s - b.peak_from_s || a.id - b.id);
    this.changed();
  }
}

/** @param {number} timeS */
const rounded = (timeS) => Math.max(0, Math.round(timeS * 1000) / 1000);

/** @param {Mark} mark @param {Partial<Mark>} change @returns {Mark} */
function inOrder(mark, change) {
  const next = { ...mark };
  for (const name of TIMES) {
    const time = next[name];
    if (time !== null) next[name] = /** @type {never} */ (rounded(time));
  }
  if (next.complete) next.reason = null;
  const at = TIMES.findIndex((name) => name in change && change[name] !== null);
  if (at < 0) return next;
  const pivot = /** @type {number} */ (next[TIMES[at]]);
  TIMES.forEach((name, k) => {
    const time = next[name];
    if (time === null) return;
    if (k < at) next[name] = /** @type {never} */ (Math.min(time, pivot));
    if (k > at) next[name] = /** @type {never} */ (Math.max(time, pivot));
  });
  return next;
}

/**
 * @param {Record<string, unknown>} base what else the file says
 * @param {Mark[]} marks
 * @param {number} zeroS time that the file counts from
 */
export function truthOf(base, marks, zeroS) {
  const time = (/** @type {number} */ timeS) => rounded(timeS - zeroS);
  const reps = marks.map((mark) => ({
    side: mark.side,
    ...(mark.complete ? {} : { complete: false }),
    ...(mark.start_s === null ? {} : { start_s: time(mark.start_s) }),
    ...(mark.peak_from_s === mark.peak_to_s
      ? { peak_s: time(mark.peak_from_s) }
      : { peak_start_s: time(mark.peak_from_s), peak_end_s: time(mark.peak_to_s) }),
    ...(mark.end_s === null ? {} : { end_s: time(mark.end_s) }),
    ...(mark.hold_s === null ? {} : { hold_s: mark.hold_s }),
    ...(mark.reason === null ? {} : { reason: mark.reason }),
    ...(mark.faults === null ? {} : { faults: mark.faults }),
  }));
  const { reps: _, ...others } = base;
  return { format: "repose-truth", version: 1, ...others, reps };
}

/**
 * @param {Record<string, any>} truth as the server understood it
 * @param {number} zeroS time that it counts from
 * @returns {Omit<Mark, "id">[]}
 */
export function marksOf(truth, zeroS) {
  const time = (/** @type {number | undefined} */ timeS) => (timeS === undefined ? null : rounded(timeS + zeroS));
  return truth.reps.map((/** @type {Record<string, any>} */ rep) => ({
    side: rep.side,
    complete: rep.complete ?? true,
    reason: rep.reason ?? null,
    start_s: time(rep.start_s),
    peak_from_s: time(rep.peak_start_s ?? rep.peak_s),
    peak_to_s: time(rep.peak_end_s ?? rep.peak_s),
    end_s: time(rep.end_s),
    hold_s: rep.hold_s ?? null,
    faults: rep.faults ?? null,
  }));
}
