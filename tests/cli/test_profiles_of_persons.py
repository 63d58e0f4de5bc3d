"""A person's calibration profile goes where the person goes: deleted, renamed and exported with them."""

import csv
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from repose.calibration.folder import VARIABLE
from repose.calibration.profiles import CLINIC, Profiles
from repose.errors import ReposeError
from repose.exercises import load_exercise
from repose.sessions.export_recordings import calibration_toml
from repose.sessions.own_profiles import rename_person
from repose.sessions.sql_store import SqlStore
from repose.sessions.tables import PersonRow
from tests.program import RunCli, Said
from tests.sessions.made import a_session

TARGET = "heel-slides.target_deg"


class Kept:
    """A store and profiles that the commands find."""

    def __init__(self, folder: Path, store: SqlStore, run_cli: RunCli) -> None:
        self.path = folder / "repose.db"
        self.store = store
        self.profiles = Profiles(folder / "calibration")
        self.run_cli = run_cli

    def calibrated(self, name: str, *targets: float) -> None:
        for target in targets:
            expected = self.profiles.read(name).revision
            self.profiles.save(name, {TARGET: target}, who="Bo", why="x", expected=expected)

    def run(self, *arguments: str | Path) -> Said:
        return self.run_cli(*arguments, "--database", self.path)

    def files(self, holding: str) -> list[Path]:
        """What is left of somebody: files whose name or content has a text."""
        files = [path for path in self.profiles.folder.rglob("*") if path.is_file()]
        return [path for path in files if holding in path.name or holding in path.read_text("utf-8")]


@pytest.fixture
def kept(tmp_path: Path, run_cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "calibration"))
    with closing(SqlStore(str(tmp_path / "repose.db"), tmp_path / "videos")) as store:
        yield Kept(tmp_path, store, run_cli)


def test_a_deleted_person_takes_the_profile_along(kept: Kept) -> None:
    for name in ("Zoë", "Ada"):
        a_session(kept.store, name)
        kept.calibrated(name, 90, 80)
    kept.calibrated(CLINIC, 100)
    said = kept.run("delete", "--person", "zoë", "--yes")
    assert (said.code, said.err) == (0, "")
    assert "1 person (Zoë), 1 calibration profile with all versions (Zoë)." in said.out
    assert "3 files of calibration profiles.\n" in said.out
    assert kept.profiles.names() == (CLINIC, "Ada")
    assert not kept.files("Zoë")


def test_a_profile_alone_is_deleted_by_its_name(kept: Kept) -> None:
    kept.calibrated("Zoë", 90)
    said = kept.run("delete", "--person", "Zoë", "--yes")
    assert (said.code, said.err) == (0, "")
    assert "To be deleted: 1 calibration profile with all versions (Zoë).\n" in said.out
    assert kept.profiles.names() == ()
    said = kept.run("delete", "--person", "Zoë", "--yes")
    assert said.code == 2
    assert "there is no person 'Zoë'" in said.err


def test_everything_is_all_profiles_of_persons_and_not_the_clinics(kept: Kept) -> None:
    a_session(kept.store, "Zoë")
    for name in ("Zoë", "Nobody else", CLINIC):
        kept.calibrated(name, 100)
    said = kept.run("delete", "--all", "--yes")
    assert said.code == 0
    assert "2 calibration profiles with all versions (Zoë, Nobody else)" in said.out
    assert kept.profiles.names() == (CLINIC,)
    assert kept.run("delete", "--all", "--yes").out == "There is nothing to delete.\n"


@pytest.mark.parametrize("arguments", [["latest"], ["--person", "Zoë", "--recordings-only"]])
def test_who_deletes_sessions_or_recordings_keeps_the_profile(kept: Kept, arguments: list[str]) -> None:
    a_session(kept.store, "Zoë")
    kept.calibrated("Zoë", 90)
    said = kept.run("delete", *arguments, "--yes")
    assert (said.code, "profile" in said.out) == (0, False)
    assert kept.profiles.load("heel-slides", "Zoë").thresholds.target_deg == 90


