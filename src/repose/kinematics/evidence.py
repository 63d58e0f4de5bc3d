"""Where limbs are, for judging form; each function gives (n,) float64, lengths in trunk lengths.

A trunk length, hip to shoulder, is about half a metre.
"""

import numpy as np

from repose.kinematics.angles import facing
from repose.kinematics.geometry import Body, Series, dot, length


def trunk_length(body: Body) -> Series:
    """Pixels from the middle of the hips to the middle of the shoulders."""
    return length(body.image("shoulder") - body.image("hip"))


def height(body: Body, name: str) -> Series:
    """How far a landmark is above the hips on the picture."""
    return (body.image("hip")[:, 1] - body.image(name)[:, 1]) / trunk_length(body)


def hand_gap(body: Body, side: str) -> Series:
    """Distance of the nearer wrist from the knee's half of the thigh of a side.

    The hip's half would do for a hand that lies on the floor beside it.
    """
    knee = body.image(f"{side}_knee")
    middle = (body.image(f"{side}_hip") + knee) / 2
    half = knee - middle
    gaps = []
    for wrist in (body.image("left_wrist"), body.image("right_wrist")):
        along = np.clip(dot(wrist - middle, half) / np.maximum(dot(half, half), 1e-9), 0.0, 1.0)
        gaps.append(length(wrist - middle - along[:, None] * half))
    return np.minimum(*gaps) / trunk_length(body)


def hip_shift(body: Body) -> Series:
    """How far the hips are in front of the ankles of a standing person."""
    forwards = -facing(body) * (body.image("ankle")[:, 0] - body.image("hip")[:, 0])
    return forwards / trunk_length(body)
