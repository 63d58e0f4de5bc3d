"""A definition from one demonstration: rest, a few reps, rest. What is found is said, with its reason."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from repose.calibration.load import one_line
from repose.calibration.thresholds import Thresholds
from repose.counting.measuring import Measuring, rows_of
from repose.counting.replay import count_prepared, prepare
from repose.counting.result import CountResult
from repose.counting.sighting import (
    LEANING_TRUNK_DEG,
    LYING_DEG,
    SEATED_THIGHS_DEG,
    UPRIGHT_LEGS_DEG,
    UPRIGHT_TRUNK_DEG,
)
from repose.errors import ReposeError
from repose.exercises.definition import Definition, Dose, Exercise, Fault, Guard, Posture, Words
from repose.exercises.describe import signal_in_words
from repose.kinematics.channels import ANGLES, COLUMN, DERIVED, SIDES, SIGNALS, is_sided, joint_of
from repose.kinematics.clock import TICK_S
from repose.kinematics.quality import ADVICE, Sight
from repose.pose.landmarks import PoseTrack

REST_S: Final = 1.0
"""At the begin and at the end the person rests; this much of either is looked at, less what it takes to
settle."""

SHORTEST_S: Final = 6.0
SEEN: Final = 0.8
"""Least share of the demonstration that must be measured."""

FEWEST: Final = 2
"""Reps that make a movement one that repeats."""

CLEAR: Final = 4.0
"""Times its noise at rest that a movement must go to stand out."""

SMALLEST_DEG: Final = 15.0
"""Least range of a movement that can be an exercise: the camera's noise reaches half of it."""

LEVEL: Final = 0.3
"""Largest difference of the rests before and after, as a share of the range."""

ALIKE: Final = 0.35
"""Largest spread of the reps' ends, as a share of the range."""

ONE_WAY: Final = 0.3
"""Share of the larger way from rest at which the other way is an end of its own."""

NEARLY: Final = 0.85
"""Share of the largest range at which another angle is as good; then the order of `_PREFERRED` decides."""

TOGETHER: Final = 0.88
"""Share of the further leg's way at which the other leg does it too. A still leg that the model lets go along
with the working one was seen to make 0.77 of its way from the side, 0.80 at an angle."""

SMALLER: Final = 0.6
"""Share of the largest range below which an angle only goes along with another one."""

HELD_S: Final = 1.8
"""Least time at the end position that is a hold: who turns round slowly is there for more than a second."""

RISES_DEG: Final = 8.0
"""How far a lying trunk must rise for the hips to be lifted from the floor."""

MARGIN_DEG: Final = 25.0
"""How far from all that was shown a guard's limit lies."""

VIEW_DEG: Final = 30.0
"""Least turn of the shoulders of somebody upright: nearer to the front, angles do not show."""

END_ON_DEG: Final = 40.0
"""Most that the trunk of somebody lying may point towards or away from the camera, for a demonstration."""

