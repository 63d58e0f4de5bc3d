"""Counting the same poses again and again with other thresholds: they are measured once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from repose.counting.machine import Prescribed
from repose.counting.measuring import Measuring, rows_of
from repose.counting.result import CountResult
from repose.counting.tally import Tally
from repose.exercises import Exercise
from repose.kinematics.clock import Ticks
from repose.pose.landmarks import PoseTrack


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Poses of one set, measured.

    Attributes:
        times_s: of n ticks, in seconds.
        rows: channels of each, as `repose.kinematics.channels.COLUMN` names them.
        sight: why each was not measured, as `Sight`.
        duration_s: how long the poses last.
    """

    times_s: list[float]
    rows: list[tuple[float, ...]]
    sight: list[int]
    duration_s: float

    @classmethod
    def of(cls, all_ticks: Iterable[Ticks], duration_s: float) -> Self:
        """From ticks in their order."""
        times_s: list[float] = []
        rows: list[tuple[float, ...]] = []
        sight: list[int] = []
        for ticks in all_ticks:
            times_s += ticks.time_s.tolist()
            rows += rows_of(ticks)
            sight += ticks.sight.tolist()
        return cls(times_s, rows, sight, duration_s)


def prepare(track: PoseTrack) -> Prepared:
    """Measure the poses of one set."""
    measuring = Measuring(track.frame_size)
    all_ticks = [measuring.push(track), measuring.finish()] if len(track.time_s) else []
    return Prepared.of(all_ticks, measuring.duration_s)


def count_prepared(
    prepared: Prepared, exercise: Exercise, side: Prescribed = "auto", *, keep_trace: bool = True
) -> CountResult:
    """Count one set; the very same reps as `repose.counting.counter.count` finds in its poses.

    Args:
        prepared: its poses, measured.
        exercise: what to count, with the thresholds in force.
        side: the prescribed side; "auto" takes what is done.
        keep_trace: give the signal too.
    """
    tally = Tally(exercise, side, keep_trace=keep_trace)
    tally.run(prepared.times_s, prepared.rows, prepared.sight)
    tally.finish()
    return tally.result(prepared.duration_s)
