"""A person, a camera and a clock for the real engine: each fault at its moment, in milliseconds.

Camera, capture and its threads, engine, keeper and database are the real ones, over what OpenCV would hand
out. Time is virtual and only `World` moves it: it gives one picture, waits until the capture
has it, and lets the engine take one turn. The person is a puppet that does its reps whatever happens to the
camera, as people do.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final, Literal, TypeVar, cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import repose.live.engine as engine_module
from repose.capture import live
from repose.capture.camera import Camera
from repose.capture.frames import Frame
from repose.coaching.commands import Command, Start
from repose.coaching.messages import Stage, View
from repose.coaching.programme import Item, Programme
from repose.counting.result import Rep
from repose.live.engine import Engine
from repose.live.port import Event
from repose.live.protocol import DoneMessage, Problem, SayMessage, StateMessage, ToneMessage
from repose.live.source import Source
from repose.pose.estimator import PoseEstimator
from repose.pose.landmarks import Pose, PoseTrack
from repose.sessions.keeper import Keeper
from repose.sessions.recount import recount
from repose.sessions.sql_store import SqlStore
from repose.sessions.store import Store
from repose.sessions.writes import Writes
from tests.puppet import Doing, Performance, perform
from tests.sessions.keeping import Moody, a_store, all_kept, reps_of

RATE: Final = 10.0
"""Pictures a second: few, to be quick."""

GRAIN: Final = 30.0
"""Poses a second that the puppet is filmed with; a picture shows the latest."""

PATIENCE_S: Final = 30.0
"""Longest wait for a thread, in real seconds: only a test that fails waits so long."""

SLIDING: Final = Doing("heel-slides", "left", reps=30, tempo_s=2.4, hold_s=0.8, pause_s=1.2, settle_s=1.0)
"""What the person does if nothing else is said: a rep every 4.4 s."""

DAY: Final = 0.4
NIGHT: Final = 0.0
"""Mean light of the pictures."""


def slides(reps: int = 3, **more: object) -> Programme:
    """Heel slides of the left leg."""
    item = {"exercise": "heel-slides", "reps": reps, "sides": ("left",), **more}
    return Programme(items=(Item.model_validate(item),))


Spoil = Callable[[PoseTrack], PoseTrack]
Told = TypeVar("Told")


class Clock:
    """Seconds that stand still until they are moved; counts how often each kind of thread looked at them."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.looks = {"capture": 0, "reader": 0}

    def __call__(self) -> float:
        name = threading.current_thread().name
        if name in self.looks:
            self.looks[name] += 1
        return self.now_s


class Device:
    """What OpenCV has in its hands: it waits for the next picture, repeats the last one, or fails.

    Attributes:
        does: which of these.
    """

    def __init__(self) -> None:
        self.does: Literal["wait", "repeat", "fail"] = "wait"
        self._numbers = count()
        self._coming: queue.SimpleQueue[NDArray[np.uint8] | None] = queue.SimpleQueue()
        self.give(DAY)
        self._last = np.zeros((48, 64, 3), np.uint8)

    def give(self, light: float) -> None:
        """A picture as light as that; no two after another are the same."""
        image = np.full((48, 64, 3), round(light * 255), np.uint8)
        image[::16, ::16] = next(self._numbers) % 251
        self._coming.put(image)

    def change(self, does: Literal["wait", "repeat", "fail"]) -> None:
        """Do something else from now on; it no longer waits."""
        self.does = does
        self._coming.put(None)

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.does != "fail"

    def set(self, *_: float) -> bool:
        return False

    def get(self, *_: float) -> float:
        return 30.0

    def grab(self) -> bool:
        if self.does == "wait":
            image = self._coming.get()
            self._last = self._last if image is None else image
        return self.does != "fail"

    def retrieve(self) -> tuple[bool, NDArray[np.uint8]]:
        return True, self._last

    def release(self) -> None:
        """It may be opened again."""


class Person:
    """Lies still until told to begin, then does one set of reps after the other's time."""

    def __init__(self, performance: Performance, spoil: Spoil = lambda track: track) -> None:
        self.performance = performance
        self.truth = performance.reps
        self._track = spoil(performance.film(GRAIN))
        self._begun_s: float | None = None
        self.times = 0

    def begin(self, time_s: float) -> None:
        """From now on it moves."""
        if self._begun_s is None:
            self._begun_s = time_s

    def rest(self, seconds: float) -> None:
        """For so long nothing moved: it goes on from there."""
        if self._begun_s is not None:
            self._begun_s += seconds

    def again(self) -> None:
        """Lie still until told to begin, and do it all anew."""
        self._begun_s = None
        self.times += 1

    def since(self, time_s: float) -> float:
        """Time of the performance."""
        return 0.0 if self._begun_s is None else time_s - self._begun_s

    def at(self, time_s: float) -> tuple[NDArray[np.float32], float]:
        """The landmarks and the light at a time of the engine's clock."""
        k = min(int(self.since(time_s) * GRAIN + 1e-6), len(self._track.time_s) - 1)
        return self._track.points[k], float(self._track.light[k])


