"""What is drawn onto the body: the skeleton, and the working joint with its angle."""

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from repose.overlay.palette import ATTENTION, FAINT, MIDDLE, OUTLINE, SIDE_COLOURS, Colour
from repose.overlay.text import text_size, write
from repose.pose.landmarks import LANDMARKS, VISIBILITY, Pose, X, Y

Image = NDArray[np.uint8]
Point = tuple[float, float]

_INDEX: Final = {name: index for index, name in enumerate(LANDMARKS)}

_LIMBS: Final = (
    ("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"),
    ("ankle", "heel"), ("heel", "foot_index"), ("ankle", "foot_index"),
)  # fmt: skip
_TRUNK: Final = (
    ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"),
    ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip"),
)  # fmt: skip

_NEIGHBOURS: Final = {
    "knee": ("hip", "ankle"),
    "hip": ("shoulder", "knee"),
    "ankle": ("knee", "foot_index"),
    "trunk": ("shoulder", "knee"),
}

_SEEN: Final = 0.5
"""Visibility from which a landmark is drawn in full; below, its lines are faint."""

_BENT_DEG: Final = 12.0
"""Bend from which the wedge is drawn: in a straight limb it would flip from side to side."""


def places_of(pose: Pose, width: int, height: int) -> dict[str, Point]:
    """Where each landmark lies, in pixels; "middle_hip" and the like are between left and right."""
    pixels = np.nan_to_num(pose.points[:, [X, Y]] * (width, height)).clip(-2 * width, 3 * width)
    places = {name: (float(pixels[index, 0]), float(pixels[index, 1])) for name, index in _INDEX.items()}
    for name in ("ear", "shoulder", "hip", "knee", "ankle", "foot_index"):
        left, right = places[f"left_{name}"], places[f"right_{name}"]
        places[f"middle_{name}"] = ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2)
    return places


def draw_skeleton(
    canvas: Image, pose: Pose, places: Mapping[str, Point], working: str | None, unit: float
) -> None:
    """Limbs in the colour of their side; the side that does not work is thin, what is hidden is faint.

    Args:
        canvas: drawn upon.
        pose: what the model saw.
        places: of the landmarks, from `places_of`.
        working: "left", "right", "both", or None.
        unit: pixels for each 1/360 of the picture's shorter side.
    """
    lines = [(start, end, MIDDLE, 2.0) for start, end in _TRUNK]
    # The working side last, so that it lies on top.
    for side in sorted(("left", "right"), key=lambda side: side == working):
        width = 3.5 if working in (side, "both") else 2.0
        lines += [(f"{side}_{a}", f"{side}_{b}", SIDE_COLOURS[side], width) for a, b in _LIMBS]
    for start, end, colour, width in lines:
        seen = min(pose.points[_INDEX[name], VISIBILITY] for name in (start, end)) >= _SEEN
        _line(canvas, places[start], places[end], colour if seen else FAINT, (width if seen else 1.2) * unit)
    _line(canvas, places["middle_shoulder"], places["middle_ear"], MIDDLE, 2.0 * unit)
    _disc(canvas, places["middle_ear"], 5 * unit, OUTLINE)
    _disc(canvas, places["middle_ear"], 3.5 * unit, MIDDLE)


def draw_joint(
    canvas: Image, places: Mapping[str, Point], joint: str, side: str, angle: float, unit: float
) -> None:
    """The working joint lit, a wedge between its two segments, and the angle beside it.

    Args:
        canvas: drawn upon.
        places: of the landmarks, from `places_of`.
        joint: "knee", "hip", "ankle", or "trunk", which bends at the hips.
        side: "left", "right", or "middle".
        angle: to be written, in degrees.
        unit: pixels for each 1/360 of the picture's shorter side.
    """
    before, after = (places[f"{side}_{name}"] for name in _NEIGHBOURS[joint])
    centre = places[f"{side}_{'hip' if joint == 'trunk' else joint}"]
    if joint == "trunk":
        _line(canvas, centre, before, ATTENTION, 3.5 * unit)
        _line(canvas, centre, after, MIDDLE, 2.0 * unit)
    arms = np.subtract([before, after], centre)
    _wedge(canvas, centre, arms, unit)
    light_joint(canvas, centre, SIDE_COLOURS.get(side, MIDDLE), unit)
    size = round(34 * unit)
    label = f"{angle:.0f}°".replace("-0°", "0°")
    width, height = text_size(label, size)
    away = _away(arms)
    x, y = centre + away * (0.5 * np.hypot(width * away[0], height * away[1]) + 16 * unit)
    write(canvas, label, (round(x), round(y - height / 2)), size, ATTENTION, "centre")


def light_joint(canvas: Image, centre: Point, colour: Colour, unit: float) -> None:
    """A bright disc."""
    _disc(canvas, centre, 9 * unit, OUTLINE)
    _disc(canvas, centre, 7.5 * unit, ATTENTION)
    _disc(canvas, centre, 4 * unit, colour)


def _away(arms: NDArray[np.float64]) -> NDArray[np.float64]:
    """The direction (unit length) in which a label covers neither of two (2, 2) arms."""
    units = arms / np.maximum(np.linalg.norm(arms, axis=1, keepdims=True), 1e-6)
    away = -units.sum(axis=0)
    if np.linalg.norm(away) < 0.2:  # a straight limb: to its upper side, or to its left if it is upright
        along = units[0] - units[1]
        away = np.array([along[1], -along[0]])
        if away[1] > 0.1 or (abs(away[1]) <= 0.1 and away[0] > 0):
            away = -away
    return np.asarray(away / max(float(np.linalg.norm(away)), 1e-6), np.float64)


def _wedge(canvas: Image, centre: Point, arms: NDArray[np.float64], unit: float) -> None:
    """A translucent slice of a disc between two (2, 2) arms."""
    reach = float(np.linalg.norm(arms, axis=1).min()) * 0.45
    start, end = np.degrees(np.arctan2(arms[:, 1], arms[:, 0]))
    turn = (end - start + 180) % 360 - 180
    left, top = (max(0, int(place - reach) - 2) for place in centre)
    there = canvas[top : max(0, int(centre[1] + reach) + 3), left : max(0, int(centre[0] + reach) + 3)]
    if reach < 4 * unit or abs(turn) > 180 - _BENT_DEG or there.size == 0:
        return
    layer = there.copy()
    middle, size = (round(centre[0]) - left, round(centre[1]) - top), (round(reach), round(reach))
    cv2.ellipse(layer, middle, size, 0, start, start + turn, ATTENTION[::-1], -1, cv2.LINE_AA)
    there[:] = cv2.addWeighted(layer, 0.35, there, 0.65, 0)


def _line(canvas: Image, start: Point, end: Point, colour: Colour, width: float) -> None:
    """A line with a dark edge, placed to an eighth of a pixel."""
    ends = [(round(x * 8), round(y * 8)) for x, y in (start, end)]
    edge = max(1, round(width + max(2.0, width * 0.7)))
    cv2.line(canvas, ends[0], ends[1], OUTLINE[::-1], edge, cv2.LINE_AA, 3)
    cv2.line(canvas, ends[0], ends[1], colour[::-1], max(1, round(width)), cv2.LINE_AA, 3)


def _disc(canvas: Image, centre: Point, radius: float, colour: Colour) -> None:
    at = (round(centre[0] * 8), round(centre[1] * 8))
    cv2.circle(canvas, at, round(radius * 8), colour[::-1], -1, cv2.LINE_AA, 3)
