"""Which frames show enough of the body to measure, and what is missing in the others."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from repose.kinematics.geometry import INDEX
from repose.pose.landmarks import VISIBILITY, WORLD_X, WORLD_Z, Points, PoseTrack, X, Y

DARK = 0.12
"""Mean luminance below which a missing body is put down to the light. The one under-exposed clip, in which
the plain model finds the body in a third of the frames, has 0.1; the well-lit ones 0.35 to 0.6."""

MARGIN = 0.03
"""How far outside the picture, as a share of its size, a landmark may be placed: the model extrapolates."""

SEEN = 0.5
"""Smallest mean visibility of the better seen leg or of the shoulders."""

_FRAMED = [
    INDEX[f"{side}_{joint}"]
    for joint in ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
    for side in ("left", "right")
]

_NEEDED = [X, Y, VISIBILITY, *range(WORLD_X, WORLD_Z + 1)]
"""What angles and confidence come from."""


class Sight(IntEnum):
    """What a frame, or a moment, shows; all but `GOOD` are not measured."""

    GOOD = 0
    NO_FRAMES = 1
    NO_BODY = 2
    TOO_DARK = 3
    CUT_OFF = 4
    HIDDEN = 5
    BAD_VIEW = 6


ADVICE = {
    Sight.NO_FRAMES: "no pictures came from the camera: check its cable",
    Sight.NO_BODY: "nobody was found in the picture: show the whole body, from the side",
    Sight.TOO_DARK: "too dark to see the body: switch on a light in front of you",
    Sight.CUT_OFF: "part of the body is outside the picture: move the camera back or turn it",
    Sight.HIDDEN: "the legs are hidden: clear the view from the side",
    Sight.BAD_VIEW: "the exercise cannot be seen from this direction: place the camera at your side",
}
"""What to tell people to change."""


def sight(track: PoseTrack) -> NDArray[np.int64]:
    """(n,) `Sight` of each frame, without regard to the exercise."""
    points = track.points
    lost = np.isnan(points[:, 0, X])
    with np.errstate(invalid="ignore"):
        inside = (
            (points[:, _FRAMED, X] >= -MARGIN)
            & (points[:, _FRAMED, X] <= 1 + MARGIN)
            & (points[:, _FRAMED, Y] >= -MARGIN)
            & (points[:, _FRAMED, Y] <= 1 + MARGIN)
        ).all(axis=1)
        legs = [
            (points[:, INDEX[f"{side}_hip"], VISIBILITY] + points[:, INDEX[f"{side}_knee"], VISIBILITY]) / 2
            for side in ("left", "right")
        ]
        hidden = np.maximum(*legs) < SEEN
    result = np.full(len(points), Sight.GOOD, np.int64)
    result[hidden] = Sight.HIDDEN
    result[~inside] = Sight.CUT_OFF
    result[lost] = np.where(track.light[lost] < DARK, Sight.TOO_DARK, Sight.NO_BODY)
    return result


def whole(points: Points) -> Points:
    """(n, 33, 8) points, all NaN in frames where a number that is needed is none: these show nobody."""
    broken = ~np.isfinite(points[:, _FRAMED][..., _NEEDED]).all(axis=(1, 2))
    if not broken.any():
        return points
    points = points.copy()
    points[broken] = np.nan
    return points
