"""Landmarks on their way to a page that replays them.

The message: the length of the header (4 bytes, little-endian), the header as JSON, padded with spaces so that
what follows begins at a multiple of 4, and then for each frame 100 float32, little-endian: seconds since the
header's `from_s`, then x, y and visibility of the 33 landmarks in MediaPipe's order; x, y in shares of the
picture's width and height, NaN where nobody was found.
"""

import json
import struct
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from repose.pose.landmarks import LANDMARKS, VISIBILITY, PoseTrack, X, Y

MEDIA_TYPE: Final = "application/octet-stream"

COLUMNS: Final = 1 + 3 * len(LANDMARKS)


def message(frame_size: tuple[int, int], from_s: float, tracks: Iterable[PoseTrack]) -> Iterator[bytes]:
    """The message, piece by piece.

    Args:
        frame_size: (width, height) of the pictures in pixels, for their proportions.
        from_s: time that the frames count from.
        tracks: the frames.
    """
    width, height = frame_size
    header = json.dumps({"width": width, "height": height, "from_s": from_s}).encode()
    header += b" " * (-len(header) % 4)
    yield struct.pack("<I", len(header)) + header
    for track in tracks:
        yield _rows(track, from_s)


def _rows(track: PoseTrack, from_s: float) -> bytes:
    frames = len(track.time_s)
    rows = np.empty((frames, COLUMNS), "<f4")
    rows[:, 0] = track.time_s - from_s
    rows[:, 1:] = track.points[:, :, [X, Y, VISIBILITY]].reshape(frames, COLUMNS - 1)
    return rows.tobytes()
