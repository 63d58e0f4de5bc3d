/** The page to annotate: something plays, the person taps along, and a truth file comes of it. */

import { byId, make, mark as flag, memory, write } from "../live/dom.js";
import { dismiss, notify } from "../live/notice.js";
import { ask, askWho, heard } from "../shared/asking.js";
import { listen } from "../shared/keys.js";
import { KeptLandmarks, Landmarks } from "../shared/landmarks.js";
import { Player, wireTransport } from "../shared/player.js";
import { showSkeleton } from "../shared/skeleton.js";
import { clock, moment } from "../shared/time.js";
import { Timeline } from "../shared/timeline.js";
import { HEIGHT, drawMarks } from "./chart.js";
import { Marks, marksOf, truthOf } from "./marks.js";

/**
 * @typedef {import("./marks.js").Mark} Mark
 * @typedef {import("./marks.js").Side} Side
 * @typedef {import("./marks.js").TimeName} TimeName
 * @typedef {{slug: string, name: string, sides: Side[], faults: Record<string, string>}} Exercise
 * @typedef {{session: string, set: number, exercise: string, side: string, from_s: number, to_s: number,
 *   zero_s: number, recorded: boolean, name: string}} KeptSource
 * @typedef {{key: string, name: string, zeroS: number, clip: string | null}} Source
 */

const SLOWEST_HOLD_MS = 250;
const NUDGE_S = 0.05;
const PICTURE_S = 1 / 30;
const SIDE_KEYS = { left: "L", right: "R", both: "B" };

const work = byId("work");
const kept = /** @type {KeptSource | null} */ (JSON.parse(work.dataset.source ?? "null"));
const exercises = /** @type {Exercise[]} */ (JSON.parse(work.dataset.exercises ?? "[]"));
const reasons = /** @type {Record<string, string>} */ (JSON.parse(work.dataset.reasons ?? "{}"));
const video = /** @type {HTMLVideoElement} */ (byId("video"));
const canvas = /** @type {HTMLCanvasElement} */ (byId("replay"));
const exercise = /** @type {HTMLSelectElement} */ (byId("exercise"));
const form = /** @type {HTMLFormElement} */ (byId("mark"));

const now = {
  /** @type {Source | null} */ source: null,
  /** @type {Landmarks | KeptLandmarks | null} */ landmarks: null,
  /** @type {number | null} */ chosen: null,
  /** @type {Record<string, any>} what an opened truth file says beside the reps */ base: {},
  dirty: false,
  /** @type {{key: string, id: number, since: number} | null} a key that is held */ pressed: null,
};

const marks = new Marks(() => {
  if (now.chosen !== null && !marks.find(now.chosen)) now.chosen = null;
  touch();
});
const player = new Player({
  time: () => {
    transport.time();
    timeline.setCursor(player.timeS);
    follow();
    paint();
  },
  state: () => transport.state(),
});
player.loop = false;
const transport = wireTransport(player, byId, (timeS) => clock(timeS, 2));
const timeline = new Timeline(/** @type {SVGSVGElement} */ (/** @type {unknown} */ (byId("chart"))), {
  draw: (one) => drawMarks(one, [...marks.list], now.chosen),
  height: () => HEIGHT,
  seek: (timeS) => {
    player.pause();
    player.seek(timeS);
  },
  drag: drawAlong,
});

/* ---------- what is annotated ---------- */

/** @param {KeptSource} source */
async function openKept(source) {
  now.landmarks = new KeptLandmarks(source.session, paint);
  exercise.value = source.exercise;
  exercise.disabled = true;
  now.base = { exercise: source.exercise, side: source.side };
  showBase();
  if (work.dataset.video) showVideo(work.dataset.video, source);
  else if (source.recorded) canvas.hidden = false;
  else {
    fail("The recording of this session is not kept (any more), and neither is a video: there is nothing to look at.");
    return;
  }
  begin(
    { key: `${source.session}.${source.set}`, name: source.name, zeroS: source.zero_s, clip: null },
    source.from_s,
    source.to_s,
  );
  void showAnnotations();
}

