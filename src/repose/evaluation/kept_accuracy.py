"""How right the counts of kept sessions were: the machine's sets against what people say of them.

Only sets that a person has judged have a part in it. What an annotation says was said without regard to the
machine, and wins; a set that was signed off was looked at with the machine's answer before one's eyes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np

from repose.counting.result import CountResult, Side, Trace
from repose.evaluation.agreement import FaultAgreement, fault_agreements
from repose.evaluation.evaluate import Evaluation
from repose.evaluation.metrics import ClipScore, Summary, score, summarise
from repose.evaluation.truth import TrueRep, Truth, kept_truth
from repose.exercises import load_exercise
from repose.review.reviewed import Event, review
from repose.sessions.records import KeptSession, KeptSet

_NO_TRACE: Final = Trace(np.empty(0), np.empty(0), np.empty(0), ())


class Basis(StrEnum):
    """How it is known what truly happened."""

    ANNOTATED = "annotated"
    """Somebody labelled the set, independently of the machine."""
    SIGNED_OFF = "signed off"
    """A reviewer looked at the machine's answer, corrected it, and signed it off."""
    CLIP = "clip"
    """A clip with a truth file."""


@dataclass(frozen=True, slots=True)
class Case:
    """One set or clip that somebody has judged.

    Attributes:
        score: the machine against what is held to be true.
        basis: how that is known.
        person: name; None of a clip.
        view: from where the camera saw the person; None if unknown.
        model: name of the pose model.
        thresholds: fingerprint of those in force; None if unknown.
        begun_at: when the session began; None of a clip.
        session_id, set_id: where to review it; None of a clip.
        number, of: which set of how many; None of a clip.
    """

    score: ClipScore
    basis: Basis
    person: str | None
    view: str | None
    model: str
    thresholds: str | None
    begun_at: datetime | None
    session_id: str | None
    set_id: int | None
    number: int | None = None
    of: int | None = None

    @property
    def mistakes(self) -> tuple[int, int]:
        """Reps that were missed or false, then partials that were."""
        found = self.score.matching
        return (
            len(found.missed) + len(found.false),
            len(found.missed_partials) + len(found.false_partials),
        )


@dataclass(frozen=True, slots=True)
class Group:
    """The numbers of some cases that have something in common."""

    name: str
    summary: Summary


@dataclass(frozen=True)
class Accuracy:
    """How right the counts of a selection were.

    Attributes:
        cases: all that somebody has judged, newest first, clips last.
        others: sets of the selection that nobody has judged; they have no part in any number.
        left_out: judged sets of older sessions that were not read, for there were too many.
    """

    cases: tuple[Case, ...]
    others: int
    left_out: int = 0

    @cached_property
    def total(self) -> Summary:
        """The numbers of all."""
        return summarise([case.score for case in self.cases])

    @cached_property
    def faults(self) -> tuple[FaultAgreement, ...]:
        """How far machine and reviewer agree on form faults."""
        return fault_agreements([case.score for case in self.cases])

    @cached_property
    def worst(self) -> tuple[Case, ...]:
        """Those with mistakes, most mistakes first, newer ones before older ones."""
        wrong = [case for case in self.cases if not case.score.right or any(case.mistakes)]
        return tuple(sorted(wrong, key=lambda case: (case.score.right, *(-each for each in case.mistakes))))

    def by(self, name: Callable[[Case], str | None]) -> tuple[Group, ...]:
        """The numbers of the cases of each name, by name; without those that have none."""
        groups: dict[str, list[ClipScore]] = defaultdict(list)
        for case in self.cases:
            if (found := name(case)) is not None:
                groups[found].append(case.score)
        return tuple(Group(each, summarise(groups[each])) for each in sorted(groups))

    @cached_property
    def sides(self) -> tuple[Group, ...]:
        """The numbers of each side: of a set, only what that side did or was counted for."""
        groups: dict[Side, list[ClipScore]] = defaultdict(list)
        for case in self.cases:
            sides = _sides(case.score)
            for side in sides:
                # Most sets are of one side, and have its score already.
                groups[side].append(case.score if len(sides) == 1 else _of_side(case.score, side))
        order: tuple[Side, ...] = ("left", "right", "both")
        return tuple(Group(side, summarise(groups[side])) for side in order if side in groups)


