"""A dark picture made bright enough for the pose model.

Measured on rendered clips and a real one: 80 frames each, darkened to this mean light with sensor noise,
and the whole of two that are hard as they are. For each: share of frames in which a body is found; mean
distance of the working leg's landmarks from the truth, in pixels of a picture 848 wide; mean error of
its knee in degrees. The truth of the real one is what is found in it undarkened. "Turned" is by 90
degrees, with the landmarks turned back.

    clip, model            light  as it is           turned             brightened         both
    heel slides            0.20   0.95  15.5   4.3   0.00     -     -   1.00  15.6   3.5   1.00  15.6   3.6
    heel slides            0.10   0.00     -     -   0.00     -     -   1.00  15.6   3.6   1.00  15.6   3.7
    knee to chest          0.16   1.00  23.6   8.7   1.00  23.4   8.3   1.00  18.8   5.8   1.00  18.7   5.7
    ankle pumps            0.11   0.79 243.1  44.6   1.00  19.0   1.8   1.00  15.7   2.8   1.00  16.4   2.6
    backwards stretch      0.11   1.00   6.9   3.8   1.00   7.3   4.2   1.00   5.7   3.2   1.00   6.0   3.2
    a bridge, real         0.20   0.00     -     -   0.00     -     -   1.00   4.0   2.8   1.00   4.7   2.6
    rendered dark, full    0.18   0.36  24.3   7.5   0.92  20.0   9.7   1.00  17.6   7.2   1.00  17.7   7.4
    rendered dark, heavy   0.18   0.43 269.7  71.5   0.92  16.6   7.2   1.00  15.9   6.1   1.00  15.8   6.1
    rendered dark, lite    0.18   0.67 295.4  31.7   0.92  32.2  34.1   1.00  26.0  23.6   1.00  25.8  23.9
    lit, from the feet     0.52   0.09  69.7  49.6   0.91  60.0 132.8   (bright enough)

Brightening finds the body wherever turning does, and its landmarks nearer to the truth. What is found in
the dark as it is may be no body at all (243 to 295 pixels off), so every dark picture is brightened, and
not only when nothing is found. Turning adds nothing to that; seen from the feet it finds bodies, but
wrong ones, as local contrast (CLAHE) does too. Neither is done. In pictures without a person (two rooms,
noise, blobs of colour) at 4 to 100 % of their light, brightening by up to `MAX_GAIN` found no body.

The light is judged by the upper quartile, not by the brightest pixels, so that a window or a lamp does
not hide how dark the rest is: with two windows in a room at a fifth of its light, this found the body in
all frames of four clips; judged by the 99th percentile, in none of two of them.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

BRIGHT: Final = 120
"""The upper quartile, 0 to 255, that a dark picture is brought up to. In well lit rooms it is 155 to 180."""

MAX_GAIN: Final = 8.0
"""Brightening beyond this shows noise and little else; at 20, bodies were found in it."""

_LARGE: Final = 960
"""A dark picture longer than this, in pixels, is halved, for speed; the model looks at the body with 256."""

_BLUR: Final = (3, 3)
"""Neighbours that are averaged, to take out the noise that brightening would amplify."""

_STEP: Final = 8
_GREEN: Final = 1


def brightened(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture itself if it is bright enough, else a brighter copy, perhaps of half the size.

    The gain grows from 1 as the light falls, so that a picture near the limit does not jump.

    Args:
        image: (height, width, 3) uint8, BGR.
    """
    sample = image[::_STEP, ::_STEP, _GREEN].ravel()
    rank = sample.size * 3 // 4
    gain = min(BRIGHT / max(int(np.partition(sample, rank)[rank]), 1), MAX_GAIN)
    if gain <= 1:
        return image
    height, width = image.shape[:2]
    picture: cv2.typing.MatLike = image
    if max(height, width) > _LARGE:
        picture = cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    smooth = cv2.blur(picture, _BLUR)
    return np.asarray(cv2.convertScaleAbs(smooth, alpha=gain), np.uint8)
