/** The page as a whole: what comes from the server goes to the screen and to the ears. */

import { clientName } from "./client.js";
import { Connection } from "./connection.js";
import { flash } from "./dial.js";
import { byId, mark, memory, write } from "./dom.js";
import { Keeping } from "./keeping.js";
import { listen } from "./keys.js";
import { dismiss, notify } from "./notice.js";
import { Picture } from "./picture.js";
import { PROTOCOL, URGENCY, nowMs } from "./protocol.js";
import { RangeSetup, showFound } from "./range.js";
import { keepAwake, toggleFullscreen } from "./screen.js";
import { readSettings, showSettings } from "./settings.js";
import { Setup } from "./setup.js";
import { Speech } from "./speech.js";
import { showSummary } from "./summary.js";
import { Tones } from "./tones.js";
import { showMachine, showSession, titleOf } from "./view.js";
import { troubleInWords } from "./words.js";

/**
 * @typedef {import("./protocol.js").ServerMessage} ServerMessage
 * @typedef {import("./protocol.js").Programme} Programme
 */

const LAST = "repose.last";

/** What the page knows. */
const now = {
  /** @type {import("./protocol.js").Role | null} */
  role: null,
  /** @type {import("./protocol.js").View | null} */
  view: null,
  /** @type {import("./protocol.js").Machine | null} */
  machine: null,
  connected: false,
  /** whether another programme is being chosen after a session's end */
  choosing: false,
  /** whether a video was kept of this session */
  filmed: false,
  /** @type {import("./range.js").Asked | null} whose range was to be found last */
  asked: null,
};

const settings = readSettings();
const tones = new Tones(settings);
const speech = new Speech(settings, document.documentElement.lang);
const picture = new Picture(/** @type {HTMLCanvasElement} */ (byId("picture")), (seq, latencyMs) => {
  connection.send({ type: "shown", seq, latency_ms: latencyMs });
});
const setup = new Setup((programme) => start(programme, keeping.take()));
const range = new RangeSetup(find);
const keeping = new Keeping((programme) => setup.prescribe(programme), goOn);
const address = new URL(byId("live").dataset.socket ?? "/ws", location.href);
address.protocol = address.protocol.replace("http", "ws");
address.searchParams.set("client", await clientName());
const connection = new Connection(address.href, {
  message,
  picture: (data) => picture.receive(data),
  open,
  lost,
});

tones.changed = speech.changed = render;
showSettings(settings, () => {
  if (!settings.speech) speech.hush();
  render();
});
wireButtons();
listen(
  {
    " ": () => inSession() && pauseOrResume(),
    s: () => inSession() && command("skip"),
    escape: () => inSession() && show("stop-dialog"),
    m: mute,
    f: toggleFullscreen,
    "?": () => show("help-dialog"),
  },
  () => !document.querySelector("dialog[open]"),
);
for (const gesture of ["pointerdown", "keydown"]) {
  // The browser lets a page be heard only after the person has touched it.
  document.addEventListener(gesture, () => inSession() && tones.wake());
}
render();
connection.retry();

/** @param {ServerMessage} said */
function message(said) {
  switch (said.type) {
    case "hello":
      now.role = said.role;
      if (said.protocol !== PROTOCOL) {
        const reload = { label: "Load it again", run: () => location.reload() };
        notify("This page is from another version of Repose.", { kind: "problem", action: reload });
      }
      break;
    case "role":
      now.role = said.role;
      if (said.role === "watcher") speech.hush();
      write(byId("watching-why"), said.why);
      if (said.role === "controller") notify(said.why);
      break;
    case "state":
      if (said.view.stage !== "done") now.choosing &&= said.view.stage === "idle";
      if (now.machine?.unsaved && !said.machine.unsaved) notify("Everything is saved again.");
      if (said.view.stage === "welcome") now.filmed = false;
      now.filmed ||= said.machine.films;
      now.view = said.view;
      now.machine = said.machine;
      break;
    case "say":
      if (now.role === "controller") speech.say(said.say);
      return;
    case "tone":
      if (now.role === "controller" && tones.play(said.tone.name)) {
        connection.send({ type: "heard", name: said.tone.name, delay_ms: nowMs() - said.decided_ms });
      }
      return;
    case "done":
      flash(said.done.rep.reason === null ? "rep" : "partial");
      return;
    case "problem":
      notify(said.text, { kind: "problem" });
      return;
  }
  render();
}

