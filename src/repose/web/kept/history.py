"""The page of a person's history."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any, Final, TypeVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from repose.errors import ReposeError
from repose.history import words
from repose.history.held_right import figures_of
from repose.history.history import day_states, day_view, followed, how_regular, months
from repose.history.picture import picture
from repose.history.plan import local_day
from repose.sessions.figures import SetFigures, SideFigures
from repose.sessions.records import KeptSession, Person, Prescription, Purpose, Selection
from repose.sessions.store import Store
from repose.web.rendering import render

PERIODS: Final = {
    "month": ("Four weeks", timedelta(days=28)),
    "quarter": ("Three months", timedelta(days=92)),
    "year": ("A year", timedelta(days=366)),
    "all": ("Everything", None),
}

F = TypeVar("F", bound=SideFigures)

MONTHS_SHOWN: Final = 3
LATEST_SHOWN: Final = 10

FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Of days that can be asked for."""


def history_routes(store: Store, now: Callable[[], datetime] | None = None) -> APIRouter:
    """The routes.

    Args:
        store: of the kept sessions.
        now: what time it is; None for this computer's clock.
    """
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/history")
    def history(person: str = "", day: str = "", month: str = "", period: str = "quarter") -> HTMLResponse:
        today = local_day(now() if now else datetime.now(UTC), None)
        shown = _person(store, person)
        if shown is None:
            return HTMLResponse(render("history.html.j2", room="/history", person=None))
        if period not in PERIODS:
            raise ReposeError(f"{period!r} is no period; choose one of {', '.join(PERIODS)}")
        context = _history(
            store,
            shown,
            today,
            day=_day(day) if day else today,
            last_month=_day(f"{month}-01") if month else today,
            period=period,
        )
        return HTMLResponse(render("history.html.j2", room="/history", person=shown, words=words, **context))

    return router


def _history(
    store: Store, person: Person, today: date, *, day: date, last_month: date, period: str
) -> dict[str, Any]:
    """All that the page shows of a person."""
    length = PERIODS[period][1]
    corrected = {one.id: one for one in store.corrected(person.id)}
    latest = store.sessions(Selection(person_id=person.id, purpose=Purpose.EXERCISE), limit=LATEST_SHOWN)
    prescriptions, prescribed = _prescriptions(store, person.id, latest)

    def figures(since: date, until: date) -> list[SetFigures]:
        return _held_right(store.set_figures(person.id, _begin(since), _begin(until)), corrected)

    since = None if length is None else today - length
    of_period = _held_right(store.side_figures(person.id, _begin(since)), corrected)
    first_month = _later(last_month, 1 - MONTHS_SHOWN)
    states = day_states(figures(first_month, _later(last_month, 1)), prescriptions, None)
    of_day = figures(day, day + timedelta(days=1))
    begun = store.exercised(person.id)
    for session_id, one in corrected.items():
        begun.pop(session_id, None)
        if any(each.complete for each in figures_of(one)):
            begun[session_id] = one.head.begun_at
    return {
        "persons": store.persons(),
        "today": today,
        "day": day_view(day, of_day, prescriptions, None),
        "prescribed": prescribed,
        "regular": words.regular(how_regular(list(begun.values()), today, None)),
        "months": months(last_month, MONTHS_SHOWN, states, today),
        "earlier": _later(last_month, -MONTHS_SHOWN),
        "later": min(_later(last_month, MONTHS_SHOWN), today) if _later(last_month, 1) <= today else None,
        "period": period,
        "periods": {key: name for key, (name, _) in PERIODS.items()},
        "exercises": [
            {
                "slug": slug,
                "name": words.exercise_name(slug),
                "measures": [(one, picture(one, slug)) for one in found],
            }
            for slug, found in followed(of_period, None).items()
        ],
        "corrected": len({one.session_id for one in of_period} & set(corrected)),
        "latest": [(one, local_day(one.head.begun_at, None)) for one in latest],
    }


def _person(store: Store, wanted: str) -> Person | None:
    """The person that is asked for, or else who exercised last; None where there is nobody."""
    if wanted:
        return store.person(wanted)
    newest = store.sessions(limit=1)
    if newest:
        return newest[0].person
    return next(iter(store.persons()), None)


def _prescriptions(
    store: Store, person_id: str, latest: tuple[Any, ...]
) -> tuple[tuple[Prescription, ...], bool]:
    """What was prescribed; or else what the newest session set out to do, and False."""
    prescribed = store.prescriptions(person_id)
    if prescribed:
        return prescribed, True
    programmes = [one.head for one in latest if one.head.programme is not None]
    return tuple(Prescription(head.begun_at, head.programme) for head in programmes[:1]), False


def _held_right(figures: Sequence[F], corrected: dict[str, KeptSession]) -> list[F | SetFigures]:
    """The figures, those of corrected sessions from what the reviewer holds to be right."""
    ids = dict.fromkeys(one.session_id for one in figures)
    theirs = chain.from_iterable(figures_of(corrected[one]) for one in ids if one in corrected)
    found: list[F | SetFigures] = [one for one in figures if one.session_id not in corrected]
    found += theirs
    # Within a session they are in order already.
    return sorted(found, key=lambda one: (one.begun_at, one.session_id))


def _begin(day: date | None) -> datetime | None:
    """The moment at which a day begins here."""
    return None if day is None else datetime.combine(day, time()).astimezone()


def _later(day: date, months: int) -> date:
    """The first day of a month so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ReposeError(f"{text!r} is no day; write it as 2026-11-22") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ReposeError(f"{text}: there is no history of the year {day.year}")
    return day
