"""How far two judges agree beyond chance, on things that are there or are not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from repose.evaluation.enough import FEWEST_EACH, FEWEST_RATED
from repose.evaluation.metrics import ClipScore
from repose.exercises.load import known


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa (1960) of two judges who say yes or no.

    Attributes:
        both, machine, reviewer, neither: how often both said yes, only one of them, or neither.
    """

    both: int
    machine: int
    reviewer: int
    neither: int

    @property
    def n(self) -> int:
        """How many things both have judged."""
        return self.both + self.machine + self.reviewer + self.neither

    @property
    def agreed(self) -> float | None:
        """Share on which they agree; None of nothing."""
        return (self.both + self.neither) / self.n if self.n else None

    @property
    def value(self) -> float | None:
        """Agreement beyond chance: 1 is perfect, 0 is what chance gives; None where chance gives all of it.

        It does so where both always say the same one thing: then there is nothing to agree on.
        """
        if not self.n:
            return None
        machine, reviewer = self.both + self.machine, self.both + self.reviewer
        by_chance = machine * reviewer + (self.n - machine) * (self.n - reviewer)
        # In whole numbers, so that "all of it" is no question of rounding.
        if by_chance == self.n**2:
            return None
        return (self.n * (self.both + self.neither) - by_chance) / (self.n**2 - by_chance)

    @property
    def enough(self) -> bool:
        """Whether there are data enough for a number."""
        machine, reviewer = self.both + self.machine, self.both + self.reviewer
        least = min(machine, self.n - machine, reviewer, self.n - reviewer)
        return self.n >= FEWEST_RATED and least >= FEWEST_EACH

    @classmethod
    def of(cls, judged: Iterable[tuple[bool, bool]]) -> "Kappa":
        """From what the machine and the reviewer said of each thing."""
        counts = Counter(judged)
        return cls(counts[True, True], counts[True, False], counts[False, True], counts[False, False])

    def __add__(self, other: "Kappa") -> "Kappa":
        """Both together."""
        return Kappa(
            self.both + other.both,
            self.machine + other.machine,
            self.reviewer + other.reviewer,
            self.neither + other.neither,
        )


@dataclass(frozen=True, slots=True)
class FaultAgreement:
    """How far machine and reviewer agree on one form fault.

    Attributes:
        exercise, fault: which.
        text: what the coach says about it.
        kappa: over the matched reps whose faults the reviewer has judged.
    """

    exercise: str
    fault: str
    text: str
    kappa: Kappa


def fault_agreements(scores: Sequence[ClipScore]) -> tuple[FaultAgreement, ...]:
    """Each fault of each exercise that was judged, in order of their definitions."""
    found = []
    for slug, definition in known().items():
        rated = [
            (set(counted.faults), set(true.faults))
            for one in scores
            if one.truth.exercise == slug
            for true, counted in one.matching.reps
            if true.faults is not None
        ]
        if not rated:
            continue
        found += [
            FaultAgreement(
                slug,
                fault.name,
                fault.text,
                Kappa.of((fault.name in machine, fault.name in reviewer) for machine, reviewer in rated),
            )
            for fault in definition.faults
            if fault.on != "partials"
        ]
    return tuple(found)


def together(agreements: Iterable[FaultAgreement]) -> Kappa:
    """All faults of all reps as one."""
    total = Kappa(0, 0, 0, 0)
    for one in agreements:
        total += one.kappa
    return total
