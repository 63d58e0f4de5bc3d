/** The form in which a programme is chosen, its doses checked and remembered. */

import { byId, mark, memory, write } from "./dom.js";
import { notify } from "./notice.js";
import { doseInWords, programmeInWords, readNumber, repsOf } from "./programme.js";

const KEY = "repose.programme";
const NUMBERS = ["sets", "reps", "hold_s", "rest_s"];

/**
 * @typedef {import("./protocol.js").Item} Item
 * @typedef {import("./protocol.js").Programme} Programme
 * @typedef {HTMLInputElement | HTMLSelectElement} Field
 * @typedef {Record<string, string | boolean>} Values of the fields of one exercise
 */

export class Setup {
  /** @param {(programme: Programme) => void} start */
  constructor(start) {
    this.form = /** @type {HTMLFormElement} */ (byId("programme"));
    this.cards = [.../** @type {NodeListOf<HTMLElement>} */ (this.form.querySelectorAll(".exercise"))];
    this.#restore(memory.read(KEY));
    this.form.addEventListener("input", () => {
      this.#refresh();
      this.#keep();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const programme = this.read();
      if (programme) start(programme);
      else this.#toFirstFault();
    });
    byId("usual-doses").addEventListener("click", () => this.#toUsual());
    this.#refresh();
  }

  /**
   * What is chosen.
   *
   * @returns {Programme | null} null while a dose is wrong
   */
  read() {
    const items = this.#chosen().map(readItem);
    const programme = { items: /** @type {Item[]} */ (items) };
    if (!items.length || items.includes(null)) return null;
    return repsOf(programme) <= this.#mostReps ? programme : null;
  }

  /**
   * @param {string} hindrance why no session can be started from here; "" if it can
   */
  allow(hindrance) {
    /** @type {HTMLButtonElement} */ (byId("start")).disabled = hindrance !== "";
    write(byId("hindrance"), hindrance);
  }

  /**
   * Choose the exercises of a programme, with its doses; what the form cannot show stays as it is.
   *
   * @param {Programme} programme
   */
  prescribe({ items }) {
    const exercises = Object.fromEntries(
      this.cards.map((card) => [card.dataset.exercise, { include: false }]),
    );
    for (const { exercise, sets, reps, hold_s: hold, rest_s: rest, sides } of items) {
      const numbers = { sets: String(sets), reps: String(reps), hold_s: String(hold), rest_s: String(rest) };
      exercises[exercise] = {
        include: true,
        ...numbers,
        ...(sides.length ? { sides: sides.join(" ") } : {}),
      };
    }
    for (const one of this.cards.flatMap(fieldsOf)) toUsual(one);
    const whole = Object.values(exercises).every(({ include }) => include);
    this.#restore({ choice: whole ? "whole" : "single", exercises });
    this.#refresh();
    this.#keep();
  }

  get #mostReps() {
    return Number(this.form.dataset.mostReps);
  }

