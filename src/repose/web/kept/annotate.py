"""The page on which a person labels what truly happened, and what it asks of the server."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from repose.accounts.acting import signature
from repose.coaching.programme import allowed_sides
from repose.errors import NotThereError, ReposeError
from repose.evaluation.truth import Truth, read_truth
from repose.exercises.load import known
from repose.review.words import REASONS, faults_in_words
from repose.sessions.find import find_session
from repose.sessions.records import LONGEST_NAME, Annotation, KeptSession
from repose.sessions.recount import span_of
from repose.sessions.store import Store
from repose.web.kept import landmark_bytes
from repose.web.kept.landmarks_apart import Landmarks
from repose.web.kept.review import in_local_words
from repose.web.kept.review_data import set_title
from repose.web.rendering import render

MOST_BYTES: Final = 256 * 1024 * 1024
"""Of a recording: about five hours."""

AT_ONCE: Final = 4
"""Recordings that are received and looked through at a time, of all pages; each takes room on the disk."""

LONGEST_TRUTH: Final = 8 * 1024 * 1024
"""Characters of a truth file; angles of an hour are 5 million."""

LATEST: Final = 6
"""Sessions that are offered."""

_RECORDING: Final = "application/octet-stream"
_BYTES: Final = {"type": "string", "format": "binary"}

_FILE: Final = "this file"
"""What a file that was sent is called in messages: its name is the person's own affair."""


class TruthText(BaseModel):
    """A truth file to be checked.

    Attributes:
        text: its content.
        exercise: which exercise it must be about; None for any.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(max_length=LONGEST_TRUTH)
    exercise: str | None = None


class NewAnnotation(BaseModel):
    """An annotation of a kept set: a truth file with the times of the session's own clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: str = Field(max_length=2 * LONGEST_NAME)
    text: str = Field(max_length=LONGEST_TRUTH)


class AnnotationAnswer(BaseModel):
    """What somebody said of a set; `truth` has the times of the session's own clock."""

    who: str
    at: str
    truth: dict[str, Any]


def annotate_routes(store: Store) -> APIRouter:
    """The routes over this store."""
    router = APIRouter()
    arriving = asyncio.Semaphore(AT_ONCE)

    @router.get("/annotate", response_class=HTMLResponse, include_in_schema=False)
    def annotate(session: str = "", chosen: Annotated[int | None, Query(alias="set")] = None) -> HTMLResponse:
        kept = store.session(find_session(store, session)) if session else None
        return HTMLResponse(_page(store, kept, chosen))

    @router.post("/api/truth/check", operation_id="check_truth")
    def check_truth(asked: TruthText) -> dict[str, Any]:
        """Check a truth file, and give it as it is understood."""
        return _as_json(_truth(asked.text, asked.exercise))

    @router.post(
        "/api/recordings/landmarks",
        operation_id="recording_landmarks",
        response_class=StreamingResponse,
        responses=landmark_bytes.ANSWER,
        openapi_extra={"requestBody": {"required": True, "content": {_RECORDING: {"schema": _BYTES}}}},
    )
    async def recording_landmarks(request: Request) -> StreamingResponse:
        """Read a recording that is sent as it is, and give its landmarks; nothing of it is kept."""
        if arriving.locked():
            raise HTTPException(503, "other recordings are just being opened; try again in a moment")
        folder = tempfile.TemporaryDirectory(prefix="repose-")
        try:
            path = Path(folder.name) / _FILE
            async with arriving:
                await _receive(request, path)
                landmarks = await run_in_threadpool(Landmarks, path)
        except BaseException:
            folder.cleanup()
            raise
        return StreamingResponse(_then_removed(landmarks, folder), media_type=landmark_bytes.MEDIA_TYPE)

    @router.get("/api/sessions/{session_id}/sets/{set_id}/annotations", operation_id="annotations")
    def get_annotations(session_id: str, set_id: int) -> tuple[AnnotationAnswer, ...]:
        """Give what people said of a set, the newest last."""
        return _annotations(store.session(session_id), set_id)

    @router.post("/api/sessions/{session_id}/sets/{set_id}/annotations", operation_id="annotate")
    def post_annotation(session_id: str, set_id: int, new: NewAnnotation) -> tuple[AnnotationAnswer, ...]:
        """Keep an annotation with its session; the newest one of a set is in force."""
        kept = store.session(session_id)
        one = next((one for one in kept.sets if one.id == set_id), None)
        if one is None:
            raise NotThereError(f"there is no set {set_id} in this session")
        store.add_annotation(set_id, signature(new.who), _as_json(_truth(new.text, one.head.exercise)))
        return _annotations(store.session(session_id), set_id)

    return router


