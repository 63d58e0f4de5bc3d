/**
 * What the server says of a session under review; see web/review_data.py.
 *
 * @typedef {"left" | "right" | "both"} Side
 * @typedef {{side: Side, start_s: number, peak_s: number, end_s: number, hold_start_s: number, hold_s: number,
 *   angles: Record<string, number>, excursion: number, confidence: number, faults: string[], decided_s: number,
 *   reason: string | null}} Evidence
 * @typedef {{key: string, side: Side, start_s: number, peak_s: number, end_s: number, hold_s: number | null,
 *   faults: string[], reason: string | null, reason_text: string | null,
 *   verdict: "unreviewed" | "accepted" | "changed" | "added" | "rejected", machine: Evidence | null,
 *   changes: number[]}} Event
 * @typedef {{name: string, text: string}} Named
 * @typedef {{reps: number, partials: number}} Counts
 * @typedef {{id: number, title: string, number: string, exercise: string, limb: string, target: number | null,
 *   hold_s: number, view: string | null, from_s: number, to_s: number, ended: boolean, skipped: boolean,
 *   sides: Side[], faults: Named[], reasons: Named[], lines: {name: string, at: number}[], needs: string, high: number, low: number,
 *   thresholds: Record<string, number>, fingerprint: string, joint: string,
 *   unmeasured: {start_s: number, end_s: number, why: string}[], machine: Counts, reviewed: Counts,
 *   signed_off: boolean, annotated_by: string[], events: Event[], rejected: Event[]}} KeptSet
 * @typedef {{id: number, at: string, who: string, why: string, what: string, set_id: number | null,
 *   state: "in_force" | "undone" | "void", undo: boolean}} Change
 * @typedef {{id: string, person: string, ended: boolean, recorded: boolean, video: boolean,
 *   newest: number | null, undo: number | null, redo: number | null, sets: KeptSet[], changes: Change[]}} Review
 * @typedef {{time_s: number[], excursion: (number | null)[], angle: (number | null)[], thinned: boolean,
 *   unreadable: [number, number][]}} Signal
 * @typedef {{start_s: number, peak_s: number, end_s: number}} Times
 * @typedef {keyof Times} Edge
 */
export {};
