"""Pose models crash, hang and cannot be had: the looker goes on, and so does the session."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count

import numpy as np
import pytest
from numpy.typing import NDArray

from repose.capture.frames import Frame
from repose.capture.video import VideoFile
from repose.errors import ReposeError
from repose.live.looker import AGAIN_S, LIVED_S, PEOPLE_KEPT_S, Looker
from repose.live.source import Counter, Source
from repose.pose.apart import ApartEstimator, Patience
from repose.pose.bundle import ensure_bundle
from repose.pose.estimator import PoseEstimator
from repose.pose.landmarks import Pose
from tests.apart.gone import gone
from tests.program import SAMPLES

PICTURE = np.zeros((48, 64, 3), np.uint8)
RATE = 10.0


class Model:
    """Sees somebody, until it is told to fail."""

    sha256 = "0" * 64

    def __init__(self, model: str = "full") -> None:
        self.model = model
        self.fails = False
        self.closed = False

    def estimate(self, frame: Frame) -> Pose:
        if self.fails:
            raise RuntimeError("the graph has errors")
        return Pose(frame.time_s, np.full((33, 8), 0.5, np.float32), 0.5)

    def close(self) -> None:
        self.closed = True


class People:
    """Sees two persons, and fails every third time."""

    def __init__(self) -> None:
        self.looks = 0
        self.closed = threading.Event()

    def count(self, image: NDArray[np.uint8]) -> int:
        self.looks += 1
        if self.looks == 3:
            raise RuntimeError("the process apart is gone")
        return 2

    def close(self) -> None:
        self.closed.set()


def source(
    poses: Callable[[str], PoseEstimator], people: Callable[[str], Counter] = lambda _: People()
) -> Source:
    def no_camera() -> VideoFile:
        raise ReposeError("no camera is needed here")

    return Source("camera:0", no_camera, True, poses, people)


class Watched:
    """A looker that is shown a picture every tenth of a second."""

    def __init__(self, looker: Looker) -> None:
        self.looker = looker
        self.time_s = 0.0

    def look(self) -> Pose:
        """The next picture, once whatever is being loaded has been."""
        if self.looker._next is not None:
            self.looker._next.exception(60)
        self.time_s += 1 / RATE
        return self.looker.look(Frame(self.time_s, PICTURE))

    def look_for(self, seconds: float) -> int:
        """In how many pictures somebody is found."""
        return sum(self.look().found for _ in range(round(seconds * RATE)))


@pytest.fixture
def made() -> list[Model]:
    """The models as they are loaded, the first of all last."""
    return []


@pytest.fixture
def watched(made: list[Model]) -> Iterator[Watched]:
    def load(model: str) -> Model:
        if model == "nowhere":
            raise ReposeError("nowhere: there is no such model; give another")
        made.insert(0, Model(model))
        return made[0]

    with closing(Looker(source(load), "full")) as looker:
        yield Watched(looker)
    assert all(model.closed for model in made)


def test_a_model_that_fails_is_replaced_and_that_is_told(watched: Watched, made: list[Model]) -> None:
    assert watched.look().found
    assert not watched.looker.notes
    made[0].fails = True
    assert not watched.look().found
    assert watched.look().found
    assert len(made) == 2
    assert made[1].closed
    assert watched.looker.notes == (
        "The pose model failed and was loaded again; meanwhile nothing was seen.",
    )


def test_one_that_always_fails_is_tried_ever_less(
    made: list[Model], caplog: pytest.LogCaptureFixture
) -> None:
    def load(model: str) -> Model:
        made.insert(0, Model())
        made[0].fails = True
        return made[0]

    with closing(Looker(source(load), "full")) as looker:
        watched = Watched(looker)
        assert watched.look_for(100) == 0
        loads = len(made)
        # At once, after 1, 3, 8, 18, 48 and 78 s, and each fails at its first look.
        assert loads == len(AGAIN_S) + 2
        (note,) = looker.notes
        assert note.startswith(
            f"The pose model failed {loads} times in a row and is loaded again after a while"
        )
        assert caplog.text.count("the pose model failed") == loads


def test_one_that_worked_for_long_is_loaded_again_at_once(watched: Watched, made: list[Model]) -> None:
    for _ in range(4):
        made[0].fails = True
        watched.look_for(LIVED_S + 1)
        assert "in a row" not in watched.looker.notes[0]
    assert len(made) == 5


def test_a_model_that_cannot_be_loaded_again_is_tried_ever_less(made: list[Model]) -> None:
    tries = 0

    def load(model: str) -> Model:
        nonlocal tries
        tries += 1
        if tries > 1 and tries < 5:
            raise [ReposeError("no such file; look for it"), OSError(12, "no memory")][tries % 2]
        made.insert(0, Model())
        return made[0]

    with closing(Looker(source(load), "full")) as looker:
        watched = Watched(looker)
        made[0].fails = True
        assert watched.look_for(4) == 0
        assert tries == 4
        assert watched.look_for(10) > 0
        assert tries == 5


def test_a_change_of_model_takes_effect_once_it_is_loaded(watched: Watched, made: list[Model]) -> None:
    watched.looker.change("heavy")
    watched.looker.change("lite")
    assert watched.look().found
    watched.look()
    assert watched.looker.model == "lite"
    assert [model.model for model in made if not model.closed] == ["lite"]
    watched.looker.change("nowhere")
    assert watched.look_for(1) == 10
    assert watched.looker.model == "lite"
    assert watched.looker.notes == (
        "The nowhere pose model cannot be had: nowhere: there is no such model; give another",
    )


def test_people_are_counted_again_after_a_failure_and_let_go_when_nobody_asks() -> None:
    made: list[People] = []

    def people(model: str) -> People:
        assert model == "full"
        made.append(People())
        return made[-1]

    with closing(Looker(source(lambda _: Model(), people), "full")) as looker:
        counts = []
        for number in range(100):
            counts.append(looker.people(Frame(number / RATE, PICTURE)))
            if looker._counted is not None:
                looker._counted.exception(60)
        assert [count for count in counts if count is not None] == [2] * 7
        assert len(made) == 4
        assert [one.closed.is_set() for one in made] == [True, True, True, False]
        looker.look(Frame(10 + PEOPLE_KEPT_S / 2, PICTURE))
        looker.look(Frame(10 + PEOPLE_KEPT_S, PICTURE))
        assert made[-1].closed.wait(60)


# With MediaPipe, and signals.


def test_a_landmarker_that_crashes_or_hangs_is_loaded_again() -> None:
    made: list[ApartEstimator] = []

    def load(model: str) -> ApartEstimator:
        made.append(ApartEstimator(ensure_bundle(model), model, Patience(look_s=1.0)))
        return made[-1]

    with VideoFile(SAMPLES / "heel-slides.mp4") as video:
        image = next(iter(video)).image
    frames = (Frame(2.0 * number, image) for number in count())
    with closing(Looker(source(load), "full")) as looker:
        assert looker.look(next(frames)).found
        for number in (signal.SIGSEGV, signal.SIGSTOP):
            os.kill(made[-1].pid, number)
            assert not looker.look(next(frames)).found
            assert gone(made[-1].pid)
            assert not looker.look(next(frames)).found
            assert looker._next is not None
            assert looker._next.exception(60) is None
            assert looker.look(next(frames)).found
    assert len(made) == 3
    assert gone(made[-1].pid)
