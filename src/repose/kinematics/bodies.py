"""Telling the person from somebody else, to whom the pose model may jump for a while.

Who walks past, or a mistake of the model, can put the landmarks elsewhere for some frames. The hips of a
person who exercises stay about where they are, so landmarks that are suddenly elsewhere are somebody else's,
and show nothing of the person. If they stay there, that is where the person is from now on.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.kinematics.geometry import INDEX
from repose.pose.landmarks import Points, X, Y

LEAP: Final = 0.3
"""Trunk lengths, about 15 cm, that the hips cannot go from one frame to the next."""

LEAST_LEAP: Final = 0.05
"""The same as a share of the picture's longer side, for a trunk that is foreshortened."""

AWAY_S: Final = 1.2
"""Time after which the landmarks are believed wherever they are: ten frames at ten a second, and less than
a movement survives being unseen."""

_HIPS: Final = [INDEX["left_hip"], INDEX["right_hip"]]
_SHOULDERS: Final = [INDEX["left_shoulder"], INDEX["right_shoulder"]]


class BodyTracker:
    """Takes out the frames that show somebody else; any cut of the stream gives the same result."""

    def __init__(self, frame_size: tuple[int, int]) -> None:
        """Take the (width, height) of the pictures in pixels."""
        self._frame_size = np.array(frame_size, np.float64)
        self._least = LEAST_LEAP * max(frame_size)
        self._hips: NDArray[np.float64] | None = None
        self._reach = 0.0
        self._seen_s = 0.0

    def push(self, time_s: NDArray[np.float64], points: Points) -> Points:
        """Take the next frames: (n,) seconds and (n, 33, 8) points.

        Returns:
            The points, NaN in frames that show somebody else.
        """
        found = np.flatnonzero(np.isfinite(points[:, _HIPS + _SHOULDERS][..., [X, Y]]).all(axis=(1, 2)))
        if len(found) == 0:
            return points
        hips = _middle(points, found, _HIPS) * self._frame_size
        trunk = hips - _middle(points, found, _SHOULDERS) * self._frame_size
        reach = np.maximum(LEAP * np.hypot(trunk[:, 0], trunk[:, 1]), self._least)
        first = (hips[:1], reach[:1]) if self._hips is None else (self._hips[None], np.array([self._reach]))
        step = hips - np.concatenate([first[0], hips[:-1]])
        if (np.hypot(step[:, 0], step[:, 1]) <= np.concatenate([first[1], reach[:-1]])).all():
            self._believe(hips[-1], reach[-1], time_s[found[-1]])
            return points
        others = [
            frame
            for k, frame in enumerate(found.tolist())
            if not self._is_person(float(time_s[frame]), hips[k], float(reach[k]))
        ]
        if others:
            points = points.copy()
            points[others] = np.nan
        return points

    def _is_person(self, time_s: float, hips: NDArray[np.float64], reach: float) -> bool:
        """Whether the next frame shows the person; who is noted if so."""
        if self._hips is not None and time_s - self._seen_s <= AWAY_S:
            step = hips - self._hips
            if np.hypot(step[0], step[1]) > self._reach:
                return False
        self._believe(hips, reach, time_s)
        return True

    def _believe(self, hips: NDArray[np.float64], reach: float, time_s: float) -> None:
        self._hips, self._reach, self._seen_s = hips, float(reach), float(time_s)


def _middle(points: Points, frames: NDArray[np.int64], pair: list[int]) -> NDArray[np.float64]:
    """(n, 2) middle between two landmarks, in shares of the picture."""
    both = points[frames][:, pair, X : Y + 1].astype(np.float64)
    return np.asarray((both[:, 0] + both[:, 1]) / 2)