def accuracy(cases: Iterable[Case], others: int, left_out: int = 0) -> Accuracy:
    """Put together."""

    def newest_first(case: Case) -> tuple[bool, float, str, int]:
        at = case.begun_at.timestamp() if case.begun_at else 0.0
        return (case.begun_at is None, -at, case.session_id or case.score.name, case.set_id or 0)

    return Accuracy(tuple(sorted(cases, key=newest_first)), others, left_out)


def kept_cases(session: KeptSession, sets: Iterable[int]) -> list[Case]:
    """The cases of one session.

    Args:
        session: with its changes and annotations.
        sets: ids of the sets that are asked for; those that nobody has judged, as after a sign-off that was
            undone, give none.
    """
    wanted = set(sets)
    reviewed = review(session)
    annotated = {one.set_id: one.truth for one in session.annotations}
    cases = []
    for one in session.sets:
        if one.id not in wanted:
            continue
        if one.id in annotated:
            truth = kept_truth(annotated[one.id])
            basis = Basis.ANNOTATED
        elif one.id in reviewed.signed_off:
            truth = held_true(one, reviewed.of(one.id))
            basis = Basis.SIGNED_OFF
        else:
            continue
        cases.append(
            Case(
                score=score(f"set {one.id}", session.head.source, truth, counted(one), None),
                basis=basis,
                person=session.person.name,
                view=one.state.view,
                model=session.head.model,
                thresholds=one.head.thresholds.fingerprint,
                begun_at=session.head.begun_at,
                session_id=session.id,
                set_id=one.id,
                number=one.head.number,
                of=one.head.of,
            )
        )
    return cases


def clip_cases(evaluation: Evaluation) -> list[Case]:
    """The cases of a folder of annotated clips."""
    return [
        Case(
            score=clip,
            basis=Basis.CLIP,
            person=None,
            view=None,
            model=evaluation.model,
            thresholds=None
            if clip.truth.calibration
            else load_exercise(clip.truth.exercise).thresholds.fingerprint,
            begun_at=None,
            session_id=None,
            set_id=None,
        )
        for clip in evaluation.clips
    ]


def counted(one: KeptSet) -> CountResult:
    """What the machine counted in a set, as a count without its trace."""
    reps = [kept.rep for kept in one.reps]
    ends = [rep.decided_s for rep in reps] + [span.end_s for span in one.state.unmeasured]
    ended_s = max([one.head.begun_s, *ends]) if one.state.ended_s is None else one.state.ended_s
    return CountResult(
        exercise=one.head.exercise,
        reps=tuple(rep for rep in reps if rep.reason is None),
        partials=tuple(rep for rep in reps if rep.reason is not None),
        unmeasured=one.state.unmeasured,
        trace=_NO_TRACE,
        thresholds={},
        duration_s=max(0.0, ended_s - one.head.begun_s),
    )


def held_true(one: KeptSet, events: Sequence[Event]) -> Truth:
    """What a reviewer holds to be true of a set.

    A hold is not part of it: nobody measures one by looking at the machine's.
    """
    reps = tuple(
        TrueRep(
            side=event.side,
            complete=event.complete,
            start_s=event.start_s,
            peak_s=event.peak_s,
            end_s=event.end_s,
            reason=event.reason,
            faults=event.faults,
        )
        for event in sorted(events, key=lambda event: event.peak_s)
    )
    return Truth.model_validate(
        {"format": "repose-truth", "version": 1, "exercise": one.head.exercise, "reps": reps}
    )


def _sides(one: ClipScore) -> tuple[Side, ...]:
    """The sides that did or were counted for something; none of a set in which nothing happened."""
    true = [event.side for event in one.truth.reps]
    machine = [event.side for event in (*one.result.reps, *one.result.partials)] if one.result else []
    return tuple(dict.fromkeys([*true, *machine]))


def _of_side(one: ClipScore, side: Side) -> ClipScore:
    if one.result is None:
        return one
    truth = one.truth.model_copy(update={"reps": tuple(rep for rep in one.truth.reps if rep.side == side)})
    result = replace(
        one.result,
        reps=tuple(rep for rep in one.result.reps if rep.side == side),
        partials=tuple(rep for rep in one.result.partials if rep.side == side),
    )
    return score(one.name, one.source, truth, result, one.timing)
