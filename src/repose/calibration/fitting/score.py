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

REP_POINTS: Final = 4
"""A wrong rep costs four times what a wrong partial does: that one changes what is said, not what is counted.
Holds cost nothing: no threshold that is fitted measures them, so they would only add noise."""

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
        reps_as_partials: of these, the told ones that are a missed rep.
        holds: reps whose true hold is known.
        hold_off_s: by how many seconds their holds are wrong, added up.
    """

    missed: int = 0
    extra: int = 0
    partials: int = 0
    reps_as_partials: int = 0
    holds: int = 0
    hold_off_s: float = 0.0

    @property
    def reps(self) -> int:
        """Wrong reps."""
        return self.missed + self.extra

    @property
    def points(self) -> int:
        """What they cost; a rep `REP_POINTS`, a partial 1."""
        return REP_POINTS * self.reps + self.partials

    @property
    def mean_hold_off_s(self) -> float | None:
        """By how many seconds a hold is wrong; None where no true hold is known."""
        return self.hold_off_s / self.holds if self.holds else None

    def __add__(self, other: "Mistakes") -> "Mistakes":
        """Both together."""
        return Mistakes(
            self.missed + other.missed,
            self.extra + other.extra,
            self.partials + other.partials,
            self.reps_as_partials + other.reps_as_partials,
            self.holds + other.holds,
            self.hold_off_s + other.hold_off_s,
        )


def mistakes(truth: Truth, reps: Sequence[Rep]) -> Mistakes:
    """What is wrong with what was counted.

    Args:
        truth: what truly happened.
        reps: what was counted, reps and partials.
    """
    found = match(truth, as_result(truth.exercise, reps))
    off = [abs(counted.hold_s - true.hold_s) for true, counted in found.reps if true.hold_s is not None]
    return Mistakes(
        missed=len(found.missed),
        extra=len(found.false),
        partials=len(found.missed_partials) + len(found.false_partials),
        reps_as_partials=len(found.reps_as_partials),
        holds=len(off),
        hold_off_s=sum(off),
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
