"""`repose sessions`: what has been kept."""

import json
from typing import TYPE_CHECKING, Annotated, Final

import typer

from repose.cli.console import output, table
from repose.cli.options import Database
from repose.cli.selecting import OfExercise, OfPerson, Since, Until, selected

if TYPE_CHECKING:
    from rich.table import Table

    from repose.sessions.records import SessionEntry

ROWS: Final = 50
"""Rows of the table, unless somebody wants another number of them."""


def sessions(
    person: OfPerson = None,
    exercise: OfExercise = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="At most so many.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of JSON objects, no table.")] = False,
    database: Database = None,
) -> None:
    """List the kept sessions, newest first. Other commands take the begin of an id, or "latest"."""
    from repose.sessions.open_store import open_store

    store = open_store(database)
    try:
        selection = selected(store, person, exercise, since, until)
        most = limit if limit is not None or as_json else ROWS + 1
        found = store.sessions(selection, limit=most)
    finally:
        store.close()
    if as_json:
        typer.echo(json.dumps([_entry_json(entry) for entry in found], indent=2, ensure_ascii=False))
        return
    console = output()
    if not found:
        anything = any((person, exercise, since, until))
        console.print("No session is like that." if anything else "No session has been kept yet.")
        return
    shown = found if limit is not None else found[:ROWS]
    console.print(session_table(shown))
    if len(shown) < len(found):
        console.print(f"There are more: --limit {4 * ROWS} shows older ones too.", style="dim")


def session_table(entries: "tuple[SessionEntry, ...]") -> "Table":
    """Sessions as rows: the begin of the id, when, who, what, how many."""
    from rich.markup import escape

    from repose.sessions.find import SHOWN

    rows = table()
    for title in ("id", "begun", "person", "exercises"):
        rows.add_column(title, no_wrap=title in ("id", "begun"), overflow="fold")
    for title in ("sets", "reps", "partials"):
        rows.add_column(title, justify="right", no_wrap=True)
    rows.add_column("remarks", overflow="fold")
    for entry in entries:
        rows.add_row(
            entry.id[:SHOWN],
            f"{entry.head.begun_at.astimezone():%Y-%m-%d %H:%M}",
            escape(entry.person.name),
            "\n".join(entry.exercises),
            *(str(number) for number in (entry.sets, entry.reps, entry.partials)),
            escape(_remarks(entry)),
        )
    return rows


def _entry_json(entry: "SessionEntry") -> dict[str, object]:
    return {
        "id": entry.id,
        "person": entry.person.name,
        "begun_at": entry.head.begun_at.isoformat(),
        "ended_at": None if entry.ended_at is None else entry.ended_at.isoformat(),
        "origin": entry.head.origin.value,
        "purpose": entry.head.purpose.value,
        "source": entry.head.source,
        "exercises": list(entry.exercises),
        "sets": entry.sets,
        "reps": entry.reps,
        "partials": entry.partials,
        "changes": entry.changes,
        "model": entry.head.model,
        "video": entry.head.video is not None,
    }


def _remarks(entry: "SessionEntry") -> str:
    """What is out of the ordinary."""
    from repose.sessions.records import Origin, Purpose

    remarks = []
    if entry.head.purpose is Purpose.CALIBRATION:
        remarks.append("calibration")
    if entry.head.origin is Origin.VIDEO:
        remarks.append(f"counted in {entry.head.source}")
    elif entry.ended_at is None:
        remarks.append("not ended")
    if entry.changes:
        remarks.append("reviewed")
    if entry.head.video is not None:
        remarks.append("video kept")
    return ", ".join(remarks)
