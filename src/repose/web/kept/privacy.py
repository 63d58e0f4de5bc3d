"""The page that says what is stored where, for how long and who can read it: the list is made when asked."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from repose.accounts.acting import Acting, acting_now
from repose.accounts.roles import Role
from repose.calibration.profiles import Profiles
from repose.errors import ReposeError
from repose.sessions import retention
from repose.sessions.store import Store
from repose.sessions.usage import Usage, size_of
from repose.web.kept import data_words as words
from repose.web.kept.log_lines import log_lines
from repose.web.kept.stored import IN_BROWSER, NEVER, Stored, stored
from repose.web.rendering import render

PAGE: Final = 25
"""Entries of the log that are shown to a person at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of thing that is stored, in words.

    Attributes:
        kind: what it is.
        amount: such as "3 files, 1.2 MB".
        paths: where it is, or would be.
        changed: when it changed last, in the time of this computer; None where there is nothing.
    """

    kind: Stored
    amount: str
    paths: tuple[Path, ...]
    changed: datetime | None


def privacy_routes(store: Store, profiles: Profiles) -> APIRouter:
    """The routes over this store and these profiles."""
    router = APIRouter()

    @router.get("/privacy", response_class=HTMLResponse, include_in_schema=False)
    def privacy(before: Annotated[int | None, Query(ge=1, le=2**31)] = None) -> HTMLResponse:
        who = acting_now()
        return HTMLResponse(
            render(
                "privacy.html.j2",
                room="/privacy",
                place=store.place,
                kinds=[_line(one) for one in stored(store, profiles)],
                in_browser=IN_BROWSER,
                never=NEVER,
                how_long=_how_long(store),
                own=_own(store, profiles, who, before) if who.role is Role.PATIENT else None,
                here=who.role is None,
            )
        )

    return router


def _line(kind: Stored) -> Line:
    number = len(kind.files)
    return Line(
        kind=kind,
        amount=f"{words.number(number, 'file')}, {words.size(kind.bytes)}" if number else "nothing just now",
        paths=tuple(path for path in kind.where if path.exists()) or kind.where[:1],
        changed=None if kind.changed_at is None else kind.changed_at.astimezone(),
    )


def _how_long(store: Store) -> tuple[str, ...]:
    """The retention time in force, a sentence each."""
    try:
        kept = retention.read(store)
    except ReposeError:
        return ("The retention time that was set cannot be read: nothing is deleted by itself.",)
    found = []
    if kept.recordings_days:
        days = words.number(kept.recordings_days, "day")
        found.append(f"Recordings and videos are deleted {days} after their session.")
    if kept.sessions_days:
        days = words.number(kept.sessions_days, "day")
        found.append(f"Whole sessions are deleted {days} after they ended.")
    return tuple(found) or ("Nothing is deleted by itself: it is kept until somebody deletes it.",)


def _own(store: Store, profiles: Profiles, who: Acting, before: int | None) -> dict[str, Any] | None:
    """What is kept of a patient, and who did what with it; None of who is nobody here."""
    if who.person_id is None:
        return None
    person = store.person(who.person_id)
    found = store.usage().get(person.id, Usage())
    entries = store.audit.entries(person.id, limit=PAGE + 1, before=before)
    names = {person.id: person.name}
    lines = log_lines(store, entries[:PAGE], names)
    films = size_of(*(store.place.videos / name for name in found.videos))
    return {
        "person": person,
        "sessions": found.sessions,
        "recorded": words.length(found.recorded_s) if found.landmark_bytes else "none",
        "size": words.size(found.landmark_bytes + films),
        "videos": words.number(len(found.videos), "video") if found.videos else "none",
        "versions": len(profiles.history(person.name)),
        "lines": lines,
        "more": lines[-1].entry.number if len(entries) > PAGE else None,
        "before": before,
        "names": names,
    }
