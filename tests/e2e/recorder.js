// Runs before the page's own scripts: keeps what the page shows, says and plays, and what its policy forbids.
// Speech is a stub, for a browser without a window has no voice; tones are the browser's own.
(({ voices }) => {
  const recorded = (window.__recorded = []);
  const note = (kind, text) => recorded.push({ kind, text, at_ms: performance.now() }); // the new length

  document.addEventListener("securitypolicyviolation", (event) => {
    note("violation", `${event.violatedDirective}: ${event.blockedURI || event.sourceFile}`);
  });

  // What can be seen, whenever it has changed: the stage, the count of a side, and the ring of the hold.
  const last = {};
  const look = () => {
    const at = (id) => document.getElementById(id);
    if (!at("session") || !at("dial")) return; // still being loaded
    const { screen } = document.body.dataset;
    const { stage, count } = at("session").dataset;
    const { mode, share } = at("dial").dataset;
    const shown = { stage: screen === "session" ? stage : screen };
    if (shown.stage === "working" || shown.stage === "resting") {
      shown.count = `${at("side").textContent} ${count}`;
      if (mode === "hold") shown.ring = `${share} ${at("number").textContent}`;
    }
    for (const [kind, text] of Object.entries(shown)) {
      if (text !== last[kind]) note(kind, text);
      last[kind] = text;
    }
  };
  new MutationObserver(look).observe(document, { attributes: true, childList: true, subtree: true });

  // About as fast as people speak.
  const MS_PER_LETTER = 55;
  const synthesis = new EventTarget();
  let speaking = null;
  synthesis.getVoices = () => voices;
  synthesis.speak = (utterance) => {
    note(speaking ? "talks over itself" : "speech", utterance.text);
    const timer = setTimeout(() => {
      speaking = null;
      utterance.onend?.(new Event("end"));
    }, (MS_PER_LETTER * utterance.text.length) / utterance.rate);
    speaking = { utterance, timer };
  };
  synthesis.cancel = () => {
    if (!speaking) return;
    note("hushed", speaking.utterance.text);
    clearTimeout(speaking.timer);
    const { utterance } = speaking;
    speaking = null;
    setTimeout(() => utterance.onerror?.(new Event("error")), 0);
  };
  Object.defineProperty(window, "speechSynthesis", { value: synthesis });
  window.SpeechSynthesisUtterance = class {
    constructor(text) {
      Object.assign(this, { text, voice: null, lang: "", rate: 1, volume: 1, onend: null, onerror: null });
    }
  };

  // The notes of one tone are started in one go: together they make one entry, by their pitches.
  const start = OscillatorNode.prototype.start;
  let tone = null;
  OscillatorNode.prototype.start = function (at) {
    if (!tone) {
      tone = recorded[note("tone", "") - 1];
      queueMicrotask(() => (tone = null));
    }
    tone.text += `${tone.text && " "}${this.frequency.value}`;
    return start.call(this, at);
  };
})
