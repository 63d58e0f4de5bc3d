"""An H.264 video whose frames keep their capture timestamps."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import numpy as np
from numpy.typing import NDArray

from repose.errors import ReposeError

TICK: Final = Fraction(1, 90_000)
"""Seconds per timestamp unit, the usual one for video; fine enough for any frame rate."""

DEFAULT_FRAME_RATE: Final = 30.0
"""Only a hint to the encoder where the source names none; the timestamps decide."""


class OverlayWriter:
    """Writes a video beside its final place and moves it there when all went well.

    Use it in a `with`: leaving it through an exception removes what was written so far.
    """

    def __init__(self, path: Path, frame_rate: float | None) -> None:
        """Open the file for writing.

        Args:
            path: where the finished video goes; an existing file is replaced at the end.
            frame_rate: nominal frames per second, None if unknown.

        Raises:
            ReposeError: the file cannot be written.
        """
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")
        self._rate = Fraction(frame_rate or DEFAULT_FRAME_RATE).limit_denominator(1001)
        self._stream: av.VideoStream | None = None
        self._last = -1
        with self._telling():
            self._partial.touch()
            self._container = av.open(str(self._partial), "w", format="mp4")

    def write(self, time_s: float, image: NDArray[np.uint8]) -> None:
        """Append one frame.

        Args:
            time_s: capture timestamp in seconds; later than that of the frame before.
            image: (height, width, 3) uint8, BGR, of the same size every time. Of an odd size, the last row
                or column is left out: H.264 has even sizes only.

        Raises:
            ReposeError: the file cannot be written.
        """
        if self._stream is None:
            self._stream = self._new_stream(image)
        even = np.ascontiguousarray(image[: self._stream.height, : self._stream.width])
        frame = av.VideoFrame.from_ndarray(even, format="bgr24")
        # Two frames of the same time, which capture never gives, would be an error for the container.
        self._last = max(round(time_s / TICK), self._last + 1)
        frame.pts, frame.time_base, frame.duration = self._last, TICK, round(1 / self._rate / TICK)
        with self._telling():
            self._container.mux(self._stream.encode(frame))

    def _new_stream(self, image: NDArray[np.uint8]) -> av.VideoStream:
        options = {"crf": "20", "preset": "veryfast"}
        stream = self._container.add_stream("libx264", rate=self._rate, options=options)
        stream.height, stream.width = (length // 2 * 2 for length in image.shape[:2])
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = TICK
        return stream

    def close(self) -> None:
        """Finish the video and move it to its place; without a single frame, there is none.

        Raises:
            ReposeError: the file cannot be written.
        """
        if self._stream is None:
            self.discard()
            return
        with self._telling():
            self._container.mux(self._stream.encode(None))
            self._container.close()
            self._partial.replace(self._path)

    def discard(self) -> None:
        """Give up: nothing stays on the disk."""
        try:
            self._container.close()
        except OSError:
            pass  # a disk that is full or gone; what is left is removed all the same
        finally:
            self._partial.unlink(missing_ok=True)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn the system's errors into one line."""
        try:
            yield
        except OSError as error:
            self._partial.unlink(missing_ok=True)
            raise ReposeError(
                f"{self._path}: cannot be written ({error.strerror}); choose another place"
            ) from error

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the video, or discard it after an exception."""
        if kind is None:
            self.close()
        else:
            self.discard()
