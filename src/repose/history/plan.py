"""What was done on a day against what was prescribed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import TypeVar

from repose.coaching.programme import Programme, plan
from repose.counting.result import Side
from repose.sessions.figures import SetFigures, SideFigures
from repose.sessions.records import Prescription

F = TypeVar("F", bound=SideFigures)


@dataclass(frozen=True, slots=True)
class Line:
    """One exercise and side of a day.

    Attributes:
        exercise, side: which.
        reps, sets: done; a set is done when it has as many complete reps as were prescribed for it.
        planned_reps, planned_sets: prescribed for the day; 0 for what was done beside the plan.
    """

    exercise: str
    side: Side
    reps: int
    sets: int
    planned_reps: int
    planned_sets: int

    @property
    def done(self) -> bool:
        """Whether all that was prescribed was done."""
        return self.reps >= self.planned_reps

    @property
    def left(self) -> int:
        """Reps that are left."""
        return max(0, self.planned_reps - self.reps)


class DayState(StrEnum):
    """What a day was, as to exercise."""

    ALL = "all"
    """All that was prescribed was done."""
    PART = "part"
    """Some of it was."""
    UNPLANNED = "unplanned"
    """There was exercise, but nothing was prescribed."""
    NONE = "none"
    """No exercise."""


def local_day(at: datetime, zone: tzinfo | None) -> date:
    """The day of a moment; None is this computer's zone, as it was at that moment."""
    return at.astimezone(zone).date()


def by_day(figures: Sequence[F], zone: tzinfo | None) -> dict[date, list[F]]:
    """The figures of each day on which a session began."""
    days: dict[date, list[F]] = defaultdict(list)
    for one in figures:
        days[local_day(one.begun_at, zone)].append(one)
    return dict(days)


def in_force(prescriptions: Sequence[Prescription], day: date, zone: tzinfo | None) -> Programme | None:
    """The newest programme that was prescribed by the end of a day.

    Args:
        prescriptions: oldest first.
        day: in local time.
        zone: what local time is.
    """
    begun = [one for one in prescriptions if local_day(one.since, zone) <= day]
    return begun[-1].programme if begun else None


def against(programme: Programme | None, figures: Sequence[SetFigures]) -> tuple[Line, ...]:
    """A day's lines: first those of the programme in its order, then what was done beside it.

    A pair prescribed together is done by either side or both.
    """
    planned: dict[tuple[str, Side], tuple[int, int, int]] = {}
    for one in plan(programme) if programme else ():
        sets, reps, _ = planned.get((one.exercise, one.side), (0, 0, 0))
        planned[one.exercise, one.side] = (sets + 1, reps + one.reps, one.reps)
    mine: dict[tuple[str, Side], list[SetFigures]] = defaultdict(list)
    for figure in figures:
        key: tuple[str, Side] = (figure.exercise, figure.side)
        if key not in planned and (figure.exercise, "both") in planned:
            key = (figure.exercise, "both")
        mine[key].append(figure)
    lines = [
        Line(
            exercise=exercise,
            side=side,
            reps=sum(one.complete for one in mine[exercise, side]),
            sets=sum(each >= reps_a_set for each in _by_set(mine[exercise, side])),
            planned_reps=reps,
            planned_sets=sets,
        )
        for (exercise, side), (sets, reps, reps_a_set) in planned.items()
    ]
    lines += [
        Line(exercise, side, reps, sum(each > 0 for each in _by_set(found)), 0, 0)
        for (exercise, side), found in mine.items()
        if (exercise, side) not in planned and (reps := sum(one.complete for one in found))
    ]
    return tuple(lines)


def state(lines: Sequence[Line]) -> DayState:
    """What a day with these lines was."""
    if not any(line.reps for line in lines):
        return DayState.NONE
    planned = [line for line in lines if line.planned_reps]
    if not planned:
        return DayState.UNPLANNED
    return DayState.ALL if all(line.done for line in planned) else DayState.PART


def _by_set(figures: Sequence[SetFigures]) -> list[int]:
    """Complete reps of each set."""
    sets: dict[int, int] = defaultdict(int)
    for one in figures:
        sets[one.set_id] += one.complete
    return list(sets.values())
