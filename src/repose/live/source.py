"""What the live coach can watch: a camera, or a file that stands in for one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from repose.capture.frames import FrameSource
from repose.capture.open import camera_number, open_source
from repose.capture.plug import Plug
from repose.capture.realtime import RealTime
from repose.capture.recorded import RecordedFrames, RecordedPoses
from repose.pose.apart import ApartEstimator, ApartPeople
from repose.pose.estimator import PoseEstimator
from repose.sessions.recording import is_recording


class Counter(Protocol):
    """Counts people, as `repose.pose.people.People` does."""

    def count(self, image: NDArray[np.uint8]) -> int:
        """How many people are in a (height, width, 3) uint8 BGR picture."""
        ...

    def close(self) -> None:
        """Release the model; closing twice is harmless."""
        ...


def _landmarker(model: str) -> PoseEstimator:
    from repose.pose.bundle import ensure_bundle

    return ApartEstimator(ensure_bundle(model), model)


def _people(model: str) -> Counter:
    from repose.pose.bundle import ensure_bundle

    return ApartPeople(ensure_bundle(model))


@dataclass(frozen=True, slots=True)
class Source:
    """How to open a source again and again, and how to get landmarks from its frames.

    Attributes:
        name: "camera:0", or a file's name without folders.
        open: opens it; raises ReposeError when it cannot be opened now.
        has_pictures: False for a recording of landmarks.
        poses: makes the estimator for a pose model's name: "lite", "full", "heavy" or a path.
        people: makes what counts the people in a picture, with the same model.
    """

    name: str
    open: Callable[[], FrameSource]
    has_pictures: bool
    poses: Callable[[str], PoseEstimator]
    people: Callable[[str], Counter] = _people


def find_source(text: str) -> Source:
    """The source that the user names: "camera:0", a video file or a recording.

    Files are opened once, so that a wrong name is told before anything starts. A camera is not: one that
    is not there yet may be plugged in.

    Raises:
        ReposeError: the file cannot be played, or the camera's name is not right.
    """
    if is_recording(text):
        path = Path(text)
        RecordedFrames(path).close()
        return Source(path.name, lambda: RealTime(RecordedFrames(path)), False, lambda _: RecordedPoses(path))
    if not text.startswith("camera:"):
        open_source(text).close()
        return Source(Path(text).name, lambda: RealTime(open_source(text)), True, _landmarker)
    return Source(text, Plug(camera_number(text)), True, _landmarker)
