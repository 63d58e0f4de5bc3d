/** The list of all thresholds: typed, taken out, and what each is about. */

import { make, mark, write } from "../live/dom.js";
import { plain, withUnit } from "./words.js";

/**
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./types.js").Numb} Numb
 */

export class Numbers {
  /** @type {Map<string, {row: HTMLElement, field: HTMLInputElement, origin: HTMLElement, drop: HTMLButtonElement}>} */
  #rows = new Map();
  #scope = "";

  /**
   * @param {HTMLElement} place
   * @param {(key: string, value: number | null, at: number) => void} onPut with the time of the input
   */
  constructor(place, onPut) {
    this.place = place;
    this.onPut = onPut;
  }

  /** Make the list anew. @param {Draft} draft @param {string} scope a side, or "" for what both have */
  begin(draft, scope) {
    this.#scope = scope;
    this.#rows.clear();
    const open = new Set([...this.place.querySelectorAll("details[open]")].map((one) => one.id));
    const first = !this.place.firstElementChild;
    this.place.replaceChildren(
      ...draft.profile.groups.flatMap((group, k) => {
        const numbers = scope ? group.numbers.filter((one) => one.sided) : group.numbers;
        if (!numbers.length) return [];
        const details = make("details", { class: "group" }, make("summary", { text: group.name }));
        details.id = `group-${group.name.toLowerCase().replaceAll(" ", "-")}`;
        details.open = first ? k === 0 : open.has(details.id);
        details.append(...numbers.map((one) => this.#row(one, draft)));
        return [details];
      }),
    );
    this.show(draft);
  }

  /** Write what is in force. @param {Draft} draft */
  show(draft) {
    for (const [key, { row, field, origin, drop }] of this.#rows) {
      const value = draft.value(key);
      const own = draft.own(key) !== undefined;
      if (document.activeElement !== field || field.dataset.typed !== "yes") {
        const text = value === undefined ? "" : String(value);
        // Writing what stands there already would have the whole page laid out again.
        if (field.value !== text) field.value = text;
        if (field.validity.customError) field.setCustomValidity("");
      }
      const from = draft.origin(key);
      const changed = draft.changes.has(key);
      const was = draft.saved(key);
      write(
        origin,
        changed && was !== undefined
          ? `${own ? "draft" : `as ${from}`}, saved ${plain(was)}`
          : from === "default" || from === "clinic" || from === "both sides"
            ? `as ${from}`
            : `${from}’s own`,
      );
      mark(row, "state", changed ? "changed" : own ? "own" : "");
      if (drop.hidden === own) drop.hidden = !own;
      const below = draft.inherited(key);
      const title = below === undefined ? "" : `Take this number out: ${plain(below)} would hold again`;
      if (drop.title !== title) drop.title = title;
    }
  }

  /** @param {string} key @param {string} why */
  refuse(key, why) {
    const field = this.#rows.get(key)?.field;
    field?.setCustomValidity(why);
  }

  /** Show a number, where it is in the list. @param {string} key */
  reveal(key) {
    const row = this.#rows.get(key)?.row;
    const details = /** @type {HTMLDetailsElement | null | undefined} */ (row?.closest("details"));
    if (details) details.open = true;
    return row !== undefined;
  }

  /** @param {Numb} number @param {Draft} draft */
  #row(number, draft) {
    const key = this.#scope ? `${this.#scope}.${number.key}` : number.key;
    const id = `number-${key.replaceAll(".", "-")}`;
    const field = make("input", {});
    field.type = "number";
    field.id = id;
    field.step = "any";
    field.min = String(number.least);
    field.max = String(number.most);
    field.inputMode = "decimal";
    field.required = true;
    const note = make("p", {
      class: "quiet means",
      text: `${number.means ? `${number.means}. ` : ""}Allowed: ${plain(number.least)} to ${withUnit(number.most, number.unit)}.`,
    });
    note.id = `${id}-means`;
    const label = make("label", { text: number.name });
    label.htmlFor = id;
    field.setAttribute("aria-describedby", note.id);
    const unit = make("span", { class: "unit quiet", text: number.unit });
    const origin = make("span", { class: "origin" });
    const drop = make("button", { class: "plain small drop", text: "inherit" });
    drop.type = "button";
    drop.setAttribute("aria-label", `${number.name}: inherit again`);
    const row = make("div", { class: "number-row" }, label, field, unit, origin, drop, note);
    row.dataset.key = key;
    drop.addEventListener("click", (event) => {
      delete field.dataset.typed;
      this.onPut(key, null, event.timeStamp);
      field.focus();
    });
    field.addEventListener("input", () => {
      field.dataset.typed = "yes";
    });
    field.addEventListener("change", (event) => {
      delete field.dataset.typed;
      const value = field.valueAsNumber;
      if (Number.isNaN(value) || value < number.least || value > number.most) {
        field.setCustomValidity(
          `${number.name} must be from ${plain(number.least)} to ${withUnit(number.most, number.unit)}.`,
        );
        field.reportValidity();
        return;
      }
      this.onPut(key, value, event.timeStamp);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      event.preventDefault();
      delete field.dataset.typed;
      const step = number.step * (event.shiftKey ? 5 : 1) * (event.key === "ArrowUp" ? 1 : -1);
      const from = field.value === "" ? (draft.value(key) ?? 0) : field.valueAsNumber;
      this.onPut(key, Math.min(Math.max(from + step, number.least), number.most), event.timeStamp);
    });
    this.#rows.set(key, { row, field, origin, drop });
    return row;
  }
}
