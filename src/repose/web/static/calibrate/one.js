/** One recording on the page: its picture, its lines, and what differs in it. */

import { make, mark, write } from "../live/dom.js";
import { lowerBound } from "../shared/signal.js";
import { clock } from "../shared/time.js";
import { Timeline } from "../shared/timeline.js";
import { drawChart, drawCount, heightOf } from "./chart.js";
import { levelsOf, rangeOf } from "./levels.js";
import { Lines } from "./lines.js";
import { differenceList } from "./lists.js";
import { countInWords, plain } from "./words.js";

/**
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./types.js").Recording} Recording
 * @typedef {import("./types.js").Signal} Signal
 */

/** Differences that are listed at first. */
const FIRST = 8;

const SVG = "http://www.w3.org/2000/svg";

export class One {
  /** @type {Recording | null} */ recording = null;
  /** @type {Signal | null} */ signal = null;
  /** @type {[number, number]} */ #range = [0, 1];
  /** @type {number | null} */ #chosen = null;
  #whole = 0;
  #all = { changed: false, wrong: false };

  /**
   * @param {string} key session and set
   * @param {() => Draft} draft
   * @param {() => string} scope
   * @param {import("./lines.js").OnMove} onMove a line was moved
   * @param {(one: One) => void} onLook another stretch is looked at
   * @param {(one: One) => void} onPropose thresholds are to be proposed from it
   */
  constructor(key, draft, scope, onMove, onLook, onPropose) {
    const [session, set] = key.split(".");
    this.key = key;
    this.session = session;
    this.set = Number(set);
    this.draft = draft;
    this.scope = scope;
    this.title = make("h3", {});
    this.note = make("p", { class: "quiet" });
    this.note.hidden = true;
    this.said = make("p", { class: "counts" });
    const link = make("a", { text: "Open the session" });
    link.href = `/sessions/${session}#set-${set}`;
    this.propose = make("button", { class: "small", text: "Propose from this recording" });
    this.propose.type = "button";
    this.propose.title = "Find this person’s own range in it, and put thresholds that follow from it into the draft";
    this.propose.addEventListener("click", () => onPropose(this));
    this.proposal = make("div", { class: "proposal" });
    this.proposal.setAttribute("role", "status");
    const picture = /** @type {SVGSVGElement} */ (document.createElementNS(SVG, "svg"));
    picture.setAttribute("role", "group");
    picture.setAttribute("aria-label", "The signal in degrees over time, with reps and partials");
    const over = /** @type {SVGSVGElement} */ (document.createElementNS(SVG, "svg"));
    over.setAttribute("class", "lines");
    this.readout = make("p", { class: "quiet readout", text: "\u00a0" });
    this.changed = make("div", { class: "differs" });
    this.wrong = make("div", { class: "differs" });
    this.stage = make("div", { class: "picture" }, make("div", { class: "chart" }, picture), over);
    const zoom = make("span", { class: "bar tight zoom" });
    for (const [text, name, run] of /** @type {[string, string, () => void][]} */ ([
      ["−", "Look at more", () => this.timeline.zoom(1 / 2)],
      ["All", "The whole recording", () => this.timeline.fit()],
      ["+", "Look closer", () => this.timeline.zoom(2)],
    ])) {
      const button = make("button", { class: "small", text });
      button.type = "button";
      button.title = name;
      if (text !== "All") button.setAttribute("aria-label", name);
      button.addEventListener("click", run);
      zoom.append(button);
    }
    this.element = make(
      "article",
      { class: "panel one" },
      make("div", { class: "bar" }, this.title, this.said, make("span", { class: "bar push" }, link, this.propose)),
      this.stage,
      make("div", { class: "bar under" }, this.readout, zoom),
      this.note,
      this.proposal,
      make("div", { class: "both-differ" }, this.changed, this.wrong),
    );
    this.element.dataset.key = key;
    this.lines = new Lines(over, draft, (...moved) => onMove(...moved));
    this.timeline = new Timeline(picture, {
      draw: (timeline) => this.#draw(timeline),
      height: () => (this.recording ? heightOf(this.timeline.width, this.recording) : 0),
      seek: (timeS) => this.look(timeS),
      choose: ({ key: at }) => this.choose(Number(at)),
      moved: () => onLook(this),
    });
  }

