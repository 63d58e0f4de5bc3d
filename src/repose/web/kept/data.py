"""The page on which a person owns their data: see it, take it along, delete it."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, HTMLResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask

from repose.accounts.acting import acting_now, may
from repose.accounts.roles import Right
from repose.calibration.history import numbers
from repose.calibration.profiles import CLINIC, Profiles
from repose.errors import ReposeError
from repose.exercises.load import known
from repose.sessions import own_profiles, retention
from repose.sessions.export import export
from repose.sessions.find import find_session
from repose.sessions.records import LONGEST_NAME, Deleted, Person, Selection, SessionEntry
from repose.sessions.retention import Retention
from repose.sessions.store import Store
from repose.sessions.usage import Place, Usage, size_of
from repose.web.kept import data_words as words
from repose.web.kept.stored import temporary
from repose.web.rendering import render

EXPORT: Final = "repose-export-"
"""With which the temporary folder of an export begins."""

LEFT_S: Final = 86_400.0
"""Age at which such a folder is no export any more that is being made or sent."""

PAGE: Final = 25
"""Sessions of a person that are shown at once."""

ALL: Final = "delete everything"
"""What has to be typed before everything is deleted."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rename(_Message):
    """Give a person another name."""

    name: str = Field(max_length=2 * LONGEST_NAME)


class DeletePerson(_Message):
    """Delete a person; their name as it is shown, typed by whoever wants it."""

    name: str = Field(max_length=2 * LONGEST_NAME)


class DeleteEverything(_Message):
    """Delete everything; the words "delete everything", typed by whoever wants it."""

    words: str = Field(max_length=100)


class Nothing(_Message):
    """No more needs to be said."""


class Told(_Message):
    """What was done, in words.

    Attributes:
        message: what was deleted, after it was seen that it is gone.
        traces: where else it may still be found, a sentence each.
    """

    message: str
    traces: tuple[str, ...] = ()


class PersonUsage(_Message):
    """How much is kept of a person, in words."""

    sessions: int
    recorded: str
    size: str
    videos: str


class UsageAnswer(_Message):
    """How much is kept: of each person by id, and in all."""

    persons: dict[str, PersonUsage]
    database: str | None
    videos: str


class DueAnswer(_Message):
    """How many sessions, and how many recordings of others, are older than a retention time."""

    sessions: int
    recordings: int


@dataclass(frozen=True, slots=True)
class Line:
    """A session in the list of a person."""

    entry: SessionEntry
    begun: str
    exercises: str


