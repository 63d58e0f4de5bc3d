/** Who exercises, what is kept of it, and the session that was interrupted. */

import { byId, make, memory, write } from "./dom.js";
import { notify } from "./notice.js";
import { count } from "./programme.js";

const FILLED = "repose.prescribed";

/**
 * @typedef {import("./protocol.js").Programme} Programme
 * @typedef {{name: string, programme: Programme | null}} Person
 * @typedef {{session: string, person: string, begun_at: string, sets_done: number, sets: number,
 *   reps: number}} Interrupted
 * @typedef {{person?: string, prescribe?: boolean, keep_video?: boolean}} Choices
 */

export class Keeping {
  /** @type {Person[]} */
  #persons = [];
  #usual = "";
  /** @type {Interrupted | null} */
  #interrupted = null;
  #loading = false;

  /**
   * @param {(programme: Programme) => void} prescribed puts the doses of a person's programme into the form
   * @param {(session: string) => void} goOn continues an interrupted session
   */
  constructor(prescribed, goOn) {
    this.prescribed = prescribed;
    this.person = /** @type {HTMLInputElement} */ (byId("person"));
    this.prescribe = /** @type {HTMLInputElement} */ (byId("prescribe"));
    this.video = /** @type {HTMLInputElement} */ (byId("keep-video"));
    this.person.addEventListener("change", () => this.#fill());
    // Enter in this field is no wish to begin.
    this.person.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.person.blur();
    });
    byId("continue").addEventListener("click", () => {
      if (this.#interrupted) goOn(this.#interrupted.session);
    });
    byId("leave").addEventListener("click", () => this.#leave());
  }

  /**
   * The setup is on the screen: find out who may exercise, and what was interrupted.
   *
   * @param {boolean} keeps whether sessions are kept at all
   */
  async show(keeps) {
    for (const id of ["keeping", "rooms", "what-is-kept"]) byId(id).hidden = !keeps;
    if (!keeps || this.#loading) return;
    this.#loading = true;
    try {
      const [known, interrupted] = await Promise.all([ask("/api/persons"), ask("/api/interrupted")]);
      this.#usual = known.usual;
      this.#persons = known.persons;
      if (!this.person.value.trim()) this.person.value = known.usual;
      byId("persons").replaceChildren(...this.#persons.map(({ name }) => option(name)));
      this.#fill();
      this.#offer(interrupted);
    } catch (error) {
      notify(`What is kept cannot be read: ${said(error)}`, { kind: "problem" });
    } finally {
      this.#loading = false;
    }
  }

  /** @param {boolean} allowed whether this page may start or continue anything */
  allow(allowed) {
    for (const id of ["continue", "leave"]) /** @type {HTMLButtonElement} */ (byId(id)).disabled = !allowed;
  }

  /** @returns {Choices} what goes with a start; a video is asked for anew each time */
  take() {
    if (byId("keeping").hidden) return {};
    const choices = {
      person: this.person.value,
      prescribe: this.prescribe.checked,
      keep_video: this.video.checked,
    };
    this.prescribe.checked = this.video.checked = false;
    return choices;
  }

  /** Put the chosen person's own programme into the form: once, so that a changed dose stays changed. */
  #fill() {
    const name = this.person.value.trim() || this.#usual;
    const folded = name.toLowerCase();
    const programme = this.#persons.find((person) => person.name.toLowerCase() === folded)?.programme;
    const kept = sumOf(JSON.stringify([name, programme ?? null]));
    if (memory.read(FILLED) === kept) return;
    memory.keep(FILLED, kept);
    if (programme) this.prescribed(programme);
  }

  /** @param {Interrupted | null} interrupted */
  #offer(interrupted) {
    this.#interrupted = interrupted;
    byId("interrupted").hidden = !interrupted;
    if (!interrupted) return;
    const { begun_at: begunAt, person, sets_done: done, sets, reps } = interrupted;
    const at = new Date(begunAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const whose = person === this.#usual ? "Your session" : `The session of ${person}`;
    write(
      byId("interrupted-text"),
      `${whose} of ${at} was interrupted after ${done} of ${count(sets, "set")}, ${count(reps, "rep")}.`,
    );
  }

  async #leave() {
    if (!this.#interrupted) return;
    try {
      this.#offer(await ask("/api/interrupted/leave", { session: this.#interrupted.session }));
    } catch (error) {
      notify(said(error), { kind: "problem" });
    }
  }
}

/**
 * @param {string} path
 * @param {object} [what] to be sent; nothing is only read
 */
async function ask(path, what) {
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) };
  const answer = await fetch(path, what ? sent : {});
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? answer.statusText);
  return answer.json();
}

/**
 * A number that tells texts apart, and from which they cannot be read: a name would stay here for good.
 *
 * @param {string} text
 */
function sumOf(text) {
  let sum = 0x811c9dc5; // FNV-1a
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}

/** @param {unknown} error */
const said = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} name */
function option(name) {
  const one = make("option");
  one.value = name;
  return one;
}
