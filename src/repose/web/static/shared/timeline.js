/** A stretch of time as an SVG that can be zoomed, moved and scrubbed; what is on it, the page draws. */

import { svg } from "./svg.js";
import { clock, roundStep } from "./time.js";

const AXIS = 24;
const OVERVIEW = 12;

/** Shortest stretch that can be looked at. */
const LEAST_S = 0.5;

/**
 * @typedef {object} Options
 * @property {(timeline: Timeline) => Node[]} draw what lies above the axis
 * @property {() => number} height of that, in pixels
 * @property {(timeS: number) => void} seek a time was pointed at
 * @property {() => void} [moved] another stretch is looked at
 * @property {(what: DOMStringMap, timeS: number, done: boolean) => void} [drag] an element with data-drag is drawn
 *   along
 * @property {(what: DOMStringMap) => void} [choose] an element with data-key was pointed at
 */

export class Timeline {
  fromS = 0;
  toS = 1;
  /** What is looked at. */
  leftS = 0;
  rightS = 1;
  cursorS = 0;
  width = 0;
  margin = 60;
  #asked = false;
  /** @type {SVGElement | null} */ #cursor = null;

  /** @param {SVGSVGElement} element @param {Options} options */
  constructor(element, options) {
    this.element = element;
    this.options = options;
    new ResizeObserver(() => this.render()).observe(/** @type {Element} */ (element.parentElement));
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    element.addEventListener("pointerdown", (event) => this.#press(event));
  }

  /** All there is. @param {number} fromS @param {number} toS */
  span(fromS, toS) {
    this.fromS = fromS;
    this.toS = Math.max(toS, fromS + LEAST_S);
    this.look(this.fromS, this.toS);
  }

  get zoomed() {
    return this.rightS - this.leftS < (this.toS - this.fromS) * 0.999;
  }

  /** Look at a stretch, within what there is. @param {number} leftS @param {number} rightS */
  look(leftS, rightS) {
    const length = Math.min(Math.max(rightS - leftS, LEAST_S), this.toS - this.fromS);
    const middle = (leftS + rightS) / 2;
    this.leftS = Math.min(Math.max(middle - length / 2, this.fromS), this.toS - length);
    this.rightS = this.leftS + length;
    this.options.moved?.();
    this.render();
  }

  fit() {
    this.look(this.fromS, this.toS);
  }

  /** @param {number} factor above 1 to look closer @param {number} [aroundS] */
  zoom(factor, aroundS) {
    const inView = this.cursorS >= this.leftS && this.cursorS <= this.rightS;
    const around = aroundS ?? (inView ? this.cursorS : (this.leftS + this.rightS) / 2);
    const most = this.toS - this.fromS;
    const length = Math.min(Math.max((this.rightS - this.leftS) / factor, LEAST_S), most);
    const share = (around - this.leftS) / (this.rightS - this.leftS);
    this.look(around - share * length, around + (1 - share) * length);
  }

  /** @param {number} share of what is looked at; negative goes back */
  pan(share) {
    const by = share * (this.rightS - this.leftS);
    this.look(this.leftS + by, this.rightS + by);
  }

  /** Have a stretch in sight, large enough to be worked on. @param {number} fromS @param {number} toS */
  reveal(fromS, toS) {
    const least = 28;
    if (this.x(toS) - this.x(fromS) < least) {
      const around = Math.max(6 * (toS - fromS), 20);
      this.look((fromS + toS - around) / 2, (fromS + toS + around) / 2);
    } else if (fromS < this.leftS || toS > this.rightS) {
      const length = Math.max(this.rightS - this.leftS, 1.2 * (toS - fromS));
      this.look((fromS + toS - length) / 2, (fromS + toS + length) / 2);
    }
  }

  /** @param {number} timeS @returns {number} place in pixels */
  x(timeS) {
    const share = (timeS - this.leftS) / (this.rightS - this.leftS);
    return this.margin + share * (this.width - this.margin - 10);
  }

  /** @param {number} x @returns {number} */
  timeAt(x) {
    const share = (x - this.margin) / (this.width - this.margin - 10);
    const timeS = this.leftS + share * (this.rightS - this.leftS);
    return Math.min(Math.max(timeS, this.fromS), this.toS);
  }

  /** @param {number} timeS */
  setCursor(timeS) {
    this.cursorS = timeS;
    const x = this.x(timeS);
    const out = timeS < this.leftS - 1e-6 || timeS > this.rightS + 1e-6;
    this.#cursor?.setAttribute("transform", `translate(${x.toFixed(1)} 0)`);
    this.#cursor?.setAttribute("visibility", out ? "hidden" : "visible");
  }

  /** Draw again, with the next frame. */
  render() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  #draw() {
    const width = this.element.parentElement?.clientWidth ?? 0;
    if (!width) return;
    this.width = width;
    this.margin = width < 600 ? 12 : 66;
    const top = this.options.height();
    const height = top + AXIS + OVERVIEW + 2;
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.element.setAttribute("width", String(width));
    this.element.setAttribute("height", String(height));
    this.#cursor = svg(
      "g",
      { class: "cursor" },
      svg("line", { x1: 0, x2: 0, y1: 0, y2: top }),
      svg("path", { d: `M-5 ${top + 7}L0 ${top}L5 ${top + 7}Z` }),
    );
    const focus = document.activeElement instanceof SVGElement ? document.activeElement.dataset.drag : "";
    this.element.replaceChildren(...this.options.draw(this), ...this.#axis(top), this.#cursor);
    if (focus) /** @type {SVGElement | null} */ (this.element.querySelector(`[data-drag="${focus}"]`))?.focus();
    this.setCursor(this.cursorS);
  }

