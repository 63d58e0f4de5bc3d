"""Databases for the tests of what is kept."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from repose.sessions.sql_store import SqlStore
from tests.sessions.postgresql import Server, server

KINDS = ("sqlite", "postgresql")

NewDatabase = Callable[[str], str]
"""Makes an empty store's database of a kind, and gives its address."""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A real PostgreSQL, started when a test first asks for it."""
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without anything in it; to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    SqlStore(str(folder / "repose.db"), folder).close()
    return folder / "repose.db"


@pytest.fixture(scope="session")
def empty_postgresql(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same in PostgreSQL: the name of a database to make others from."""
    name = postgresql.new_database()
    SqlStore(postgresql.address(name), tmp_path_factory.mktemp("empty")).close()
    return name


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """Makes databases of either kind."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return str(shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "repose.db"))
        running: Server = request.getfixturevalue("postgresql")
        return running.address(running.new_database(request.getfixturevalue("empty_postgresql")))

    return make


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """The database of an empty store, of each kind in turn."""
    return new_database(request.param)


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store, of each kind in turn."""
    opened = SqlStore(address, tmp_path / "videos")
    yield opened
    opened.close()
