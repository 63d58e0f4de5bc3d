"""A PostgreSQL server for the tests: in a folder of its own, reached through a socket in there."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy.engine import URL

PLACES: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
"""Where installers put what is not in the path."""

GUARDED: Final = "guarded"
"""A user who needs the password "secret"."""


@dataclass
class Server:
    """A running server.

    Attributes:
        folder: of its socket.
    """

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> URL:
        """The address of one of its databases."""
        return URL.create("postgresql", user, password, database=database, query={"host": str(self.folder)})

    def address(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        """The same as text, with the password."""
        return self.url(database, user, password).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """Run a statement that is no transaction."""
        with psycopg.connect(
            f"host={self.folder} user=postgres dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def new_database(self, template: str = "template1") -> str:
        """Make a database; gives its name."""
        name = f"t{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name


@contextmanager
def server() -> Iterator[Server]:
    """Start a server, and stop it again; without one the test fails and says what to install."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    # Not in pytest's folders: the server refuses to run as root, and others may not look in there.
    home = Path(tempfile.mkdtemp(prefix="tests-pg-"))
    data = home / "data"
    try:
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        _run(initdb, "--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync")
        (data / "pg_hba.conf").write_text(f"local all {GUARDED} scram-sha-256\nlocal all all trust\n")
        # What a crash of the machine would do to it is not what is tested.
        options = f"-F -c listen_addresses= -c unix_socket_directories={home} -c max_connections=50"
        _run(pg_ctl, "--pgdata", data, "--wait", "--log", home / "log", "--options", options, "start")
        try:
            running = Server(home)
            running.run(f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'secret'")
            yield running
        finally:
            _run(pg_ctl, "--pgdata", data, "--mode", "immediate", "--wait", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _program(name: str) -> Path:
    found = shutil.which(name)
    if found is not None:
        return Path(found)
    installed = sorted(path for place in PLACES for path in Path("/").glob(f"{place[1:]}/{name}"))
    if not installed:
        pytest.fail(f"{name} of PostgreSQL is not installed; run scripts/ensure-postgresql.sh", pytrace=False)
    return installed[-1]


def _run(program: Path, *arguments: str | Path) -> None:
    as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # What is started keeps its output: a pipe would stay open as long as the server.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [*as_other, str(program), *map(str, arguments)], cwd="/", stdout=said, stderr=said, check=False
        )
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")
