/** The review page: what the reviewer does goes to the server, and what it answers is shown. */

import { byId, make, mark, memory, write } from "../live/dom.js";
import { dismiss, notify } from "../live/notice.js";
import { Refused, account, answered, ask, askWho } from "../shared/asking.js";
import { listen } from "../shared/keys.js";
import { KeptLandmarks } from "../shared/landmarks.js";
import { Player, wireTransport } from "../shared/player.js";
import { lowerBound } from "../shared/signal.js";
import { showSkeleton } from "../shared/skeleton.js";
import { clock } from "../shared/time.js";
import { Timeline } from "../shared/timeline.js";
import { chartHeight, drawChart, numbersOf } from "./chart.js";
import { changesList, conditionsOf, eventsTable, evidenceOf } from "./lists.js";
import { EDGES, countsInWords, eventInWords, percent } from "./words.js";

/**
 * @typedef {import("./types.js").Review} Review
 * @typedef {import("./types.js").KeptSet} KeptSet
 * @typedef {import("./types.js").Event} Event
 * @typedef {import("./types.js").Times} Times
 * @typedef {import("./types.js").Edge} Edge
 */

const SESSION = byId("review").dataset.session ?? "";
const API = `/api/sessions/${SESSION}`;

/** Seconds before and after a rep that its replay shows too. */
const AROUND_S = 0.6;

/** Seconds by which the arrows move a time, and one picture. */
const NUDGE_S = 0.1;
const PICTURE_S = 1 / 30;

/** Seconds of a rep that is added, where no other one shows how long they are. */
const USUAL_S = 4;

const now = {
  /** @type {Review | null} */ review: null,
  set: 0,
  /** @type {string | null} key of the chosen event */ selected: null,
  /** @type {Map<number, import("./types.js").Signal | "missing">} by set */ signals: new Map(),
  /** @type {Times | null} times that are not sent yet */ pending: null,
  /** @type {Edge} which of them the arrows move */ edge: "start_s",
  sending: false,
};

const video = /** @type {HTMLVideoElement | null} */ (document.getElementById("video"));
const canvas = /** @type {HTMLCanvasElement} */ (byId("replay"));
const why = /** @type {HTMLInputElement} */ (byId("why"));
const landmarks = new KeptLandmarks(SESSION, paint);
const player = new Player({
  time: () => {
    transport.time();
    timeline.setCursor(player.timeS);
    paint();
  },
  state: () => transport.state(),
});
const transport = wireTransport(player, byId, clock);
const timeline = new Timeline(/** @type {SVGSVGElement} */ (/** @type {unknown} */ (byId("chart"))), {
  draw: (one) => (now.review ? drawChart(one, scene()) : []),
  height: () => chartHeight(timeline.width),
  seek: (timeS) => {
    player.pause();
    free();
    player.seek(timeS);
  },
  choose: ({ key }) => choose(key ?? null),
  drag: ({ drag }, timeS, done) => drawAlong(/** @type {Edge} */ (drag), timeS, done),
  moved: lookCloser,
});

if (video) {
  player.follow(video);
  video.addEventListener("error", () => player.follow(null));
}
/** What the picture shows now. */
function scene() {
  const signal = now.signals.get(theSet().id);
  return {
    set: theSet(),
    signal: signal && signal !== "missing" ? signal : null,
    selected: now.selected,
    pending: now.pending,
    edge: now.pending ? now.edge : "",
  };
}

/** @returns {KeptSet} */
function theSet() {
  return /** @type {Review} */ (now.review).sets[now.set];
}

/** All of the set in the order of time, with what was rejected. @returns {Event[]} */
function events() {
  const set = theSet();
  return [...set.events, ...set.rejected].sort((a, b) => a.start_s - b.start_s || a.end_s - b.end_s);
}

/** @returns {Event | null} */
function chosen() {
  return now.review?.sets.length ? (events().find((one) => one.key === now.selected) ?? null) : null;
}