def _page(store: Store, session: KeptSession | None, chosen: int | None) -> str:
    sets = () if session is None else session.sets
    if session is not None and not sets:
        raise ReposeError("no set was begun in this session, so there is nothing to annotate")
    one = next((one for one in sets if one.id == chosen), sets[0] if sets and chosen is None else None)
    if session is not None and one is None:
        raise NotThereError(f"there is no set {chosen} in this session")
    source: dict[str, Any] | None = None
    if session is not None and one is not None:
        recorded = session.recorded_s
        from_s, to_s = span_of(session, one.id)
        ends = [kept.rep.end_s for kept in one.reps] + [from_s + 1.0]
        source = {
            "session": session.id,
            "set": one.id,
            "exercise": one.head.exercise,
            "side": one.head.prescribed,
            "from_s": from_s,
            "to_s": to_s if to_s is not None else max(*ends, recorded[1] if recorded else 0.0),
            "zero_s": recorded[0] if recorded else 0.0,
            "recorded": recorded is not None,
            "name": f"session-{session.id[:8]}-set-{sets.index(one) + 1}",
        }
    return render(
        "annotate.html.j2",
        session=session,
        chosen=one,
        titles=[(other.id, f"Set {number}: {set_title(other)}") for number, other in enumerate(sets, 1)],
        begun=in_local_words(session.head.begun_at) if session else "",
        source=source,
        video=session is not None and store.video_file(session.id) is not None,
        latest=[
            (entry, in_local_words(entry.head.begun_at))
            for entry in (store.sessions(limit=LATEST) if session is None else ())
            if entry.sets
        ],
        exercises=[
            {
                "slug": slug,
                "name": definition.name,
                "sides": allowed_sides(definition),
                "faults": faults_in_words(definition),
            }
            for slug, definition in known().items()
        ],
        reasons=REASONS,
        most_bytes=MOST_BYTES,
        longest_name=LONGEST_NAME,
    )


def _truth(text: str, exercise: str | None) -> Truth:
    """What a truth file says, in the words of its reader if it is wrong."""
    with tempfile.TemporaryDirectory(prefix="repose-") as folder:
        path = Path(folder) / _FILE
        path.write_text(text, encoding="utf-8")
        truth = read_truth(path)
    if exercise is not None and truth.exercise != exercise:
        raise ReposeError(f"{_FILE}: is about {truth.exercise}, not {exercise}; choose another one")
    return truth


def _as_json(truth: Truth) -> dict[str, Any]:
    said: dict[str, Any] = truth.model_dump(mode="json", exclude_none=True)
    return said


def _annotations(session: KeptSession, set_id: int) -> tuple[AnnotationAnswer, ...]:
    def answer(said: Annotation) -> AnnotationAnswer:
        return AnnotationAnswer(who=said.who, at=said.at.isoformat(), truth=said.truth)

    return tuple(answer(said) for said in session.annotations if said.set_id == set_id)


async def _receive(request: Request, path: Path) -> None:
    """Write what is sent to a file.

    Raises:
        HTTPException: it is too much.
    """
    size = 0
    with path.open("wb") as file:
        async for piece in request.stream():
            size += len(piece)
            if size > MOST_BYTES:
                most = MOST_BYTES // 1024**2
                raise HTTPException(413, f"this recording is too large: at most {most} MB can be opened here")
            await run_in_threadpool(file.write, piece)


def _then_removed(landmarks: Landmarks, folder: "tempfile.TemporaryDirectory[str]") -> Iterator[bytes]:
    with folder, closing(landmarks):
        yield from landmarks
