"""What counting says: reps with their evidence, partials with their reason, time not measured."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Side = Literal["left", "right", "both"]


class Phase(StrEnum):
    """Where in a rep the person is."""

    NOT_MEASURED = "not_measured"
    SETTLING = "settling"
    REST = "rest"
    GOING = "going"
    HOLDING = "holding"
    RETURNING = "returning"


@dataclass(frozen=True, slots=True)
class Rep:
    """One complete rep, or one partial: then `reason` says why it did not count.

    Attributes:
        side: "left", "right", or "both" (also for exercises without sides).
        start_s, peak_s, end_s: when the movement left rest, the middle of its hold, and when it was back.
        hold_start_s, hold_s: the hold as DESIGN defines it: begin and length.
        peak: joint angles at the end position, in degrees.
        excursion: share of the calibrated range that was reached; 1 is the target.
        confidence: 0 to 1: how well it was seen, and how clearly one side worked.
        faults: names of form faults, in the order of the exercise's definition.
        decided_s: capture time at which it was known; never before `end_s`.
        reason: None for a complete rep, else why it is a partial.
    """

    side: Side
    start_s: float
    peak_s: float
    end_s: float
    hold_start_s: float
    hold_s: float
    peak: dict[str, float]
    excursion: float
    confidence: float
    faults: tuple[str, ...]
    decided_s: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A span of time in which the exercise could not be seen well enough, and why."""

    start_s: float
    end_s: float
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The signal that was counted, on the counter's even clock.

    Attributes:
        time_s: (m,) seconds.
        angle: (m,) degrees, the working joint angle after smoothing; NaN where not measured.
        excursion: (m,) share of the calibrated range, 0 rest, 1 target; NaN where not measured.
        phase: (m,) `Phase` of each tick.
    """

    time_s: NDArray[np.float64]
    angle: NDArray[np.float64]
    excursion: NDArray[np.float64]
    phase: tuple[Phase, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CountResult:
    """Everything that counting one source for one exercise gives.

    Attributes:
        exercise: slug of the exercise.
        reps, partials: in order of their end.
        unmeasured: spans of not-measured time, in order, not overlapping.
        trace: the counted signal, for pictures.
        thresholds: the effective numbers, by their dotted key.
        duration_s: length of the source.
        limits: excursions that are drawn as lines: "complete", "leave", "return".
    """

    exercise: str
    reps: tuple[Rep, ...]
    partials: tuple[Rep, ...]
    unmeasured: tuple[Unmeasured, ...]
    trace: Trace
    thresholds: dict[str, float]
    duration_s: float
    limits: dict[str, float] = field(default_factory=dict)

    @property
    def not_measured_s(self) -> float:
        """Total time not measured, in seconds."""
        return sum(span.end_s - span.start_s for span in self.unmeasured)

    @property
    def counts(self) -> dict[str, int]:
        """Complete reps for each side and in total."""
        return counts_of(self.reps)


def counts_of(reps: Sequence[Rep]) -> dict[str, int]:
    """How many reps each side has made, and how many there are in total."""
    sides = [rep.side for rep in reps]
    return {side: sides.count(side) for side in ("left", "right", "both")} | {"total": len(sides)}
