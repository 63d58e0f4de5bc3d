"""Every number that counting may look at, by name: the only words an exercise's definition can use."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.kinematics import angles, evidence, view
from repose.kinematics.geometry import INDEX, Body, Series
from repose.pose.landmarks import VISIBILITY, Points

SIDES: Final = ("left", "right")

SIDED: Final[dict[str, Callable[[Body, str], Series]]] = {
    "knee_flexion": angles.knee_flexion,
    "hip_flexion": angles.hip_flexion,
    "ankle_dorsiflexion": angles.ankle_dorsiflexion,
    "heel_height": lambda body, side: evidence.height(body, f"{side}_heel"),
    "foot_height": lambda body, side: evidence.height(body, f"{side}_ankle"),
    "hand_gap": evidence.hand_gap,
}
"""Channels with a left and a right: degrees, or trunk lengths."""

MIDLINE: Final[dict[str, Callable[[Body], Series]]] = {
    "trunk_extension": angles.trunk_extension,
    "neck_extension": angles.neck_extension,
    "trunk_pitch": view.trunk_pitch,
    "leg_pitch": view.leg_pitch,
    "trunk_depth": view.trunk_depth,
    "shoulder_turn": view.shoulder_turn,
    "head_height": lambda body: evidence.height(body, "ear"),
    "hip_shift": evidence.hip_shift,
    "trunk_px": evidence.trunk_length,
    "hip_x_px": lambda body: body.image("hip")[:, 0],
    "hip_y_px": lambda body: body.image("hip")[:, 1],
}
"""Channels of the whole body: degrees, trunk lengths, or pixels."""

UNITS: Final = {
    **dict.fromkeys(("heel_height", "foot_height", "hand_gap", "head_height", "hip_shift"), "trunk lengths"),
    **dict.fromkeys(("trunk_px", "hip_x_px", "hip_y_px"), "pixels"),
}
"""Units of the channels that are not in degrees."""

ANGLES: Final = ("knee_flexion", "hip_flexion", "ankle_dorsiflexion", "trunk_extension")
"""The joint angles that may be counted on."""

COLUMNS: Final = (
    *(f"{name}.{side}" for name in SIDED for side in SIDES),
    *MIDLINE,
    *(f"leg_visibility.{side}" for side in SIDES),
    "exchanged",
)
"""Names of the columns of `measure`."""

COLUMN: Final = {name: index for index, name in enumerate(COLUMNS)}


def measure(points: Points, frame_size: tuple[int, int], exchanged: NDArray[np.bool_]) -> NDArray[np.float64]:
    """All channels of n frames.

    Args:
        points: (n, 33, 8) as in `PoseTrack`.
        frame_size: (width, height) in pixels.
        exchanged: (n,) whether the legs were exchanged, see `LegTracker`.

    Returns:
        (n, len(COLUMNS)) float64; NaN in frames without a body.
    """
    body = Body(points, frame_size)
    columns = [compute(body, side) for compute in SIDED.values() for side in SIDES]
    columns += [compute(body) for compute in MIDLINE.values()]
    columns += [_leg_visibility(points, side) for side in SIDES]
    return np.stack([*columns, exchanged.astype(np.float64)], axis=1)


def _leg_visibility(points: Points, side: str) -> Series:
    """The mean visibility of hip, knee and ankle, 0 to 1."""
    hip, knee, ankle = (
        points[:, INDEX[f"{side}_{joint}"], VISIBILITY].astype(np.float64)
        for joint in ("hip", "knee", "ankle")
    )
    return (hip + knee + ankle) / 3
