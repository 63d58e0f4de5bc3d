"""Range of motion, tempo and hold over time: what changed by more than the camera can tell.

A trend compares the median day of its first two weeks with that of its last two. It begins anew where the
pose model or the thresholds changed, for then the same movement may give other numbers.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from enum import StrEnum
from statistics import median
from typing import Final

from repose.counting.result import Side
from repose.history.bands import band_of
from repose.history.plan import by_day
from repose.sessions.figures import SideFigures

WINDOW: Final = timedelta(days=14)
"""Length of the first and of the last part of a trend."""

FEWEST_DAYS: Final = 3
"""Days with exercise that each part must have: the median of fewer is one day's chance."""


_Days = dict[date, list[SideFigures]]


class Measure(StrEnum):
    """What is followed over time."""

    ANGLE = "angle"
    TEMPO = "tempo"
    HOLD = "hold"


class Verdict(StrEnum):
    """What became of a number."""

    MORE = "more"
    LESS = "less"
    SAME = "same"
    """It changed by less than the camera can tell."""
    EARLY = "early"
    """There are too few days, or they are too near to each other."""


@dataclass(frozen=True, slots=True)
class Point:
    """The mean of one day, over its complete reps."""

    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Break:
    """From this day on, something else was measured with: "model", "thresholds" or both."""

    day: date
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """One number of one exercise and side over time.

    Attributes:
        side: that did the reps.
        points: one a day, in order.
        before, after: medians of the first and of the last two weeks since the last break; None if too few
            days are known.
        verdict: how they compare.
    """

    side: Side
    points: tuple[Point, ...]
    before: float | None
    after: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Sides:
    """Left against right in the last two weeks.

    Attributes:
        left, right: medians; None if too few days are known.
        verdict: MORE if the left has more, LESS if the right has.
    """

    left: float | None
    right: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Followed:
    """One measure of one exercise.

    Attributes:
        measure: what.
        band: smallest change that the camera can tell, in degrees or seconds.
        trends: of each side that did reps.
        breaks: when the model or the thresholds changed.
        sides: left against right; None for an exercise without sides.
        dose: the hold that was prescribed last; None of anything else.
    """

    measure: Measure
    band: float
    trends: tuple[Trend, ...]
    breaks: tuple[Break, ...]
    sides: Sides | None
    dose: float | None


def follow(figures: Sequence[SideFigures], exercise: str, zone: tzinfo | None) -> tuple[Followed, ...]:
    """The measures of one exercise that are known; the hold only where one was prescribed.

    Args:
        figures: of one person, oldest first.
        exercise: slug.
        zone: what local time is; None is this computer's.
    """
    mine = [one for one in figures if one.exercise == exercise and one.complete]
    days = by_day(mine, zone)
    changed = breaks(days)
    band = band_of(exercise)
    held = [one for one in mine if one.hold_target_s > 0]
    measures: list[
        tuple[Measure, float, dict[date, list[SideFigures]], Callable[[SideFigures], float | None]]
    ] = [
        (Measure.ANGLE, band.angle_deg, days, lambda one: one.angle_deg),
        (Measure.TEMPO, band.tempo_s, days, lambda one: one.tempo_s),
        (Measure.HOLD, band.hold_s, by_day(held, zone), lambda one: one.held_s),
    ]
    found = []
    for measure, width, of_days, value in measures:
        trends = tuple(
            trend(side, points, width, changed[-1].day if changed else None)
            for side, points in _points(of_days, value).items()
        )
        if trends:
            dose = held[-1].hold_target_s if measure is Measure.HOLD else None
            found.append(Followed(measure, width, trends, changed, _sides(trends, width), dose))
    return tuple(found)


def breaks(days: _Days) -> tuple[Break, ...]:
    """The days on which another model or other thresholds were in force than before."""
    found: list[Break] = []
    before: tuple[str, str] | None = None
    for day in sorted(days):
        for one in days[day]:
            now = (one.model, one.fingerprint)
            if before is not None and now != before:
                names = ("model", "thresholds")
                what = {name for name, old, new in zip(names, before, now, strict=True) if old != new}
                if found and found[-1].day == day:
                    what |= set(found.pop().what)
                found.append(Break(day, tuple(name for name in names if name in what)))
            before = now
    return tuple(found)


def trend(side: Side, points: Sequence[Point], band: float, since: date | None) -> Trend:
    """Compare the first two weeks with the last two.

    Args:
        side: that it is about.
        points: at least one, in order.
        band: smallest change that can be told.
        since: only points from this day on are compared; None for all.
    """
    comparable = [point for point in points if since is None or point.day >= since]
    if not comparable:
        return Trend(side, tuple(points), None, None, Verdict.EARLY)
    first, last = comparable[0].day, comparable[-1].day
    early = [point.value for point in comparable if point.day < first + WINDOW]
    late = [point.value for point in comparable if point.day > last - WINDOW]
    if last - first < 2 * WINDOW - timedelta(days=1) or min(len(early), len(late)) < FEWEST_DAYS:
        return Trend(side, tuple(points), None, None, Verdict.EARLY)
    before, after = median(early), median(late)
    return Trend(side, tuple(points), before, after, compare(before, after, band))


def compare(before: float, after: float, band: float) -> Verdict:
    """Whether one number is more or less than another, as far as the camera can tell."""
    if abs(after - before) <= band:
        return Verdict.SAME
    return Verdict.MORE if after > before else Verdict.LESS


def _points(days: _Days, value: Callable[[SideFigures], float | None]) -> dict[Side, list[Point]]:
    """The mean of each side and day, each rep counting the same."""
    points: dict[Side, list[Point]] = defaultdict(list)
    for day in sorted(days):
        sums: dict[Side, tuple[float, int]] = {}
        for one in days[day]:
            mean = value(one)
            if mean is not None:
                total, reps = sums.get(one.side, (0.0, 0))
                sums[one.side] = (total + mean * one.complete, reps + one.complete)
        for side, (total, reps) in sums.items():
            points[side].append(Point(day, total / reps))
    order: tuple[Side, ...] = ("left", "right", "both")
    return {side: points[side] for side in order if side in points}


def _sides(trends: Sequence[Trend], band: float) -> Sides | None:
    by_side: dict[Side, tuple[Point, ...]] = {one.side: one.points for one in trends}
    if not {"left", "right"} <= set(by_side):
        return None
    last = max(points[-1].day for points in by_side.values())
    recent = {
        side: [point.value for point in by_side[side] if point.day > last - WINDOW]
        for side in ("left", "right")
    }
    if min(map(len, recent.values())) < FEWEST_DAYS:
        return Sides(None, None, Verdict.EARLY)
    left, right = median(recent["left"]), median(recent["right"])
    return Sides(left, right, compare(right, left, band))
