"""A person's calibration profile is their data: who sees, changes and deletes it is noted."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from repose.accounts.acting import Acting, Doing, acting, doing
from repose.accounts.roles import Role
from repose.audit.audited_profiles import AuditedProfiles
from repose.calibration.folder import VARIABLE
from repose.calibration.profiles import CLINIC, Profiles
from repose.errors import ReposeError
from repose.sessions import own_profiles
from repose.sessions.database import VARIABLE as DATABASE
from repose.sessions.sql_store import SqlStore
from tests.program import RunCli

TARGET = "heel-slides.target_deg"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(SqlStore(str(tmp_path / "repose.db"), tmp_path / "videos")) as opened:
        yield opened


def told(store: SqlStore) -> list[tuple[str, str, str | None]]:
    return [(one.doing.value, one.what, one.person_id) for one in store.audit.chain()]


def test_what_becomes_of_a_persons_profile_is_noted(store: SqlStore, tmp_path: Path) -> None:
    profiles, ada = AuditedProfiles(store, tmp_path / "calibration"), store.person_named("Ada").id
    with acting(Acting("cleo", Role.CLINICIAN)):
        profiles.save("Ada", {TARGET: 90}, who="Cleo", why="x", expected=0)
        profiles.save("ada", {TARGET: 80}, who="Cleo", why="x", expected=1)
        profiles.roll_back("Ada", 1, who="Cleo", why="x", expected=2)
        assert own_profiles.rename_person(store, profiles, ada, "P-17").name == "P-17"
        assert profiles.forget("P-17") > 0
    assert told(store) == [("edit", "profile", ada)] * 4 + [("delete", "profile", ada)]
    assert {entry.who for entry in store.audit.chain()} == {"cleo"}


def test_who_looks_at_it_is_noted_and_who_changes_it_has_not_only_looked(
    store: SqlStore, tmp_path: Path
) -> None:
    profiles, ada = AuditedProfiles(store, tmp_path / "calibration"), store.person_named("Ada").id
    Profiles(profiles.folder).save("Ada", {TARGET: 90}, who="Cleo", why="x", expected=0)
    for look in (
        lambda: profiles.read("Ada"),
        lambda: profiles.load("heel-slides", "Ada"),
        lambda: profiles.history("Ada"),
        lambda: profiles.version("Ada", 1),
    ):
        look()
        with doing(Doing.EDIT):
            look()
    assert told(store) == [("view", "profile", ada)]


def test_the_clinics_profile_is_nobodys_data(store: SqlStore, tmp_path: Path) -> None:
    profiles = AuditedProfiles(store, tmp_path / "calibration")
    profiles.save(CLINIC, {TARGET: 90}, who="Cleo", why="x", expected=0)
    profiles.load("heel-slides")
    profiles.read(CLINIC)
    assert profiles.forget("Nobody") == 0
    assert not profiles.rename("Nobody", "Somebody")
    assert told(store) == []


def test_a_profile_of_somebody_else_is_noted_without_a_person(store: SqlStore, tmp_path: Path) -> None:
    profiles = AuditedProfiles(store, tmp_path / "calibration")
    profiles.save("Nobody Else", {TARGET: 90}, who="Cleo", why="x", expected=0)
    assert told(store) == [("edit", "profile", None)]


def test_what_fails_is_noted_as_such_and_without_the_log_nothing_is_saved(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles, ada = AuditedProfiles(store, tmp_path / "calibration"), store.person_named("Ada").id
    with pytest.raises(ReposeError):
        profiles.save("Ada", {TARGET: 9000}, who="Cleo", why="x", expected=0)
    assert told(store) == [("edit", "profile", ada), ("edit", "profile: failed", ada)]
    monkeypatch.setattr("repose.sessions.database.BUSY_S", 0.05)
    with (
        closing(SqlStore(str(tmp_path / "repose.db"), tmp_path / "videos")) as hurried,
        closing(sqlite3.connect(tmp_path / "repose.db")) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReposeError, match="is in use by another program"):
            AuditedProfiles(hurried, tmp_path / "calibration").save(
                "Ada", {TARGET: 90}, who="Cleo", why="x", expected=0
            )
        other.rollback()
    assert profiles.history("Ada") == ()


def test_commands_note_it_in_the_usual_database(
    store: SqlStore, tmp_path: Path, run_cli: RunCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "calibration"))
    monkeypatch.setenv(DATABASE, str(tmp_path / "repose.db"))
    ada = store.person_named("Ada").id
    assert run_cli("calibrate", "set", CLINIC, f"{TARGET}=100", "--why", "x").code == 0
    assert told(store) == []
    for number in (90, 80):
        assert run_cli("calibrate", "set", "Ada", f"{TARGET}={number}", "--why", "x").code == 0
    assert run_cli("calibrate", "rollback", "Ada", "1", "--why", "x").code == 0
    assert [one for one in told(store) if one[0] == "edit"] == [("edit", "profile", ada)] * 3
    assert run_cli("delete", "--person", "Ada", "--yes").code == 0
    assert [one for one in told(store) if one[0] == "delete"] == [
        ("delete", "profile", ada),
        ("delete", "person", ada),
    ]
