/** Landmarks of a recording: read from the server's message, found by their time. */

/** @typedef {import("../live/protocol.js").Landmark} Landmark */

const POINTS = 33;
const COLUMNS = 1 + 3 * POINTS;

/** Seconds after a frame in which it is still what was seen last. */
const STALE_S = 0.5;

/** Seconds that are fetched at once. */
const WINDOW_S = 20;

/** Windows that are remembered: of three minutes, 2 MB. */
const MOST_WINDOWS = 9;

/** A stretch of landmarks. */
export class Landmarks {
  /** @param {ArrayBuffer} message see web/landmark_bytes.py */
  constructor(message) {
    const view = new DataView(message);
    const length = view.getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, length)));
    /** @type {number} */ this.fromS = header.from_s;
    /** @type {number} width over height */ this.aspect = header.width / header.height;
    this.rows = new Float32Array(message, 4 + length);
    this.frames = this.rows.length / COLUMNS;
  }

  /** @param {number} frame */
  timeOf(frame) {
    return this.fromS + this.rows[frame * COLUMNS];
  }

  /** Time of the last frame. */
  get toS() {
    return this.frames ? this.timeOf(this.frames - 1) : this.fromS;
  }

  /**
   * What was seen at a time.
   *
   * @param {number} timeS
   * @returns {Landmark[] | null} null if nobody was found, or nothing was recorded
   */
  at(timeS) {
    let low = 0;
    let high = this.frames;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeOf(middle) <= timeS + 1e-4) low = middle + 1;
      else high = middle;
    }
    const frame = low - 1;
    if (frame < 0 || timeS - this.timeOf(frame) > STALE_S) return null;
    const start = frame * COLUMNS + 1;
    if (Number.isNaN(this.rows[start])) return null;
    return Array.from({ length: POINTS }, (_, point) => {
      const at = start + 3 * point;
      return /** @type {Landmark} */ ([this.rows[at], this.rows[at + 1], this.rows[at + 2]]);
    });
  }
}

/** The landmarks of a kept session, fetched piece by piece as they are needed. */
export class KeptLandmarks {
  /** @type {Map<number, Promise<void>>} */ #asked = new Map();
  /** @type {Map<number, Landmarks>} */ #windows = new Map();
  aspect = 16 / 9;

  /** @param {string} sessionId @param {() => void} arrived called when more can be shown */
  constructor(sessionId, arrived) {
    this.sessionId = sessionId;
    this.arrived = arrived;
  }

  /**
   * Have what was seen from one time to another.
   *
   * @param {number} fromS
   * @param {number} toS
   */
  async load(fromS, toS) {
    const first = Math.floor(Math.max(0, fromS) / WINDOW_S);
    const last = Math.floor(Math.max(0, toS) / WINDOW_S);
    const waits = [];
    for (let window = first; window <= Math.min(last, first + MOST_WINDOWS - 1); window += 1) {
      waits.push(this.#fetch(window));
    }
    await Promise.all(waits);
  }

  /**
   * @param {number} timeS
   * @returns {Landmark[] | null | undefined} undefined while it is being fetched
   */
  at(timeS) {
    const window = Math.floor(Math.max(0, timeS) / WINDOW_S);
    const there = this.#windows.get(window);
    if (!there) {
      void this.#fetch(window);
      return undefined;
    }
    return there.at(timeS);
  }

  /** @param {number} window */
  #fetch(window) {
    const asked = this.#asked.get(window);
    if (asked) return asked;
    const asking = this.#get(window).catch(() => {
      this.#asked.delete(window);
    });
    this.#asked.set(window, asking);
    return asking;
  }

  /** @param {number} window */
  async #get(window) {
    // A little of the window before, for a time between its last frame and the first of this one.
    const fromS = Math.max(0, window * WINDOW_S - STALE_S);
    const query = new URLSearchParams({ from_s: String(fromS), to_s: String((window + 1) * WINDOW_S) });
    const answer = await fetch(`/api/sessions/${this.sessionId}/landmarks?${query}`);
    if (!answer.ok) throw new Error(answer.statusText);
    const landmarks = new Landmarks(await answer.arrayBuffer());
    if (landmarks.frames) this.aspect = landmarks.aspect;
    this.#windows.set(window, landmarks);
    for (const old of this.#windows.keys()) {
      if (this.#windows.size <= MOST_WINDOWS) break;
      this.#windows.delete(old);
      this.#asked.delete(old);
    }
    this.arrived();
  }
}
