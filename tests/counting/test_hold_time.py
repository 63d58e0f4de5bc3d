"""How long the end position was held, on angles drawn by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from repose.counting.hold import Hold, find_hold
from repose.exercises import load_exercise
from repose.kinematics.clock import TICK_S
from tests.puppet.expect import FAST

LIMITS = load_exercise("knee-to-chest").thresholds
BAND = LIMITS.hold_deg
Series = NDArray[np.float64]


def trapezoid(
    hold_s: float, top: float = 100.0, ramp_s: float = 2.0, rest_s: float = 1.0
) -> tuple[Series, Series]:
    """Straight up from 0, level, straight down; and its ticks."""
    corners = np.cumsum([0.0, rest_s, ramp_s, hold_s, ramp_s, rest_s])
    time_s = np.arange(0, corners[-1], TICK_S)
    return time_s, np.interp(time_s, corners, [0, 0, top, top, 0, 0])


def hold_of(time_s: Series, angle: Series) -> Hold:
    return find_hold(time_s, angle, 0.0, LIMITS)


@FAST
@given(hold_s=st.floats(1, 30), top=st.floats(55, 140), ramp_s=st.floats(0.5, 2))
def test_a_trapezoid(hold_s: float, top: float, ramp_s: float) -> None:
    hold = hold_of(*trapezoid(hold_s, top, ramp_s))
    edge_s = BAND / top * ramp_s
    assert hold.hold_s == pytest.approx(hold_s + 2 * edge_s, abs=0.1)
    assert hold.start_s == pytest.approx(1 + ramp_s - edge_s, abs=0.06)
    assert hold.end_s == pytest.approx(1 + ramp_s + hold_s + edge_s, abs=0.06)
    assert hold.hold_s == pytest.approx(hold.end_s - hold.start_s)
    assert hold.end_deg == pytest.approx(top, abs=1)


@pytest.mark.parametrize("top", [20.0, 30.0, 40.0])
def test_a_small_movement_has_a_narrow_band(top: float) -> None:
    hold = hold_of(*trapezoid(4.0, top))
    assert hold.hold_s == pytest.approx(4 + 2 * LIMITS.hold_share * 2, abs=0.1)


def test_the_points_within() -> None:
    time_s, angle = trapezoid(4.0)
    hold = hold_of(time_s, angle)
    assert time_s[hold.within].min() >= hold.start_s
    assert time_s[hold.within].max() <= hold.end_s
    assert hold.within.sum() == pytest.approx(hold.hold_s / TICK_S, abs=2)


@FAST
@given(at_s=st.floats(4.5, 7.5), dip_s=st.floats(0.1, 0.4), depth=st.floats(6, 60))
def test_a_short_dip_does_not_end_the_hold(at_s: float, dip_s: float, depth: float) -> None:
    time_s, angle = trapezoid(6.0)
    whole = hold_of(time_s, angle).hold_s
    angle = angle - depth * ((time_s >= at_s) & (time_s < at_s + dip_s))
    assert hold_of(time_s, angle).hold_s == pytest.approx(whole, abs=0.1)


@pytest.mark.parametrize("depth", [15.0, 40.0])
def test_letting_go_for_a_second_ends_it(depth: float) -> None:
    time_s, angle = trapezoid(10.0)
    angle = angle - depth * ((time_s >= 6.0) & (time_s < 7.2))
    hold = hold_of(time_s, angle)
    assert hold.start_s == pytest.approx(7.2, abs=0.15)
    assert hold.end_s == pytest.approx(13.1, abs=0.15)


@FAST
@given(seed=st.integers(0, 2**16), hold_s=st.floats(1, 20), sigma=st.floats(0, 2))
def test_noise_at_the_edge_cuts_nothing(seed: int, hold_s: float, sigma: float) -> None:
    time_s, angle = trapezoid(hold_s, ramp_s=1.5)
    noisy = angle + np.random.default_rng(seed).normal(0, sigma, len(angle))
    assert hold_of(time_s, noisy).hold_s == pytest.approx(hold_s + 0.15, abs=0.25)


@pytest.mark.parametrize("gap_s", [0.3, 0.5])
def test_a_short_gap_belongs_to_the_hold(gap_s: float) -> None:
    time_s, angle = trapezoid(6.0)
    seen = (time_s < 5.0) | (time_s > 5.0 + gap_s - 2 * TICK_S)
    assert hold_of(time_s[seen], angle[seen]).hold_s == pytest.approx(6.2, abs=0.1)


def test_a_long_gap_is_not_held() -> None:
    """Nobody knows what happened in 1.5 s without measurement, so the longer piece is the hold."""
    time_s, angle = trapezoid(10.0)
    seen = (time_s < 5.0) | (time_s > 6.5)
    hold = hold_of(time_s[seen], angle[seen])
    assert hold.hold_s == pytest.approx(13.1 - 6.5, abs=0.15)


def test_a_drift_at_the_end_position() -> None:
    """From 100 to 92 degrees over 8 s: within 5 of the middle all the time."""
    time_s = np.arange(0, 14, TICK_S)
    angle = np.interp(time_s, [0, 1, 3, 11, 13, 14], [0, 0, 100, 92, 0, 0])
    assert hold_of(time_s, angle).hold_s == pytest.approx(8.1, abs=0.3)


def test_a_movement_without_any_hold_is_a_moment() -> None:
    time_s = np.arange(0, 4, TICK_S)
    angle = np.interp(time_s, [0, 2, 4], [0, 100, 0])
    hold = hold_of(time_s, angle)
    assert hold.start_s < 2 < hold.end_s
    assert hold.hold_s < 0.75


def test_the_median_moves_no_edge_of_a_steep_hold() -> None:
    time_s = np.arange(0, 6, TICK_S)
    angle = np.where((time_s >= 2) & (time_s < 4), 100.0, 0.0)
    hold = hold_of(time_s, angle)
    assert hold.start_s == pytest.approx(2, abs=TICK_S)
    assert hold.end_s == pytest.approx(4, abs=TICK_S)
