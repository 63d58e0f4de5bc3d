/** The calibrate page: a draft of a profile, what it counts in the chosen recordings, and keeping it. */

import { byId, make, mark, write } from "../live/dom.js";
import { dismiss, notify } from "../live/notice.js";
import { ask } from "../shared/asking.js";
import { listen } from "../shared/keys.js";
import { Recounting, notePainted } from "./counting.js";
import { Draft, common } from "./draft.js";
import { changedInWords, historyList, totalsTable } from "./lists.js";
import { Numbers } from "./numbers.js";
import { One } from "./one.js";
import { countPast, pastTable } from "./past.js";
import { fit, fitOf, proposalOf, showProgress } from "./proposals.js";
import { rollBack, saveDraft } from "./saving.js";
import { countInWords, several } from "./words.js";

/**
 * @typedef {import("./types.js").Count} Count
 * @typedef {import("./types.js").Profile} Profile
 * @typedef {import("./types.js").Recording} Recording
 */

const page = byId("calibrate");
const about = { person: page.dataset.person ?? "", exercise: page.dataset.exercise ?? "" };
const whose = page.dataset.whose ?? "";
const most = Number(page.dataset.most);

const now = {
  /** @type {Draft | null} */ draft: null,
  scope: "",
  /** @type {One | null} counted first: the one whose line is held */ focused: null,
  /** @type {number | null} time of the input that made the draft what it is */ inputMs: null,
  /** a reason for what was proposed, to begin with */ why: "",
  lookingBack: false,
};
/** @type {Map<string, One>} by key */
const chosen = new Map();

const draft = () => /** @type {Draft} */ (now.draft);
const numbers = new Numbers(byId("numbers"), (key, value, at) => change(key, value, at, true));

/** @type {Recounting<One>} */
const recounting = new Recounting({
  order: () => {
    const all = [...chosen.values()].filter((one) => one.recording);
    return all.sort((a, b) => Number(b === now.focused) - Number(a === now.focused));
  },
  count: recount,
  done: () => {
    mark(page, "counted", "yes");
    sayCounts();
    for (const one of chosen.values()) void newSignal(one);
  },
});

const changes = () => Object.fromEntries(draft().changes);

/** @param {unknown} error */
const told = (error) => (error instanceof Error ? error.message : String(error));

/* ---------- the draft ---------- */

/**
 * @param {string} key
 * @param {number | null} value null takes the profile's own number out
 * @param {number} at time of the input
 * @param {boolean} done whether it is a step of its own, or the hand still moves
 */
function change(key, value, at, done) {
  const before = JSON.stringify([...draft().changes]);
  draft().put(key, value);
  if (done) draft().commit();
  if (before !== JSON.stringify([...draft().changes])) {
    now.inputMs = at;
    showDraft();
    again();
  } else showDraft();
}

function again() {
  mark(page, "counted", "");
  void recounting.again();
}

/** The draft has changed in a step. @param {() => void} step */
function stepped(step) {
  step();
  now.inputMs = performance.now();
  showDraft();
  again();
}

function showDraft() {
  numbers.show(draft());
  for (const one of chosen.values()) one.moveLines();
  const { size } = draft();
  write(byId("unsaved"), size ? `${several(size, "number")} changed, not saved` : "Nothing is changed.");
  mark(byId("save-bar"), "dirty", size ? "yes" : "");
  mark(byId("save-bar"), "step", draft().canUndo || draft().canRedo ? "yes" : "");
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (byId("scope").querySelectorAll("button"))) {
    const { side } = button.dataset;
    const changed = [...draft().changes.keys()].some((key) => (key === common(key) ? "" : key.split(".")[0]) === side);
    mark(button, "changed", changed ? "yes" : "");
    button.title = changed ? "Something is changed here" : "";
  }
  for (const [id, can] of /** @type {[string, boolean][]} */ ([
    ["save", size > 0],
    ["reset", size > 0],
    ["undo", draft().canUndo],
    ["redo", draft().canRedo],
  ])) {
    /** @type {HTMLButtonElement} */ (byId(id)).disabled = !can;
  }
}

