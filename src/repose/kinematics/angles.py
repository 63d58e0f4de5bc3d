"""Landmarks to joint angles, in degrees, by the conventions of the README.

Each function takes a `Body` of n frames and gives (n,) float64; frames without a body give NaN.
"""

import numpy as np

from repose.kinematics.geometry import Body, Series, angle_between, cross, length
from repose.kinematics.view import shoulder_turn

WORLD_SHARE = 1 / 3
"""Weight of the world landmarks in the knee angle. On rendered clips seen from the side, from above and at
40°, image landmarks alone are off by 6.8° on average, world landmarks by 6.8°, this mean by 5.4°: the two
err in opposite ways (the image straightens a knee at rest, the world keeps it bent)."""

STEEPEST_CORRECTION = 0.5
"""Smallest sine by which a lean is corrected for the view: beyond 2 x the noise is what grows."""

MOST_HIP_EXTENSION = 45.0
"""Beyond this many degrees an angle at the hip can only be flexion, whatever the feet seem to say."""


def facing(body: Body) -> Series:
    """Which side of the trunk line is the front, as seen on the picture: 1 or -1.

    The toes lie in front of the heels and the nose in front of the ears; both together are right when one
    of them is hidden.
    """
    trunk = body.image("shoulder") - body.image("hip")
    forwards = body.image("foot_index") - body.image("heel") + 2 * (body.image("nose") - body.image("ear"))
    return np.where(cross(trunk, forwards) >= 0, 1.0, -1.0)


def knee_flexion(body: Body, side: str) -> Series:
    """180° less the angle at the knee, 0 = straight; see `WORLD_SHARE`."""
    image, world = (
        180.0
        - angle_between(at(f"{side}_hip") - at(f"{side}_knee"), at(f"{side}_ankle") - at(f"{side}_knee"))
        for at in (body.image, body.world)
    )
    return (1 - WORLD_SHARE) * image + WORLD_SHARE * world


def hip_flexion(body: Body, side: str) -> Series:
    """180° less the angle at the hip between shoulder and knee, 0 = thigh in line, + towards the chest."""
    trunk = body.image(f"{side}_shoulder") - body.image(f"{side}_hip")
    thigh = body.image(f"{side}_knee") - body.image(f"{side}_hip")
    flexion = 180.0 - angle_between(trunk, thigh)
    behind = (cross(trunk, thigh) * facing(body) < 0) & (flexion < MOST_HIP_EXTENSION)
    return np.where(behind, -flexion, flexion)


def ankle_dorsiflexion(body: Body, side: str) -> Series:
    """90° less the angle between ankle-to-knee and heel-to-toe, + = toes towards the shin."""
    shin = body.image(f"{side}_knee") - body.image(f"{side}_ankle")
    foot = body.image(f"{side}_foot_index") - body.image(f"{side}_heel")
    return 90.0 - angle_between(shin, foot)


def trunk_extension(body: Body) -> Series:
    """Lean of the trunk from the vertical, + backwards, corrected for how far the person is turned.

    A lean seen from the side at an angle looks smaller by the sine of that angle: tan(seen) = tan(true) x
    sin(turn).
    """
    trunk = body.image("shoulder") - body.image("hip")
    front = facing(body)
    turn = np.maximum(np.sin(np.radians(shoulder_turn(body))), STEEPEST_CORRECTION)
    lean = np.arctan2(-front * trunk[:, 0], -trunk[:, 1] * turn)
    return np.degrees(lean)


def neck_extension(body: Body) -> Series:
    """Lean of the line from shoulders to ears against the trunk, + backwards."""
    trunk = body.image("shoulder") - body.image("hip")
    neck = body.image("ear") - body.image("shoulder")
    return -facing(body) * np.degrees(np.arctan2(cross(trunk, neck), _dot_or_nan(trunk, neck)))


def _dot_or_nan(a: np.ndarray, b: np.ndarray) -> Series:
    return np.where(length(a) > 0, a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1], np.nan)
