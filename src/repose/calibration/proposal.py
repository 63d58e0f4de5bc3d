"""From a person's own range to thresholds, each with the reason for it in plain words."""

from dataclasses import dataclass
from typing import Any, Final

from repose.calibration.thresholds import SMALLEST_RANGE_DEG, SideThresholds, Thresholds
from repose.coaching import wording
from repose.counting.result import Side
from repose.exercises import Exercise
from repose.kinematics.channels import SIDES

OWN_SHARE: Final = 0.6
"""A rep needs this share of a person's own range where the share in force is below `ALLOWING`: that
allows for what the camera misses of a usual range, and what it sees of this person was measured."""

ALLOWING: Final = 0.5

LEAST_SHARE: Final = 0.45
"""However much the tries differ, a rep needs more than a half-hearted movement."""

LEAVE_NOISES: Final = 3.0
"""A rep must begin outside of the noise at rest: so many times its standard deviation."""

HOLD_NOISES: Final = 1.5
"""So wide must the band be in which a position is held."""

MOST_HOLD_SHARE: Final = 0.3

ROOM_DEG: Final = 10.0
"""How far from the rest that was captured it may lie on another day, with the camera in another place."""

STILL_SHARE: Final = 0.25
"""Who moves by this share of the range within half a second does not rest."""


