"""The table of faults goes on: what happens to the disk and to the database under a running session.

The session goes on and counts right, the page says what is not being kept and what to do, and when it can be
kept again, all of it is: in order, and to the last bit.
"""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import av
import pytest
from sqlalchemy import event

from repose.live.protocol import StateMessage
from repose.sessions import database
from repose.sessions.sql_store import SqlStore
from tests.live.world import World, slides, world
from tests.sessions.keeping import a_store, all_kept, reps_of


def through(it: World, begin: Callable[[], None], end: Callable[[], None]) -> None:
    """A session of three reps, the second of which is not kept at first."""
    it.start(slides())
    it.until_rep(0, 1.2)
    begin()
    it.until_rep(1, 1.3)
    end()
    it.finish()
    assert it.reps() == [0, 1, 2]
    assert it.partials == []
    keeper = it.engine._keeper
    assert keeper is not None
    it._await(lambda: keeper.unsaved is None)
    it.assert_kept()


@contextmanager
def pragma(store: SqlStore) -> Iterator[dict[str, str]]:
    """What is in here holds for every connection of the store."""
    settings: dict[str, str] = {}

    @event.listens_for(store._engine, "checkout")
    def set_all(connection: sqlite3.Connection, *_: object) -> None:
        for name, value in settings.items():
            connection.execute(f"PRAGMA {name} = {value}")

    yield settings


def test_the_disk_is_full(tmp_path: Path) -> None:
    with world(tmp_path) as it, pragma(it.store) as settings:
        through(
            it,
            begin=lambda: settings.update(max_page_count="1"),
            end=lambda: settings.update(max_page_count="1000000"),
        )
        assert it.unsaved == [f"{tmp_path / 'repose.db'}: the disk is full; make room, then try again"]


def test_the_disk_is_full_for_the_video(tmp_path: Path) -> None:
    """No file may grow any more: the video is not kept, which is told; what was filmed before plays."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with world(tmp_path) as it:
        it.start(slides(4), keep_video=True)
        it.until_rep(0, 1.2)
        (video,) = it.store.videos.iterdir()
        it.until(lambda: _plays(video))
        resource.setrlimit(resource.RLIMIT_FSIZE, (video.stat().st_size, before[1]))
        try:
            it.until(lambda: bool(it.engine._filming.notes))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        it.finish()
        assert it.reps() == [0, 1, 2, 3]
        (told,) = {note for event in it.told(StateMessage) for note in event.machine.notes}
        assert told == "The video is not being kept: File too large. Make room, and start a new session."
        it._await(lambda: it.engine._keeper is not None and it.engine._keeper.unsaved is None)
        it.assert_kept()
        assert _plays(video)


def _plays(video: Path) -> bool:
    """Whether there is a picture in a file."""
    try:
        with av.open(str(video)) as file:
            return any(file.decode(video=0))
    except av.FFmpegError:
        return False


def test_another_program_locks_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For thirty seconds, the time of seven reps."""
    monkeypatch.setattr(database, "BUSY_S", 0.01)
    with world(tmp_path) as it, closing(sqlite3.connect(tmp_path / "repose.db")) as other:
        other.isolation_level = None
        it.start(slides(9))
        it.until_rep(0, 1.2)
        other.execute("BEGIN IMMEDIATE")
        it.wait(30)
        assert len(it.reps()) == 7
        assert sum(len(reps) for reps in reps_of(all_kept(it.store)[0]).values()) == 1, "readers do not wait"
        other.execute("ROLLBACK")
        it.finish()
        assert it.reps() == list(range(9))
        it._await(lambda: it.engine._keeper is not None and it.engine._keeper.unsaved is None)
        it.assert_kept()
        in_use = "is in use by another program; close that one, or try again"
        assert it.unsaved == [f"{tmp_path / 'repose.db'}: {in_use}"]


def test_the_database_may_not_be_written(tmp_path: Path) -> None:
    with world(tmp_path) as it, pragma(it.store) as settings:
        through(
            it,
            begin=lambda: settings.update(query_only="1"),
            end=lambda: settings.update(query_only="0"),
        )
        assert it.unsaved == [
            f"{tmp_path / 'repose.db'}: cannot be written to; allow writing to the file and its folder, "
            "or name another"
        ]


def test_the_database_is_moved_away(tmp_path: Path) -> None:
    """And back: nothing was written to a file that has no name, and none was made in its place."""
    there, elsewhere = tmp_path / "repose.db", tmp_path / "elsewhere.db"
    with world(tmp_path) as it:
        through(it, begin=lambda: _move(there, elsewhere), end=lambda: _move(elsewhere, there))
        assert it.unsaved == [f"{there}: was moved or deleted meanwhile; put it back, or start Repose again"]


def _move(one: Path, other: Path) -> None:
    assert not other.exists()
    one.rename(other)


def test_the_database_is_deleted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """For good: what is lost is told, while the session runs and at the end."""
    with world(tmp_path) as it:
        it.start(slides())
        it.until_rep(0, 1.2)
        for file in tmp_path.glob("repose.db*"):
            file.unlink()
        it.finish()
        assert it.reps() == [0, 1, 2]
        (told,) = it.unsaved
        assert told.endswith(": was moved or deleted meanwhile; put it back, or start Repose again")
        it.patch.setattr(it.engine._keeper, "close", lambda: it.engine._keeper._writes.close(0.1))  # type: ignore[union-attr]
        it.engine.close()
    assert "writes of the session are lost" in caplog.text
    with closing(a_store(tmp_path)) as anew:
        assert anew.sessions() == ()


def test_what_waits_for_the_store_is_bounded(tmp_path: Path) -> None:
    """A store that takes nothing for the whole session: its landmarks do not fill the memory."""
    with world(tmp_path) as it, pragma(it.store) as settings:
        it.patch.setattr("repose.sessions.keeper.MOST_WAITING", 100_000)
        it.start(slides(4))
        settings["query_only"] = "1"
        keeper = it.engine._keeper
        assert keeper is not None
        most = 0
        while it.view.sets[0].reps < 4:
            it.tick()
            most = max(most, keeper._writes.size)
        assert most <= 100_000
        settings["query_only"] = "0"
        it._await(lambda: keeper._writes.waiting == 0)
        assert it.reps() == [0, 1, 2, 3]
        assert reps_of(all_kept(it.store)[0])[0] == it.counted
        assert keeper.unsaved == "the body's points of 1 min were left out: there was no more room"
