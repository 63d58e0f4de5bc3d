"""Brings pictures and the counter's status together, which lags behind them, and writes the video."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from repose.capture.frames import Frame
from repose.counting.counter import Status
from repose.exercises import Exercise
from repose.exercises.subject import Subject
from repose.overlay.drawing import draw
from repose.overlay.video import OverlayWriter
from repose.pose.landmarks import Pose


class Painter:
    """Holds each frame back until the counter has reached its time.

    The counter looks ahead by up to half a second to smooth; without waiting, numbers would trail pictures.
    """

    def __init__(self, writer: OverlayWriter, subject: Subject) -> None:
        self._writer = writer
        self._subject = subject
        self._waiting: deque[tuple[Frame, Pose]] = deque()

    def add(self, frame: Frame, pose: Pose, status: Status) -> None:
        """Take one more frame, and write those that the status has reached."""
        self._waiting.append((frame, pose))
        while self._waiting and self._waiting[0][0].time_s <= status.time_s:
            self._write(status)

    def finish(self, status: Status) -> None:
        """Write the frames still waiting, with the last status."""
        while self._waiting:
            self._write(status)

    def _write(self, status: Status) -> None:
        frame, pose = self._waiting.popleft()
        self._writer.write(frame.time_s, draw(frame.image, pose, status, self._subject))


@contextmanager
def painting(path: Path, frame_rate: float | None, exercise: Exercise) -> Iterator[Painter]:
    """A painter whose video is in its place when the block ends, and nowhere if it ends in an exception.

    Args:
        path: where the video goes.
        frame_rate: nominal frames per second, None if unknown.
        exercise: what is counted.

    Raises:
        ReposeError: the file cannot be written.
    """
    with OverlayWriter(path, frame_rate) as writer:
        yield Painter(writer, Subject.of(exercise))
