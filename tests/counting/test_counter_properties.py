"""However a set is done and filmed, the counter says what truly happened."""

from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repose.counting.counter import Counter, count
from repose.counting.result import CountResult
from repose.exercises import load_exercise
from repose.pose.landmarks import PoseTrack
from tests.puppet import Doing, Performance, Scene, perform
from tests.puppet.damage import (
    dropped,
    exchanged,
    interpolated,
    jittered,
    lost,
    mirrored,
    noisy,
    picked,
    resampled,
    shifted,
)
from tests.puppet.expect import FAST, assert_counted, said, same_bits
from tests.puppet.programme import SLUGS

SIDED = ("heel-slides", "knee-to-chest")
USUAL_NOISE_M = 0.004

sides = st.sampled_from(("left", "right"))
seeds = st.integers(0, 2**16)


def ghost(slug: str) -> st.SearchStrategy[float]:
    """What the full model makes of an idle leg: up to 0.55 of the working one's way."""
    return st.floats(0, 0.4 if slug == "ankle-pumps" else 0.55)


def doings(slug: str) -> st.SearchStrategy[Doing]:
    """Sets as the programme asks for them, slow and fast, long and short."""
    side = {
        "ankle-pumps": st.just("both"),
        "backwards-stretch": st.just("both"),
    }.get(slug, st.sampled_from(("left", "right", "alternate")))

    def build(side: Literal["left", "right", "both", "alternate"], tempo_s: float, ghost: float) -> Doing:
        return Doing(slug, side, tempo_s=tempo_s, ghost=0.0 if side == "both" else ghost)

    return st.builds(build, side, st.floats(1.5, 12), ghost(slug))


def usual(slug: str, side: Literal["left", "right"] = "left", **changes: float) -> Performance:
    """An ordinary set of three."""
    doing = Doing(slug, side if slug in SIDED else "both", ghost=0.4 if slug in SIDED else 0.0)
    return perform(replace(doing, **changes))  # type: ignore[arg-type]


def recount(track: PoseTrack, slug: str) -> CountResult:
    return count(track, load_exercise(slug))


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=20)
@given(data=st.data(), reps=st.integers(1, 12), rate=st.floats(10, 60), facing=sides, seed=seeds)
def test_reps_of_any_tempo_at_any_frame_rate(
    slug: str, data: st.DataObject, reps: int, rate: float, facing: Literal["left", "right"], seed: int
) -> None:
    doing = replace(data.draw(doings(slug)), reps=reps, share=data.draw(st.floats(0.9, 1.05)))
    performance = perform(replace(doing, hold_s=data.draw(st.floats(0, 2))))
    # Without a pause, slowly, "the end position" is a matter of taste, and so is how long it was held.
    paused = performance.doing.hold_s >= 1
    assert_counted(recount(performance.film(rate, Scene(facing)), slug), performance, holds=paused)
    noise = performance.film(rate, Scene(facing), USUAL_NOISE_M, seed)
    assert_counted(recount(noise, slug), performance, holds=False)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=15)
@given(data=st.data(), hold_s=st.floats(1, 30), rate=st.floats(10, 60), seed=seeds)
def test_holds_are_timed(slug: str, data: st.DataObject, hold_s: float, rate: float, seed: int) -> None:
    doing = replace(data.draw(doings(slug)), reps=2, hold_s=hold_s, tempo_s=data.draw(st.floats(1.5, 5)))
    performance = perform(doing)
    assert_counted(recount(performance.film(rate, noise_m=USUAL_NOISE_M, seed=seed), slug), performance)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=10)
@given(share=st.floats(0.3, 0.72), stop_s=st.floats(0.5, 6), tempo_s=st.floats(1.5, 8), seed=seeds)
def test_a_pause_in_the_middle_is_one_rep(
    slug: str, share: float, stop_s: float, tempo_s: float, seed: int
) -> None:
    performance = usual(slug, tempo_s=tempo_s, hold_s=1.0)
    performance = perform(replace(performance.doing, stop=(share, stop_s)))
    assert_counted(recount(performance.film(noise_m=USUAL_NOISE_M, seed=seed), slug), performance)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("stop_s", [1.0, 6.0])
