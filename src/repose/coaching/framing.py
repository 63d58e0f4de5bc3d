"""Which parts of the body are outside the picture, and how to get them in.

The model says where hidden parts would be. Measured on 81 rendered clips cut off at different places, some at
once and some by turning the camera away slowly: what is outside is put at the very edge or beyond it (in nine
of ten cases no more than 0.02 of the picture inside), and is less visible the more is missing. Feet and heads
that are inside are found within 0.02 of where they are, up to the edge.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from repose.pose.landmarks import LANDMARKS, VISIBILITY, Points, X, Y

MARGIN: Final = 0.03
"""A landmark this near to the edge, as a share of the picture, is cut off or soon will be."""

MARGIN_SLACK: Final = 0.015

FAINT: Final = 0.75
"""A head or feet less visible than this are guessed, or hidden, wherever they are said to be. In the clips,
also small, coarse, or darkened ones, they have 0.78 and more; where a bent knee is taken for a head because
the head is outside, there is often less."""

NEAR_EDGE: Final = 0.12
"""Guessed parts this near to the edge, as a share of the picture, lie beyond it."""

Part = Literal["head", "trunk", "legs", "feet"]
Edge = Literal["left", "right", "top", "bottom"]

_PARTS: Final[dict[Part, list[int]]] = {
    "head": [LANDMARKS.index(name) for name in ("nose", "left_ear", "right_ear")],
    "trunk": [
        LANDMARKS.index(f"{side}_{joint}") for joint in ("shoulder", "hip") for side in ("left", "right")
    ],
    "legs": [LANDMARKS.index(f"{side}_knee") for side in ("left", "right")],
    "feet": [
        LANDMARKS.index(f"{side}_{joint}")
        for joint in ("ankle", "heel", "foot_index")
        for side in ("left", "right")
    ],
}
"""Arms and hands do not matter."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """A part of the body that is outside the picture.

    Attributes:
        part: which.
        edge: beyond which edge; None if it is hidden well inside the picture.
        inside: distance from the nearest edge, as a share of the picture; negative beyond it.
    """

    part: Part
    edge: Edge | None
    inside: float


def cut_off(points: Points, *, slack: bool = False) -> tuple[CutOff, ...]:
    """The parts of one body that are not, or hardly, in the picture.

    Args:
        points: (1, 33, 8) as in `PoseTrack`.
        slack: ask for a little more, of what has been outside before.
    """
    margin = MARGIN + (MARGIN_SLACK if slack else 0.0)
    found = []
    for part, indices in _PARTS.items():
        x, y = points[0][indices, X], points[0][indices, Y]
        edges: dict[Edge, float] = {
            "left": float(x.min()),
            "right": float(1 - x.max()),
            "top": float(y.min()),
            "bottom": float(1 - y.max()),
        }
        edge = min(edges, key=lambda name: edges[name])
        faint = part in ("head", "feet") and float(np.max(points[0][indices, VISIBILITY])) < FAINT
        if faint or edges[edge] < margin:
            near = edges[edge] < (NEAR_EDGE if faint else margin)
            found.append(CutOff(part, edge if near else None, edges[edge]))
    return tuple(found)


def reframe(missing: tuple[CutOff, ...], *, standing: bool, too_large: bool) -> str:
    """What to say and do about it.

    Args:
        missing: at least one part.
        standing: whether the exercise is done standing; otherwise the person lies.
        too_large: whether the person does not fit into the picture, wherever the camera points.
    """
    parts = {one.part for one in missing}
    return f"{_unseen(parts)} {_move(missing, standing=standing, too_large=too_large)}"


def _unseen(parts: set[Part]) -> str:
    if "head" in parts and parts & {"feet", "legs"}:
        return "I can't see your head and your feet."
    if "head" in parts:
        return "I can't see your head."
    if parts >= {"feet", "legs"}:
        return "I can't see your legs."
    if "feet" in parts:
        return "I can't see your feet."
    return "I can't see all of you."


def _move(missing: tuple[CutOff, ...], *, standing: bool, too_large: bool) -> str:
    edges = {one.edge for one in missing if one.edge}
    if not edges:
        return "Your whole body must be in the picture, with nothing in front of it."
    if too_large or edges >= {"left", "right"} or edges >= {"top", "bottom"}:
        return "Move the camera further back."
    worst = min((one for one in missing if one.edge), key=lambda one: one.inside)
    match worst.edge:
        case "top":
            turn = "Tilt the camera up"
        case "bottom":
            turn = "Tilt the camera down"
        case _ if standing:
            return "Step to the middle of the picture, or move the camera further back."
        case _:
            end = "head" if any(one.part == "head" and one.edge == worst.edge for one in missing) else "feet"
            turn = f"Turn the camera towards your {end}"
    return f"{turn}, or move it further back."
