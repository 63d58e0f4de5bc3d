"""An H.264 video whose frames keep their capture timestamps."""

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

    def __init__(self, path: Path, size: tuple[int, int], frame_rate: float | None) -> None:
        """Open the file for writing.

        Args:
            path: where the finished video goes; an existing file is replaced at the end.
            size: (width, height) in pixels of every frame; odd ones lose a row or column, as H.264 asks.
            frame_rate: nominal frames per second, None if unknown.

        Raises:
            ReposeError: the file cannot be written.
        """
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")
        self._last: int | None = None
        try:
            self._container = av.open(str(self._partial), "w", format="mp4")
        except OSError as error:
            raise ReposeError(
                f"{path.name}: cannot be written ({error.strerror}); choose another place"
            ) from error
        rate = Fraction(frame_rate or DEFAULT_FRAME_RATE).limit_denominator(1001)
        self._stream = self._container.add_stream(
            "libx264", rate=rate, options={"crf": "20", "preset": "veryfast"}
        )
        self._stream.width, self._stream.height = size[0] // 2 * 2, size[1] // 2 * 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = TICK
        self._frame_ticks = round(1 / rate / TICK)

    def write(self, time_s: float, image: NDArray[np.uint8]) -> None:
        """Append one frame.

        Args:
            time_s: capture timestamp in seconds; later than that of the frame before.
            image: (height, width, 3) uint8, BGR.
        """
        even = np.ascontiguousarray(image[: self._stream.height, : self._stream.width])
        frame = av.VideoFrame.from_ndarray(even, format="bgr24")
        stamp = round(time_s / TICK)
        if self._last is not None:
            stamp = max(stamp, self._last + 1)
        self._last = stamp
        frame.pts, frame.time_base, frame.duration = stamp, TICK, self._frame_ticks
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Finish the video and move it to its place."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        self._partial.replace(self._path)

    def discard(self) -> None:
        """Give up: nothing stays on the disk."""
        self._container.close()
        self._partial.unlink(missing_ok=True)

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
