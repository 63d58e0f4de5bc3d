"""How many people are in a picture, for placing the camera. Import this module late: it loads MediaPipe.

MediaPipe's detector looks at 224 x 224 pixels and finds the largest body. Of two people in a wide picture it
sees one or none, even when asked for three. So the picture is looked at whole and in overlapping squares,
and what lies on the same limbs is one person.

Measured on pictures put together from rendered ones, 848 x 480, full model: how often more than one person
was counted. The standing ones are pasted beside a lying one, at a share of the picture's height.

    picture                                     whole only    whole and squares
    two lying, one behind the other             12 of 15           15 of 15
    two lying, side by side in a wide picture    1 of 15           15 of 15
    two standing, side by side                   0 of 15           15 of 15
    standing at the edge, 3/4 high              36 of 108         106 of 108
    standing at the edge, half as high           0 of 108          96 of 108
    standing at the edge, 0.3 high               0 of 108          10 of 108
    standing behind the middle, half as high     0 of 54           48 of 54
    standing in front of the lying one          21 of 54           11 of 54

Of 498 pictures of one person, none had two. It takes 115 ms on two idle cores, four times one look. Somebody
small in the background is missed; the pose model, which looks at the picture as a whole, does not jump to
them either.
"""

from contextlib import nullcontext
from math import ceil
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from repose.pose.exposure import brightened
from repose.pose.hush import hushed
from repose.pose.landmarker import load_landmarker
from repose.pose.landmarks import LANDMARKS

MOST: Final = 3
"""People looked for in each piece of the picture."""

SEEN: Final = 0.5
"""Visibility from which a landmark is taken to be there."""

SAME_SHARE: Final = 0.5
"""Share of its seen landmarks on another body's limbs from which it is that body."""

SAME_REACH: Final = 0.35
"""Thickness of a limb, in trunk lengths, either way."""

Found = NDArray[np.float64]
"""(33, 3) float64: x and y in pixels of the whole picture, and visibility."""

_LIMBS: Final = tuple(
    (LANDMARKS.index(start), LANDMARKS.index(end))
    for start, end in (
        ("left_shoulder", "right_shoulder"),
        ("left_hip", "right_hip"),
        *(
            (f"{side}_{start}", f"{side}_{end}")
            for side in ("left", "right")
            for start, end in (
                ("ear", "shoulder"), ("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"),
                ("hip", "knee"), ("knee", "ankle"), ("ankle", "foot_index"),
            )
        ),
    )
)  # fmt: skip


class People:
    """Counts the people in single pictures."""

    def __init__(self, bundle: Path) -> None:
        """Load the model.

        Args:
            bundle: path of the bundle, as from `ensure_bundle`.

        Raises:
            ReposeError: MediaPipe is a version that must not run, or cannot use the bundle.
        """
        self._landmarker, self._as_image = load_landmarker(bundle, following=False, most=MOST)
        self._quiet = False
        self._closed = False

    def count(self, image: NDArray[np.uint8]) -> int:
        """How many people are in a (height, width, 3) uint8 BGR picture."""
        picture = brightened(image)
        found: list[Found] = []
        for x, y, width, height in pieces(picture.shape[1], picture.shape[0]):
            for body in self._look(picture[y : y + height, x : x + width]):
                body[:, :2] = body[:, :2] * (width, height) + (x, y)
                found.append(body)
        return len(apart(found))

    def close(self) -> None:
        """Release the model; closing twice is harmless."""
        if not self._closed:
            self._closed = True
            self._landmarker.close()

    def _look(self, picture: NDArray[np.uint8]) -> list[Found]:
        """The bodies in one piece; x and y in shares of it."""
        colours = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_BGR2RGB)
        image = self._as_image(colours)
        # The last of MediaPipe's routine messages comes with the first body.
        with nullcontext() if self._quiet else hushed():
            result = self._landmarker.detect(image)
        self._quiet = self._quiet or bool(result.pose_landmarks)
        return [
            np.array([(point.x, point.y, point.visibility) for point in body], np.float64)
            for body in result.pose_landmarks
        ]


def pieces(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """The whole picture and, unless it is nearly square, squares along it that overlap by half or more.

    Returns:
        (x, y, width, height) of each, in pixels.
    """
    side = min(width, height)
    spare = max(width, height) - side
    whole = (0, 0, width, height)
    if spare < side / 10:
        return [whole]
    count = ceil(spare / (side / 2)) + 1
    steps = [round(spare * number / (count - 1)) for number in range(count)]
    return [whole, *((step, 0, side, side) if width > height else (0, step, side, side) for step in steps)]


def apart(found: list[Found]) -> list[Found]:
    """The bodies that are not the same person, the best seen of each."""
    kept: list[Found] = []
    for body in sorted(found, key=lambda one: -float(one[:, 2].sum())):
        if not any(_same(body, other) for other in kept):
            kept.append(body)
    return kept


def _same(one: Found, other: Found) -> bool:
    reach = SAME_REACH * max(_trunk(one), _trunk(other))
    return max(_on(one, other, reach), _on(other, one, reach)) >= SAME_SHARE


def _trunk(body: Found) -> float:
    shoulders, hips = body[11:13, :2].mean(axis=0), body[23:25, :2].mean(axis=0)
    return float(np.hypot(*(shoulders - hips)))


def _on(one: Found, other: Found, reach: float) -> float:
    """Share of the seen landmarks of one body that lie within reach of the other's limbs."""
    seen = one[:, 2] >= SEEN
    points = one[seen, :2] if seen.any() else one[:, :2]
    start, end = other[[a for a, _ in _LIMBS], :2], other[[b for _, b in _LIMBS], :2]
    limb = end - start
    away = points[:, None] - start
    along = np.clip((away * limb).sum(axis=2) / np.maximum((limb * limb).sum(axis=1), 1e-9), 0.0, 1.0)
    distance = np.linalg.norm(away - along[:, :, None] * limb, axis=2).min(axis=1)
    return float((distance <= reach).mean())
