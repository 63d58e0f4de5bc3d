/** Sound and looks, as the person likes them: remembered, and shown in a dialog. */

import { byId, memory, write } from "./dom.js";

const KEY = "repose.settings";

/**
 * @typedef {object} Settings
 * @property {boolean} speech
 * @property {boolean} tones
 * @property {number} volume 0 to 1
 * @property {number} rate of speech, 1 is the voice's own
 * @property {"auto" | "dark" | "light"} theme
 * @property {boolean} muted all sound off for now; not remembered, so that no session begins in silence
 */

/** @returns {Settings} what was remembered, and the usual for all else */
export function readSettings() {
  const kept = /** @type {Record<string, unknown>} */ (memory.read(KEY) ?? {});
  const { speech = true, tones = true, volume = 0.8, rate = 1, theme = "auto" } = kept;
  /** @param {unknown} value @param {number} low @param {number} high @param {number} usual */
  const within = (value, low, high, usual) =>
    typeof value === "number" && value >= low && value <= high ? value : usual;
  return {
    speech: speech !== false,
    tones: tones !== false,
    volume: within(volume, 0, 1, 0.8),
    rate: within(rate, 0.6, 1.6, 1),
    theme: theme === "dark" || theme === "light" ? theme : "auto",
    muted: false,
  };
}

/**
 * Fill the dialog, and follow what is changed in it.
 *
 * @param {Settings} settings changed in place
 * @param {() => void} changed
 */
export function showSettings(settings, changed) {
  const form = /** @type {HTMLFormElement} */ (byId("settings-form"));
  const field = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  const told = () => {
    write(byId("volume-value"), `${Math.round(100 * settings.volume)} %`);
    write(byId("rate-value"), `${settings.rate.toFixed(1)} ×`);
    if (settings.theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = settings.theme;
  };
  field("speech").checked = settings.speech;
  field("tones").checked = settings.tones;
  field("volume").value = String(100 * settings.volume);
  field("rate").value = String(settings.rate);
  field("theme").value = settings.theme;
  form.addEventListener("input", () => {
    settings.speech = field("speech").checked;
    settings.tones = field("tones").checked;
    settings.volume = Number(field("volume").value) / 100;
    settings.rate = Number(field("rate").value);
    settings.theme = /** @type {Settings["theme"]} */ (field("theme").value);
    const { muted: _, ...kept } = settings;
    memory.keep(KEY, kept);
    told();
    changed();
  });
  told();
}
