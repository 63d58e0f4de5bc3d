"""The legs stay apart when the model exchanges them for some frames."""

from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.kinematics.legs import LegTracker
from repose.pose.landmarks import LANDMARKS, PoseTrack
from tests.puppet import Doing, Puppet, Scene, perform, still
from tests.puppet.damage import LEGS, exchanged, lost, noisy, picked
from tests.puppet.expect import FAST

MOVING_LEGS = [index for index in LEGS if not LANDMARKS[index].endswith("hip")]


def apart() -> PoseTrack:
    """One knee bent all the time, noisily."""
    puppet = Puppet(knee=(still(90), still(5)), hip=(still(45), still(2)))
    return noisy(Scene().film(puppet, np.arange(0, 6, 1 / 30)), 0.004, seed=1)


def push(track: PoseTrack) -> tuple[np.ndarray, np.ndarray]:
    return LegTracker(track.frame_size).push(track.points)


@pytest.mark.parametrize("legs_only", [True, False])
@FAST
@given(first=st.integers(1, 150), frames=st.integers(1, 20))
def test_an_exchange_is_undone_and_named(legs_only: bool, first: int, frames: int) -> None:
    true = apart()
    points, flags = push(exchanged(true, slice(first, first + frames), legs_only=legs_only))
    assert flags.nonzero()[0].tolist() == list(range(first, first + frames))
    np.testing.assert_array_equal(points[:, MOVING_LEGS], true.points[:, MOVING_LEGS])


@FAST
@given(
    slug=st.sampled_from(("heel-slides", "knee-to-chest", "ankle-pumps")),
    side=st.sampled_from(("left", "right")),
    rate=st.floats(10, 60),
    tempo_s=st.floats(1.5, 8),
    ghost=st.floats(0, 0.6),
)
def test_a_movement_is_no_exchange(
    slug: str, side: Literal["left", "right"], rate: float, tempo_s: float, ghost: float
) -> None:
    track = perform(Doing(slug, side, reps=1, tempo_s=tempo_s, ghost=ghost)).film(rate, noise_m=0.004)
    points, flags = push(track)
    assert not flags.any()
    np.testing.assert_array_equal(points, track.points)


def test_a_mistake_that_stays_ends_where_the_legs_lie_together() -> None:
    """Straightened legs are the same, so from there on the model is right again."""
    performance = perform(Doing("heel-slides", "left", reps=2))
    track = performance.film(30)
    first, second = performance.reps
    wrong = exchanged(track, slice(int(first.peak_s * 30), int((first.end_s + 0.1) * 30)), legs_only=True)
    _, flags = push(wrong)
    assert flags[int((first.peak_s + 0.2) * 30)]
    assert not flags[int(second.start_s * 30) :].any()


def test_frames_without_a_body_are_left_alone() -> None:
    true = apart()
    track = exchanged(lost(true, 2.0, 2.5), slice(80, 90), legs_only=True)
    points, flags = push(track)
    assert np.isnan(points[65]).all()
    assert flags.nonzero()[0].tolist() == list(range(80, 90))


def test_nobody_at_all() -> None:
    track = lost(apart(), -1, 99)
    points, flags = push(track)
    assert np.isnan(points).all()
    assert not flags.any()


def test_what_is_given_in_stays_as_it_was() -> None:
    track = exchanged(apart(), slice(50, 60))
    before = track.points.copy()
    push(track)
    np.testing.assert_array_equal(track.points, before)


@FAST
@given(
    cuts=st.lists(st.integers(0, 180), max_size=20),
    flips=st.lists(st.integers(0, 175), max_size=6),
)
def test_any_cut_of_the_stream_gives_the_same(cuts: list[int], flips: list[int]) -> None:
    track = lost(apart(), 3.0, 3.2)
    for first in flips:
        track = exchanged(track, slice(first, first + 5), legs_only=True)
    whole, flags = push(track)
    tracker = LegTracker(track.frame_size)
    parts = [
        tracker.push(picked(track, slice(a, b)).points) for a, b in pairwise([0, *sorted(cuts), len(flags)])
    ]
    np.testing.assert_array_equal(np.concatenate([points for points, _ in parts]), whole)
    np.testing.assert_array_equal(np.concatenate([flag for _, flag in parts]), flags)
