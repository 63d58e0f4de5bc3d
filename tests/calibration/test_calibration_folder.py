"""Where a clinic's own files are."""

from pathlib import Path

import pytest

from repose.calibration.folder import VARIABLE, usual_folder


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one in quotes, or in a file of settings, no shell makes a folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "~/clinic")
    assert usual_folder() == tmp_path / "clinic"
    monkeypatch.setenv(VARIABLE, str(tmp_path / "elsewhere"))
    assert usual_folder() == tmp_path / "elsewhere"


def test_without_a_name_it_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    empty = usual_folder()
    monkeypatch.delenv(VARIABLE)
    assert usual_folder() == empty
    assert empty.is_absolute()
    assert "repose" in empty.parts
