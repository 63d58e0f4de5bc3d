"""Databases of earlier versions, with data in them, are brought up to date, or stay as they were."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import URL

from repose.counting.result import Unmeasured
from repose.errors import ReposeError
from repose.sessions import backup
from repose.sessions.backup import backups
from repose.sessions.database import connect
from repose.sessions.migrate import Migrated, bring_up_to_date, version_of
from repose.sessions.migrations import HEAD
from repose.sessions.records import SetState
from repose.sessions.sql_store import SqlStore
from repose.sessions.tables import Table
from tests.program import RunCli
from tests.sessions.made import NOON, a_rep, a_session, a_set_head
from tests.sessions.old_databases import content, dump, earlier, lost, make_sqlite, revisions

LIVE = "5e551000000000000000000000000001"
VIDEO = "5e551000000000000000000000000002"


def sqlite(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def check_kept(store: SqlStore) -> None:
    """Every version's database holds these sessions."""
    (person,) = store.persons()
    assert person.name == 'Zoë "🦵" <b>李</b>'
    (prescription,) = store.prescriptions(person.id)
    assert (prescription.since, prescription.programme.items[0].reps) == (NOON - timedelta(days=1), 5)
    assert [entry.id for entry in store.sessions()] == [VIDEO, LIVE]
    live, video = store.session(LIVE), store.session(VIDEO)
    assert (live.head.begun_at, live.ended_at) == (NOON, None)
    assert (video.head.source, video.head.video, video.head.programme) == ("clip.mp4", "clip.mp4", None)
    assert video.ended_at == NOON + timedelta(days=1, minutes=1)
    assert live.sets[0].head == a_set_head(of=2, target=5)
    assert live.sets[0].state == SetState(
        12.5, False, (0.25,), (Unmeasured(9.5, 11.0, "too_dark"),), "from the side"
    )
    assert [kept.rep for kept in live.sets[0].reps] == [
        a_rep(5.0),
        a_rep(9.0, reason="not_far_enough", faults=()),
    ]
    assert live.sets[1].reps == ()
    (change,) = live.changes
    assert (change.who, change.change) == ("Dr. O'Brien", {"type": "reject", "event": "m1"})
    tracks = list(store.landmarks(LIVE))
    assert [float(track.time_s[0]) for track in tracks] == [0.0, 1.0]
    assert [float(track.points[2, 0, 0]) for track in tracks] == [2.5, 2.5]


def test_there_is_a_database_of_every_version(tmp_path: Path) -> None:
    """A new revision needs the dump of a database with data, or its migration cannot be tested."""
    assert revisions()[-1] == HEAD
    assert len(revisions()) >= 2
    for revision in revisions():
        path = make_sqlite(tmp_path / f"{revision}.db", revision)
        with closing(sqlite3.connect(path)) as database:
            tables = {
                name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
            }
            empty = {t for t in tables if database.execute(f"SELECT count(*) FROM {t}").fetchone() == (0,)}
            assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(revision,)]
        assert empty == set(), "every table has data"


