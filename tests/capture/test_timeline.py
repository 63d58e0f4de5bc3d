"""One time over all reopenings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.capture.timeline import Timeline
from repose.capture.timestamps import STEP_S


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 50), st.floats(-1e5, 1e5)), min_size=1, max_size=60))
def test_it_strictly_increases_and_stays_with_the_clock(frames: list[tuple[bool, float, float]]) -> None:
    """Whatever the source says, and however often it is opened again."""
    timeline = Timeline()
    clock_s, placed = 0.0, []
    for reopened, passed_s, said_s in frames:
        if reopened:
            timeline.reopened()
        clock_s += passed_s
        placed.append(timeline.place(said_s, clock_s))
        assert placed[-1] <= clock_s + len(frames) * STEP_S
        assert placed[-1] >= clock_s - 3.0 - 1e-6
    assert all(before < after for before, after in pairwise(placed))


def test_distances_are_those_of_the_source() -> None:
    timeline = Timeline()
    said = [number / 30 for number in range(30)]
    delays = [0.005 + 0.02 * (number % 3) for number in range(30)]
    placed = [timeline.place(one, 7.0 + one + delay) for one, delay in zip(said, delays, strict=True)]
    assert placed == pytest.approx([7.005 + one for one in said])


def test_a_first_frame_that_took_long_puts_none_ahead_of_the_clock() -> None:
    timeline = Timeline()
    assert timeline.place(0.0, 1.5) == 1.5
    assert timeline.place(0.5, 1.6) == pytest.approx(1.6)
    assert timeline.place(0.6, 1.7) == pytest.approx(1.7)


def test_it_goes_on_at_the_clock_after_a_reopening() -> None:
    timeline = Timeline()
    timeline.place(0.0, 1.0)
    assert timeline.place(1.0, 2.0) == 2.0
    timeline.reopened()
    assert timeline.place(0.0, 9.0) == 9.0
    assert timeline.place(0.5, 9.5) == 9.5


def test_a_source_whose_clock_stood_still_in_sleep_is_set_right() -> None:
    timeline = Timeline()
    timeline.place(0.0, 1.0)
    assert timeline.place(1.0, 3602.0) == 3602.0
    assert timeline.place(1.1, 3602.1) == pytest.approx(3602.1)


def test_a_late_frame_keeps_its_time() -> None:
    timeline = Timeline()
    timeline.place(0.0, 1.0)
    assert timeline.place(1.0, 3.5) == 2.0