function open() {
  now.connected = true;
  render();
}

/** @param {number} waitMs @param {string} why */
function lost(waitMs, why) {
  const before = now.connected || now.view !== null;
  now.connected = false;
  picture.drop();
  if (before) speech.hush();
  const title = before ? "The connection to Repose is lost" : "Repose does not answer";
  write(byId("lost-title"), title);
  write(byId("lost-why"), why);
  write(byId("lost-wait"), `Trying again every ${Math.max(1, Math.round(waitMs / 1000))} s …`);
  byId("lost").hidden = false;
  render();
}

function inSession() {
  return now.view !== null && !["idle", "done"].includes(now.view.stage);
}

/**
 * @param {Programme} programme
 * @param {import("./keeping.js").Choices} choices
 */
function start(programme, choices) {
  tones.wake();
  memory.keep(LAST, programme);
  if (connection.send({ type: "start", programme, ...choices })) {
    now.choosing = false;
    dismiss();
  }
}

/** @param {import("./range.js").Asked} asked */
function find(asked) {
  tones.wake();
  now.asked = asked;
  const { person } = keeping.take();
  if (connection.send({ type: "calibrate", ...asked, person: person ?? "" })) {
    now.choosing = false;
    dismiss();
  }
}

/** Once more what was done. */
function again() {
  if (now.view?.finding) {
    const { found } = now.view;
    const last = found && { exercise: found.exercise, side: found.side };
    find(now.asked ?? last ?? range.read());
    return;
  }
  const programme = /** @type {Programme | null} */ (memory.read(LAST)) ?? setup.read();
  if (programme) start(programme, keeping.take());
}

/** @param {string} session that was interrupted */
function goOn(session) {
  tones.wake();
  if (connection.send({ type: "continue", session })) {
    now.choosing = false;
    dismiss();
  }
}

/** @param {"pause" | "resume" | "skip" | "stop" | "take_control"} type */
function command(type) {
  if (type !== "take_control" && now.role === "watcher") {
    notify("Another page controls this session.", {
      action: { label: "Control it here", run: () => command("take_control") },
    });
  } else connection.send({ type });
}

function pauseOrResume() {
  if (now.view?.paused === null) command("pause");
  else if (now.view?.can_resume) command("resume");
}

function mute() {
  settings.muted = !settings.muted;
  if (settings.muted) speech.hush();
  render();
}

/** @param {string} id of a dialog */
function show(id) {
  /** @type {HTMLDialogElement} */ (byId(id)).showModal();
}

function trySound() {
  tones.wake().then(() => {
    tones.play("rep");
    setTimeout(
      () =>
        speech.say({
          text: "Four. Keep the heel on the floor.",
          urgency: URGENCY.FLOW,
          topic: "try",
          lasts_s: 5,
        }),
      450,
    );
  });
}

function wireButtons() {
  /** @type {Record<string, () => void>} */
  const actions = {
    pause: pauseOrResume,
    resume: pauseOrResume,
    skip: () => command("skip"),
    stop: () => show("stop-dialog"),
    "stop-now": () => command("stop"),
    mute,
    fullscreen: toggleFullscreen,
    "take-control": () => command("take_control"),
    "try-sound": trySound,
    "try-sound-here": trySound,
    "notice-close": dismiss,
    "lost-retry": () => connection.retry(),
    again,
    another: () => choose(true),
    "back-to-summary": () => choose(false),
  };
  for (const [id, run] of Object.entries(actions)) byId(id).addEventListener("click", run);
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-dialog]"))) {
    button.addEventListener("click", () => show(button.dataset.dialog ?? ""));
  }
}

/** @param {boolean} whether */
function choose(whether) {
  now.choosing = whether;
  render();
}

