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


def propose(ends: Ends, exercise: Exercise, side: Side) -> tuple[Suggestion, ...]:
    """The thresholds that follow from a person's own range; those that stay as they are are left out.

    Rest and ends are always proposed. What a side can have of its own is proposed for the side that was
    captured. Whatever is proposed can be saved: `Thresholds` allows it together with what is in force.
    """
    limits = exercise.on(side).thresholds
    numbers = _numbers(ends, exercise, limits, side)
    suggestions: list[Suggestion] = []
    for name, (after, text) in numbers.items():
        for key in _keys(name, exercise, side):
            before = exercise.thresholds.flat().get(key, limits.flat().get(name))
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


def _keys(name: str, exercise: Exercise, side: Side) -> list[str]:
    """Where a number goes: to the side that was captured, or to both and to what a side has of its own."""
    of_a_side = name.startswith("faults.") or name in SideThresholds.model_fields
    if side in SIDES:
        return [f"{side}.{name}" if of_a_side else name]
    own = exercise.thresholds.flat()
    return [name, *(f"{one}.{name}" for one in SIDES if f"{one}.{name}" in own)]


def _numbers(ends: Ends, exercise: Exercise, limits: Thresholds, side: Side) -> _Numbers:
    rest, target, opposite = _whole_degrees(ends)
    way = target - (rest if opposite is None else opposite)
    from_where = "rest" if opposite is None else "the opposite end"
    numbers: _Numbers = {
        "rest_deg": (rest, f"Rest {rest:g}°: the middle of the angle at rest before each try.")
    }
    complete = _complete_share(ends, limits, exercise, side)
    needed = f"A rep needs {complete:.0%} of the way from {from_where}: {complete * way:.0f}°."
    numbers["target_deg"] = (target, f"Target {target:g}°: {_middle_of(ends.ends_deg)} {needed}")
    if opposite is not None:
        numbers["opposite_deg"] = (
            opposite,
            f"Opposite end {opposite:g}°: {_middle_of(ends.opposites_deg)}",
        )
    numbers |= _rest_zone(rest, target, limits)
    alone = exercise.definition.sides == "pair" and side in SIDES
    if complete != (limits.one_side_share if alone else limits.complete_share):
        text = _complete_text(complete, ends, limits)
        if exercise.definition.sides == "pair":
            numbers["one_side_share"] = (complete, text)
        if not alone:
            numbers["complete_share"] = (complete, text)
    numbers |= _of_noise(ends, limits, rest, target, opposite, complete)
    numbers |= _missed(exercise, limits, rest, target, opposite)
    return numbers


def _whole_degrees(ends: Ends) -> tuple[float, float, float | None]:
    """Rest, target and opposite end in whole degrees, as far apart as they must be."""
    room = SMALLEST_RANGE_DEG
    rest = min(max(float(round(ends.rest_deg)), room - 180.0), 180.0 - room)
    target = min(max(float(round(ends.end_deg)), rest + room), 180.0)
    if ends.opposite_deg is None:
        return rest, target, None
    return rest, target, max(min(float(round(ends.opposite_deg)), rest - room), -180.0)


def _complete_share(ends: Ends, limits: Thresholds, exercise: Exercise, side: Side) -> float:
    """The share in force, of the own range, unless the tries or the noise ask for another."""
    share = limits.complete_share
    if exercise.definition.sides == "pair" and side in SIDES and limits.one_side_share is not None:
        share = limits.one_side_share
    reached = 1 - (ends.spread_deg + ends.noise_deg) / ends.range_deg
    if share < ALLOWING:
        share = OWN_SHARE
    return round(max(min(share, reached), LEAST_SHARE, limits.partial_share), 2)


def _complete_text(complete: float, ends: Ends, limits: Thresholds) -> str:
    if complete > limits.complete_share:
        return (
            f"A rep needs {complete:.0%} of this range: it is what this camera sees of it, so nothing has "
            "to be allowed for what a camera misses."
        )
    return (
        f"A rep needs {complete:.0%} of this range: the tries differ by {ends.spread_deg:.0f}° and the angle "
        f"at rest varies by {ends.noise_deg:.1f}°, so more would miss good reps."
    )


