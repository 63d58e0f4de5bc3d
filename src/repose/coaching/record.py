"""What was done of a programme, set by set."""

from collections import Counter
from dataclasses import dataclass

from repose.coaching.messages import SetView
from repose.coaching.programme import PlannedSet
from repose.counting.result import Rep
from repose.exercises import Exercise


@dataclass(frozen=True, slots=True)
class SetRecord:
    """One set and what was done of it.

    Attributes:
        planned: what was asked for.
        exercise: with the thresholds in force.
        reps, partials: as they were decided.
        not_measured_s: seconds that could not be seen.
        begun: whether its first "begin" was said.
        skipped: whether it was left out or cut short.
    """

    planned: PlannedSet
    exercise: Exercise
    reps: tuple[Rep, ...] = ()
    partials: tuple[Rep, ...] = ()
    not_measured_s: float = 0.0
    begun: bool = False
    skipped: bool = False

    @property
    def left(self) -> int:
        """Reps that are still to be done."""
        return max(self.planned.reps - len(self.reps), 0)

    @property
    def complete(self) -> bool:
        """Whether all its reps were done."""
        return self.left == 0

    def fault_counts(self) -> tuple[tuple[str, int], ...]:
        """(text, how many reps) of each form fault, the most frequent first, then as in the definition."""
        counts = Counter(name for rep in self.reps for name in rep.faults)
        texts = [
            (fault.text, counts[fault.name])
            for fault in self.exercise.definition.faults
            if counts[fault.name]
        ]
        return tuple(sorted(texts, key=lambda text: -text[1]))

    def view(self) -> SetView:
        """For the page."""
        planned = self.planned
        return SetView(
            exercise=planned.exercise,
            name=self.exercise.name,
            side=planned.side,
            number=planned.number,
            of=planned.of,
            reps=len(self.reps),
            target=planned.reps,
            partials=len(self.partials),
            held_s=tuple(rep.hold_s for rep in self.reps),
            hold_target_s=planned.hold_s,
            faults=self.fault_counts(),
            not_measured_s=self.not_measured_s,
            skipped=self.skipped,
        )
