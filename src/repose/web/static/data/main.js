/** The page about a person's own data: sizes, deletions that are asked for first, the retention time. */

import { ask, Refused } from "../shared/asking.js";

/** @param {string} id @returns {any} */
const at = (id) => document.getElementById(id);

/**
 * @typedef {object} Deletion
 * @property {string} title
 * @property {string} what
 * @property {string[]} list what goes
 * @property {string} [typed] what has to be typed first
 * @property {string} path
 * @property {(typed: string) => object} [body]
 */

/** @type {Record<string, (data: DOMStringMap) => Deletion>} */
const DELETIONS = {
  session: (data) => ({
    title: "Delete this session?",
    what: `The session of ${data.name}:`,
    list: [
      `its count: ${number(Number(data.reps), "rep")} and all that belongs to them`,
      "its recording of landmarks, and what reviewers said of it",
      ...(data.video ? ["its video"] : []),
      ...(data.running ? ["It has not ended. If it runs just now, end it first."] : []),
    ],
    path: `/api/data/sessions/${data.id}/delete`,
  }),
  recording: (data) => ({
    title: "Delete this recording?",
    what: `Of the session of ${data.name}:`,
    list: ["its recording of landmarks: it can no longer be replayed or counted again", ...(data.video ? ["its video"] : [])],
    path: `/api/data/sessions/${data.id}/delete-recording`,
  }),
  recordings: (data) => ({
    title: "Delete all recordings of a person?",
    what: `Of ${data.name}:`,
    list: [
      `all recordings of landmarks: ${amount(data.id, "recorded")}`,
      `all videos: ${filmed(data.id) || "none is kept"}`,
      "What was counted stays, but can no longer be replayed or counted again.",
    ],
    path: `/api/data/persons/${data.id}/delete-recordings`,
  }),
  person: (data) => ({
    title: "Delete a person?",
    what: `${data.name} with all that belongs to them:`,
    list: [
      `${amount(data.id, "sessions-count")} sessions, with all reps, reviews and annotations`,
      `all recordings of landmarks: ${amount(data.id, "recorded")}`,
      `all videos: ${filmed(data.id) || "none is kept"}`,
      "what was prescribed",
      `their own calibration: ${amount(data.id, "calibration")}`,
    ],
    typed: data.name,
    path: `/api/data/persons/${data.id}/delete`,
    body: (typed) => ({ name: typed }),
  }),
  everything: (data) => ({
    title: "Delete everything?",
    what: "All that Repose keeps:",
    list: [
      `${number(Number(data.count), "person")} with all their sessions, recordings and videos`,
      "the calibration profiles of all persons; that of the clinic stays",
      "the copies of the database from before updates",
    ],
    typed: data.words,
    path: "/api/data/delete-everything",
    body: (typed) => ({ words: typed }),
  }),
  backups: (data) => ({
    title: "Delete the copies?",
    what: `${number(Number(data.count), "copy", "copies")} of the database from before updates. The database itself stays.`,
    list: [],
    path: "/api/data/delete-backups",
  }),
};

/** @param {number} count @param {string} one @param {string} [more] */
function number(count, one, more) {
  return `${count} ${count === 1 ? one : (more ?? `${one}s`)}`;
}

/** @param {string | undefined} id @param {string} name what the card of a person says */
function amount(id, name) {
  return at(`person-${id}`)?.querySelector(`.${name}`)?.textContent ?? "";
}

/** @param {string | undefined} id */
function filmed(id) {
  return at(`person-${id}`)?.querySelector(".filmed")?.dataset.videos ?? "";
}

