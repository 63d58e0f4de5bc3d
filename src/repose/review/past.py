"""What other thresholds would have counted in kept sets, beside what was counted and what reviewers say.

Nothing that is kept is changed: a set is counted anew from its landmarks, and the answer is only shown.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from repose.counting.result import Rep
from repose.errors import ReposeError
from repose.evaluation.kept_accuracy import Basis, kept_cases
from repose.evaluation.truth import TrueRep, Truth
from repose.exercises import Exercise
from repose.review.differences import Difference, Totals, changed, totals, true_totals
from repose.sessions.measured import measured_set
from repose.sessions.records import KeptSession, KeptSet, Purpose, Selection
from repose.sessions.store import Store

Under = Callable[[KeptSession, KeptSet], Exercise]
"""By which exercise a set is to be counted anew; it raises a `ReposeError` where that cannot be."""

OnSession = Callable[[int, int, str], None]
"""Called before each session with how many are done, how many there are, and its day."""


@dataclass(frozen=True)
class PastSet:
    """One kept set, counted three times.

    Attributes:
        session: that it is of.
        one: the set, with what was counted in it.
        new: reps and partials under the other thresholds; None where it cannot be counted anew.
        why_not: the reason for that; "" where it can.
        truth: what a reviewer holds to be true of it; None where nobody has judged it.
        basis: how the reviewer knows.
    """

    session: KeptSession
    one: KeptSet
    new: tuple[Rep, ...] | None
    why_not: str = ""
    truth: Truth | None = None
    basis: Basis | None = None

    @cached_property
    def old(self) -> tuple[Rep, ...]:
        """What was counted when it was done, in order of its decision."""
        return tuple(kept.rep for kept in self.one.reps)

    @cached_property
    def counted(self) -> "Figures":
        """The numbers of what was counted when it was done."""
        return Figures(totals(self.old), sides(self.old))

    @cached_property
    def anew(self) -> "Figures | None":
        """The numbers of what is counted anew."""
        return None if self.new is None else Figures(totals(self.new), sides(self.new))

    @cached_property
    def reviewer(self) -> "Figures | None":
        """The numbers of what the reviewer says."""
        return None if self.truth is None else Figures(true_totals(self.truth), sides(self.truth.reps))

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What differs between the old count and the new one, in order of time."""
        return () if self.new is None else changed(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Figures:
    """A count in numbers.

    Attributes:
        totals: reps, partials, seconds held.
        sides: complete reps of each side that has any.
    """

    totals: Totals
    sides: dict[str, int]


def sides(events: Sequence[Rep] | Sequence[TrueRep]) -> dict[str, int]:
    """Complete reps of each side that has any: {"left": 3}."""
    found: dict[str, int] = {}
    for event in events:
        complete = event.reason is None if isinstance(event, Rep) else event.complete
        if complete:
            found[event.side] = found.get(event.side, 0) + 1
    return {side: found[side] for side in ("left", "right", "both") if side in found}


def past_set(session: KeptSession, one: KeptSet, new: Sequence[Rep] | None, why_not: str = "") -> PastSet:
    """Put a set's counts beside each other; the arguments are those of `PastSet`."""
    judged = kept_cases(session, (one.id,))
    return PastSet(
        session=session,
        one=one,
        new=None if new is None else tuple(new),
        why_not=why_not,
        truth=judged[0].score.truth if judged else None,
        basis=judged[0].basis if judged else None,
    )


def past_of(
    store: Store,
    selection: Selection,
    under: Under,
    *,
    limit: int | None = None,
    on_session: OnSession | None = None,
) -> Iterator[PastSet]:
    """Count the sets of the selected sessions anew, newest session first.

    What was recorded to find out how far somebody can go was no exercise, and is passed over.

    Args:
        store: where they are kept; it is only read.
        selection: which sessions; of an exercise, only its sets.
        under: which exercise counts a set.
        limit: at most so many sessions.
        on_session: told of the progress.

    Raises:
        ReposeError: the store cannot be used.
    """
    entries = [
        entry
        for entry in store.sessions(selection, limit=limit)
        if entry.head.purpose is not Purpose.CALIBRATION
    ]
    for done, entry in enumerate(entries):
        if on_session:
            on_session(done, len(entries), f"{entry.head.begun_at.astimezone():%Y-%m-%d %H:%M}")
        session = store.session(entry.id)
        for one in session.sets:
            if selection.exercise is None or one.head.exercise == selection.exercise:
                yield _counted_anew(store, session, one, under)


def _counted_anew(store: Store, session: KeptSession, one: KeptSet, under: Under) -> PastSet:
    try:
        found = measured_set(store, session, one).recount(under(session, one))
    except ReposeError as error:
        return past_set(session, one, None, str(error))
    return past_set(session, one, found.reps)


def as_then(one: KeptSet, exercise: Exercise) -> Exercise:
    """The thresholds of an exercise with the definition that the set was counted by.

    An exercise that is not of the programme may have been changed since: what was done is what it was.

    Raises:
        ReposeError: these thresholds do not fit that definition.
    """
    definition = one.head.counted_by.definition
    if definition == exercise.definition:
        return exercise
    try:
        return Exercise(definition=definition, thresholds=exercise.thresholds, profiles=exercise.profiles)
    except ValueError as error:
        raise ReposeError("the exercise was defined differently then; these numbers do not fit it") from error
