"""A definition from one demonstration. What is found is said, with its reason."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from pydantic import ValidationError

from repose.calibration.load import one_line
from repose.calibration.thresholds import Thresholds
from repose.counting.replay import count_prepared, prepare
from repose.counting.result import CountResult
from repose.errors import ReposeError
from repose.exercises.definition import Definition, Dose, Exercise, Fault, Guard, Posture, Words
from repose.exercises.demonstration import (
    REST_S,
    VIEW_DEG,
    Candidate,
    Floats,
    best_of,
    candidates,
    check_view,
    column,
    ends_of,
    measured,
    posture_of,
)
from repose.exercises.describe import signal_in_words
from repose.kinematics.channels import DERIVED, SIDES, SIGNALS, is_sided, joint_of
from repose.kinematics.clock import TICK_S
from repose.pose.landmarks import PoseTrack

TOGETHER: Final = 0.88
"""Share of the further leg's way at which the other leg does it too. A still leg that the model lets go along
with the working one was seen to make 0.77 of its way from the side, 0.80 at an angle."""

HELD_S: Final = 1.8
"""Least time at the end position that is a hold: who turns round slowly is there for more than a second."""

RISES_DEG: Final = 8.0
"""How far a lying trunk must rise for the hips to be lifted from the floor."""

MARGIN_DEG: Final = 25.0
"""How far from all that was shown a guard's limit lies."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a demonstration shows.

    Attributes:
        exercise: the definition with its numbers.
        reasons: why each thing is as it is, a sentence each.
        candidates: the angles that moved, the largest range first.
        check: what counting the demonstration by it gives.
    """

    exercise: Exercise
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    check: CountResult


def propose(
    track: PoseTrack, slug: str, name: str, *, signal: str | None = None, sides: str | None = None
) -> Proposed:
    """Find out what was done.

    Args:
        track: poses of the demonstration.
        slug: of the new exercise.
        name: for people.
        signal: the angle to count on; None for the one that shows it best.
        sides: "one", "pair" or "none"; None to find out.

    Raises:
        ReposeError: it cannot be seen, nothing repeats, or what is found does not count it.
    """
    rows, time_s = measured(track)
    posture = posture_of(rows)
    check_view(rows, posture)
    found = candidates(rows, posture)
    if signal is not None and signal not in SIGNALS:
        raise ReposeError(f"--signal {signal!r} is no joint angle; those are {', '.join(SIGNALS)}")
    best = best_of(found, signal)
    try:
        exercise, reasons = _exercise(rows, time_s, posture, best, slug, name, sides)
    except ValidationError as error:
        wrong = one_line(error.errors(include_url=False)[0]["msg"].removeprefix("Value error, "))
        raise ReposeError(f"what is found in it makes no exercise: {wrong}") from error
    check = count_prepared(prepare(track), exercise)
    if not check.reps:
        why = ", ".join(sorted({(rep.reason or "").replace("_", " ") for rep in check.partials}))
        raise ReposeError(
            f"what was found ({best.signal}, {best.range_deg:.0f}°) counts no rep of its own demonstration"
            f"{f': {why}' if why else ''}; show it again, from the side, at rest before and after"
        )
    shown = tuple(sorted(found, key=lambda one: -one.range_deg))
    return Proposed(exercise, reasons, shown, check)


def _legs(rows: Floats, posture: Posture, best: Candidate, sides: str | None) -> tuple[str, str, str]:
    """Whether one leg does it, or both: the word for `sides`, the signal, and why."""
    if not is_sided(best.signal):
        return "none", best.signal, "The trunk moves, which has no sides."
    if sides is None and joint_of(best.signal) == "ankle":
        return "pair", best.signal, "The feet move: both together, or one alone, will count."
    of = DERIVED.get(best.signal)
    angle = of.angle if of else best.signal
    sign = of.sign if of else 1.0
    ways = {}
    for side in SIDES:
        series = sign * column(rows, angle, side)
        ways[side] = series - float(np.median(series[: round(REST_S / TICK_S)]))
    further = np.maximum(ways["left"], ways["right"])
    under_way = further >= 0.6 * float(np.percentile(further, 97))
    lesser = np.minimum(ways["left"], ways["right"])[under_way]
    along = float(np.median(lesser / further[under_way]))
    trunk = column(rows, "trunk_pitch")
    rises = float(np.median(trunk[under_way]) - np.median(trunk[: round(REST_S / TICK_S)]))
    lifted = posture == "supine" and joint_of(best.signal) == "hip" and rises >= RISES_DEG
    if sides in ("one", "pair"):
        return (
            sides,
            best.signal,
            f"Sides are {sides}, as you say; the other leg makes {along:.0%} of the way.",
        )
    if sides == "none" or along >= TOGETHER or lifted:
        both = next(
            name for name, one in DERIVED.items() if one.both and one.angle == angle and one.sign == sign
        )
        if sides == "none":
            return "none", both, "Both legs move together, as you say."
        if lifted:
            return (
                "none",
                both,
                f"The trunk rises by {rises:.0f}° along: the hips are lifted, over both legs.",
            )
        return "none", both, f"Both legs move together: the one goes {along:.0%} as far as the other."
    left = float((ways["left"] > ways["right"])[under_way].mean())
    who = "the left" if left > 0.8 else "the right" if left < 0.2 else "the left and the right in turn"
    return "one", best.signal, f"One leg at a time moves, {who}; the other makes {along:.0%} of its way."


def _exercise(
    rows: Floats,
    time_s: Floats,
    posture: Posture,
    best: Candidate,
    slug: str,
    name: str,
    asked: str | None,
) -> tuple[Exercise, tuple[str, ...]]:
    sides, signal, why_sides = _legs(rows, posture, best, asked)
    series = column(rows, signal, best.side)
    ticks = round(REST_S / TICK_S)
    rest = float(np.median(np.concatenate([series[:ticks], series[-ticks:]])))
    ends = ends_of(series - rest, float(np.percentile(series, 97)) - rest) or best.ends
    target = rest + float(np.median(ends))
    two_ends = best.two_ends
    opposite = rest - best.down_deg if two_ends else None
    way = target - (opposite if opposite is not None else rest)
    hold_s, rep_s = _pace(series, time_s, rest, target)
    held = hold_s >= HELD_S and not two_ends
    guards, guard_limits, why_guards = _guards(rows, series, posture, signal, best.side, rest, target)
    faults = [
        Fault(
            name="not_far", text="a little further", measure="reach", limit="degrees missing to the target"
        ),
        Fault(
            name="too_fast",
            text="more slowly",
            measure="duration",
            limit="seconds a rep should take at least",
        ),
    ]
    fault_limits = {"not_far": round(0.2 * way), "too_fast": round(max(0.5 * rep_s, 0.5), 1)}
    if held:
        faults.append(
            Fault(name="no_pause", text="hold it at the end", measure="hold", limit="seconds of hold")
        )
        fault_limits["no_pause"] = round(hold_s / 2, 1)
    reach = way / 2 if not two_ends else best.down_deg / 2
    definition = Definition(
        slug=slug,
        name=name,
        position=_POSITIONS[posture],
        posture=posture,
        sides=sides,  # type: ignore[arg-type] # one of the three
        signal=signal,
        ends=2 if two_ends else 1,
        peak=(signal,),
        dose=Dose(reps=10, hold_s=float(int(hold_s)) if held else 0.0, each_side=sides == "one"),
        words=Words(
            rest="Begin", going="Further", holding="Hold" if held else "And back", returning="And back"
        ),
        guards=guards,
        faults=tuple(faults),
    )
    thresholds = Thresholds(
        rest_deg=round(rest),
        rest_from_deg=max(round(rest - max(reach, 25)), -180),
        rest_to_deg=round(rest + min(max(0.4 * (target - rest), 8), 45)),
        target_deg=round(target),
        opposite_deg=None if opposite is None else round(opposite),
        complete_share=0.65,
        own_best_share=0.7,
        partial_share=0.2,
        leave_share=0.12,
        return_share=0.5 if two_ends else 0.35,
        still_deg=round(min(max(2 * best.noise_deg, 4.0), 10.0)),
        shortest_rep_s=round(max(0.25 * rep_s, 0.5), 1),
        longest_rep_s=round(max(120.0, 10 * rep_s)),
        hold_deg=5,
        hold_share=0.1,
        hold_dropout_s=0.5,
        hold_least_s=0,
        feet_end_deg=45 if posture == "supine" else 90,
        head_end_deg=60 if posture == "supine" else 90,
        turn_deg=0 if posture == "supine" else VIEW_DEG,
        guards=guard_limits,
        faults=fault_limits,
    )
    reasons = (
        f"Posture {posture}: {_POSTURE_WHY[posture]}",
        f"Counted on {signal_in_words(signal)}: it moves by {best.range_deg:.0f}°, {len(ends)} times, and "
        f"strays by {best.noise_deg:.1f}° at rest.",
        why_sides,
        (
            f"Two ends: it goes {best.up_deg:.0f}° one way from rest and {best.down_deg:.0f}° the other."
            if two_ends
            else f"One end: it goes {best.up_deg:.0f}° one way from rest, and {best.down_deg:.0f}° the other."
        ),
        f"Rest {rest:.0f}° is the middle of the first and the last second; target {target:.0f}° is the usual "
        f"end of the {len(ends)} movements shown. A rep counts from 65 % of the way.",
        (
            f"The end was held for {hold_s:.1f} s: the dose says {int(hold_s)} s; less than half is told."
            if held
            else f"The end was passed in {hold_s:.1f} s: that is no hold, so none is asked for."
        ),
        f"A rep took {rep_s:.1f} s: quicker than half of that is told as too fast.",
        *why_guards,
    )
    return Exercise(definition=definition, thresholds=thresholds), reasons


def _pace(series: Floats, time_s: Floats, rest: float, target: float) -> tuple[float, float]:
    """The usual hold, within a tenth of the way of its end, and the usual time of a rep, in seconds."""
    share = (series - rest) / (target - rest)
    moving = share > 0.15
    edges = np.flatnonzero(np.diff(np.concatenate([[False], moving, [False]]).astype(int)))
    spans = [
        (begin, end)
        for begin, end in zip(edges[::2], edges[1::2], strict=True)
        if float(share[begin:end].max()) > 0.5
    ]
    holds, reps = [], []
    for begin, end in spans:
        part = share[begin:end]
        top = float(np.median(part[part >= 0.8 * part.max()]))
        holds.append(float((np.abs(part - top) <= 0.1).sum() * TICK_S))
        reps.append(float(time_s[min(end, len(time_s) - 1)] - time_s[begin]))
    return (float(np.median(holds)), float(np.median(reps))) if spans else (0.0, 2.0)


def _guards(
    rows: Floats, series: Floats, posture: Posture, signal: str, side: str, rest: float, target: float
) -> tuple[tuple[Guard, ...], dict[str, float], tuple[str, ...]]:
    """What else was so at the end position, where a limit can keep well away from all that was shown."""
    joint = joint_of(signal)
    other = {"hip": "knee_flexion", "knee": "hip_flexion"}.get(joint)
    at_end = (series - rest) / (target - rest) >= 0.8
    if other is None or posture == "seated" or not at_end.any():
        return (), {}, ()
    values = column(rows, other, side if is_sided(signal) else "both")[at_end]
    low, high = (float(value) for value in np.percentile(values, (5, 95)))
    words = other.replace("_", " ")
    if low - MARGIN_DEG >= 30:
        limit = float(round(low - MARGIN_DEG))
        guard = Guard(
            name="joint_straight",
            channel=other,
            needs="at_least",
            limit=f"{words} below this is another movement",
        )
        why = f"At the end, {words} is {low:.0f}° to {high:.0f}°: below {limit:.0f}° it is another movement."
        return (guard,), {"joint_straight": limit}, (why,)
    if high + MARGIN_DEG <= 60:
        limit = float(round(high + MARGIN_DEG))
        guard = Guard(
            name="joint_bent", channel=other, needs="at_most", limit=f"{words} above this is another movement"
        )
        why = f"At the end, {words} is {low:.0f}° to {high:.0f}°: above {limit:.0f}° it is another movement."
        return (guard,), {"joint_bent": limit}, (why,)
    why = f"No guard: {words} is {low:.0f}° to {high:.0f}° at the end, too little to tell other movements by."
    return (), {}, (why,)


_POSITIONS: Final[dict[Posture, str]] = {
    "supine": "on the back",
    "standing": "stand upright",
    "seated": "sit upright on a chair",
    "upright": "stand upright",
}

_POSTURE_WHY: Final[dict[Posture, str]] = {
    "supine": "the trunk lies all the time.",
    "standing": "trunk and legs are upright all the time.",
    "seated": "the trunk is upright and the thighs are about level all the time.",
    "upright": "the trunk is upright, and the legs bend.",
}
