"""A camera in a bedroom must send nothing: the MediaPipe range stays as it is."""

import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from repose.errors import ReposeError
from repose.pose import mediapipe_version
from repose.pose.mediapipe_estimator import MediaPipeEstimator
from repose.pose.mediapipe_version import ALLOWED, check_mediapipe


def test_the_range_is_the_one_without_telemetry() -> None:
    with (Path(__file__).parents[2] / "pyproject.toml").open("rb") as file:
        required = tomllib.load(file)["project"]["dependencies"]
    assert [entry for entry in required if entry.startswith("mediapipe")] == ["mediapipe>=0.10.31,<0.10.35"]
    assert ALLOWED == ">=0.10.31,<0.10.35"


def test_the_installed_version_is_allowed() -> None:
    assert check_mediapipe().startswith("0.10.3")


@pytest.mark.parametrize("version", ["0.10.31", "0.10.32", "0.10.33", "0.10.34", "0.10.34.post1"])
def test_quiet_versions_pass(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mediapipe_version, "version", lambda name: version)
    assert check_mediapipe() == version


@pytest.mark.parametrize("version", ["0.10.35", "0.10.35rc1", "0.11.0", "1.0.0", "1.2.2"])
def test_versions_that_phone_home_are_refused_before_they_load(
    version: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(mediapipe_version, "version", lambda name: version)
    with pytest.raises(
        ReposeError, match=r"sends usage data .* pip install 'mediapipe>=0\.10\.31,<0\.10\.35'"
    ):
        MediaPipeEstimator(tmp_path / "any.task", "full")


@pytest.mark.parametrize("version", ["0.10.21", "0.9.3", "0.10"])
def test_old_versions_are_refused(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mediapipe_version, "version", lambda name: version)
    with pytest.raises(ReposeError, match="too old"):
        check_mediapipe()


def test_a_missing_mediapipe_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(mediapipe_version, "version", none)
    with pytest.raises(ReposeError, match="not installed"):
        check_mediapipe()
