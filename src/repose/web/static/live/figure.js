/**
 * What is drawn onto the body, as the overlay of `repose count` draws it: limbs in the colour of their side,
 * what is hidden faint, the working joint lit with its angle beside it. The picture is mirrored, words are not.
 */

/** Okabe and Ito's colours, as in the overlay's palette. */
const OUTLINE = "rgb(16 20 24)";
const MIDDLE = "rgb(240 240 240)";
const ATTENTION = "rgb(240 228 66)";
const WEDGE = "rgb(240 228 66 / 35%)";
const FAINT = "rgb(150 156 162)";
/** @type {Record<string, string>} */
const SIDE_COLOURS = { left: "rgb(86 180 233)", right: "rgb(255 176 32)" };

/** Landmarks of the left side by name, in MediaPipe's order; the right one follows each. */
// prettier-ignore
const LEFT = {
  ear: 7, shoulder: 11, elbow: 13, wrist: 15, hip: 23, knee: 25, ankle: 27, heel: 29, foot: 31,
};

/** @typedef {keyof typeof LEFT} Part */
/** @type {[Part, Part][]} */
// prettier-ignore
const LIMBS = [
  ["shoulder", "elbow"], ["elbow", "wrist"], ["hip", "knee"], ["knee", "ankle"],
  ["ankle", "heel"], ["heel", "foot"], ["ankle", "foot"],
];

/** Before, at and after each joint. @type {Record<string, [Part, Part, Part]>} */
const JOINTS = {
  knee: ["hip", "knee", "ankle"],
  hip: ["shoulder", "hip", "knee"],
  ankle: ["knee", "ankle", "foot"],
  trunk: ["shoulder", "hip", "knee"],
};

/** Visibility from which a landmark is drawn in full. */
const SEEN = 0.5;

/** Bend in radians from which the wedge is drawn: in a straight limb it would flip from side to side. */
const BENT = (12 * Math.PI) / 180;

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {import("./protocol.js").Landmark} Landmark
 * @typedef {import("./protocol.js").Lit} Lit
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Landmark[]} landmarks of the picture, not mirrored
 * @param {Lit | null} lit
 * @param {number} width of the canvas, in its pixels
 * @param {number} height of the canvas
 */
