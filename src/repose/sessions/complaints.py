"""What a database complains of, in words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, TimeoutError

from repose.errors import NeverError, ReposeError

_IN_USE: Final = "is in use by another program; close that one, or try again"

_READ_ONLY: Final = "cannot be written to; allow writing to the file and its folder, or name another"

_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: _IN_USE,
    sqlite3.SQLITE_LOCKED: _IN_USE,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; allow reading and writing the file and its folder, "
    "or name another",
    sqlite3.SQLITE_FULL: "the disk is full; make room, then try again",
    sqlite3.SQLITE_IOERR: "cannot be read or written; check the disk, and that it has room",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore a backup of it, or name another file",
    sqlite3.SQLITE_NOTADB: "is not a database; name another file",
}
"""By SQLite's primary result codes."""

_POSTGRESQL: Final = {
    "28": "the user or the password is not accepted; check them",
    "3D": "there is no database of this name; make it, or name another",
    "42501": "the user may not do this in this database; have the rights granted",
    "25006": "cannot be written to; it is a copy that can only be read",
    "53100": "the disk of the server is full; make room, then try again",
    "53": "the server is out of resources; try again later",
    "57": "the server has stopped; try again when it runs",
    "40": "somebody else changed the same at the same time; try again",
    "55P03": _IN_USE,
    "23503": "what this belongs to has been deleted meanwhile",
    "XX": "is damaged; restore a backup of it",
}
"""By the longest begin of PostgreSQL's SQLSTATE."""

_AT_CONNECTING: Final = {
    "password": _POSTGRESQL["28"],
    "role": _POSTGRESQL["28"],
    "pg_hba": _POSTGRESQL["28"],
    "does not exist": _POSTGRESQL["3D"],
    "starting up": _POSTGRESQL["57"],
}
"""By what the server says while a connection is made: then the driver gives no SQLSTATE."""


@contextmanager
def told(database: str) -> Iterator[None]:
    """Say in one line what the database complains of.

    Args:
        database: how it is named in messages, without a password.

    Raises:
        ReposeError: in place of the driver's errors; NeverError for what it will never take.
    """
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise NeverError(f"{database}: {in_words(error.orig)}") from error
    except DBAPIError as error:
        raise ReposeError(f"{database}: {in_words(error.orig)}") from error
    except sqlite3.Error as error:
        raise ReposeError(f"{database}: {in_words(error)}") from error
    except TimeoutError as error:
        raise ReposeError(f"{database}: is too busy; try again") from error


@contextmanager
def told_of_damage(database: str) -> Iterator[None]:
    """Say so when what was read is not what was once written.

    Raises:
        ReposeError: in place of the errors of reading dates, JSON and models, which are all `ValueError`.
    """
    try:
        yield
    except ValueError as error:
        raise ReposeError(
            f"{database}: holds something that this Repose cannot read; update Repose, or restore a backup"
        ) from error


def in_words(cause: BaseException | None) -> str:
    """What an error of a driver means, and what to do."""
    if isinstance(cause, sqlite3.Error):
        # Errors that the driver finds itself carry no code.
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return _SQLITE.get(code, _one_line(cause))
    state = getattr(cause, "sqlstate", None)
    if state:
        return next((_POSTGRESQL[state[:n]] for n in (5, 2) if state[:n] in _POSTGRESQL), _one_line(cause))
    said = _one_line(cause)
    if known := next((words for part, words in _AT_CONNECTING.items() if part in said), None):
        return known
    return f"the server cannot be reached; start it, or check the address ({said})"


def _one_line(cause: BaseException | None) -> str:
    return " ".join(str(cause).split())
