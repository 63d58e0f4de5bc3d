"""Programs that save at once, and programs that are killed while they save."""

import subprocess
import sys
from pathlib import Path

import pytest

from repose.calibration.history import history_folder, numbers
from repose.calibration.profiles import BY_HAND, CLINIC, Profiles

TARGET = "heel-slides.target_deg"

SAVE = """
import sys
from pathlib import Path
from repose.calibration.profiles import Profiles
from repose.errors import ReposeError
folder, number = Path(sys.argv[1]), int(sys.argv[2])
(folder / f"ready-{number}").touch()
while len(list(folder.glob("ready-*"))) < int(sys.argv[3]):
    pass
try:
    change = {"heel-slides.target_deg": number}
    Profiles(folder).save("clinic", change, who=f"who {number}", why="x", expected=1)
    print("saved")
except ReposeError as error:
    print(error)
"""

KILLED = """
import os, pathlib, signal, sys
from repose.calibration.profiles import Profiles
def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "before":
    os.link = killed
else:
    pathlib.Path.replace = killed
change = {"heel-slides.target_deg": 90}
Profiles(pathlib.Path(sys.argv[1])).save("clinic", change, who="Eva", why="x", expected=1)
"""


@pytest.fixture
def profiles(tmp_path: Path) -> Profiles:
    """The clinic's profile has one version."""
    made = Profiles(tmp_path)
    made.save(CLINIC, {TARGET: 100}, who="Bo", why="agreed", expected=0)
    return made


def started(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


def killed(profiles: Profiles, when: str) -> None:
    with started(KILLED, profiles.folder, when) as program:
        program.communicate()
    assert program.returncode == -9


def test_of_programs_that_save_at_once_one_wins_and_the_others_are_told(profiles: Profiles) -> None:
    programs = [started(SAVE, profiles.folder, 80 + number, 3) for number in range(3)]
    said = [program.communicate()[0].strip() for program in programs]
    winner = said.index("saved")
    others = [text for text in said if text != "saved"]
    assert len(others) == 2
    assert all(f"version 2 was saved meanwhile by who {80 + winner} on " in text for text in others)
    assert profiles.load("heel-slides").thresholds.target_deg == 80 + winner
    assert [one.who for one in profiles.history(CLINIC)] == ["Bo", f"who {80 + winner}"]
    assert not profiles.read(CLINIC).edited


def test_who_is_killed_before_the_version_is_there_has_saved_nothing(profiles: Profiles) -> None:
    killed(profiles, "before")
    profile = profiles.read(CLINIC)
    assert (profile.revision, profile.edited, profile.problem) == (1, False, "")
    assert profiles.load("heel-slides").thresholds.target_deg == 100
    assert [path.name for path in history_folder(profile.path).iterdir()] == ["0001.json"]


def test_who_is_killed_before_the_file_is_there_has_saved_all_the_same(profiles: Profiles) -> None:
    killed(profiles, "between")
    path = profiles.path(CLINIC)
    assert numbers(path) == (1, 2)
    assert "100" in path.read_text()
    profile = profiles.read(CLINIC)
    assert (profile.revision, profile.good, profile.edited, profile.problem) == (2, 2, False, "")
    assert profiles.load("heel-slides").thresholds.target_deg == 90
    assert path.read_text() == profiles.history(CLINIC)[-1].text
    assert sorted(file.name for file in history_folder(path).iterdir()) == ["0001.json", "0002.json"]
    assert profiles.load("heel-slides").profiles == ((CLINIC, 2),)


def test_the_first_version_of_a_profile_is_not_lost_either(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    program = KILLED.replace('"clinic"', '"Åsa"').replace("expected=1", "expected=0")
    with started(program, tmp_path, "between") as running:
        running.communicate()
    assert running.returncode == -9
    assert profiles.names() == ("Åsa",)
    assert not profiles.path("Åsa").exists()
    assert profiles.load("heel-slides", "Åsa").thresholds.target_deg == 90
    assert profiles.path("Åsa").is_file()


def test_where_nothing_can_be_written_the_saved_version_is_in_force_too(
    profiles: Profiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(profiles, "between")

    def read_only(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", read_only)
    profile = profiles.read(CLINIC)
    assert (profile.revision, profile.edited, profile.problem) == (2, False, "")
    assert profiles.load("heel-slides").thresholds.target_deg == 90
    assert "100" in profiles.path(CLINIC).read_text()


def test_what_is_edited_by_hand_after_a_kill_is_kept_and_so_is_what_was_saved(profiles: Profiles) -> None:
    killed(profiles, "between")
    path = profiles.path(CLINIC)
    path.write_text(path.read_text().replace("100", "95"))
    assert profiles.load("heel-slides").thresholds.target_deg == 95
    versions = profiles.history(CLINIC)
    assert [(one.who, one.changes[0].after) for one in versions] == [("Bo", 100), ("Eva", 90), (BY_HAND, 95)]
    assert "95" in path.read_text()


def test_the_next_who_saves_builds_on_what_the_killed_one_saved(profiles: Profiles) -> None:
    killed(profiles, "between")
    saved = profiles.save(CLINIC, {"heel-slides.hold_deg": 4}, who="Bo", why="x", expected=2)
    assert [change.key for change in saved.changes] == ["heel-slides.hold_deg"]
    assert profiles.load("heel-slides").thresholds.target_deg == 90
