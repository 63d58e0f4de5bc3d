"""The doctor finds what is wrong, and each finding says how to mend it."""

import ctypes
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import repose.pose.bundle
from repose import doctor
from repose.doctor import (
    OPENCV,
    Check,
    check_cameras,
    check_libraries,
    check_model,
    check_numpy,
    check_opencv,
    check_pdf,
    check_python,
    check_telemetry,
    failed,
    render,
    run_checks,
)
from repose.pose import mediapipe_version
from repose.pose.bundle import ensure_bundle


class Camera:
    """A camera that gives a frame every tenth of its own second, or none at all."""

    def __init__(self, opens: bool = True, pictures: bool = True) -> None:
        self.opens, self.pictures = opens, pictures
        self.released = False
        self.clock = 0.0
        self.per_frame_s = 0.1

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.opens

    def read(self) -> tuple[bool, Any]:
        return self.pictures, np.zeros((480, 640, 3), np.uint8) if self.pictures else None

    def grab(self) -> bool:
        self.clock += self.per_frame_s
        return True

    def release(self) -> None:
        self.released = True


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let these be all the cameras, from number 0 on."""

    def plug_in(*cameras: Camera) -> None:
        def open_one(index: int) -> Camera:
            return cameras[index] if index < len(cameras) else Camera(opens=False)

        monkeypatch.setattr(cv2, "VideoCapture", open_one)
        monkeypatch.setattr("time.perf_counter", lambda: sum(camera.clock for camera in cameras))

    return plug_in


def installed(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """Let these be all the packages of OpenCV."""

    def version(package: str) -> str:
        if package not in packages:
            raise PackageNotFoundError(package)
        return "5.0.0.93"

    monkeypatch.setattr(doctor, "version", version)


def test_this_machine_is_healthy(plug_in: Callable[..., None]) -> None:
    ensure_bundle("full")
    plug_in()
    checks = run_checks()
    assert [check.name for check in checks] == [
        "Python", "MediaPipe", "numpy", "OpenCV", "GL libraries", "PDF", "pose model", "cameras",
    ]  # fmt: skip
    assert [check.ok for check in checks] == [True] * 7 + [None]
    assert not failed(checks)


def test_every_failure_has_a_remedy_and_shows_it() -> None:
    checks = [
        Check("Python", True, "3.11.7"),
        Check("OpenCV", False, "is not installed", "pip install it"),
        Check("cameras", None, "none opens", "plug one in"),
    ]
    assert render(checks).splitlines() == [
        "ok    Python   3.11.7",
        "FAIL  OpenCV   is not installed",
        "               -> pip install it",
        "note  cameras  none opens",
        "               -> plug one in",
    ]
    assert failed(checks)
    assert not failed([checks[0], checks[2]])


def test_an_old_python_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 9))
    check = check_python()
    assert check.ok is False
    assert "3.11" in check.remedy


def test_a_mediapipe_that_sends_telemetry_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mediapipe_version, "version", lambda name: "0.10.35")
    check = check_telemetry()
    assert check.ok is False
    assert "sends usage data" in check.detail
    assert check.remedy == "pip install 'mediapipe>=0.10.31,<0.10.35'"


def test_an_old_numpy_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np, "__version__", "1.26.4")
    check = check_numpy()
    assert (check.ok, check.remedy) == (False, "pip install 'numpy>=2.0,<3'")


def test_one_opencv_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, OPENCV)
    assert check_opencv().ok is True


@pytest.mark.parametrize("other", doctor.OTHER_OPENCV)
@pytest.mark.parametrize("beside", [True, False])
def test_another_opencv_fails(monkeypatch: pytest.MonkeyPatch, other: str, beside: bool) -> None:
    installed(monkeypatch, other, *([OPENCV] if beside else []))
    check = check_opencv()
    assert check.ok is False
    assert other in check.detail
    assert ("overwrite each other" in check.detail) == beside
    assert check.remedy.startswith(f"pip uninstall --yes {other} {OPENCV} && pip install --force-reinstall")


def test_no_opencv_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch)
    check = check_opencv()
    assert (check.ok, check.remedy) == (False, f"pip install --force-reinstall --no-deps {OPENCV}")


def test_an_opencv_that_does_not_load_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, OPENCV)
    monkeypatch.setitem(sys.modules, "cv2", None)
    check = check_opencv()
    assert check.ok is False
    assert "does not load" in check.detail


def test_missing_libraries_name_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> None:
        if "GL" in name:
            raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", load)
    check = check_libraries()
    assert check.ok is False
    assert check.detail == "missing: libGL.so.1, libEGL.so.1, libGLESv2.so.2"
    assert check.remedy == "on Debian: sudo apt-get install libgl1 libegl1 libgles2"


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_elsewhere_the_libraries_are_part_of_the_system(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("nothing to look for"))
    assert check_libraries().ok is True


def test_a_model_that_is_not_there_yet_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(repose.pose.bundle, "checkout", lambda: tmp_path)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path)
    check = check_model("full")
    assert check.ok is None
    assert "first use" in check.detail
    assert list(tmp_path.iterdir()) == [], "the doctor fetches nothing"


def test_a_wrong_model_file_fails(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.task"
    wrong.write_text("hello")
    check = check_model(str(wrong))
    assert (check.ok, check.remedy) == (False, "give another --model")
    assert "not a pose model bundle" in check.detail


def test_a_model_cannot_be_tried_without_opencv(monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_bundle("full")
    monkeypatch.delitem(sys.modules, "repose.pose.mediapipe_estimator", raising=False)
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert check_model("full").ok is None


def test_cameras_are_measured_not_believed(plug_in: Callable[..., None]) -> None:
    quick, slow = Camera(), Camera()
    quick.per_frame_s, slow.per_frame_s = 1 / 30, 1 / 5
    plug_in(quick, slow)
    first, second = check_cameras()
    assert (first.name, first.ok) == ("camera:0", True)
    assert "640 x 480" in first.detail
    assert float(first.detail.split(", ")[1].split()[0]) == pytest.approx(30, rel=0.05)
    assert (second.name, second.ok) == ("camera:1", None)
    assert "light" in second.remedy
    assert quick.released
    assert slow.released


def test_a_camera_without_a_picture_is_told(plug_in: Callable[..., None]) -> None:
    dead = Camera(pictures=False)
    plug_in(dead)
    [check] = check_cameras()
    assert (check.ok, check.detail) == (None, "opens, but gives no picture")
    assert dead.released


def test_no_camera_is_no_failure(plug_in: Callable[..., None]) -> None:
    plug_in()
    [check] = check_cameras()
    assert check.ok is None
    assert check.remedy


def test_a_pdf_can_be_made_or_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    check = check_pdf()
    assert (check.ok, check.remedy) == (True, "")
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    check = check_pdf()
    assert check.ok is None
    assert "sudo apt-get install libpango-1.0-0" in check.remedy
