"""Every number that counting may look at, by name: the only words an exercise's definition can use."""

from collections.abc import Callable
from typing import Final, NamedTuple

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
    "thigh_pitch": view.thigh_pitch,
}
"""Channels of the whole body: degrees, trunk lengths, or pixels."""

UNITS: Final = {
    **dict.fromkeys(("heel_height", "foot_height", "hand_gap", "head_height", "hip_shift"), "trunk lengths"),
    **dict.fromkeys(("trunk_px", "hip_x_px", "hip_y_px"), "pixels"),
}
"""Units of the channels that are not in degrees."""

ANGLES: Final = ("knee_flexion", "hip_flexion", "ankle_dorsiflexion", "trunk_extension")
"""The joint angles that are measured."""


class Derived(NamedTuple):
    """A channel that follows from a joint angle.

    Attributes:
        angle: one of `ANGLES`.
        sign: -1 for the movement the other way: so the target of any exercise lies at larger angles.
        both: whether it is the mean of left and right, for what both legs do together.
    """

    angle: str
    sign: float
    both: bool


DERIVED: Final[dict[str, Derived]] = {
    "knee_extension": Derived("knee_flexion", -1.0, both=False),
    "hip_extension": Derived("hip_flexion", -1.0, both=False),
    "ankle_plantarflexion": Derived("ankle_dorsiflexion", -1.0, both=False),
    "trunk_flexion": Derived("trunk_extension", -1.0, both=False),
    "knees_flexion": Derived("knee_flexion", 1.0, both=True),
    "knees_extension": Derived("knee_flexion", -1.0, both=True),
    "hips_flexion": Derived("hip_flexion", 1.0, both=True),
    "hips_extension": Derived("hip_flexion", -1.0, both=True),
    "ankles_dorsiflexion": Derived("ankle_dorsiflexion", 1.0, both=True),
    "ankles_plantarflexion": Derived("ankle_dorsiflexion", -1.0, both=True),
}
"""What follows from the measured channels when they are smoothed: it costs no filter of its own."""

SIGNALS: Final = (*ANGLES, *DERIVED)
"""The joint angles that may be counted on."""


def is_sided(channel: str) -> bool:
    """Whether a channel has a left and a right."""
    derived = DERIVED.get(channel)
    return channel in SIDED if derived is None else derived.angle in SIDED and not derived.both


CHANNELS: Final = tuple(name for name in (*SIDED, *MIDLINE, *DERIVED) if UNITS.get(name) != "pixels")
"""All that an exercise's definition may name: what does not depend on the size of the picture."""

COLUMNS: Final = (
    *(f"{name}.{side}" for name in SIDED for side in SIDES),
    *MIDLINE,
    *(f"leg_visibility.{side}" for side in SIDES),
    "exchanged",
)
"""Names of the columns of `measure`."""

_DERIVED_COLUMNS: Final = tuple(
    name
    for channel in DERIVED
    for name in ([f"{channel}.{side}" for side in SIDES] if is_sided(channel) else [channel])
)

COLUMN: Final = {name: index for index, name in enumerate((*COLUMNS, *_DERIVED_COLUMNS))}
"""Where a channel is in the rows that counting sees: those of `measure`, and then those of `derived`."""


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


def derived(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The measured channels and those that follow from them.

    Args:
        values: (n, len(COLUMNS)) as of `measure`, smoothed.

    Returns:
        (n, len(COLUMN)).
    """
    columns = []
    for channel, of in DERIVED.items():
        if of.both:
            left, right = (values[:, COLUMN[f"{of.angle}.{side}"]] for side in SIDES)
            columns.append(of.sign * ((left + right) / 2))
        elif is_sided(channel):
            columns += [of.sign * values[:, COLUMN[f"{of.angle}.{side}"]] for side in SIDES]
        else:
            columns.append(of.sign * values[:, COLUMN[of.angle]])
    return np.column_stack([values, *columns])


def angle_of(signal: str) -> str:
    """The joint angle that a signal is made of."""
    return DERIVED[signal].angle if signal in DERIVED else signal


def joint_of(signal: str) -> str:
    """The joint that moves: "knee", "hip", "ankle", or "trunk"."""
    return angle_of(signal).split("_")[0]


def _leg_visibility(points: Points, side: str) -> Series:
    """The mean visibility of hip, knee and ankle, 0 to 1."""
    hip, knee, ankle = (
        points[:, INDEX[f"{side}_{joint}"], VISIBILITY].astype(np.float64)
        for joint in ("hip", "knee", "ankle")
    )
    return (hip + knee + ankle) / 3
