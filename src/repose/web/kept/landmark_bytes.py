"""Landmarks on their way to a page that replays them.

The message: the length of the header (4 bytes, little-endian), the header as JSON, padded with spaces so that
what follows begins at a multiple of 4, and then for each frame 100 float32, little-endian: seconds since the
header's `from_s`, then x, y and visibility of the 33 landmarks in MediaPipe's order; x, y in shares of the
picture's width and height, NaN where nobody was found.
"""

import json
import struct
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np

from repose.pose.landmarks import LANDMARKS, VISIBILITY, PoseTrack, X, Y

MEDIA_TYPE: Final = "application/octet-stream"

ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Landmarks, in the format of `web/kept/landmark_bytes.py`.",
        "content": {MEDIA_TYPE: {}},
    }
}
"""For OpenAPI."""

COLUMNS: Final = 1 + 3 * len(LANDMARKS)


def message(frame_size: tuple[int, int], from_s: float, tracks: Iterable[PoseTrack]) -> Iterator[bytes]:
    """The message, piece by piece.

    Args:
        frame_size: (width, height) of the pictures in pixels, for their proportions.
        from_s: time that the frames count from.
        tracks: the frames.
    """
    yield header(frame_size, from_s)
    for track in tracks:
        yield rows(track, from_s)


def header(frame_size: tuple[int, int], from_s: float) -> bytes:
    """What stands before the frames."""
    width, height = frame_size
    said = json.dumps({"width": width, "height": height, "from_s": from_s}).encode()
    said += b" " * (-len(said) % 4)
    return struct.pack("<I", len(said)) + said


def rows(track: PoseTrack, from_s: float) -> bytes:
    """Some frames."""
    frames = len(track.time_s)
    found = np.empty((frames, COLUMNS), "<f4")
    found[:, 0] = track.time_s - from_s
    found[:, 1:] = track.points[:, :, [X, Y, VISIBILITY]].reshape(frames, COLUMNS - 1)
    return found.tobytes()