def _rest_zone(rest: float, target: float, limits: Thresholds) -> _Numbers:
    """Where a rest can be: around the own one, and not beyond the middle of the way."""
    numbers: _Numbers = {}
    lowest = max(min(limits.rest_from_deg, rest - ROOM_DEG), -180.0)
    highest = min(max(limits.rest_to_deg, rest + ROOM_DEG), 180.0)
    if limits.opposite_deg is None:
        highest = min(highest, float(round(max((rest + target) / 2, rest + ROOM_DEG))), 180.0)
    if lowest != limits.rest_from_deg:
        numbers["rest_from_deg"] = (
            lowest,
            f"A rest may lie from {lowest:g}° on: this one lies at {rest:g}°.",
        )
    if highest > limits.rest_to_deg:
        numbers["rest_to_deg"] = (highest, f"A rest may lie up to {highest:g}°: this one lies at {rest:g}°.")
    elif highest < limits.rest_to_deg:
        numbers["rest_to_deg"] = (
            highest,
            f"A rest may lie up to {highest:g}° only: the end position, at {target:g}°, must not be taken "
            "for a rest.",
        )
    return numbers


def _of_noise(
    ends: Ends, limits: Thresholds, rest: float, target: float, opposite: float | None, complete: float
) -> _Numbers:
    """What must change where the range is so small that noise would begin reps, or end holds."""
    numbers: _Numbers = {}
    noise = ends.noise_deg
    way = target - (rest if opposite is None else opposite)
    shorter = way if opposite is None else min(target - rest, rest - opposite)
    most = min(0.5 * min(complete, shorter / way), 0.5)
    leave = max(min(max(limits.leave_share, LEAVE_NOISES * noise / way), most), 0.02)
    leave = max(int(leave * 100) / 100, 0.02) if leave < limits.leave_share else round(leave, 2)
    if leave > limits.leave_share:
        numbers["leave_share"] = (
            leave,
            f"A rep begins {leave:.0%} of the way from rest, {leave * way:.0f}°: the angle at rest varies by "
            f"{noise:.1f}°, and that must not begin a rep.",
        )
    elif leave < limits.leave_share:
        numbers["leave_share"] = (
            leave,
            f"A rep begins {leave:.0%} of the way from rest: the shorter way from rest is only "
            f"{shorter:.0f}°.",
        )
    if limits.partial_share < leave:
        partial = min(leave, complete)
        numbers["partial_share"] = (
            partial,
            f"What goes less than {partial:.0%} of the way is not told: it could be noise.",
        )
    still = round(min(limits.still_deg, max(STILL_SHARE * way, LEAVE_NOISES * noise)), 1)
    if still < limits.still_deg:
        numbers["still_deg"] = (
            still,
            f"Who moves less than {still:g}° within half a second rests: with a range of {way:.0f}°, a slow "
            "rep must not be taken for rest.",
        )
    band = min(limits.hold_deg, limits.hold_share * way)
    hold = round(min(HOLD_NOISES * noise / way, MOST_HOLD_SHARE), 2)
    if band < HOLD_NOISES * noise and hold > limits.hold_share:
        numbers["hold_share"] = (
            hold,
            f"A position is held while the angle stays within {hold:.0%} of the range, {hold * way:.1f}°: it "
            f"varies by {noise:.1f}° of itself.",
        )
    return numbers


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
        before = limits.faults[fault.name]
        after = float(round(min(before * scale, before)))
        if after != before:
            numbers[f"faults.{fault.name}"] = (
                after,
                f"“{fault.text.capitalize()}” is said when {after:g}° are missing to the end: the same share "
                "of this range as before of the usual one.",
            )
    return numbers


def _middle_of(angles: tuple[float, ...]) -> str:
    said = wording.listed([f"{angle:.0f}°" for angle in angles])
    return f"the middle of the {wording.number(len(angles))} furthest positions, which were {said}."
