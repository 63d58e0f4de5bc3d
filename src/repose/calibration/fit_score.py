"""How wrong a count of an annotated recording is, as one whole number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from repose.counting.result import CountResult, Rep, Trace
from repose.evaluation.matching import match
from repose.evaluation.truth import Truth
from repose.exercises import Exercise

REP_POINTS: Final = 100
PARTIAL_POINTS: Final = 25
"""A wrong partial costs a quarter of a wrong rep: it changes what is said, not what is counted."""

HOLD_POINT_S: Final = 0.1
MOST_HOLD_POINTS: Final = 20
"""A point for each tenth of a second by which holds are wrong on average; never as much as a partial, so that
holds only decide between counts that are equally right."""

_NO_TRACE: Final = Trace(np.empty(0), np.empty(0), np.empty(0), ())


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """An annotated recording: what truly happened in it, and how to count it.

    Attributes:
        name: for people.
        truth: what truly happened; the machine is not asked what could not be measured.
        count: reps and partials under an exercise with any thresholds; only the machine runs.
        session: what it was recorded with: sets of one session are no independent witnesses of each other.
        person: who is seen; None if unknown.
        recorded_at: when; None if unknown.
        seen_before: whether whoever said what happened had the machine's answer before their eyes.
    """

    name: str
    truth: Truth
    count: Callable[[Exercise], Sequence[Rep]]
    session: str
    person: str | None = None
    recorded_at: datetime | None = None
    seen_before: bool = False


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What is wrong with a count, or with several.

    Attributes:
        missed: true reps that were not counted.
        extra: counted reps that did not happen; of another side than the true one, too.
        partials: true ones that were not told, and told ones that are none.
        hold_points: see `HOLD_POINT_S`.
    """

    missed: int = 0
    extra: int = 0
    partials: int = 0
    hold_points: int = 0

    @property
    def reps(self) -> int:
        """Wrong reps."""
        return self.missed + self.extra

    @property
    def points(self) -> int:
        """What they cost."""
        return REP_POINTS * self.reps + PARTIAL_POINTS * self.partials + self.hold_points

    def __add__(self, other: "Mistakes") -> "Mistakes":
        """Both together."""
        return Mistakes(
            self.missed + other.missed,
            self.extra + other.extra,
            self.partials + other.partials,
            self.hold_points + other.hold_points,
        )


def mistakes(truth: Truth, reps: Sequence[Rep]) -> Mistakes:
    """What is wrong with what was counted.

    Args:
        truth: what truly happened.
        reps: what was counted, reps and partials.
    """
    found = match(truth, as_result(truth.exercise, reps))
    off = [abs(counted.hold_s - true.hold_s) for true, counted in found.reps if true.hold_s is not None]
    hold_points = round(sum(off) / len(off) / HOLD_POINT_S) if off else 0
    return Mistakes(
        missed=len(found.missed),
        extra=len(found.false),
        partials=len(found.missed_partials) + len(found.false_partials),
        hold_points=min(hold_points, MOST_HOLD_POINTS),
    )


def as_result(slug: str, reps: Sequence[Rep]) -> CountResult:
    """Counted reps and partials as a count without its trace."""
    return CountResult(
        exercise=slug,
        reps=tuple(rep for rep in reps if rep.reason is None),
        partials=tuple(rep for rep in reps if rep.reason is not None),
        unmeasured=(),
        trace=_NO_TRACE,
        thresholds={},
        duration_s=0.0,
    )
