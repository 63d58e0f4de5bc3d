"""Short session videos, cut out of the samples: what a camera would see of somebody who is coached."""

from collections.abc import Iterable, Iterator
from itertools import islice, repeat
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.capture.video import VideoFile
from repose.overlay.video import OverlayWriter
from tests.program import SAMPLES

RATE: Final = 15.0
"""Frames a second, as in the samples."""

ONE_SLIDE_S: Final = 6.2
"""The heel-slides sample up to here holds one rep of the right leg, and the leg lies straight again."""

Picture = NDArray[np.uint8]
"""(height, width, 3), BGR."""


def pictures(sample: str, until_s: float) -> list[Picture]:
    """The beginning of a sample."""
    with VideoFile(SAMPLES / f"{sample}.mp4") as source:
        return [frame.image for frame in islice(source, round(until_s * RATE))]


def mirrored(shots: Iterable[Picture]) -> list[Picture]:
    """A right leg becomes a left one."""
    return [np.ascontiguousarray(picture[:, ::-1]) for picture in shots]


def still(picture: Picture, for_s: float) -> Iterator[Picture]:
    """The same picture for some seconds."""
    return repeat(picture, round(for_s * RATE))


def write(to: Path, *parts: Iterable[Picture]) -> Path:
    """One part after the other as an H.264 video."""
    with OverlayWriter(to, RATE) as writer:
        number = 0
        for part in parts:
            for picture in part:
                writer.write(number / RATE, picture)
                number += 1
    return to


def slides_both_sides(to: Path, still_s: float = 2.0) -> Path:
    """One heel slide of the left leg, then one of the right; each after some stillness at the start."""
    right = pictures("heel-slides", ONE_SLIDE_S)
    left = mirrored(right)
    return write(to, still(left[0], still_s), left, still(right[0], still_s), right, still(right[-1], 2.0))


def cut_off_feet(to: Path, for_s: float = 20.0) -> Path:
    """Somebody who lies still, and whose feet are outside the picture."""
    whole = pictures("heel-slides", 0.1)[0]
    # The knees lie at 0.62 of the width, the ankles at 0.76.
    cut = np.ascontiguousarray(whole[:, : round(0.7 * whole.shape[1]) // 2 * 2])
    return write(to, still(cut, for_s))
