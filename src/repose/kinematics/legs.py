"""Keeping the two legs apart when the model exchanges them for a few frames.

When one leg passes the other, BlazePose may call the left one right for some frames. Followed over time the
mistake is plain: both legs jump at once, each to where the other one was. `LegTracker` undoes such exchanges
until they are taken back or the legs lie together again, where both are the same. It does not claim to know
which leg is which: it says which frames it exchanged, and over a whole movement the model's own word counts.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.kinematics.geometry import INDEX
from repose.pose.landmarks import Points, X, Y

_LEFT: Final = [INDEX[f"left_{joint}"] for joint in ("hip", "knee", "ankle", "heel", "foot_index")]
_RIGHT: Final = [INDEX[f"right_{joint}"] for joint in ("hip", "knee", "ankle", "heel", "foot_index")]
_MOVING: Final = slice(1, None)

JUMP: Final = 0.2
"""Mean jump of the legs' landmarks between two frames, in trunk lengths, that can be an exchange. A leg that
moves at 200°/s, filmed at 10 frames a second, moves its landmarks by less."""

BETTER: Final = 0.4
"""An exchange must leave less than this share of the jump."""

TOGETHER: Final = 0.12
"""Mean distance between the legs' landmarks, in trunk lengths, at which they lie together."""


class LegTracker:
    """Undoes exchanges of the legs in a stream of frames; any cut of the stream gives the same result."""

    def __init__(self, frame_size: tuple[int, int]) -> None:
        self._frame_size = np.array(frame_size, np.float64)
        self._last: NDArray[np.float64] | None = None
        self._exchanged = False

    def push(self, points: Points) -> tuple[Points, NDArray[np.bool_]]:
        """Take the next (n, 33, 8) points; give them with the legs kept apart.

        Returns:
            The points, and (n,) whether the legs of a frame were exchanged.
        """
        exchanged = np.zeros(len(points), np.bool_)
        found = np.flatnonzero(~np.isnan(points[:, 0, X]))
        if len(found) == 0:
            return points, exchanged
        pixels = points[found][:, :, X : Y + 1].astype(np.float64) * self._frame_size
        legs = np.stack([pixels[:, _LEFT], pixels[:, _RIGHT]], axis=1)[:, :, _MOVING]
        before = np.concatenate([legs[:1] if self._last is None else self._last[None], legs[:-1]])
        trunk = _trunk(pixels)
        jump = _distance(legs, before) / trunk
        jump_if_exchanged = _distance(legs, before[:, ::-1]) / trunk
        toggles = (jump > JUMP) & (jump_if_exchanged < BETTER * jump)
        together = _distance(legs[:, :1], legs[:, 1:]) / trunk < TOGETHER
        for frame, toggle, close in zip(found.tolist(), toggles.tolist(), together.tolist(), strict=True):
            self._exchanged = (self._exchanged != toggle) and not close
            exchanged[frame] = self._exchanged
        self._last = legs[-1]
        if exchanged.any():
            points = points.copy()
            rows = np.flatnonzero(exchanged)[:, None]
            points[rows, _LEFT + _RIGHT] = points[rows, _RIGHT + _LEFT]
        return points, exchanged


def _trunk(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) pixels from hip to shoulder, the longer of both sides."""
    lines = (
        pixels[:, INDEX[f"{side}_shoulder"]] - pixels[:, INDEX[f"{side}_hip"]] for side in ("left", "right")
    )
    left, right = (np.hypot(line[:, 0], line[:, 1]) for line in lines)
    return np.maximum(np.maximum(left, right), np.float64(1.0))


def _distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) mean distance between (n, sides, joints, 2) points, added in order."""
    gaps = np.sqrt((a[..., 0] - b[..., 0]) ** 2 + (a[..., 1] - b[..., 1]) ** 2).reshape(len(a), -1)
    added = np.zeros(len(a), np.float64)
    for k in range(gaps.shape[1]):
        added = added + gaps[:, k]
    return added / gaps.shape[1]
