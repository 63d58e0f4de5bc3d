/** A skeleton on a canvas, as the camera saw it: not mirrored. */

import { drawFigure } from "../live/figure.js";

/** Device pixels for each CSS pixel beyond which nothing is gained but work. */
const SHARPEST = 2;

const GROUND = "rgb(16 20 24)";
const WORDS = "rgb(170 182 191)";

/**
 * @typedef {import("../live/protocol.js").Landmark} Landmark
 * @typedef {import("../live/protocol.js").Lit} Lit
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Landmark[] | null | undefined} landmarks null if nobody was seen, undefined while that is not known
 * @param {Lit | null} lit the working joint
 * @param {{aspect: number, clear?: boolean, words?: string}} more width over height; whether what lies below
 *   shows through; what to say without landmarks
 */
export function showSkeleton(canvas, landmarks, lit, { aspect, clear = false, words = "" }) {
  const sharp = Math.min(devicePixelRatio, SHARPEST);
  const width = Math.round(canvas.clientWidth * sharp);
  const height = Math.round(width / aspect);
  if (!width) return;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.aspectRatio = String(aspect);
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.clearRect(0, 0, width, height);
  if (!clear) {
    context.fillStyle = GROUND;
    context.fillRect(0, 0, width, height);
  }
  if (landmarks) {
    // The live page's figure is mirrored; mirrored twice it is as the camera saw it.
    const seen = landmarks.map(([x, y, visibility]) => /** @type {Landmark} */ ([1 - x, y, visibility]));
    drawFigure(context, seen, lit, width, height);
  } else if (words && !clear) {
    context.fillStyle = WORDS;
    context.font = `${15 * sharp}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.fillText(words, width / 2, height / 2, width * 0.94);
  }
}