/** Bring the page in line with what is known. */
function render() {
  const { view, machine } = now;
  if (now.connected && view) byId("lost").hidden = true;
  if (view && machine) {
    const screen =
      view.stage === "idle" || (view.stage === "done" && now.choosing)
        ? "setup"
        : view.stage === "done"
          ? "summary"
          : "session";
    turnTo(screen);
    if (screen === "session") showSession(view, machine);
    if (screen === "summary") showEnd(view, machine);
    showKept(machine, screen);
    byId("back-to-summary").hidden = view.stage !== "done";
    showMachine(machine);
    const { trouble } = machine;
    byId("setup-trouble").hidden = !trouble;
    if (trouble) {
      write(byId("setup-trouble-title"), troubleInWords(trouble));
      write(byId("setup-trouble-text"), trouble.text);
    }
    document.title = titleOf(view);
  }
  const watching = now.role === "watcher";
  byId("watching").hidden = !watching;
  keeping.allow(now.connected && !watching);
  range.allow(now.connected && !watching);
  setup.allow(!now.connected ? "Waiting for Repose …" : watching ? "Another page controls Repose." : "");
  for (const id of ["again", "pause", "skip", "stop", "resume"]) {
    /** @type {HTMLButtonElement} */ (byId(id)).disabled = watching || !now.connected;
  }
  showSound(watching);
}

/**
 * What was done, or what a range came to.
 *
 * @param {import("./protocol.js").View} view
 * @param {import("./protocol.js").Machine} machine
 */
function showEnd(view, machine) {
  showFound(view, machine.keeps && machine.unsaved === null ? machine.session : null);
  if (!view.finding) showSummary(view.sets);
  write(byId("again"), view.finding ? "Try again" : "Do it again");
}

/** @param {"setup" | "session" | "summary"} screen */
function turnTo(screen) {
  if (document.body.dataset.screen === screen) return;
  const first = document.body.dataset.screen === undefined;
  document.body.dataset.screen = screen;
  for (const name of ["setup", "session", "summary"]) byId(name).hidden = name !== screen;
  byId("watch").hidden = screen === "summary";
  byId(screen === "session" ? "picture-place" : "preview-place").append(byId("watch"));
  if (screen !== "session") /** @type {HTMLDialogElement} */ (byId("stop-dialog")).close();
  keepAwake(screen === "session");
  if (screen === "session" && now.role === "controller") tones.wake();
  if (screen === "setup") keeping.show(now.machine?.keeps ?? false);
  scrollTo(0, 0);
  if (!first) byId(screen).focus({ preventScroll: true });
}

/**
 * What is kept of the session, and what is not.
 *
 * @param {import("./protocol.js").Machine} machine
 * @param {"setup" | "session" | "summary"} screen
 */
function showKept({ keeps, session, unsaved, films }, screen) {
  byId("unsaved").hidden = unsaved === null;
  const what = screen === "session" ? "Reps are not being saved" : "Not everything is saved yet";
  if (unsaved !== null) write(byId("unsaved-why"), `${what}: ${unsaved}`);
  byId("filming").hidden = !films;
  byId("kept").hidden = !keeps || session === null || unsaved !== null;
  write(byId("kept-text"), now.filmed ? "This session is kept, with its video." : "This session is kept.");
  if (session !== null) byId("kept-link").setAttribute("href", `/sessions/${session}`);
}

/** @param {boolean} watching */
function showSound(watching) {
  mark(byId("mute"), "off", settings.muted ? "yes" : "no");
  byId("mute").setAttribute("aria-pressed", String(settings.muted));
  const { voice } = speech;
  const voiceless =
    "This browser has no voice of its own for English: tones and large words carry the session.";
  const known = voice
    ? `Voice: ${voice.name}, of this computer.`
    : speech.voiceless
      ? voiceless
      : "Looking for a voice …";
  for (const id of ["voice", "voice-here"]) write(byId(id), known);
  mark(byId("voice-here"), "missing", speech.voiceless ? "yes" : "");
  let line = "";
  let urgent = false;
  if (watching) line = "The sound comes from the page that controls the session.";
  else if (inSession() && tones.silenced)
    [line, urgent] = ["Press any key or tap to switch the sound on.", true];
  else if (settings.muted) [line, urgent] = ["The sound is off. M switches it on.", true];
  else if (inSession() && !settings.speech && !settings.tones) line = "Speech and tones are switched off.";
  else if (inSession() && speech.voiceless && settings.speech) line = voiceless;
  write(byId("sound"), line);
  mark(byId("sound"), "urgent", urgent ? "yes" : "no");
}
