"""Options that say which of the kept sessions are meant."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from repose.errors import ReposeError

if TYPE_CHECKING:
    from repose.sessions.records import Selection
    from repose.sessions.store import Store

OfPerson = Annotated[str | None, typer.Option("--person", metavar="NAME", help="Of this person only.")]
OfExercise = Annotated[
    str | None, typer.Option("--exercise", metavar="SLUG", help="With this exercise only.")
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="From this day, or moment, on: 2027-03-01.")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Up to and with this day, or before a moment.")
]


def selected(
    store: "Store", person: str | None, exercise: str | None, since: str | None, until: str | None
) -> "Selection":
    """What the options ask for.

    Raises:
        ReposeError: there is no such person or exercise, or a date is none.
    """
    from repose.exercises.load import known
    from repose.sessions.find import find_person
    from repose.sessions.records import Selection

    if exercise is not None and exercise not in known():
        exercises = dict.fromkeys((*known(), *(slug for one in store.sessions() for slug in one.exercises)))
        if exercise not in exercises:
            raise ReposeError(f"unknown exercise {exercise!r}: known are {', '.join(exercises)}")
    return Selection(
        person_id=None if person is None else find_person(store, person).id,
        exercise=exercise,
        since=moment(since),
        until=moment(until, end_of_day=True),
    )


def moment(text: str | None, *, end_of_day: bool = False) -> datetime | None:
    """What a person types as a day or a moment, on this computer's clock unless it names a zone.

    Args:
        text: ISO 8601; None for none.
        end_of_day: whether a day is meant up to its end.

    Raises:
        ReposeError: it is neither.
    """
    if text is None:
        return None
    try:
        if len(text.strip()) <= len("2027-03-01"):
            day = date.fromisoformat(text.strip()) + timedelta(days=end_of_day)
            return datetime.combine(day, time()).astimezone()
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise ReposeError(
            f"{text!r} is no day or moment; write it as 2027-03-01 or 2027-03-01T18:30"
        ) from error
