"""What a pose model may do to good landmarks for a while, in every exercise at every moment of a rep."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from repose.counting.counter import Counter, count
from repose.counting.result import CountResult
from repose.exercises import load_exercise
from repose.kinematics.bodies import AWAY_S, BodyTracker
from repose.kinematics.geometry import INDEX
from repose.pose.landmarks import VISIBILITY, WORLD_X, PoseTrack
from tests.puppet import Doing, Performance, Puppet, Scene, perform
from tests.puppet.damage import exchanged, picked
from tests.puppet.expect import assert_counted, assert_sound, said, same_bits
from tests.puppet.programme import SLUGS

MOMENTS = (-0.1, 0.2, 0.5, 0.75, 1.1)
"""Shares of the time of a rep: before it, on the way, in the hold, on the way back, behind it."""

FAR_OFF = Scene(centre=(0.8, 0.4), px_per_m=150, facing="right")
CLOSE_BY = Scene(centre=(0.59, 0.55))
"""Where somebody else lies still: elsewhere, and a hand's breadth away."""


def performance(slug: str) -> Performance:
    sided = slug in ("heel-slides", "knee-to-chest")
    return perform(Doing(slug, "left" if sided else "both", hold_s=1.5, ghost=0.3 if sided else 0.0))


def at(performance: Performance, share: float) -> float:
    """A moment of the second rep."""
    rep = performance.reps[1]
    return rep.start_s + share * (rep.end_s - rep.start_s)


def put(track: PoseTrack, from_s: float, seconds: float, value: NDArray[np.float32] | float) -> PoseTrack:
    """Something else in the place of the landmarks for so long."""
    points = track.points.copy()
    points[(track.time_s >= from_s) & (track.time_s < from_s + seconds)] = value
    return replace(track, points=points)


def somebody(scene: Scene, slug: str) -> NDArray[np.float32]:
    """The landmarks of another person who does nothing."""
    other = Puppet(posture="standing" if slug == "backwards-stretch" else "supine")
    points: NDArray[np.float32] = scene.film(other, np.zeros(1)).points[0]
    return points


def counted(track: PoseTrack, slug: str) -> CountResult:
    return count(track, load_exercise(slug))


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("scene", [FAR_OFF, CLOSE_BY])
def test_a_second_person_for_ten_frames(slug: str, scene: Scene) -> None:
    done = performance(slug)
    track = done.film()
    for share in MOMENTS:
        track_now = put(track, at(done, share), 10 / 30, somebody(scene, slug))
        assert_counted(counted(track_now, slug), done)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_second_person_for_ten_slow_frames_costs_no_more_than_that_rep(slug: str) -> None:
    done = performance(slug)
    track = done.film(10)
    for share in MOMENTS:
        result = counted(put(track, at(done, share), 1.0, somebody(FAR_OFF, slug)), slug)
        assert_sound(result)
        assert len(result.reps) in (2, 3), said(result)
        assert {"no_body"} == {span.reason for span in result.unmeasured}


@pytest.mark.parametrize("slug", SLUGS)
def test_who_stays_is_the_person(slug: str) -> None:
    """The camera was pushed: the same person elsewhere."""
    done = performance(slug)
    track, elsewhere = done.film(), done.film(scene=Scene(centre=(0.62, 0.62)))
    pushed = track.time_s >= done.reps[0].end_s + 0.2
    moved = replace(track, points=np.where(pushed[:, None, None], elsewhere.points, track.points))
    result = counted(moved, slug)
    assert_sound(result)
    assert len(result.reps) in (2, 3), said(result)
    assert result.not_measured_s == pytest.approx(AWAY_S, abs=0.15)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("legs_only", [True, False])
def test_left_and_right_flipped_for_ten_frames(slug: str, legs_only: bool) -> None:
    done = performance(slug)
    track = done.film()
    for share in MOMENTS:
        first = int(at(done, share) * 30)
        flipped = exchanged(track, slice(first, first + 10), legs_only=legs_only)
        assert_counted(counted(flipped, slug), done)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -1e30])
def test_numbers_that_are_no_places(slug: str, value: float) -> None:
    done = performance(slug)
    track = done.film()
    for share in MOMENTS[1:4]:
        whole = put(track, at(done, share), 10 / 30, value)
        knee, seen, world = (track.points.copy() for _ in range(3))
        frames = (track.time_s >= at(done, share)) & (track.time_s < at(done, share) + 10 / 30)
        knee[frames, INDEX["left_knee"]] = value
        seen[frames, :, VISIBILITY] = value
        world[frames, :, WORLD_X:] = value
        for spoiled in (whole, *(replace(track, points=points) for points in (knee, seen, world))):
            if np.isfinite(value) and spoiled is not whole:
                continue  # one landmark far away is a wrong angle for a moment, see below
            result = counted(spoiled, slug)
            assert_counted(result, done)
            assert all(np.isfinite(rep.confidence) for rep in result.reps)


@pytest.mark.parametrize("slug", SLUGS)
def test_one_landmark_far_outside_the_picture(slug: str) -> None:
    done = performance(slug)
    track = done.film()
    for share in MOMENTS:
        points = track.points.copy()
        frames = (track.time_s >= at(done, share)) & (track.time_s < at(done, share) + 10 / 30)
        points[frames, INDEX["left_ankle"], :2] = (40.0, -7.0)
        assert_counted(counted(replace(track, points=points), slug), done)


@pytest.mark.parametrize("gap_s", [0.8, 1.0, 1.3])
def test_a_second_without_pictures_on_the_way_is_a_rep_all_the_same(gap_s: float) -> None:
    """How the movement started is what was seen at its start, not what was seen when sight came back."""
    done = performance("heel-slides")
    track = done.film()
    for from_s in np.arange(done.reps[1].start_s - 0.2, done.reps[1].hold_start_s - gap_s, 0.1):
        kept = picked(track, (track.time_s < from_s) | (track.time_s >= from_s + gap_s))
        result = counted(kept, "heel-slides")
        assert (len(result.reps), result.partials) == (3, ()), (from_s, said(result))


def test_faults_in_pieces_of_any_size_give_the_same_bits() -> None:
    done = performance("heel-slides")
    track = put(done.film(), at(done, 0.5), 0.4, somebody(FAR_OFF, "heel-slides"))
    track = put(track, at(done, 1.1), 3.0, somebody(CLOSE_BY, "heel-slides"))
    track = put(track, at(done, 2.0), 0.1, np.inf)
    exercise = load_exercise("heel-slides")
    whole = count(track, exercise)
    for size in (1, 7, 100):
        counter = Counter(exercise, track.frame_size)
        for first, last in pairwise([*range(0, len(track.time_s), size), len(track.time_s)]):
            counter.push(picked(track, slice(first, last)))
        counter.finish()
        assert same_bits(whole, counter.result())


def test_nobody_else_is_the_person_and_the_given_points_stay() -> None:
    track = performance("heel-slides").film()
    before = track.points.copy()
    spoiled = put(track, 3.0, 0.5, somebody(FAR_OFF, "heel-slides"))
    kept = BodyTracker(track.frame_size).push(spoiled.time_s, spoiled.points)
    taken_out = np.isnan(kept[:, 0, 0])
    assert track.time_s[taken_out][[0, -1]] == pytest.approx([3.0, 3.5], abs=0.04)
    assert np.array_equal(kept[~taken_out], before[~taken_out])
    assert np.array_equal(track.points, before)
