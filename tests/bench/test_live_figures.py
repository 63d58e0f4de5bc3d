import pytest

from repose.bench.figures import LiveFigures, Moment, percentile


def figures(moments: tuple[Moment, ...], latencies_ms: tuple[float, ...] = ()) -> LiveFigures:
    reps = (("right", True), ("right", False))
    return LiveFigures("clip.mp4", "full", (848, 480), 30.0, latencies_ms, (), moments, reps, reps, ())


def moments(memory_mb: list[float]) -> tuple[Moment, ...]:
    return tuple(
        Moment(float(second), 10 + 0.4 * second, each, 30.0 - second % 2, 5 + 2 * second)
        for second, each in enumerate(memory_mb)
    )


def test_percentiles_are_interpolated_and_nothing_has_none() -> None:
    assert percentile((10.0, 20.0, 30.0), 50) == 20.0
    assert percentile((0.0, 100.0), 95) == 95.0
    assert percentile((), 95) is None


def test_rates_are_those_of_the_measured_time() -> None:
    measured = figures(moments([200.0] * 11), latencies_ms=(50.0,) * 290)
    assert measured.duration_s == 10
    assert measured.shown_fps == pytest.approx(29)
    assert measured.analysed_fps == pytest.approx(29.5, abs=0.1)
    assert measured.dropped == 20
    assert measured.cpu_share == pytest.approx(0.4)


def test_memory_that_grows_steadily_has_that_slope() -> None:
    memory = figures(moments([200 + second / 2 for second in range(100)])).memory_mb
    assert memory is not None
    assert memory.slope_mb_per_min == pytest.approx(30)
    assert memory.begin_mb == pytest.approx(202.25)
    assert memory.end_mb == pytest.approx(247.25)


def test_caches_that_fill_at_the_begin_are_no_growth() -> None:
    memory = figures(moments([150 + 5.0 * min(second, 40) for second in range(100)])).memory_mb
    assert memory is not None
    assert memory.slope_mb_per_min == pytest.approx(0, abs=1e-6)
    assert memory.end_mb - memory.begin_mb > 100


def test_what_cannot_be_told_is_none() -> None:
    measured = figures((Moment(0.0, None, None, 30.0, 0), Moment(1.0, None, None, 30.0, 0)))
    assert measured.cpu_share is None
    assert measured.memory_mb is None
