"""Databases of earlier versions, with data in them.

`versions/REVISION.sql` is what SQLite dumps of a database that was made and used at that revision, and does
not change when its migration does. Whoever adds a revision adds the `dump` of a database that is of it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, select
from sqlalchemy.engine import URL

from repose.sessions.migrations import HEAD

FOLDER: Final = Path(__file__).parent / "versions"


def revisions() -> list[str]:
    """All revisions that there are migrations to, oldest first."""
    config = Config()
    config.set_main_option("script_location", "repose.sessions:migrations")
    script = ScriptDirectory.from_config(config)
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def earlier() -> list[str]:
    """All but the newest."""
    return [revision for revision in revisions() if revision != HEAD]


def dump_of(revision: str) -> str:
    """The dump of a database of this revision."""
    path = FOLDER / f"{revision}.sql"
    assert path.is_file(), f"no database of version {revision} to test its migration with: add {path}"
    return path.read_text(encoding="utf-8")


def make_sqlite(path: Path, revision: str) -> Path:
    """Make a SQLite file of this revision, with data."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(dump_of(revision))
    return path


def make_postgresql(url: URL, revision: str) -> None:
    """Make the same in an empty PostgreSQL database: the tables by the migrations, the rows from the dump."""
    from alembic import command

    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection, loaded(revision) as dumped:
            config = Config()
            config.set_main_option("script_location", "repose.sessions:migrations")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            tables = MetaData()
            tables.reflect(connection)
            for table in tables.sorted_tables:
                if table.name != "alembic_version":
                    rows = [dict(row._mapping) for row in dumped.execute(select(table))]
                    if rows:
                        connection.execute(table.insert(), rows)
    finally:
        engine.dispose()


@contextmanager
def loaded(revision: str) -> Iterator[Connection]:
    """The dumped database, in memory."""
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.executescript(dump_of(revision))
            yield connection
    finally:
        engine.dispose()


def content(url: URL) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    engine, tables = create_engine(url), MetaData()
    try:
        tables.reflect(engine)
        with engine.connect() as connection:
            return {
                table.name: [dict(row._mapping) for row in connection.execute(select(table))]
                for table in tables.sorted_tables
            }
    finally:
        engine.dispose()


def lost(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> list[str]:
    """The tables of which a row of before is not among those of after."""
    return [
        table
        for table, rows in before.items()
        if table != "alembic_version"
        and not all(any(_within(row, new) for new in after[table]) for row in rows)
    ]


def dump(database: Path) -> str:
    """What SQLite dumps of a database."""
    with closing(sqlite3.connect(database)) as opened:
        return "\n".join(opened.iterdump()) + "\n"


def _within(row: dict[str, Any], new: dict[str, Any]) -> bool:
    return all(new.get(column, value) == value for column, value in row.items())
