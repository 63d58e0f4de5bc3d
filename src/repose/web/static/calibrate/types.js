/**
 * What the server says of a profile and of recordings under a draft of it; see web/kept/calibrate_data.py.
 *
 * @typedef {"left" | "right" | "both"} Side
 * @typedef {{key: string, name: string, means: string, unit: string, least: number, most: number, step: number,
 *   sided: boolean}} Numb
 * @typedef {{name: string, numbers: Numb[]}} Group
 * @typedef {{revision: number, at: string, who: string, why: string,
 *   changes: {exercise: string, name: string, unit: string, before: number | null, after: number | null}[],
 *   recordings: {name: string, link: string | null}[]}} Revision
 * @typedef {{name: string, revision: number, problems: string[], edited: boolean, groups: Group[], sides: boolean,
 *   own: Record<string, number>, below: Record<string, number>, origins: Record<string, string>,
 *   history: Revision[]}} Profile
 * @typedef {{side: Side, start_s: number, peak_s: number, end_s: number, hold_start_s: number | null,
 *   hold_s: number | null, faults: string[], reason: string | null, complete: boolean}} Event
 * @typedef {{time_s: number, kind: string, better: boolean | null, text: string}} Difference
 * @typedef {{reps: number, partials: number, hold_s: number | null, faults: number | null}} Totals
 * @typedef {{events: Event[], totals: Totals, rest_deg: number | null, usual_share: number | null, moved: boolean, changed: Difference[],
 *   wrong: Difference[] | null}} Count
 * @typedef {{time_s: number[], excursion: (number | null)[], angle: (number | null)[], thinned: boolean,
 *   unreadable: [number, number][]}} Signal
 * @typedef {{basis: string, who: string, events: Event[], totals: Totals, wrong: Difference[]}} Truth
 * @typedef {{session: string, set: number, person: string, begun: string, title: string, side: string,
 *   from_s: number, to_s: number, unmeasured: {start_s: number, end_s: number, why: string}[], signal: Signal,
 *   low_deg: number | null, saved: Event[], saved_totals: Totals, as_done: Totals, truth: Truth | null,
 *   count: Count}} Recording
 */
export {};
