"""What is done to a picture on its way in."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

LONGEST_SIDE: Final = 1280
"""Pictures are made no longer than this, in pixels. The pose model looks at 256 x 256 pixels of the body, and
landmarks are shares of the picture, so that a 4K camera adds nothing but time."""

_GRID: Final = 64
"""Pixels looked at along each side for the light."""


def shrink(image: NDArray[np.uint8], longest_side: int = LONGEST_SIDE) -> NDArray[np.uint8]:
    """The picture, or a smaller copy with the same proportions if it is longer than `longest_side` pixels.

    Bilinear, because the pose model samples the picture the same way again; averaging over areas takes four
    to five times as long.
    """
    height, width = image.shape[:2]
    share = longest_side / max(height, width)
    if share >= 1:
        return image
    size = (max(1, round(width * share)), max(1, round(height * share)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def light(image: NDArray[np.uint8]) -> float:
    """Mean luminance of a (height, width, 3) BGR picture, 0 (black) to 1 (white), from a grid of pixels."""
    height, width = image.shape[:2]
    grid = image[:: max(1, height // _GRID), :: max(1, width // _GRID)]
    blue, green, red, _ = cv2.mean(np.ascontiguousarray(grid))
    return (0.114 * blue + 0.587 * green + 0.299 * red) / 255  # Rec. 601 luma, which webcams and JPEG use