export function drawFigure(context, landmarks, lit, width, height) {
  const unit = Math.min(width, height) / 360;
  /** @param {number} index @returns {Point} */
  const at = (index) => ({ x: (1 - landmarks[index][0]) * width, y: landmarks[index][1] * height });
  /** @param {Part} part @param {string} side @returns {Point} */
  const place = (part, side) => {
    const left = at(LEFT[part]);
    const right = at(LEFT[part] + 1);
    if (side === "left") return left;
    return side === "right" ? right : { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  };
  /** @param {Part} part @param {string} side */
  const seen = (part, side) => landmarks[LEFT[part] + (side === "right" ? 1 : 0)][2] >= SEEN;

  context.lineCap = context.lineJoin = "round";
  /** @param {Part} a @param {string} sideA @param {Part} b @param {string} sideB @param {string} colour
   * @param {number} wide */
  const bone = (a, sideA, b, sideB, colour, wide) => {
    const clear = seen(a, sideA) && seen(b, sideB);
    line(context, place(a, sideA), place(b, sideB), clear ? colour : FAINT, (clear ? wide : 1.2) * unit);
  };
  bone("shoulder", "left", "shoulder", "right", MIDDLE, 2);
  bone("hip", "left", "hip", "right", MIDDLE, 2);
  for (const side of ["left", "right"]) bone("shoulder", side, "hip", side, MIDDLE, 2);
  // The working side last, so that it lies on top.
  for (const side of lit?.side === "left" ? ["right", "left"] : ["left", "right"]) {
    const wide = lit && (lit.side === side || lit.side === "both") ? 3.5 : 2;
    for (const [a, b] of LIMBS) bone(a, side, b, side, SIDE_COLOURS[side], wide);
  }
  line(context, place("shoulder", ""), place("ear", ""), MIDDLE, 2 * unit);
  disc(context, place("ear", ""), 5 * unit, OUTLINE);
  disc(context, place("ear", ""), 3.5 * unit, MIDDLE);
  // Where they leave the working joint and its angle free.
  drawTags(context, lit?.joint === "ankle" ? "knee" : "foot", place, seen, unit);
  if (lit && lit.joint in JOINTS) drawJoint(context, place, lit, unit);
}

/**
 * L and R beyond the feet, or at the knees: what the colours say, in letters.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {"foot" | "knee"} part
 * @param {(part: Part, side: string) => Point} place
 * @param {(part: Part, side: string) => boolean} seen
 * @param {number} unit
 */
function drawTags(context, part, place, seen, unit) {
  const tags = ["left", "right"].map((side) => {
    const knee = place("knee", side);
    if (part === "knee") return { side, ...knee };
    const foot = place("foot", side);
    const far = Math.max(1e-6, Math.hypot(foot.x - knee.x, foot.y - knee.y));
    const away = (20 * unit) / far;
    return { side, x: foot.x + (foot.x - knee.x) * away, y: foot.y + (foot.y - knee.y) * away };
  });
  const [a, b] = tags;
  const apart = Math.hypot(a.x - b.x, a.y - b.y);
  const least = 22 * unit;
  if (apart < least) {
    // Legs beside each other: the higher tag goes up, the lower one down.
    const push = Math.sqrt(least ** 2 - (a.x - b.x) ** 2) - Math.abs(a.y - b.y);
    const sign = a.y <= b.y ? 1 : -1;
    a.y -= (sign * push) / 2;
    b.y += (sign * push) / 2;
  }
  context.font = `700 ${13 * unit}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const tag of tags) {
    disc(context, tag, 10 * unit, OUTLINE);
    disc(context, tag, 8.5 * unit, seen(part, tag.side) ? SIDE_COLOURS[tag.side] : FAINT);
    context.fillStyle = OUTLINE;
    context.fillText(tag.side === "left" ? "L" : "R", tag.x, tag.y + unit);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {(part: Part, side: string) => Point} place
 * @param {Lit} lit
 * @param {number} unit
 */
function drawJoint(context, place, lit, unit) {
  const [before, at, after] = JOINTS[lit.joint];
  const side = lit.side in SIDE_COLOURS ? lit.side : "middle";
  const [start, centre, end] = [before, at, after].map((part) => place(part, side));
  if (lit.joint === "trunk") {
    line(context, centre, start, ATTENTION, 3.5 * unit);
    line(context, centre, end, MIDDLE, 2 * unit);
  }
  wedge(context, centre, start, end, unit);
  for (const one of lit.side === "both" ? ["left", "right"] : [side]) {
    const joint = place(at, one);
    disc(context, joint, 9 * unit, OUTLINE);
    disc(context, joint, 7.5 * unit, ATTENTION);
    disc(context, joint, 4 * unit, SIDE_COLOURS[one] ?? MIDDLE);
  }
  if (lit.angle_deg === null) return;
  const label = `${Math.round(lit.angle_deg)}°`.replace("-0°", "0°").replace("-", "−");
  const size = 34 * unit;
  context.font = `700 ${size}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const away = awayFrom(centre, start, end);
  const half = context.measureText(label).width / 2;
  const far = Math.hypot(half * away.x, (size / 2) * away.y) + 18 * unit;
  const { width, height } = context.canvas;
  const x = Math.min(Math.max(centre.x + away.x * far, half), width - half);
  const y = Math.min(Math.max(centre.y + away.y * far, size / 2), height - size / 2);
  context.lineWidth = 6 * unit;
  context.strokeStyle = OUTLINE;
  context.strokeText(label, x, y);
  context.fillStyle = ATTENTION;
  context.fillText(label, x, y);
}

/**
 * The direction, of length 1, in which a label covers neither arm of a joint.
 *
 * @param {Point} centre
 * @param {Point} start
 * @param {Point} end
 * @returns {Point}
 */
function awayFrom(centre, start, end) {
  const [a, b] = [start, end].map(({ x, y }) => {
    const far = Math.max(1e-6, Math.hypot(x - centre.x, y - centre.y));
    return { x: (x - centre.x) / far, y: (y - centre.y) / far };
  });
  let away = { x: -a.x - b.x, y: -a.y - b.y };
  if (Math.hypot(away.x, away.y) < 0.2) {
    // A straight limb: to its upper side, or to its left if it is upright.
    away = { x: a.y - b.y, y: b.x - a.x };
    if (away.y > 0.1 || (Math.abs(away.y) <= 0.1 && away.x > 0)) away = { x: -away.x, y: -away.y };
  }
  const far = Math.max(1e-6, Math.hypot(away.x, away.y));
  return { x: away.x / far, y: away.y / far };
}

/**
 * A translucent slice of a disc between the two arms of a joint.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Point} centre
 * @param {Point} start
 * @param {Point} end
 * @param {number} unit
 */
function wedge(context, centre, start, end, unit) {
  const [a, b] = [start, end].map(({ x, y }) => Math.atan2(y - centre.y, x - centre.x));
  const turn = ((((b - a + Math.PI) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)) - Math.PI;
  const reach = 0.45 * Math.min(...[start, end].map(({ x, y }) => Math.hypot(x - centre.x, y - centre.y)));
  if (reach < 4 * unit || Math.abs(turn) > Math.PI - BENT) return;
  context.beginPath();
  context.moveTo(centre.x, centre.y);
  context.arc(centre.x, centre.y, reach, a, a + turn, turn < 0);
  context.closePath();
  context.fillStyle = WEDGE;
  context.fill();
}

/**
 * A line with a dark edge.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Point} start
 * @param {Point} end
 * @param {string} colour
 * @param {number} wide
 */
function line(context, start, end, colour, wide) {
  context.beginPath();
  context.moveTo(start.x, start.y);
  context.lineTo(end.x, end.y);
  context.strokeStyle = OUTLINE;
  context.lineWidth = wide + Math.max(2, wide * 0.7);
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = wide;
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point} centre
 * @param {number} radius
 * @param {string} colour
 */
function disc(context, centre, radius, colour) {
  context.beginPath();
  context.arc(centre.x, centre.y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}
