"""What earlier sessions would have counted under a draft; nothing that is kept is changed."""

from typing import Final

from fastapi import APIRouter
from pydantic import Field

from repose.calibration.profiles import CLINIC
from repose.review.differences import Totals
from repose.review.past import PastSet, as_then, past_of
from repose.sessions.records import Selection
from repose.web.kept.calibrate_asked import Answer, Desk, Draft
from repose.web.kept.calibrate_recordings import title_of
from repose.web.kept.review import in_local_words

AT_ONCE: Final = 3
"""Sessions in one answer: so the page can tell how far it is, and stop."""


class PastRequest(Draft):
    """A draft, and how many of the newer sessions were counted already."""

    offset: int = Field(default=0, ge=0, le=1_000_000)


class PastLine(Answer):
    """One kept set, counted three times.

    Attributes:
        old: what was counted when it was done.
        new: what the draft counts; None where it cannot be counted anew.
        why_not: the reason for that.
        truth: what a reviewer says; None where nobody did.
        basis: how the reviewer knows.
        differs: number of events that are not as they were.
    """

    link: str
    person: str
    begun: str
    title: str
    old: Totals
    new: Totals | None
    why_not: str
    truth: Totals | None
    basis: str
    differs: int


class PastAnswer(Answer):
    """Some earlier sessions, newest first.

    Attributes:
        next: the offset of those that come next; None at the end.
        done, of: sessions that were counted, and that there are.
    """

    lines: tuple[PastLine, ...]
    next: int | None
    done: int
    of: int


def past_routes(desk: Desk) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.post("/api/calibrate/past", operation_id="calibration_past")
    def past(asked: PastRequest) -> PastAnswer:
        """Give what some earlier sessions would have counted under a draft; nothing is changed."""
        exercise = desk.stand(asked).in_force(asked.changes).exercise
        person_id = None if asked.person == CLINIC else asked.person
        chosen = Selection(person_id=person_id, exercise=asked.exercise)
        ids = [entry.id for entry in desk.store.sessions(chosen)]
        mine = ids[asked.offset : asked.offset + AT_ONCE]
        done = asked.offset + len(mine)
        found = (
            past_of(
                desk.store,
                Selection(ids=tuple(mine), exercise=asked.exercise),
                lambda _, one: as_then(one, exercise),
            )
            if mine
            else ()
        )
        return PastAnswer(
            lines=tuple(map(_line, found)),
            next=done if done < len(ids) else None,
            done=done,
            of=len(ids),
        )

    return router


def _line(one: PastSet) -> PastLine:
    return PastLine(
        link=f"/sessions/{one.session.id}#set-{one.one.id}",
        person=one.session.person.name,
        begun=in_local_words(one.session.head.begun_at),
        title=title_of(one.one),
        old=one.counted.totals,
        new=None if one.anew is None else one.anew.totals,
        why_not=one.why_not,
        truth=None if one.reviewer is None else one.reviewer.totals,
        basis="" if one.basis is None else one.basis.value,
        differs=len(one.differences),
    )
