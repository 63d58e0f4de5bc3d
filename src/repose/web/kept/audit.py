"""The page of the log: who saw, changed, took along and deleted whose data, and whether the log is whole."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from repose.audit import words
from repose.audit.check import Verdict, check
from repose.audit.entry import BrokenEntryError, Entry
from repose.sessions.store import Store
from repose.web.kept.log_lines import log_lines
from repose.web.rendering import render

PAGE: Final = 50
"""Entries on one page."""

AT_ONCE: Final = 20_000
"""A log of so many entries is checked whenever it is looked at; a longer one when somebody asks for it."""


def audit_routes(store: Store) -> APIRouter:
    """The routes over this store."""
    router = APIRouter()

    @router.get("/audit", response_class=HTMLResponse, include_in_schema=False)
    def audit(
        person: Annotated[str, Query(max_length=100)] = "",
        before: Annotated[int | None, Query(ge=1, le=2**31)] = None,
        checked: bool = False,
    ) -> HTMLResponse:
        entries: tuple[Entry, ...] = ()
        broken = None
        try:
            entries = store.audit.entries(person or None, limit=PAGE + 1, before=before)
        except BrokenEntryError as error:
            broken, checked = error.number, True
        newest = entries[0].number if entries and before is None else 0
        verdict = _checked(store, before, newest, asked=checked)
        names = {one.id: one.name for one in store.persons()}
        lines = log_lines(store, entries[:PAGE], names)
        return HTMLResponse(
            render(
                "audit.html.j2",
                room="/audit",
                lines=lines,
                broken=broken,
                more=lines[-1].entry.number if len(entries) > PAGE else None,
                before=before,
                names=names,
                person=person,
                verdict=verdict,
                said=None if verdict is None else words.verdict(verdict),
                witness=store.audit.witness,
            )
        )

    return router


def _checked(store: Store, before: int | None, newest: int, *, asked: bool) -> Verdict | None:
    """What came of a check; None where that would take long, and was not asked for."""
    if asked or (before is None and newest <= AT_ONCE):
        return check(store.audit)
    return None
