"""Which MediaPipe may look through the camera."""

import re
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from repose.errors import ReposeError

ALLOWED: Final = ">=0.10.31,<0.10.35"
"""As in pyproject.toml. From 0.10.35 on, MediaPipe reports usage to its maker over the network; 0.10.21 and
older lack what we call and need numpy<2."""

_FIRST: Final = (0, 10, 31)
_BEYOND: Final = (0, 10, 35)


def check_mediapipe() -> str:
    """The installed version of MediaPipe, which sends nothing.

    Raises:
        ReposeError: it is missing, or a version that sends telemetry or lacks what we call.
    """
    remedy = f"pip install 'mediapipe{ALLOWED}'"
    try:
        installed = version("mediapipe")
    except PackageNotFoundError as error:
        raise ReposeError(f"MediaPipe is not installed; run: {remedy}") from error
    numbers = tuple(int(number) for number in re.findall(r"\d+", installed)[:3])
    if numbers >= _BEYOND:
        raise ReposeError(
            f"MediaPipe {installed} sends usage data over the network, which must not happen; run: {remedy}"
        )
    if numbers < _FIRST:
        raise ReposeError(f"MediaPipe {installed} is too old; run: {remedy}")
    return installed
