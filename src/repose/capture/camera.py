"""Frames of a camera."""

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from repose.capture.clock import now
from repose.capture.frames import Frame, SourceInfo
from repose.capture.pictures import shrink
from repose.capture.quiet import quiet
from repose.capture.timestamps import STEP_S
from repose.errors import ReposeError

STALE_S: Final = 2.0
"""After this many seconds without a new picture the camera counts as gone."""

_WAKING_S: Final = 10.0
"""How long a camera may take for its first picture, in seconds."""

_PAUSE_S: Final = 0.01
"""Wait for a new picture, in seconds, where the camera itself does not wait."""

_GLANCE: Final = 16
"""Every so many-th pixel is compared before all of them are."""


class Camera:
    """The frames of a camera from now on, until it is closed.

    Timestamps are taken when the frame is grabbed, before it is decoded; the first frame is at 0.

    Some cameras, once unplugged, go on handing out their last frame with success. A frame whose pixels all
    equal those before is therefore no new frame: it is passed over, and after `STALE_S` without a new one the
    iteration ends with an error. A working sensor is never that still, for its noise.
    """

    ended_early: None = None
    """A camera has no length to fall short of; the same attribute as of a video file."""

    def __init__(self, index: int, clock: Callable[[], float] = now, name: str | None = None) -> None:
        """Open the camera and see whether it gives pictures.

        Args:
            index: number of the camera, from 0, as OpenCV counts them.
            clock: monotonic seconds.
            name: what to call it; None for its number.

        Raises:
            ReposeError: the camera does not open, or gives no picture.
        """
        quiet()
        self._name = name or f"camera:{index}"
        self._clock = clock
        self._closed = False
        self._capture = cv2.VideoCapture(index)
        # A waiting frame is an old frame. Not all drivers listen.
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        first = self._fresh(None, _WAKING_S) if self._capture.isOpened() else None
        if first is None:
            self.close()
            raise ReposeError(
                f"{self._name}: gives no picture; plug it in, end other programs that use it, "
                "and allow camera access in the system's privacy settings"
            )
        height, width = first[1].shape[:2]
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self._info = SourceInfo(self._name, (width, height), rate if 0 < rate <= 1000 else None, None)

    @property
    def info(self) -> SourceInfo:
        """What the camera says of itself."""
        return self._info

    def __iter__(self) -> Iterator[Frame]:
        """New frames as they come.

        Raises:
            ReposeError: no new picture for `STALE_S`.
        """
        start_s: float | None = None
        last_s = -STEP_S
        before: NDArray[np.uint8] | None = None
        while (fresh := self._fresh(before, STALE_S)) is not None:
            grabbed_s, before = fresh
            if start_s is None:
                start_s = grabbed_s
            last_s = max(grabbed_s - start_s, last_s + STEP_S)
            yield Frame(last_s, shrink(before))
        if not self._closed:
            raise ReposeError(
                f"{self._name}: no new picture for {STALE_S:g} s; plug it in again or uncover its lens"
            )

    def close(self) -> None:
        """Release the camera; closing twice is harmless."""
        self._closed = True
        self._capture.release()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _fresh(
        self, before: NDArray[np.uint8] | None, patience_s: float
    ) -> tuple[float, NDArray[np.uint8]] | None:
        """A picture that differs from the one before and when it was grabbed; None if none comes in time."""
        asked_s = self._clock()
        while not self._closed:
            grabbed = self._capture.grab()
            now_s = self._clock()
            ok, image = self._capture.retrieve() if grabbed else (False, None)
            if ok and image is not None:
                picture = np.asarray(image, np.uint8)
                if before is None or not _same(picture, before):
                    return now_s, picture
            if now_s - asked_s >= patience_s:
                return None
            time.sleep(_PAUSE_S)
        return None


def _same(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether all pixels are equal; almost always a few of them tell."""
    glance = np.s_[::_GLANCE, ::_GLANCE]
    return bool(np.array_equal(one[glance], other[glance]) and np.array_equal(one, other))
