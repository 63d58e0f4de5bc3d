"""Files played in real time, on a clock that only waiting moves."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.capture.frames import Frame, SourceInfo
from repose.capture.realtime import RealTime
from repose.errors import ReposeError

RATE = 25.0
STEP_S = 1 / RATE
IMAGE = np.zeros((3, 4, 3), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Numbered(Frame):
    """A frame with something to it that a plain one has not."""

    number: int


class Script:
    """A source of numbered frames at given times; decoding one takes some time of the clock."""

    def __init__(
        self,
        times_s: Iterable[float],
        time: "Time",
        decode_s: Sequence[float] = (),
        rate: float | None = RATE,
        error: Exception | None = None,
    ) -> None:
        self.info = SourceInfo("clip.mp4", (4, 3), rate, 5)
        self.ended_early = "clip.mp4: breaks off"
        self.closed = 0
        self.read = 0
        self._times_s, self._time, self._decode_s, self._error = list(times_s), time, decode_s, error

    def __iter__(self) -> Iterator[Frame]:
        for number, time_s in enumerate(self._times_s):
            if number < len(self._decode_s):
                self._time.now_s += self._decode_s[number]
            self.read += 1
            yield Numbered(time_s, IMAGE, number)
        if self._error:
            raise self._error

    def close(self) -> None:
        self.closed += 1


class Time:
    """A clock, and what to do while waiting for it."""

    def __init__(self) -> None:
        self.now_s = 5000.0
        self.longest_s = 0.0

    def clock(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.longest_s = max(self.longest_s, seconds)
        self.now_s += seconds


@pytest.fixture
def time() -> Time:
    return Time()


def steady(frames: int) -> list[float]:
    return [number * STEP_S for number in range(frames)]


def played(script: Script, time: Time) -> RealTime:
    return RealTime(script, time.clock, time.wait)


def numbers(frames: Iterable[Frame]) -> list[int]:
    found = []
    for frame in frames:
        assert isinstance(frame, Numbered)
        found.append(frame.number)
    return found


def test_each_frame_comes_when_it_is_due(time: Time) -> None:
    times_s = [3.0, 3.04, 3.05, 3.7, 4.9]
    came = [(frame.time_s, time.now_s - 5000) for frame in played(Script(times_s, time), time)]
    due = [one - 3.0 for one in times_s]
    assert [said for said, _ in came] == pytest.approx(due)
    assert [at for _, at in came] == pytest.approx(due)


def test_times_are_those_of_the_source_to_the_last_bit(time: Time) -> None:
    times_s = [0.0, 0.1, 0.30000000000000004, 0.7]
    assert [frame.time_s for frame in played(Script(times_s, time), time)] == times_s


def test_frames_keep_what_else_they_hold(time: Time) -> None:
    source = played(Script(steady(4), time), time)
    frames = list(source)
    assert numbers(frames) == [0, 1, 2, 3]
    assert all(frame.image is IMAGE for frame in frames)


def test_a_frame_that_is_decoded_late_keeps_its_time(time: Time) -> None:
    script = Script(steady(6), time, decode_s=[0.7, 0, 0.3, 0, 0, 0])
    came = [(frame.time_s, time.now_s - 5000.7) for frame in played(script, time)]
    assert [said for said, _ in came] == pytest.approx(steady(6))
    # The third is late, and those behind it; nothing is late for ever.
    assert [at for _, at in came] == pytest.approx([0, 0.04, 0.34, 0.34, 0.34, 0.34])


def test_lateness_is_caught_up_with(time: Time) -> None:
    script = Script(steady(20), time, decode_s=[0, 0.3])
    *_, last = ((frame.time_s, time.now_s - 5000) for frame in played(script, time))
    assert last == pytest.approx((19 * STEP_S, 19 * STEP_S))


def test_after_a_sleep_it_goes_on_from_there(time: Time) -> None:
    came = []
    for frame in played(Script(steady(6), time), time):
        came.append((frame.time_s, time.now_s - 5000))
        if len(came) == 3:
            time.now_s += 3600
    said = [said for said, _ in came]
    assert said == pytest.approx([at for _, at in came])  # nothing is raced through
    assert np.diff(said) == pytest.approx([STEP_S, STEP_S, 3600, STEP_S, STEP_S])


def test_held_it_repeats_the_picture_while_time_goes_on(time: Time) -> None:
    source = played(Script(steady(5), time), time)
    frames: list[Frame] = []
    for frame in source:
        frames.append(frame)
        assert frame.time_s == pytest.approx(time.now_s - 5000)
        source.hold(2 <= len(frames) < 10)
    assert numbers(frames) == [0, 1] + 8 * [1] + [2, 3, 4]
    assert [frame.time_s for frame in frames] == pytest.approx(steady(13))


def test_held_from_the_start_it_stands_at_the_first_picture(time: Time) -> None:
    source = played(Script(steady(3), time), time)
    source.hold(True)
    frames = list(islice(source, 50))
    assert numbers(frames) == [0] * 50
    assert [frame.time_s for frame in frames] == pytest.approx(steady(50))


def test_held_at_the_end_it_stands_at_the_last_picture(time: Time) -> None:
    source = played(Script(steady(3), time), time)
    frames: list[Frame] = []
    for frame in source:
        frames.append(frame)
        source.hold(3 <= len(frames) < 8)
    assert numbers(frames) == [0, 1, 2, 2, 2, 2, 2, 2]
    assert [frame.time_s for frame in frames] == pytest.approx(steady(8))


def test_without_a_rate_a_held_picture_comes_30_times_a_second(time: Time) -> None:
    source = played(Script([0.0, 1.0], time, rate=None), time)
    source.hold(True)
    assert np.diff([frame.time_s for frame in islice(source, 10)]) == pytest.approx(1 / 30)


def test_holding_is_noticed_in_the_middle_of_a_long_picture(time: Time) -> None:
    source = RealTime(Script([0.0, 10.0, 10.04], time), time.clock, lambda seconds: wait(seconds))

    def wait(seconds: float) -> None:
        time.wait(seconds)
        if time.now_s >= 5004:
            source.hold(time.now_s < 5006)

    frames = list(source)
    times_s = [frame.time_s for frame in frames]
    assert all(before < after for before, after in pairwise(times_s))
    assert numbers(frames)[-2:] == [1, 2]
    assert 45 <= numbers(frames).count(0) <= 52  # two seconds' worth
    assert 4 <= times_s[1] < 4.2
    # It stood still from the fourth to the sixth second, so four or six seconds later the rest comes.
    assert times_s[-2] > 11


def test_waits_are_short_so_that_closing_is_noticed(time: Time) -> None:
    source = RealTime(Script([0.0, 500.0], time), time.clock, lambda seconds: wait(seconds))

    def wait(seconds: float) -> None:
        time.wait(seconds)
        if time.now_s > 5003:
            source.close()

    assert len(list(source)) == 1
    assert time.now_s < 5003.2
    assert time.longest_s <= 0.1


def test_closing_stops_reading_and_closes_the_source(time: Time) -> None:
    script = Script(steady(9), time)
    with played(script, time) as source:
        frames = iter(source)
        next(frames)
        source.close()
        assert list(frames) == []
    assert script.read == 1
    assert script.closed >= 1


def test_it_says_what_the_source_says(time: Time) -> None:
    script = Script(steady(2), time)
    source = played(script, time)
    assert source.info is script.info
    assert source.ended_early == "clip.mp4: breaks off"


def test_an_empty_source_ends(time: Time) -> None:
    source = played(Script([], time), time)
    source.hold(True)
    assert list(source) == []


def test_an_error_of_the_source_is_passed_on(time: Time) -> None:
    source = played(Script(steady(2), time, error=ReposeError("clip.mp4: is damaged")), time)
    frames = iter(source)
    assert numbers(islice(frames, 2)) == [0, 1]
    with pytest.raises(ReposeError, match="is damaged"):
        next(frames)


def test_for_real_it_waits_and_can_be_released_by_another_thread() -> None:
    source = RealTime(Script([0.0, 0.02, 0.04], Time()))
    source.hold(True)
    frames = iter(source)
    for _ in range(3):
        next(frames)
    threading.Timer(0.02, source.hold, [False]).start()
    rest = list(frames)
    assert numbers(rest)[-2:] == [1, 2]
    assert rest[-1].time_s >= 0.04 + 2 * STEP_S


@given(
    gaps_s=st.lists(st.floats(0.001, 30), min_size=1, max_size=15),
    decode_s=st.lists(st.floats(0, 10), max_size=15),
    holds=st.lists(st.booleans(), max_size=40),
)
def test_time_always_advances_and_nothing_is_left_out(
    gaps_s: list[float], decode_s: list[float], holds: list[bool]
) -> None:
    time = Time()
    script = Script(np.cumsum(gaps_s).tolist(), time, decode_s)
    source = played(script, time)
    frames: list[Frame] = []
    planned = iter(holds)
    for frame in source:
        frames.append(frame)
        source.hold(next(planned, False))
    times_s = [frame.time_s for frame in frames]
    assert all(before < after for before, after in pairwise(times_s))
    shown = numbers(frames)
    assert shown == sorted(shown)
    assert set(shown) == set(range(len(gaps_s)))