def test_a_pause_short_of_the_end_position_is_not_its_hold(slug: str, stop_s: float) -> None:
    performance = perform(replace(usual(slug, hold_s=1.0).doing, stop=(0.75, stop_s)))
    assert_counted(recount(performance.film(), slug), performance)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST)
@given(data=st.data(), tempo_s=st.floats(1.5, 12), seed=seeds)
def test_half_a_rep_is_a_partial(slug: str, data: st.DataObject, tempo_s: float, seed: int) -> None:
    # A stretch of a third of the way in six seconds is so slow that rest creeps along with its begin.
    least = {"ankle-pumps": (0.28, 0.33), "backwards-stretch": (0.36, 0.52)}
    low, high = least.get(slug, (0.32, 0.52))
    half = data.draw(st.floats(low, high))
    where = data.draw(st.integers(0, 3))
    shares = tuple(half if number == where else 1.0 for number in range(4))
    doing = replace(usual(slug).doing, reps=4, share=shares, tempo_s=tempo_s)
    performance = perform(doing)
    result = recount(performance.film(noise_m=USUAL_NOISE_M, seed=seed), slug)
    assert len(result.reps) == 3, said(result)
    assert [partial.reason for partial in result.partials] == ["turned_back_early"], said(result)
    true = performance.reps[where]
    assert true.start_s < result.partials[0].peak_s < true.end_s, said(result)


@pytest.mark.parametrize("slug", SIDED)
@settings(FAST)
@given(side=sides, facing=sides, ghost=st.floats(0, 0.55), tempo_s=st.floats(1.5, 12), seed=seeds)
def test_the_ghost_of_the_idle_leg_is_no_rep(
    slug: str,
    side: Literal["left", "right"],
    facing: Literal["left", "right"],
    ghost: float,
    tempo_s: float,
    seed: int,
) -> None:
    performance = perform(Doing(slug, side, ghost=ghost, tempo_s=tempo_s))
    result = recount(performance.film(scene=Scene(facing), noise_m=USUAL_NOISE_M, seed=seed), slug)
    assert_counted(result, performance, holds=False)


@settings(FAST)
@given(side=sides, facing=sides, ghost=st.floats(0, 0.4), tempo_s=st.floats(1.5, 8), seed=seeds)
def test_one_foot_pumping_alone(
    side: Literal["left", "right"],
    facing: Literal["left", "right"],
    ghost: float,
    tempo_s: float,
    seed: int,
) -> None:
    performance = perform(Doing("ankle-pumps", side, ghost=ghost, tempo_s=tempo_s))
    track = performance.film(scene=Scene(facing), noise_m=USUAL_NOISE_M, seed=seed)
    assert_counted(recount(track, "ankle-pumps"), performance, holds=False)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=10)
@given(rate=st.floats(10, 60), seed=seeds)
def test_another_frame_rate_changes_nothing(slug: str, rate: float, seed: int) -> None:
    performance = usual(slug, tempo_s=3.0)
    track = noisy(performance.film(60), USUAL_NOISE_M, seed)
    for other in (resampled(track, rate), interpolated(performance.film(60), rate)):
        assert_counted(recount(other, slug), performance)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=10)
@given(rate=st.sampled_from((10.0, 15.0, 30.0, 60.0)), seed=seeds)
def test_jitter_of_the_timestamps_changes_nothing(slug: str, rate: float, seed: int) -> None:
    performance = usual(slug, tempo_s=3.0)
    track = jittered(performance.film(rate, noise_m=USUAL_NOISE_M, seed=seed), 0.2, seed)
    assert_counted(recount(track, slug), performance)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=10)
