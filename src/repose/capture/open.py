"""From what the user names to a source of frames."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from repose.capture.video import VideoFile
from repose.errors import ReposeError

if TYPE_CHECKING:
    from repose.capture.camera import Camera


def open_source(text: str) -> "VideoFile | Camera":
    """Open a camera or a video file.

    Args:
        text: "camera:0" for the first camera; anything else is the path of a video file. Addresses on the
            network are not opened.

    Raises:
        ReposeError: it cannot be opened, or gives no picture.
    """
    if not text.startswith("camera:"):
        return VideoFile(Path(text))
    from repose.capture.camera import Camera  # only here: OpenCV takes its time to load

    return Camera(camera_number(text))


def camera_number(text: str) -> int:
    """The number in "camera:0".

    Raises:
        ReposeError: it is no camera's name.
    """
    number = re.fullmatch(r"camera:([0-9]{1,3})", text)
    if number is None:
        raise ReposeError(f"{text}: is not a camera; the first one is camera:0, the next camera:1")
    return int(number[1])
