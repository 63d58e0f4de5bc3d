"""Copies of a SQLite file from before it was brought up to date.

They hold what the file held: who deletes a person's data deletes it from them too, or them.
"""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from repose.errors import ReposeError


def back_up(path: Path, revision: str) -> Path:
    """Copy a database beside itself, and verify the copy.

    Nothing may be written to the database meanwhile, but it may be locked against it.

    Args:
        path: the SQLite file.
        revision: of its tables; becomes a part of the copy's name.

    Returns:
        The copy, `NAME.before-REVISION.TIME.bak`.

    Raises:
        ReposeError: it cannot be made, or differs.
        sqlite3.Error: the database cannot be read, or the copy not be written.
    """
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    copy = path.with_name(f"{path.name}.before-{revision}.{moment}.bak")
    part = copy.with_suffix(".part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            # One file, that needs no others beside it.
            target.execute("PRAGMA journal_mode = DELETE")
            if target.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise ReposeError(f"{path}: is damaged; restore a backup of it, or name another file")
            if _rows(source) != _rows(target):
                raise ReposeError(f"{path}: its backup differs from it; nothing was changed; try again")
        part.replace(copy)
    except OSError as error:
        raise ReposeError(
            f"{path}: cannot be backed up ({error.strerror}), so nothing was changed; "
            "make room for a copy beside it"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return copy


def backups(path: Path) -> tuple[Path, ...]:
    """The copies beside a database, oldest first."""
    prefix = f"{path.name}.before-"
    if not path.parent.is_dir():
        return ()
    return tuple(
        sorted(
            found
            for found in path.parent.iterdir()
            if found.name.startswith(prefix) and found.suffix == ".bak" and found.is_file()
        )
    )


def _rows(database: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    count = 'SELECT count(*) FROM "{}"'
    # The names are those in a file that may be anybody's.
    counted = {name: count.format(name.replace('"', '""')) for (name,) in names}
    return {name: database.execute(asked).fetchone()[0] for name, asked in counted.items()}