/** @param {HTMLDialogElement} dialog @returns {Promise<string>} */
function closed(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

/** @param {HTMLElement} list @param {string[]} texts */
function fill(list, texts) {
  list.replaceChildren(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

/** @param {string} text */
const plain = (text) => text.trim().split(/\s+/).join(" ").normalize("NFC");

/** @param {Deletion} deletion @returns {Promise<string | null>} what was typed; null to keep it */
async function sure(deletion) {
  const dialog = at("sure");
  const field = dialog.querySelector("[name=typed]");
  at("sure-title").textContent = deletion.title;
  at("sure-what").textContent = deletion.what;
  fill(at("sure-list"), deletion.list);
  at("sure-typing").hidden = !deletion.typed;
  at("sure-expected").textContent = deletion.typed ?? "";
  field.value = "";
  const check = () => {
    at("sure-yes").disabled = Boolean(deletion.typed) && plain(field.value) !== plain(deletion.typed ?? "");
  };
  field.oninput = check;
  // Enter must not press "Keep it", the first button, when the right words stand there.
  field.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (!at("sure-yes").disabled) at("sure-yes").click();
  };
  check();
  const said = await closed(dialog);
  return said === "yes" ? field.value : null;
}

/** @param {string} title @param {string} message @param {string[]} [traces] */
async function tell(title, message, traces = []) {
  at("told-title").textContent = title;
  at("told-message").textContent = message;
  fill(at("told-traces"), traces);
  await closed(at("told"));
}

/** @param {() => Promise<void>} doing */
async function telling(doing) {
  try {
    await doing();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await tell("That did not work", error.message);
  }
}

/** @param {HTMLButtonElement} button */
async function remove(button) {
  const deletion = DELETIONS[button.dataset.delete ?? ""](button.dataset);
  const typed = await sure(deletion);
  if (typed === null) return;
  document.body.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    const told = await ask(deletion.path, deletion.body ? deletion.body(typed) : {});
    await tell("Deleted", told.message, told.traces);
    const gone = button.dataset.delete === "person" || button.dataset.delete === "everything";
    // A page about somebody who is gone is no more.
    if (gone) location.assign("/data");
    else location.reload();
  } finally {
    document.body.removeAttribute("aria-busy");
    button.disabled = false;
  }
}

/** @param {HTMLButtonElement} button */
async function rename(button) {
  const dialog = at("rename");
  const field = dialog.querySelector("[name=name]");
  const wrong = dialog.querySelector(".wrong");
  field.value = button.dataset.name ?? "";
  wrong.textContent = "";
  field.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    dialog.querySelector("[value=yes]").click();
  };
  while ((await closed(dialog)) === "yes") {
    try {
      await ask(`/api/data/persons/${button.dataset.rename}/rename`, { name: field.value });
      location.reload();
      return;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      wrong.textContent = error.message;
    }
  }
}

/** @param {HTMLFormElement} form @returns {Record<string, number | null> | null} null if it is wrong */
function retentionOf(form) {
  /** @type {Record<string, number | null>} */
  const wanted = {};
  for (const name of ["recordings_days", "sessions_days"]) {
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    if (!field.validity.valid) return null;
    wanted[name] = field.value === "" ? null : Number(field.value);
  }
  return wanted;
}

/** @param {HTMLFormElement} form */
async function keep(form) {
  const wanted = retentionOf(form);
  at("retention-wrong").textContent = wanted ? "" : "Give a whole number of days from 1 to 36500, or nothing for ever.";
  if (!wanted) return;
  const due = await ask("/api/data/retention/due", wanted);
  const list = [
    ...(due.sessions ? [`${number(due.sessions, "session")}, with recordings and videos`] : []),
    ...(due.recordings ? [`the recordings and videos of ${number(due.recordings, due.sessions ? "other session" : "session")}`] : []),
  ];
  if (list.length) {
    const deletion = { title: "Delete what is older?", what: "Older than that, and deleted at once:", list, path: "" };
    if ((await sure(deletion)) === null) return;
  }
  const told = await ask("/api/data/retention", wanted);
  await tell("Saved", told.message, told.traces);
  if (list.length) location.reload();
}

async function showUsage() {
  const usage = await ask("/api/data/usage");
  if (usage.database && at("database-size")) at("database-size").textContent = `(${usage.database})`;
  at("videos-size").textContent = usage.videos;
  for (const card of document.querySelectorAll("[data-person]")) {
    const one = usage.persons[/** @type {HTMLElement} */ (card).dataset.person ?? ""];
    if (!one) continue;
    for (const [name, text] of [["sessions-count", one.sessions], ["recorded", one.recorded], ["size", one.size]]) {
      const place = card.querySelector(`.${name}`);
      if (place) place.textContent = String(text);
    }
    const tag = /** @type {HTMLElement} */ (card.querySelector(".filmed"));
    tag.hidden = !one.videos;
    tag.dataset.videos = one.videos;
    tag.textContent = one.videos ? `Kept: ${one.videos}` : "";
    /** @type {HTMLElement} */ (card.querySelector(".without-video")).hidden = !one.videos;
  }
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (button?.dataset.delete) void telling(() => remove(button));
  if (button?.dataset.rename) void telling(() => rename(button));
});
at("retention").addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  void telling(() => keep(at("retention")));
});
void telling(showUsage);
