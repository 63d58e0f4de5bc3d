"""Which MediaPipe may look through the camera."""

import re
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from repose.errors import ReposeError

ALLOWED: Final = ">=0.10.31,<0.10.35"
"""As in pyproject.toml. From 0.10.35 on, MediaPipe reports usage to its maker over the network; 0.10.21 and
older lack what we call and need numpy<2."""

_FIRST: Final = (0, 10, 31)
_BEYOND: Final = (0, 10, 35)

_REMEDY: Final = f"pip install 'mediapipe{ALLOWED}'"


def check_mediapipe() -> str:
    """The version of the MediaPipe that would be imported, which sends nothing; it is not imported here.

    Raises:
        ReposeError: it is missing, or one that sends telemetry, lacks what we call, or is unknown.
    """
    try:
        installed = version("mediapipe")
    except PackageNotFoundError as error:
        raise ReposeError(f"MediaPipe is not installed; run: {_REMEDY}") from error
    numbers = tuple(int(number) for number in re.findall(r"\d+", installed)[:3])
    if numbers >= _BEYOND:
        raise ReposeError(
            f"MediaPipe {installed} sends usage data over the network, which must not happen; run: {_REMEDY}"
        )
    if numbers < _FIRST:
        raise ReposeError(f"MediaPipe {installed} is too old; run: {_REMEDY}")
    _check_place(installed)
    return installed


def _check_place(installed: str) -> None:
    """See to it that Python would import what was installed, and not another MediaPipe that stands before it.

    Raises:
        ReposeError: it would not.
    """
    found = find_spec("mediapipe")
    imported = Path(found.origin) if found and found.origin else None
    ours = Path(str(distribution("mediapipe").locate_file("mediapipe/__init__.py")))
    if imported is None or imported.resolve() != ours.resolve():
        raise ReposeError(
            f"Python would import {imported or 'no MediaPipe'} in place of the MediaPipe {installed} that is "
            "installed, and nobody knows what that one sends; remove it, or take it out of PYTHONPATH"
        )
