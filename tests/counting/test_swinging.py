"""Trembling and swinging at a threshold neither makes reps nor loses any."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repose.counting.counter import count
from repose.counting.result import CountResult
from repose.exercises import load_exercise
from repose.pose.landmarks import PoseTrack
from tests.puppet import Keyed, Puppet, Scene
from tests.puppet.damage import noisy
from tests.puppet.expect import FAST, assert_sound, said
from tests.puppet.movement import Series
from tests.puppet.programme import heel_on_floor

LIMITS = load_exercise("heel-slides").thresholds
REST, RANGE = LIMITS.rest_deg, LIMITS.target_deg - LIMITS.rest_deg

reaches = st.floats(1, 6)
periods = st.floats(0.5, 2.5)
seeds = st.integers(0, 2**16)


def at(share: float) -> float:
    """Degrees of the knee at a share of the range."""
    return REST + share * RANGE


def film(path: Keyed, swing: tuple[float, float, float, float], seed: int) -> PoseTrack:
    """One knee along a path, with a swing of (degrees, period) from start to end on top."""
    reach, period_s, start_s, end_s = swing

    def knee(time_s: Series) -> Series:
        inside = np.clip(np.minimum(time_s - start_s, end_s - time_s) / 0.5, 0, 1)
        return np.asarray(path(time_s) + inside * reach * np.sin(2 * np.pi * (time_s - start_s) / period_s))

    still = Keyed(((0.0, REST),))
    puppet = Puppet(knee=(knee, still), hip=(heel_on_floor(knee), heel_on_floor(still)))
    track = Scene().film(puppet, np.arange(0, path.end_s, 1 / 30))
    return noisy(track, 0.003, seed)


def recount(track: PoseTrack) -> CountResult:
    result = count(track, load_exercise("heel-slides"))
    assert_sound(result)
    return result


@settings(FAST)
@given(reach=reaches, period_s=periods, seed=seeds)
def test_at_the_threshold_of_leaving_there_are_no_reps(reach: float, period_s: float, seed: int) -> None:
    low = at(LIMITS.leave_share)
    path = Keyed(((0, REST), (3, REST), (4, low), (16, low), (17, REST), (20, REST)))
    result = recount(film(path, (reach, period_s, 4, 16), seed))
    assert result.reps == (), said(result)
    assert len(result.partials) <= 1, said(result)


@settings(FAST)
@given(reach=reaches, period_s=periods, seed=seeds)
def test_at_the_threshold_of_returning_it_is_one_rep(reach: float, period_s: float, seed: int) -> None:
    low = at(LIMITS.return_share)
    path = Keyed(((0, REST), (3, REST), (5, at(1)), (6, at(1)), (8, low), (14, low), (15, REST), (19, REST)))
    result = recount(film(path, (reach, period_s, 8, 14), seed))
    assert len(result.reps) == 1, said(result)
    assert result.partials == (), said(result)


@settings(FAST)
@given(reach=reaches, period_s=periods, seed=seeds)
def test_at_the_threshold_of_completeness_it_is_one_movement(
    reach: float, period_s: float, seed: int
) -> None:
    high = at(LIMITS.complete_share)
    path = Keyed(((0, REST), (3, REST), (5, high), (11, high), (13, REST), (17, REST)))
    result = recount(film(path, (reach, period_s, 5, 11), seed))
    assert len(result.reps) + len(result.partials) == 1, said(result)


@settings(FAST)
@given(reach=reaches, period_s=periods, seed=seeds)
def test_trembling_at_rest_before_and_after_does_not_touch_the_rep(
    reach: float, period_s: float, seed: int
) -> None:
    path = Keyed(((0, REST + 6), (6, REST + 6), (8, at(1)), (9, at(1)), (11, REST + 6), (18, REST + 6)))
    for start_s, end_s in ((2.0, 5.5), (11.5, 17.0)):
        result = recount(film(path, (min(reach, 5.0), period_s, start_s, end_s), seed))
        assert len(result.reps) == 1, said(result)
        assert result.partials == (), said(result)


@settings(FAST)
@given(reach=st.floats(1, 4), period_s=periods, seed=seeds)
def test_trembling_at_the_end_position_is_one_hold(reach: float, period_s: float, seed: int) -> None:
    path = Keyed(((0, REST), (3, REST), (5, at(1)), (15, at(1)), (17, REST), (20, REST)))
    result = recount(film(path, (reach, period_s, 5.5, 14.5), seed))
    assert len(result.reps) == 1, said(result)
    # Ten seconds there, and the last 5 degrees of 103 either way: 0.38 s of a smooth 2 s movement.
    assert result.reps[0].hold_s == pytest.approx(10.76, abs=0.25)
