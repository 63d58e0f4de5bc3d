"""Exercise files for tests: a good one, and what can be changed in it."""

from importlib.resources import files
from pathlib import Path

import pytest

from repose.calibration.folder import VARIABLE

EXAMPLES = ("straight-leg-raise", "bridge", "seated-knee-extension", "squat")


def example_text(slug: str = "squat") -> str:
    """The text of an example's file."""
    return (files("repose.exercises") / "examples" / f"{slug}.toml").read_text(encoding="utf-8")


def changed(old: str, new: str, slug: str = "squat") -> str:
    """An example's text with one change."""
    text = example_text(slug)
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def forget_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is named or remembered in a test is forgotten after it."""
    monkeypatch.setattr("repose.exercises.own._named", {})
    monkeypatch.setattr("repose.exercises.load._remembered", {})


def own_folder_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own exercises that is in force."""
    monkeypatch.setenv(VARIABLE, str(folder))
    forget_named(monkeypatch)
    exercises = folder / "exercises"
    exercises.mkdir(parents=True)
    return exercises
