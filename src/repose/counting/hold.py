"""How long the end position was held."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repose.calibration.thresholds import Thresholds

NEAR_END = 0.85
"""Points above this share of the largest excursion are taken for the end position's middle."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The hold of one movement.

    Attributes:
        start_s, end_s: when the working angle came into the band around the end position, and left it.
        hold_s: time between them.
        end_deg: the end position: the median angle near the largest excursion.
        within: (n,) whether each point belongs to the hold.
    """

    start_s: float
    end_s: float
    hold_s: float
    end_deg: float
    within: NDArray[np.bool_]


def find_hold(
    time_s: NDArray[np.float64], angle: NDArray[np.float64], rest_deg: float, limits: Thresholds
) -> Hold:
    """The longest time in which the angle stays around its end position.

    The band around the end position is `hold_deg`, or `hold_share` of the excursion if that is less; the
    angle may stray for `hold_dropout_s` at a time. Where the band is crossed is interpolated between ticks.

    Args:
        time_s: (n,) seconds, n ≥ 1, of one movement from rest to rest.
        angle: (n,) degrees, rising from rest to the end position.
        rest_deg: the angle at rest.
        limits: thresholds in force.
    """
    away = angle - rest_deg
    top = float(away.max())
    end_deg = float(np.median(angle[away >= NEAR_END * top]))
    band = min(limits.hold_deg, limits.hold_share * (end_deg - rest_deg))
    inside = np.abs(angle - end_deg) <= band
    runs = _runs(inside)
    merged: list[list[int]] = []
    for first, last in runs:
        if merged and time_s[first] - time_s[merged[-1][1]] <= limits.hold_dropout_s:
            merged[-1][1] = last
        else:
            merged.append([first, last])
    if not merged:
        at = int(away.argmax())
        return Hold(float(time_s[at]), float(time_s[at]), 0.0, end_deg, inside)
    spans = [
        (_crossing(time_s, angle, end_deg, band, first, -1), _crossing(time_s, angle, end_deg, band, last, 1))
        for first, last in merged
    ]
    best = max(range(len(spans)), key=lambda k: spans[k][1] - spans[k][0])
    start_s, end_s = spans[best]
    within = np.zeros(len(angle), np.bool_)
    within[merged[best][0] : merged[best][1] + 1] = True
    return Hold(start_s, end_s, end_s - start_s, end_deg, within)


def _runs(inside: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
    return [(int(first), int(last) - 1) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _crossing(
    time_s: NDArray[np.float64], angle: NDArray[np.float64], middle: float, band: float, inner: int, step: int
) -> float:
    """When the angle crossed the edge of the band between point `inner` and the next one outside."""
    outer = inner + step
    if not 0 <= outer < len(angle):
        return float(time_s[inner])
    edge = middle + band if angle[outer] > middle else middle - band
    share = (edge - angle[inner]) / (angle[outer] - angle[inner])
    return float(time_s[inner] + (time_s[outer] - time_s[inner]) * share)