@given(rate=st.sampled_from((15.0, 30.0, 60.0)), seed=seeds)
def test_a_fifth_of_the_frames_may_be_missing(slug: str, rate: float, seed: int) -> None:
    performance = usual(slug, tempo_s=3.0)
    result = recount(dropped(performance.film(rate, noise_m=USUAL_NOISE_M, seed=seed), 0.2, seed), slug)
    assert_counted(result, performance)
    assert result.not_measured_s == 0


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=10)
@given(where=st.floats(0, 1), hold_s=st.floats(1.5, 20), rate=st.sampled_from((10.0, 30.0)))
def test_half_a_second_of_dropout_in_mid_hold(slug: str, where: float, hold_s: float, rate: float) -> None:
    performance = usual(slug, hold_s=hold_s)
    track = performance.film(rate, noise_m=USUAL_NOISE_M)
    for rep in performance.reps:
        start_s = rep.peak_s - hold_s / 2 + where * (hold_s - 0.5)
        track = lost(track, start_s, start_s + 0.5)
    assert_counted(recount(track, slug), performance)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=10)
@given(start_s=st.floats(0, 14), rate=st.sampled_from((10.0, 30.0, 60.0)))
def test_half_a_second_of_dropout_anywhere(slug: str, start_s: float, rate: float) -> None:
    performance = usual(slug)
    track = lost(performance.film(rate, noise_m=USUAL_NOISE_M), start_s, start_s + 0.5)
    result = recount(track, slug)
    assert_counted(result, performance, holds=False)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=10)
@given(data=st.data(), seed=seeds)
def test_pieces_of_any_size_give_the_same_bits(slug: str, data: st.DataObject, seed: int) -> None:
    performance = usual(slug)
    track = dropped(performance.film(noise_m=0.02, seed=seed), 0.1, seed)
    track = lost(track, 5.0, 5.0 + data.draw(st.floats(0, 4)))
    cuts = data.draw(st.lists(st.integers(0, len(track.time_s)), max_size=30))
    exercise = load_exercise(slug)
    counter = Counter(exercise, track.frame_size)
    events = []
    edges = [0, *sorted(cuts), len(track.time_s)]
    for first, last in pairwise(edges):
        events += counter.push(picked(track, slice(first, last)))
    events += counter.finish()
    whole = count(track, exercise)
    assert same_bits(whole, counter.result())
    told = [event.rep for event in events]
    assert tuple(rep for rep in told if rep.reason is None) == whole.reps
    assert tuple(rep for rep in told if rep.reason is not None) == whole.partials


@pytest.mark.parametrize("slug", SLUGS)
def test_single_frames_give_the_same_bits(slug: str) -> None:
    track = usual(slug, tempo_s=2.0, settle_s=1.0).film(noise_m=0.01)
    exercise = load_exercise(slug)
    counter = Counter(exercise, track.frame_size)
    for number in range(len(track.time_s)):
        counter.push(picked(track, slice(number, number + 1)))
    counter.finish()
    assert same_bits(count(track, exercise), counter.result())


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=10)
@given(by_s=st.sampled_from((-3.0, 0.017, 0.5, 999.98, 1000.0, 86400.0)), seed=seeds)
def test_it_does_not_matter_when_the_track_begins(slug: str, by_s: float, seed: int) -> None:
    performance = usual(slug)
    track = performance.film(noise_m=USUAL_NOISE_M, seed=seed)
    here, there = recount(track, slug), recount(shifted(track, by_s), slug)
    assert here.counts == there.counts, said(there)
    for one, other in zip(here.reps, there.reps, strict=True):
        assert other.peak_s - by_s == pytest.approx(one.peak_s, abs=0.1)
        assert other.hold_s == pytest.approx(one.hold_s, abs=0.15)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=10)
