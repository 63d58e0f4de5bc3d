"""The port through which every picture enters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture and when it was taken.

    Attributes:
        time_s: capture timestamp in seconds; strictly increasing within a source.
        image: (height, width, 3) uint8, BGR, upright (a rotation flag in a file has been applied).
    """

    time_s: float
    image: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source before its first frame is asked for.

    Attributes:
        name: what to call it: a file's name without folders, or "camera:0".
        size: (width, height) of the upright picture in pixels.
        frame_rate: nominal frames per second, or None if the source does not say.
        frame_count: expected number of frames, for progress only; None for a camera.
    """

    name: str
    size: tuple[int, int]
    frame_rate: float | None
    frame_count: int | None


class FrameSource(Protocol):
    """Frames in capture order. Iterate once; close when done, or use it in a `with`."""

    @property
    def info(self) -> SourceInfo:
        """What is known of the source."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """Frames with strictly increasing timestamps."""
        ...

    def close(self) -> None:
        """Release the device or file; closing twice is harmless."""
        ...
