"""Whether this machine can run Repose, and how to mend what is wrong."""

import ctypes
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import numpy as np

from repose.errors import ReposeError
from repose.pose.mediapipe_version import ALLOWED, check_mediapipe

OPENCV: Final = "opencv-contrib-python"
"""The OpenCV that MediaPipe brings."""

OTHER_OPENCV: Final = ("opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")
"""Packages that hold the same `cv2`; any two of them overwrite each other's files."""

LIBRARIES: Final = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
}
"""Libraries outside the wheels that `cv2` and `libmediapipe.so` are linked to, and their Debian packages."""

CAMERAS: Final = 4
SLOW: Final = 10.0
"""Frames per second below which a quick rep of 1.5 s is seen too coarsely."""

_MEASURE_S: Final = 1.0
_WARM_UP: Final = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        name: what was looked at.
        ok: True, False, or None for what is worth knowing but stops nothing.
        detail: what was found.
        remedy: how to mend it; empty if there is nothing to mend.
    """

    name: str
    ok: bool | None
    detail: str
    remedy: str = ""


def run_checks(model: str = "full") -> list[Check]:
    """Look at everything Repose needs; takes about a second for each camera.

    Args:
        model: the pose model to check: "full", "lite", "heavy", or the path of a bundle.
    """
    return [
        check_python(),
        check_telemetry(),
        check_numpy(),
        check_opencv(),
        check_libraries(),
        check_pdf(),
        check_model(model),
        *check_cameras(),
    ]


def failed(checks: Sequence[Check]) -> bool:
    """Whether anything keeps Repose from running."""
    return any(check.ok is False for check in checks)


def render(checks: Sequence[Check]) -> str:
    """The checks as lines of text, each remedy under what it mends."""
    marks = {True: "ok", False: "FAIL", None: "note"}
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        lines.append(f"{marks[check.ok]:<6}{check.name:<{width}}  {check.detail}")
        if check.remedy:
            lines.append(f"{'':<6}{'':<{width}}  -> {check.remedy}")
    return "\n".join(lines)


def check_python() -> Check:
    """Python 3.11 or newer."""
    enough = sys.version_info >= (3, 11)
    remedy = "" if enough else "install Python 3.11 or newer (on Debian 12: sudo apt-get install python3)"
    return Check("Python", enough, platform.python_version(), remedy)


def check_telemetry() -> Check:
    """A MediaPipe that sends nothing."""
    try:
        return Check("MediaPipe", True, f"{check_mediapipe()}, sends no telemetry")
    except ReposeError as error:
        return Check("MediaPipe", False, str(error), f"pip install 'mediapipe{ALLOWED}'")


def check_numpy() -> Check:
    """A numpy of the range that Repose is tested with."""
    right = np.__version__.startswith("2.")
    return Check("numpy", right, np.__version__, "" if right else "pip install 'numpy>=2.0,<3'")


def check_opencv() -> Check:
    """Exactly one package holds `cv2`, it is the one MediaPipe brings, and it loads."""
    others = [name for name in OTHER_OPENCV if _installed(name)]
    ours = _installed(OPENCV)
    remove = f"pip uninstall --yes {' '.join([*others, OPENCV])} && " if others else ""
    remedy = f"{remove}pip install --force-reinstall --no-deps {OPENCV}"
    if others:
        names = " and ".join([*([OPENCV] if ours else []), *others])
        why = "which overwrite each other" if len(others) + bool(ours) > 1 else f"not {OPENCV}"
        return Check("OpenCV", False, f"{names}, {why}", remedy)
    if ours is None:
        return Check("OpenCV", False, f"{OPENCV} is not installed", remedy)
    try:
        import cv2
    except ImportError as error:
        return Check("OpenCV", False, f"cv2 does not load: {error}", remedy)
    return Check("OpenCV", True, f"{OPENCV} {ours}, cv2 {cv2.__version__}")


def check_libraries() -> Check:
    """The system's libraries that the wheels do not bring; only Linux leaves them out."""
    if not sys.platform.startswith("linux"):
        return Check("GL libraries", True, "part of this system")
    missing = [name for name in LIBRARIES if not _loads(name)]
    if missing:
        packages = " ".join(dict.fromkeys(LIBRARIES[name] for name in missing))
        remedy = f"on Debian: sudo apt-get install {packages}"
        return Check("GL libraries", False, f"missing: {', '.join(missing)}", remedy)
    return Check("GL libraries", True, "libGL, libEGL, libGLESv2 and glib load")


def check_pdf() -> Check:
    """What sets a PDF; without it, reports are HTML only."""
    from repose.reports.session_pdf import REMEDY, require_weasyprint

    try:
        require_weasyprint()
    except ReposeError as error:
        return Check("PDF", None, str(error).partition(";")[0], REMEDY)
    return Check("PDF", True, f"WeasyPrint {version('weasyprint')} loads")


def check_model(model: str) -> Check:
    """The bundle has the right hash, and MediaPipe loads it. Nothing is fetched."""
    from repose.pose.bundle import ensure_bundle, find_bundle
    from repose.pose.manifest import read_manifest

    name = "pose model"
    try:
        from repose.pose.mediapipe_estimator import MediaPipeEstimator

        known = model in read_manifest().models
        bundle = find_bundle(model) if known else ensure_bundle(model)
        if bundle is None:
            return Check(name, None, f"{model} is not here yet; it is made on first use, or when damaged")
        estimator = MediaPipeEstimator(bundle, model)
        estimator.close()
    except ReposeError as error:
        remedy = f"delete the file; {model} is made again on next use" if known else "give another --model"
        return Check(name, False, str(error), remedy)
    except ImportError as error:
        return Check(name, None, f"cannot be tried: {error}")
    return Check(name, True, f"{bundle} loads, SHA-256 {estimator.sha256[:12]}…")


def check_cameras() -> list[Check]:
    """Each camera that opens, and how many frames a second it really gives."""
    try:
        import cv2

        from repose.capture.quiet import quiet
    except ImportError:
        return [Check("cameras", None, "cannot be opened without OpenCV")]
    quiet()
    found = [check for index in range(CAMERAS) if (check := _check_camera(cv2, index))]
    if found:
        return found
    remedy = "plug one in, end other programs that use it, allow camera access in the privacy settings"
    if sys.platform.startswith("linux") and any(Path("/dev").glob("video*")):
        remedy = "end other programs that use it, or: sudo usermod -aG video $USER, then log in again"
    return [Check("cameras", None, "none opens; videos and recordings can be counted", remedy)]


def _check_camera(cv2: object, index: int) -> Check | None:
    """One camera; None if there is none with this number."""
    capture = cv2.VideoCapture(index)  # type: ignore[attr-defined]
    try:
        if not capture.isOpened():
            return None
        name = f"camera:{index}"
        picture = None
        for _ in range(_WARM_UP):
            ok, seen = capture.read()
            picture = seen if ok else picture
        if picture is None:
            return Check(name, None, "opens, but gives no picture", "end other programs that use it")
        frames, started = 0, time.perf_counter()
        while (passed := time.perf_counter() - started) < _MEASURE_S and capture.grab():
            frames += 1
    finally:
        capture.release()
    height, width = picture.shape[:2]
    rate = frames / passed
    slow = rate < SLOW
    remedy = "give it more light, or another USB port" if slow else ""
    return Check(name, None if slow else True, f"{width} x {height}, {rate:.1f} frames a second", remedy)


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
