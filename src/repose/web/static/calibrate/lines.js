/** The threshold lines over a picture: each is a slider that can be dragged, or moved with the keys. */

import { mark, write } from "../live/dom.js";
import { svg } from "../shared/svg.js";
import { plotOf, scaleOf } from "./chart.js";
import { common } from "./draft.js";

/**
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./levels.js").Level} Level
 * @typedef {{width: number, margin: number, whole: number, range: [number, number]}} Place where the plot is, and
 *   how wide it is with the labels
 * @typedef {(key: string, value: number, at: number, done: boolean) => void} OnMove with the time of the input
 */

const PILL = 22;
const APART = 2;
/** How much further an arrow key goes with Shift. */
const FURTHER = 5;

export class Lines {
  /** @type {Level[]} */ #levels = [];
  /** @type {Place | null} */ #place = null;
  /** @type {Map<string, Handle>} by name of the level */ #handles = new Map();
  /** @type {{name: string, offset: number, key: string, moved: boolean} | null} */ #held = null;
  /** Where the picture begins on the screen; looked up once for each drag. */
  #top = 0;
  /** @type {PointerEvent | null} the latest of a frame */ #latest = null;

  /**
   * @param {SVGSVGElement} element lies over the picture, wider by the labels
   * @param {() => Draft} draft
   * @param {OnMove} onMove
   */
  constructor(element, draft, onMove) {
    this.element = element;
    this.draft = draft;
    this.onMove = onMove;
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerup", (event) => this.#drop(event));
    element.addEventListener("pointercancel", (event) => this.#drop(event));
    element.addEventListener("lostpointercapture", (event) => this.#drop(event));
  }

  get dragging() {
    return this.#held !== null;
  }

  /** @param {Level[]} levels @param {Place} place @param {number} height of the picture */
  show(levels, place, height) {
    this.#levels = levels;
    this.#place = place;
    const { whole } = place;
    set(this.element, "viewBox", `0 0 ${whole} ${height}`);
    set(this.element, "width", String(whole));
    set(this.element, "height", String(height));
    const names = levels.map((one) => one.name);
    if ([...this.#handles.keys()].join() !== names.join()) {
      this.#handles = new Map(names.map((name) => [name, this.#make(name)]));
      this.element.replaceChildren(...[...this.#handles.values()].map((one) => one.group));
    }
    const plot = plotOf(place.width);
    const y = scaleOf(place.width, place.range);
    const inside = (/** @type {number} */ deg) =>
      Math.min(Math.max(y(deg), plot.top), plot.top + plot.height);
    const places = spread(
      levels.map((one) => inside(one.deg)),
      plot.top + PILL / 2,
      plot.top + plot.height - PILL / 2,
    );
    const right = place.width - 10;
    levels.forEach((level, k) => {
      const handle = /** @type {Handle} */ (this.#handles.get(level.name));
      const at = inside(level.deg);
      const [least, most] = this.draft().bounds(level.key);
      const value = this.draft().value(level.key) ?? 0;
      put(handle.line, { x1: place.margin, x2: right, y1: at, y2: at });
      put(handle.reach, { x: place.margin, y: at - 7, width: right - place.margin, height: 14 });
      set(handle.mirror, "visibility", level.mirror === null ? "hidden" : "visible");
      if (level.mirror !== null) {
        const other = inside(level.mirror);
        put(handle.mirror, { x1: place.margin, x2: right, y1: other, y2: other });
      }
      set(handle.leader, "d", `M${right} ${at}L${right + 10} ${places[k]}`);
      put(handle.pill, { x: right + 10, y: places[k] - PILL / 2, width: whole - right - 11, height: PILL });
      put(handle.text, { x: right + 16, y: places[k] + 4.5 });
      write(handle.text, `${level.name} ${Math.round(level.deg)}°`.replace("-", "−"));
      const { group } = handle;
      mark(group, "key", level.key);
      set(group, "aria-valuemin", String(least));
      set(group, "aria-valuemax", String(most));
      set(group, "aria-valuenow", String(value));
      set(group, "aria-valuetext", level.told);
      group.classList.toggle("own", this.draft().changes.has(level.key));
      const side = level.key === common(level.key) ? "" : ` ${level.key.split(".")[0]}`;
      set(group, "aria-label", level.name + side);
    });
  }

  /** @param {string} name @returns {Handle} */
  #make(name) {
    const line = svg("line", { class: "level" });
    const mirror = svg("line", { class: "level" });
    const leader = svg("path", { class: "leader" });
    const reach = svg("rect", { class: "reach" });
    const pill = svg("rect", { class: "pill", rx: 6 });
    const text = svg("text", {});
    const group = svg(
      "g",
      { class: `threshold ${name.replaceAll(" ", "-")}`, role: "slider", tabindex: "0", "aria-orientation": "vertical" },
      line,
      mirror,
      leader,
      reach,
      pill,
      text,
    );
    group.addEventListener("pointerdown", (event) => this.#take(/** @type {PointerEvent} */ (event), name));
    group.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event), name));
    return { group, line, mirror, leader, reach, pill, text };
  }

  /** @param {string} name */
  #level(name) {
    return /** @type {Level} */ (this.#levels.find((one) => one.name === name));
  }

  /** @param {PointerEvent} event @param {string} name */
  #take(event, name) {
    if (event.button !== 0 || !this.#place) return;
    event.preventDefault();
    const level = this.#level(name);
    this.#top = this.element.getBoundingClientRect().top;
    this.#held = { name, offset: this.#degAt(event) - level.deg, key: level.key, moved: false };
    this.element.setPointerCapture(event.pointerId);
    this.#handles.get(name)?.group.focus({ preventScroll: true });
    this.#handles.get(name)?.group.classList.add("held");
  }

  /** A hand moves more often than a screen can show. @param {PointerEvent} event */
  #move(event) {
    if (!this.#held) return;
    if (!this.#latest) {
      requestAnimationFrame(() => {
        if (this.#latest) this.#drag(this.#latest);
        this.#latest = null;
      });
    }
    this.#latest = event;
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (!this.#held) return;
    const { name, offset, key } = this.#held;
    const level = this.#level(name);
    const number = this.draft().numbers.get(common(key));
    const value = this.draft().value(key) ?? 0;
    const wanted = value + (this.#degAt(event) - offset - level.deg) / level.perUnit;
    const step = number?.step ?? 1;
    const next = this.draft().fitting(key, Math.round(wanted / step) * step);
    if (Math.abs(next - value) < step / 2) return;
    this.#held.moved = true;
    this.onMove(key, next, event.timeStamp, false);
  }

  /** @param {PointerEvent} event */
  #drop(event) {
    if (!this.#held) return;
    if (this.#latest) this.#drag(this.#latest);
    this.#latest = null;
    const { name, key, moved } = this.#held;
    this.#held = null;
    this.#handles.get(name)?.group.classList.remove("held");
    if (moved) this.onMove(key, this.draft().value(key) ?? 0, event.timeStamp, true);
  }

  /** @param {KeyboardEvent} event @param {string} name */
  #key(event, name) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = this.#level(name);
    const draft = this.draft();
    const step = (draft.numbers.get(common(key))?.step ?? 1) * (event.shiftKey ? FURTHER : 1);
    const value = draft.value(key) ?? 0;
    const [least, most] = draft.bounds(key);
    /** @type {Record<string, number>} */
    const to = {
      ArrowUp: value + step,
      ArrowRight: value + step,
      ArrowDown: value - step,
      ArrowLeft: value - step,
      PageUp: value + 10 * step,
      PageDown: value - 10 * step,
      Home: least,
      End: most,
    };
    if (!(event.key in to)) return;
    event.preventDefault();
    event.stopPropagation();
    this.onMove(key, draft.fitting(key, to[event.key]), event.timeStamp, true);
  }

  /** @param {PointerEvent} event */
  #degAt(event) {
    const { width, range } = /** @type {Place} */ (this.#place);
    const { top, height } = plotOf(width);
    const y = event.clientY - this.#top;
    return range[0] + (1 - (y - top) / height) * (range[1] - range[0]);
  }
}

/**
 * @typedef {object} Handle
 * @property {SVGElement} group
 * @property {SVGElement} line
 * @property {SVGElement} mirror
 * @property {SVGElement} leader
 * @property {SVGElement} reach
 * @property {SVGElement} pill
 * @property {SVGElement} text
 */

/** @param {SVGElement} element @param {Record<string, number>} where */
function put(element, where) {
  for (const [name, value] of Object.entries(where)) set(element, name, value.toFixed(1));
}

/** Writes what is not there already: the page is laid out anew for less. @param {Element} element @param {string} name @param {string} value */
function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Places for labels as near to their lines as goes without one over the other.
 *
 * @param {number[]} wanted
 * @param {number} top
 * @param {number} bottom
 * @returns {number[]}
 */
export function spread(wanted, top, bottom) {
  const order = wanted.map((_, k) => k).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const places = wanted.map((at) => Math.min(Math.max(at, top), bottom));
  const step = PILL + APART;
  for (let round = 0; round < 30; round += 1) {
    let moved = false;
    for (let k = 1; k < order.length; k += 1) {
      const [above, below] = [order[k - 1], order[k]];
      const missing = step - (places[below] - places[above]);
      if (missing > 0.1) {
        places[above] = Math.max(top + (k - 1) * step, places[above] - missing / 2);
        places[below] = places[above] + step;
        moved = true;
      }
    }
    for (let k = order.length - 1, most = bottom; k >= 0; k -= 1, most -= step) {
      if (places[order[k]] > most) {
        places[order[k]] = most;
        moved = true;
      }
    }
    if (!moved) break;
  }
  return places;
}
