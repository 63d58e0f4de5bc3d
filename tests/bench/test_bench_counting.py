import numpy as np
import pytest

from repose.bench.counting import Cost, Recount, measure_recount, peak_mb, repeated, summary
from repose.pose.landmarks import PoseTrack


def track(frames: int = 30, rate: float = 10.0) -> PoseTrack:
    rng = np.random.default_rng(0)
    points = rng.random((frames, 33, 8), np.float32)
    points[:, 0, 0] = np.arange(frames)
    light = np.full(frames, 0.5, np.float32)
    return PoseTrack(np.arange(frames) / rate, points, light, (64, 48), "clip.mp4", "full", {})


def test_ratios_are_taken_round_by_round() -> None:
    cost = Cost("full", 100, bare_s=(2.0, 4.0), repose_s=(2.2, 4.2))
    assert cost.ratios == pytest.approx((1.1, 1.05))


def test_the_summary_is_smallest_middle_largest() -> None:
    assert summary([1.05, 1.0, 1.2]) == {"min": 1.0, "median": 1.05, "max": 1.2}


def test_a_repeated_track_has_the_length_asked_for_and_plays_the_original_again() -> None:
    long = repeated(track(), 9.0)
    assert long.duration_s == pytest.approx(9.0)
    assert len(long.time_s) == 270
    assert (np.diff(long.time_s) > 0).all()
    frames = long.points[:, 0, 0]
    assert frames[:6].tolist() == [0, 0, 0, 1, 1, 1]
    assert (frames[90:180] == frames[:90]).all()


def test_recounting_is_measured_in_a_process_of_its_own() -> None:
    ballast = np.ones(50_000_000)
    assert peak_mb() > 400
    recount = measure_recount(track(), "heel-slides", 60.0)
    assert recount.frames == 1800
    assert recount.recorded_s == pytest.approx(60.0)
    assert 0 < recount.count_s < recount.process_s
    assert 20 < recount.peak_mb < 350
    assert ballast[0] == 1


def test_times_real_time() -> None:
    assert Recount(3600, 108_000, count_s=2.0, process_s=3.0, peak_mb=150).times_real_time == 1800