/* ---------- counting ---------- */

/** @param {One} one */
async function recount(one) {
  const { recording } = one;
  if (!recording) return;
  const at = now.inputMs;
  try {
    recording.count = /** @type {Count} */ (
      await ask("/api/calibrate/count", { ...about, changes: changes(), session: one.session, set: one.set })
    );
  } catch (error) {
    refuse(error);
    return;
  }
  write(byId("refused"), "");
  if (chosen.get(one.key) !== one) return;
  one.show();
  showTotals();
  if (at !== null) notePainted(at);
  if (now.inputMs === at) now.inputMs = null;
}

/** A draft that cannot be counted by says why; the last good count stays. @param {unknown} error */
function refuse(error) {
  write(byId("refused"), told(error));
}

/** The signal under the draft, where it is not the one under the saved profile. @param {One} one */
async function newSignal(one) {
  const { recording } = one;
  if (!recording) return;
  if (!recording.count.moved && one.signal === recording.signal) return;
  if (!recording.count.moved && !recording.signal.thinned) {
    one.signal = recording.signal;
    one.timeline.render();
    return;
  }
  await fetchSignal(one, null);
}

/** @param {One} one @param {[number, number] | null} part what is looked at; null for all */
async function fetchSignal(one, part) {
  const within = part ? { from_s: part[0], to_s: part[1] } : {};
  try {
    const body = { ...about, changes: changes(), session: one.session, set: one.set, ...within };
    one.signal = await ask("/api/calibrate/signal", body);
    one.timeline.render();
  } catch (error) {
    refuse(error);
  }
}

/** Of a long recording, the server has more to show of what is looked at. @type {Map<string, number>} */
const closer = new Map();

/** @param {One} one */
function lookCloser(one) {
  clearTimeout(closer.get(one.key));
  const { recording, signal, timeline } = one;
  if (!recording?.signal.thinned || !signal) return;
  const spare = timeline.rightS - timeline.leftS;
  /** @type {[number, number]} */
  const part = [timeline.leftS - spare, timeline.rightS + spare];
  closer.set(
    one.key,
    window.setTimeout(() => void fetchSignal(one, part), 250),
  );
}

function showTotals() {
  const all = [...chosen.values()].flatMap((one) => (one.recording ? [one.recording] : []));
  byId("compare").hidden = !all.length;
  if (all.length) byId("totals").replaceChildren(totalsTable(all, page.dataset.person === page.dataset.clinic));
}

/** For those who do not see the pictures, once the hand rests. */
function sayCounts() {
  const all = [...chosen.values()].flatMap((one) => (one.recording ? [one.recording] : []));
  if (!all.length) return;
  const said = all.map((one) => `${one.begun}: ${countInWords(one.count.totals)}`).join("; ");
  write(byId("said"), `${said}; against the saved profile ${changedInWords(all)}.`);
}

/* ---------- recordings ---------- */

/** @param {string} key */
async function open(key) {
  const one = new One(
    key,
    draft,
    () => now.scope,
    (line, value, at, done) => {
      now.focused = one;
      change(line, value, at, done);
      if (done) one.rescale();
      if (done) one.timeline.render();
    },
    lookCloser,
    (which) => void propose(which),
  );
  chosen.set(key, one);
  byId("recordings").append(one.element);
  mark(one.element, "loading", "yes");
  try {
    const body = { ...about, changes: changes(), session: one.session, set: one.set };
    const recording = /** @type {Recording} */ (await ask("/api/calibrate/open", body));
    if (chosen.get(key) !== one) return;
    one.open(recording);
    one.show();
    showTotals();
  } catch (error) {
    write(one.title, "This recording cannot be opened");
    one.note.hidden = false;
    write(one.note, told(error));
    mark(one.element, "failed", "yes");
  } finally {
    mark(one.element, "loading", "");
  }
}

