/** The mirrored picture: decoded beside the page's other work, drawn with the next frame; the newest wins. */

import { drawFigure } from "./figure.js";
import { nowMs, pictureOf } from "./protocol.js";

/** Device pixels for each CSS pixel beyond which nothing is gained but work. */
const SHARPEST = 2;

/**
 * @typedef {import("./protocol.js").PictureHeader} Header
 * @typedef {{header: Header, bitmap: ImageBitmap | null, hidden: boolean}} Ready
 */

export class Picture {
  /** @type {ArrayBuffer | null} */
  #waiting = null;
  #decoding = false;
  /** @type {Ready | null} decoded, to be drawn with the next frame */
  #ready = null;
  /** @type {Ready | null} what the canvas shows */
  #drawn = null;
  #asked = false;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(seq: number, latencyMs: number | null) => void} shown told of every picture, painted or not
   */
  constructor(canvas, shown) {
    this.canvas = canvas;
    this.shown = shown;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    new ResizeObserver(() => this.#fit()).observe(canvas);
    document.addEventListener("visibilitychange", () => {
      // What waited in a hidden page says nothing about the latency.
      if (this.#ready) this.#ready.hidden = true;
    });
  }

  /** @param {ArrayBuffer} message */
  receive(message) {
    if (this.#waiting) this.shown(pictureOf(this.#waiting).header.seq, null);
    this.#waiting = message;
    if (!this.#decoding) this.#decode();
  }

  /** Forget what was on its way: the connection that brought it is gone. */
  drop() {
    this.#waiting = null;
  }

  async #decode() {
    this.#decoding = true;
    while (this.#waiting) {
      const { header, jpeg } = pictureOf(this.#waiting);
      this.#waiting = null;
      try {
        const bitmap = jpeg.length ? await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" })) : null;
        this.#offer({ header, bitmap, hidden: document.hidden });
      } catch {
        this.shown(header.seq, null); // not a picture: the next one may be
      }
    }
    this.#decoding = false;
  }

  /** @param {Ready} ready */
  #offer(ready) {
    if (this.#ready) {
      this.shown(this.#ready.header.seq, null);
      this.#ready.bitmap?.close();
    }
    this.#ready = ready;
    if (!this.#asked) requestAnimationFrame(() => this.#frame());
    this.#asked = true;
  }

  #frame() {
    this.#asked = false;
    const ready = this.#ready;
    if (!ready) return;
    this.#ready = null;
    this.#drawn?.bitmap?.close();
    this.#drawn = ready;
    this.#draw();
    const { seq, captured_ms: capturedMs } = ready.header;
    afterPaint(() => this.shown(seq, ready.hidden ? null : nowMs() - capturedMs));
  }

  /** The canvas has another size on the screen. */
  #fit() {
    const sharp = Math.min(devicePixelRatio, SHARPEST);
    const width = Math.round(this.canvas.clientWidth * sharp);
    const height = Math.round(this.canvas.clientHeight * sharp);
    if (!width || !height || (this.canvas.width === width && this.canvas.height === height)) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.#draw();
  }

  #draw() {
    if (!this.#drawn) return;
    const { context, canvas } = this;
    const { header, bitmap } = this.#drawn;
    const aspect = `${header.width} / ${header.height}`;
    if (canvas.style.aspectRatio !== aspect) {
      canvas.style.aspectRatio = aspect;
      document.documentElement.style.setProperty("--aspect", String(header.width / header.height));
    }
    const { width, height } = canvas;
    if (bitmap) {
      context.setTransform(-1, 0, 0, 1, width, 0);
      context.drawImage(bitmap, 0, 0, width, height);
      context.setTransform(1, 0, 0, 1, 0, 0);
    } else {
      context.fillStyle = "rgb(16 20 24)";
      context.fillRect(0, 0, width, height);
    }
    if (header.landmarks) drawFigure(context, header.landmarks, header.lit, width, height);
  }
}

/**
 * Call back when the frame being made has been painted: a message posted from within a frame's callback is
 * delivered after the frame's rendering.
 *
 * @param {() => void} then
 */
function afterPaint(then) {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    then();
  };
  channel.port2.postMessage(null);
}