async function load() {
  try {
    now.review = /** @type {Review} */ (await ask(`${API}/review`));
  } catch (error) {
    write(byId("failed"), error instanceof Error ? error.message : String(error));
    byId("failed").hidden = false;
    return;
  }
  mark(byId("review"), "ready", "yes");
  if (!now.review.sets.length) {
    mark(byId("review"), "empty", "yes");
    write(byId("failed"), "No set was begun in this session, so there is nothing to review.");
    byId("failed").hidden = false;
    return;
  }
  const asked = location.hash.match(/^#set-(\d+)$/)?.[1] ?? new URLSearchParams(location.search).get("set");
  const at = now.review.sets.findIndex((set) => String(set.id) === asked);
  showSet(Math.max(at, 0));
}

/** @param {number} index */
function showSet(index) {
  now.set = index;
  now.selected = null;
  now.pending = null;
  const set = theSet();
  player.pause();
  player.range(set.from_s, set.to_s);
  timeline.span(set.from_s, set.to_s);
  player.seek(set.from_s);
  byId("annotate").setAttribute("href", `/annotate?session=${SESSION}&set=${set.id}`);
  history.replaceState(null, "", `${location.pathname}#set-${set.id}`);
  render();
  void fetchSignal(set);
}

/** @param {KeptSet} set @param {[number, number]} [part] what is looked at */
async function fetchSignal(set, part) {
  if (!now.review?.recorded) now.signals.set(set.id, "missing");
  else if (part || !now.signals.has(set.id)) {
    const query = part ? `?from_s=${part[0]}&to_s=${part[1]}` : "";
    try {
      const signal = await ask(`${API}/sets/${set.id}/signal${query}`);
      now.signals.set(set.id, signal.time_s.length || part ? signal : "missing");
    } catch (error) {
      notify(error instanceof Error ? error.message : String(error), { kind: "problem" });
      now.signals.set(set.id, "missing");
    }
  }
  showSignalNote();
  timeline.render();
  paint();
}

/** What is looked at has changed: of a long set, the server has more to show. */
let closer = 0;
function lookCloser() {
  clearTimeout(closer);
  const set = now.review?.sets[now.set];
  const signal = set && now.signals.get(set.id);
  if (!set || !signal || signal === "missing") return;
  const { time_s: times, thinned } = signal;
  const covered = times.length > 0 && times[0] <= timeline.leftS + 1 && times[times.length - 1] >= timeline.rightS - 1;
  if (!thinned && (covered || !longSets.has(set.id))) return;
  longSets.add(set.id);
  const spare = timeline.rightS - timeline.leftS;
  const part = /** @type {[number, number]} */ ([
    Math.max(set.from_s, timeline.leftS - spare),
    Math.min(set.to_s, timeline.rightS + spare),
  ]);
  closer = setTimeout(() => void fetchSignal(set, part), 250);
}
/** @type {Set<number>} sets whose signal was too long for one answer */
const longSets = new Set();

function showSignalNote() {
  const signal = now.signals.get(theSet().id);
  const note = byId("no-signal");
  note.hidden = true;
  if (signal === "missing") {
    note.hidden = false;
    write(
      note,
      now.review?.recorded
        ? "Nothing can be read of this set's recording, so there is no signal and no replay. The reps are as the machine counted them."
        : "The recording of this session is not kept (any more), so there is no signal and no replay. The reps are as the machine counted them.",
    );
  } else if (signal?.unreadable.length) {
    note.hidden = false;
    write(note, "A part of the recording cannot be read. The signal around it may differ from what was counted.");
  }
}

/* ---------- showing ---------- */

function render() {
  const review = now.review;
  if (!review) return;
  const set = theSet();
  if (now.selected && !chosen()) now.selected = null;
  showTabs(review);
  write(byId("counts"), "");
  byId("counts").replaceChildren(
    "Machine ",
    make("strong", { text: countsInWords(set.machine) }),
    ", reviewed ",
    make("strong", { text: countsInWords(set.reviewed) }),
    ...(set.signed_off ? [" ", make("span", { class: "tag good", text: "signed off" })] : []),
  );
  byId("evidence").replaceChildren(...evidenceOf(chosen(), set));
  const scrolled = byId("events").scrollTop;
  byId("events").replaceChildren(eventsTable(set, now.selected, (key) => choose(key)));
  byId("events").scrollTop = scrolled;
  byId("changes").replaceChildren(...changesList(review, (id) => void send({ type: "undo", change: id })));
  byId("conditions").replaceChildren(...conditionsOf(set));
  const who = account() || memory.read("repose.reviewer");
  write(byId("who"), typeof who === "string" && who ? who : "not named yet");
  showSides(set);
  showActions(review);
  showSignalNote();
  timeline.render();
  paint();
}

/** @param {Review} review */
function showTabs(review) {
  const tabs = review.sets.map((set, index) => {
    const tab = make("button", { class: "set" });
    tab.type = "button";
    tab.id = `tab-${set.id}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", String(index === now.set));
    tab.tabIndex = index === now.set ? 0 : -1;
    tab.setAttribute("aria-controls", "chart-panel");
    const count =
      set.machine.reps === set.reviewed.reps
        ? `${set.reviewed.reps}`
        : `${set.machine.reps} → ${set.reviewed.reps}`;
    tab.append(
      make("span", { class: "title", text: [set.title, set.number].filter(Boolean).join(", ") }),
      make("span", { class: "count", text: `${count}${set.signed_off ? " ✓" : ""}` }),
    );
    tab.title = `machine ${countsInWords(set.machine)}, reviewed ${countsInWords(set.reviewed)}${set.signed_off ? ", signed off" : ""}`;
    tab.addEventListener("click", () => showSet(index));
    return tab;
  });
  const focused = document.activeElement?.id.startsWith("tab-");
  const scrolled = byId("sets").scrollLeft;
  byId("sets").replaceChildren(...tabs);
  byId("sets").scrollLeft = scrolled;
  if (focused) tabs[now.set].focus();
  const { scrollLeft, clientWidth } = byId("sets");
  const { offsetLeft, offsetWidth } = tabs[now.set];
  const left = offsetLeft - byId("sets").offsetLeft;
  if (left < scrollLeft || left + offsetWidth > scrollLeft + clientWidth) byId("sets").scrollLeft = left - 40;
}

/** @param {KeptSet} set */
function showSides(set) {
  const keys = { left: "1", right: "2", both: "3" };
  const buttons = set.sides.length < 2 ? [] : set.sides;
  byId("sides").replaceChildren(
    ...buttons.map((side) => {
      const button = make("button", { class: "small" }, side[0].toUpperCase() + side.slice(1), " ");
      button.append(make("kbd", { text: keys[side] }));
      button.type = "button";
      button.disabled = !chosen() || chosen()?.side === side;
      button.addEventListener("click", () => changeSide(side));
      return button;
    }),
  );
}

/** @param {Review} review */
function showActions(review) {
  const event = chosen();
  const rejected = event?.verdict === "rejected";
  const all = theSet().events;
  const index = event ? all.indexOf(event) : -1;
  /** @type {Record<string, boolean>} */
  const possible = {
    accept: event !== null && event.verdict !== "accepted",
    reject: event !== null && !rejected,
    complete: event !== null && event.reason !== null,
    partial: event !== null,
    faults: event !== null && theSet().faults.length > 0,
    split: event !== null && !rejected,
    merge: index >= 0 && index + 1 < all.length,
    edge: event !== null,
    add: true,
    previous: events().length > 0,
    next: events().length > 0,
    "sign-off": !theSet().signed_off,
    undo: review.undo !== null,
    redo: review.redo !== null,
  };
  for (const [id, can] of Object.entries(possible)) {
    /** @type {HTMLButtonElement} */ (byId(id)).disabled = !can || now.sending;
  }
  const number = event ? (numbersOf(theSet()).get(event.key) ?? null) : null;
  write(byId("chosen"), event ? eventInWords(event, number) : "No rep is chosen.");
  byId("pending").hidden = now.pending === null;
  if (now.pending) {
    const { start_s, peak_s, end_s } = now.pending;
    write(
      byId("pending-text"),
      `Moving the ${EDGES[now.edge]}: ${clock(start_s, 2)}, ${clock(peak_s, 2)}, ${clock(end_s, 2)}`,
    );
  }
}

/** The skeleton, and the numbers at the cursor. */
function paint() {
  if (!now.review?.sets.length) return;
  const set = theSet();
  const timeS = player.timeS;
  const signal = now.signals.get(set.id);
  const missing = signal === "missing";
  const at = signal && !missing ? valueAt(signal, timeS) : null;
  const event =
    set.events.find((one) => timeS >= one.start_s && timeS <= one.end_s) ?? (chosen() || set.events[0]);
  const side = event?.side ?? "both";
  const lit = {
    joint: set.joint,
    side: set.joint === "trunk" ? "middle" : side,
    angle_deg: at?.angle ?? null,
  };
  const seen = missing ? null : landmarks.at(timeS);
  showSkeleton(canvas, seen, seen ? lit : null, {
    aspect: landmarks.aspect,
    clear: video !== null && video.readyState > 1,
    words: missing ? "No recording" : seen === undefined ? "Loading …" : "Nobody was found",
  });
  mark(canvas, "shown", seen ? "yes" : "no");
  const measured = at && at.excursion !== null;
  write(
    byId("readout"),
    measured
      ? `${clock(timeS, 2)}: ${percent(at.excursion ?? 0)} of the range${at.angle === null ? "" : `, ${set.joint} ${Math.round(at.angle)}°`}`
      : `${clock(timeS, 2)}: ${signal && !missing ? "not measured" : "no signal"}`,
  );
}

/**
 * @param {import("./types.js").Signal} signal
 * @param {number} timeS
 */
function valueAt(signal, timeS) {
  const after = lowerBound(signal.time_s, timeS);
  const near = Math.min(
    after > 0 && timeS - signal.time_s[after - 1] < (signal.time_s[after] ?? Infinity) - timeS ? after - 1 : after,
    signal.time_s.length - 1,
  );
  if (near < 0 || Math.abs(signal.time_s[near] - timeS) > 1) return null;
  return { excursion: signal.excursion[near], angle: signal.angle[near] };
}

/* ---------- choosing and replaying ---------- */

/** @param {string | null} key @param {{play?: boolean}} [how] */
function choose(key, { play = true } = {}) {
  now.selected = key;
  now.pending = null;
  const event = chosen();
  if (event) {
    timeline.reveal(event.start_s, event.end_s);
    player.range(event.start_s - AROUND_S, event.end_s + AROUND_S);
    if (play) void replay(event);
  }
  render();
  showRow();
}

/** Have the chosen row in sight, without moving the page. */
function showRow() {
  const row = /** @type {HTMLElement | null} */ (document.querySelector("#events [aria-selected=true]"));
  const list = byId("events");
  if (!row) return;
  const top = row.getBoundingClientRect().top - list.getBoundingClientRect().top;
  const spare = row.offsetHeight;
  if (top < spare || top > list.clientHeight - 2 * spare) list.scrollTop += top - list.clientHeight / 2;
}

/** @param {Event} event */
async function replay(event) {
  player.pause();
  player.seek(Math.max(theSet().from_s, event.start_s - AROUND_S));
  if (now.signals.get(theSet().id) === "missing") return;
  await landmarks.load(player.fromS, player.toS);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (now.selected !== event.key || player.playing) return;
  if (still) player.seek(event.peak_s);
  else player.play();
}

/** Let the cursor go anywhere in the set. */
function free() {
  const set = theSet();
  if (player.fromS > set.from_s || player.toS < set.to_s) player.range(set.from_s, set.to_s);
}

/** @param {1 | -1} way */
function step(way) {
  const all = events();
  if (!all.length) return;
  const at = all.findIndex((one) => one.key === now.selected);
  let to = at + way;
  if (at < 0) {
    const after = all.findIndex((one) => one.end_s > player.timeS);
    to = way > 0 ? (after < 0 ? 0 : after) : (after < 0 ? all.length : after) - 1;
  }
  choose(all[Math.min(Math.max(to, 0), all.length - 1)].key);
}

/** @param {number} byS */
function frame(byS) {
  player.pause();
  const timeS = player.timeS + byS;
  if (timeS < player.fromS || timeS > player.toS) free();
  player.seek(Math.min(Math.max(timeS, player.fromS), player.toS));
}

/* ---------- changing ---------- */

/**
 * @param {Record<string, unknown>} change
 * @param {(review: Review) => string | null | void} [then] gives the key of what to choose
 */
async function send(change, then) {
  if (now.sending || !now.review) return;
  const who = await askWho(memory);
  if (!who) {
    notify("Say who you are first: every change is kept with a name.", { kind: "problem" });
    return;
  }
  now.sending = true;
  showActions(now.review);
  try {
    const body = { change, who, why: why.value, after: now.review.newest };
    now.review = /** @type {Review} */ (await ask(`${API}/changes`, body));
    why.value = "";
    now.pending = null;
    dismiss();
    const next = then?.(now.review);
    now.sending = false;
    if (next !== undefined) choose(next, { play: false });
  } catch (error) {
    now.sending = false;
    const refused = error instanceof Refused ? error : new Refused(0, String(error));
    if (refused.status === 409) {
      notify(`${refused.message}. Yours was not made.`, {
        kind: "problem",
        action: { label: "Load, then make it", run: () => void again(change, then) },
      });
    } else notify(refused.message, { kind: "problem" });
  }
  now.sending = false;
  render();
}

/**
 * Somebody was quicker: load what they did, and try once more.
 *
 * @param {Record<string, unknown>} change
 * @param {(review: Review) => string | null | void} [then]
 */
async function again(change, then) {
  try {
    now.review = /** @type {Review} */ (await ask(`${API}/review`));
  } catch (error) {
    notify(error instanceof Error ? error.message : String(error), { kind: "problem" });
    return;
  }
  render();
  await send(change, then);
}

/** @param {"accept" | "reject"} type */
function judge(type) {
  const event = chosen();
  if (!event) return hint();
  const all = events();
  const at = all.indexOf(event);
  const next = all.slice(at + 1).find((one) => one.verdict === "unreviewed");
  void send({ type, event: event.key }, () => next?.key ?? event.key);
}

function complete() {
  const event = chosen();
  if (!event) return hint();
  if (event.reason !== null) void send({ type: "judge", event: event.key, complete: true });
}

async function partial() {
  const event = chosen();
  if (!event) return hint();
  const dialog = /** @type {HTMLDialogElement} */ (byId("partial-dialog"));
  const select = /** @type {HTMLSelectElement} */ (dialog.querySelector("[name=reason]"));
  select.replaceChildren(...theSet().reasons.map(({ name, text }) => new Option(text, name, false, name === event.reason)));
  if ((await answered(dialog)) !== "ok") return;
  void send({ type: "judge", event: event.key, complete: false, reason: select.value });
}

/** @param {import("./types.js").Side} side */
function changeSide(side) {
  const event = chosen();
  if (!event) return hint();
  if (event.side !== side && theSet().sides.includes(side)) void send({ type: "side", event: event.key, side });
}

async function faults() {
  const event = chosen();
  if (!event) return hint();
  const dialog = /** @type {HTMLDialogElement} */ (byId("faults-dialog"));
  const boxes = theSet().faults.map(({ name, text }, index) => {
    const box = make("input");
    box.type = "checkbox";
    box.value = name;
    box.checked = event.faults.includes(name);
    box.autofocus = index === 0;
    return [box, make("label", { class: "check" }, box, ` ${text}`)];
  });
  byId("faults-list").replaceChildren(...boxes.map(([, label]) => label));
  if ((await answered(dialog)) !== "ok") return;
  const names = boxes.map(([box]) => /** @type {HTMLInputElement} */ (box)).filter((box) => box.checked);
  void send({ type: "faults", event: event.key, faults: names.map((box) => box.value) });
}

function split() {
  const event = chosen();
  if (!event) return hint();
  if (player.timeS <= event.start_s || player.timeS >= event.end_s) {
    notify("Put the cursor into the rep first, where the second one begins.");
    return;
  }
  void send({ type: "split", event: event.key, at_s: player.timeS }, (review) => `c${review.newest}`);
}

function merge() {
  const event = chosen();
  if (!event) return hint();
  const all = theSet().events;
  const next = all[all.indexOf(event) + 1];
  if (!all.includes(event) || !next) {
    notify("There is no rep after it in this set.");
    return;
  }
  void send({ type: "merge", first: event.key, second: next.key }, (review) => `c${review.newest}`);
}

async function add() {
  const set = theSet();
  const peak = player.timeS;
  player.pause();
  const lengths = set.events.map((one) => one.end_s - one.start_s).sort((a, b) => a - b);
  const half = (lengths[lengths.length >> 1] ?? USUAL_S) / 2;
  // Neighbours end where this one begins.
  const before = Math.max(set.from_s, ...set.events.filter((one) => one.peak_s < peak).map((one) => one.end_s));
  const after = Math.min(set.to_s, ...set.events.filter((one) => one.peak_s > peak).map((one) => one.start_s));
  const start = Math.min(Math.max(peak - half, before), peak);
  const end = Math.max(Math.min(peak + half, after), peak);
  const dialog = /** @type {HTMLDialogElement} */ (byId("add-dialog"));
  write(byId("add-when"), `With its end position at the cursor, ${clock(peak)}. Its times can be moved afterwards.`);
  const usual = set.events[0]?.side ?? set.sides[0];
  const radios = set.sides.map((side) => {
    const radio = make("input");
    radio.type = "radio";
    radio.name = "side";
    radio.value = side;
    radio.checked = side === usual;
    return make("label", { class: "check" }, radio, ` ${side}`);
  });
  byId("add-sides").replaceChildren(make("legend", { text: "Side" }), ...radios);
  const what = /** @type {HTMLSelectElement} */ (dialog.querySelector("[name=what]"));
  what.replaceChildren(
    new Option("a complete rep", ""),
    ...set.reasons.map(({ name, text }) => new Option(`a partial: ${text}`, name)),
  );
  if ((await answered(dialog)) !== "ok") return;
  const side = /** @type {HTMLInputElement | null} */ (dialog.querySelector("[name=side]:checked"))?.value ?? usual;
  const times = { start_s: start, peak_s: peak, end_s: Math.max(end, start + 0.2) };
  const kind = what.value ? { complete: false, reason: what.value } : { complete: true };
  void send({ type: "add", set_id: set.id, side, ...times, ...kind }, (review) => `c${review.newest}`);
}

function hint() {
  notify("Choose a rep first: click it, or press ← or →.");
}

/** @param {Edge} edge @param {number} timeS */
function moved(edge, timeS) {
  const event = chosen();
  if (!event) return;
  const times = now.pending ?? { start_s: event.start_s, peak_s: event.peak_s, end_s: event.end_s };
  const set = theSet();
  const to = Math.round(Math.min(Math.max(timeS, set.from_s), set.to_s) * 1000) / 1000;
  const next = { ...times, [edge]: to };
  // The other ends give way.
  if (edge !== "start_s") next.start_s = Math.min(next.start_s, to);
  if (edge !== "end_s") next.end_s = Math.max(next.end_s, to);
  next.peak_s = Math.min(Math.max(next.peak_s, next.start_s), next.end_s);
  now.pending = next;
  now.edge = edge;
}

/** @param {Edge} edge @param {number} timeS @param {boolean} done */
function drawAlong(edge, timeS, done) {
  moved(edge, timeS);
  player.pause();
  free();
  player.seek(timeS);
  if (done) keep();
  else {
    showActions(/** @type {Review} */ (now.review));
    timeline.render();
  }
}

/** Begin to move with the keyboard, or go on with the next of the three times. */
function nextEdge() {
  const event = chosen();
  if (!event) return hint();
  player.pause();
  const order = /** @type {Edge[]} */ (Object.keys(EDGES));
  const edge = now.pending ? order[(order.indexOf(now.edge) + 1) % order.length] : "start_s";
  moved(edge, (now.pending ?? event)[edge]);
  if (now.pending) {
    free();
    player.seek(now.pending[edge]);
  }
  render();
}

/** @param {number} byS */
function nudge(byS) {
  const event = chosen();
  if (!event) return hint();
  player.pause();
  const times = now.pending ?? event;
  moved(now.edge, times[now.edge] + byS);
  if (now.pending) {
    free();
    player.seek(now.pending[now.edge]);
  }
  render();
}

function keep() {
  const event = chosen();
  if (!event || !now.pending) return;
  void send({ type: "move", event: event.key, ...now.pending });
}

function drop() {
  now.pending = null;
  render();
}

function signOff() {
  if (!theSet().signed_off) void send({ type: "sign_off", set_id: theSet().id });
}

/** @param {"undo" | "redo"} what */
function takeBack(what) {
  const id = now.review?.[what];
  if (id === null || id === undefined) {
    notify(what === "undo" ? "There is nothing to undo." : "There is nothing to do again.");
    return;
  }
  void send({ type: "undo", change: id });
}

/* ---------- buttons and keys ---------- */

function wire() {
  /** @type {Record<string, () => void>} */
  const buttons = {
    accept: () => judge("accept"),
    reject: () => judge("reject"),
    complete,
    partial: () => void partial(),
    faults: () => void faults(),
    split,
    merge,
    add: () => void add(),
    edge: nextEdge,
    keep,
    drop,
    previous: () => step(-1),
    next: () => step(1),
    undo: () => takeBack("undo"),
    redo: () => takeBack("redo"),
    "sign-off": signOff,
    "zoom-in": () => timeline.zoom(1.6),
    "zoom-out": () => timeline.zoom(1 / 1.6),
    fit: () => timeline.fit(),
    "pan-left": () => timeline.pan(-0.5),
    "pan-right": () => timeline.pan(0.5),
    "notice-close": dismiss,
    who: () => void askWho(memory, true).then(render),
  };
  for (const [id, run] of Object.entries(buttons)) byId(id).addEventListener("click", run);
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-dialog]"))) {
    button.addEventListener("click", () => help());
  }
  why.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") why.blur();
  });
  byId("sets").addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way && now.review) showSet((now.set + way + now.review.sets.length) % now.review.sets.length);
  });
  const keys = {
    " ": () => player.toggle(),
    arrowleft: () => step(-1),
    arrowright: () => step(1),
    "shift+arrowleft": () => nudge(-NUDGE_S),
    "shift+arrowright": () => nudge(NUDGE_S),
    ",": () => frame(-PICTURE_S),
    ".": () => frame(PICTURE_S),
    "[": () => player.changeSpeed(-1),
    "]": () => player.changeSpeed(1),
    l: () => byId("loop").click(),
    "+": buttons["zoom-in"],
    "=": buttons["zoom-in"],
    "-": buttons["zoom-out"],
    0: buttons.fit,
    pageup: buttons["pan-left"],
    pagedown: buttons["pan-right"],
    a: buttons.accept,
    r: buttons.reject,
    c: complete,
    p: buttons.partial,
    1: () => changeSide("left"),
    2: () => changeSide("right"),
    3: () => changeSide("both"),
    f: buttons.faults,
    s: split,
    m: merge,
    n: buttons.add,
    e: nextEdge,
    enter: keep,
    escape: drop,
    w: () => why.focus(),
    d: signOff,
    "ctrl+z": buttons.undo,
    "ctrl+y": buttons.redo,
    "ctrl+shift+z": buttons.redo,
    t: () => now.review && showSet((now.set + 1) % now.review.sets.length),
    "?": help,
  };
  const repeating = new Set(["shift+arrowleft", "shift+arrowright", ",", ".", "+", "-", "pageup", "pagedown"]);
  listen(
    Object.fromEntries(Object.entries(keys).map(([key, run]) => [key, () => now.review?.sets.length && run()])),
    { repeating },
  );
}

function help() {
  /** @type {HTMLDialogElement} */ (byId("help-dialog")).showModal();
}

new ResizeObserver(paint).observe(canvas);
wire();
void load();