  /** @param {number} top */
  #axis(top) {
    const length = this.rightS - this.leftS;
    const step = roundStep(length, (this.width - this.margin) / 80);
    const marks = [];
    for (let k = Math.ceil(this.leftS / step); k * step <= this.rightS; k += 1) {
      const x = this.x(k * step);
      marks.push(
        svg("line", { x1: x, x2: x, y1: top, y2: top + 5, class: "tick" }),
        svg(
          "text",
          { x, y: top + 18, "text-anchor": "middle", class: "small" },
          clock(k * step, step < 1 ? 1 : 0),
        ),
      );
    }
    const whole = this.width - this.margin - 10;
    const all = this.toS - this.fromS;
    const from = this.margin + ((this.leftS - this.fromS) / all) * whole;
    const wide = Math.max(8, (length / all) * whole);
    const y = top + AXIS + 2;
    return [
      svg("line", { x1: this.margin, x2: this.width - 10, y1: top, y2: top, class: "tick" }),
      svg("rect", { x: this.margin, y: top, width: whole, height: AXIS, class: "grip", "data-grip": "axis" }),
      ...marks,
      svg("rect", { x: this.margin, y, width: whole, height: 8, rx: 4, class: "overview", "data-grip": "bar" }),
      svg("rect", {
        x: Math.min(from, this.width - 10 - wide),
        y,
        width: wide,
        height: 8,
        rx: 4,
        class: this.zoomed ? "window" : "window whole",
        "data-grip": "bar",
      }),
    ];
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const along = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 300), this.timeAt(this.#placeOf(event)));
    } else if (Math.abs(along) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      event.preventDefault();
      this.pan(along / 1000);
    }
  }

  /** @param {{clientX: number}} event */
  #placeOf(event) {
    return event.clientX - this.element.getBoundingClientRect().left;
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    const target = event.target instanceof Element ? event.target : this.element;
    const handle = /** @type {SVGElement | null} */ (target.closest("[data-drag]"));
    const chosen = /** @type {SVGElement | null} */ (target.closest("[data-key]"));
    const grip = /** @type {SVGElement | null} */ (target.closest("[data-grip]"));
    const begin = this.#placeOf(event);
    const leftS = this.leftS;
    const rightS = this.rightS;
    const what = handle ? { ...handle.dataset } : {};
    const offset = handle ? begin - this.x(Number(handle.dataset.at)) : 0;
    let dragged = false;
    this.element.setPointerCapture(event.pointerId);
    if (!handle && !chosen && !grip) this.options.seek(this.timeAt(begin));
    /** @param {PointerEvent} moved */
    const move = (moved) => {
      const x = this.#placeOf(moved);
      if (Math.abs(x - begin) > 3) dragged = true;
      if (!dragged) return;
      if (handle) this.options.drag?.(what, this.timeAt(x - offset), false);
      else if (grip) {
        const whole = this.width - this.margin - 10;
        const perPixel =
          grip.dataset.grip === "axis" ? -(rightS - leftS) / whole : (this.toS - this.fromS) / whole;
        const by = (x - begin) * perPixel;
        this.look(leftS + by, rightS + by);
      } else this.options.seek(this.timeAt(x));
    };
    /** @param {PointerEvent} ended */
    const end = (ended) => {
      this.element.removeEventListener("pointermove", move);
      if (handle && dragged) this.options.drag?.(what, this.timeAt(this.#placeOf(ended) - offset), true);
      else if (!dragged && chosen) this.options.choose?.(chosen.dataset);
      else if (!dragged && grip?.dataset.grip === "bar") {
        const whole = this.width - this.margin - 10;
        const middle = this.fromS + ((begin - this.margin) / whole) * (this.toS - this.fromS);
        this.look(middle - (rightS - leftS) / 2, middle + (rightS - leftS) / 2);
      }
    };
    this.element.addEventListener("pointermove", move);
    this.element.addEventListener("pointerup", end, { once: true });
    this.element.addEventListener("pointercancel", () => this.element.removeEventListener("pointermove", move), {
      once: true,
    });
  }
}
