"""The landmarker's side of `repose.pose.apart`: it runs in a process of its own, and loads MediaPipe."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import mediapipe.tasks.python.vision  # noqa: F401 - before the limits, which are to bound its work

from repose.apart.inside import Inside
from repose.capture.frames import Frame
from repose.errors import ReposeError
from repose.pose.apart import ASKED, FAILED, LIGHT, MOST_WORDS, NOBODY, PEOPLE, POSE, READY, REFUSED
from repose.pose.landmarks import Pose
from repose.pose.mediapipe_estimator import MediaPipeEstimator
from repose.pose.people import People

T = TypeVar("T")


def follow(inside: Inside) -> None:
    """Find the landmarks in one picture after another."""
    estimator = _loaded(inside, lambda bundle: MediaPipeEstimator(bundle, inside.about["model"]))
    if estimator is not None:
        _answer(inside, lambda frame: _packed(estimator.estimate(frame)))


def count(inside: Inside) -> None:
    """Count the people in one picture after another."""
    people = _loaded(inside, People)
    if people is not None:
        _answer(inside, lambda frame: PEOPLE + bytes([people.count(frame.image)]))


def _loaded(inside: Inside, load: Callable[[Path], T]) -> T | None:
    try:
        loaded = load(Path(inside.about["bundle"]))
    except ReposeError as error:
        inside.send(REFUSED + str(error).encode())
        return None
    inside.send(READY)
    return loaded


def _answer(inside: Inside, look: Callable[[Frame], bytes]) -> None:
    while True:
        time_s, height, width = ASKED.unpack(inside.receive())
        try:
            inside.send(look(Frame(time_s, inside.pictures.view(0, height, width))))
        except (RuntimeError, ValueError) as error:
            inside.send(FAILED + str(error).encode()[:MOST_WORDS])


def _packed(pose: Pose) -> bytes:
    light = LIGHT.pack(pose.light)
    return POSE + light + pose.points.tobytes() if pose.found else NOBODY + light
