"""The page of the accuracy of kept sessions."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from repose.errors import ReposeError
from repose.evaluation.of_store import accuracy_of
from repose.exercises.load import known
from repose.reports.accuracy_review_page import content
from repose.sessions.records import Selection
from repose.sessions.store import Store
from repose.web.rendering import render

USUALLY: Final = timedelta(days=92)
"""What is looked at unless somebody asks for more: three months are read within a second."""


MOST_SETS: Final = 1000
"""Judged sets that a page is about: more would take seconds of a processor that the coach may need."""


def accuracy_routes(store: Store, now: Callable[[], datetime] | None = None) -> APIRouter:
    """The routes.

    Args:
        store: of the kept sessions.
        now: what time it is; None for this computer's clock.
    """
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/accuracy")
    def accuracy(
        person: str = "", exercise: str = "", since: str | None = None, until: str = ""
    ) -> HTMLResponse:
        today = (now() if now else datetime.now(UTC)).astimezone().date()
        first = today - USUALLY if since is None else _day(since)
        last = _day(until)
        if exercise and exercise not in known():
            raise ReposeError(f"there is no exercise {exercise!r}; choose one of {', '.join(known())}")
        selection = Selection(
            person_id=store.person(person).id if person else None,
            exercise=exercise or None,
            since=_begin(first),
            until=None if last is None else _begin(last + timedelta(days=1)),
        )
        found = accuracy_of(store, selection, most=MOST_SETS)
        return HTMLResponse(
            render(
                "accuracy.html.j2",
                room="/accuracy",
                persons=store.persons(),
                exercises={slug: one.name for slug, one in known().items()},
                person=person,
                exercise=exercise,
                since=first,
                until=last,
                content=content(found, links=True),
            )
        )

    return router


def _begin(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time()).astimezone()


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ReposeError(f"{text!r} is no day; write it as 2026-11-22") from error
    if not 1970 < day.year < 9000:
        raise ReposeError(f"{text}: no session was kept in the year {day.year}")
    return day
