"""The clock gives the same ticks for any frame rate and any cut of the stream."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from repose.kinematics.clock import BRIDGE_S, TICK_S, Clock, Ticks
from repose.kinematics.quality import Sight


def run(
    time_s: NDArray[np.float64], values: NDArray[np.float64], sight: NDArray[np.int64], cuts: list[int]
) -> Ticks:
    clock = Clock(values.shape[1])
    edges = [0, *sorted(cuts), len(time_s)]
    parts = [clock.push(time_s[a:b], values[a:b], sight[a:b]) for a, b in pairwise(edges)]
    parts.append(clock.finish())
    return Ticks(
        np.concatenate([part.index for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.sight for part in parts]),
    )


def good(count: int) -> NDArray[np.int64]:
    return np.zeros(count, np.int64)


streams = st.lists(
    st.tuples(st.floats(0.005, 0.9), st.floats(-90, 90), st.sampled_from([0, 0, 0, 2])),
    min_size=1,
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(stream=streams, data=st.data())
def test_any_cut_of_the_stream_gives_the_same_bits(
    stream: list[tuple[float, float, int]], data: st.DataObject
) -> None:
    time_s = np.cumsum([step for step, _, _ in stream])
    values = np.array([[value, -value] for _, value, _ in stream])
    sight = np.array([seen for _, _, seen in stream], np.int64)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=len(stream)))
    whole, cut = run(time_s, values, sight, []), run(time_s, values, sight, cuts)
    assert whole.index.tobytes() == cut.index.tobytes()
    assert whole.values.tobytes() == cut.values.tobytes()
    assert whole.sight.tobytes() == cut.sight.tobytes()


@settings(max_examples=200, deadline=None)
@given(stream=streams)
def test_ticks_are_even_and_measured_exactly_where_a_bridge_reaches(
    stream: list[tuple[float, float, int]],
) -> None:
    time_s = np.cumsum([step for step, _, _ in stream])
    values = np.array([[value] for _, value, _ in stream])
    sight = np.array([seen for _, _, seen in stream], np.int64)
    ticks = run(time_s, values, sight, [])
    assert (np.diff(ticks.index) == 1).all()
    good_s = time_s[sight == Sight.GOOD]
    for tick_s, why, value in zip(ticks.time_s, ticks.sight, ticks.values[:, 0], strict=True):
        left, right = good_s[good_s <= tick_s + 1e-9], good_s[good_s >= tick_s - 1e-9]
        bridged = len(left) > 0 and len(right) > 0 and right[0] - left[-1] <= BRIDGE_S
        assert (why == Sight.GOOD) == bridged == (not np.isnan(value))


def test_a_straight_line_stays_itself_at_any_frame_rate() -> None:
    for rate in (7.0, 10.0, 29.97, 60.0):
        time_s = np.arange(0, 3, 1 / rate)
        ticks = run(time_s, 10 * time_s[:, None], good(len(time_s)), [])
        inner = slice(4, -4)
        np.testing.assert_allclose(ticks.values[inner, 0], 10 * ticks.time_s[inner], atol=1e-9)


def test_a_single_wild_frame_leaves_no_trace() -> None:
    time_s = np.arange(0, 2, TICK_S)
    values = np.full((len(time_s), 1), 30.0)
    values[20] = 170.0
    ticks = run(time_s, values, good(len(time_s)), [])
    np.testing.assert_allclose(ticks.values, 30.0)


def test_a_gap_says_why() -> None:
    time_s = np.arange(0, 4, 0.1)
    sight = np.where((time_s > 1.0) & (time_s < 3.0), int(Sight.TOO_DARK), int(Sight.GOOD))
    ticks = run(time_s, np.zeros((len(time_s), 1)), sight, [])
    lost = ticks.sight[(ticks.time_s > 1.01) & (ticks.time_s < 2.99)]
    assert set(lost.tolist()) == {Sight.TOO_DARK}
    assert (ticks.sight[ticks.time_s <= 1.0] == Sight.GOOD).all()


def test_no_frames_give_no_ticks() -> None:
    clock = Clock(2)
    assert len(clock.finish().index) == 0
