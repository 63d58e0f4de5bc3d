"""`repose delete`: the person owns the data."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from repose.cli.console import output
from repose.cli.options import Database
from repose.errors import NotThereError, ReposeError

if TYPE_CHECKING:
    from repose.calibration.profiles import Profiles
    from repose.sessions.records import Deleted
    from repose.sessions.store import Store


def delete(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help='Sessions: the begin of an id, or "latest".')
    ] = None,
    person: Annotated[
        str | None, typer.Option(metavar="NAME", help="A person with all that belongs to them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All persons with all their sessions.")] = False,
    recordings_only: Annotated[
        bool, typer.Option("--recordings-only", help="Landmarks and videos; what was counted stays.")
    ] = False,
    with_backups: Annotated[
        bool, typer.Option("--backups", help="The copies from before updates too; they hold what was kept.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    database: Database = None,
) -> None:
    """Delete sessions, a person, or everything; then look whether it is gone. Nothing can bring it back.

    With a person goes their calibration profile and all its versions; the clinic's profile stays.
    """
    from repose.audit.audited_profiles import AuditedProfiles
    from repose.sessions.open_store import open_store

    named = [bool(ids), person is not None, everything]
    if sum(named) > 1:
        raise ReposeError("give sessions, or --person, or --all: one of the three")
    if not any(named) and not with_backups:
        raise ReposeError("say what to delete: sessions by their id, --person NAME, --all, or --backups")
    if recordings_only and not any(named):
        raise ReposeError("say whose recordings: sessions by their id, --person NAME, or --all")
    store = open_store(database)
    try:
        sessions, persons = _chosen(store, ids or [], person, everything, recordings_only)
        profiles = AuditedProfiles(store)
        owners: list[str] = []
        if recordings_only:
            persons = []
        elif not ids:
            owners = _owners(store, profiles, person, everything)
        copies = store.place.backups if with_backups else ()
        if not (sessions or persons or copies or owners):
            typer.echo("There is nothing to delete.")
            return
        _announce(store, sessions, persons, copies, recordings_only, owners)
        if not yes:
            _ask()
        # Copies first: what is told of them afterwards is then true.
        store.delete_backups(copies)
        files = _forget(store, profiles, owners)
        deleted = _delete(store, sessions, persons, recordings_only)
    finally:
        store.close()
    typer.echo(_told(deleted, len(copies), files))
    for trace in deleted.traces:
        typer.echo(trace)


def _chosen(
    store: "Store", ids: Sequence[str], person: str | None, everything: bool, recorded_only: bool
) -> tuple[list[str], list[str]]:
    """Ids of the sessions and persons that are meant: all are looked up before one is deleted."""
    from repose.calibration.profiles import Profiles
    from repose.sessions.find import find_person, find_session
    from repose.sessions.records import Selection

    if ids:
        return list(dict.fromkeys(find_session(store, text) for text in ids)), []
    if person is not None:
        try:
            persons = [find_person(store, person).id]
        except NotThereError:
            # There may be a profile of somebody of whom nothing else is kept.
            if recorded_only or not Profiles().paths(person):
                raise
            persons = []
    else:
        persons = [one.id for one in store.persons()] if everything else []
    recorded = True if recorded_only else None
    found = [
        entry.id
        for person_id in persons
        for entry in store.sessions(Selection(person_id=person_id, recorded=recorded))
    ]
    return found, persons


def _owners(store: "Store", profiles: "Profiles", person: str | None, everything: bool) -> list[str]:
    """Names of the persons whose profiles go."""
    from repose.sessions.find import find_person
    from repose.sessions.own_profiles import nobodys

    if person is not None:
        try:
            names = [find_person(store, person).name]
        except NotThereError:
            names = [person]
    else:
        names = [one.name for one in store.persons()] if everything else []
    owners = [name for name in names if profiles.paths(name)]
    return owners + (list(nobodys(store, profiles)) if everything else [])


def _forget(store: "Store", profiles: "Profiles", owners: Sequence[str]) -> int:
    from repose.sessions.own_profiles import forget

    return sum(forget(store, profiles, name) for name in owners)


def _announce(
    store: "Store",
    sessions: Sequence[str],
    persons: Sequence[str],
    copies: Sequence[Path],
    recordings_only: bool,
    owners: Sequence[str],
) -> None:
    from repose.cli.sessions import ROWS, session_table
    from repose.sessions.records import Selection

    console = output()
    if sessions:
        console.print(session_table(store.sessions(Selection(ids=tuple(sessions[:ROWS])))))
        if len(sessions) > ROWS:
            console.print(f"and {len(sessions) - ROWS} more", style="dim")
    what = "landmarks and videos of " if recordings_only else ""
    parts = [f"{what}{_number(len(sessions), 'session')}"] if sessions else []
    if persons:
        names = [store.person(one).name for one in persons[:ROWS]]
        more = f" and {len(persons) - len(names)} more" if len(persons) > len(names) else ""
        parts.append(f"{_number(len(persons), 'person')} ({', '.join(names)}{more})")
    if copies:
        parts.append(f"{_number(len(copies), 'backup')} ({', '.join(copy.name for copy in copies)})")
    if owners:
        whose = ", ".join(owners[:ROWS]) + (f" and {len(owners) - ROWS} more" if len(owners) > ROWS else "")
        parts.append(f"{_number(len(owners), 'calibration profile')} with all versions ({whose})")
    typer.echo(f"To be deleted: {', '.join(parts)}.")


def _ask() -> None:
    if not sys.stdin.isatty():
        raise ReposeError("nobody can be asked here, so nothing was deleted; add --yes to delete it")
    if not typer.confirm("Nothing can bring it back. Delete it?"):
        typer.echo("Nothing was deleted.")
        raise typer.Exit


def _delete(
    store: "Store", sessions: Sequence[str], persons: Sequence[str], recordings_only: bool
) -> "Deleted":
    from repose.sessions.records import Deleted

    deleted = Deleted()
    if recordings_only:
        for session_id in sessions:
            deleted += store.delete_landmarks(session_id)
    elif persons:
        for person_id in persons:
            deleted += store.delete_person(person_id)
    else:
        for session_id in sessions:
            deleted += store.delete_session(session_id)
    return deleted


def _told(deleted: "Deleted", copies: int, files: int) -> str:
    parts = [
        _number(count, what)
        for count, what in (
            (deleted.sessions, "session"),
            (deleted.reps, "rep or partial"),
            (deleted.chunks, "piece of landmarks"),
            (deleted.videos, "video"),
            (copies, "backup"),
            (files, "file of a calibration profile"),
        )
        if count
    ]
    return f"Deleted, and seen that it is gone: {', '.join(parts) or 'what there was'}."


def _number(count: int, what: str) -> str:
    if count == 1:
        return f"1 {what}"
    return f"{count} {_PLURALS.get(what, what + 's')}"


_PLURALS: Final = {
    "rep or partial": "reps and partials",
    "piece of landmarks": "pieces of landmarks",
    "file of a calibration profile": "files of calibration profiles",
}
