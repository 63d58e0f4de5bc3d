"""Frames of a video file."""

import math
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from repose.capture.frames import Frame, SourceInfo
from repose.capture.pictures import shrink
from repose.capture.quiet import quiet
from repose.capture.timestamps import Timestamps
from repose.errors import ReposeError

_PATIENCE: Final = 300
"""Reads that may fail one after another before the file counts as read. Damage fails one for each packet
until the next whole picture, commonly up to 250; at the true end they take 3 ms together."""

_FASTEST: Final = 300.0
"""Frame rates above this, per second, are FFmpeg's guess from a clock's ticks: phones reach 240."""

_DEFAULT_RATE: Final = 30.0
"""Frames per second where the file has neither timestamps nor a frame rate."""


class VideoFile:
    """The frames of a video file, upright, at their presentation timestamps relative to the first frame.

    OpenCV decodes: it hands out the timestamps of variable frame rates, applies rotation flags and edit
    lists, and gives the very pixels that a plain OpenCV loop would. Long pictures are made smaller, see
    `shrink`; `info.size` remains the size of the original picture.

    A damaged or truncated file gives the frames that can be decoded; `ended_early` tells afterwards.
    """

    def __init__(self, path: Path) -> None:
        """Open the file and decode its first frame.

        Raises:
            ReposeError: the file is missing, is not a video, or no frame of it can be decoded.
        """
        _check(path)
        quiet()
        self._path = path
        self._capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        self._damaged = False
        self._ended_early: str | None = None
        first = self._read()
        if first is None:
            self.close()
            raise ReposeError(_why_unreadable(path))
        self._first: tuple[NDArray[np.uint8], float] | None = first
        height, width = first[0].shape[:2]
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        counted = math.isfinite(count) and 0 < count < 1e9
        known = math.isfinite(rate) and rate > 0
        plausible = known and rate <= _FASTEST
        # FFmpeg fills in a missing count with length times frame rate, so this is the length either way.
        self._declared_s = count / rate if counted and known else None
        self._info = SourceInfo(
            name=path.name,
            size=(width, height),
            frame_rate=rate if plausible else None,
            frame_count=int(count) if counted and plausible else None,
        )

    @property
    def info(self) -> SourceInfo:
        """What is known of the file."""
        return self._info

    @property
    def ended_early(self) -> str | None:
        """One line about frames that are missing, if the file turned out damaged or truncated; else None.

        Known once the iteration is over.
        """
        return self._ended_early

    def __iter__(self) -> Iterator[Frame]:
        """The frames; a second iteration has none.

        Raises:
            ReposeError: there is only one picture, such as a photo or the cover of a song.
        """
        timestamps = Timestamps(1 / (self._info.frame_rate or _DEFAULT_RATE))
        frames, last_s, longest_gap_s = 0, 0.0, 0.0
        read, self._first = self._first, None
        while read is not None:
            image, said_s = read
            # After the first frame OpenCV says 0 of a frame that has no timestamp.
            time_s = timestamps.next(said_s if said_s or not frames else None)
            longest_gap_s = max(longest_gap_s, time_s - last_s)
            frames, last_s = frames + 1, time_s
            yield Frame(time_s, shrink(image))
            read = self._read()
        if frames == 0 or not self._capture.isOpened():  # iterated before, or closed meanwhile
            return
        if frames == 1:
            raise ReposeError(f"{self._info.name}: holds a single picture; give a video")
        self._ended_early = self._shortfall(last_s, longest_gap_s)

    def close(self) -> None:
        """Release the file; closing twice is harmless."""
        self._first = None
        self._capture.release()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _read(self) -> tuple[NDArray[np.uint8], float] | None:
        """The next picture that can be decoded and what the file says of its time; None at the end."""
        for failures in range(_PATIENCE):
            if not self._capture.isOpened():
                return None
            ok, image = self._capture.read()
            if ok:
                self._damaged |= failures > 0
                return np.asarray(image, np.uint8), self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        return None

    def _shortfall(self, last_s: float, longest_gap_s: float) -> str | None:
        """What is missing, in one line, after the last frame came at `last_s`."""
        # The last picture of a variable frame rate may stand long; sound may go on a little after it.
        slack_s = max(0.25, longest_gap_s, 0.05 * (self._declared_s or 0))
        length_s = self._declared_s
        if length_s is not None and last_s + slack_s < length_s:
            # OpenCV's length knows nothing of edit lists that show only a part, as after trimming on a phone.
            length_s = _shown_s(self._path) or length_s
            if last_s + slack_s < length_s:
                return (
                    f"{self._info.name}: breaks off after {last_s:.1f} s of {length_s:.1f} s; "
                    "only that part was read"
                )
        if self._damaged:
            return f"{self._info.name}: is damaged; the frames that cannot be decoded were left out"
        return None


def _check(path: Path) -> None:
    """Refuse what need not be tried."""
    if path.is_dir():
        raise ReposeError(f"{path.name}: is a folder; give a video file in it")
    if not path.is_file():
        raise ReposeError(f"{path}: there is no such file; check its name and folder (a camera is camera:0)")
    try:
        with path.open("rb") as file:
            start = file.read(1024)
    except OSError as error:
        raise ReposeError(f"{path.name}: cannot be read ({error.strerror}); check its permissions") from error
    if not start:
        raise ReposeError(f"{path.name}: is empty; copy or record it again")
    # FFmpeg would render text as a film of a terminal, and follow playlists to other files.
    if _is_text(start):
        raise ReposeError(f"{path.name}: is a text, not a video; give a video file")


def _is_text(start: bytes) -> bool:
    """Whether a file begins like a text; every video format begins with bytes that none has."""
    if any(byte < 0x20 and byte not in b"\t\n\f\r\x1b" for byte in start):
        return False
    try:
        start.decode()
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4  # a character cut in two at the end
    return True


def _why_unreadable(path: Path) -> str:
    """Why no frame could be decoded, in one line."""
    import av  # only here: nobody else pays for a second FFmpeg

    try:
        with av.open(str(path)) as container:
            if container.streams.audio and not container.streams.video:
                return f"{path.name}: has sound but no picture; give a video file"
    except (av.FFmpegError, ValueError):
        pass
    return f"{path.name}: cannot be read as a video: damaged, cut off or another kind of file; copy it again"


def _shown_s(path: Path) -> float | None:
    """How long the picture is shown, edit lists applied, in seconds; None if the file does not say."""
    import av

    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            start_s = float((stream.start_time or 0) * (stream.time_base or 0))
            if stream.duration is not None:
                return float(stream.duration * (stream.time_base or 0))
            # Of the whole file, and in Matroska counted from 0 even if the picture starts later.
            return container.duration / av.time_base - start_s if container.duration is not None else None
    except (av.FFmpegError, IndexError, ValueError):
        return None
