"""The command line itself, and the commands that need no video."""

import subprocess
import sys
from pathlib import Path

import pytest

from repose import __version__
from repose.exercises import slugs
from tests.program import RunCli


def test_the_version(run_cli: RunCli) -> None:
    said = run_cli("--version")
    assert (said.code, said.out) == (0, f"repose {__version__}\n")


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "repose", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"repose {__version__}\n"


def test_help_names_every_command_and_the_intended_use(run_cli: RunCli) -> None:
    said = run_cli("--help")
    assert said.code == 0
    for name in ("count", "evaluate", "exercises", "doctor", "bench", "demo"):
        assert f"\n  {name} " in said.out
    assert "not a\n  medical device" in said.out or "not a medical device" in said.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("count",),
        ("count", "clip.mp4"),
        ("count", "clip.mp4", "--exercise", "heel-slides", "--side", "middle"),
        ("count", "clip.mp4", "--exercise", "heel-slides", "--nonsense"),
        ("bench", "--rounds", "0"),
    ],
)
def test_wrong_usage_exits_with_2(run_cli: RunCli, arguments: tuple[str, ...]) -> None:
    said = run_cli(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert "Error: " in said.err
    assert "Traceback" not in said.err


def test_all_exercises_are_listed_with_their_dose(run_cli: RunCli) -> None:
    said = run_cli("exercises")
    assert said.code == 0
    assert [slug for slug in slugs() if slug not in said.out] == []
    assert "5 reps each leg, hold 20 s" in said.out
    assert "10 reps, 10 sets" in said.out


def test_doctor_checks_this_machine(run_cli: RunCli) -> None:
    said = run_cli("doctor")
    assert said.code in (0, 1)
    assert "MediaPipe" in said.out
    assert "Traceback" not in said.err


def test_evaluate_needs_truth_files(run_cli: RunCli, tmp_path: Path) -> None:
    said = run_cli("evaluate", tmp_path)
    assert said.code == 2
    assert said.err.startswith("repose: ")
    assert said.err.count("\n") == 1


def test_evaluate_finds_an_unwritable_page_before_counting(run_cli: RunCli, tmp_path: Path) -> None:
    said = run_cli("evaluate", tmp_path / "missing", "--html", tmp_path / "nowhere" / "page.html")
    assert said.code == 2
    assert "nowhere" in said.err


def test_bench_has_to_know_what_a_clip_shows(run_cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").touch()
    said = run_cli("bench", tmp_path / "clip.mp4")
    assert said.code == 2
    assert "--exercise" in said.err
