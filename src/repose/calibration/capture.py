"""Guided capture: at rest, then as far as is comfortable, three times; what that says of a person's range.

The movements are found by the counter itself, with a widened exercise: the same definition, guards and views,
but any movement that stands out of the noise is a rep. So what will count later is what was measured here.
"""

from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.calibration.proposal import Ends, Suggestion, complete_share, propose
from repose.calibration.thresholds import SMALLEST_RANGE_DEG, Thresholds
from repose.coaching import wording
from repose.coaching.placement import Placement
from repose.counting.machine import Prescribed
from repose.counting.replay import Prepared, count_prepared, prepare
from repose.counting.result import CountResult, Phase, Rep, Side
from repose.exercises import Exercise
from repose.kinematics.channels import COLUMN, SIDES
from repose.kinematics.clock import TICK_S
from repose.kinematics.quality import Sight
from repose.pose.landmarks import PoseTrack

TRIES: Final = 3
"""Tries that are asked for; more are welcome."""

LEAVE_DEG: Final = 4.0
"""A movement of the widened exercise begins this far from rest: twice the usual noise."""

OTHER_REST_DEG: Final = 20.0
"""How far beyond the usual rests the widened exercise looks for one: a knee that cannot be straightened."""

FIDGETING: Final = 0.35
"""A movement that goes less far than this share of the furthest one is no try."""

DISAGREE: Final = 0.3
"""Largest difference between the ends of two tries, as a share of the range."""

NOISES: Final = 4.0
"""The range must be so many times the noise at rest: at less, noise alone would begin reps."""

REST_S: Final = 0.8
"""Rest that must be seen before the first try."""

LATEST_S: Final = 3.0
"""Of a longer rest, as much counts as the counter takes for a person's own."""

RESTLESS: Final = 0.4
"""Who moves by this share of the range before the first try did not rest."""

PIECE_S: Final = 0.5
"""The angle at rest is compared over pieces of this length."""

MEASURED: Final = 0.5
"""Share of the time that must be measured."""

LOOKS_S: Final = 0.1
"""Time between two poses at which the camera's place is looked into."""

Floats = NDArray[np.float64]


class Why(StrEnum):
    """Why nothing is proposed."""

    NOT_SEEN = "not_seen"
    NOT_IN_POSITION = "not_in_position"
    OTHER_MOVEMENT = "other_movement"
    NO_REST = "no_rest"
    TOO_FEW = "too_few"
    SIDES_DIFFER = "sides_differ"
    TOO_SMALL = "too_small"
    TRIES_DISAGREE = "tries_disagree"


