"""Timestamps strictly increase, whatever a container says."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.capture.timestamps import RESTART_AHEAD_S, STEP_S, Timestamps

Said = list[float | None]


def repaired(said: Said, interval_s: float = 0.1) -> list[float]:
    timestamps = Timestamps(interval_s)
    return [timestamps.next(one) for one in said]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param([0, 0.1, 0.35, 0.4], [0, 0.1, 0.35, 0.4], id="variable rate is kept"),
        pytest.param([5, 5.1, 5.2], [0, 0.1, 0.2], id="relative to the first frame"),
        pytest.param([-1, -0.5, 0.5], [0, 0.5, 1.5], id="negative"),
        pytest.param([0, 0.1, 0.1, 0.1, 0.2], [0, 0.1, 0.101, 0.102, 0.2], id="repeats"),
        pytest.param([0, 0.1, 0.3, 0.2, 0.4], [0, 0.1, 0.3, 0.301, 0.4], id="a short step back"),
        pytest.param([7, 7.1, 7.2, 0, 0.1, 0.3], [0, 0.1, 0.2, 0.3, 0.4, 0.6], id="the clock starts anew"),
        pytest.param([0, 0.1, 1e6, 1e6 + 0.1], [0, 0.1, 0.2, 0.3], id="the clock jumps ahead"),
        pytest.param([0, 0.1, 1e6, 0.3], [0, 0.1, 0.2, 0.3], id="one timestamp is damaged"),
        pytest.param([0, 0.1, 60.1], [0, 0.1, 60.1], id="a pause is kept"),
        pytest.param([None, None, None], [0, 0.1, 0.2], id="none at all: the frame rate"),
        pytest.param([0, 0.5, None, 0.8], [0, 0.5, 0.6, 0.8], id="one is missing"),
        pytest.param([0, math.nan, math.inf, 0.3], [0, 0.1, 0.2, 0.3], id="not a number"),
    ],
)
def test_repair(said: Said, expected: list[float]) -> None:
    assert repaired(said) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.none() | st.floats() | st.floats(-2, 2), max_size=40), st.sampled_from([1 / 30, 0.1, 1.0]))
def test_always_increases_from_zero(said: Said, interval_s: float) -> None:
    times = repaired(said, interval_s)
    assert len(times) == len(said)
    assert times[:1] in ([], [0.0])
    assert all(before < after for before, after in pairwise(times))


@given(st.lists(st.floats(STEP_S, RESTART_AHEAD_S / 2), max_size=40))
def test_what_increases_is_kept_to_the_bit(steps: list[float]) -> None:
    said = [0.0]
    for step in steps:
        said.append(said[-1] + step)
    assert repaired([*said]) == said
