/**
 * Speech by the browser's own voices, one utterance at a time.
 *
 * Only voices of this computer speak: for the others the browser would send each sentence to a server.
 */

import { URGENCY } from "./protocol.js";

/** Voices come late in some browsers: only after this time is there none. */
const VOICES_MS = 2500;

/** Some browsers never say that an utterance has ended: it has, once this much longer than it should take. */
const PATIENCE_MS = 2500;
const MS_PER_LETTER = 110;

/** A browser that was told to stop needs a moment before it speaks again. */
const BREATH_MS = 60;

/**
 * @typedef {import("./protocol.js").Say} Say
 * @typedef {import("./settings.js").Settings} Settings
 * @typedef {{say: Say, untilMs: number}} Waiting
 */

export class Speech {
  /** @type {Waiting[]} */
  #queue = [];
  /** @type {{say: Say, utterance: SpeechSynthesisUtterance, watchdog: number} | null} */
  #running = null;
  #resting = false;
  #waitedForVoices = false;

  /**
   * @param {Settings} settings
   * @param {string} language of what is spoken, such as "en"
   * @param {SpeechSynthesis | undefined} synthesis
   */
  constructor(settings, language, synthesis = window.speechSynthesis) {
    this.settings = settings;
    this.language = language;
    this.synthesis = synthesis;
    /** Told when there is, or is not, a voice. */
    this.changed = () => {};
    const told = () => {
      this.changed();
      this.#next();
    };
    synthesis?.addEventListener("voiceschanged", told);
    setTimeout(() => {
      this.#waitedForVoices = true;
      this.#queue = this.voice ? this.#queue : [];
      told();
    }, VOICES_MS);
  }

  /** The voice that speaks: of this computer and in the page's language; null without one. */
  get voice() {
    return chooseVoice(this.synthesis?.getVoices() ?? [], this.language, navigator.languages);
  }

  /** Whether it is certain that nothing can be spoken. */
  get voiceless() {
    return this.#waitedForVoices && !this.voice;
  }

  /** @param {Say} say */
  say(say) {
    if (!this.settings.speech || this.settings.muted || this.voiceless) return;
    this.#queue = this.#queue.filter((waiting) => waiting.say.topic !== say.topic);
    this.#queue.push({ say, untilMs: performance.now() + 1000 * say.lasts_s });
    const running = this.#running?.say;
    if (running && say.urgency === URGENCY.TROUBLE && running.urgency <= URGENCY.CUE) this.#interrupt();
    this.#next();
  }

  /** Say nothing more. */
  hush() {
    this.#queue = [];
    if (this.#running) this.#interrupt();
  }

  #interrupt() {
    clearTimeout(this.#running?.watchdog);
    this.#running = null;
    this.synthesis?.cancel();
    this.#resting = true;
    setTimeout(() => {
      this.#resting = false;
      this.#next();
    }, BREATH_MS);
  }

  #next() {
    const { voice, synthesis } = this;
    if (this.#running || this.#resting || !voice || !synthesis) return;
    const now = performance.now();
    this.#queue = this.#queue.filter(({ untilMs }) => untilMs > now);
    if (!this.#queue.length) return;
    // The most urgent first; of equals, the one that waits longest.
    const { say } = this.#queue.reduce((best, one) => (one.say.urgency > best.say.urgency ? one : best));
    this.#queue = this.#queue.filter((waiting) => waiting.say !== say);
    const utterance = new SpeechSynthesisUtterance(say.text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.rate = this.settings.rate;
    utterance.volume = this.settings.volume;
    const over = () => {
      if (this.#running?.utterance !== utterance) return;
      clearTimeout(this.#running.watchdog);
      this.#running = null;
      this.#next();
    };
    utterance.onend = utterance.onerror = over;
    const longestMs = PATIENCE_MS + (MS_PER_LETTER * say.text.length) / this.settings.rate;
    const watchdog = setTimeout(() => {
      if (this.#running?.utterance === utterance) this.#interrupt();
    }, longestMs);
    this.#running = { say, utterance, watchdog };
    synthesis.speak(utterance);
  }
}

/**
 * The best of the voices that speak without a server.
 *
 * @param {SpeechSynthesisVoice[]} voices
 * @param {string} language that must be spoken
 * @param {readonly string[]} preferred the person's languages, for the accent
 * @returns {SpeechSynthesisVoice | null}
 */
export function chooseVoice(voices, language, preferred = []) {
  // Android writes en_GB.
  const tag = (/** @type {string} */ name) => name.toLowerCase().replace("_", "-");
  const base = tag(language).split("-")[0];
  const accents = preferred.map(tag).filter((name) => name.startsWith(`${base}-`));
  /** @param {SpeechSynthesisVoice} voice */
  const worth = (voice) => {
    const accent = accents.indexOf(tag(voice.lang));
    return (voice.default ? 1 : 0) + (accent < 0 ? 0 : 2 * (accents.length - accent));
  };
  return voices
    .filter((voice) => voice.localService && tag(voice.lang).split("-")[0] === base)
    .reduce(
      (best, voice) => (!best || worth(voice) > worth(best) ? voice : best),
      /** @type {SpeechSynthesisVoice | null} */ (null),
    );
}
