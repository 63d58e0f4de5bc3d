"""How regularly somebody exercised: a calendar, and days counted without blame."""

from calendar import Calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from repose.history.plan import DayState

LAST_DAYS = 28
"""Four weeks: long enough that a few days of rest, or a cold, do not rule the number."""


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row with exercise; `days` is their number."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Regularity:
    """Days with exercise.

    Attributes:
        recent: how many of the last `of` days, today among them.
        of: `LAST_DAYS`, or fewer if the first session was later than that.
        longest: the longest run ever, the latest of equals; None without any exercise.
        total: days with exercise in all.
    """

    recent: int
    of: int
    longest: Run | None
    total: int


@dataclass(frozen=True, slots=True)
class Day:
    """A field of the calendar; `state` is None for a day that is yet to come."""

    day: date
    state: DayState | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday; None pads its first and last week."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]


def runs(days: Iterable[date]) -> list[Run]:
    """Runs of days in a row, oldest first."""
    found: list[Run] = []
    for day in sorted(set(days)):
        if found and day - found[-1].last == timedelta(days=1):
            found[-1] = Run(found[-1].first, day)
        else:
            found.append(Run(day, day))
    return found


def regularity(days: Collection[date], today: date) -> Regularity:
    """Count days with exercise up to today."""
    known = {day for day in days if day <= today}
    if not known:
        return Regularity(0, LAST_DAYS, None, 0)
    of = min(LAST_DAYS, (today - min(known)).days + 1)
    since = today - timedelta(days=of - 1)
    longest = max(runs(known), key=lambda run: (run.days, run.last))
    return Regularity(sum(day >= since for day in known), of, longest, len(known))


def month_of(day: date, states: Mapping[date, DayState], today: date) -> Month:
    """The month of a day; days without a state had no exercise."""

    def field(one: date) -> Day | None:
        if one.month != day.month:
            return None
        return Day(one, None if one > today else states.get(one, DayState.NONE))

    weeks = Calendar().monthdatescalendar(day.year, day.month)
    return Month(day.replace(day=1), tuple(tuple(map(field, week)) for week in weeks))
