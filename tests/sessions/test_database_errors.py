"""What is wrong with a SQLite file is told in one line, and nothing in it is lost."""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from repose.errors import ReposeError
from repose.sessions import database
from repose.sessions.database import address_url, connect, shown, usual_url
from repose.sessions.open_store import open_store, videos_folder
from repose.sessions.sql_store import SqlStore
from tests.sessions.made import a_session, a_track

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path, empty_sqlite: Path) -> Path:
    """A database with one session."""
    path = tmp_path / "kept" / "repose.db"
    with closing(SqlStore(str(path), tmp_path)) as store:
        a_session(store)
    return path


@contextmanager
def refused(path: Path | str, said: str) -> Iterator[None]:
    with pytest.raises(ReposeError) as told:
        yield
    assert str(told.value).startswith(f"{path}: {said}"), told.value
    assert "\n" not in str(told.value)


def open_it(path: Path | str) -> SqlStore:
    return SqlStore(str(path), Path("videos"))


# Where it is.


def test_the_file_and_its_folder_are_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "repose.db"
    with closing(open_it(path)) as store:
        store.person_named("Ada")
        modes = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    assert modes == {"repose.db": 0o600, "repose.db-wal": 0o600, "repose.db-shm": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["with space?#%41.db", "ü🦵.db", "a&b=c.db"])
def test_any_file_name_will_do(name: str, tmp_path: Path) -> None:
    with closing(open_it(tmp_path / name)) as store:
        store.person_named("Ada")
    assert (tmp_path / name).is_file()
    url = address_url(str(tmp_path / name)).render_as_string()
    with closing(open_it(url)) as store:
        assert [person.name for person in store.persons()] == ["Ada"]


def test_a_store_is_opened_where_the_user_wants_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "usual"))
    monkeypatch.setattr("repose.sessions.database.user_data_path", lambda *_, **__: tmp_path / "usual")
    monkeypatch.delenv("REPOSE_DATABASE", raising=False)
    for named, variable, there in (
        (None, None, tmp_path / "usual" / "repose.db"),
        (None, str(tmp_path / "variable.db"), tmp_path / "variable.db"),
        (str(tmp_path / "option.db"), str(tmp_path / "other.db"), tmp_path / "option.db"),
        (f"sqlite:///{tmp_path}/url.db", None, tmp_path / "url.db"),
    ):
        if variable:
            monkeypatch.setenv("REPOSE_DATABASE", variable)
        else:
            monkeypatch.delenv("REPOSE_DATABASE", raising=False)
        with closing(open_store(named)) as store:
            assert store.videos == there.parent / "videos"
        assert there.is_file()
    assert not (tmp_path / "other.db").exists()


def test_the_usual_database_is_a_file_in_the_users_data_folder() -> None:
    url = make_url(usual_url())
    assert url.get_backend_name() == "sqlite"
    assert Path(url.database or "").name == "repose.db"


def test_videos_of_a_database_elsewhere_are_in_the_users_data_folder() -> None:
    assert videos_folder(make_url("postgresql://host/repose")).parts[-2:] == ("repose", "videos")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://ann:secret@host/repose", "in SQLite or PostgreSQL only"),
        ("oracle+x://ann:secret@host", "in SQLite or PostgreSQL only"),
        ("sqlite+aiosqlite:///x.db", "in SQLite or PostgreSQL only"),
        ("postgresql://ann:secret@host:port/x", "cannot be read"),
        ("://", "cannot be read"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        (":memory:", "in memory"),
    ],
)
def test_an_address_that_is_none_is_told_without_its_password(address: str, said: str) -> None:
    with pytest.raises(ReposeError, match=said) as told:
        connect(address)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("address", ["postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d"])
def test_postgresql_has_one_driver(address: str) -> None:
    assert address_url(address).drivername == "postgresql+psycopg"


def test_a_missing_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ReposeError, match=r"pip install 'repose\[postgresql\]'") as told:
        connect("postgresql://ann:secret@host/repose")
    assert "secret" not in str(told.value)


