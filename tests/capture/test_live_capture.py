"""Capture with threads: sources that end, fail, hang and come back, on a clock that the tests move.

Threads are synchronised by the frames themselves: a source gives what is put into its queue, and hangs while
there is nothing in it.
"""

import logging
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from repose.capture import live
from repose.capture.camera import Camera
from repose.capture.frames import Frame, FrameSource, SourceInfo
from repose.capture.live import Capture, Captured
from repose.capture.realtime import RealTime
from repose.capture.recorded import RecordedFrame
from repose.capture.trouble import TroubleKind
from repose.errors import ReposeError
from repose.pose.landmarks import not_found

WAIT_S = 20.0
"""Far longer than anything here takes, and never reached unless something is wrong."""

LIT = np.full((48, 64, 3), 99, np.uint8)
BLACK = np.zeros((48, 64, 3), np.uint8)

Item = tuple[float, NDArray[np.uint8]] | Exception | None


class Clock:
    """Seconds that stand still, or tick a little each time somebody looks."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.tick_s = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        with self._lock:
            self.now_s += self.tick_s
            return self.now_s


class Fake:
    """A source that gives what is put into its queue: a frame, an error, or None for the end."""

    frame_count: int | None = None

    def __init__(self, name: str = "camera:0") -> None:
        self.info = SourceInfo(name, (64, 48), 30.0, self.frame_count)
        self.items: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self.iterating = threading.Event()
        self.closed = threading.Event()
        self.closed_by: threading.Thread | None = None

    def __iter__(self) -> Iterator[Frame]:
        self.iterating.set()
        while (item := self.items.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield Frame(*item)

    def close(self) -> None:
        self.closed_by = threading.current_thread()
        self.closed.set()


class FakeFile(Fake):
    """One that can be held."""

    def __init__(self, ended_early: str | None = None) -> None:
        super().__init__("clip.mp4")
        self.ended_early = ended_early
        self.held: list[bool] = []

    def hold(self, held: bool) -> None:
        self.held.append(held)


class CountedFile(Fake):
    """One that knows how many frames it has."""

    frame_count = 9


class Port:
    """Where sources are plugged in; opening fails while there is none. Notes when it was asked."""

    def __init__(self, clock: Clock) -> None:
        self.sources: queue.SimpleQueue[FrameSource | Exception] = queue.SimpleQueue()
        self.asked_s: list[float] = []
        self.given: list[FrameSource] = []
        self._clock = clock

    def plug(self, *sources: FrameSource | Exception) -> None:
        for source in sources:
            self.sources.put(source)

    def open(self) -> FrameSource:
        self.asked_s.append(self._clock.now_s)
        try:
            source = self.sources.get_nowait()
        except queue.Empty:
            raise ReposeError("camera:0: gives no picture; plug it in") from None
        if isinstance(source, Exception):
            raise source
        self.given.append(source)
        return source


@dataclass
class Rig:
    clock: Clock
    port: Port
    capture: Capture

    def gives(self, source: Fake, said_s: float, image: NDArray[np.uint8] = LIT) -> Captured:
        """The source gives one frame, and it is taken."""
        source.items.put((said_s, image))
        return self.taken()

    def taken(self) -> Captured:
        captured = self.capture.newest(WAIT_S)
        assert captured is not None
        return captured

    @property
    def kind(self) -> TroubleKind | None:
        trouble = self.capture.trouble
        return trouble.kind if trouble else None

    def until(self, reached: Callable[[], bool]) -> None:
        """Give the other threads time; the clock may tick meanwhile."""
        stop_s = time.monotonic() + WAIT_S
        while not reached():
            assert time.monotonic() < stop_s
            time.sleep(0.001)

    @contextmanager
    def ticking(self, tick_s: float) -> Iterator[None]:
        """Let time pass with each look at the clock, until the block is left."""
        self.clock.tick_s = tick_s
        try:
            yield
        finally:
            self.clock.tick_s = 0.0


@contextmanager
def rigged(opener: Callable[[], FrameSource] | None = None) -> Iterator[Rig]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "LOOK_S", 0.0005)
        patch.setattr(live, "CLOSING_S", 0.02)
        clock = Clock()
        port = Port(clock)
        rig = Rig(clock, port, Capture(opener or port.open, clock))
        try:
            yield rig
        finally:
            rig.capture.close()
            for source in port.given:
                if isinstance(source, Fake):
                    source.items.put(None)  # no thread is left hanging


@pytest.fixture
def rig() -> Iterator[Rig]:
    with rigged() as made:
        yield made


def test_frames_come_on_the_captures_own_clock(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    assert rig.capture.time_s() == 0
    rig.clock.now_s = 102.0
    first = rig.gives(camera, 0.0)
    rig.clock.now_s = 102.5
    second = rig.gives(camera, 0.4)
    assert [first.frame.time_s, second.frame.time_s] == pytest.approx([2.0, 2.4])
    assert rig.capture.time_s() == 2.5
    assert first.frame.image is LIT  # small enough
    assert rig.capture.info is camera.info
    assert rig.kind is None


def test_the_moment_of_capture_on_the_wall_clock(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    before = time.time()
    at_once = rig.gives(camera, 0.0)
    rig.clock.now_s += 1.3
    late = rig.gives(camera, 1.0)
    after = time.time()
    assert before - 1e-3 <= at_once.captured_at <= after + 1e-3
    assert before - 1e-3 <= late.captured_at + 0.3 <= after + 1e-3


def test_only_the_newest_frame_is_kept_and_the_others_are_counted(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    rig.gives(camera, 0.0)
    assert rig.capture.dropped == 0
    for number in range(1, 6):
        rig.clock.now_s += 0.04
        camera.items.put((number * 0.04, LIT))
        dropped = number - 1
        rig.until(lambda: rig.capture.dropped == dropped and camera.items.empty())  # noqa: B023
    assert rig.taken().frame.time_s == pytest.approx(0.2)
    assert rig.capture.dropped == 4
    assert rig.capture.newest(0) is None  # once only


def test_waiting_for_a_frame_that_does_not_come(rig: Rig) -> None:
    rig.capture.start()
    assert rig.capture.newest(0.01) is None


def test_a_frame_wakes_whoever_waits(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    threading.Timer(0.01, camera.items.put, [(0.0, LIT)]).start()
    began_s = time.monotonic()
    assert rig.capture.newest(WAIT_S) is not None
    assert time.monotonic() - began_s < WAIT_S


def test_frames_a_second(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    assert rig.capture.fps == 0
    for number in range(80):
        rig.clock.now_s = 100 + number / 20
        rig.gives(camera, number / 20)
    assert rig.capture.fps == pytest.approx(20, rel=0.03)
    rig.clock.now_s += 5
    assert rig.capture.fps == 0


def test_pictures_are_made_smaller_on_demand(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    large = np.full((1440, 1920, 3), 99, np.uint8)
    assert rig.gives(camera, 0.0, large).frame.image.shape == (960, 1280, 3)
    rig.capture.limit(640)
    assert rig.gives(camera, 0.1, large).frame.image.shape == (480, 640, 3)


def test_frames_keep_what_else_they_hold(rig: Rig) -> None:
    class Recorded(Fake):
        def __iter__(self) -> Iterator[Frame]:
            yield RecordedFrame(0.0, LIT, not_found(0.0, 0.25))
            self.items.get()

    camera = Recorded()
    rig.port.plug(camera)
    rig.capture.start()
    frame = rig.taken().frame
    assert isinstance(frame, RecordedFrame)
    assert frame.pose.light == 0.25
    camera.items.put(None)


# Losses


def test_unplugged_in_mid_stream_and_plugged_in_again(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    camera, again = Fake(), Fake()
    rig.port.plug(camera)
    rig.capture.start()
    rig.clock.now_s = 101.0
    for number in range(10):
        rig.clock.now_s = 101 + number / 10
        last = rig.gives(camera, number / 10)
    camera.items.put(ReposeError("camera:0: no new picture for 2 s; plug it in again"))
    assert camera.closed.wait(WAIT_S)
    with rig.ticking(0.02):
        rig.until(lambda: rig.kind is TroubleKind.GONE)
        rig.port.plug(again)
        assert again.iterating.wait(WAIT_S)
    reopened_s = rig.capture.time_s()
    times_s = [last.frame.time_s]
    for number in range(4):
        times_s.append(rig.gives(again, number / 10).frame.time_s)
        rig.clock.now_s += 0.1
    assert rig.kind is None
    assert all(before < after for before, after in pairwise(times_s))
    assert times_s[1:] == pytest.approx([reopened_s + number / 10 for number in range(4)])
    messages = [record.getMessage() for record in caplog.records]
    assert messages[0] == "camera:0 is open, 64 x 48 pixels"
    assert messages[1] == (
        "no pictures, opening again in 0.5 s: camera:0: no new picture for 2 s; plug it in again"
    )
    assert messages[-1] == "camera:0 is open, 64 x 48 pixels"
    assert all("\n" not in message for message in messages)


def test_a_camera_that_stops_without_an_error_is_opened_again(rig: Rig) -> None:
    camera, again = Fake(), Fake()
    rig.port.plug(camera, again)
    rig.capture.start()
    rig.gives(camera, 0.0)
    camera.items.put(None)
    with rig.ticking(0.01):
        assert again.iterating.wait(WAIT_S)
    rig.gives(again, 0.0)
    assert camera.closed.is_set()
    assert rig.kind is None


def planned_s(caplog: pytest.LogCaptureFixture) -> list[float]:
    """The waits that were logged."""
    found = (re.search(r"opening again in (\S+) s", record.getMessage()) for record in caplog.records)
    return [float(wait[1]) for wait in found if wait]


def test_the_waits_grow_and_begin_anew_after_a_good_time(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    camera, again = Fake(), Fake()
    rig.port.plug(*(ReposeError("camera:0: in use") for _ in range(7)), camera, again)
    with rig.ticking(0.05):
        rig.capture.start()
        assert camera.iterating.wait(WAIT_S)
    assert planned_s(caplog) == [0.5, 1, 2, 4, 8, 8, 8]
    rig.gives(camera, 0.0)
    rig.clock.now_s += 3
    rig.gives(camera, 3.0)
    camera.items.put(ReposeError("camera:0: gone"))
    with rig.ticking(0.05):
        assert again.iterating.wait(WAIT_S)
    waits_s = planned_s(caplog)
    assert waits_s[7:] == [0.5]
    waited_s = np.diff(rig.port.asked_s)
    assert (waited_s >= waits_s).all()


def test_a_camera_that_fails_at_once_is_not_opened_in_a_frenzy(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    cameras = [Fake() for _ in range(5)]
    rig.port.plug(*cameras)
    rig.capture.start()
    for camera in cameras:
        with rig.ticking(0.05):
            assert camera.iterating.wait(WAIT_S)
        rig.gives(camera, 0.0)
        camera.items.put(RuntimeError("select() failed"))
        assert camera.closed.wait(WAIT_S)
    assert planned_s(caplog)[:4] == [0.5, 1, 2, 4]


def test_no_camera_at_the_start_is_no_error_and_one_plugged_in_later_works(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rig.capture.start()
    rig.until(lambda: rig.kind is TroubleKind.GONE)
    assert rig.capture.info is None
    trouble = rig.capture.trouble
    assert trouble is not None
    assert "Plug it in" in trouble.text
    camera = Fake()
    with rig.ticking(0.05):
        rig.until(lambda: len(rig.port.asked_s) >= 4)
        rig.port.plug(camera)
        assert camera.iterating.wait(WAIT_S)
    for number in range(3):
        rig.gives(camera, number / 30)
    assert rig.kind is None
    waiting = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert waiting == ["no pictures, opening again in 0.5 s: camera:0: gives no picture; plug it in"]


@pytest.mark.parametrize(
    "error", [ReposeError("in use"), RuntimeError(""), cv2.error("bad"), OSError("busy")]
)
def test_any_error_while_opening_is_survived(error: Exception, rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(error, camera)
    with rig.ticking(0.01):
        rig.capture.start()
        assert camera.iterating.wait(WAIT_S)
    rig.gives(camera, 0.0)


def test_an_error_while_closing_is_survived(rig: Rig) -> None:
    class Sticky(Fake):
        def close(self) -> None:
            super().close()
            raise RuntimeError("release failed")

    camera, again = Sticky(), Fake()
    rig.port.plug(camera, again)
    rig.capture.start()
    rig.gives(camera, 0.0)
    camera.items.put(ReposeError("gone"))
    with rig.ticking(0.01):
        assert again.iterating.wait(WAIT_S)
    rig.gives(again, 0.0)


# Freezes


def test_a_hang_in_the_driver_is_noticed_within_two_seconds(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    for number in range(5):
        rig.clock.now_s += 0.04
        rig.gives(camera, number * 0.04)
    rig.clock.now_s += 1.4
    assert rig.kind is None
    rig.clock.now_s += 0.2
    assert rig.kind is TroubleKind.FROZEN
    for number in range(3):
        rig.gives(camera, 2 + number * 0.04)  # it was only a hiccup
    assert rig.kind is None
    assert len(rig.port.asked_s) == 1


def test_a_thread_that_hangs_is_left_behind_and_comes_back_to_nothing(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    hung, fresh = Fake(), Fake()
    rig.port.plug(hung, fresh)
    rig.capture.start()
    rig.gives(hung, 0.0)
    with rig.ticking(0.02):
        assert fresh.iterating.wait(WAIT_S)
    assert rig.port.asked_s[1] - rig.port.asked_s[0] > 15
    assert "no pictures, opening again in 0.5 s: its driver has not answered for 15 s" in caplog.text
    assert rig.kind is TroubleKind.FROZEN
    assert not hung.closed.is_set()
    taken = [rig.gives(fresh, number / 30).frame.time_s for number in range(4)]
    hung.items.put((99.0, BLACK))  # late, and of no use
    assert hung.closed.wait(WAIT_S)
    assert hung.closed_by is not threading.current_thread()
    assert rig.capture.newest(0.01) is None
    assert rig.gives(fresh, 1.0).frame.time_s > taken[-1]
    assert not fresh.closed.is_set()


def test_an_opening_that_hangs_is_left_behind_and_its_late_source_closed() -> None:
    late, fresh = Fake("late"), Fake("fresh")
    let_go = threading.Event()
    openings = count()

    def opener() -> FrameSource:
        if next(openings) > 0:
            return fresh
        let_go.wait(WAIT_S)
        return late

    with rigged(opener) as rig:
        rig.capture.start()
        with rig.ticking(0.05):
            assert fresh.iterating.wait(WAIT_S)
        assert rig.capture.time_s() > 45
        rig.gives(fresh, 0.0)
        let_go.set()
        assert late.closed.wait(WAIT_S)
        assert not late.iterating.is_set()
        assert rig.capture.info is fresh.info
        rig.gives(fresh, 0.1)


def test_not_ever_more_threads_hang(rig: Rig) -> None:
    cameras = [Fake() for _ in range(9)]
    rig.port.plug(*cameras)
    with rig.ticking(0.3):
        rig.capture.start()
        rig.until(lambda: rig.clock.now_s > 300)
    opened = [camera for camera in cameras if camera.iterating.is_set()]
    assert len(opened) == 1 + live.MOST_GIVEN_UP
    opened[0].items.put((0.0, LIT))  # one comes back, so that another may be given up
    with rig.ticking(0.3):
        assert cameras[len(opened)].iterating.wait(WAIT_S)


def test_after_a_sleep_of_the_machine_the_camera_gets_its_chance(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    before = rig.gives(camera, 0.0)
    rig.clock.now_s += 8 * 3600
    time.sleep(0.02)  # many looks
    assert rig.kind is TroubleKind.FROZEN
    after = [rig.gives(camera, 0.1 + number / 30).frame.time_s for number in range(3)]
    assert len(rig.port.asked_s) == 1
    assert rig.kind is None
    assert after[0] - before.frame.time_s == pytest.approx(8 * 3600)


def test_a_black_picture_and_then_silence_is_a_covered_camera(rig: Rig) -> None:
    camera, again = Fake(), Fake()
    rig.port.plug(camera, again)
    rig.capture.start()
    rig.gives(camera, 0.0)
    rig.gives(camera, 0.04, BLACK)
    rig.clock.now_s += 2
    assert rig.kind is TroubleKind.BLACK
    camera.items.put(ReposeError("camera:0: no new picture for 2 s"))
    with rig.ticking(0.01):
        assert again.iterating.wait(WAIT_S)
    rig.gives(again, 0.0, BLACK)
    assert rig.kind is TroubleKind.BLACK
    for number in range(1, 6):
        rig.gives(again, number / 30, LIT)
    assert rig.kind is None


def test_a_slow_camera_is_told_and_goes_on(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    for number in range(20):
        rig.clock.now_s += 0.2
        rig.gives(camera, number * 0.2)
    assert rig.kind is TroubleKind.SLOW


# Files


@pytest.mark.parametrize("file", [FakeFile(), CountedFile("clip.mp4")], ids=["held", "counted"])
def test_a_file_that_ends_is_not_opened_again(file: Fake, rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rig.port.plug(file)
    rig.capture.start()
    rig.gives(file, 0.0)
    file.items.put(None)
    rig.until(lambda: rig.kind is TroubleKind.ENDED)
    assert file.closed.is_set()
    rig.clock.now_s += 1000
    assert rig.capture.newest(0.01) is None
    assert rig.kind is TroubleKind.ENDED
    assert len(rig.port.asked_s) == 1
    assert caplog.records[-1].getMessage() == "the source has ended"


def test_a_file_that_breaks_is_not_played_from_its_beginning(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    file = FakeFile()
    rig.port.plug(file)
    rig.capture.start()
    rig.gives(file, 0.0)
    file.items.put(ReposeError("clip.parquet: is damaged"))
    rig.until(lambda: rig.kind is TroubleKind.ENDED)
    assert len(rig.port.asked_s) == 1
    rig.until(lambda: "the source has ended: clip.parquet: is damaged" in caplog.text)


def test_a_file_that_breaks_off_says_so_in_the_log(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    file = FakeFile("clip.mp4: breaks off after 3.0 s of 9.0 s; only that part was read")
    rig.port.plug(file)
    rig.capture.start()
    rig.gives(file, 0.0)
    file.items.put(None)
    rig.until(lambda: "the source has ended: clip.mp4: breaks off after 3.0 s" in caplog.text)


def test_the_last_frame_of_a_file_can_still_be_taken(rig: Rig) -> None:
    file = FakeFile()
    rig.port.plug(file)
    rig.capture.start()
    file.items.put((0.0, LIT))
    file.items.put(None)
    rig.until(lambda: rig.kind is TroubleKind.ENDED)
    rig.taken()


def test_a_file_with_a_long_still_picture_is_not_given_up(rig: Rig) -> None:
    file = FakeFile()
    rig.port.plug(file)
    rig.capture.start()
    rig.gives(file, 0.0)
    with rig.ticking(0.5):
        rig.until(lambda: rig.capture.time_s() > 60)
    rig.gives(file, 60.0)
    assert len(rig.port.asked_s) == 1


def test_holding_is_passed_on(rig: Rig) -> None:
    file = FakeFile()
    rig.capture.hold(True)  # before there is a source
    rig.port.plug(file)
    rig.capture.start()
    assert file.iterating.wait(WAIT_S)
    assert file.held == [True]
    rig.capture.hold(False)
    assert file.held == [True, False]


def test_holding_a_camera_does_nothing(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    rig.gives(camera, 0.0)
    rig.capture.hold(True)
    rig.gives(camera, 0.1)


def test_a_file_in_real_time_held_and_released() -> None:
    file = CountedFile("clip.mp4")
    for number in range(4):
        file.items.put((number / 50, LIT))
    file.items.put(None)
    capture = Capture(lambda: RealTime(file))
    capture.hold(True)
    capture.start()
    times_s: list[float] = []
    while len(times_s) < 5:
        captured = capture.newest(WAIT_S)
        assert captured is not None
        times_s.append(captured.frame.time_s)
    assert capture.trouble is None
    capture.hold(False)
    while (trouble := capture.trouble) is None:
        captured = capture.newest(0.01)
        times_s += [captured.frame.time_s] if captured else []
    assert trouble.kind is TroubleKind.ENDED
    assert all(before < after for before, after in pairwise(times_s))
    assert times_s[-1] <= capture.time_s()
    capture.close()


# Closing


def test_closing_releases_the_source_in_the_thread_that_reads_it(rig: Rig) -> None:
    class Endless(Fake):
        def __iter__(self) -> Iterator[Frame]:
            self.iterating.set()
            for number in count():
                assert not self.closed.is_set()
                time.sleep(0.0005)
                yield Frame(number / 1000, LIT)

    camera = Endless()
    rig.port.plug(camera)
    rig.capture.start()
    rig.taken()
    rig.capture.close()
    assert camera.closed.wait(WAIT_S)
    assert camera.closed_by is not threading.current_thread()
    rig.capture.close()
    rig.capture.newest(0)
    assert rig.capture.newest(WAIT_S) is None  # at once


def test_closing_while_the_driver_hangs_does_not_hang(rig: Rig) -> None:
    camera = Fake()
    rig.port.plug(camera)
    rig.capture.start()
    rig.gives(camera, 0.0)
    rig.capture.close()  # returns although the camera gives nothing
    assert not camera.closed.is_set()
    camera.items.put((1.0, LIT))
    assert camera.closed.wait(WAIT_S)
    assert rig.capture.newest(0) is None
    assert len(rig.port.asked_s) == 1


def test_closing_while_it_waits_to_open_again(rig: Rig) -> None:
    rig.capture.start()
    rig.until(lambda: rig.kind is TroubleKind.GONE)
    rig.capture.close()
    rig.clock.now_s += 100
    time.sleep(0.01)
    assert len(rig.port.asked_s) == 1


def test_closing_wakes_whoever_waits_for_a_frame(rig: Rig) -> None:
    rig.capture.start()
    threading.Timer(0.01, rig.capture.close).start()
    assert rig.capture.newest(WAIT_S) is None


def test_closing_before_starting(rig: Rig) -> None:
    rig.capture.close()
    assert rig.capture.newest(WAIT_S) is None
    assert rig.capture.time_s() == 0


# All together


@settings(deadline=None, max_examples=15)
@given(st.lists(st.lists(st.tuples(st.floats(0, 3), st.floats(-5, 50)), max_size=5), min_size=1, max_size=5))
def test_time_advances_over_any_sequence_of_reopenings(openings: list[list[tuple[float, float]]]) -> None:
    """Whatever timestamps each opening gives, and however long it takes over its frames."""
    with rigged() as rig:
        times_s: list[float] = []
        rig.capture.start()
        for opening in openings:
            camera = Fake()
            rig.port.plug(camera)
            with rig.ticking(0.2):
                assert camera.iterating.wait(WAIT_S)
            for passed_s, said_s in opening:
                rig.clock.now_s += passed_s
                times_s.append(rig.gives(camera, said_s).frame.time_s)
            camera.items.put(ReposeError("camera:0: gone"))
            assert camera.closed.wait(WAIT_S)
        assert all(before < after for before, after in pairwise(times_s))
        assert all(0 <= time_s <= rig.capture.time_s() + 0.1 for time_s in times_s)


def test_a_real_camera_class_that_is_unplugged_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Camera` on a fake device: its own errors, its own timestamps."""
    plugged = threading.Event()
    plugged.set()
    pictures = count()

    class Device:
        def isOpened(self) -> bool:  # noqa: N802, OpenCV's name
            return plugged.is_set()

        def set(self, prop: int, value: float) -> bool:
            return True

        def get(self, prop: int) -> float:
            return 30.0

        def grab(self) -> bool:
            time.sleep(0.001)
            return plugged.is_set()

        def retrieve(self) -> tuple[bool, NDArray[np.uint8]]:
            return True, np.full((48, 64, 3), 50 + next(pictures) % 200, np.uint8)

        def release(self) -> None:
            pass

    monkeypatch.setattr(cv2, "VideoCapture", lambda _: Device())
    monkeypatch.setattr("repose.capture.camera.STALE_S", 0.03)
    monkeypatch.setattr(live, "BACK_OFF_S", (0.01,))
    capture = Capture(lambda: Camera(0))
    capture.start()
    times_s: list[float] = []

    def collect(frames: int) -> None:
        while frames:
            captured = capture.newest(WAIT_S)
            assert captured is not None
            times_s.append(captured.frame.time_s)
            frames -= 1

    collect(20)
    plugged.clear()
    while (trouble := capture.trouble) is None or trouble.kind is not TroubleKind.GONE:
        capture.newest(0.01)
    plugged.set()
    collect(20)
    assert capture.trouble is None
    assert all(before < after for before, after in pairwise(times_s))
    assert times_s[-1] <= capture.time_s() + 0.01
    capture.close()


def test_no_thread_is_left(rig: Rig) -> None:
    """Threads end when all is closed."""
    before = set(threading.enumerate())
    cameras = [Fake() for _ in range(3)]
    rig.port.plug(*cameras)
    rig.capture.start()
    for camera in cameras:
        with rig.ticking(0.05):
            assert camera.iterating.wait(WAIT_S)
        rig.gives(camera, 0.0)
        camera.items.put(ReposeError("gone"))
    rig.until(lambda: cameras[-1].closed.is_set())
    rig.capture.close()
    rig.until(lambda: set(threading.enumerate()) <= before)
