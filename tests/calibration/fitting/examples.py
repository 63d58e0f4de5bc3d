"""Annotated recordings for fits: made up, so that the answer is known, and of the puppet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from repose.calibration.fitting.cases import counting
from repose.calibration.fitting.score import Example
from repose.counting.replay import prepare
from repose.counting.result import Rep, Side
from repose.evaluation.truth import TrueRep, Truth
from repose.exercises import Exercise
from tests.puppet import Doing, perform

APART_S: Final = 10.0


def a_rep(peak_s: float, share: float, reason: str | None, side: Side = "left") -> Rep:
    """A movement of four seconds."""
    return Rep(
        side=side,
        start_s=peak_s - 2,
        peak_s=peak_s,
        end_s=peak_s + 2,
        hold_start_s=peak_s - 0.5,
        hold_s=1.0,
        peak={"knee_flexion": 90.0},
        excursion=share,
        confidence=0.9,
        faults=(),
        decided_s=peak_s + 2,
        reason=reason,
    )


@dataclass
class Made:
    """Counts movements by nothing but how far they go, and remembers how often it was asked.

    Attributes:
        shares: of each movement.
        own_best: whether a rep must be as large as `own_best_share` says, too.
        asked: thresholds that it was counted by.
    """

    shares: Sequence[float]
    side: Side = "left"
    own_best: bool = False
    asked: list[float] = field(default_factory=list)

    def __call__(self, exercise: Exercise) -> tuple[Rep, ...]:
        limits = exercise.thresholds.of(self.side)
        self.asked.append(limits.complete_share)
        told: list[Rep] = []
        reps: list[float] = []
        for k, share in enumerate(self.shares):
            needed = limits.complete_share
            if self.own_best and reps:
                needed = max(needed, limits.own_best_share * median(reps[-5:]))
            if share >= needed:
                reps.append(share)
            if share >= limits.partial_share:
                reason = None if share >= needed else "turned_back_early"
                told.append(a_rep(APART_S * (k + 1), share, reason, self.side))
        return tuple(told)


def made(
    name: str,
    reps: Sequence[float],
    partials: Sequence[float] = (),
    *,
    side: Side = "left",
    own_best: bool = False,
    session: str | None = None,
    recorded_at: datetime | None = None,
) -> Example:
    """A recording of movements that go so far: first those that count, then those that do not."""
    peaks = [APART_S * (k + 1) for k in range(len(reps) + len(partials))]
    true = [
        TrueRep(side=side, complete=k < len(reps), peak_s=peak_s, hold_s=1.0)
        for k, peak_s in enumerate(peaks)
    ]
    return Example(
        name=name,
        truth=truth_of("heel-slides", true),
        count=Made((*reps, *partials), side, own_best),
        session=session or name,
        person="Ada",
        recorded_at=recorded_at,
    )


def truth_of(slug: str, reps: Sequence[TrueRep]) -> Truth:
    """A truth file's content."""
    return Truth.model_validate(
        {"format": "repose-truth", "version": 1, "exercise": slug, "reps": tuple(reps)}
    )


def of_puppet(
    name: str, slug: str, reps: Sequence[float], partials: Sequence[float] = (), *, seed: int = 0
) -> Example:
    """What the puppet does, with noise in its landmarks; its shares are those of the default range."""
    side: Side = "left" if slug in ("heel-slides", "knee-to-chest") else "both"
    shares = (*reps, *partials)
    performance = perform(Doing(slug, side, reps=len(shares), share=shares, hold_s=0.5, tempo_s=3.0))
    count = counting((prepare(performance.film(noise_m=0.002, seed=seed)),), "auto")
    true = [
        TrueRep(side=one.side, complete=k < len(reps), peak_s=one.peak_s, hold_s=one.hold_s)
        for k, one in enumerate(performance.reps)
    ]
    return Example(name, truth_of(slug, true), count, session=name)


def day(number: int) -> datetime:
    """The morning of some day."""
    return datetime(2027, 3, 1, 9).astimezone() + timedelta(days=number)
