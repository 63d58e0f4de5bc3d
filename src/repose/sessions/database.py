"""Opening the database: its address, and how its connections behave.

An address is a SQLAlchemy URL, so that `postgresql://…` serves a clinic; the usual one is a SQLite file in
the user's data folder. Nothing else in Repose knows which kind of database it is.
"""

import json
import os
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any, Final

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from repose.errors import ReposeError
from repose.whole_file import make_folder

NAME: Final = "repose.db"

VARIABLE: Final = "REPOSE_DATABASE"
"""Environment variable that names the database."""

BUSY_S: Final = 10.0
"""How long another program may keep SQLite locked before that is an error."""

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"

_KNOWN: Final = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def usual_url() -> str:
    """The SQLite file in the user's data folder."""
    path = user_data_path("repose", appauthor=False) / NAME
    return URL.create(SQLITE, database=str(path)).render_as_string()


def address_url(address: str) -> URL:
    """An address as an URL; what is no URL is a file for SQLite.

    Raises:
        ReposeError: it is neither, or names a kind of database that Repose does not know.
    """
    if "://" not in address:
        url = URL.create(SQLITE, database=address)
    else:
        try:
            url = make_url(address)
        except (ArgumentError, ValueError) as error:
            # What cannot be read may hold a password: it is not repeated.
            raise ReposeError(f"the address of the database cannot be read; {_EXAMPLES}") from error
    if (driver := _KNOWN.get(url.drivername)) is None:
        raise ReposeError(f"{shown(url)}: Repose keeps sessions in SQLite or PostgreSQL only; {_EXAMPLES}")
    if driver == SQLITE and url.database in (None, "", ":memory:"):
        raise ReposeError(f"{shown(url)}: what is in memory only is not kept; {_EXAMPLES}")
    return url.set(drivername=driver)


_EXAMPLES: Final = "give a file, or an URL such as postgresql://user@host/repose"


def shown(url: URL) -> str:
    """How a database is named in messages: the file, or the URL without its password."""
    if url.get_backend_name() == SQLITE and url.database:
        return url.database
    return url.render_as_string(hide_password=True)


def connect(address: str) -> Engine:
    """A pool of connections. A file for SQLite is made, readable by its owner only; no table is.

    Raises:
        ReposeError: the address names no database, its driver is not installed, or the file cannot be made.
    """
    url = address_url(address)
    try:
        if url.get_backend_name() == SQLITE:
            return _sqlite(url)
        return _postgresql(url)
    except (ArgumentError, TypeError) as error:
        raise ReposeError(f"{shown(url)}: is not the URL of a database; {_EXAMPLES}") from error
    except ImportError as error:
        raise ReposeError(
            f"{shown(url)}: the driver for PostgreSQL is missing; run: pip install 'repose[postgresql]'"
        ) from error


def writing(engine: Engine) -> Engine:
    """The same database, for transactions that will write.

    SQLite refuses to write in a transaction that has read what another one changed meanwhile: one that will
    write takes the lock when it begins, and waits for it.
    """
    return engine.execution_options(writing=True)


def reading(engine: Engine) -> Engine:
    """The same database, for transactions that see it as it was at one moment."""
    if engine.dialect.name == SQLITE:
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def use_wal(engine: Engine) -> None:
    """Have SQLite's readers not wait for writers; the file remembers it.

    While another program is in a file that is not yet so, SQLite says at once that it is locked.
    """
    if engine.dialect.name != SQLITE:
        return
    until = time.monotonic() + BUSY_S
    with engine.connect() as connection:
        # Outside of a transaction.
        driver: Any = connection.connection.driver_connection
        while True:
            try:
                driver.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return


def forget(engine: Engine) -> bool:
    """Leave nothing of what was deleted in SQLite's log of the last changes.

    Returns:
        False where another program is reading just now, and keeps the log.
    """
    if engine.dialect.name != SQLITE:
        return True
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        busy: int = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy


def _postgresql(url: URL) -> Engine:
    # A clinic's server may have been started again since the last session.
    return create_engine(url, json_serializer=_json, pool_pre_ping=True)


def _sqlite(url: URL) -> Engine:
    path = _make_file(url)
    file = path.stat().st_ino
    engine = create_engine(url, json_serializer=_json, connect_args={"timeout": BUSY_S})

    # What is written to a file that has no name any more is lost, and SQLite does not say so; a file that is
    # not there it would make anew, and empty.
    @event.listens_for(engine, "do_connect")
    @event.listens_for(engine, "checkout")
    def check(*_: object) -> None:
        if not path.exists() or path.stat().st_ino != file:
            raise ReposeError(f"{path}: was moved or deleted meanwhile; put it back, or start Repose again")

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        # The driver shall begin no transaction of its own: `begin` does.
        connection.isolation_level = None
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        will_write = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if will_write else "BEGIN")

    return engine


def _make_file(url: URL) -> Path:
    """The file, made empty for nobody but its owner if it is not there, and so its folder.

    Raises:
        ReposeError: they cannot be made.
    """
    path = Path(url.database or "")
    if path.is_dir():
        raise ReposeError(f"{path}: is a folder; give the name of a file in it")
    try:
        make_folder(path.parent)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ReposeError(
            f"{path}: cannot be made ({reason}); name a file in a folder that you may write to"
        ) from error
    return path


_json: Final[Any] = partial(json.dumps, allow_nan=False)
"""NaN is no JSON: PostgreSQL refuses it, and SQLite shall not keep what a browser cannot read."""
