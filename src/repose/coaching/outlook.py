"""How the camera looks at a person: posture, direction, size and tilt, by the words of `kinematics.view`."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from repose.counting.sighting import LYING_DEG, SEATED_THIGHS_DEG, UPRIGHT_LEGS_DEG, UPRIGHT_TRUNK_DEG
from repose.kinematics.geometry import Body, Vectors
from repose.kinematics.view import leg_pitch, shoulder_turn, thigh_pitch, trunk_depth, trunk_pitch
from repose.pose.landmarks import WORLD_X, WORLD_Y, Points, X, Y

END_ON_DEG = 50.0
"""A trunk that points this far away from the camera, or at it, lies, however it looks on the picture: seen
from the feet, a lying body stands upright there."""

STATURE_M = 1.75
"""Usual height, to say how large a body is that is seen in part."""

OBLIQUE_DEG = 16.0
"""Seen from further towards the feet or head, a body on level ground slopes on the picture."""


class Posture(StrEnum):
    """How a body is held."""

    LYING = "lying"
    STANDING = "standing"
    SEATED = "seated"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Outlook:
    """One body as the camera sees it.

    Attributes:
        posture: lying, standing, sitting, or none of them.
        trunk_depth: degrees by which the trunk points away; + when the feet are nearer than the head.
        shoulder_turn: degrees of the shoulders' line: 0 from the front, 90 from the side.
        tilt: degrees by which a lying or standing body slopes; None where that says nothing of the camera.
        height_px: the person's height if it were seen at full length.
        along_px: the part of it that the direction of the view leaves.
    """

    posture: Posture
    trunk_depth: float
    shoulder_turn: float
    tilt: float | None
    height_px: float
    along_px: float


def outlook(points: Points, frame_size: tuple[int, int]) -> Outlook:
    """Judge one body.

    Args:
        points: (1, 33, 8) as in `PoseTrack`.
        frame_size: (width, height) in pixels.
    """
    body = Body(points, frame_size)
    depth = float(trunk_depth(body)[0])
    posture = _posture(body, depth)
    height_px = STATURE_M * _px_per_m(points, frame_size)
    return Outlook(
        posture=posture,
        trunk_depth=depth,
        shoulder_turn=float(shoulder_turn(body)[0]),
        tilt=_tilt(body, posture, depth),
        height_px=height_px,
        along_px=height_px * float(np.cos(np.radians(depth))),
    )


def _posture(body: Body, depth: float) -> Posture:
    pitch = float(trunk_pitch(body)[0])
    if pitch <= LYING_DEG or abs(depth) >= END_ON_DEG:
        return Posture.LYING
    if pitch >= UPRIGHT_TRUNK_DEG and leg_pitch(body)[0] >= UPRIGHT_LEGS_DEG:
        return Posture.STANDING
    if pitch >= UPRIGHT_TRUNK_DEG and thigh_pitch(body)[0] <= SEATED_THIGHS_DEG:
        return Posture.SEATED
    return Posture.OTHER


def _px_per_m(points: Points, frame_size: tuple[int, int]) -> float:
    """The scale that takes the world landmarks to those on the picture, by least squares."""
    image = points[0][:, [X, Y]].astype(np.float64) * np.array(frame_size, np.float64)
    world = points[0][:, [WORLD_X, WORLD_Y]].astype(np.float64)
    image, world = image - image.mean(axis=0), world - world.mean(axis=0)
    return float((image * world).sum() / (world * world).sum())


def _tilt(body: Body, posture: Posture, depth: float) -> float | None:
    """What trunk and legs have in common: someone who sits up, or lifts a leg, tilts only one of them."""
    trunk = body.image("shoulder") - body.image("hip")
    legs = body.image("hip") - body.image("ankle")
    if posture is Posture.STANDING:
        first, second = (_off(line[:, ::-1]) for line in (trunk, legs))
    elif posture is Posture.LYING and abs(depth) <= OBLIQUE_DEG:
        first, second = _off(trunk), _off(legs)
    else:
        return None
    if first * second <= 0:
        return 0.0
    return min(first, second, key=abs)


def _off(line: Vectors) -> float:
    """Degrees by which a line rises along its first axis, -90 to 90, whichever way it points."""
    along, across = float(line[0, 0]), float(line[0, 1])
    return float(np.degrees(np.arctan2(across * np.sign(along), abs(along))))
