"""Poses to ticks: the half of counting that no threshold changes."""

from dataclasses import replace

from repose.kinematics.bodies import BodyTracker
from repose.kinematics.channels import COLUMNS, derived, measure
from repose.kinematics.clock import Clock, Ticks
from repose.kinematics.legs import LegTracker
from repose.kinematics.quality import sight, whole
from repose.pose.landmarks import PoseTrack


class Measuring:
    """Measures the poses of one set, in pieces of any size."""

    def __init__(self, frame_size: tuple[int, int]) -> None:
        """Take the (width, height) of the pictures in pixels."""
        self._frame_size = frame_size
        self._bodies = BodyTracker(frame_size)
        self._legs = LegTracker(frame_size)
        self._clock = Clock(len(COLUMNS))
        self._first_s: float | None = None
        self._step_s = 0.0
        self.last_s = 0.0
        """Time of the latest pose."""

    def push(self, track: PoseTrack) -> Ticks:
        """Take the next poses, one at least and later than all before; give the ticks they settle."""
        times = track.time_s
        if self._first_s is None:
            self._first_s = float(times[0])
        else:
            self._step_s = float(times[0]) - self.last_s
        if len(times) > 1:
            self._step_s = float(times[-1] - times[-2])
        self.last_s = float(times[-1])
        own = self._bodies.push(times, whole(track.points))
        points, exchanged = self._legs.push(own)
        seen = sight(replace(track, points=own))
        return self._clock.push(times, measure(points, self._frame_size, exchanged), seen)

    def finish(self) -> Ticks:
        """The source has ended: the ticks that were still waiting."""
        return self._clock.finish()

    @property
    def duration_s(self) -> float:
        """How long the poses have lasted, the latest one included."""
        return 0.0 if self._first_s is None else self.last_s - self._first_s + self._step_s


def rows_of(ticks: Ticks) -> list[tuple[float, ...]]:
    """The channels of each tick, as the machine takes them."""
    return [tuple(row) for row in derived(ticks.values).tolist()]
