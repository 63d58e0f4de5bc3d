"""Who looks at the pictures: the pose model in use, its successor, and the one that counts people."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from repose.capture.frames import Frame
from repose.capture.pictures import light
from repose.errors import ReposeError
from repose.live.source import Counter, Source
from repose.pipeline import software_of
from repose.pose.estimator import PoseEstimator
from repose.pose.landmarks import Pose, not_found

PEOPLE_EVERY_S: Final = 1.0
"""Capture time between two looks for further people."""

PEOPLE_KEPT_S: Final = 20.0
"""Capture time after which the model that counts people is let go, where nobody asks for them any more."""

AGAIN_S: Final = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Capture time before a pose model that failed is loaded again, failure by failure; the last one repeats."""

LIVED_S: Final = 60.0
"""A pose model that worked for so long begins the waits anew when it fails."""

MANY: Final = 3
"""Failures in a row from which the person is told what may help."""

_log = logging.getLogger(__name__)


class Looker:
    """Finds the landmarks; used from one thread, and does what takes long in others.

    A pose model that fails, or whose process crashes or hangs, is loaded again. Until it is, nobody is found
    in the pictures: that time is not measured, and the session goes on.
    """

    def __init__(self, source: Source, model: str) -> None:
        """Load the pose model.

        Raises:
            ReposeError: it cannot be had, or MediaPipe cannot use it.
        """
        self._source = source
        self._poses: PoseEstimator | None = None
        self._use(source.poses(model), model)
        self._loading = ThreadPoolExecutor(1, "pose model")
        self._next: Future[PoseEstimator] | None = None
        self._next_model = model
        self._failures = 0
        self._failed_s = 0.0
        self._failures_told = ""
        self._refused: tuple[str, ...] = ()
        self._counting = ThreadPoolExecutor(1, "people")
        self._people: Counter | None = None
        self._counted: Future[int | None] | None = None
        self._counted_s = -PEOPLE_EVERY_S

    @property
    def notes(self) -> tuple[str, ...]:
        """What the person should know of the pose model."""
        return (*self._refused, *filter(None, [self._failures_told]))

    def look(self, frame: Frame) -> Pose:
        """The pose in a frame; nobody is found while the pose model is being loaded again."""
        self._succeed(frame.time_s)
        self._let_people_go(frame.time_s)
        if self._poses is not None:
            try:
                return self._poses.estimate(frame)
            except (RuntimeError, ValueError) as error:
                self._fail(error, frame.time_s)
        return not_found(frame.time_s, light(frame.image))

    def change(self, model: str) -> None:
        """Use another pose model as soon as it is loaded."""
        self._load(model)

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
            self._counted = self._counting.submit(self._count, frame)
        return None

    def close(self) -> None:
        """Release the models."""
        for background in (self._loading, self._counting):
            background.shutdown(wait=True, cancel_futures=True)
        self._drop_people()
        if self._next is not None:
            _close(self._next)
        if self._poses is not None:
            self._poses.close()

    def _use(self, poses: PoseEstimator, model: str) -> None:
        if self._poses is not None:
            self._poses.close()
        self._poses, self._model = poses, model
        self.model = poses.model
        self.software = software_of(poses)

    def _load(self, model: str) -> None:
        if self._next is not None:
            self._next.add_done_callback(_close)
        self._next_model = model
        self._next = self._loading.submit(self._source.poses, model)

    def _succeed(self, time_s: float) -> None:
        """Put the pose model to use that was loaded meanwhile; load the one that failed when it is time."""
        if self._next is None:
            wait_s = AGAIN_S[min(self._failures, len(AGAIN_S)) - 1]
            if self._poses is None and time_s - self._failed_s >= wait_s:
                self._load(self._model)
            return
        if not self._next.done():
            return
        done, self._next = self._next, None
        try:
            self._use(done.result(), self._next_model)
        except (ReposeError, OSError) as error:
            _log.warning("the %s pose model cannot be had: %s", self._next_model, error)
            if self._next_model != self._model:
                self._refused = (*self._refused, f"The {self._next_model} pose model cannot be had: {error}")
            if self._poses is None:
                self._count_failure(time_s)

    def _fail(self, error: Exception, time_s: float) -> None:
        """The pose model is of no use any more."""
        _log.warning("the pose model failed and is loaded again: %s", error)
        if self._poses is not None:
            self._poses.close()
            self._poses = None
        if time_s - self._failed_s >= LIVED_S:
            self._failures = 0
        self._count_failure(time_s)
        self._succeed(time_s)

    def _count_failure(self, time_s: float) -> None:
        self._failures += 1
        self._failed_s = time_s
        self._failures_told = "The pose model failed and was loaded again; meanwhile nothing was seen."
        if self._failures >= MANY:
            self._failures_told = (
                f"The pose model failed {self._failures} times in a row and is loaded again after a while; "
                "end other programs, restart Repose, or choose the lite model."
            )

    # In a thread of its own:

    def _count(self, frame: Frame) -> int | None:
        try:
            if self._people is None:
                self._people = self._source.people(self._model)
            return self._people.count(frame.image)
        except (RuntimeError, ValueError, OSError, ReposeError) as error:
            _log.warning("people could not be counted: %s", error)
            self._drop_people()
            return None

    def _drop_people(self) -> None:
        if self._people is not None:
            self._people.close()
            self._people = None

    def _let_people_go(self, time_s: float) -> None:
        if self._people is not None and self._counted is None and time_s - self._counted_s > PEOPLE_KEPT_S:
            self._counting.submit(self._drop_people)


def _close(loading: "Future[PoseEstimator]") -> None:
    """Release a pose model that nobody waits for any more."""
    if not loading.cancelled() and loading.exception() is None:
        loading.result().close()