def test_the_profile_of_somebody_else_of_almost_that_name_stays(kept: Kept) -> None:
    """In a database from when upper and lower case made two persons."""
    with kept.store._writing() as session:
        session.add_all(PersonRow(name=name, added_at=datetime.now(UTC)) for name in ("Ada", "ada"))
    for name in ("Ada", "ada"):
        a_session(kept.store, name)
    kept.calibrated("Ada", 90)
    assert kept.run("delete", "--person", "ada", "--yes").code == 0
    assert kept.profiles.names() == ("Ada",)


def test_a_person_called_like_a_layer_can_be_deleted(kept: Kept) -> None:
    a_session(kept.store, CLINIC)
    kept.calibrated(CLINIC, 100)
    assert kept.run("delete", "--person", CLINIC, "--yes").code == 0
    assert kept.store.persons() == ()
    assert kept.profiles.names() == (CLINIC,)


def test_a_renamed_person_keeps_the_profile_under_the_new_name(kept: Kept) -> None:
    a_session(kept.store, "Zoë")
    kept.calibrated("Zoë", 90, 80)
    (person,) = kept.store.persons()
    assert rename_person(kept.store, kept.profiles, person.id, " P  17 ").name == "P 17"
    assert kept.profiles.load("heel-slides", "P 17").thresholds.target_deg == 80
    assert len(kept.profiles.history("P 17")) == 2
    assert not kept.files("Zoë")


def test_a_name_that_has_a_profile_already_renames_nothing(kept: Kept) -> None:
    a_session(kept.store, "Zoë")
    kept.calibrated("Zoë", 90)
    kept.calibrated("P 17", 80)
    (person,) = kept.store.persons()
    with pytest.raises(ReposeError, match="there is a profile of 'P 17' already"):
        rename_person(kept.store, kept.profiles, person.id, "P 17")
    assert [one.name for one in kept.store.persons()] == ["Zoë"]
    assert kept.profiles.load("heel-slides", "Zoë").thresholds.target_deg == 90


def test_an_export_of_a_person_has_the_profile_with_all_versions(kept: Kept, tmp_path: Path) -> None:
    session = a_session(kept.store, "Zoë")
    a_session(kept.store, "Ada")
    for name in ("Zoë", "Ada", CLINIC):
        kept.calibrated(name, 90, 80)
    (person,) = [one for one in kept.store.persons() if one.name == "Zoë"]
    said = kept.run("export", "--person", "Zoë", "--to", tmp_path / "out.zip")
    assert (said.code, said.err) == (0, "")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        found = {name: archive.read(name) for name in archive.namelist() if name.startswith("profiles/")}
        assert "Calibration profiles" in archive.read("README.txt").decode()
    own = kept.profiles.path("Zoë")
    history = own.with_suffix(".history")
    assert found == {
        f"profiles/{person.id}.toml": own.read_bytes(),
        f"profiles/{person.id}.history/0001.json": (history / "0001.json").read_bytes(),
        f"profiles/{person.id}.history/0002.json": (history / "0002.json").read_bytes(),
    }
    # Of somebody's single session, the name alone goes.
    assert kept.run("export", session, "--to", tmp_path / "one").code == 0
    assert not (tmp_path / "one" / "profiles").exists()
    assert kept.run("export", "--all", "--to", tmp_path / "all").code == 0
    assert len(list((tmp_path / "all" / "profiles").glob("*.toml"))) == 2


def test_an_export_says_which_revisions_a_set_was_counted_by(kept: Kept, tmp_path: Path) -> None:
    a_session(kept.store, "Zoë")
    assert kept.run("export", "--all", "--to", tmp_path / "out", "--format", "csv").code == 0
    with (tmp_path / "out" / "sets.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(line for line in file if not line.startswith("#"))
    assert json.loads(row["profiles"]) == []


def test_thresholds_with_sides_are_exported_as_a_calibration_that_counts_the_same(
    kept: Kept, tmp_path: Path
) -> None:
    kept.profiles.save(
        "Zoë",
        {"heel-slides.left.target_deg": 80, "heel-slides.right.faults.too_fast": 3, TARGET: 90},
        who="Bo", why="x", expected=0,
    )  # fmt: skip
    limits = kept.profiles.load("heel-slides", "Zoë").thresholds
    file = tmp_path / "calibration.toml"
    file.write_text(calibration_toml("heel-slides", limits), "utf-8")
    assert load_exercise("heel-slides", file).thresholds == limits