_PREFERRED: Final = ("knee", "trunk", "hip", "ankle")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An angle, and how it moves in the demonstration.

    Attributes:
        signal: its name, counted so that the target lies above rest.
        side: whose it is; "both" for the whole body.
        rest_deg: where it rests.
        up_deg, down_deg: how far it goes above and below rest.
        noise_deg: how far it strays at rest.
        ends: times at which it was at an end, of the larger way.
        why_not: why it is none to count on; "" if it is one.
    """

    signal: str
    side: str
    rest_deg: float
    up_deg: float
    down_deg: float
    noise_deg: float
    ends: tuple[float, ...]
    why_not: str = ""

    @property
    def range_deg(self) -> float:
        """How far it goes in all, if both ways are ends; else the larger way."""
        return self.up_deg + self.down_deg if self.two_ends else self.up_deg

    @property
    def two_ends(self) -> bool:
        """Whether it goes to both sides of rest."""
        return self.down_deg >= max(ONE_WAY * self.up_deg, CLEAR * self.noise_deg)


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


Floats = NDArray[np.float64]


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
    rows, time_s = _measured(track)
    posture = _posture(rows)
    _check_view(rows, posture)
    found = _candidates(rows, posture)
    if signal is not None and signal not in SIGNALS:
        raise ReposeError(f"--signal {signal!r} is no joint angle; those are {', '.join(SIGNALS)}")
    best = _best(found, signal)
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


def _measured(track: PoseTrack) -> tuple[Floats, Floats]:
    """(n, channels) of what was measured, and (n,) seconds."""
    if len(track.time_s) == 0 or track.time_s[-1] - track.time_s[0] < SHORTEST_S:
        raise ReposeError(
            f"is shorter than {SHORTEST_S:g} s: rest for a second, do it three or four times, rest again"
        )
    measuring = Measuring(track.frame_size)
    ticks = [measuring.push(track), measuring.finish()]
    sight = np.concatenate([part.sight for part in ticks])
    good = sight == Sight.GOOD
    if good.mean() < SEEN:
        worst = Sight(int(np.bincount(sight[~good]).argmax()))
        raise ReposeError(f"only {good.mean():.0%} of it could be measured: {ADVICE[worst]}")
    rows = np.array([row for part in ticks for row in rows_of(part)])
    return rows[good], np.concatenate([part.time_s for part in ticks])[good]


def _column(rows: Floats, name: str, side: str = "both") -> Floats:
    """(n,) values of a channel; of one that has sides, of one side or the mean of both."""
    if name in COLUMN:
        return rows[:, COLUMN[name]]
    if side in SIDES:
        return rows[:, COLUMN[f"{name}.{side}"]]
    both: Floats = (rows[:, COLUMN[f"{name}.left"]] + rows[:, COLUMN[f"{name}.right"]]) / 2
    return both


def _posture(rows: Floats) -> Posture:
    trunk, thighs, legs = (_column(rows, f"{part}_pitch") for part in ("trunk", "thigh", "leg"))
    low = float(np.percentile(trunk, 5))
    if np.percentile(trunk, 95) <= LYING_DEG:
        return "supine"
    if low >= UPRIGHT_TRUNK_DEG and np.percentile(thighs, 95) <= SEATED_THIGHS_DEG:
        return "seated"
    if low >= UPRIGHT_TRUNK_DEG and min(np.percentile(legs, 5), np.percentile(thighs, 5)) >= UPRIGHT_LEGS_DEG:
        return "standing"
    if low >= LEANING_TRUNK_DEG:
        return "upright"
    raise ReposeError(
        "the person neither lies, sits nor stands all the time: show the exercise alone, without "
        "getting into position, with a level camera"
    )


def _check_view(rows: Floats, posture: Posture) -> None:
    if posture == "supine":
        if abs(float(np.median(_column(rows, "trunk_depth")))) > END_ON_DEG:
            raise ReposeError("it is seen from the head or the feet: place the camera at the person's side")
    elif np.median(_column(rows, "shoulder_turn")) < VIEW_DEG:
        raise ReposeError("it is seen from the front: turn so that the camera looks from the side")


def _candidates(rows: Floats, posture: Posture) -> list[Candidate]:
    """How each angle moves."""
    found = []
    for angle in ANGLES:
        if angle == "trunk_extension" and posture == "supine":
            continue  # it is the lean from the vertical
        for side in SIDES if is_sided(angle) else ("both",):
            found.append(_candidate(angle, side, _column(rows, angle, side)))
    return found


def _candidate(angle: str, side: str, series: Floats) -> Candidate:
    ticks = round(REST_S / TICK_S)
    before, after = series[:ticks], series[-ticks:]
    rest = float(np.median(np.concatenate([before, after])))
    noise = max(float(np.ptp(np.percentile(part, (5, 95)))) for part in (before, after))
    up, down = float(np.percentile(series, 97)) - rest, rest - float(np.percentile(series, 3))
    name = angle
    if down > up:
        name = _turned(angle)
        series, rest, up, down = -series, -rest, down, up
    ends = _ends(series - rest, up)
    spread = max(ends) - min(ends) if ends else 0.0
    apart = abs(float(np.median(before)) - float(np.median(after)))
    if up < SMALLEST_DEG:
        why = f"it moves by less than {SMALLEST_DEG:g}°"
    elif up < CLEAR * noise:
        why = f"it strays by {noise:.0f}° in the first or the last second, which is to be rest"
    elif apart > LEVEL * up:
        why = f"it rests {apart:.0f}° elsewhere at the end than at the begin"
    elif len(ends) < FEWEST:
        why = "it does not repeat"
    elif spread > ALIKE * up and len(ends) < FEWEST + 1:
        why = "its reps go differently far"
    else:
        why = ""
    return Candidate(name, side, rest, up, max(down, 0.0), noise, ends, why)


def _turned(angle: str) -> str:
    """The signal that grows where an angle gets smaller."""
    return next(name for name, of in DERIVED.items() if of.angle == angle and of.sign < 0 and not of.both)


def _ends(away: Floats, most: float) -> tuple[float, ...]:
    """How far each rep went: from beyond half of the way to back below a quarter of it."""
    ends: list[float] = []
    top: float | None = None
    for value in away.tolist():
        if top is None:
            top = value if value > most / 2 else None
        elif value < most / 4:
            ends.append(top)
            top = None
        else:
            top = max(top, value)
    return tuple(ends)


def _best(found: list[Candidate], signal: str | None) -> Candidate:
    """The candidate to count on."""
    if signal is not None:
        of = DERIVED.get(signal)
        angle, turned = (of.angle, of.sign < 0) if of else (signal, False)
        wanted = [
            one
            for one in found
            if (DERIVED[one.signal].angle if one.signal in DERIVED else one.signal) == angle
            and (one.signal in DERIVED) == turned
        ]
        if not wanted:
            raise ReposeError(
                f"--signal {signal}: it does not grow in this demonstration; leave it out to be told"
            )
        found = wanted
    usable = [one for one in found if not one.why_not]
    largest = max(found, key=lambda one: one.range_deg)
    if not usable:
        raise ReposeError(_nothing(largest))
    most = max(one.range_deg for one in usable)
    if most < SMALLER * largest.range_deg:
        raise ReposeError(_nothing(largest))
    near = [one for one in usable if one.range_deg >= NEARLY * most]
    return min(near, key=lambda one: (_PREFERRED.index(joint_of(one.signal)), -one.range_deg))


def _nothing(largest: Candidate) -> str:
    return (
        f"nothing clear repeats in it: the angle that moves most is {_said(largest)}, by "
        f"{largest.range_deg:.0f}°, but {largest.why_not}; rest for a second, do the exercise three or four "
        "times, and rest again"
    )


def _said(one: Candidate) -> str:
    side = "" if one.side == "both" else f" on the {one.side}"
    return f"{one.signal.replace('_', ' ')}{side}"


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
        series = sign * _column(rows, angle, side)
        ways[side] = series - float(np.median(series[: round(REST_S / TICK_S)]))
    further = np.maximum(ways["left"], ways["right"])
    under_way = further >= 0.6 * float(np.percentile(further, 97))
    lesser = np.minimum(ways["left"], ways["right"])[under_way]
    along = float(np.median(lesser / further[under_way]))
    trunk = _column(rows, "trunk_pitch")
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
    series = _column(rows, signal, best.side)
    ticks = round(REST_S / TICK_S)
    rest = float(np.median(np.concatenate([series[:ticks], series[-ticks:]])))
    ends = _ends(series - rest, float(np.percentile(series, 97)) - rest) or best.ends
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
    values = _column(rows, other, side if is_sided(signal) else "both")[at_end]
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