def data_routes(store: Store, profiles: Profiles, now: Callable[[], datetime] | None = None) -> APIRouter:
    """The routes.

    Args:
        store: of the kept sessions.
        profiles: of which a person's goes where the person goes.
        now: what time it is; None for this computer's clock.
    """
    router = APIRouter()
    clock = now or (lambda: datetime.now(UTC))
    _sweep(datetime.now(UTC))

    @router.get("/data", response_class=HTMLResponse, include_in_schema=False)
    def data(person: str = "", page: Annotated[int, Query(ge=1, le=1_000_000)] = 1) -> HTMLResponse:
        return HTMLResponse(render("data.html.j2", room="/data", **_page(store, profiles, person, page)))

    @router.get("/data/persons/{person_id}/export.zip", include_in_schema=False)
    def export_person(person_id: str, videos: bool = True) -> FileResponse:
        ids = [store.person(person_id).id]
        return _zipped(store, person_id[:8], clock(), profiles=profiles, videos=videos, person_ids=ids)

    @router.get("/data/sessions/{session_id}/export.zip", include_in_schema=False)
    def export_session(session_id: str, videos: bool = True) -> FileResponse:
        found = find_session(store, session_id)
        return _zipped(store, found[:8], clock(), profiles=profiles, videos=videos, session_ids=[found])

    @router.get("/data/export.zip", include_in_schema=False)
    def export_all(videos: bool = True) -> FileResponse:
        persons = [person.id for person in store.persons()]
        return _zipped(store, "everything", clock(), profiles=profiles, videos=videos, person_ids=persons)

    @router.get("/api/data/usage", operation_id="usage")
    def usage() -> UsageAnswer:
        """Tell how much is kept of each person, and in all."""
        return _usage(store)

    @router.post("/api/data/persons/{person_id}/rename", operation_id="rename_person")
    def rename(person_id: str, new: Rename) -> Told:
        """Give a person another name."""
        person = own_profiles.rename_person(store, profiles, person_id, new.name)
        return Told(message=f"The name is now {person.name}.")

    @router.post("/api/data/persons/{person_id}/delete", operation_id="delete_person")
    def delete_person(person_id: str, sure: DeletePerson) -> Told:
        """Delete a person with all that belongs to them, and see that it is gone."""
        person = store.person(person_id)
        if " ".join(sure.name.split()) != person.name:
            raise ReposeError(f"{sure.name!r} is not the name; nothing was deleted. Type {person.name}")
        deleted, files = own_profiles.delete_person(store, profiles, person_id)
        return _told(deleted, persons=1, profiles=files)

    @router.post("/api/data/persons/{person_id}/delete-recordings", operation_id="delete_recordings")
    def delete_recordings(person_id: str, _: Nothing) -> Told:
        """Delete the landmarks and videos of a person's sessions; what was counted stays."""
        deleted = Deleted()
        for entry in store.sessions(Selection(person_id=store.person(person_id).id, recorded=True)):
            deleted += store.delete_landmarks(entry.id)
        return _told(deleted)

    @router.post("/api/data/sessions/{session_id}/delete", operation_id="delete_session")
    def delete_session(session_id: str, _: Nothing) -> Told:
        """Delete a session, and see that it is gone."""
        return _told(store.delete_session(session_id))

    @router.post("/api/data/sessions/{session_id}/delete-recording", operation_id="delete_recording")
    def delete_recording(session_id: str, _: Nothing) -> Told:
        """Delete the landmarks and the video of a session; what was counted stays."""
        return _told(store.delete_landmarks(session_id))

    @router.post("/api/data/delete-everything", operation_id="delete_everything")
    def delete_everything(sure: DeleteEverything) -> Told:
        """Delete all persons with all that belongs to them and the copies from before updates."""
        if " ".join(sure.words.split()).lower() != ALL:
            raise ReposeError(f"nothing was deleted; type: {ALL}")
        backups, persons = store.place.backups, store.persons()
        # Copies first: what is told of them afterwards is then true.
        store.delete_backups(backups)
        deleted = Deleted()
        files = sum(profiles.forget(name) for name in own_profiles.nobodys(store, profiles))
        for person in persons:
            more, of_person = own_profiles.delete_person(store, profiles, person.id)
            deleted, files = deleted + more, files + of_person
        return _told(deleted, persons=len(persons), backups=len(backups), profiles=files)

    @router.post("/api/data/delete-backups", operation_id="delete_backups")
    def delete_backups(_: Nothing) -> Told:
        """Delete the copies of the database from before updates."""
        backups = store.place.backups
        store.delete_backups(backups)
        return _told(Deleted(), backups=len(backups))

    @router.post("/api/data/retention/due", operation_id="retention_due")
    def retention_due(wanted: Retention) -> DueAnswer:
        """Tell what would be deleted at once if this retention time were in force; nothing is."""
        due = retention.due(store, clock(), wanted)
        return DueAnswer(sessions=len(due.sessions), recordings=len(set(due.recordings) - set(due.sessions)))

    @router.post("/api/data/retention", operation_id="retention")
    def set_retention(wanted: Retention) -> Told:
        """Put a retention time in force, and delete what is older."""
        retention.write(store, wanted)
        deleted = retention.apply(store, clock())
        if not (deleted.sessions or deleted.chunks or deleted.videos):
            return Told(message="Saved. Nothing is older than that.")
        return _told(deleted, before="Saved. ")

    return router


def _page(store: Store, profiles: Profiles, person_id: str, page: int) -> dict[str, Any]:
    """What the page shows; sizes come later, for adding them up takes time in a large database."""
    shown = store.person(person_id) if person_id else None
    lines = _lines(store, shown, page) if shown else []
    place = store.place
    return {
        "persons": store.persons(),
        "shown": shown,
        "lines": lines[:PAGE],
        "more": len(lines) > PAGE,
        "page": page,
        "place": place,
        # Where it is on the disk is nothing to those who sign in from elsewhere.
        "here": acting_now().role is None,
        "database_size": None if place.file is None else words.size(_database_bytes(place)),
        "backups": [(path.name, words.size(size_of(path))) for path in place.backups],
        "retention": _retention(store),
        "everything": ALL,
        "profiles": _profiles(store, profiles),
        "longest_name": LONGEST_NAME,
    }