/** @param {string} address @param {KeptSource | null} source */
function showVideo(address, source) {
  video.hidden = false;
  video.src = address;
  player.follow(video);
  video.addEventListener("error", () => {
    if (source?.recorded) {
      video.hidden = true;
      canvas.hidden = false;
      player.follow(null);
      return;
    }
    work.hidden = true;
    byId("choose").hidden = false;
    fail("This browser cannot play that file: it is damaged, or of a kind that browsers do not know. Convert it to MP4 (H.264), or choose another one.");
  });
}

/** @param {File} file */
function openVideo(file) {
  clear();
  showVideo(URL.createObjectURL(file), null);
  video.addEventListener(
    "loadedmetadata",
    () => {
      if (!Number.isFinite(video.duration)) video.currentTime = 1e7;
      const clip = file.name;
      begin({ key: `${file.name}.${file.size}`, name: stem(clip), zeroS: 0, clip }, 0, lengthOf(video));
    },
    { once: true },
  );
  video.addEventListener("durationchange", () => {
    if (!now.source || !Number.isFinite(video.duration)) return;
    player.range(0, video.duration);
    timeline.span(0, video.duration);
  });
}

/** @param {HTMLVideoElement} playing @returns {number} seconds; some files only tell in the end */
const lengthOf = (playing) => (Number.isFinite(playing.duration) ? playing.duration : 60);