/** @param {string} key */
function close(key) {
  chosen.get(key)?.element.remove();
  chosen.delete(key);
  showTotals();
}

function boxes() {
  return /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("#choose input[name=r]")]);
}

function choose() {
  const wanted = boxes().filter((one) => one.checked);
  for (const box of boxes()) box.disabled = !box.checked && wanted.length >= most;
  for (const key of [...chosen.keys()]) if (!wanted.some((one) => one.value === key)) close(key);
  for (const { value } of wanted) if (!chosen.has(value)) void open(value);
  byId("no-choice").hidden = wanted.length > 0 || boxes().length === 0;
  const query = new URLSearchParams({ person: about.person, exercise: about.exercise });
  for (const { value } of wanted) query.append("r", value);
  history.replaceState(null, "", `${location.pathname}?${query}`);
}

/* ---------- proposals, and the past ---------- */

/** @param {Record<string, number>} proposed by key @param {string} why */
function take(proposed, why) {
  stepped(() => {
    for (const [key, value] of Object.entries(proposed)) draft().put(key, value);
    draft().commit();
  });
  now.why = why;
  const sides = new Set(Object.keys(proposed).map((key) => (key === common(key) ? "" : key.split(".")[0])));
  const side = sides.size === 1 ? [...sides][0] : now.scope;
  // What was proposed for one side is to be seen in the list.
  if (side !== now.scope) showScope(side);
}

/** @param {One} one */
async function propose(one) {
  one.propose.disabled = true;
  try {
    const body = { ...about, changes: changes(), session: one.session, set: one.set };
    const found = /** @type {import("./proposals.js").Proposal} */ (await ask("/api/calibrate/propose", body));
    if (!found.refused) take(Object.fromEntries(found.suggestions.map((each) => [each.key, each.after])), found.why);
    one.proposal.replaceChildren(...proposalOf(found, one.recording?.begun ?? ""));
  } catch (error) {
    one.proposal.replaceChildren(make("p", { class: "warning", text: told(error) }));
  } finally {
    one.propose.disabled = false;
  }
}

async function fitDraft() {
  const button = /** @type {HTMLButtonElement} */ (byId("fit"));
  button.disabled = true;
  byId("fit-found").replaceChildren();
  try {
    const body = { ...about, changes: changes(), side: now.scope || null };
    const found = await fit(body, (progress) => showProgress(progress, "fit-progress"));
    byId("fit-found").replaceChildren(...fitOf(found, () => take(found.changes, found.why)));
  } catch (error) {
    byId("fit-found").replaceChildren(make("p", { class: "warning", text: told(error) }));
  } finally {
    showProgress(null, "fit-progress");
    button.disabled = false;
  }
}

async function lookBack() {
  const button = /** @type {HTMLButtonElement} */ (byId("past"));
  if (now.lookingBack) {
    now.lookingBack = false;
    return;
  }
  now.lookingBack = true;
  write(button, "Stop");
  try {
    await countPast({ ...about, changes: changes() }, (lines, part) => {
      showProgress({ done: part.done, of: part.of, doing: `${part.done} of ${several(part.of, "session")}` }, "past-progress");
      const clinic = about.person === page.dataset.clinic;
      byId("past-found").replaceChildren(
        lines.length ? pastTable(lines, clinic) : make("p", { class: "quiet", text: "There is no earlier session." }),
      );
      return now.lookingBack;
    });
  } catch (error) {
    byId("past-found").replaceChildren(make("p", { class: "warning", text: told(error) }));
  } finally {
    now.lookingBack = false;
    showProgress(null, "past-progress");
    write(button, "Count them under this draft");
  }
}

/* ---------- the profile ---------- */

