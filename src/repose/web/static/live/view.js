/** The session on the page: in each stage what matters then, large. */

import { showDial, dialOf } from "./dial.js";
import { byId, make, mark, write } from "./dom.js";
import { showGauge } from "./gauge.js";
import { doseInWords } from "./programme.js";
import { phaseInWords, seenInWords, sideInWords, troubleInWords } from "./words.js";

/**
 * @typedef {import("./protocol.js").View} View
 * @typedef {import("./protocol.js").Machine} Machine
 * @typedef {import("./protocol.js").Check} Check
 * @typedef {import("./protocol.js").SetView} SetView
 */

const PANELS = { welcome: "welcome", placing: "checks", positioning: "coming" };

/** Letters from which a cue takes two lines and smaller letters, and still smaller ones. */
const LONG_CUE = 30;
const VERY_LONG_CUE = 50;

/**
 * @param {View} view
 * @param {Machine} machine
 */
export function showSession(view, machine) {
  const session = byId("session");
  const set = view.current === null ? undefined : view.sets[view.current];
  const { trouble } = machine;
  const blind = trouble !== null && trouble.kind !== "slow";
  mark(session, "stage", view.stage);
  mark(session, "paused", view.paused === null ? "no" : "yes");
  mark(session, "count", String(set?.reps ?? 0));
  mark(session, "target", String(set?.target ?? 0));

  write(byId("exercise"), set?.name ?? "");
  const side = set ? sideInWords(set.side, view.joint) : "";
  write(byId("side"), side);
  mark(byId("side"), "side", set?.side ?? "");
  byId("side").hidden = !side;
  write(byId("set"), set && set.of > 1 ? `Set ${set.number} of ${set.of}` : "");

  const seen = seenInWords(view.seen);
  mark(byId("seen"), "bars", String(seen.bars));
  write(byId("seen-word"), seen.word);

  const panel =
    view.paused !== null ? "paused" : (PANELS[/** @type {keyof PANELS} */ (view.stage)] ?? "dial");
  for (const name of ["welcome", "checks", "coming", "dial", "paused"]) byId(name).hidden = name !== panel;
  if (panel === "dial") showDial(view);
  if (panel === "checks") showChecks(view.checks);
  if (panel === "welcome") showPlan(view.sets);
  if (panel === "coming" && set) showComing(set, side);

  const cue = blind ? trouble.text : (view.advice ?? (view.cue || (view.paused ?? "")));
  write(byId("cue"), cue);
  mark(byId("words"), "kind", blind ? "trouble" : view.advice !== null ? "advice" : "cue");
  mark(byId("words"), "long", cue.length > VERY_LONG_CUE ? "very" : cue.length > LONG_CUE ? "yes" : "");
  write(byId("next"), view.next);
  byId("next-line").hidden = !view.next || blind;

  const reason = view.paused ?? "";
  write(byId("paused-why"), bare(reason) === bare(cue) ? "" : reason);
  write(byId("paused-count"), set ? `${set.reps} of ${set.target} done` : "");
  write(byId("paused-then"), view.can_resume ? "" : "It goes on by itself.");
  byId("resume").hidden = !view.can_resume;
  write(byId("pause-word"), view.paused !== null && view.can_resume ? "Resume" : "Pause");
  mark(byId("pause"), "paused", view.paused !== null && view.can_resume ? "yes" : "no");

  byId("trouble").hidden = !blind;
  if (blind) write(byId("trouble-title"), troubleInWords(trouble));

  showGauge(
    view.stage === "working" && view.paused === null && !blind ? view.gauge : null,
    phaseInWords(view),
  );
  write(byId("count-said"), view.stage === "working" && set ? `${set.reps} of ${set.target}` : "");
}

/** @param {string} text */
const bare = (text) => text.replace(/\.$/, "");

/**
 * What is to be done in this session, exercise by exercise.
 *
 * @param {SetView[]} sets
 */
function showPlan(sets) {
  const exercises = [...new Set(sets.map((set) => set.exercise))];
  const rows = exercises.map((exercise) => {
    const all = sets.filter((set) => set.exercise === exercise);
    const [{ name, target: reps, hold_target_s, of }] = all;
    const sides = [...new Set(all.map(({ side }) => side))];
    return { name, dose: doseInWords({ exercise, sets: of, reps, hold_s: hold_target_s, rest_s: 0, sides }) };
  });
  const plan = byId("plan");
  const drawn = JSON.stringify(rows);
  if (plan.dataset.drawn === drawn) return;
  plan.dataset.drawn = drawn;
  plan.replaceChildren(
    ...rows.map(({ name, dose }) => make("li", { text: name }, make("span", { text: dose }))),
  );
}

/**
 * The set that begins now.
 *
 * @param {SetView} set
 * @param {string} side in words
 */
function showComing(set, side) {
  write(byId("coming-name"), set.name);
  write(byId("coming-side"), side);
  mark(byId("coming-side"), "side", set.side);
  byId("coming-side").hidden = !side;
  const dose = doseInWords({
    ...set,
    sets: 1,
    reps: set.target,
    hold_s: set.hold_target_s,
    rest_s: 0,
    sides: [],
  });
  write(byId("coming-dose"), set.of > 1 ? `Set ${set.number} of ${set.of}: ${dose}` : dose);
}

/** @param {Check[]} checks */
function showChecks(checks) {
  const list = byId("check-list");
  while (list.children.length > checks.length) list.lastElementChild?.remove();
  for (const [index, check] of checks.entries()) {
    let row = /** @type {HTMLElement | undefined} */ (list.children[index]);
    if (!row) {
      row = make("li", {}, make("span", { class: "tick" }), make("span"), make("span", { class: "unseen" }));
      list.append(row);
    }
    const [tick, text, said] = row.children;
    mark(row, "ok", check.ok === null ? "unknown" : check.ok ? "yes" : "no");
    write(tick, check.ok === null ? "–" : check.ok ? "✓" : "✗");
    tick.setAttribute("aria-hidden", "true");
    write(text, check.text);
    write(said, check.ok === null ? ": not known yet" : check.ok ? ": right" : ": not right yet");
  }
}

/**
 * The page's title, for whoever has it in a background tab.
 *
 * @param {View} view
 * @returns {string}
 */
export function titleOf(view) {
  const set = view.current === null ? undefined : view.sets[view.current];
  if (view.stage === "done") return "Summary – Repose";
  if (view.stage === "idle" || !set) return "Repose";
  if (view.paused !== null) return `Paused – ${set.name} – Repose`;
  if (view.stage === "working") return `${set.reps} of ${set.target} – ${set.name} – Repose`;
  const { number, mode } = dialOf(view);
  return `${mode === "seconds" ? `${number} – ` : ""}${set.name} – Repose`;
}

/** @param {Machine} machine */
export function showMachine(machine) {
  const { source, camera_fps: camera, analysed_fps: analysed, model, dropped, notes, trouble } = machine;
  const figures = [source, `${Math.round(analysed)} of ${Math.round(camera)} pictures/s`, `${model} model`];
  if (dropped) figures.push(`${dropped} left out`);
  write(byId("machine"), figures.filter(Boolean).join(" · "));
  const said = trouble?.kind === "slow" ? [trouble.text, ...notes] : notes;
  write(byId("notes"), said.join(" "));
}
