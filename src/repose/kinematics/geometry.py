"""Small vector maths on stacked points.

Sums are written out: they give the same bits for one frame as for a thousand, which replaying a recording
to the last bit depends on.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from repose.pose.landmarks import LANDMARKS, WORLD_X, WORLD_Z, X, Y

Vectors = NDArray[np.float64]
"""(n, 2) or (n, 3) float64."""

Series = NDArray[np.float64]
"""(n,) float64."""

INDEX = {name: index for index, name in enumerate(LANDMARKS)}


class Body:
    """The landmarks of n frames, looked up by name.

    Image points are in pixels of the upright picture (x to the right, y down); world points in metres
    (x to the right, y down, z away from the camera). Names ending in neither side are the middle of both:
    `body.image("hip")` lies between the hips.
    """

    def __init__(self, points: NDArray[np.float32], frame_size: tuple[int, int]) -> None:
        """Take (n, 33, 8) points, columns as in `repose.pose.landmarks.COLUMNS`."""
        self._image = points[:, :, X : Y + 1].astype(np.float64) * np.array(frame_size, np.float64)
        self._world = points[:, :, WORLD_X : WORLD_Z + 1].astype(np.float64)

    def image(self, name: str) -> Vectors:
        """(n, 2) pixels of a landmark, or of the middle between its left and right."""
        return _pick(self._image, name)

    def world(self, name: str) -> Vectors:
        """(n, 3) metres of a landmark, or of the middle between its left and right."""
        return _pick(self._world, name)


def _pick(points: NDArray[np.float64], name: str) -> Vectors:
    if name in INDEX:
        return points[:, INDEX[name]]
    return (points[:, INDEX[f"left_{name}"]] + points[:, INDEX[f"right_{name}"]]) / 2


def dot(a: Vectors, b: Vectors) -> Series:
    """(n,) scalar products."""
    return total(a[:, axis] * b[:, axis] for axis in range(a.shape[1]))


def cross(a: Vectors, b: Vectors) -> Series:
    """(n,) cross products of plane vectors; positive when b lies clockwise of a on the picture (y down)."""
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def length(a: Vectors) -> Series:
    """(n,) lengths."""
    return np.sqrt(dot(a, a))


def total(parts: Iterable[Series]) -> Series:
    """The sum of a few series, added in their order."""
    parts = iter(parts)
    result = next(parts)
    for part in parts:
        result = result + part
    return result


def angle_between(a: Vectors, b: Vectors) -> Series:
    """(n,) degrees between two vectors, 0 to 180; NaN where one has no length."""
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = dot(a, b) / (length(a) * length(b))
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


def elevation(a: Vectors) -> Series:
    """(n,) degrees of plane vectors above the picture's horizontal, 0 to 90, whichever way they point."""
    return np.degrees(np.arctan2(np.abs(a[:, 1]), np.abs(a[:, 0])))
