"""`repose migrate`: brings the database up to date."""

import json
import sys
from typing import Annotated

import typer

from repose.cli.options import Database


def migrate(
    database: Database = None,
    backed_up: Annotated[
        bool, typer.Option("--yes", help="There is a backup of the PostgreSQL database: ask nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no words.")] = False,
) -> None:
    """Bring the database up to date with this Repose. A SQLite file is copied first, beside itself.

    Other commands do so too when they open an older SQLite file; PostgreSQL is left to this one, as nobody
    but its owner can make the backup.
    """
    from repose.sessions.database import POSTGRESQL, connect, shown
    from repose.sessions.migrate import bring_up_to_date, version_of
    from repose.sessions.migrations import HEAD
    from repose.sessions.open_store import named_address

    engine = connect(named_address(database))
    try:
        name = shown(engine.url)
        if engine.dialect.name == POSTGRESQL and not backed_up and sys.stdin.isatty():
            before = version_of(engine)
            if before is not None and before < HEAD:
                backed_up = typer.confirm(f"{name} is of version {before}. Is there a backup of it?")
        done = bring_up_to_date(engine, backed_up=backed_up)
    finally:
        engine.dispose()
    if as_json:
        backup = None if done.backup is None else str(done.backup)
        typer.echo(
            json.dumps({"database": name, "from": done.before, "to": done.after, "backup": backup}, indent=2)
        )
    elif done.before is None:
        typer.echo(f"{name}: made, version {done.after}")
    elif done.before == done.after:
        typer.echo(f"{name}: is up to date, version {done.after}")
    else:
        typer.echo(f"{name}: brought up to date, from version {done.before} to {done.after}")
        if done.backup is not None:
            typer.echo(f"as it was before, it is kept in {done.backup}; `repose delete --backups` removes it")
