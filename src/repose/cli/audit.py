"""`repose audit`: who saw, changed, took along and deleted whose data, and whether that log is whole."""

import json
import re
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Final

import typer

from repose.cli.console import output, table
from repose.cli.options import Database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from repose.audit.entry import Entry
    from repose.sessions.store import Store

app = typer.Typer(
    help="Who saw, changed, took along and deleted whose data; and whether that log was tampered with.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

ROWS: Final = 50
"""Entries that are listed, unless somebody wants another number of them."""

_ID: Final = re.compile(r"[0-9a-f]{32}")

Json = Annotated[bool, typer.Option("--json", help="Print JSON, no table.")]


@app.command(
    "list", epilog='\b\nExamples:\n  repose audit list --person "Åsa"\n  repose audit list --limit 500'
)
def list_entries(
    person: Annotated[
        str | None,
        typer.Option(metavar="NAME|ID", help="About this person, or everybody; of somebody deleted, the id."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many.")] = ROWS,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List what was done with whose data, newest first."""
    from repose.sessions.open_store import open_store

    with closing(open_store(database)) as store:
        person_id = None if person is None else _id_of(store, person)
        found = store.audit.entries(person_id, limit=limit)
        names = {one.id: one.name for one in store.persons()}
    if as_json:
        typer.echo(json.dumps([_entry_json(entry) for entry in found], indent=2, ensure_ascii=False))
        return
    if not found:
        typer.echo("Nothing is in the log." if person is None else "Nothing is in the log about that person.")
        return
    output().print(_table(found, names))


@app.command(
    "check", epilog="\b\nExample:\n  repose audit check --known 123:0f9a83b6c1d2e4f50f9a83b6c1d2e4f5"
)
def check_log(
    known: Annotated[
        str | None,
        typer.Option(metavar="NUMBER:HASH", help="What an earlier check printed and somebody wrote down."),
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Check whether an entry was changed, left out, put in or moved, or the end cut off. Exit code 1 if so.

    The end is checked against a file beside the database. Against somebody who may write both, only what is
    written down elsewhere helps: note the number and the hash that this prints, and give them to --known.
    """
    from repose.audit.check import Head, check
    from repose.audit.words import verdict
    from repose.sessions.open_store import open_store

    head = None if known is None else Head.of(known)
    with closing(open_store(database)) as store:
        found = check(store.audit, head)
    if as_json:
        said = {
            "entries": found.count,
            "head": None if found.head is None else str(found.head),
            "problems": list(found.problems),
            "notes": list(found.notes),
        }
        typer.echo(json.dumps(said, indent=2))
    else:
        typer.echo(verdict(found))
        for problem in found.problems:
            typer.echo(problem)
        for note in found.notes:
            typer.echo(f"note: {note}")
        if found.head is not None and not found.problems:
            typer.echo(f"To be written down, and given to --known at the next check: {found.head}")
    if found.problems:
        raise typer.Exit(1)


def _id_of(store: "Store", text: str) -> str:
    """The id of the person of this name; or the id itself, for somebody who may have been deleted.

    Raises:
        ReposeError: it is neither.
    """
    from repose.errors import NotThereError
    from repose.sessions.find import find_person

    try:
        return find_person(store, text).id
    except NotThereError:
        if _ID.fullmatch(text.strip().lower()):
            return text.strip().lower()
        raise


def _table(entries: "Sequence[Entry]", names: "Mapping[str, str]") -> "Table":
    from rich.markup import escape

    from repose.audit.words import SHORT, done, what, who, whose

    rows = table()
    rows.add_column("no.", justify="right", no_wrap=True)
    for title in ("when", "who", "did", "what", "whose", "session"):
        rows.add_column(title, no_wrap=title in ("when", "did", "session"), overflow="fold")
    for entry in entries:
        rows.add_row(
            str(entry.number),
            f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S}",
            escape(who(entry, names)),
            escape(done(entry)),
            escape(what(entry)),
            escape(whose(entry.person_id, names)),
            escape((entry.session_id or "")[:SHORT]),
        )
    return rows


def _entry_json(entry: "Entry") -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "who": entry.who,
        "role": entry.role,
        "doing": str(entry.doing),
        "what": entry.what,
        "person": entry.person_id,
        "session": entry.session_id,
        "previous": entry.previous,
        "hash": entry.hash,
    }