class Eyes:
    """A pose model that sees the person."""

    model = "puppet"
    sha256 = ""

    def __init__(self, person: Person) -> None:
        self.person = person

    def estimate(self, frame: Frame) -> Pose:
        points, light = self.person.at(frame.time_s)
        return Pose(frame.time_s, points, light)

    def close(self) -> None:
        """Nothing to release."""


@dataclass
class World:
    """Everything around one engine.

    Attributes:
        engine, clock, person, store: of this session.
        patch: is undone at the end.
        device: the camera that is plugged in.
        light: of its pictures.
        rate: pictures a second.
        events: all that the engine told.
    """

    engine: Engine
    clock: Clock
    person: Person
    store: SqlStore
    patch: pytest.MonkeyPatch
    device: Device
    light: float = DAY
    rate: float = RATE
    events: list[Event] = field(default_factory=list)
    opened: list[Device] = field(default_factory=list)
    trail: list[tuple[float, float, int]] = field(default_factory=list)

    # Time.

    @property
    def time_s(self) -> float:
        """Seconds on the engine's clock."""
        return self.clock.now_s - 1000.0

    @property
    def done_s(self) -> float:
        """Seconds of what the person does."""
        return self.person.since(self.time_s)

    def tick(self, after_s: float | None = None) -> None:
        """One picture, or so many seconds, later: the camera gives what it can, the engine takes a turn."""
        self.clock.now_s += 1 / self.rate if after_s is None else after_s
        self.trail.append((self.time_s, self.done_s, self.person.times))
        capture = self.engine._capture
        if self.device in self.opened and self.device.does == "wait":
            self.device.give(self.light)
            with capture._changed:
                assert capture._changed.wait_for(lambda: capture._newest is not None, PATIENCE_S)
        else:
            self._catch_up()
        self.turn()

    def _catch_up(self) -> None:
        """Let the capture's threads do what is due at this time."""
        for _ in range(2):
            self._looks("capture")
            reader = self.engine._capture._reader
            if reader is None or reader.done:
                continue
            if not reader.opened:
                self._await(lambda one=reader: one.opened or one.done)  # type: ignore[misc]
            elif self.device.does != "wait":
                self._looks("reader", lambda one=reader: one.done)  # type: ignore[misc]

    def _looks(self, thread: str, over: Callable[[], bool] = lambda: False) -> None:
        """Wait until a thread has seen what time it is."""
        before = self.clock.looks[thread]
        self._await(lambda: self.clock.looks[thread] >= before + 3 or over())

    def _await(self, reached: Callable[[], bool]) -> None:
        stop_s = time.monotonic() + PATIENCE_S
        while not reached():
            assert time.monotonic() < stop_s
            time.sleep(0.0002)

    def turn(self) -> None:
        """The engine does one round; what it raises is a failure here."""
        loading = self.engine._looker._next
        self._await(lambda: loading is None or loading.done())
        self.engine._turn()
        if self.view.stage is Stage.WORKING:
            self.person.begin(self.time_s)

    def until(self, reached: Callable[[], bool], most_s: float = 200.0) -> None:
        """Let time go by until something is so."""
        end_s = self.time_s + most_s
        while not reached():
            assert self.time_s < end_s, (self.view, self.said[-3:])
            self.tick()

    def until_rep(self, number: int, share: float) -> None:
        """Until the person is in this rep, from 0, at a share of the time that it takes."""
        rep = self.person.truth[number]
        self.until(lambda: self.done_s >= rep.start_s + share * (rep.end_s - rep.start_s))

    def wait(self, seconds: float, step_s: float | None = None) -> None:
        """Let time go by, in steps of pictures or of so many seconds."""
        end_s = self.time_s + seconds - 1e-6
        while self.time_s < end_s:
            self.tick(step_s)

    def lie_still(self, seconds: float) -> None:
        """Let time go by, while the person waits with what they are doing."""
        end_s = self.time_s + seconds - 1e-6
        while self.time_s < end_s:
            self.person.rest(1 / self.rate)
            self.tick()

    def sleep(self, seconds: float) -> None:
        """The lid is closed: time goes by, and nothing happens; the person wakes up as they were."""
        self.clock.now_s += seconds
        self.person.rest(seconds)

    # The camera.

    def pull_out(self) -> None:
        """The camera's cable."""
        self.device.change("fail")

    def plug_in(self) -> None:
        """A camera; it is opened when the capture tries next."""
        self.device = Device()

    # The session.

    def start(self, programme: Programme, **more: object) -> None:
        """Start, and get as far as the begin of the first set."""
        self.command(Start.model_validate({"programme": programme, **more}))
        self.until(lambda: self.view.stage is Stage.WORKING)

    def command(self, command: Command) -> None:
        self.engine.command(command)
        self.turn()

    def finish(self) -> None:
        """Until the session is over."""
        self.until(lambda: self.view.stage is Stage.DONE)

    @property
    def view(self) -> View:
        return self.engine._session.view()

    @property
    def trouble(self) -> str | None:
        trouble = self.engine._capture.trouble
        return None if trouble is None else trouble.kind.value

    # What came of it.

    def told(self, kind: type[Told]) -> list[Told]:
        """Every event of a kind."""
        return [event for event in list(self.events) if isinstance(event, kind)]

    @property
    def counted(self) -> list[Rep]:
        """Reps and partials, as they were announced."""
        return [event.done.rep for event in self.told(DoneMessage)]

    @property
    def partials(self) -> list[str]:
        return [rep.reason for rep in self.counted if rep.reason is not None]

    @property
    def said(self) -> list[str]:
        return [event.say.text for event in self.told(SayMessage)]

    @property
    def tones(self) -> list[str]:
        return [event.tone.name for event in self.told(ToneMessage)]

    @property
    def problems(self) -> list[str]:
        return [event.text for event in self.told(Problem)]

    @property
    def unsaved(self) -> list[str]:
        """Every reason why something was not being saved, each once, in order."""
        told = [event.machine.unsaved for event in self.told(StateMessage)]
        return list(dict.fromkeys(one for one in told if one is not None))

    def reps(self) -> list[int]:
        """Which of the person's reps were counted; fails for what was no rep, or not counted right."""
        times_s, done_s, times = np.array(self.trail).T
        numbers = []
        for rep in self.counted:
            if rep.reason is not None:
                continue
            k = int(np.searchsorted(times_s, rep.peak_s + self.engine._zero_s))
            truth = self.person.truth
            (number,) = [n for n, true in enumerate(truth) if true.start_s <= done_s[k] <= true.end_s]
            assert rep.side == truth[number].side
            assert abs(rep.hold_s - truth[number].hold_s) <= 0.25, (rep.hold_s, truth[number].hold_s)
            numbers.append((int(times[k]), number))
        assert len(set(numbers)) == len(numbers), numbers
        return [number for _, number in numbers]

    def assert_kept(self) -> None:
        """In the store is what was announced, and counting its landmarks anew gives the same."""
        keeper = self.engine._keeper
        assert keeper is not None
        assert keeper.settle()
        assert keeper.unsaved is None
        kept = all_kept(self.store)
        assert [rep for one in kept for reps in reps_of(one).values() for rep in reps] == self.counted
        self.assert_counts_again()

    def assert_counts_again(self) -> None:
        """Counting the landmarks of each session in the store gives the reps that are there."""
        for session in all_kept(self.store):
            tracks = list(self.store.landmarks(session.id))
            for one in session.sets:
                assert recount(one.head, one.state, tracks).reps == tuple(each.rep for each in one.reps)


