"""What is older than the retention time is deleted, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from repose.errors import ReposeError
from repose.sessions import retention
from repose.sessions.records import Deleted
from repose.sessions.retention import Retention
from repose.sessions.sql_store import SqlStore
from tests.sessions.made import NOON, a_session

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(str(tmp_path / "repose.db"), tmp_path / "videos")
    yield opened
    opened.close()


def ended(store: SqlStore, days_ago: float, *, lasted: timedelta = timedelta(minutes=20)) -> str:
    """A session that ended so many days before noon."""
    end = NOON - days_ago * DAY
    session_id = a_session(store, begun_at=end - lasted)
    store.end_session(session_id, end)
    return session_id


def test_all_is_kept_for_ever_unless_somebody_says_otherwise(store: SqlStore) -> None:
    ended(store, 20_000)
    assert retention.read(store) == Retention(recordings_days=None, sessions_days=None)
    assert retention.apply(store, NOON) == Deleted()
    assert len(store.sessions()) == 1


def test_a_retention_time_is_kept(store: SqlStore) -> None:
    chosen = Retention(recordings_days=30, sessions_days=365)
    retention.write(store, chosen)
    assert retention.read(store) == chosen
    retention.write(store, Retention())
    assert retention.read(store) == Retention()


@pytest.mark.parametrize("days", [0, -1, 40_000])
def test_a_retention_time_of_no_days_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="than or equal"):
        Retention(recordings_days=days)


def test_what_somebody_else_wrote_is_told(store: SqlStore) -> None:
    store.set_setting(retention.SETTING, {"weeks": 3})
    with pytest.raises(ReposeError, match="retention time cannot be read; set it again"):
        retention.apply(store, NOON)


def test_old_recordings_are_deleted_and_the_count_stays(store: SqlStore) -> None:
    old, new = ended(store, 31), ended(store, 29)
    store.keep_video(old, f"{old}.mp4")
    store.videos.mkdir()
    (store.videos / f"{old}.mp4").write_bytes(b"video")
    retention.write(store, Retention(recordings_days=30))
    assert retention.apply(store, NOON) == Deleted(chunks=2, videos=1)
    assert store.session(old).recorded_s is None
    assert store.session(old).head.video is None
    assert store.session(old).sets[0].reps
    assert store.session(new).recorded_s is not None
    assert list(store.videos.iterdir()) == []
    assert retention.apply(store, NOON) == Deleted(), "the second time there is nothing to delete"


def test_old_sessions_are_deleted(store: SqlStore) -> None:
    ended(store, 366)
    stays = ended(store, 364)
    retention.write(store, Retention(sessions_days=365))
    assert retention.apply(store, NOON) == Deleted(sessions=1, reps=1, chunks=2)
    assert [entry.id for entry in store.sessions()] == [stays]


def test_both_times_hold_each_for_itself(store: SqlStore) -> None:
    ended(store, 400)
    middle, new = ended(store, 100), ended(store, 1)
    retention.write(store, Retention(recordings_days=30, sessions_days=365))
    assert retention.apply(store, NOON) == Deleted(sessions=1, reps=1, chunks=4)
    assert {entry.id for entry in store.sessions()} == {middle, new}
    assert store.session(middle).recorded_s is None
    assert store.session(new).recorded_s is not None


def test_the_age_counts_from_the_end(store: SqlStore) -> None:
    retention.write(store, Retention(sessions_days=1))
    stays = ended(store, 0.9, lasted=timedelta(hours=10))
    ended(store, 1.01, lasted=timedelta(0))
    on_the_dot = ended(store, 1)
    retention.apply(store, NOON)
    assert {entry.id for entry in store.sessions()} == {stays, on_the_dot}


def test_a_session_that_runs_stays_and_one_that_was_killed_goes(store: SqlStore) -> None:
    runs = a_session(store, begun_at=NOON - 50 * DAY)
    a_session(store, begun_at=NOON - 50 * DAY)  # killed
    just_begun = a_session(store, begun_at=NOON - timedelta(minutes=5))
    retention.write(store, Retention(recordings_days=1, sessions_days=1))
    assert retention.apply(store, NOON, running=[runs]).sessions == 1
    assert {entry.id for entry in store.sessions()} == {runs, just_begun}
    assert store.session(runs).recorded_s is not None