  /** @param {Recording} recording */
  open(recording) {
    this.recording = recording;
    this.signal = recording.signal;
    write(this.title, `${recording.begun}: ${recording.title}`);
    const empty = recording.signal.time_s.length === 0;
    this.note.hidden = !empty && !recording.signal.unreadable.length;
    write(
      this.note,
      empty
        ? "Nothing can be read of this recording, so there is nothing to count. Choose another one."
        : "A part of the recording cannot be read; what is around it may be counted differently.",
    );
    this.timeline.span(recording.from_s, recording.to_s);
    mark(this.element, "ready", "yes");
    this.rescale();
  }

  /** Have all lines and all of the signal in sight again. */
  rescale() {
    if (!this.recording || this.lines.dragging) return;
    this.#range = rangeOf(this.recording, levelsOf(this.recording, this.draft(), this.scope()));
  }

  /** Show the lines where the draft has them, before anything is counted. */
  moveLines() {
    const { recording, timeline } = this;
    if (!recording || !timeline.width) return;
    this.lines.show(
      levelsOf(recording, this.draft(), this.scope()),
      { width: timeline.width, margin: timeline.margin, whole: this.#whole, range: this.#range },
      heightOf(timeline.width, recording),
    );
  }

  /** Show what was counted. */
  show() {
    const { recording } = this;
    if (!recording) return;
    const { count, saved_totals: saved } = recording;
    this.said.replaceChildren(
      make("strong", { text: countInWords(count.totals) }),
      count.totals.reps === saved.reps && count.totals.partials === saved.partials
        ? " as saved"
        : `, saved ${countInWords(saved)}`,
    );
    const { truth } = recording;
    this.#list(this.changed, "changed", "What the draft changes", count.changed, "Nothing.");
    this.wrong.hidden = !truth || count.wrong === null;
    if (truth && count.wrong) {
      const title = `Not as ${truth.basis === "annotated" ? "annotated" : "reviewed"}: ${count.wrong.length} (saved profile: ${truth.wrong.length})`;
      this.#list(this.wrong, "wrong", title, count.wrong, "All is as it should be.");
    }
    if (this.lines.dragging) {
      // While the hand moves, all else of the picture stays as it is.
      this.moveLines();
      drawCount(this.timeline.element, this.timeline, this.#scene());
      return;
    }
    this.rescale();
    this.timeline.render();
  }

  /** @returns {import("./chart.js").Scene} */
  #scene() {
    const { recording, signal } = /** @type {{recording: Recording, signal: Signal}} */ (this);
    return { recording, signal, range: this.#range, chosen: this.#chosen };
  }

  /**
   * @param {HTMLElement} place
   * @param {"changed" | "wrong"} which
   * @param {string} title
   * @param {import("./types.js").Difference[]} differences
   * @param {string} none
   */
  #list(place, which, title, differences, none) {
    const shown = this.#all[which] ? differences : differences.slice(0, FIRST);
    const parts = [make("h4", { text: title })];
    if (!differences.length) parts.push(make("p", { class: "quiet", text: none }));
    place.replaceChildren(...parts, differenceList(shown, (timeS) => this.choose(timeS)));
    if (shown.length < differences.length) {
      const more = make("button", { class: "plain small", text: `Show all ${differences.length}` });
      more.type = "button";
      more.addEventListener("click", () => {
        this.#all[which] = true;
        this.show();
      });
      place.append(more);
    }
  }

  /** Have an event in sight. @param {number} timeS of its end position */
  choose(timeS) {
    this.#chosen = timeS;
    const length = Math.min(30, this.timeline.toS - this.timeline.fromS);
    this.timeline.reveal(timeS - length / 2, timeS + length / 2);
    this.look(timeS);
    this.timeline.render();
    const box = this.element.getBoundingClientRect();
    if (box.top < 0 || box.top > innerHeight - 200) this.element.scrollIntoView({ block: "start" });
  }

  /** @param {number} timeS */
  look(timeS) {
    this.timeline.setCursor(timeS);
    const { signal } = this;
    if (!signal?.time_s.length) return;
    const at = Math.min(lowerBound(signal.time_s, timeS), signal.time_s.length - 1);
    const angle = signal.angle[at];
    const share = signal.excursion[at];
    write(
      this.readout,
      angle === null || share === null
        ? `${clock(timeS)}: not measured`
        : `${clock(timeS)}: ${plain(Math.round(angle))}°, ${plain(Math.round(100 * share))} % of the way as saved`,
    );
  }

  /** @param {Timeline} timeline */
  #draw(timeline) {
    const { recording, signal } = this;
    if (!recording || !signal) return [];
    this.#whole = this.stage.clientWidth;
    this.moveLines();
    return drawChart(timeline, this.#scene(), this.key.replace(".", "-"));
  }
}