@contextmanager
def world(
    folder: Path,
    doing: Doing = SLIDING,
    *,
    spoil: Spoil = lambda track: track,
    eyes: Callable[[Person], PoseEstimator] = Eyes,
    store: Callable[[SqlStore], Store | Moody] = lambda store: store,
) -> Iterator[World]:
    """A camera that is plugged in, a person who is there, and an engine that only `World` drives.

    Args:
        folder: where the database is.
        doing: what the person does once a set has begun.
        spoil: what becomes of the landmarks.
        eyes: makes the pose model.
        store: what the engine has instead of the store itself.
    """
    person = Person(perform(doing), spoil)
    clock = Clock()
    kept = a_store(folder)
    source = Source("camera:0", lambda: Camera(0, clock), True, lambda _: eyes(person))
    before = {*threading.enumerate()}  # some of them may be other tests'
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "LOOK_S", 0.0005)
        patch.setattr("repose.capture.camera._PAUSE_S", 0.0005)
        patch.setattr(engine_module, "WAIT_S", 0.0)
        patch.setattr(engine_module, "Keeper", lambda store: Keeper(store, Writes(PATIENCE_S, 0.01)))
        patch.setattr("repose.live.looker.Looker.people", lambda *_: None)
        patch.setattr("repose.coaching.speech.WORDS_A_SECOND", 25.0)  # who is in a hurry
        engine = Engine(source, clock=clock, store=cast(Store, store(kept)))
        one = World(engine, clock, person, kept, patch, Device())

        def capture(_: int) -> Device:
            one.opened.append(one.device)
            return one.device

        patch.setattr(cv2, "VideoCapture", capture)
        engine.subscribe(one.events.append)
        engine.watched(1, True)
        engine._capture.start()
        try:
            yield one
        finally:
            for device in one.opened:
                device.change("fail")
            clock.now_s += 60.0  # who waits for a picture waits no longer
            engine.close()
            one._await(lambda: not {*threading.enumerate()} - before)
            kept.close()
