"""The engine with a puppet on its camera, on a clock that runs four times as fast."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar

import cv2
import numpy as np
import pytest

import repose.live.engine as engine_module
from repose.capture.clock import now
from repose.capture.frames import Frame
from repose.capture.realtime import RealTime
from repose.capture.recorded import RecordedFrames, RecordedPoses
from repose.capture.trouble import TroubleKind
from repose.coaching.commands import Pause, Start, Stop
from repose.coaching.messages import Stage, View
from repose.coaching.programme import Item, Programme
from repose.errors import ReposeError
from repose.live.engine import Engine
from repose.live.pictures import Picture
from repose.live.port import Event
from repose.live.protocol import DoneMessage, SayMessage, StateMessage, ToneMessage
from repose.live.source import Source, find_source
from repose.pose.estimator import PoseEstimator
from repose.pose.landmarks import Pose
from repose.sessions.recording import save_recording
from tests.puppet import Doing, perform

FASTER: Final = 4.0
T = TypeVar("T")

PATIENCE_S: Final = 60.0
"""Longest wait for anything, in real seconds: only a test that fails waits so long."""


def clock() -> float:
    return now() * FASTER


SLIDES: Final = Programme(items=(Item(exercise="heel-slides", reps=2, sides=("left",)),))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two heel slides of the left leg, and a second of stillness behind them."""
    path = tmp_path_factory.mktemp("live") / "slides.parquet"
    doing = Doing("heel-slides", "left", reps=2, tempo_s=2.4, settle_s=1.5)
    save_recording(perform(doing).film(15.0), path)
    return path


