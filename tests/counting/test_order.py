"""Median and percentiles are numpy's, to the last bit."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from repose.counting.order import median, percentiles

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40).map(np.array)


@given(VALUES)
def test_median(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    assert median(values) == np.median(values)


@given(VALUES, st.sampled_from([0.0, 0.02, 0.05, 0.1, 0.5, 0.9, 0.95, 0.98, 1.0]))
def test_percentiles(values: np.ndarray[tuple[int], np.dtype[np.float64]], share: float) -> None:
    low, found = percentiles(values, 0.1, share)
    assert (low, found) == tuple(np.quantile(values, (0.1, share)))


def test_what_was_not_measured_has_none() -> None:
    values = np.array([1.0, np.nan, 3.0])
    assert math.isnan(median(values))
    assert all(map(math.isnan, percentiles(values, 0.1, 0.9)))