def _profiles(store: Store, profiles: Profiles) -> dict[str, Any]:
    """Where profiles are, the number of versions of each person's by id, and whose else there are."""
    try:
        found = {person.id: profiles.paths(person.name) for person in store.persons()}
        return {
            "folder": profiles.folder,
            "clinic": CLINIC in profiles.names(),
            "versions": {
                person_id: words.number(sum(len(numbers(path)) for path in paths), "version")
                for person_id, paths in found.items()
                if paths
            },
            # To a patient all others are nobody, and are none of their business.
            "others": own_profiles.nobodys(store, profiles) if may(Right.REVIEW) else (),
            "problem": "",
        }
    except ReposeError as error:
        return {
            "folder": profiles.folder,
            "clinic": False,
            "versions": {},
            "others": (),
            "problem": str(error),
        }


def _lines(store: Store, person: Person, page: int) -> list[Line]:
    entries = store.sessions(Selection(person_id=person.id), limit=PAGE + 1, offset=(page - 1) * PAGE)
    names = {slug: definition.name for slug, definition in known().items()}
    return [
        Line(
            entry=entry,
            begun=f"{begun.day} {begun:%b %Y, %H:%M}",
            exercises=", ".join(names.get(slug, slug) for slug in entry.exercises),
        )
        for entry in entries
        for begun in [entry.head.begun_at.astimezone()]
    ]


def _retention(store: Store) -> Retention | None:
    """What is in force; None if it cannot be read, then it has to be set again."""
    try:
        return retention.read(store)
    except ReposeError:
        return None


def _usage(store: Store) -> UsageAnswer:
    found, place = store.usage(), store.place
    films = sum(_film_bytes(place, one) for one in found.values())
    number = sum(len(one.videos) for one in found.values())
    return UsageAnswer(
        persons={person.id: _of_person(place, found.get(person.id, Usage())) for person in store.persons()},
        database=None if place.file is None else words.size(_database_bytes(place)),
        videos=f"{words.number(number, 'video')}, {words.size(films)}" if number else "none",
    )


def _of_person(place: Place, one: Usage) -> PersonUsage:
    films = _film_bytes(place, one)
    return PersonUsage(
        sessions=one.sessions,
        recorded=words.length(one.recorded_s) if one.landmark_bytes else "none",
        size=words.size(one.landmark_bytes + films),
        videos=f"{words.number(len(one.videos), 'video')}, {words.size(films)}" if one.videos else "",
    )


def _film_bytes(place: Place, one: Usage) -> int:
    return size_of(*(place.videos / name for name in one.videos))


def _database_bytes(place: Place) -> int:
    """Of the file, and of what SQLite keeps beside it."""
    if place.file is None:
        return 0
    beside = [place.file.with_name(place.file.name + ending) for ending in ("-wal", "-shm")]
    return size_of(place.file, *beside)


def _told(
    deleted: Deleted, *, persons: int = 0, backups: int = 0, profiles: int = 0, before: str = ""
) -> Told:
    return Told(message=before + words.gone(deleted, persons, backups, profiles), traces=deleted.traces)


def _zipped(
    store: Store,
    name: str,
    now: datetime,
    *,
    profiles: Profiles,
    videos: bool,
    session_ids: Sequence[str] = (),
    person_ids: Sequence[str] = (),
) -> FileResponse:
    """An export as a file, which is there only until it has been sent."""
    folder = Path(tempfile.mkdtemp(prefix=EXPORT))
    try:
        path = folder / "export.zip"
        export(store, path, session_ids=session_ids, person_ids=person_ids, videos=videos, profiles=profiles)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        path,
        media_type="application/zip",
        filename=f"repose-{now.astimezone():%Y-%m-%d}-{name}.zip",
        background=BackgroundTask(_remove, folder),
    )


def _sweep(now: datetime) -> None:
    """Remove exports that were left because Repose was killed while it sent them."""
    for folder in temporary(EXPORT):
        with suppress(OSError):
            if now.timestamp() - folder.lstat().st_mtime > LEFT_S:
                shutil.rmtree(folder)


def _remove(folder: Path) -> None:
    with suppress(OSError):
        shutil.rmtree(folder)
