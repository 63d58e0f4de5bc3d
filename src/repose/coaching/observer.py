"""The counter of a set, and what it sees now."""

from typing import Final

from repose.counting.counter import Counter, Status
from repose.counting.result import Phase, Rep, Side
from repose.exercises import Exercise
from repose.kinematics.quality import Sight
from repose.pose.landmarks import PoseTrack

GAP_S: Final = 3.0
"""A longer time without pictures is a break: the lid was closed, or the camera away."""

STALE_S: Final = 1.0
"""What was seen longer ago than this is not seen now."""

SAME_SHAPE: Final = 0.01
"""Relative difference of the pictures' proportions up to which a smaller picture is the same picture."""


class Observer:
    """Follows one set through a `Counter`, from the first pose that it is given to the first break.

    Attributes:
        first_s, last_s: capture times of the first and the latest pose; None and 0 before the first.
        status: what the counter knows; None before the first pose.
    """

    def __init__(self, exercise: Exercise, side: Side) -> None:
        self._exercise, self._side = exercise, side
        self._counter: Counter | None = None
        self._shape = 1.0
        self.first_s: float | None = None
        self.last_s = 0.0
        self.status: Status | None = None

    def broken_by(self, track: PoseTrack) -> bool:
        """Whether too much has changed since the last pose for the counter to go on with this one."""
        if self._counter is None:
            return False
        gap_s = float(track.time_s[0]) - self.last_s
        return gap_s > GAP_S or abs(_shape(track) / self._shape - 1) > SAME_SHAPE

    def see(self, track: PoseTrack) -> tuple[Rep, ...]:
        """Count the next pose; gives the reps and partials that it decided."""
        if self._counter is None:
            self._counter = Counter(self._exercise, track.frame_size, self._side, keep_trace=False)
            self._shape = _shape(track)
            self.first_s = float(track.time_s[0])
        self.last_s = float(track.time_s[-1])
        reps = tuple(event.rep for event in self._counter.push(track))
        self.status = self._counter.status()
        return reps

    def finish(self) -> tuple[Rep, ...]:
        """No more poses: what was still undecided."""
        return () if self._counter is None else tuple(event.rep for event in self._counter.finish())

    def phase(self, time_s: float) -> Phase:
        """Where in a rep the person is at a time; not measured if there were no pictures lately."""
        return Phase.NOT_MEASURED if self._stale(time_s) or self.status is None else self.status.phase

    def sight(self, time_s: float) -> Sight:
        """What is wrong with the view at a time, if anything."""
        return Sight.NO_FRAMES if self._stale(time_s) or self.status is None else self.status.sight

    def _stale(self, time_s: float) -> bool:
        return time_s - self.last_s > STALE_S


def _shape(track: PoseTrack) -> float:
    width, height = track.frame_size
    return width / height
