"""Opening the database, and what its errors mean in words.

An address is a SQLAlchemy URL, so that `postgresql+psycopg://…` serves a clinic; the usual one is a SQLite
file in the user's data folder.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from platformdirs import user_data_path
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from repose.errors import ReposeError

NAME: Final = "repose.db"

VARIABLE: Final = "REPOSE_DATABASE"
"""Environment variable that names the database."""

BUSY_S: Final = 5.0
"""How long another program may keep SQLite locked before that is an error."""


def usual_url() -> str:
    """The SQLite file in the user's data folder."""
    path = user_data_path("repose", appauthor=False) / NAME
    return URL.create("sqlite", database=str(path)).render_as_string()


def address_url(address: str) -> URL:
    """An address as an URL; what is no URL is a file for SQLite.

    Raises:
        ReposeError: it is neither.
    """
    if "://" not in address:
        return URL.create("sqlite", database=address)
    try:
        return make_url(address)
    except ArgumentError as error:
        raise ReposeError(f"{address}: is not a database URL") from error


def connect(address: str) -> Engine:
    """A pool of connections; nothing is opened yet but the folder is made.

    Raises:
        ReposeError: the address is no database URL, or its driver is not installed.
    """
    try:
        url = address_url(address)
        if url.get_backend_name() == "sqlite":
            return _sqlite(url)
        return create_engine(url)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise ReposeError(
            f"{address}: is not a database that can be used ({error}); give a file, or an URL such as "
            "postgresql+psycopg://user@host/repose"
        ) from error


def _sqlite(url: URL) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": BUSY_S})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
        # In full WAL mode a commit is on the disk when it returns, and readers do not wait for writers.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


@contextmanager
def told(address: str) -> Iterator[None]:
    """Say in one line what the database complains of.

    Raises:
        ReposeError: in place of the driver's errors.
    """
    try:
        yield
    except DBAPIError as error:
        raise ReposeError(f"{address}: {error.orig}") from error
