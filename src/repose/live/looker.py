"""Who looks at the pictures: the pose model in use, its successor, and the one that counts people."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from repose.capture.frames import Frame
from repose.capture.pictures import light
from repose.errors import ReposeError
from repose.live.source import Source
from repose.pipeline import software_of
from repose.pose.estimator import PoseEstimator
from repose.pose.landmarks import Pose, not_found
from repose.pose.people import People

PEOPLE_EVERY_S: Final = 1.0
"""Capture time between two looks for further people."""

_log = logging.getLogger(__name__)


class Looker:
    """Finds the landmarks; used from one thread, and does what takes long in another."""

    def __init__(self, source: Source, model: str) -> None:
        """Load the pose model.

        Raises:
            ReposeError: it cannot be had, or MediaPipe cannot use it.
        """
        self._source = source
        self._use(source.poses(model), model)
        self._background = ThreadPoolExecutor(1, "looker")
        self._next: Future[PoseEstimator] | None = None
        self._next_model = model
        self._people: People | None = None
        self._counted: Future[int] | None = None
        self._counted_s = -PEOPLE_EVERY_S
        self.notes: tuple[str, ...] = ()

    def _use(self, poses: PoseEstimator, model: str) -> None:
        self._poses, self._model = poses, model
        self.model = poses.model
        self.software = software_of(poses)

    def look(self, frame: Frame) -> Pose:
        """The pose in a frame. A landmarker that fails is replaced, and has found nobody in this one."""
        self._succeed()
        try:
            return self._poses.estimate(frame)
        except (RuntimeError, ValueError) as error:
            _log.warning("the pose model failed and is loaded again: %s", error)
            self._poses.close()
            self._use(self._source.poses(self._model), self._model)
            return not_found(frame.time_s, light(frame.image))

    def change(self, model: str) -> None:
        """Use another pose model as soon as it is loaded."""
        self._next_model = model
        self._next = self._background.submit(self._source.poses, model)

    def _succeed(self) -> None:
        if self._next is None or not self._next.done():
            return
        done, self._next = self._next, None
        try:
            successor = done.result()
        except ReposeError as error:
            self.notes = (*self.notes, f"The {self._next_model} pose model cannot be had: {error}")
            _log.warning("%s", self.notes[-1])
            return
        self._poses.close()
        self._use(successor, self._next_model)

    def people(self, frame: Frame) -> int | None:
        """How many people were in the picture at the last look; None while nobody has looked anew."""
        if not self._source.has_pictures:
            return None
        if self._counted is not None:
            if not self._counted.done():
                return None
            done, self._counted = self._counted, None
            return done.result()
        if frame.time_s - self._counted_s >= PEOPLE_EVERY_S:
            self._counted_s = frame.time_s
            self._counted = self._background.submit(self._count, frame)
        return None

    def _count(self, frame: Frame) -> int:
        if self._people is None:
            from repose.pose.bundle import ensure_bundle

            self._people = People(ensure_bundle(self._model))
        return self._people.count(frame.image)

    def close(self) -> None:
        """Release the models."""
        self._background.shutdown(wait=True, cancel_futures=True)
        self._poses.close()
        if self._people is not None:
            self._people.close()
