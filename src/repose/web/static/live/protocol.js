/**
 * The messages of the WebSocket, as the page sees them. Their schema is on the server's documentation page.
 *
 * @typedef {"controller" | "watcher"} Role
 * @typedef {"idle" | "welcome" | "placing" | "positioning" | "countdown" | "working" | "resting" | "done"} Stage
 * @typedef {"not_measured" | "settling" | "rest" | "going" | "holding" | "returning"} Phase
 * @typedef {"left" | "right" | "both"} Side
 *
 * @typedef {{name: string, ok: boolean | null, text: string, advice: string}} Check
 * @typedef {{value: number | null, low: number, high: number, zones: [number, number][],
 *   angle_deg: number | null}} Gauge Excursions: 0 is rest, 1 the whole range.
 * @typedef {{held_s: number, target_s: number, running: boolean}} Hold
 *
 * @typedef {object} SetView
 * @property {string} exercise
 * @property {string} name
 * @property {Side} side
 * @property {number} number
 * @property {number} of
 * @property {number} reps
 * @property {number} target
 * @property {number} partials
 * @property {number[]} held_s
 * @property {number} hold_target_s
 * @property {[string, number][]} faults
 * @property {number} not_measured_s
 * @property {boolean} skipped
 *
 * @typedef {object} FoundRange
 * @property {string} exercise
 * @property {string} name
 * @property {Side} side
 * @property {boolean} proposed
 * @property {string} text
 * @property {string} advice
 * @property {{key: string, before: number | null, after: number, text: string}[]} thresholds
 *
 * @typedef {object} View
 * @property {number} time_s
 * @property {Stage} stage
 * @property {string | null} paused
 * @property {boolean} can_resume
 * @property {SetView[]} sets
 * @property {number | null} current
 * @property {string} position
 * @property {Phase} phase
 * @property {string | null} working_side
 * @property {string | null} joint
 * @property {Gauge | null} gauge
 * @property {Hold | null} hold
 * @property {string} cue
 * @property {string} next
 * @property {string | null} advice
 * @property {number} seen
 * @property {Check[]} checks
 * @property {number | null} left_s
 * @property {boolean} finding
 * @property {FoundRange | null} found
 *
 * @typedef {object} Machine
 * @property {string} source
 * @property {[number, number] | null} size
 * @property {number} camera_fps
 * @property {number} analysed_fps
 * @property {number} dropped
 * @property {string} model
 * @property {{kind: string, text: string} | null} trouble
 * @property {string[]} notes
 * @property {boolean} keeps
 * @property {string | null} session
 * @property {string | null} unsaved
 * @property {boolean} films
 *
 * @typedef {[number, number, number]} Landmark x and y in shares of the picture, visibility 0 to 1.
 * @typedef {{joint: string, side: string, angle_deg: number | null}} Lit
 * @typedef {object} PictureHeader
 * @property {number} seq
 * @property {number} time_s
 * @property {number} captured_ms
 * @property {number} width
 * @property {number} height
 * @property {Landmark[] | null} landmarks
 * @property {Lit | null} lit
 *
 * @typedef {{text: string, urgency: number, topic: string, lasts_s: number}} Say
 * @typedef {"rep" | "partial" | "tick" | "hold_reached" | "begin" | "set_done" | "session_done" | "trouble"
 *   } ToneName
 *
 * @typedef {object} Item
 * @property {string} exercise
 * @property {number} sets
 * @property {number} reps
 * @property {number} hold_s
 * @property {number} rest_s
 * @property {Side[]} sides
 * @typedef {{items: Item[]}} Programme
 *
 * @typedef {{type: "hello", protocol: number, software: string, role: Role}
 *   | {type: "role", role: Role, why: string}
 *   | {type: "state", view: View, machine: Machine}
 *   | {type: "say", say: Say}
 *   | {type: "tone", tone: {time_s: number, name: ToneName}, decided_ms: number}
 *   | {type: "done", done: {exercise: string, set_index: number, rep: {reason: string | null}}}
 *   | {type: "problem", text: string}} ServerMessage
 *
 * @typedef {{type: "start", programme: Programme, person?: string, prescribe?: boolean, keep_video?: boolean}
 *   | {type: "calibrate", exercise: string, side: Side | null, person?: string}
 *   | {type: "continue", session: string}
 *   | {type: "pause" | "resume" | "skip" | "stop" | "take_control"}
 *   | {type: "shown", seq: number, latency_ms: number | null}
 *   | {type: "heard", name: ToneName, delay_ms: number}} ClientMessage
 */

/** The version of the protocol that this page speaks. */
export const PROTOCOL = 1;

/** How urgent an utterance is. */
export const URGENCY = { CHAT: 0, CUE: 1, COUNT: 2, FLOW: 3, TROUBLE: 4 };

/** Now, in milliseconds since 1970, with fractions and without jumps while the page is open. */
export const nowMs = () => performance.timeOrigin + performance.now();

/**
 * Take a binary message apart.
 *
 * @param {ArrayBuffer} message length of the header (4 bytes, little-endian), header, JPEG
 * @returns {{header: PictureHeader, jpeg: Uint8Array<ArrayBuffer>}} the JPEG is empty if the source has none
 */
export function pictureOf(message) {
  const length = new DataView(message).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, length)));
  return { header, jpeg: new Uint8Array(message, 4 + length) };
}