@given(side=sides, seed=seeds)
def test_the_mirror_image_swaps_the_sides(slug: str, side: Literal["left", "right"], seed: int) -> None:
    track = usual(slug, side).film(noise_m=USUAL_NOISE_M, seed=seed)
    here, there = recount(track, slug), recount(mirrored(track), slug)
    swap = {"left": "right", "right": "left", "both": "both"}
    assert [swap[rep.side] for rep in here.reps] == [rep.side for rep in there.reps]
    for one, other in zip(here.reps, there.reps, strict=True):
        assert other.peak_s == pytest.approx(one.peak_s, abs=0.05)
        assert other.hold_s == pytest.approx(one.hold_s, abs=0.05)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=20)
@given(first=st.integers(0, 480), frames=st.integers(1, 10), legs_only=st.booleans(), side=sides)
def test_left_and_right_exchanged_for_some_frames(
    slug: str, first: int, frames: int, legs_only: bool, side: Literal["left", "right"]
) -> None:
    performance = usual(slug, side, ghost=0.0)
    track = performance.film(noise_m=USUAL_NOISE_M)
    track = exchanged(track, slice(first, first + frames), legs_only=legs_only)
    assert_counted(recount(track, slug), performance)


@settings(FAST, max_examples=10)
@given(first=st.integers(60, 300), legs_only=st.booleans(), ghost=st.floats(0, 0.4), side=sides)
def test_left_and_right_exchanged_while_one_foot_pumps(
    first: int, legs_only: bool, ghost: float, side: Literal["left", "right"]
) -> None:
    performance = perform(Doing("ankle-pumps", side, reps=4, hold_s=3.0, ghost=ghost))
    track = exchanged(performance.film(), slice(first, first + 10), legs_only=legs_only)
    assert_counted(recount(track, "ankle-pumps"), performance, holds=False)


@pytest.mark.parametrize("slug", SIDED)
@settings(FAST, max_examples=10)
@given(side=sides, seed=seeds)
def test_left_and_right_exchanged_again_and_again(
    slug: str, side: Literal["left", "right"], seed: int
) -> None:
    performance = usual(slug, side, tempo_s=6.0)
    track = performance.film(noise_m=USUAL_NOISE_M)
    random = np.random.default_rng(seed)
    for first in random.choice(len(track.time_s), 8, replace=False):
        track = exchanged(track, slice(first, first + random.integers(1, 10)), legs_only=True)
    assert_counted(recount(track, slug), performance, holds=False)


@pytest.mark.parametrize("slug", SLUGS)
@settings(FAST, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(roll_deg=st.floats(-8, 8), towards_deg=st.floats(-20, 20), size=st.floats(110, 220), seed=seeds)
def test_a_camera_that_is_not_quite_level_or_square(
    slug: str, roll_deg: float, towards_deg: float, size: float, seed: int
) -> None:
    performance = usual(slug)
    scene = Scene(roll_deg=roll_deg, towards_deg=towards_deg, px_per_m=size)
    result = recount(performance.film(scene=scene, noise_m=USUAL_NOISE_M, seed=seed), slug)
    assert_counted(result, performance, holds=False)


@pytest.mark.parametrize("slug", SIDED)
@settings(FAST, max_examples=10)
@given(side=sides, ghost=st.floats(0, 0.9), seed=seeds)
def test_the_prescribed_side_decides_where_the_picture_cannot(
    slug: str, side: Literal["left", "right"], ghost: float, seed: int
) -> None:
    performance = perform(Doing(slug, side, ghost=ghost))
    track = performance.film(noise_m=USUAL_NOISE_M, seed=seed)
    assert_counted(count(track, load_exercise(slug), side), performance, holds=False)


@pytest.mark.parametrize("slug", SIDED)
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_other_side_is_a_partial_when_one_is_prescribed(
    slug: str, side: Literal["left", "right"]
) -> None:
    performance = perform(Doing(slug, side, ghost=0.4))
    other: Literal["left", "right"] = "left" if side == "right" else "right"
    result = count(performance.film(), load_exercise(slug), other)
    assert result.reps == ()
    assert [partial.reason for partial in result.partials] == ["other_side"] * 3
