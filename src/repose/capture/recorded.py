"""Recorded landmarks played as if a camera and a pose model gave them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import gcd
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from repose.capture.frames import Frame, SourceInfo
from repose.capture.pictures import LONGEST_SIDE
from repose.pose.landmarks import Pose
from repose.sessions.recording import read_chunks, read_info

_CHUNK: Final = 256
"""Frames that are read at once."""

_FASTEST: Final = 300.0
"""Frame rates above this, per second, are not believed, as of a video file."""

_SIDE: Final = 160
"""About the longest side of the picture, in pixels: there is nothing to be seen in it."""

_GREY: Final = 40
"""Its brightness, of 255: dark, but lighter than a covered camera."""


@dataclass(frozen=True, slots=True, eq=False)
class RecordedFrame(Frame):
    """A frame of a recording.

    Attributes:
        pose: what the pose model saw in it.
    """

    pose: Pose


class RecordedFrames:
    """The frames of a recording, at their times from the first one, all with the same plain dark picture.

    The picture has the proportions of the recorded ones. It is shared by the frames, and read-only.
    """

    ended_early: None = None
    """A recording is whole or cannot be read; the same attribute as of a video file."""

    def __init__(self, path: Path) -> None:
        """Open a recording and check it.

        Raises:
            ReposeError: the file is missing or damaged, or is not a recording that can be read.
        """
        about = read_info(path)
        self._path = path
        self._info = SourceInfo(path.name, about.frame_size, _rate(path), about.frames or None)
        self._picture = _plain(about.frame_size)
        self._closed = False

    @property
    def info(self) -> SourceInfo:
        """What is known of the recording; the size is that of the pictures it was made from."""
        return self._info

    def __iter__(self) -> Iterator[RecordedFrame]:
        """The frames; a second iteration has none.

        Raises:
            ReposeError: the file turns out damaged.
        """
        if self._closed:
            return
        zero_s: float | None = None
        for pose in _poses(self._path):
            if zero_s is None:
                zero_s = pose.time_s
            yield RecordedFrame(pose.time_s - zero_s, self._picture, pose)
            if self._closed:
                return
        self._closed = True

    def close(self) -> None:
        """Give no more frames; closing twice is harmless."""
        self._closed = True

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


class RecordedPoses:
    """The pose estimator that goes with `RecordedFrames`: the recorded pose, at the time of the frame."""

    def __init__(self, path: Path) -> None:
        """Say of the recorded poses what the recording says.

        Raises:
            ReposeError: the file is missing or damaged, or is not a recording that can be read.
        """
        about = read_info(path)
        self._model = about.model
        self._sha256 = about.software.get("model_sha256", "")

    @property
    def model(self) -> str:
        """Name of the model that made the poses."""
        return self._model

    @property
    def sha256(self) -> str:
        """SHA-256 of that model's bundle, in hexadecimal; "" if the recording does not say."""
        return self._sha256

    def estimate(self, frame: Frame) -> Pose:
        """The recorded pose.

        Raises:
            TypeError: the frame does not come from a recording.
        """
        if not isinstance(frame, RecordedFrame):
            raise TypeError("the frame holds no recorded pose")
        return replace(frame.pose, time_s=frame.time_s)

    def close(self) -> None:
        """Nothing to release."""


def _poses(path: Path) -> Iterator[Pose]:
    """The poses of a recording, in little memory."""
    for chunk in read_chunks(path, _CHUNK):
        for time_s, points, light in zip(chunk.time_s, chunk.points, chunk.light, strict=True):
            yield Pose(float(time_s), points, float(light))


def _rate(path: Path) -> float | None:
    """Typical frames a second at the beginning of a recording; None if they cannot be told."""
    first = next(read_chunks(path, _CHUNK), None)
    if first is None or len(first.time_s) < 2:
        return None
    rate = 1 / float(np.median(np.diff(first.time_s)))
    return rate if rate <= _FASTEST else None


def _plain(size: tuple[int, int]) -> NDArray[np.uint8]:
    """A small dark picture with the proportions of (width, height)."""
    width, height = (side // gcd(*size) for side in size)
    # Never made large first: sides without a common divisor would take gigabytes.
    share = min(1.0, LONGEST_SIDE / max(width, height))
    width, height = (max(1, round(side * share)) for side in (width, height))
    times = max(1, _SIDE // max(width, height))
    picture = np.full((height * times, width * times, 3), _GREY, np.uint8)
    picture.flags.writeable = False
    return picture