@pytest.mark.parametrize("revision", revisions())
def test_the_tables_of_a_version_are_still_those_of_its_migrations(revision: str, tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    engine = connect(str(tmp_path / "made.db"))
    config = Config()
    config.set_main_option("script_location", "repose.sessions:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()

    def schema(path: Path) -> set[tuple[str, str]]:
        with closing(sqlite3.connect(path)) as database:
            found = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            return {(name, " ".join(sql.split())) for name, sql in found}

    assert schema(tmp_path / "made.db") == schema(make_sqlite(tmp_path / "dumped.db", revision))


@pytest.mark.parametrize("revision", earlier())
def test_an_older_database_is_backed_up_and_brought_up_to_date(
    revision: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_sqlite(tmp_path / "repose.db", revision)
    old_dump, old = dump(path), content(sqlite(path))
    with closing(SqlStore(str(path), tmp_path / "videos")) as store:
        check_kept(store)
        new_session = a_session(store)
        assert store.session(new_session).sets[0].reps
    (copy,) = backups(path)
    assert copy.name.startswith(f"repose.db.before-{revision}.")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert dump(copy) == old_dump, "the copy is what was there before"
    assert str(copy) in caplog.text
    assert lost(old, content(sqlite(path))) == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["repose.db", copy.name]


@pytest.mark.parametrize("revision", earlier())
def test_a_copy_from_before_is_a_database_that_can_be_used(revision: str, tmp_path: Path) -> None:
    path = make_sqlite(tmp_path / "repose.db", revision)
    SqlStore(str(path), tmp_path / "videos").close()
    restored = tmp_path / "restored" / "repose.db"
    restored.parent.mkdir()
    shutil.copy(backups(path)[0], restored)
    with closing(SqlStore(str(restored), tmp_path / "videos")) as store:
        check_kept(store)


def test_a_database_of_this_version_is_opened_as_it_is(tmp_path: Path) -> None:
    path = make_sqlite(tmp_path / "repose.db", HEAD)
    before = dump(path)
    with closing(SqlStore(str(path), tmp_path / "videos")) as store:
        check_kept(store)
        assert [one.who for one in store.session(LIVE).annotations] == ["Bea"]
        assert store.setting("retention") == {"recordings_days": 30, "sessions_days": None}
    assert dump(path) == before
    assert backups(path) == ()


def test_an_empty_database_gets_its_tables_without_a_copy(tmp_path: Path) -> None:
    engine = connect(str(tmp_path / "repose.db"))
    assert version_of(engine) is None
    assert bring_up_to_date(engine) == Migrated(None, HEAD)
    assert bring_up_to_date(engine) == Migrated(HEAD, HEAD)
    assert version_of(engine) == HEAD
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == [], "the tables are those of the models"
    engine.dispose()
    assert [one.name for one in tmp_path.iterdir()] == ["repose.db"]


def test_a_migration_that_fails_midway_leaves_all_as_it_was(tmp_path: Path) -> None:
    path = make_sqlite(tmp_path / "repose.db", "0001")
    with closing(sqlite3.connect(path)) as database:
        # The second thing that 0002 makes is there already.
        database.execute("CREATE TABLE annotations (x INTEGER)")
    before = dump(path)
    with pytest.raises(ReposeError, match=r"cannot be brought up to date.*stays as it was") as told:
        SqlStore(str(path), tmp_path / "videos")
    (copy,) = backups(path)
    assert str(copy) in str(told.value)
    assert "\n" not in str(told.value)
    assert dump(path) == before == dump(copy)
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TABLE annotations")
    with closing(SqlStore(str(path), tmp_path / "videos")) as store:
        check_kept(store)


def test_foreign_keys_hold_again_after_a_migration(tmp_path: Path) -> None:
    path = make_sqlite(tmp_path / "repose.db", "0001")
    engine = connect(str(path))
    bring_up_to_date(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_rows_that_belong_to_nothing_stop_a_migration(tmp_path: Path) -> None:
    path = make_sqlite(tmp_path / "repose.db", "0001")
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM persons")
        database.commit()
    before = dump(path)
    with pytest.raises(ReposeError, match="belong to nothing"):
        SqlStore(str(path), tmp_path / "videos")
    assert dump(path) == before


def test_without_room_for_a_copy_nothing_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_sqlite(tmp_path / "repose.db", "0001")
    before = dump(path)

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ReposeError, match=r"cannot be backed up.*No space left.*nothing was changed"):
        SqlStore(str(path), tmp_path / "videos")
    assert dump(path) == before
    assert [one.name for one in tmp_path.iterdir()] == ["repose.db"]


def test_a_copy_that_differs_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_sqlite(tmp_path / "repose.db", "0001")
    counts = iter([{"reps": 2}, {"reps": 1}])
    monkeypatch.setattr(backup, "_rows", lambda _: next(counts))
    with pytest.raises(ReposeError, match="backup differs"):
        SqlStore(str(path), tmp_path / "videos")
    assert [one.name for one in tmp_path.iterdir()] == ["repose.db"]


def test_a_damaged_database_is_not_migrated(tmp_path: Path) -> None:
    path = make_sqlite(tmp_path / "repose.db", "0001")
    with closing(sqlite3.connect(path)) as database:
        page = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_reps_set_id'"
        ).fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096 + 3000)
        file.write(b"\xff" * 1096)
    before = path.read_bytes()
    with pytest.raises(ReposeError, match="is damaged; restore a backup"):
        SqlStore(str(path), tmp_path / "videos")
    assert path.read_bytes() == before
    assert backups(path) == ()


def test_a_newer_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = make_sqlite(tmp_path / "repose.db", HEAD)
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    before = path.read_bytes()
    with pytest.raises(ReposeError, match="made by a newer Repose; update Repose"):
        SqlStore(str(path), tmp_path / "videos")
    assert path.read_bytes() == before
    assert backups(path) == ()


@pytest.mark.parametrize("version", [None, "ae1027a6acf"])
def test_another_programs_database_is_refused_and_untouched(version: str | None, tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE bookmarks (url TEXT)")
        if version:
            database.execute("CREATE TABLE alembic_version (version_num TEXT)")
            database.execute("INSERT INTO alembic_version VALUES (?)", [version])
        database.commit()
    before = path.read_bytes()
    with pytest.raises(ReposeError, match="data of another program"):
        SqlStore(str(path), tmp_path / "videos")
    assert path.read_bytes() == before


OPENER = """
import sys
from repose.sessions.sql_store import SqlStore

print("ready", flush=True)
sys.stdin.readline()
store = SqlStore(sys.argv[1], sys.argv[2])
store.person_named(sys.argv[3])
"""


@pytest.mark.parametrize("revision", [None, "0001"])
def test_programs_may_open_it_at_once(revision: str | None, tmp_path: Path) -> None:
    path = tmp_path / "repose.db"
    if revision:
        make_sqlite(path, revision)
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, path, tmp_path, f"Person {number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("go\n")
        opener.stdin.flush()
    for opener in openers:
        _, said = opener.communicate()
        assert opener.returncode == 0, said
    with closing(SqlStore(str(path), tmp_path)) as store:
        names = {person.name for person in store.persons()}
    assert names >= {f"Person {number}" for number in range(4)}
    assert len(backups(path)) == (1 if revision else 0)


# The command.


def test_migrate_says_what_it_did(tmp_path: Path, run_cli: RunCli) -> None:
    path = make_sqlite(tmp_path / "repose.db", "0001")
    said = run_cli("migrate", "--database", path)
    (copy,) = backups(path)
    assert (said.code, said.err) == (0, "")
    assert f"from version 0001 to {HEAD}" in said.out
    assert str(copy) in said.out
    again = run_cli("migrate", "--database", path)
    assert (again.code, again.out, again.err) == (0, f"{path}: is up to date, version {HEAD}\n", "")
    assert backups(path) == (copy,)


def test_migrate_makes_a_new_database(
    tmp_path: Path, run_cli: RunCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new" / "repose.db"
    monkeypatch.setenv("REPOSE_DATABASE", f"sqlite:///{path}")
    said = run_cli("migrate")
    assert (said.code, said.out) == (0, f"{path}: made, version {HEAD}\n")


def test_migrate_says_it_as_json(tmp_path: Path, run_cli: RunCli) -> None:
    path = make_sqlite(tmp_path / "repose.db", "0001")
    said = json.loads(run_cli("migrate", "--database", path, "--json").out)
    assert said == {"database": str(path), "from": "0001", "to": HEAD, "backup": str(backups(path)[0])}


def test_migrate_tells_what_is_wrong(tmp_path: Path, run_cli: RunCli) -> None:
    path = tmp_path / "repose.db"
    path.write_text("no database " * 100)
    said = run_cli("migrate", "--database", path)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"repose: {path}: is not a database; name another file\n"
