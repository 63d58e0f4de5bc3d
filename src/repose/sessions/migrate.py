"""Bringing the tables of a database up to date, or making them, after a backup.

All of it is one transaction: what fails leaves the database as it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from repose.errors import ReposeError
from repose.sessions.backup import back_up
from repose.sessions.complaints import in_words, told
from repose.sessions.database import POSTGRESQL, SQLITE, shown, writing
from repose.sessions.migrations import HEAD

_VERSION_TABLE: Final = "alembic_version"

_LOCK: Final = 7_377_673
"""Any number, the same in every Repose: of PostgreSQL's lock against migrating twice at once."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was done to a database.

    Attributes:
        before: version of its tables; None of an empty database.
        after: their version now.
        backup: the copy from before; None where none was needed, or where the server's owner makes it.
    """

    before: str | None
    after: str
    backup: Path | None = None


def bring_up_to_date(engine: Engine, *, backed_up: bool = False) -> Migrated:
    """Make the tables of an empty database, or bring older ones up to date.

    A SQLite file is backed up first. Of PostgreSQL only its owner can make a backup that is worth the name,
    so there somebody has to say that there is one.

    Args:
        engine: the database.
        backed_up: whether PostgreSQL may be migrated.

    Raises:
        ReposeError: the database cannot be used, is not Repose's, was made by a newer Repose, or PostgreSQL
            has older tables and `backed_up` is false.
    """
    name = shown(engine.url)
    before = version_of(engine)
    if before == HEAD:
        return Migrated(before, HEAD)
    with told(name), _alone(engine) as connection:
        before = _version(connection, name)
        if before == HEAD:  # another program was faster
            return Migrated(before, HEAD)
        backup = None if before is None else _secured(engine, before, backed_up=backed_up)
        try:
            _upgrade(connection)
        except SQLAlchemyError as error:
            reason = in_words(error.orig) if isinstance(error, DBAPIError) else str(error)
            kept = f"; a copy of it is {backup}" if backup else ""
            raise ReposeError(
                f"{name}: cannot be brought up to date ({reason}) and stays as it was{kept}"
            ) from error
    return Migrated(before, HEAD, backup)


def version_of(engine: Engine) -> str | None:
    """The version of a database's tables; None of an empty one.

    Raises:
        ReposeError: the database cannot be used, or is not Repose's.
    """
    name = shown(engine.url)
    with told(name), engine.connect() as connection:
        return _version(connection, name)


def _version(connection: Connection, name: str) -> str | None:
    """The version of the tables; None without tables.

    Raises:
        ReposeError: they are not Repose's.
    """
    tables = inspect(connection).get_table_names()
    found = None
    if _VERSION_TABLE in tables:
        found = connection.scalar(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608
    if found is None and set(tables) - {_VERSION_TABLE}:
        raise ReposeError(f"{name}: holds the data of another program; name a database of its own")
    return found


def _secured(engine: Engine, before: str, *, backed_up: bool) -> Path | None:
    """Back an older database up, or refuse what is not older.

    Raises:
        ReposeError: the database is of a newer Repose, or there is no backup.
    """
    name = shown(engine.url)
    if not before.isdecimal():
        raise ReposeError(f"{name}: holds the data of another program; name a database of its own")
    if before > HEAD:
        raise ReposeError(f"{name}: was made by a newer Repose; update Repose")
    if engine.dialect.name == SQLITE:
        return back_up(Path(str(engine.url.database)), before)
    if not backed_up:
        raise ReposeError(
            f"{name}: was made by an older Repose; make a backup of it (pg_dump), then run `repose migrate`"
        )
    return None


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else writes or migrates."""
    with writing(engine).connect() as connection:
        driver = connection.connection.dbapi_connection
        if engine.dialect.name == SQLITE and driver is not None:
            # A table that is made anew is dropped in between: that must not take others' rows with it.
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if engine.dialect.name == POSTGRESQL:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                yield connection
        finally:
            # Not for the pool: the next one has its foreign keys again.
            connection.invalidate()


def _upgrade(connection: Connection) -> None:
    """Run the migrations, and look whether they left anything dangling.

    Raises:
        ReposeError: they did.
        SQLAlchemyError: a migration failed.
    """
    # Imported when needed: that takes longer than opening an up-to-date database.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "repose.sessions:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == SQLITE and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise ReposeError(
            f"{shown(connection.engine.url)}: has rows that belong to nothing; restore a backup of it"
        )
