"""The whole history of a person, put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from repose.coaching.programme import Programme
from repose.history.plan import DayState, Line, against, by_day, in_force, local_day, state
from repose.history.regularity import Month, Regularity, month_of, regularity
from repose.history.trends import Followed, follow
from repose.sessions.figures import SetFigures, SideFigures
from repose.sessions.records import Prescription


@dataclass(frozen=True, slots=True)
class DayView:
    """One day against the plan.

    Attributes:
        day: in local time.
        programme: in force on it; None if nothing was prescribed yet.
        lines: exercise by exercise.
        state: what the day was.
        sessions: ids of the sessions that began on it, in order.
        unmeasured_s: time of its sets that could not be seen.
    """

    day: date
    programme: Programme | None
    lines: tuple[Line, ...]
    state: DayState
    sessions: tuple[str, ...]
    unmeasured_s: float


def day_view(
    day: date, figures: Sequence[SetFigures], prescriptions: Sequence[Prescription], zone: tzinfo | None
) -> DayView:
    """One day, from figures of any time."""
    programme = in_force(prescriptions, day, zone)
    mine = by_day(figures, zone).get(day, [])
    lines = against(programme, mine)
    unmeasured = {one.set_id: one.unmeasured_s for one in mine}
    return DayView(
        day=day,
        programme=programme,
        lines=lines,
        state=state(lines),
        sessions=tuple(dict.fromkeys(one.session_id for one in mine)),
        unmeasured_s=sum(unmeasured.values()),
    )


def day_states(
    figures: Sequence[SetFigures], prescriptions: Sequence[Prescription], zone: tzinfo | None
) -> dict[date, DayState]:
    """What each day with a session was."""
    return {
        day: state(against(in_force(prescriptions, day, zone), mine))
        for day, mine in by_day(figures, zone).items()
    }


def months(last: date, number: int, states: Mapping[date, DayState], today: date) -> tuple[Month, ...]:
    """So many months up to that of a day, oldest first."""
    found = [month_of(last, states, today)]
    while len(found) < number:
        found.append(month_of(found[-1].first - timedelta(days=1), states, today))
    return tuple(reversed(found))


def how_regular(begun: Sequence[datetime], today: date, zone: tzinfo | None) -> Regularity:
    """Count the days on which sessions with a rep began."""
    return regularity({local_day(at, zone) for at in begun}, today)


def followed(figures: Sequence[SideFigures], zone: tzinfo | None) -> dict[str, tuple[Followed, ...]]:
    """The trends of each exercise that was done, by slug, in order of its first day."""
    slugs = dict.fromkeys(one.exercise for one in figures if one.complete)
    return {slug: found for slug in slugs if (found := follow(figures, slug, zone))}
