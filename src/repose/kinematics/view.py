"""From where the camera sees the person, read off the landmarks; each function gives (n,) float64.

World landmarks are in the camera's axes, so a trunk that runs away from the camera is seen from its feet
end. On rendered clips the trunk's depth reads -3 to 2° from the side, 41 to 43° from a camera 40° towards
the feet, -24 to -29° from one 40° towards the head; the shoulder line of a standing person reads 80 to 88°
from the side, 48° at 45°, 5° from the front.
"""

import numpy as np

from repose.kinematics.geometry import Body, Series, elevation


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


def leg_pitch(body: Body) -> Series:
    """Degrees of the line from hips to ankles above the picture's horizontal: 90 standing."""
    return elevation(body.image("hip") - body.image("ankle"))
