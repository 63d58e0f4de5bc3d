"""Recordings of real model output: the samples, as the full model sees them.

They are counted exactly as the golden file says, to the millisecond; after a change of the core that is meant
to change them, renew it with `python tests/counting/update_golden.py` and read the difference. However they
are spoilt, the count is the truth of the samples.
"""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from repose.counting.counter import Counter, count
from repose.counting.result import CountResult
from repose.exercises import load_exercise, slugs
from repose.pose.landmarks import PoseTrack
from repose.sessions.recording import load_recording
from tests.counting.update_golden import GOLDEN, SAMPLES, as_golden
from tests.puppet.damage import (
    dropped,
    exchanged,
    interpolated,
    jittered,
    lost,
    mirrored,
    picked,
    resampled,
    shifted,
)
from tests.puppet.expect import assert_sound, said, same_bits

SLUGS = slugs()


def recording(slug: str) -> PoseTrack:
    return load_recording(GOLDEN / f"{slug}.parquet")


def truth(slug: str) -> list[dict[str, Any]]:
    """The reps that were truly done, partials too."""
    reps: list[dict[str, Any]] = json.loads((SAMPLES / f"{slug}.truth.json").read_text("utf-8"))["reps"]
    return reps


def assert_true(result: CountResult, slug: str, *, sides: dict[str, str] | None = None) -> None:
    """Complete reps and partials where the truth has them, on the right side."""
    swap = {"left": "left", "right": "right", "both": "both"} | (sides or {})
    for told, complete in ((result.reps, True), (result.partials, False)):
        true = [rep for rep in truth(slug) if rep["complete"] is complete]
        assert [rep.side for rep in told] == [swap[rep["side"]] for rep in true], said(result)
        for rep, done in zip(told, true, strict=True):
            assert done["start_s"] < rep.peak_s < done["end_s"], said(result)


def recount(track: PoseTrack, slug: str) -> CountResult:
    return count(track, load_exercise(slug))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_golden_count(slug: str) -> None:
    expected = json.loads((GOLDEN / f"{slug}.json").read_text("utf-8"))
    assert as_golden(recount(recording(slug), slug)) == expected


@pytest.mark.parametrize("slug", SLUGS)
def test_the_golden_count_is_the_truth(slug: str) -> None:
    result = recount(recording(slug), slug)
    assert_sound(result)
    assert_true(result, slug)
    assert result.not_measured_s == 0
    true = [rep["hold_s"] for rep in truth(slug) if rep["complete"]]
    np.testing.assert_allclose([rep.hold_s for rep in result.reps], true, atol=0.25)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("rate", [10.0, 12.5, 15.0])
def test_at_a_lower_frame_rate(slug: str, rate: float) -> None:
    assert_true(recount(resampled(recording(slug), rate), slug), slug)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("rate", [11.0, 20.0, 24.0, 30.0, 60.0])
def test_at_another_frame_rate(slug: str, rate: float) -> None:
    assert_true(recount(interpolated(recording(slug), rate), slug), slug)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("seed", range(5))
def test_with_jitter(slug: str, seed: int) -> None:
    assert_true(recount(jittered(recording(slug), 0.2, seed), slug), slug)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("seed", range(5))
def test_with_a_fifth_of_the_frames_missing(slug: str, seed: int) -> None:
    assert_true(recount(dropped(recording(slug), 0.2, seed), slug), slug)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("seed", range(5))
def test_with_left_and_right_exchanged_for_some_frames(slug: str, seed: int) -> None:
    track = recording(slug)
    random = np.random.default_rng(seed)
    first, frames = random.integers(10, len(track.time_s) - 20), random.integers(1, 11)
    spoilt = exchanged(track, slice(first, first + frames), legs_only=bool(seed % 2))
    assert_true(recount(spoilt, slug), slug)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("rep", [0, -1])
def test_with_half_a_second_of_dropout_in_mid_hold(slug: str, rep: int) -> None:
    done = [one for one in truth(slug) if one["complete"]][rep]
    middle_s = (done["peak_start_s"] + done["peak_end_s"]) / 2
    spoilt = lost(recording(slug), middle_s - 0.25, middle_s + 0.25)
    whole, result = recount(recording(slug), slug), recount(spoilt, slug)
    assert_true(result, slug)
    assert result.reps[rep].hold_s == pytest.approx(whole.reps[rep].hold_s, abs=0.25)
    assert whole.reps[rep].hold_s == pytest.approx(done["hold_s"], abs=0.25)


@pytest.mark.parametrize("slug", SLUGS)
def test_in_the_mirror(slug: str) -> None:
    result = recount(mirrored(recording(slug)), slug)
    assert_true(result, slug, sides={"left": "right", "right": "left"})


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("by_s", [-0.313, 1000.0])
def test_at_another_time(slug: str, by_s: float) -> None:
    result = recount(shifted(recording(slug), by_s), slug)
    reps = tuple(
        replace(
            rep,
            start_s=rep.start_s - by_s,
            hold_start_s=rep.hold_start_s - by_s,
            peak_s=rep.peak_s - by_s,
            end_s=rep.end_s - by_s,
            decided_s=rep.decided_s - by_s,
        )
        for rep in result.reps
    )
    usual = recount(recording(slug), slug)
    assert [rep.side for rep in reps] == [rep.side for rep in usual.reps]
    for one, other in zip(reps, usual.reps, strict=True):
        assert one.peak_s == pytest.approx(other.peak_s, abs=0.15)
        assert one.hold_s == pytest.approx(other.hold_s, abs=0.2)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("size", [1, 7, 64])
def test_in_pieces(slug: str, size: int) -> None:
    track, exercise = recording(slug), load_exercise(slug)
    counter = Counter(exercise, track.frame_size)
    for first in range(0, len(track.time_s), size):
        counter.push(picked(track, slice(first, first + size)))
    counter.finish()
    assert same_bits(count(track, exercise), counter.result())


@pytest.mark.parametrize("slug", SLUGS)
def test_no_other_exercise_was_done(slug: str) -> None:
    for other in SLUGS:
        if other != slug:
            result = recount(recording(slug), other)
            assert result.reps == (), said(result)


def test_golden_recordings_are_small() -> None:
    assert all(file.stat().st_size < 1_000_000 for file in GOLDEN.glob("*.parquet"))
    assert len(list(GOLDEN.glob("*.parquet"))) == len(SLUGS)
