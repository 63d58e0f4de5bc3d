"""`repose export`: a session's or a person's data, for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from repose.cli.console import time_progress
from repose.cli.options import Database
from repose.errors import ReposeError


def export(
    to: Annotated[
        Path, typer.Option(metavar="DIR|FILE.zip", help="A new or empty folder, or a ZIP file to write.")
    ],
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help='Sessions: the first characters of an id, or "latest".'),
    ] = None,
    person: Annotated[
        str | None, typer.Option(metavar="NAME", help="A person with all that is kept of them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All persons with all their sessions.")] = False,
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help="Of the tables: csv, parquet and json, or some.")
    ] = "csv,parquet,json",
    no_videos: Annotated[
        bool, typer.Option("--no-videos", help="Leave out videos that are kept of the sessions.")
    ] = False,
    database: Database = None,
) -> None:
    """Export sessions, a person, or everything: tables, landmarks to count again, profiles, videos.

    Tables: persons, programmes, sessions, sets, reps, reviewed events, changes, annotations, time not
    measured, recordings. README.txt and about.json say what each column means. File names are ids.
    """
    from repose.accounts.acting import Doing, doing
    from repose.calibration.profiles import Profiles
    from repose.sessions.export import export as write_export
    from repose.sessions.export_target import check_target
    from repose.sessions.export_writers import FORMATS
    from repose.sessions.find import find_person, find_session
    from repose.sessions.open_store import open_store

    if sum([bool(ids), person is not None, everything]) != 1:
        raise ReposeError("say what to export: sessions by their id, or --person NAME, or --all")
    wanted = {part.strip().lower() for part in formats.split(",")}
    if unknown := sorted(wanted - set(FORMATS)):
        raise ReposeError(f"--format: {unknown[0]!r} is none of {', '.join(FORMATS)}")
    check_target(to)
    store = open_store(database)
    try:
        sessions = [find_session(store, text) for text in ids or []]
        persons = [find_person(store, person).id] if person is not None else []
        if everything:
            persons = [one.id for one in store.persons()]
        with doing(Doing.EXPORT), time_progress() as on_session:
            problems = write_export(
                store,
                to,
                session_ids=sessions,
                person_ids=persons,
                formats=[one for one in FORMATS if one in wanted],
                videos=not no_videos,
                profiles=Profiles(),
                on_session=on_session,
            )
    finally:
        store.close()
    for problem in problems:
        typer.echo(f"repose: left out: {problem}", err=True)
    typer.echo(f"Exported to {to}")
