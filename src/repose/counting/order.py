"""Median and percentile of a few dozen numbers, to the last bit as numpy's, in a tenth of its time.

Every movement is judged by dozens of them, and a clinician who drags a line has hundreds judged anew.
"""

from math import floor

import numpy as np
from numpy.typing import NDArray


def median(values: NDArray[np.float64]) -> float:
    """The middle one of (n,) values, n ≥ 1; NaN if one of them is."""
    ordered = np.sort(values)
    if (last := float(ordered[-1])) != last:
        return last
    half = len(ordered) // 2
    if len(ordered) % 2:
        return float(ordered[half])
    return (float(ordered[half - 1]) + float(ordered[half])) / 2


def percentiles(values: NDArray[np.float64], *shares: float) -> tuple[float, ...]:
    """The values below which these shares of 1 of (n,) values lie, n ≥ 1, interpolated; NaN if one is."""
    ordered = np.sort(values).tolist()
    if ordered[-1] != ordered[-1]:
        return (ordered[-1],) * len(shares)
    found = []
    for share in shares:
        at = share * (len(ordered) - 1)
        below = floor(at)
        low, high = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
        part = at - below
        # From the nearer end, as numpy does, so that no rounding leaves the interval.
        found.append(low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part))
    return tuple(found)
