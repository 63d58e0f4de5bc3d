/** Where the threshold lines of a recording are, in degrees, and which number a line stands for. Pure. */

import { percent, plain } from "./words.js";

/**
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./types.js").Recording} Recording
 * @typedef {object} Level
 * @property {string} name short, for a label
 * @property {string} key of the number
 * @property {number} deg where the line is
 * @property {number | null} mirror where it is once more, the other way
 * @property {number} perUnit degrees for each unit of the number
 * @property {string} told its value in words
 */

/** As `judge.MOST_OWN_BEST`: however far somebody has come, this share of the range is a rep. */
const MOST_OWN_BEST = 0.85;

/**
 * @param {Recording} recording
 * @param {Draft} draft
 * @param {string} scope the side whose numbers are edited; "" for those of both
 * @returns {Level[]}
 */
export function levelsOf(recording, draft, scope) {
  const side = sideOf(recording, scope);
  const keyOf = (/** @type {string} */ name) => {
    const own = side && draft.numbers.get(name)?.sided ? `${side}.${name}` : name;
    return own !== name && (scope === side || draft.value(own) !== draft.value(name)) ? own : name;
  };
  const of = (/** @type {string} */ name) => draft.value(side ? `${side}.${name}` : name) ?? draft.value(name);
  const target = of("target_deg") ?? 0;
  const usual = of("rest_deg") ?? 0;
  const opposite = of("opposite_deg");
  const rest = recording.count.rest_deg ?? usual;
  const both = opposite !== undefined;
  const way = both ? target - opposite : target - Math.min(rest, usual);
  // Between two ends, a rep is measured from where this person turns at the other one.
  const from = both ? (recording.low_deg ?? opposite) : rest;
  const where = both ? "from the opposite end" : "from rest";

  /** @param {string} name @param {string} key @returns {Level} */
  const angle = (name, key) => {
    const deg = of(key) ?? 0;
    return { name, key: keyOf(key), deg, mirror: null, perUnit: 1, told: `${plain(deg)} degrees` };
  };
  /** @param {string} name @param {string} key @param {number} base @param {boolean} [mirrored] @returns {Level} */
  const share = (name, key, base, mirrored = false) => {
    const value = of(key) ?? 0;
    const deg = base + value * way;
    return {
      name,
      key: keyOf(key),
      deg,
      mirror: mirrored ? base - value * way : null,
      perUnit: way,
      told: `${percent(value)} of the way ${mirrored ? "from rest" : where}, here at ${Math.round(deg)} degrees`,
    };
  };
  /** What this person shows asks for more of the next rep. @returns {Level[]} */
  const ownBest = () => {
    const value = of("own_best_share") ?? 0;
    const usual = recording.count.usual_share;
    if (!usual || !value) return [];
    const share = Math.min(value * usual, MOST_OWN_BEST);
    return [
      {
        name: "of own rep",
        key: keyOf("own_best_share"),
        deg: from + share * way,
        mirror: null,
        perUnit: usual * way,
        told: `${percent(value)} of the own usual rep, here at ${Math.round(from + share * way)} degrees`,
      },
    ];
  };
  const alone = side !== "" && of("one_side_share") !== undefined;
  return [
    angle("target", "target_deg"),
    share("complete", alone ? "one_side_share" : "complete_share", from),
    ...ownBest(),
    share("partial", "partial_share", from),
    share("leaves rest", "leave_share", rest, both),
    angle("usual rest", "rest_deg"),
    ...(both ? [angle("opposite", "opposite_deg")] : []),
  ];
}

/**
 * The side whose numbers count here: the prescribed one, or where nobody said, the only one that worked; where
 * both worked one after the other, the one that is edited.
 *
 * @param {Recording} recording
 * @param {string} scope
 * @returns {string} "" for the numbers of both
 */
function sideOf(recording, scope) {
  if (recording.side !== "auto") return recording.side === "both" ? "" : recording.side;
  // What is saved stays the same while a line is dragged.
  const events = recording.saved.length ? recording.saved : recording.count.events;
  const worked = [...new Set(events.map((one) => one.side))];
  if (worked.includes("both")) return "";
  return worked.length === 1 ? worked[0] : scope;
}

/**
 * The degrees that a picture of the recording must show.
 *
 * @param {Recording} recording
 * @param {Level[]} levels
 * @returns {[number, number]}
 */
export function rangeOf(recording, levels) {
  let low = Infinity;
  let high = -Infinity;
  const seen = recording.signal.angle.filter((one) => one !== null).sort((a, b) => Number(a) - Number(b));
  if (seen.length) {
    // One wild value must not flatten the rest.
    low = Number(seen[Math.floor(seen.length * 0.002)]);
    high = Number(seen[Math.min(seen.length - 1, Math.ceil(seen.length * 0.998))]);
  }
  for (const { deg, mirror } of levels) {
    low = Math.min(low, deg, mirror ?? deg);
    high = Math.max(high, deg);
  }
  const room = Math.max(0.06 * (high - low), 2);
  return [low - room, high + room];
}
