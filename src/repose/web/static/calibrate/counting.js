/** Counting anew while somebody drags: one question at a time, and the newest draft wins. */

/**
 * @template T
 * @typedef {object} Task
 * @property {() => T[]} order what is to be counted, the most wanted first
 * @property {(one: T) => Promise<void>} count
 * @property {() => void} [done] all is counted by the newest draft
 */

/** @template T */
export class Recounting {
  #version = 0;
  #running = false;

  /** @param {Task<T>} task */
  constructor(task) {
    this.task = task;
  }

  get running() {
    return this.#running;
  }

  /** The draft has changed. */
  async again() {
    this.#version += 1;
    if (this.#running) return;
    this.#running = true;
    try {
      let version = -1;
      while (version !== this.#version) {
        version = this.#version;
        for (const one of this.task.order()) {
          await this.task.count(one);
          // What comes later in the order can wait for the hand to rest.
          if (version !== this.#version) break;
        }
      }
    } finally {
      this.#running = false;
    }
    this.task.done?.();
  }
}

/**
 * Note how long it took from an input to the answer on the screen; tests read it, nobody sees it.
 *
 * @param {number} startMs time of the input
 */
export function notePainted(startMs) {
  requestAnimationFrame(() => {
    setTimeout(() => performance.measure("repose:recount", { start: startMs, end: performance.now() }), 0);
  });
}