  get #whole() {
    return new FormData(this.form).get("choice") === "whole";
  }

  #chosen() {
    return this.cards.filter((card) => this.#whole || field(card, "include").checked);
  }

  /** Say what is chosen, and what is wrong with it. */
  #refresh() {
    mark(this.form, "choice", this.#whole ? "whole" : "single");
    const chosen = this.#chosen();
    for (const card of this.cards) {
      card.classList.toggle("left-out", !chosen.includes(card));
      const wrong = NUMBERS.map((name) => {
        const input = field(card, name);
        const { wrong } = readNumber(input);
        input.ariaInvalid = wrong ? "true" : "false";
        return wrong;
      }).filter(Boolean);
      write(part(card, ".wrong"), chosen.includes(card) ? wrong.join(" ") : "");
      const item = readItem(card);
      if (item) write(part(card, ".dose"), doseInWords(item));
    }
    byId("usual-doses").hidden = this.cards.every((card) => fieldsOf(card).every(isUsual));
    const items = chosen.map(readItem).filter((item) => item !== null);
    const programme = { items };
    const reps = repsOf(programme);
    let total = programmeInWords(programme);
    let wrong = "";
    if (!chosen.length) wrong = "Choose one exercise at least.";
    else if (items.length < chosen.length) wrong = "One dose is not right yet: see above.";
    else if (reps > this.#mostReps)
      wrong = `${reps} reps are too many for one session: ${this.#mostReps} at most.`;
    if (wrong) total = "";
    write(byId("total"), total);
    write(byId("total-wrong"), wrong);
  }

  #toFirstFault() {
    const input = this.#chosen()
      .flatMap((card) => NUMBERS.map((name) => field(card, name)))
      .find((input) => input.ariaInvalid === "true");
    const target = input ?? field(this.cards[0], "include");
    const details = target.closest("details");
    if (details) details.open = true;
    target.focus();
  }

  #toUsual() {
    const before = this.#values();
    for (const one of this.cards.flatMap(fieldsOf)) toUsual(one);
    this.#refresh();
    this.#keep();
    const undo = () => {
      this.#restore(before);
      this.#refresh();
      this.#keep();
    };
    notify("The usual doses are back.", { action: { label: "Undo", run: undo } });
  }

  /** @returns {Record<string, unknown>} */
  #values() {
    const cards = this.cards.map((card) => {
      const values = fieldsOf(card).map((one) => [one.name, one.value]);
      return [
        card.dataset.exercise,
        { include: field(card, "include").checked, ...Object.fromEntries(values) },
      ];
    });
    return { choice: this.#whole ? "whole" : "single", exercises: Object.fromEntries(cards) };
  }

  #keep() {
    memory.keep(KEY, this.#values());
  }

  /** @param {unknown} kept what was remembered; anything that does not fit any more is left as it usually is */
  #restore(kept) {
    const { choice, exercises = {} } = /** @type {{choice?: string, exercises?: Record<string, Values>}} */ (
      kept ?? {}
    );
    for (const one of /** @type {NodeListOf<HTMLInputElement>} */ (
      this.form.querySelectorAll("[name=choice]")
    )) {
      if (choice) one.checked = one.value === choice;
    }
    for (const card of this.cards) {
      const values = exercises[card.dataset.exercise ?? ""] ?? {};
      if (typeof values.include === "boolean") field(card, "include").checked = values.include;
      for (const one of fieldsOf(card)) {
        const value = values[one.name];
        if (typeof value !== "string") continue;
        one.value = value;
        const fits = one instanceof HTMLSelectElement ? one.selectedIndex >= 0 : !readNumber(one).wrong;
        if (!fits) toUsual(one);
      }
    }
  }
}

/** @param {HTMLElement} card @param {string} selector @returns {HTMLElement} */
const part = (card, selector) => /** @type {HTMLElement} */ (card.querySelector(selector));

/** @param {HTMLElement} card @param {string} name @returns {HTMLInputElement} */
const field = (card, name) => /** @type {HTMLInputElement} */ (part(card, `[name=${name}]`));

/** @param {HTMLElement} card @returns {Field[]} those that hold the dose */
function fieldsOf(card) {
  return [
    ...NUMBERS.map((name) => field(card, name)),
    .../** @type {NodeListOf<HTMLSelectElement>} */ (card.querySelectorAll("select")),
  ];
}

/** @param {Field} one */
function isUsual(one) {
  if (one instanceof HTMLSelectElement) return one.options[one.selectedIndex].defaultSelected;
  return one.value === one.defaultValue;
}

/** @param {Field} one */
function toUsual(one) {
  if (one instanceof HTMLSelectElement)
    for (const option of one.options) option.selected = option.defaultSelected;
  else one.value = one.defaultValue;
}

/**
 * @param {HTMLElement} card
 * @returns {Item | null} null while a number in it is wrong
 */
function readItem(card) {
  const numbers = NUMBERS.map((name) => readNumber(field(card, name)));
  if (numbers.some(({ wrong }) => wrong)) return null;
  const [sets, reps, hold, rest] = numbers.map(({ value }) => value);
  const sides =
    /** @type {HTMLSelectElement | null} */ (card.querySelector("[name=sides]"))?.value.split(" ") ?? [];
  return {
    exercise: card.dataset.exercise ?? "",
    sets,
    reps,
    hold_s: hold,
    rest_s: rest,
    sides: /** @type {import("./protocol.js").Side[]} */ (sides),
  };
}
