/** Short sounds, made here and now: nothing is loaded, and each can be told from the others. */

/**
 * A note: pitch in Hz, begin and length in seconds, and its loudness against the others.
 *
 * @typedef {[number, number, number, number?]} Note
 * @typedef {import("./protocol.js").ToneName} ToneName
 * @typedef {import("./settings.js").Settings} Settings
 */

/**
 * Up means well done, low means mend it; the more notes, the more is done. Triangles carry further than
 * sines from a laptop's small speakers.
 *
 * @type {Record<ToneName, {wave: OscillatorType, notes: Note[]}>}
 */
// prettier-ignore
const TONES = {
  rep: { wave: "triangle", notes: [[659, 0, 0.12], [988, 0.1, 0.24]] },
  partial: { wave: "triangle", notes: [[208, 0, 0.32, 1.2]] },
  tick: { wave: "sine", notes: [[1319, 0, 0.05, 0.5]] },
  hold_reached: { wave: "triangle", notes: [[784, 0, 0.14], [1047, 0.12, 0.14], [1568, 0.24, 0.4]] },
  begin: { wave: "triangle", notes: [[523, 0, 0.12], [523, 0.2, 0.12], [1047, 0.4, 0.45]] },
  set_done: { wave: "triangle", notes: [[784, 0, 0.18], [659, 0.17, 0.18], [784, 0.34, 0.18], [1047, 0.51, 0.6]] },
  session_done: {
    wave: "triangle",
    notes: [
      [523, 0, 0.2], [659, 0.17, 0.2], [784, 0.34, 0.2], [1047, 0.51, 0.3],
      [784, 0.8, 1, 0.6], [1047, 0.8, 1, 0.6], [1319, 0.8, 1, 0.6],
    ],
  },
  trouble: { wave: "sawtooth", notes: [[233, 0, 0.2, 0.7], [185, 0.26, 0.34, 0.7]] },
};

/** Of one note at full volume; several at once stay below 1. */
const LOUDNESS = 0.3;
const ATTACK_S = 0.008;

export class Tones {
  /** @type {AudioContext | null} */
  #context = null;
  /** when the tones that were asked for so far will have sounded, on the context's clock */
  #busyUntil = 0;

  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
    /** Told when sound becomes possible or impossible. */
    this.changed = () => {};
  }

  /** Whether the browser waits for a key or a tap before it lets the page be heard. */
  get silenced() {
    return this.#context?.state !== "running";
  }

  /** Switch the sound on; works only within a key press or a click, or after one. */
  async wake() {
    if (!this.#context) {
      this.#context = new AudioContext({ latencyHint: "interactive" });
      this.#context.onstatechange = () => this.changed();
    }
    if (this.#context.state !== "running") await this.#context.resume();
    this.changed();
  }

  /**
   * @param {ToneName} name
   * @returns {boolean} whether it is to be heard
   */
  play(name) {
    const context = this.#context;
    // A sleeping context would keep the tones and play them all at once when it wakes.
    if (!context || this.silenced || !this.settings.tones || this.settings.muted || !(name in TONES))
      return false;
    const { wave, notes } = TONES[name];
    // Tones of the same moment, as of the last rep and the end of its set, come one after the other.
    const start = Math.max(context.currentTime, this.#busyUntil);
    for (const [pitch, begin, length, loud = 1] of notes) {
      const at = start + begin;
      this.#busyUntil = Math.max(this.#busyUntil, at + length);
      const voice = new OscillatorNode(context, { type: wave, frequency: pitch });
      const envelope = new GainNode(context, { gain: 0 });
      const peak = LOUDNESS * loud * this.settings.volume ** 2; // ears hear by ratios
      envelope.gain.setValueAtTime(0, at);
      envelope.gain.linearRampToValueAtTime(peak, at + ATTACK_S);
      envelope.gain.setTargetAtTime(0, at + ATTACK_S, length / 3);
      voice.connect(envelope).connect(context.destination);
      voice.start(at);
      voice.stop(at + 2 * length);
    }
    return true;
  }
}
