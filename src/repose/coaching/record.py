"""What was done of a programme, set by set."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from repose.coaching.messages import SetView
from repose.coaching.programme import PlannedSet, Programme, plan
from repose.counting.result import Rep, Unmeasured
from repose.exercises import Exercise


class Watched(NamedTuple):
    """Capture times of the first and the latest pose that one counter of a set has seen."""

    first_s: float
    last_s: float


@dataclass(frozen=True, slots=True)
class SetRecord:
    """One set and what was done of it.

    Attributes:
        planned: what was asked for.
        exercise: with the thresholds in force.
        done: reps and partials, as they were decided.
        unmeasured: spans that could not be seen, in order, not overlapping.
        begun_s: when its first "begin" was said; None before.
        ended_s: when it was over; None before.
        skipped: whether it was left out or cut short.
        watched: by each of its counters, one after the other. One counts from before the "begin", when the
            person took the start position, until a pause or a break in the pictures.
    """

    planned: PlannedSet
    exercise: Exercise
    done: tuple[Rep, ...] = ()
    unmeasured: tuple[Unmeasured, ...] = ()
    begun_s: float | None = None
    ended_s: float | None = None
    skipped: bool = False
    watched: tuple[Watched, ...] = ()

    @property
    def reps(self) -> tuple[Rep, ...]:
        """The complete ones."""
        return tuple(rep for rep in self.done if rep.reason is None)

    @property
    def left(self) -> int:
        """Reps that are still to be done."""
        return max(self.planned.reps - len(self.reps), 0)

    @property
    def complete(self) -> bool:
        """Whether all its reps were done."""
        return self.left == 0

    @property
    def begun(self) -> bool:
        """Whether its first "begin" was said."""
        return self.begun_s is not None

    def ended(self, time_s: float) -> Self:
        """The same set, over now: cut short unless all was done."""
        ended_s = time_s if self.begun and self.ended_s is None else self.ended_s
        return replace(self, ended_s=ended_s, skipped=self.skipped or not self.complete)

    def unseen(self, start_s: float, end_s: float, reason: str) -> Self:
        """The same set, not seen for a while after all that is known of it."""
        spans = self.unmeasured
        if end_s <= start_s:
            return self
        if spans and spans[-1].reason == reason and spans[-1].end_s == start_s:
            return replace(self, unmeasured=(*spans[:-1], replace(spans[-1], end_s=end_s)))
        return replace(self, unmeasured=(*spans, Unmeasured(start_s, end_s, reason)))

    def seen_by(self, first_s: float, last_s: float) -> Self:
        """The same set, with a counter that has watched from the first time up to the last."""
        others = self.watched
        if others and others[-1].first_s == first_s:
            others = others[:-1]
        return replace(self, watched=(*others, Watched(first_s, last_s)))

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
        planned, reps = self.planned, self.reps
        return SetView(
            exercise=planned.exercise,
            name=self.exercise.name,
            side=planned.side,
            number=planned.number,
            of=planned.of,
            reps=len(reps),
            target=planned.reps,
            partials=len(self.done) - len(reps),
            held_s=tuple(rep.hold_s for rep in reps),
            hold_target_s=planned.hold_s,
            faults=self.fault_counts(),
            not_measured_s=sum(span.end_s - span.start_s for span in self.unmeasured),
            skipped=self.skipped,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """What a session has come to, for whoever keeps it.

    Attributes:
        time_s: now.
        running: whether a programme is under way.
        records: its sets, or those of the last one.
        paused: whether the person asked for a pause.
        watched_from_s: capture time of the first pose of the counter at work, which counts for its set if
            the set begins before the person moves; None without one, and in a pause.
    """

    time_s: float
    running: bool
    records: tuple[SetRecord, ...]
    paused: bool
    watched_from_s: float | None


def to_do(programme: Programme, load: Callable[[str], Exercise]) -> tuple[SetRecord, ...]:
    """All sets of a programme, of which nothing is done yet.

    Args:
        programme: what is asked for.
        load: gives an exercise with the thresholds in force.

    Raises:
        ReposeError: from `load`.
    """
    planned = plan(programme)
    exercises = {slug: load(slug) for slug in dict.fromkeys(one.exercise for one in planned)}
    return tuple(SetRecord(one, exercises[one.exercise]) for one in planned)
