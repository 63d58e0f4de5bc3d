"""The pages of the kept sessions: their list, and the review of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import FileResponse, HTMLResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from repose.accounts.acting import signature
from repose.errors import ReposeError
from repose.exercises.load import known
from repose.pose.landmarks import PoseTrack
from repose.review.changes import Change
from repose.review.reviewed import check
from repose.review.words import tell
from repose.sessions.find import find_session
from repose.sessions.readable import readable
from repose.sessions.records import LONGEST_NAME, KeptSession, Origin, Selection, SessionEntry
from repose.sessions.store import Store
from repose.web.kept import landmark_bytes
from repose.web.kept.review_data import ReviewAnswer, SignalAnswer, review_answer, signal_answer
from repose.web.kept.signals import Signals
from repose.web.rendering import render

PAGE: Final = 50
"""Sessions on one page of the list."""

LONGEST_REPLAY_S: Final = 120.0
"""Landmarks in one answer: 1.5 MB at 30 pictures a second."""

LONGEST_WHY: Final = 1000
"""Characters of the reason for a change."""

ORIGINS: Final = {Origin.LIVE: "live", Origin.VIDEO: "from a file"}

_VIDEO: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": what, "content": {"video/*": {}}}
    for status, what in {200: "The video.", 206: "The part of it that was asked for."}.items()
}

Time = Annotated[float, Query(ge=0, allow_inf_nan=False)]
OptionalTime = Annotated[float | None, Query(ge=0, allow_inf_nan=False)]


class NewChange(BaseModel):
    """A reviewer's change of a session.

    Attributes:
        change: what is changed.
        who: name of the reviewer; where one is signed in, the account's name is kept instead.
        why: in the reviewer's words; "" for no reason given.
        after: id of the newest change that the reviewer knew; None without any.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    change: Change
    who: str = Field(max_length=2 * LONGEST_NAME)
    why: str = Field(default="", max_length=LONGEST_WHY)
    after: int | None


@dataclass(frozen=True, slots=True)
class ListLine:
    """A session in the list.

    Attributes:
        entry: what is known of it.
        begun: in the time of this computer, in words.
        exercises: names.
        origin: in words.
        judged: sets that were signed off or annotated.
    """

    entry: SessionEntry
    begun: str
    exercises: str
    origin: str
    judged: int


def review_routes(store: Store) -> APIRouter:
    """The routes over this store."""
    router = APIRouter()
    signals = Signals(store)

    @router.get("/sessions", response_class=HTMLResponse, include_in_schema=False)
    def sessions(
        person: str = "", exercise: str = "", page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
    ) -> HTMLResponse:
        return HTMLResponse(_list_page(store, person, exercise, page))

    @router.get("/sessions/{session_id}", response_class=HTMLResponse, include_in_schema=False)
    def session(session_id: str) -> HTMLResponse:
        kept = store.session(find_session(store, session_id))
        return HTMLResponse(
            render(
                "review.html.j2",
                session=kept,
                begun=in_local_words(kept.head.begun_at),
                origin=ORIGINS[kept.head.origin],
                video=store.video_file(kept.id) is not None,
                longest_why=LONGEST_WHY,
                longest_name=LONGEST_NAME,
            )
        )

    @router.get("/api/sessions/{session_id}/review", operation_id="review")
    def get_review(session_id: str) -> ReviewAnswer:
        """Give the machine's count of a session, the reviewed one, and what was changed."""
        return _answer(store, store.session(session_id))

    @router.get("/api/sessions/{session_id}/sets/{set_id}/signal", operation_id="signal")
    def get_signal(
        session_id: str, set_id: int, from_s: OptionalTime = None, to_s: OptionalTime = None
    ) -> SignalAnswer:
        """Give what a set was counted on: its recording counted anew, by the thresholds in force then."""
        return signal_answer(signals.of(store.session(session_id), set_id), from_s, to_s)

    @router.get(
        "/api/sessions/{session_id}/landmarks",
        operation_id="landmarks",
        response_class=StreamingResponse,
        responses=landmark_bytes.ANSWER,
    )
    def get_landmarks(session_id: str, from_s: Time, to_s: Time) -> StreamingResponse:
        """Give landmarks for a replay, up to two minutes of them; `web/landmark_bytes.py` has the format."""
        to_s = min(to_s, from_s + LONGEST_REPLAY_S)
        tracks = readable(store, session_id, from_s, to_s, [])
        first = next(tracks, None)
        size = (16, 9) if first is None else first.frame_size
        rest: Iterator[PoseTrack] = tracks if first is None else chain((first,), tracks)
        return StreamingResponse(
            landmark_bytes.message(size, from_s, rest), media_type=landmark_bytes.MEDIA_TYPE
        )

    @router.get(
        "/api/sessions/{session_id}/video",
        operation_id="video",
        response_class=FileResponse,
        responses=_VIDEO,
    )
    def get_video(session_id: str) -> FileResponse:
        """Give the video of a session, or the part of it that is asked for."""
        path = store.video_file(session_id)
        if path is None:
            raise HTTPException(404, "no video of this session is kept")
        return FileResponse(path)

    @router.post("/api/sessions/{session_id}/changes", operation_id="change")
    def post_change(session_id: str, new: NewChange) -> ReviewAnswer:
        """Change a session as its reviewer; the machine's count stays as it is. Gives it after that."""
        kept = store.session(session_id)
        _require_newest(kept, new.after)
        check(kept, new.change)
        try:
            store.add_change(
                session_id,
                signature(new.who),
                new.why.strip(),
                new.change.model_dump(mode="json"),
                after=new.after,
            )
        except ReposeError:
            # Somebody may have been quicker just now.
            _require_newest(store.session(session_id), new.after)
            raise
        return _answer(store, store.session(session_id))

    return router


def in_local_words(moment: datetime) -> str:
    """A moment in the time of this computer, such as "1 March 2027, 09:30"."""
    here = moment.astimezone()
    return f"{here.day} {here:%B %Y, %H:%M}"


def _answer(store: Store, session: KeptSession) -> ReviewAnswer:
    return review_answer(session, video=store.video_file(session.id) is not None)


def _require_newest(session: KeptSession, after: int | None) -> None:
    """Refuse a change of somebody who does not know the newest one.

    Raises:
        HTTPException: 409; it says who did what.
    """
    newest = max(session.changes, key=lambda change: change.id, default=None)
    if newest is None or newest.id == after:
        return
    did = tell(session)[newest.id].text
    raise HTTPException(409, f"{newest.who} has changed this session meanwhile: {did}")


def _list_page(store: Store, person: str, exercise: str, page: int) -> str:
    chosen = Selection(person_id=person or None, exercise=exercise or None)
    found = store.sessions(chosen, limit=PAGE + 1, offset=(page - 1) * PAGE)
    entries = found[:PAGE]
    judged = store.judged(Selection(ids=tuple(entry.id for entry in entries))).sets if entries else {}
    names = {slug: definition.name for slug, definition in known().items()}
    return render(
        "sessions.html.j2",
        lines=[
            ListLine(
                entry=entry,
                begun=in_local_words(entry.head.begun_at),
                exercises=", ".join(names.get(slug, slug) for slug in entry.exercises),
                origin=ORIGINS[entry.head.origin],
                judged=len(judged.get(entry.id, ())),
            )
            for entry in entries
        ],
        persons=store.persons(),
        exercises=names,
        person=person,
        exercise=exercise,
        page=page,
        more=len(found) > PAGE,
        first=(page - 1) * PAGE + 1,
    )