def test_a_database_is_named_as_the_user_did() -> None:
    assert shown(address_url("kept/x.db")) == "kept/x.db"
    assert shown(address_url("postgresql://ann:secret@host/x")) == "postgresql+psycopg://ann:***@host/x"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with refused(tmp_path, "is a folder"):
        open_it(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "repose.db"
    with refused(path, "cannot be made ("):
        open_it(path)
    with refused("/proc/none/repose.db", "cannot be made"):
        open_it("/proc/none/repose.db")


# What it is.


@pytest.mark.parametrize("content", [b"no database at all " * 300, b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_database_is_told_and_left_alone(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    with pytest.raises(ReposeError, match=r"is not a database|is damaged"):
        open_it(path)
    assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["notes.db"]


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "repose.db").touch()
    with closing(open_it(tmp_path / "repose.db")) as store:
        assert store.persons() == ()


def test_a_truncated_file_is_told(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with refused(path, "is damaged; restore a backup"), closing(open_it(path)) as store:
        (entry,) = store.sessions()
        store.session(entry.id)
        list(store.landmarks(entry.id))


def test_a_damaged_page_is_told(path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened:
        (page,) = opened.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sessions'").fetchone()
        size = opened.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
    with closing(open_it(path)) as store, refused(path, "is damaged; restore a backup"):
        store.sessions()


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE sessions SET programme = '{'",
        "UPDATE sessions SET programme = '{\"items\": []}'",
        "UPDATE sessions SET begun_at = 'yesterday'",
        "UPDATE sessions SET origin = 'dream'",
    ],
)
def test_a_row_that_cannot_be_read_is_told(spoil: str, path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened:
        opened.execute(spoil)
        opened.commit()
    with closing(open_it(path)) as store, refused(path, "holds something that this Repose cannot read"):
        store.sessions()


# What is done to it.


def test_a_locked_database_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.05)
    with closing(open_it(path)) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with refused(path, "is in use by another program; close that one, or try again"):
            store.person_named("Bob")
        assert [person.name for person in store.persons()] == ["Ada"], "readers do not wait"
        other.rollback()
        assert store.person_named("Bob").name == "Bob"


def test_a_database_that_another_program_has_for_itself_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.05)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with refused(path, "is in use by another program"):
            open_it(path)
        other.rollback()


def test_a_writer_waits_for_another(path: Path) -> None:
    with closing(open_it(path)) as one, closing(open_it(path)) as other:
        with one._writing() as session:
            session.connection().exec_driver_sql("UPDATE persons SET name = 'Bob'")
            assert other.persons()[0].name == "Ada"
        # What would fail in a transaction that had read before: the lock is taken first.
        assert other.person_named("Bob").id == one.person_named("Bob").id


def test_a_full_disk_is_told_and_nothing_is_lost(path: Path) -> None:
    with closing(open_it(path)) as store:
        (entry,) = store.sessions()
        pages = {"most": 1}

        @event.listens_for(store._engine, "checkout")
        def fill(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages['most']}")

        with refused(path, "the disk is full; make room, then try again"):
            for second in range(2, 60):
                store.keep_landmarks(entry.id, a_track(30, second))
        kept = len(list(store.landmarks(entry.id)))
        assert kept >= 2
        pages["most"] = 1_000_000
        store.keep_landmarks(entry.id, a_track(30, 99.0))
        assert len(list(store.landmarks(entry.id))) == kept + 1


def test_more_readers_than_there_are_connections_are_told(path: Path) -> None:
    with closing(open_it(path)) as store:
        store._engine.pool._timeout = 0.01  # type: ignore[attr-defined]
        with pytest.raises(ReposeError, match="is too busy; try again"):
            all_of_them_read(store)
        assert store.persons(), "when they are done, the next may read"


def all_of_them_read(store: SqlStore) -> None:
    with store._reading() as session:
        session.connection()
        all_of_them_read(store)


def test_a_file_that_may_not_be_written_is_told(empty_sqlite: Path) -> None:
    with somewhere() as folder:
        path = folder / "repose.db"
        path.write_bytes(empty_sqlite.read_bytes())
        path.chmod(0o444)
        folder.chmod(0o555)
        said = as_nobody(lambda: open_it(path).person_named("Ada"))
    assert said.startswith(f"ReposeError: {path}: cannot be ")
    assert "allow" in said


def test_a_folder_that_may_not_be_written_is_told() -> None:
    with somewhere() as folder:
        folder.chmod(0o555)
        path = folder / "repose.db"
        said = as_nobody(lambda: open_it(path))
    assert said.startswith(
        f"ReposeError: {path}: cannot be made (Permission denied); name a file in a folder"
    )


def test_a_file_that_may_not_be_read_is_told(empty_sqlite: Path) -> None:
    with somewhere() as folder:
        path = folder / "repose.db"
        path.write_bytes(empty_sqlite.read_bytes())
        path.chmod(0)
        said = as_nobody(lambda: open_it(path))
    assert said.startswith(f"ReposeError: {path}: cannot be opened; allow reading and writing the file")


@contextmanager
def somewhere() -> Iterator[Path]:
    """A folder that others may look into, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="repose-errors-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o700)


def as_nobody(work: Callable[[], object]) -> str:
    """Do it in a process that may do nothing special, as root always may; gives the error."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            work()
            said = "no error"
        except BaseException as error:  # noqa: BLE001 - told to the parent
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said