/** @param {File} file */
async function openRecording(file) {
  clear();
  if (file.size > Number(work.dataset.mostBytes)) {
    fail(`This recording is too large: at most ${Math.round(Number(work.dataset.mostBytes) / 1024 ** 2)} MB can be opened here.`);
    return;
  }
  write(byId("source-name"), "Reading …");
  try {
    const headers = { "Content-Type": "application/octet-stream" };
    const answer = await heard(() => fetch("/api/recordings/landmarks", { method: "POST", headers, body: file }));
    const landmarks = new Landmarks(await answer.arrayBuffer());
    now.landmarks = landmarks;
    canvas.hidden = false;
    const source = { key: `${file.name}.${file.size}`, name: stem(file.name), zeroS: landmarks.fromS, clip: null };
    begin(source, landmarks.fromS, landmarks.toS);
  } catch (error) {
    write(byId("source-name"), "");
    fail(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} name */
const stem = (name) => name.replace(/\.[^.]+$/, "");

/** @param {Source} source @param {number} fromS @param {number} toS */
function begin(source, fromS, toS) {
  now.source = source;
  document.getElementById("choose")?.toggleAttribute("hidden", true);
  byId("other-source").hidden = false;
  work.hidden = false;
  flag(work, "ready", "yes");
  write(byId("source-name"), kept ? "" : source.name);
  player.range(fromS, toS);
  timeline.span(fromS, toS);
  player.seek(fromS);
  const draft = /** @type {any} */ (memory.read(draftName()));
  if (draft?.marks?.length) {
    now.base = draft.base ?? now.base;
    exercise.value = now.base.exercise ?? exercise.value;
    showBase();
    marks.replace(draft.marks);
    marks.forget();
    notify(`${draft.marks.length} marks that were not saved are back.`, {
      action: { label: "Begin anew", run: () => beginAnew() },
    });
  }
  render();
}

function beginAnew() {
  marks.replace([]);
  memory.keep(draftName(), null);
}

const draftName = () => `repose.annotate.${now.source?.key}`;

function clear() {
  byId("failed").hidden = true;
  dismiss();
}

/** @param {string} text */
function fail(text) {
  write(byId("failed"), text);
  byId("failed").hidden = false;
}

/* ---------- tapping ---------- */

/** @returns {Exercise} */
const theExercise = () => exercises.find((one) => one.slug === exercise.value) ?? exercises[0];

/** The side of a tap that does not name one. @returns {Side} */
function usualSide() {
  const { sides } = theExercise();
  const prescribed = /** @type {Side} */ (/** @type {HTMLSelectElement} */ (byId("side")).value);
  if (sides.includes(prescribed)) return prescribed;
  const last = marks.list[marks.list.length - 1]?.side;
  if (last && sides.includes(last)) return last;
  return sides.includes("both") ? "both" : sides[0];
}

/** @param {string} key @param {Side} side @param {boolean} complete */
function tap(key, side, complete) {
  if (!theExercise().sides.includes(side)) {
    notify(`${theExercise().name} has no side “${side}”.`);
    return;
  }
  const there = marks.near(side, player.timeS);
  if (there) {
    now.chosen = there.id;
    render();
    notify("There is a mark here already: it is chosen now.");
    return;
  }
  const made = marks.add(side, player.timeS, complete);
  now.chosen = made.id;
  now.pressed = { key, id: made.id, since: performance.now() };
  render();
}

/** @param {string} key */
function letGo(key) {
  const { pressed } = now;
  if (pressed?.key !== key) return;
  now.pressed = null;
  const made = marks.find(pressed.id);
  const held = performance.now() - pressed.since >= SLOWEST_HOLD_MS;
  if (made && held && player.timeS > made.peak_from_s + 0.1) {
    marks.change(made.id, { peak_to_s: player.timeS }, { joined: true });
  }
}

/** What plays stays in sight. */
function follow() {
  if (player.playing && timeline.zoomed && (player.timeS > timeline.rightS || player.timeS < timeline.leftS)) {
    const length = timeline.rightS - timeline.leftS;
    timeline.look(player.timeS, player.timeS + length);
  }
}

/* ---------- changing ---------- */

/** @param {DOMStringMap} what @param {number} timeS @param {boolean} done */
function drawAlong(what, timeS, done) {
  const id = Number(what.id);
  const mark = marks.find(id);
  if (!mark) return;
  const first = dragging !== `${id}`;
  dragging = done ? "" : `${id}`;
  if (what.drag === "all") {
    const by = timeS - mark.peak_from_s;
    const times = /** @type {TimeName[]} */ (["start_s", "peak_from_s", "peak_to_s", "end_s"]);
    /** @type {Partial<Mark>} */
    const moved = {};
    for (const name of times) {
      const time = mark[name];
      if (time !== null) moved[name] = time + by;
    }
    marks.change(id, moved, { joined: !first });
  } else marks.change(id, { [/** @type {TimeName} */ (what.drag)]: timeS }, { joined: !first });
  player.pause();
  player.seek(timeS);
}
/** @type {string} what is dragged, for undo */
let dragging = "";

/** @param {number | null} id @param {{seek?: boolean}} [how] */
function choose(id, { seek = true } = {}) {
  now.chosen = id;
  const mark = marks.find(id);
  if (mark && seek) {
    player.pause();
    player.seek(mark.peak_from_s);
    timeline.reveal(mark.start_s ?? mark.peak_from_s - 1, mark.end_s ?? mark.peak_to_s + 1);
  }
  render();
}

/** @param {1 | -1} way */
function step(way) {
  if (!marks.list.length) return;
  const at = marks.list.findIndex((one) => one.id === now.chosen);
  const next = at < 0 ? (way > 0 ? 0 : marks.list.length - 1) : at + way;
  choose(marks.list[Math.min(Math.max(next, 0), marks.list.length - 1)].id);
}

/** @param {Partial<Mark>} change */
function edit(change) {
  if (now.chosen === null) {
    notify("Choose a mark first: click it, or press ← or →.");
    return;
  }
  marks.change(now.chosen, change);
}

function remove() {
  if (now.chosen === null) return;
  marks.remove(now.chosen);
  notify("The mark was deleted.", { action: { label: "Undo", run: () => marks.undo() } });
}

/** @param {number} byS */
function frame(byS) {
  player.pause();
  player.seek(Math.min(Math.max(player.timeS + byS, player.fromS), player.toS));
}

/* ---------- showing ---------- */

/** Something was changed: show it, and remember it until it is saved. */
function touch() {
  if (!now.source) return;
  now.dirty = true;
  memory.keep(draftName(), { marks: marks.list, base: { ...now.base, exercise: exercise.value } });
  write(byId("saved"), "Not saved yet; this browser remembers it.");
  render();
}

function render() {
  if (!now.source) return;
  const { sides, faults } = theExercise();
  const reps = marks.list.filter((one) => one.complete);
  const bySide = sides.length > 1 ? sides.map((side) => `${reps.filter((one) => one.side === side).length} ${side}`) : [];
  const partials = marks.list.length - reps.length;
  write(
    byId("counts"),
    `${reps.length} ${reps.length === 1 ? "rep" : "reps"}${bySide.length && reps.length ? ` (${bySide.join(", ")})` : ""}${partials ? `, ${partials} ${partials === 1 ? "partial" : "partials"}` : ""}`,
  );
  /** @type {HTMLButtonElement} */ (byId("undo")).disabled = !marks.canUndo;
  /** @type {HTMLButtonElement} */ (byId("redo")).disabled = !marks.canRedo;
  byId("tap-sides").replaceChildren(
    ...(sides.length < 2 ? [] : sides).map((side) => {
      const button = make("button", { class: "side-tap" }, side[0].toUpperCase() + side.slice(1), " ");
      button.append(make("kbd", { text: SIDE_KEYS[side] }));
      button.type = "button";
      button.dataset.side = side;
      button.addEventListener("click", () => tap("", side, true));
      return button;
    }),
  );
  showForm(sides, faults);
  showTable();
  timeline.render();
  paint();
}

/** @param {Side[]} sides @param {Record<string, string>} faults */
function showForm(sides, faults) {
  const mark = marks.find(now.chosen);
  form.hidden = !mark;
  byId("no-mark").hidden = mark !== null;
  if (!mark) return;
  byId("mark-sides").hidden = sides.length < 2;
  byId("mark-sides").replaceChildren(
    make("legend", { text: "Side" }),
    ...sides.map((side) => {
      const radio = choice("radio", "side", side, mark.side === side);
      radio.addEventListener("change", () => edit({ side }));
      return make("label", { class: "check" }, radio, ` ${side}`);
    }),
  );
  const what = /** @type {HTMLSelectElement} */ (form.elements.namedItem("what"));
  const options = [new Option("a complete rep", ""), new Option("a partial", "-")];
  const known = { ...reasons, ...(mark.reason && !(mark.reason in reasons) ? { [mark.reason]: mark.reason } : {}) };
  for (const [name, text] of Object.entries(known)) options.push(new Option(`a partial: ${text}`, name));
  what.replaceChildren(...options);
  what.value = mark.complete ? "" : (mark.reason ?? "-");
  for (const name of /** @type {const} */ (["start_s", "peak_from_s", "peak_to_s", "end_s", "hold_s"])) {
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    if (field !== document.activeElement) field.value = mark[name] === null ? "" : String(mark[name]);
  }
  byId("mark-faults").replaceChildren(
    make("legend", { text: "Form faults" }),
    ...Object.entries(faults).map(([name, text]) => {
      const box = choice("checkbox", "fault", name, mark.faults?.includes(name) ?? false);
      box.addEventListener("change", () => {
        const others = (mark.faults ?? []).filter((one) => one !== name);
        edit({ faults: box.checked ? [...others, name] : others });
      });
      return make("label", { class: "check" }, box, ` ${text}`);
    }),
  );
}

/** @param {"radio" | "checkbox"} type @param {string} name @param {string} value @param {boolean} checked */
function choice(type, name, value, checked) {
  const input = make("input");
  Object.assign(input, { type, name, value, checked });
  return input;
}

function showTable() {
  if (!marks.list.length) {
    const text = "No marks yet. Play, and press J whenever a rep reaches its end position. If nothing happens, save it as it is.";
    byId("marks").replaceChildren(make("p", { class: "empty", text }));
    return;
  }
  const table = make("table");
  const head = make("tr");
  for (const text of ["", "Side", "End position", "Start", "End", "What"]) {
    const cell = make("th", { text });
    cell.scope = "col";
    head.append(cell);
  }
  const body = make("tbody");
  let number = 0;
  for (const mark of marks.list) {
    const button = make("button", { class: "plain", text: mark.complete ? String((number += 1)) : "–" });
    button.type = "button";
    button.setAttribute("aria-label", `${mark.complete ? `Rep ${number}` : "Partial"} at ${clock(mark.peak_from_s)}`);
    const side = make("span", { class: "side", text: mark.side });
    side.dataset.side = mark.side;
    const span = mark.peak_to_s > mark.peak_from_s ? ` to ${clock(mark.peak_to_s, 2)}` : "";
    const what = mark.complete ? "rep" : `partial${mark.reason ? `, ${reasons[mark.reason] ?? mark.reason}` : ""}`;
    const row = make(
      "tr",
      {},
      make("td", {}, button),
      make("td", {}, side),
      make("td", { text: clock(mark.peak_from_s, 2) + span }),
      make("td", { text: mark.start_s === null ? "–" : clock(mark.start_s, 2) }),
      make("td", { text: mark.end_s === null ? "–" : clock(mark.end_s, 2) }),
      make("td", { text: [what, ...(mark.faults ?? []).map((name) => name.replaceAll("_", " "))].join(", ") }),
    );
    if (mark.id === now.chosen) row.setAttribute("aria-selected", "true");
    row.addEventListener("click", () => choose(mark.id));
    body.append(row);
  }
  table.append(make("thead", {}, head), body);
  byId("marks").replaceChildren(table);
  const list = byId("marks");
  const row = /** @type {HTMLElement | null} */ (list.querySelector("[aria-selected=true]"));
  if (row) {
    const top = row.getBoundingClientRect().top - list.getBoundingClientRect().top;
    if (top < row.offsetHeight || top > list.clientHeight - 2 * row.offsetHeight) list.scrollTop += top - list.clientHeight / 2;
  }
}

/** The skeleton; a video shows itself. */
function paint() {
  if (canvas.hidden || !now.landmarks) return;
  const seen = now.landmarks.at(player.timeS);
  const words = seen === undefined ? "Loading …" : "Nobody was found";
  showSkeleton(canvas, seen, null, { aspect: now.landmarks.aspect, words });
  flag(canvas, "shown", seen ? "yes" : "no");
}

/** What the file says beside the reps, in the fields. */
function showBase() {
  /** @type {HTMLSelectElement} */ (byId("side")).value = now.base.side ?? "auto";
  /** @type {HTMLInputElement} */ (byId("note")).value = now.base.note ?? "";
  /** @type {HTMLInputElement} */ (byId("not-measurable")).value = now.base.not_measurable ?? "";
}

/* ---------- saving and opening ---------- */

/** @param {number} zeroS @returns {string} */
function truthText(zeroS) {
  const base = { ...now.base };
  delete base.format;
  delete base.version;
  delete base.exercise;
  for (const [key, id] of [["side", "side"], ["note", "note"], ["not_measurable", "not-measurable"]]) {
    const value = /** @type {HTMLInputElement} */ (byId(id)).value.trim();
    if (value && !(key === "side" && value === "auto")) base[key] = value;
    else delete base[key];
  }
  return `${JSON.stringify(truthOf({ exercise: exercise.value, ...base }, marks.list, zeroS), null, 2)}\n`;
}

async function download() {
  if (!now.source) return;
  const text = truthText(now.source.zeroS);
  if (!(await tried(() => ask("/api/truth/check", { text, exercise: exercise.value })))) return;
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `${now.source.name}.truth.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  saved(`Saved as ${link.download}, where this browser puts what it downloads.`);
}

async function keepAnnotation() {
  if (!kept) return;
  const who = await askWho(memory);
  if (!who) {
    notify("Say who you are first: an annotation is kept with a name.", { kind: "problem" });
    return;
  }
  const body = { who, text: truthText(0) };
  const all = await tried(() => ask(`/api/sessions/${kept.session}/sets/${kept.set}/annotations`, body));
  if (!all) return;
  saved("Saved with the session.");
  listAnnotations(all);
}

/** @param {string} text */
function saved(text) {
  now.dirty = false;
  memory.keep(draftName(), null);
  write(byId("saved"), text);
}

/**
 * @param {() => Promise<any>} asking
 * @returns {Promise<any>} null if it was refused
 */
async function tried(asking) {
  try {
    return await asking();
  } catch (error) {
    notify(error instanceof Error ? error.message : String(error), { kind: "problem" });
    return null;
  }
}

/** @param {File} file */
async function openTruth(file) {
  const fixed = kept || marks.list.length ? exercise.value : null;
  const text = await file.text();
  const truth = await tried(() => ask("/api/truth/check", { text, exercise: fixed }));
  if (truth) take(truth, now.source?.zeroS ?? 0);
}

/** @param {Record<string, any>} truth @param {number} zeroS */
function take(truth, zeroS) {
  const { reps: _, ...base } = truth;
  now.base = base;
  exercise.value = truth.exercise;
  showBase();
  marks.replace(marksOf(truth, zeroS));
  notify(`${marks.list.length} marks were opened.`, { action: { label: "Undo", run: () => marks.undo() } });
}

async function showAnnotations() {
  if (!kept) return;
  const all = await tried(() => ask(`/api/sessions/${kept.session}/sets/${kept.set}/annotations`));
  if (all) listAnnotations(all);
}

/** @param {{who: string, at: string, truth: Record<string, any>}[]} all */
function listAnnotations(all) {
  const items = [...all].reverse().map((said, index) => {
    const button = make("button", { class: "plain small", text: "Open" });
    button.type = "button";
    button.addEventListener("click", () => take(said.truth, 0));
    const words = `${said.who}, ${moment(said.at)}: ${said.truth.reps.length} marks${index ? "" : ", in force"}`;
    return make("li", { class: "bar tight" }, words, button);
  });
  byId("annotations").replaceChildren(
    ...(items.length ? [make("h3", { text: "Kept with the session" }), make("ul", { class: "annotations" }, ...items)] : []),
  );
}

/* ---------- buttons and keys ---------- */

function wire() {
  exercise.replaceChildren(...exercises.map(({ slug, name }) => new Option(name, slug)));
  /** @type {Record<string, () => void>} */
  const buttons = {
    tap: () => tap("", usualSide(), true),
    "tap-partial": () => tap("", usualSide(), false),
    undo: () => marks.undo(),
    redo: () => marks.redo(),
    delete: remove,
    download: () => void download(),
    keep: () => void keepAnnotation(),
    "zoom-in": () => timeline.zoom(1.6),
    "zoom-out": () => timeline.zoom(1 / 1.6),
    fit: () => timeline.fit(),
    "pan-left": () => timeline.pan(-0.5),
    "pan-right": () => timeline.pan(0.5),
    "notice-close": dismiss,
  };
  for (const [id, run] of Object.entries(buttons)) document.getElementById(id)?.addEventListener("click", run);
  for (const button of document.querySelectorAll("[data-dialog]")) button.addEventListener("click", help);
  chooser("video-file", openVideo);
  chooser("recording-file", (file) => void openRecording(file));
  chooser("truth-file", (file) => void openTruth(file));
  exercise.addEventListener("change", () => {
    const { sides } = theExercise();
    if (marks.list.some((one) => !sides.includes(one.side))) {
      marks.replace(marks.list.map((one) => ({ ...one, side: sides.includes(one.side) ? one.side : sides[0], faults: null })));
    } else touch();
  });
  for (const id of ["side", "note", "not-measurable"]) byId(id).addEventListener("change", touch);
  wireForm();
  // Whoever clicks a pin chooses it; dragging it chooses it too.
  byId("chart").addEventListener("pointerdown", (event) => {
    const pin = event.target instanceof Element ? event.target.closest("[data-id]") : null;
    if (pin instanceof SVGElement) choose(Number(pin.dataset.id), { seek: false });
  });
  addEventListener("beforeunload", (event) => {
    if (now.dirty && marks.list.length) event.preventDefault();
  });
  const keys = {
    " ": () => player.toggle(),
    j: () => tap("j", usualSide(), true),
    l: () => tap("l", "left", true),
    r: () => tap("r", "right", true),
    b: () => tap("b", "both", true),
    p: () => tap("p", usualSide(), false),
    s: () => edit({ start_s: player.timeS }),
    e: () => edit({ end_s: player.timeS }),
    arrowleft: () => step(-1),
    arrowright: () => step(1),
    "shift+arrowleft": () => now.chosen !== null && marks.shift(now.chosen, -NUDGE_S, player.fromS, player.toS),
    "shift+arrowright": () => now.chosen !== null && marks.shift(now.chosen, NUDGE_S, player.fromS, player.toS),
    ",": () => frame(-PICTURE_S),
    ".": () => frame(PICTURE_S),
    home: () => player.seek(player.fromS),
    end: () => player.seek(player.toS),
    "[": () => player.changeSpeed(-1),
    "]": () => player.changeSpeed(1),
    delete: remove,
    backspace: remove,
    "ctrl+z": buttons.undo,
    "ctrl+y": buttons.redo,
    "ctrl+shift+z": buttons.redo,
    "+": buttons["zoom-in"],
    "=": buttons["zoom-in"],
    "-": buttons["zoom-out"],
    0: buttons.fit,
    pageup: buttons["pan-left"],
    pagedown: buttons["pan-right"],
    "?": help,
  };
  listen(Object.fromEntries(Object.entries(keys).map(([key, run]) => [key, () => now.source && run()])), {
    up: Object.fromEntries(["j", "l", "r", "b", "p"].map((key) => [key, () => letGo(key)])),
    repeating: new Set(["shift+arrowleft", "shift+arrowright", ",", ".", "+", "-", "pageup", "pagedown"]),
  });
}

/** @param {string} id of a file field @param {(file: File) => void} open */
function chooser(id, open) {
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById(id));
  field?.addEventListener("change", () => {
    const file = field.files?.[0];
    // So that the same file can be chosen again.
    field.value = "";
    if (file) open(file);
  });
}

function wireForm() {
  form.addEventListener("submit", (event) => event.preventDefault());
  const what = /** @type {HTMLSelectElement} */ (form.elements.namedItem("what"));
  what.addEventListener("change", () =>
    edit({ complete: what.value === "", reason: what.value === "" || what.value === "-" ? null : what.value }),
  );
  for (const name of /** @type {const} */ (["start_s", "peak_from_s", "peak_to_s", "end_s", "hold_s"])) {
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    field.addEventListener("change", () => {
      const value = field.value === "" ? null : Number(field.value);
      const needed = name.startsWith("peak");
      if ((value === null && needed) || (value !== null && !(value >= 0))) render();
      else edit({ [name]: value });
    });
  }
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-now]"))) {
    button.addEventListener("click", () => edit({ [/** @type {string} */ (button.dataset.now)]: player.timeS }));
  }
}

function help() {
  /** @type {HTMLDialogElement} */ (byId("help-dialog")).showModal();
}

new ResizeObserver(paint).observe(canvas);
wire();
if (kept) void openKept(kept);
