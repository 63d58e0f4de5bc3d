"""From where the camera sees the person, read off the landmarks; each function gives (n,) float64.

World landmarks are in the camera's axes, so a trunk that runs away from the camera is seen from its feet
end. On rendered clips the trunk's depth reads -3 to 2° from the side, 41 to 43° from a camera 40° towards
the feet, -24 to -29° from one 40° towards the head; the shoulder line of a standing person reads 80 to 88°
from the side, 48° at 45°, 5° from the front.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.kinematics.geometry import Body, Series, elevation
from repose.pose.landmarks import Points

FEET_END_DEG: Final = 15.0
HEAD_END_DEG: Final = 10.0
"""Depth of a lying trunk from which on it is seen towards an end. The model reads the head end too small."""

SIDE_DEG: Final = 65.0
FRONT_DEG: Final = 25.0
"""Turn of a standing person's shoulders from which on it is the side, and up to which it is the front."""

NEARER: Final = 0.4
"""Share of a shoulder line that must run into the depth for one side of the body to be the nearer one."""


def trunk_depth(body: Body) -> Series:
    """Degrees by which the trunk, from hips to shoulders, points away from the camera.

    + when the feet are nearer than the head, - when the head is nearer, 0 when seen from the side.
    """
    trunk = body.world("shoulder") - body.world("hip")
    across = np.sqrt(trunk[:, 0] * trunk[:, 0] + trunk[:, 1] * trunk[:, 1])
    return np.degrees(np.arctan2(trunk[:, 2], across))


def shoulder_turn(body: Body) -> Series:
    """Degrees between the line of the shoulders and the picture: 0 from the front, 90 from the side."""
    line = body.world("left_shoulder") - body.world("right_shoulder")
    across = np.sqrt(line[:, 0] * line[:, 0] + line[:, 1] * line[:, 1])
    return np.degrees(np.arctan2(np.abs(line[:, 2]), across))


def trunk_pitch(body: Body) -> Series:
    """Degrees of the trunk above the picture's horizontal: 0 lying (seen from the side), 90 upright."""
    return elevation(body.image("shoulder") - body.image("hip"))


def thigh_pitch(body: Body) -> Series:
    """Degrees of the thighs above the picture's horizontal: 0 sitting, 90 standing."""
    return elevation(body.image("hip") - body.image("knee"))


def leg_pitch(body: Body) -> Series:
    """Degrees of the line from hips to ankles above the picture's horizontal: 90 standing."""
    return elevation(body.image("hip") - body.image("ankle"))


def seen_from(points: Points, frame_size: tuple[int, int], *, standing: bool) -> str | None:
    """From where the camera saw the person, in words, such as "from the side, left side nearer".

    Args:
        points: (n, 33, 8) as in `PoseTrack`; the middle of what they say counts.
        frame_size: (width, height) in pixels.
        standing: whether the person stood; else they lay on the back.

    Returns:
        None where no body was found.
    """
    body = Body(points, frame_size)
    across = body.world("left_shoulder") - body.world("right_shoulder")
    found = ~np.isnan(across[:, 2])
    if not found.any():
        return None
    place = _standing(body, found) if standing else _lying(body, found)
    with np.errstate(invalid="ignore", divide="ignore"):
        depth = np.median(across[found, 2] / np.sqrt((across[found] ** 2).sum(axis=1)))
    if depth < -NEARER:
        return f"{place}, left side nearer"
    return f"{place}, right side nearer" if depth > NEARER else place


def _lying(body: Body, found: NDArray[np.bool_]) -> str:
    depth = float(np.median(trunk_depth(body)[found]))
    if depth >= FEET_END_DEG:
        return "from the side, towards the feet end"
    return "from the side, towards the head end" if depth <= -HEAD_END_DEG else "from the side"


def _standing(body: Body, found: NDArray[np.bool_]) -> str:
    turn = float(np.median(shoulder_turn(body)[found]))
    if turn >= SIDE_DEG:
        return "from the side"
    return "from the front" if turn <= FRONT_DEG else "obliquely"