async function loadProfile() {
  const query = new URLSearchParams(about);
  return /** @type {Promise<Profile>} */ (ask(`/api/calibrate/profile?${query}`));
}

/** @param {Profile} profile */
function showProfile(profile) {
  byId("problems").replaceChildren(...profile.problems.map((text) => make("p", { class: "warning", text })));
  byId("edited").hidden = !profile.edited;
  byId("scope").hidden = !profile.sides;
  write(byId("revision"), profile.revision ? `version ${profile.revision} in force` : "nothing saved yet");
  byId("history").replaceChildren(...historyList(profile.history, (revision) => void goBack(revision)));
  byId("no-history").hidden = profile.history.length > 0;
}

/** The profile was saved, here or by somebody else. @param {Profile} profile */
async function rebase(profile) {
  draft().rebase(profile);
  showProfile(profile);
  numbers.begin(draft(), now.scope);
  showDraft();
  // What the saved profile counts is another count now.
  const keys = [...chosen.keys()];
  for (const key of keys) {
    const one = /** @type {One} */ (chosen.get(key));
    try {
      const body = { ...about, changes: changes(), session: one.session, set: one.set };
      const recording = /** @type {Recording} */ (await ask("/api/calibrate/open", body));
      one.recording = recording;
      one.signal = recording.signal;
      one.show();
    } catch (error) {
      refuse(error);
    }
  }
  showTotals();
}

async function save() {
  if (!draft().size || document.querySelector("dialog[open]")) return;
  const sessions = [...new Set([...chosen.values()].map((one) => one.session))];
  const saved = await saveDraft(about, draft(), sessions, whose, now.why);
  await kept(saved, "Saved");
}

/** @param {number} revision */
async function goBack(revision) {
  const saved = await rollBack(about, draft(), revision, whose);
  await kept(saved, `Went back to version ${revision}`);
}

/** @param {Profile | "conflict" | null} saved @param {string} done */
async function kept(saved, done) {
  if (saved === null) return;
  if (saved === "conflict") {
    await rebase(await loadProfile());
    notify("The newer version is loaded; your changes are still here, on top of it.");
    return;
  }
  if (done === "Saved") {
    draft().changes.clear();
    now.why = "";
  }
  await rebase(saved);
  notify(`${done}: version ${saved.revision} is in force for ${whose}.`);
}

/* ---------- the page ---------- */

/** @param {string} scope */
function showScope(scope) {
  now.scope = scope;
  for (const button of byId("scope").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.side === scope));
  }
  numbers.begin(draft(), scope);
  for (const one of chosen.values()) one.moveLines();
}

async function begin() {
  try {
    now.draft = new Draft(await loadProfile());
  } catch (error) {
    write(byId("failed"), told(error));
    byId("failed").hidden = false;
    return;
  }
  showProfile(draft().profile);
  showScope("");
  showDraft();
  choose();
  mark(page, "ready", "yes");
}

byId("save").addEventListener("click", () => void save());
byId("reset").addEventListener("click", () => stepped(() => draft().reset()));
byId("undo").addEventListener("click", () => stepped(() => draft().undo()));
byId("redo").addEventListener("click", () => stepped(() => draft().redo()));
byId("fit").addEventListener("click", () => void fitDraft());
byId("past").addEventListener("click", () => void lookBack());
byId("notice-close").addEventListener("click", dismiss);
byId("choose").addEventListener("change", () => choose());
byId("scope").addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button) showScope(button.dataset.side ?? "");
});
window.addEventListener("beforeunload", (event) => {
  if (now.draft?.size) event.preventDefault();
});
listen({
  "ctrl+z": () => draft().canUndo && stepped(() => draft().undo()),
  "ctrl+y": () => draft().canRedo && stepped(() => draft().redo()),
  "ctrl+shift+z": () => draft().canRedo && stepped(() => draft().redo()),
  "ctrl+s": () => void save(),
});

void begin();
