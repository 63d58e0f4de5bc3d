"""Exports: all that is kept of sessions or persons, in formats that other programs read."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from repose.calibration.profiles import Profiles
from repose.errors import ReposeError
from repose.sessions.export_about import about, as_json, readme
from repose.sessions.export_recordings import write_recordings
from repose.sessions.export_tables import RECORDINGS, TABLES, person_rows, session_rows
from repose.sessions.export_target import Target, check_target, opened
from repose.sessions.export_writers import FORMATS, Format, TableWriter
from repose.sessions.own_profiles import exported_files
from repose.sessions.records import Selection, SessionEntry
from repose.sessions.store import Store

OnSession = Callable[[str, float, float], None]
"""Called with what is done now, and how many sessions of how many are done."""

Writers = Mapping[str, TableWriter]
"""By the name of the table."""


def export(
    store: Store,
    to: Path,
    *,
    session_ids: Sequence[str] = (),
    person_ids: Sequence[str] = (),
    formats: Sequence[Format] = FORMATS,
    videos: bool = True,
    profiles: Profiles | None = None,
    on_session: OnSession | None = None,
) -> list[str]:
    """Export sessions, and persons with all their sessions.

    File names are ids, never a person's name. A session of hours needs little memory.

    Args:
        store: where they are kept.
        to: a new or empty folder, or a ZIP file.
        session_ids: of single sessions.
        person_ids: of persons with all that is kept of them.
        formats: of the tables.
        videos: whether videos that are kept go too.
        profiles: of which those of the persons go too, with all their versions; None for none.
        on_session: told of the progress.

    Returns:
        What could not be exported, because it is damaged; it is told in the export too.

    Raises:
        ReposeError: the target cannot be written, or the store cannot be used.
    """
    check_target(to)
    entries = _sessions(store, session_ids, person_ids)
    made_at = datetime.now(UTC)
    problems: list[str] = []
    with opened(to) as target:
        with ExitStack() as stack:
            writers = {
                table.name: stack.enter_context(
                    TableWriter(
                        table,
                        {kind: stack.enter_context(target.file(f"{table.name}.{kind}")) for kind in formats},
                        made_at,
                    )
                )
                for table in TABLES
            }
            _write_persons(store, entries, person_ids, writers)
            for done, entry in enumerate(entries):
                tell = partial(_tell, on_session, done, len(entries))
                _write_session(store, entry.id, target, writers, problems, tell, videos=videos)
        if profiles is not None:
            _write_profiles(store, profiles, person_ids, target)
        with target.file("about.json") as path:
            path.write_text(as_json(about(made_at, problems)) + "\n", encoding="utf-8")
        with target.file("README.txt") as path:
            path.write_text(readme(made_at, problems), encoding="utf-8")
    return problems


def _sessions(store: Store, session_ids: Sequence[str], person_ids: Sequence[str]) -> list[SessionEntry]:
    """All sessions that are meant, oldest first, each once."""
    found = {}
    if session_ids:
        found = {entry.id: entry for entry in store.sessions(Selection(ids=tuple(session_ids)))}
    if missing := set(session_ids) - set(found):
        raise ReposeError(f"there is no session {min(missing)!r}; it may have been deleted")
    for person_id in person_ids:
        found |= {entry.id: entry for entry in store.sessions(Selection(person_id=person_id))}
    return sorted(found.values(), key=lambda entry: (entry.head.begun_at, entry.id))


def _write_persons(
    store: Store, entries: Sequence[SessionEntry], person_ids: Sequence[str], writers: Writers
) -> None:
    """Persons with what was prescribed to them; of those of single sessions, the name alone."""
    whole = [store.person(person_id) for person_id in dict.fromkeys(person_ids)]
    others = {entry.person.id: entry.person for entry in entries if entry.person.id not in set(person_ids)}
    for person in (*whole, *others.values()):
        prescriptions = store.prescriptions(person.id) if person.id not in others else ()
        for table, row in person_rows(person, prescriptions):
            writers[table.name].write(row)


def _write_session(
    store: Store,
    session_id: str,
    target: Target,
    writers: Writers,
    problems: list[str],
    tell: Callable[[float], None],
    *,
    videos: bool,
) -> None:
    session = store.session(session_id)
    tell(0.0)
    film = store.video_file(session_id) if videos else None
    name = None if film is None else f"videos/{session_id}{film.suffix.lower()}"
    for table, row in session_rows(session, name):
        writers[table.name].write(row)
    if film is not None and name is not None:
        with target.file(name) as path:
            shutil.copyfile(film, path)
    first_s, last_s = session.recorded_s or (0.0, 0.0)

    def on_time(time_s: float) -> None:
        tell((time_s - first_s) / max(last_s - first_s, 1.0))

    for row in write_recordings(session, store, target.file, problems, on_time):
        writers[RECORDINGS.name].write(row)


def _write_profiles(store: Store, profiles: Profiles, person_ids: Sequence[str], target: Target) -> None:
    for person_id in dict.fromkeys(person_ids):
        for name, file in exported_files(profiles, store.person(person_id)):
            with target.file(name) as path:
                shutil.copyfile(file, path)


def _tell(on_session: OnSession | None, done: int, total: int, part: float) -> None:
    if on_session is not None:
        on_session(f"exporting session {done + 1} of {total}", done + min(part, 1.0), float(total))