@dataclass(frozen=True, slots=True)
class Try:
    """One movement as far as was comfortable.

    Attributes:
        side: that worked.
        start_s: when it had clearly left rest.
        peak_s, end_s: as in `Rep`.
        end_deg: the working angle at the end position.
        opposite_deg: at the opposite end; None for exercises with one end.
    """

    side: Side
    start_s: float
    peak_s: float
    end_s: float
    end_deg: float
    opposite_deg: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """The working angle over time, for a picture.

    Attributes:
        time_s: (n,) seconds.
        angle: (n,) degrees; NaN where not measured.
    """

    time_s: Floats
    angle: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Refusal:
    """Nothing is proposed.

    Attributes:
        exercise: slug.
        why: the kind of reason.
        reason: in a sentence.
        advice: what to do, in a sentence or two.
        tries: that were found all the same.
        signal: what was seen.
    """

    exercise: str
    why: Why
    reason: str
    advice: str
    tries: tuple[Try, ...]
    signal: Signal

    @property
    def text(self) -> str:
        """Reason and advice."""
        return f"{self.reason} {self.advice}"


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What a person can do, and the thresholds that follow from it. Nothing is saved by it.

    Attributes:
        exercise: slug.
        side: that was captured; "both" for a pair that worked together and for exercises without sides.
        tries: at least `TRIES`, in order.
        rest_deg: the working angle at rest.
        end_deg: at the furthest comfortable position: the middle of the tries.
        opposite_deg: the same at the opposite end; None for exercises with one end.
        noise_deg: robust standard deviation of the working angle at rest.
        repeatability_deg: the difference between the furthest and the least far of the tries.
        complete_share: the share of the range that a rep needs.
        suggestions: the thresholds, each with its reason.
        signal: what was seen.
    """

    exercise: str
    side: Side
    tries: tuple[Try, ...]
    rest_deg: float
    end_deg: float
    opposite_deg: float | None
    noise_deg: float
    repeatability_deg: float
    complete_share: float
    suggestions: tuple[Suggestion, ...]
    signal: Signal

    @property
    def range_deg(self) -> float:
        """From rest, or the opposite end, to the end."""
        return self.end_deg - (self.rest_deg if self.opposite_deg is None else self.opposite_deg)

    @property
    def repeatability_share(self) -> float:
        """The difference between the tries as a share of the range."""
        return self.repeatability_deg / self.range_deg

    @property
    def changes(self) -> dict[str, float]:
        """The proposed thresholds by dotted key; `Profiles.save` takes them with the exercise before."""
        return {one.key: one.after for one in self.suggestions}


def widened(exercise: Exercise) -> Exercise:
    """The same exercise, in which every movement beyond the noise is a rep, on either side alike."""
    usual = exercise.thresholds.common
    low = usual.rest_deg if usual.opposite_deg is None else usual.opposite_deg
    way = usual.target_deg - low
    complete = min(usual.complete_share, max(0.1, SMALLEST_RANGE_DEG / way))
    wide = {
        "complete_share": complete,
        "one_side_share": complete,
        "own_best_share": 0.0,
        "partial_share": min(usual.partial_share, max(0.05, complete / 2)),
        "leave_share": min(usual.leave_share, max(0.02, LEAVE_DEG / way)),
        "hold_least_s": 0.0,
        "rest_from_deg": max(usual.rest_from_deg - OTHER_REST_DEG, -180.0),
        "rest_to_deg": max(usual.rest_to_deg, min(usual.rest_to_deg + OTHER_REST_DEG, usual.target_deg)),
    }
    limits = Thresholds.model_validate(usual.model_dump() | wide)
    return exercise.model_copy(update={"thresholds": limits})


def capture(
    track: PoseTrack, exercise: Exercise, side: Prescribed = "auto", usual: Exercise | None = None
) -> Proposal | Refusal:
    """Find a person's own range in the landmarks of a capture.

    Args:
        track: at rest, then to the furthest comfortable position and back, at least `TRIES` times.
        exercise: with the thresholds in force, which the proposal changes.
        side: the side that was to move; "auto" takes the one that does.
        usual: with the thresholds for people without a profile of their own: what was captured before must
            not decide what is captured now. None where they are those in force.
    """
    usual = usual or exercise
    prepared = prepare(track)
    result = count_prepared(prepared, widened(usual), side)
    if (unseen := _not_seen(track, result, exercise)) is not None:
        return _refusal(exercise, prepared, result, *unseen)
    tries = _tries(result, exercise)
    if (refused := _unfit(result, tries, exercise, side)) is not None:
        return _refusal(exercise, prepared, result, *refused)
    moved = tries[0].side
    signal = _signal(prepared, result, exercise, moved)
    rests = _rests(signal, tries)
    if not _rested(rests[0], tries):
        return _refusal(exercise, prepared, result, *_no_rest(exercise))
    ends = _ends(rests, tries)
    if (doubt := _doubtful(ends, tries)) is not None:
        return _refusal(exercise, prepared, result, *doubt)
    return Proposal(
        exercise=exercise.slug,
        side=moved,
        tries=tries,
        rest_deg=ends.rest_deg,
        end_deg=ends.end_deg,
        opposite_deg=ends.opposite_deg,
        noise_deg=ends.noise_deg,
        repeatability_deg=ends.spread_deg,
        complete_share=complete_share(ends, usual, moved),
        suggestions=propose(ends, exercise, moved, usual),
        signal=signal,
    )


_Refused = tuple[Why, str, str]
"""Kind, reason, advice."""


def _refusal(
    exercise: Exercise, prepared: Prepared, result: CountResult, why: Why, reason: str, advice: str
) -> Refusal:
    tries = _tries(result, exercise)
    moved = tries[0].side if tries else "both"
    signal = _signal(prepared, result, exercise, moved)
    return Refusal(exercise.slug, why, reason, advice, tries, signal)


# What was seen.


def _tries(result: CountResult, exercise: Exercise) -> tuple[Try, ...]:
    """The movements that went somewhere near as far as the furthest."""
    furthest = max((rep.excursion for rep in result.reps), default=0.0)
    return tuple(
        Try(
            side=rep.side,
            start_s=_leaves_s(result, rep),
            peak_s=rep.peak_s,
            end_s=rep.end_s,
            end_deg=rep.peak[exercise.definition.signal],
            opposite_deg=_opposite(result, rep) if exercise.definition.ends == 2 else None,
        )
        for rep in result.reps
        if rep.excursion >= FIDGETING * furthest
    )


def _leaves_s(result: CountResult, rep: Rep) -> float:
    """The last moment near rest before the movement was half way: later than its begin, but free of noise."""
    time_s, lead = result.trace.time_s, np.abs(result.trace.excursion)
    ticks = np.flatnonzero((time_s >= rep.start_s) & (time_s <= rep.end_s) & np.isfinite(lead))
    far = ticks[lead[ticks] >= lead[ticks].max() / 2][0]
    near = ticks[(ticks < far) & (lead[ticks] < result.limits["leave"])]
    return float(time_s[near[-1]]) if len(near) else rep.start_s


def _opposite(result: CountResult, rep: Rep) -> float:
    """The usual angle near the opposite end."""
    time_s, lead = result.trace.time_s, result.trace.excursion
    within = (time_s >= rep.start_s) & (time_s <= rep.end_s) & np.isfinite(lead)
    lead, angle = lead[within], result.trace.angle[within]
    return float(np.median(angle[lead <= _NEAR_END * lead.min()]))


def _signal(prepared: Prepared, result: CountResult, exercise: Exercise, side: Side) -> Signal:
    """The angle of the side that worked; of a pair, of both together as they were counted."""
    trace, name = result.trace, exercise.definition.signal
    angle = trace.angle
    if len(trace.time_s) and not (exercise.sided and side == "both"):
        column = COLUMN[f"{name}.{side}" if side in SIDES and exercise.sided else name]
        own = np.array([row[column] for row in prepared.rows], np.float64)
        angle = np.where(np.isfinite(trace.angle), own, np.nan)
    return Signal(trace.time_s, angle)


def _rests(signal: Signal, tries: tuple[Try, ...]) -> list[Floats]:
    """The angles before each try, of at most `LATEST_S`, where they were measured for long enough."""
    rests, before_s = [], -np.inf
    for one in tries:
        from_s = max(before_s, one.start_s - LATEST_S)
        ticks = (signal.time_s > from_s) & (signal.time_s < one.start_s) & np.isfinite(signal.angle)
        rests.append(signal.angle[ticks] if ticks.sum() * TICK_S >= REST_S else np.empty(0))
        before_s = one.end_s
    return rests


def _ends(rests: list[Floats], tries: tuple[Try, ...]) -> Ends:
    """Rest, ends, noise and spread, from at least one rest."""
    seen = [rest for rest in rests if len(rest)]
    ends = [one.end_deg for one in tries]
    opposites = [one.opposite_deg for one in tries if one.opposite_deg is not None]
    spread = max(ends) - min(ends)
    if opposites:
        spread = max(spread, max(opposites) - min(opposites))
    return Ends(
        rest_deg=median(float(np.median(rest)) for rest in seen),
        end_deg=median(ends),
        opposite_deg=median(opposites) if opposites else None,
        noise_deg=_NORMAL
        * float(np.median(np.concatenate([np.abs(rest - np.median(rest)) for rest in seen]))),
        spread_deg=spread,
        ends_deg=tuple(ends),
        opposites_deg=tuple(opposites),
    )


# Why nothing can be proposed.


def _not_seen(track: PoseTrack, result: CountResult, exercise: Exercise) -> _Refused | None:
    """The view is wrong, or the person was in another position, most of the time."""
    if result.duration_s == 0:
        return (Why.NOT_SEEN, *wording.LOST[Sight.NO_FRAMES])
    if result.not_measured_s > (1 - MEASURED) * result.duration_s:
        lengths: dict[str, float] = {}
        for span in result.unmeasured:
            lengths[span.reason] = lengths.get(span.reason, 0.0) + span.end_s - span.start_s
        worst = Sight[max(lengths, key=lambda reason: lengths[reason]).upper()]
        reason, advice = wording.LOST[worst]
        return Why.NOT_SEEN, reason, _placing(track, exercise) or advice
    lying = sum(phase is Phase.SETTLING for phase in result.trace.phase)
    if not result.reps and lying > MEASURED * len(result.trace.phase):
        return Why.NOT_IN_POSITION, wording.NOT_AT_REST, wording.position(exercise.definition)
    return None


def _placing(track: PoseTrack, exercise: Exercise) -> str:
    """What the placement checks would have said most often; "" if nothing."""
    placement = Placement(exercise, track.frame_size)
    said: dict[str, int] = {}
    looked_s = -np.inf
    for k, time_s in enumerate(track.time_s.tolist()):
        if time_s - looked_s < LOOKS_S:
            continue
        looked_s = time_s
        placement.see(track.part(slice(k, k + 1)))
        if (complaint := placement.complaint()) is not None:
            advice = wording.sentence(complaint.advice)
            said[advice] = said.get(advice, 0) + 1
    return max(said, key=lambda advice: said[advice]) if said else ""


def _unfit(
    result: CountResult, tries: tuple[Try, ...], exercise: Exercise, side: Prescribed
) -> _Refused | None:
    """The movements were too few, others than asked for, or of different sides."""
    definition = exercise.definition
    asked = wording.furthest(definition)
    if len(tries) < TRIES:
        reasons = [partial.reason for partial in result.partials]
        if reasons.count("other_side") > len(tries):
            return Why.SIDES_DIFFER, wording.not_the_side(side), f"{asked} {wording.SEEN_BETTER}"
        if reasons.count("other_movement") + reasons.count("one_way_only") > len(tries):
            return Why.OTHER_MOVEMENT, wording.another_movement(definition), asked
        found = wording.sentence(f"I saw {wording.tries(len(tries))}; it takes {wording.number(TRIES)}")
        return Why.TOO_FEW, found, f"{asked} Rest for a moment between two tries."
    sides = {one.side for one in tries}
    if len(sides) > 1:
        each = "Do the same three times, with one side or with both."
        return Why.SIDES_DIFFER, wording.SIDES_DIFFER, f"{each} {wording.SEEN_BETTER}"
    return None


def _rested(resting: Floats, tries: tuple[Try, ...]) -> bool:
    """Whether the person lay, or stood, still before the first try, noise apart."""
    if not len(resting):
        return False
    pieces = np.array_split(resting, max(round(len(resting) * TICK_S / PIECE_S), 1))
    usual = [float(np.median(piece)) for piece in pieces]
    ends = [one.end_deg for one in tries]
    lows = [one.opposite_deg for one in tries if one.opposite_deg is not None] or [min(usual)]
    return max(usual) - min(usual) <= max(RESTLESS * (median(ends) - median(lows)), SMALLEST_RANGE_DEG)


def _no_rest(exercise: Exercise) -> _Refused:
    position = wording.position(exercise.definition)
    return Why.NO_REST, "I did not see you at rest before you moved.", f"{position} Rest first, then move."


def _doubtful(ends: Ends, tries: tuple[Try, ...]) -> _Refused | None:
    """The range drowns in the noise, or the tries disagree."""
    least_deg = max(SMALLEST_RANGE_DEG, NOISES * ends.noise_deg)
    ways = [ends.range_deg]
    if ends.opposite_deg is not None:
        ways = [2 * (ends.end_deg - ends.rest_deg), 2 * (ends.rest_deg - ends.opposite_deg)]
    if min(ways) < least_deg:
        return (
            Why.TOO_SMALL,
            f"A movement of {ends.range_deg:.0f}° does not stand out of noise of {ends.noise_deg:.1f}°.",
            f"Go further if you can. {wording.SEEN_BETTER}",
        )
    if ends.spread_deg > max(DISAGREE * ends.range_deg, 2 * ends.noise_deg):
        said = wording.listed([f"{one.end_deg:.0f}°" for one in tries])
        if ends.opposite_deg is not None:
            said = wording.listed([f"{one.opposite_deg:.0f}° to {one.end_deg:.0f}°" for one in tries])
        return (
            Why.TRIES_DISAGREE,
            f"The tries went to {said}: they differ too much.",
            "Go as far as is comfortable each time, and stay there for a moment.",
        )
    return None


_NORMAL = 1.4826
"""Turns a median absolute deviation into the standard deviation of normal noise."""

_NEAR_END = 0.8
