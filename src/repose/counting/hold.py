"""How long the end position was held."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from repose.calibration.thresholds import Thresholds
from repose.counting.order import median, percentiles

NEAR_END = 0.8
"""The median of all above this share of the largest excursion is the end position: one that a noisy tick, or
a moment's overshoot, cannot move. A pause on the way must lie below it to be told from the hold."""

_FRAMES_AROUND_S = 0.25
"""What a dropout seems longer: the time from the last frame before it and to the first one after it."""

LONGEST_MEDIAN_TICKS = 13
"""Widest median that steadies the end position, 0.65 s, and no wider than half the time spent there. A median
leaves a rise or a fall where it is, so the times at which the band is crossed do not move; it takes out the
moments in which the model mistakes the one knee for the other behind the hands."""

LOOSE = 2.0
"""A hold ends when the angle leaves a band this many times wider; it is timed where it left the band itself.
So noise at the edge of the band does not cut a hold in two."""


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


@dataclass(frozen=True, slots=True, eq=False)
class EndPosition:
    """Where a movement went, as far as it is known.

    Attributes:
        steady: (n,) degrees, the working angle without short dips.
        deg: the end position: the median angle near the largest excursion.
        band_deg: how far from it the angle may be.
    """

    steady: NDArray[np.float64]
    deg: float
    band_deg: float


def find_end(angle: NDArray[np.float64], rest_deg: float, limits: Thresholds) -> EndPosition | None:
    """The end position of a movement, or of what there is of it; None if it never left rest.

    The band around it is `hold_deg`, or `hold_share` of the excursion if that is less.

    Args:
        angle: (n,) degrees, n ≥ 1, rising from rest to the end position.
        rest_deg: the angle at rest.
        limits: thresholds in force.
    """
    steady = _steadied(angle, rest_deg)
    away = steady - rest_deg
    if away.max() <= 0:
        return None
    end_deg = median(steady[away >= NEAR_END * away.max()])
    return EndPosition(steady, end_deg, min(limits.hold_deg, limits.hold_share * (end_deg - rest_deg)))


def find_holds(
    time_s: NDArray[np.float64],
    end: EndPosition,
    limits: Thresholds,
    right: NDArray[np.bool_] | None = None,
) -> list[Hold]:
    """Every time in which the angle stays around its end position, in order.

    The angle may stray for `hold_dropout_s` at a time. Where the band is crossed is interpolated between
    ticks. Unmeasured time inside a hold counts, as long as it is no longer than that.

    Args:
        time_s: (n,) seconds.
        end: the end position of these ticks.
        limits: thresholds in force.
        right: (n,) whether the rest of the position is right; a wrong one is no part of a hold either.
    """
    off = np.abs(end.steady - end.deg)
    if right is not None:
        off = np.where(right, off, np.inf)
    gap_s = limits.hold_dropout_s + _FRAMES_AROUND_S
    return [
        _between(time_s, end, first + int(tight[0]), first + int(tight[-1]))
        for first, last in _joined(_runs(off <= LOOSE * end.band_deg, time_s, gap_s), time_s, gap_s)
        if len(tight := np.flatnonzero(off[first : last + 1] <= end.band_deg))
    ]


def find_hold(
    time_s: NDArray[np.float64], angle: NDArray[np.float64], rest_deg: float, limits: Thresholds
) -> Hold:
    """The longest time in which the angle stays around its end position, see `find_holds`.

    Args:
        time_s: (n,) seconds, n ≥ 1, of one movement from rest to rest.
        angle: (n,) degrees, rising from rest to the end position.
        rest_deg: the angle at rest.
        limits: thresholds in force.
    """
    end = find_end(angle, rest_deg, limits)
    holds = find_holds(time_s, end, limits) if end else []
    return max(holds, key=lambda hold: hold.hold_s) if holds else _no_hold(time_s, angle, rest_deg)


def _no_hold(time_s: NDArray[np.float64], angle: NDArray[np.float64], rest_deg: float) -> Hold:
    """A moment at the largest angle."""
    steady = _steadied(angle, rest_deg)
    top_s = float(time_s[steady.argmax()])
    return Hold(top_s, top_s, 0.0, float(steady.max()), np.zeros(len(angle), np.bool_))


def _steadied(angle: NDArray[np.float64], rest_deg: float) -> NDArray[np.float64]:
    """The angle without short dips at the end position."""
    away = angle - rest_deg
    there = int((away >= NEAR_END * percentiles(away, 0.98)[0]).sum())
    width = min(LONGEST_MEDIAN_TICKS, there // 2) // 2 * 2 + 1
    padded = np.pad(angle, width // 2, mode="edge")
    return np.sort(sliding_window_view(padded, width), axis=1)[:, width // 2]


def _between(time_s: NDArray[np.float64], end: EndPosition, first: int, last: int) -> Hold:
    """The hold whose first and last point inside the band are known."""
    start_s = _crossing(time_s, end, first, -1)
    end_s = _crossing(time_s, end, last, 1)
    within = np.zeros(len(time_s), np.bool_)
    within[first : last + 1] = True
    return Hold(start_s, end_s, end_s - start_s, end.deg, within)


def _joined(
    runs: list[tuple[int, int]], time_s: NDArray[np.float64], dropout_s: float
) -> list[tuple[int, int]]:
    """Runs with no more than `dropout_s` between them become one."""
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and time_s[first] - time_s[joined[-1][1]] <= dropout_s:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _runs(inside: NDArray[np.bool_], time_s: NDArray[np.float64], gap_s: float) -> list[tuple[int, int]]:
    """First and last index of each run of true values without a longer gap in time."""
    begins = inside & ~np.concatenate([[False], inside[:-1] & (np.diff(time_s) <= gap_s)])
    edges = np.flatnonzero(begins)
    return [
        (int(first), int(first + np.flatnonzero(inside[first:last])[-1]))
        for first, last in pairwise([*edges, len(inside)])
    ]


def _crossing(time_s: NDArray[np.float64], end: EndPosition, inner: int, step: int) -> float:
    """When the angle crossed the edge of the band between point `inner` and the next one outside."""
    angle, outer = end.steady, inner + step
    if not 0 <= outer < len(angle) or abs(angle[outer] - end.deg) <= end.band_deg:
        return float(time_s[inner])
    edge = end.deg + end.band_deg if angle[outer] > end.deg else end.deg - end.band_deg
    share = (edge - angle[inner]) / (angle[outer] - angle[inner])
    return float(time_s[inner] + (time_s[outer] - time_s[inner]) * share)