@pytest.fixture(scope="module")
def thirty_a_second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short stillness, filmed at 30 pictures a second."""
    path = tmp_path_factory.mktemp("live") / "still.parquet"
    save_recording(perform(Doing("heel-slides", "left", reps=1, tempo_s=2.4)).film(30.0), path)
    return path


def source_of(
    path: Path, poses: Callable[[str], PoseEstimator] | None = None, *, pictures: bool = False
) -> Source:
    return Source(
        path.name,
        lambda: RealTime(RecordedFrames(path), clock, lambda seconds: time.sleep(seconds / FASTER)),
        pictures,
        poses or (lambda _: RecordedPoses(path)),
    )


class Page:
    """Listens to an engine."""

    def __init__(self, engine: Engine) -> None:
        self.events: list[Event] = []
        self._more = threading.Condition()
        self._engine = engine
        engine.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        with self._more:
            self.events.append(event)
            self._more.notify_all()

    def await_view(self, fits: Callable[[View], bool]) -> View:
        """The first view that fits, among those to come."""
        with self._more:
            seen = len(self.events)
            found: list[View] = []

            def there() -> bool:
                found[:] = [
                    event.view
                    for event in self.events[seen:]
                    if isinstance(event, StateMessage) and fits(event.view)
                ]
                return bool(found)

            assert self._more.wait_for(there, PATIENCE_S), self._engine.state()
            return found[0]

    def of(self, kind: type[T]) -> list[T]:
        with self._more:
            return [event for event in self.events if isinstance(event, kind)]


@contextmanager
def running(source: Source, **settings: str) -> Iterator[tuple[Engine, Page]]:
    engine = Engine(source, clock=clock, **settings)  # type: ignore[arg-type]
    page = Page(engine)
    engine.watched(1, True)
    engine.start()
    try:
        yield engine, page
    finally:
        engine.close()


def at(stage: Stage) -> Callable[[View], bool]:
    return lambda view: view.stage is stage


def test_a_session_is_counted_told_and_shown(recording: Path) -> None:
    with running(source_of(recording)) as (engine, page):
        page.await_view(at(Stage.IDLE))
        engine.command(Start(programme=SLIDES))
        end = page.await_view(at(Stage.DONE))
    assert [one.reps for one in end.sets] == [2]
    assert [message.done.rep.reason for message in page.of(DoneMessage)] == [None, None]
    tones = [message.tone.name for message in page.of(ToneMessage)]
    # On a busy machine so many pictures may be left out that the countdown begins anew.
    assert tones[:3] == ["tick"] * 3
    told = [tone for tone in tones if tone != "tick"]
    assert told == ["begin", "rep", "rep", "set_done", "session_done"]
    assert page.of(SayMessage)[0].say.text.startswith("Repose counts the exercises")
    numbers = [picture.header.seq for picture in page.of(Picture)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {picture.jpeg for picture in page.of(Picture)} == {b""}
    looked_at = [picture.header for picture in page.of(Picture) if picture.header.landmarks]
    assert {len(header.landmarks or []) for header in looked_at} == {33}
    assert {header.lit.joint for header in looked_at if header.lit} == {"knee"}


def test_nobody_is_looked_for_while_nothing_is_exercised(recording: Path) -> None:
    with running(source_of(recording)) as (_, page):
        for _ in range(5):
            page.await_view(at(Stage.IDLE))
    assert page.of(Picture)
    assert not [picture for picture in page.of(Picture) if picture.header.landmarks]


def test_pictures_are_made_for_pages_only(recording: Path) -> None:
    with running(source_of(recording, pictures=True)) as (engine, page):
        page.await_view(lambda _: bool(page.of(Picture)))
        engine.watched(0, True)
        page.await_view(at(Stage.IDLE))
        page.await_view(at(Stage.IDLE))
        before = len(page.of(Picture))
        for _ in range(3):
            page.await_view(at(Stage.IDLE))
        assert len(page.of(Picture)) == before
    assert {picture.jpeg[:2] for picture in page.of(Picture)} == {b"\xff\xd8"}


def test_a_source_that_ends_ends_the_session_and_is_played_again_for_the_next(recording: Path) -> None:
    more = Programme(items=(Item(exercise="heel-slides", reps=9, sides=("left",)),))
    with running(source_of(recording)) as (engine, page):
        page.await_view(at(Stage.IDLE))
        engine.command(Start(programme=more))
        end = page.await_view(at(Stage.DONE))
        assert [(one.reps, one.skipped) for one in end.sets] == [(2, True)]
        trouble = engine.state().machine.trouble
        assert trouble is not None
        assert trouble.kind is TroubleKind.ENDED
        engine.command(Start(programme=SLIDES))
        again = page.await_view(at(Stage.DONE))
    assert [(one.reps, one.skipped) for one in again.sets] == [(2, False)]
    times = [picture.header.time_s for picture in page.of(Picture)]
    # The clock of each session begins with it; before the first it is that of the engine.
    assert sum(after < before for before, after in pairwise(times)) <= 2


class Failing(RecordedPoses):
    """A pose model that fails twice while the person gets ready."""

    made = 0
    looked = 0

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        Failing.made += 1

    def estimate(self, frame: Frame) -> Pose:
        Failing.looked += 1
        if Failing.looked in (3, 6):
            raise RuntimeError("the graph has errors")
        return super().estimate(frame)


def test_a_pose_model_that_fails_is_loaded_again(recording: Path, caplog: pytest.LogCaptureFixture) -> None:
    with running(source_of(recording, lambda _: Failing(recording))) as (engine, page):
        page.await_view(at(Stage.IDLE))
        engine.command(Start(programme=SLIDES))
        end = page.await_view(at(Stage.DONE))
    assert [one.reps for one in end.sets] == [2]
    assert Failing.made > 2
    assert "the pose model failed and is loaded again: the graph has errors" in caplog.text


class Broken(RecordedPoses):
    """Landmarks that nothing can be done with."""

    def estimate(self, frame: Frame) -> Pose:
        pose = super().estimate(frame)
        return replace(pose, points=pose.points[:5])


def test_what_goes_wrong_with_every_picture_ends_nothing_and_fills_no_log(
    recording: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(source_of(recording, lambda _: Broken(recording))) as (engine, page):
        page.await_view(at(Stage.IDLE))
        engine.command(Start(programme=SLIDES))
        page.await_view(at(Stage.PLACING))
        engine.command(Stop())
        page.await_view(at(Stage.IDLE))
    assert caplog.text.count("something failed; going on") == 1


def test_a_session_that_no_page_controls_is_paused(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "ALONE_S", 0.2)
    with running(source_of(recording)) as (engine, page):
        engine.command(Start(programme=SLIDES))
        page.await_view(at(Stage.WELCOME))
        engine.watched(1, False)
        assert page.await_view(lambda view: view.paused is not None).can_resume


def test_reports_of_pages_become_medians(recording: Path) -> None:
    with running(source_of(recording)) as (engine, page):
        for latency_ms in (50.0, 70.0, 60.04):
            engine.note_latency(latency_ms)
        engine.note_tone(12.0)
        page.await_view(at(Stage.IDLE))
        page.await_view(at(Stage.IDLE))
        machine = engine.state().machine
    assert (machine.latency_ms, machine.tone_ms) == (60.0, 12.0)


class Slow(RecordedPoses):
    """A pose model that takes half a second of the fast clock."""

    def __init__(self, path: Path, model: str) -> None:
        super().__init__(path)
        self.name = model

    @property
    def model(self) -> str:
        return self.name

    def estimate(self, frame: Frame) -> Pose:
        if self.name == "full":
            time.sleep(0.5 / FASTER)
        return super().estimate(frame)


@pytest.mark.parametrize("obtainable", [True, False])
def test_a_machine_that_is_too_slow_takes_the_small_model_and_says_so(
    thirty_a_second: Path, obtainable: bool
) -> None:
    def poses(model: str) -> PoseEstimator:
        if model == "lite" and not obtainable:
            raise ReposeError("no network")
        return Slow(thirty_a_second, model)

    with running(source_of(thirty_a_second, poses)) as (engine, page):
        page.await_view(at(Stage.IDLE))
        engine.command(Start(programme=SLIDES))
        wanted = "the small pose model is in use" if obtainable else "The lite pose model cannot be had"
        model = "lite" if obtainable else "full"

        def told(_: View) -> bool:
            machine = engine.state().machine
            return machine.model == model and any(wanted in note for note in machine.notes)

        page.await_view(told)


def test_wrong_sources_are_told_before_anything_starts(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    for wrong in (str(empty), str(tmp_path / "none.mp4"), "camera:front"):
        with pytest.raises(ReposeError):
            find_source(wrong)
    assert find_source("camera:7").name == "camera:7"


def test_an_engine_can_be_closed_before_and_after(recording: Path) -> None:
    engine = Engine(source_of(recording), clock=clock)
    engine.close()
    engine.close()
    with running(source_of(recording)) as (started, page):
        page.await_view(at(Stage.IDLE))
        started.command(Pause())
    started.close()


def test_pictures_for_pages_are_no_larger_than_needed() -> None:
    jpeg = engine_module._jpeg(np.zeros((1080, 1920, 3), np.uint8))
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert np.asarray(picture).shape == (405, 720, 3)