@dataclass(frozen=True, slots=True)
class Ends:
    """A person's own range, in degrees.

    Attributes:
        rest_deg, end_deg, opposite_deg: as in `Proposal`.
        noise_deg: standard deviation at rest.
        spread_deg: difference between the tries.
        ends_deg, opposites_deg: of each try.
    """

    rest_deg: float
    end_deg: float
    opposite_deg: float | None
    noise_deg: float
    spread_deg: float
    ends_deg: tuple[float, ...]
    opposites_deg: tuple[float, ...] = ()

    @property
    def range_deg(self) -> float:
        """From rest, or the opposite end, to the end."""
        return self.end_deg - (self.rest_deg if self.opposite_deg is None else self.opposite_deg)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposed threshold.

    Attributes:
        key: dotted, without the exercise: "left.target_deg".
        before: what is in force; None where nothing is.
        after: what is proposed.
        text: why, in plain words.
    """

    key: str
    before: float | None
    after: float
    text: str


def propose(
    ends: Ends, exercise: Exercise, side: Side, usual: Exercise | None = None
) -> tuple[Suggestion, ...]:
    """The thresholds that follow from a person's own range; those that are so already are left out.

    Rest and ends are always proposed. What a side can have of its own is proposed for the side that was
    captured. Whatever is proposed can be saved: `Thresholds` allows it together with what is in force.

    Args:
        ends: the range.
        exercise: with the thresholds in force for the person.
        side: that was captured.
        usual: with those of people without a profile of their own, which an earlier capture has not changed;
            None where that is the same.
    """
    numbers = _numbers(ends, usual or exercise, side)
    now, of_side = exercise.thresholds.flat(), exercise.thresholds.of(side).flat()
    suggestions: list[Suggestion] = []
    for name, (after, text) in numbers.items():
        for key in _keys(name, now, side):
            before = now.get(key, of_side.get(name))
            if name in _ALWAYS or after != before:
                suggestions.append(Suggestion(key, before, after, text))
    return tuple(suggestions)


def with_changes(exercise: Exercise, changes: dict[str, float]) -> Exercise:
    """The exercise with changed thresholds, by dotted keys.

    Raises:
        ValidationError: they are not allowed.
    """
    tables: dict[str, Any] = exercise.thresholds.model_dump(exclude_none=True)
    for key, number in changes.items():
        *path, name = key.split(".")
        here = tables
        for part in path:
            here = here.setdefault(part, {})
        here[name] = number
    return Exercise(
        definition=exercise.definition,
        thresholds=Thresholds.model_validate(tables),
        profiles=exercise.profiles,
    )


_ALWAYS = ("rest_deg", "target_deg", "opposite_deg")

_Numbers = dict[str, tuple[float, str]]
"""Number and reason by key, without the side."""


def _keys(name: str, now: dict[str, float], side: Side) -> list[str]:
    """Where a number goes: to the side that was captured, or to both and to what a side has of its own."""
    of_a_side = name.startswith("faults.") or name in SideThresholds.model_fields
    if side in SIDES:
        return [f"{side}.{name}" if of_a_side else name]
    return [name, *(f"{one}.{name}" for one in SIDES if f"{one}.{name}" in now)]


def _numbers(ends: Ends, usual: Exercise, side: Side) -> _Numbers:
    """All that depends on a range, also where it is as usual: an earlier capture may have changed it."""
    limits = usual.on(side).thresholds
    rest, target, opposite = _whole_degrees(ends)
    way = target - (rest if opposite is None else opposite)
    complete = complete_share(ends, usual, side)
    if opposite is None:
        needed = f"A rep needs {complete:.0%} of the way from rest, to {rest + complete * way:.0f}°."
    else:
        needed = f"A rep needs {complete:.0%} of the way from the opposite end, {complete * way:.0f}°."
    numbers: _Numbers = {
        "rest_deg": (rest, f"Rest {rest:g}°: the middle of the angle at rest before each try."),
        "target_deg": (target, f"Target {target:g}°: {_middle_of(ends.ends_deg)} {needed}"),
    }
    if opposite is not None:
        text = f"Opposite end {opposite:g}°: {_middle_of(ends.opposites_deg)}"
        numbers["opposite_deg"] = (opposite, text)
    numbers |= _rest_zone(rest, target, limits)
    numbers |= _needed(complete, ends, usual, side)
    numbers |= _of_noise(ends, limits, rest, target, opposite, complete)
    numbers |= _missed(usual, limits, rest, target, opposite)
    return numbers


def _whole_degrees(ends: Ends) -> tuple[float, float, float | None]:
    """Rest, target and opposite end in whole degrees, as far apart as they must be."""
    room = SMALLEST_RANGE_DEG
    rest = min(max(float(round(ends.rest_deg)), room - 180.0), 180.0 - room)
    target = min(max(float(round(ends.end_deg)), rest + room), 180.0)
    if ends.opposite_deg is None:
        return rest, target, None
    return rest, target, max(min(float(round(ends.opposite_deg)), rest - room), -180.0)


def complete_share(ends: Ends, usual: Exercise, side: Side) -> float:
    """The usual share, of the own range, unless the tries or the noise ask for another."""
    limits = usual.on(side).thresholds
    share = limits.complete_share
    if _alone(usual, side) and limits.one_side_share is not None:
        share = limits.one_side_share
    if share < ALLOWING:
        share = OWN_SHARE
    reached = 1 - (ends.spread_deg + ends.noise_deg) / ends.range_deg
    return round(max(min(share, reached), LEAST_SHARE, limits.partial_share), 2)


def _alone(exercise: Exercise, side: Side) -> bool:
    """Whether one side of a pair was captured: then the share for one side decides."""
    return exercise.definition.sides == "pair" and side in SIDES


def _needed(complete: float, ends: Ends, usual: Exercise, side: Side) -> _Numbers:
    """How far a rep must go; of a pair also where it works alone."""
    limits = usual.on(side).thresholds
    if complete < min(limits.complete_share, OWN_SHARE):
        text = (
            f"A rep needs {complete:.0%} of this range: the tries differ by {ends.spread_deg:.0f}° and the "
            f"angle at rest varies by {ends.noise_deg:.1f}°, so more would miss good reps."
        )
    elif complete > limits.complete_share:
        text = (
            f"A rep needs {complete:.0%} of this range: it is what this camera sees of it, so nothing has "
            "to be allowed for what a camera misses."
        )
    else:
        text = f"A rep needs {complete:.0%} of this range, as usual."
    numbers: _Numbers = {}
    if usual.definition.sides == "pair" and limits.one_side_share is not None:
        numbers["one_side_share"] = (complete, text)
    if not _alone(usual, side):
        numbers["complete_share"] = (complete, text)
    return numbers


def _rest_zone(rest: float, target: float, limits: Thresholds) -> _Numbers:
    """Where a rest can be: around the own one, and not beyond the middle of the way."""
    lowest = max(min(limits.rest_from_deg, rest - ROOM_DEG), -180.0)
    highest = min(max(limits.rest_to_deg, rest + ROOM_DEG), 180.0)
    if limits.opposite_deg is None:
        highest = min(highest, float(round(max((rest + target) / 2, rest + ROOM_DEG))))
    to = f"A rest may lie up to {highest:g}°"
    if highest < limits.rest_to_deg:
        to += f" only: the end position, at {target:g}°, must not be taken for a rest."
    else:
        to += f": this one lies at {rest:g}°."
    return {
        "rest_from_deg": (lowest, f"A rest may lie from {lowest:g}° on: this one lies at {rest:g}°."),
        "rest_to_deg": (highest, to),
    }


def _of_noise(
    ends: Ends, limits: Thresholds, rest: float, target: float, opposite: float | None, complete: float
) -> _Numbers:
    """What must change where the range is so small that noise would begin reps, or end holds."""
    noise = ends.noise_deg
    way = target - (rest if opposite is None else opposite)
    shorter = way if opposite is None else min(target - rest, rest - opposite)
    most = _down(0.5 * min(complete, shorter / way))
    leave = max(min(max(limits.leave_share, round(LEAVE_NOISES * noise / way, 2)), most), 0.02)
    begins = f"A rep begins {leave:.0%} of the way from rest, {leave * way:.0f}°"
    if leave > limits.leave_share:
        begins += f": the angle at rest varies by {noise:.1f}°, and that must not begin a rep."
    elif leave < limits.leave_share:
        begins += f": the shorter way from rest is only {shorter:.0f}°."
    else:
        begins += ", as usual."
    partial = min(max(limits.partial_share, leave), complete)
    still = min(limits.still_deg, round(max(STILL_SHARE * way, LEAVE_NOISES * noise), 1))
    hold = limits.hold_share
    if min(limits.hold_deg, hold * way) < HOLD_NOISES * noise:
        hold = max(hold, min(round(HOLD_NOISES * noise / way, 2), MOST_HOLD_SHARE))
    return {
        "leave_share": (leave, begins),
        "partial_share": (partial, f"Less than {partial:.0%} of the way is not told: it could be noise."),
        "still_deg": (
            still,
            f"Who moves less than {still:g}° within half a second rests: with a range of {way:.0f}°, a slow "
            "rep must not be taken for rest.",
        ),
        "hold_share": (
            hold,
            f"A position is held while the angle stays within {hold:.0%} of the range, {hold * way:.1f}°: it "
            f"varies by {noise:.1f}° of itself.",
        ),
    }


def _down(share: float) -> float:
    """To hundredths, never up."""
    return int(share * 100) / 100


def _missed(
    exercise: Exercise, limits: Thresholds, rest: float, target: float, opposite: float | None
) -> _Numbers:
    """What may be missing to an end before it is told: the same share of the own way as of the usual one."""
    usual = limits.target_deg - limits.rest_deg
    numbers: _Numbers = {}
    for fault in exercise.definition.faults:
        if fault.measure == "reach":
            scale = (target - rest) / usual
        elif fault.measure == "opposite_reach" and opposite is not None and limits.opposite_deg is not None:
            scale = (rest - opposite) / (limits.rest_deg - limits.opposite_deg)
        else:
            continue
        after = float(round(limits.faults[fault.name] * min(scale, 1.0)))
        numbers[f"faults.{fault.name}"] = (
            after,
            f"“{fault.text.capitalize()}” is said when {after:g}° are missing to the end: the same share of "
            "this range as usually of the usual one.",
        )
    return numbers


def _middle_of(angles: tuple[float, ...]) -> str:
    said = wording.listed([f"{angle:.0f}°" for angle in angles])
    return f"the middle of the {wording.number(len(angles))} furthest positions, which were {said}."
