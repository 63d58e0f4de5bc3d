"""What is deleted is gone from the bytes on the disk too."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from repose.coaching.programme import Item, Programme
from repose.errors import ReposeError
from repose.sessions import deletion, sql_store
from repose.sessions.chunks import pack
from repose.sessions.database import forget
from repose.sessions.records import Deleted, Selection
from repose.sessions.sql_store import SqlStore
from repose.sessions.tables import PersonRow, Table
from tests.sessions.made import NOON, a_session, a_track
from tests.sessions.old_databases import make_sqlite

SECRET = "Quetzalcoatlus Zebedee"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "repose.db"


def on_disk(path: Path) -> bytes:
    """All bytes of the database and of the files that SQLite keeps beside it."""
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")) if one.is_file())


def fill(store: SqlStore) -> dict[str, bytes]:
    """Keep others' sessions and a secret one; gives the bytes that tell of it."""
    for number in range(3):
        a_session(store, f"Person {number}", source="others")
    tracks = [a_track(30, second, seed=100 + second) for second in range(8)]
    session_id = a_session(store, SECRET, source="their bedroom camera")
    for track in tracks:
        store.keep_landmarks(session_id, replace(track, time_s=track.time_s + 10))
    person_id = store.person_named(SECRET).id
    store.prescribe(person_id, Programme(items=(Item(exercise="heel-slides", reps=97),)), NOON)
    set_id = store.session(session_id).sets[0].id
    store.add_change(session_id, "Dr. Inquisitive", "limped visibly", {"type": "accept"}, after=None)
    store.add_annotation(set_id, "Dr. Inquisitive", {"note": "groaned audibly"})
    store.end_session(session_id, NOON)
    a_session(store, "Person 9", source="others")
    packed = pack(replace(tracks[3], time_s=tracks[3].time_s + 10))
    return {
        "name": SECRET.encode(),
        "session": session_id.encode(),
        "person": person_id.encode(),
        "source": b"their bedroom camera",
        "why": b"limped visibly",
        "note": b"groaned audibly",
        "prescription": b'"reps": 97',
        "landmarks, begin": packed[:60],
        "landmarks, middle": packed[len(packed) // 2 : len(packed) // 2 + 40],
        "landmarks, end": packed[-40:],
    }


def found(path: Path, secrets: dict[str, bytes]) -> list[str]:
    content = on_disk(path)
    return [what for what, secret in secrets.items() if secret in content]


@pytest.mark.parametrize("opened_anew", [False, True])
def test_a_deleted_person_is_gone_from_the_files(path: Path, tmp_path: Path, opened_anew: bool) -> None:
    store = SqlStore(str(path), tmp_path)
    secrets = fill(store)
    if opened_anew:  # then it is in the database; before, in the log of the last changes too
        store.close()
        store = SqlStore(str(path), tmp_path)
    assert found(path, secrets) == list(secrets), "else the test would find nothing anyway"
    others = [entry.id for entry in store.sessions() if entry.person.name != SECRET]
    before = [store.session(other) for other in others]
    with closing(SqlStore(str(path), tmp_path)) as another:
        another.sessions()  # another program has it open
        deleted = store.delete_person(store.person_named(SECRET).id)
        assert (deleted.sessions, deleted.chunks, deleted.traces) == (1, 10, ())
        assert found(path, secrets) == []
        assert [store.session(other) for other in others] == before
        assert [len(list(another.landmarks(other))) for other in others] == [2] * 4
    store.close()
    assert found(path, secrets) == []


def test_deleted_landmarks_are_gone_from_the_files(path: Path, tmp_path: Path) -> None:
    with closing(SqlStore(str(path), tmp_path)) as store:
        secrets = fill(store)
        landmarks = {what: secret for what, secret in secrets.items() if "landmarks" in what}
        assert found(path, landmarks) == list(landmarks)
        (entry,) = store.sessions(Selection(person_id=store.person_named(SECRET).id))
        store.delete_landmarks(entry.id)
        assert found(path, landmarks) == []
        assert found(path, {"name": SECRET.encode()}) == ["name"]


def test_what_another_program_is_reading_is_told(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repose.sessions.database.BUSY_S", 0.05)
    with closing(SqlStore(str(path), tmp_path)) as store, closing(sqlite3.connect(path)) as reader:
        secrets = fill(store)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sessions").fetchone()
        deleted = store.delete_person(store.person_named(SECRET).id)
        (trace,) = deleted.traces
        assert trace.startswith(f"{path}-wal is being read by another program")
        reader.rollback()
        assert forget(store._engine)
        assert found(path, secrets) == []


def test_copies_from_before_an_update_are_told_and_can_be_deleted(path: Path, tmp_path: Path) -> None:
    make_sqlite(path, "0001")
    with closing(SqlStore(str(path), tmp_path)) as store:
        (copy,) = store.backups()
        (person,) = store.persons()
        deleted = store.delete_person(person.id)
        (trace,) = deleted.traces
        assert copy.name in trace
        assert "`repose delete --backups`" in trace
        assert found(path, {"name": person.name.encode()}) == ["name"], "it is in the copy"
        store.delete_backups(store.backups())
        assert store.backups() == ()
        assert found(path, {"name": person.name.encode()}) == []


def test_rows_that_stay_are_told(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the database says of a deletion, it is looked after."""
    with closing(SqlStore(str(path), tmp_path)) as store:
        session_id = a_session(store)
        before = store.session(session_id)
        monkeypatch.setattr(sql_store, "delete_rows", lambda *_: None)
        with pytest.raises(ReposeError, match="are still there after they were deleted"):
            store.delete_session(session_id)
        assert store.session(session_id) == before


def test_all_tables_belong_to_a_person_or_to_nobody(path: Path, tmp_path: Path) -> None:
    """A new table is deleted with its person, unless it is named here as nobody's."""
    with closing(SqlStore(str(path), tmp_path)) as store, Session(store._engine) as session:
        parts = deletion.belongings(session, PersonRow, ["somebody"])
    assert {part.table.name for part in parts} == set(Table.metadata.tables) - {"settings", "audit"}


def test_more_rows_than_a_statement_takes_are_deleted(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion, "AT_ONCE", 2)
    with closing(SqlStore(str(path), tmp_path)) as store:
        for _ in range(7):
            a_session(store)
        assert store.delete_person(store.person_named("Ada").id) == Deleted(7, 7, 14, 0)
        assert store.sessions() == ()


def test_deletions_add_up() -> None:
    total = Deleted(1, 2, 3, 4, ("a", "b")) + Deleted(10, 20, 30, 40, ("b", "c"))
    assert total == Deleted(11, 22, 33, 44, ("a", "b", "c"))


def test_the_bytes_that_are_looked_for_are_those_that_are_kept() -> None:
    one = a_track(30, seed=1)
    assert len(np.frombuffer(pack(one), np.uint8)) > 1000
    assert pack(one) == pack(a_track(30, seed=1)) != pack(a_track(30, seed=2))
