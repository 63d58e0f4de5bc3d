"""What a report tells of a session, as numbers. Pure: the same session gives the same facts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Final

from repose.coaching.programme import plan
from repose.counting.result import Rep, Side
from repose.exercises.load import known, signal_of
from repose.reports.session_flags import Flag, flags
from repose.review.reviewed import Event, Reviewed, review
from repose.sessions.figures import SetFigures
from repose.sessions.records import KeptSession, KeptSet

HOLD_TOLERANCE_S: Final = 0.25
"""How much shorter than its dose a hold may be measured and still be kept: the error aimed at in counting."""

MOST_PAST: Final = 19
"""Earlier sessions in a trend: with this one, a month of exercise on working days."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Some measurements: how many, their mean, the least and the most."""

    n: int
    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread | None":
        """None of nothing."""
        found = list(values)
        return cls(len(found), fmean(found), min(found), max(found)) if found else None


@dataclass(frozen=True, slots=True)
class Past:
    """The mean range of one exercise and side in one session, in degrees."""

    begun_at: datetime
    mean_deg: float


@dataclass(frozen=True, slots=True)
class Line:
    """One exercise on one side: what was done of what was prescribed.

    Attributes:
        exercise: slug.
        side: "both" also for exercises without sides; None for a set that nobody assigned to a side and in
            which nothing was counted.
        sets, sets_asked: done, and prescribed; None where there was no programme.
        done: complete reps after review.
        machine: complete reps as the machine counted them.
        prescribed: reps of all sets together; None where there was no dose.
        partials: after review.
        angle: working angle at the end position of complete reps, degrees; without those of which review
            moved the end position, or that a reviewer added: nobody measured them.
        rest_deg, target_deg: the usual rest and a full rep, by the thresholds in force; None where no set was
            begun.
        hold_asked_s: dose of the hold; 0 for none.
        hold: of complete reps, seconds; None where there was no hold to keep.
        held: how many of them kept the dose.
        past: earlier sessions measured with the same model and thresholds, and this one, oldest first.
    """

    exercise: str
    side: Side | None
    sets: int
    sets_asked: int | None
    done: int
    machine: int
    prescribed: int | None
    partials: int
    angle: Spread | None
    rest_deg: float | None
    target_deg: float | None
    hold_asked_s: float
    hold: Spread | None
    held: int
    past: tuple[Past, ...]


@dataclass(frozen=True, slots=True)
class FaultCount:
    """A form fault of an exercise: in how many of its reps and partials."""

    exercise: str
    fault: str
    reps: int
    of: int


@dataclass(frozen=True, slots=True)
class Unseen:
    """Time not measured for one reason."""

    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Facts:
    """A session as a report tells it.

    Attributes:
        session: what is kept.
        reviewed: after review.
        lines: of each exercise and side, in the order of the programme.
        faults: the most frequent first.
        unseen: by reason, the longest first.
        set_s: length of all sets together.
        flags: what somebody should look at, the worst first.
        reviewers: names, in the order of their first change.
        reviewed_at: time of the newest change; None without any.
        views: from where the camera saw the person, in words.
        fingerprints: of the thresholds in force, by exercise.
    """

    session: KeptSession
    reviewed: Reviewed
    lines: tuple[Line, ...]
    faults: tuple[FaultCount, ...]
    unseen: tuple[Unseen, ...]
    set_s: float
    flags: tuple[Flag, ...]
    reviewers: tuple[str, ...]
    reviewed_at: datetime | None
    views: tuple[str, ...]
    fingerprints: dict[str, tuple[str, ...]]

    @property
    def done(self) -> int:
        """Complete reps after review."""
        return sum(line.done for line in self.lines)

    @property
    def machine(self) -> int:
        """Complete reps as the machine counted them."""
        return sum(line.machine for line in self.lines)

    @property
    def prescribed(self) -> int | None:
        """Reps of the whole dose; None if some exercise had none."""
        doses = [line.prescribed for line in self.lines]
        return sum(dose for dose in doses if dose is not None) if doses and None not in doses else None

    @property
    def done_of_dose(self) -> int:
        """Complete reps, no more of each exercise and side than were prescribed."""
        return sum(
            line.done if line.prescribed is None else min(line.done, line.prescribed) for line in self.lines
        )

    @property
    def partials(self) -> int:
        """Movements that did not earn a rep."""
        return sum(line.partials for line in self.lines)

    @property
    def unseen_s(self) -> float:
        """Time not measured, within sets."""
        return sum(one.seconds for one in self.unseen)


def facts(session: KeptSession, earlier: Sequence[SetFigures] = ()) -> Facts:
    """The facts of a session.

    Args:
        session: it.
        earlier: what the person's earlier sessions come to, oldest first.
    """
    reviewed = review(session)
    lines = tuple(
        _line(session, reviewed, exercise, side, earlier) for exercise, side in _keys(session, reviewed)
    )
    return Facts(
        session=session,
        reviewed=reviewed,
        lines=lines,
        faults=_faults(session, reviewed),
        unseen=_unseen(session),
        set_s=sum(_length(one) for one in session.sets),
        flags=flags(session, reviewed),
        reviewers=tuple(dict.fromkeys(change.who for change in session.changes)),
        reviewed_at=max((change.at for change in session.changes), default=None),
        views=tuple(dict.fromkeys(one.state.view for one in session.sets if one.state.view)),
        fingerprints=_fingerprints(session),
    )


def measured_deg(event: Event, exercise: str) -> float | None:
    """The working angle at the end position; None where the machine did not measure this very position."""
    rep = event.machine
    if rep is None or rep.peak_s != event.peak_s:
        return None
    return working_deg(rep, exercise)


def working_deg(rep: Rep, exercise: str) -> float | None:
    """The working angle at the end position of a rep as the machine counted it."""
    return rep.peak.get(signal_of(exercise))


def _keys(session: KeptSession, reviewed: Reviewed) -> list[tuple[str, Side | None]]:
    """The exercises and sides of the lines: as prescribed, then what was done beyond that."""
    keys: dict[tuple[str, Side | None], None] = {}
    if session.head.programme is not None:
        keys |= dict.fromkeys((one.exercise, one.side) for one in plan(session.head.programme))
    for one in session.sets:
        exercise, prescribed = one.head.exercise, one.head.prescribed
        complete = {event.side for event in reviewed.of(one.id) if event.complete}
        complete |= {kept.rep.side for kept in one.reps if kept.rep.reason is None}
        if prescribed != "auto":
            keys[exercise, prescribed] = None
        elif not complete:
            keys[exercise, None] = None
        order: tuple[Side, ...] = ("left", "right", "both")
        keys |= dict.fromkeys((exercise, side) for side in order if side in complete)
    order_of = {slug: k for k, slug in enumerate(dict.fromkeys(exercise for exercise, _ in keys))}
    return sorted(keys, key=lambda key: order_of[key[0]])


def _line(
    session: KeptSession,
    reviewed: Reviewed,
    exercise: str,
    side: Side | None,
    earlier: Sequence[SetFigures],
) -> Line:
    sets = [one for one in session.sets if one.head.exercise == exercise]
    # A movement of another side than was prescribed is a partial of the prescribed one.
    of_side = [one for one in sets if one.head.prescribed in (side, "auto")]
    events = [event for one in sets for event in reviewed.of(one.id)]
    complete = [event for event in events if event.complete and event.side == side]
    planned = [
        one
        for one in (plan(session.head.programme) if session.head.programme else ())
        if one.exercise == exercise and one.side == side
    ]
    asked_s = max([one.hold_s for one in planned] + [one.head.hold_s for one in of_side], default=0.0)
    holds = [event.hold_s for event in complete if event.hold_s is not None] if asked_s else []
    angle = Spread.of(deg for event in complete if (deg := measured_deg(event, exercise)) is not None)
    return Line(
        exercise=exercise,
        side=side,
        sets=_sets_done(session, of_side),
        sets_asked=len(planned) or None,
        done=len(complete),
        machine=sum(kept.rep.reason is None and kept.rep.side == side for one in sets for kept in one.reps),
        prescribed=sum(one.reps for one in planned) or _asked(of_side),
        partials=sum(
            not event.complete and (one.head.prescribed != "auto" or side in (event.side, None))
            for one in of_side
            for event in reviewed.of(one.id)
        ),
        angle=angle,
        rest_deg=of_side[-1].head.thresholds.rest_deg if of_side else None,
        target_deg=of_side[-1].head.thresholds.target_deg if of_side else None,
        hold_asked_s=asked_s,
        hold=Spread.of(holds),
        held=sum(hold_s >= asked_s - HOLD_TOLERANCE_S for hold_s in holds),
        past=_past(session, of_side, side, angle, earlier),
    )


def _sets_done(session: KeptSession, sets: Sequence[KeptSet]) -> int:
    """Sets that were not left out; one that was gone on with after an interruption is one."""
    done = [one.head.number for one in sets if not one.state.skipped]
    return len(done) if session.head.programme is None else len(set(done))


def _asked(sets: Sequence[KeptSet]) -> int | None:
    """Reps that were to be done in these sets; None where one of them had no dose."""
    targets = [one.head.target for one in sets]
    return sum(target for target in targets if target) or None if None not in targets else None


def _past(
    session: KeptSession,
    sets: Sequence[KeptSet],
    side: Side | None,
    angle: Spread | None,
    earlier: Sequence[SetFigures],
) -> tuple[Past, ...]:
    """Mean ranges up to this session's, each rep counting the same."""
    if angle is None or not sets:
        return ()
    exercise, fingerprint = sets[-1].head.exercise, sets[-1].head.thresholds.fingerprint
    sums: dict[str, tuple[datetime, float, int]] = {}
    for one in earlier:
        measured_alike = (one.model, one.fingerprint) == (session.head.model, fingerprint)
        if (one.exercise, one.side) != (exercise, side) or not measured_alike or one.angle_deg is None:
            continue
        if one.begun_at < session.head.begun_at and one.complete:
            _, total, reps = sums.get(one.session_id, (one.begun_at, 0.0, 0))
            total += one.angle_deg * one.complete
            sums[one.session_id] = (one.begun_at, total, reps + one.complete)
    past = sorted((Past(at, total / reps) for at, total, reps in sums.values()), key=lambda one: one.begun_at)
    return (*past[-MOST_PAST:], Past(session.head.begun_at, angle.mean))


def _faults(session: KeptSession, reviewed: Reviewed) -> tuple[FaultCount, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    events: Counter[str] = Counter()
    for one in session.sets:
        for event in reviewed.of(one.id):
            events[one.head.exercise] += 1
            counts.update((one.head.exercise, fault) for fault in event.faults)
    slugs = list(dict.fromkeys((*known(), *events)))
    return tuple(
        FaultCount(exercise, fault, number, events[exercise])
        for (exercise, fault), number in sorted(
            counts.items(), key=lambda entry: (-entry[1], slugs.index(entry[0][0]), entry[0][1])
        )
    )


def _unseen(session: KeptSession) -> tuple[Unseen, ...]:
    seconds: Counter[str] = Counter()
    for one in session.sets:
        for span in one.state.unmeasured:
            seconds[span.reason] += span.end_s - span.start_s  # type: ignore[assignment] # a sum of seconds
    return tuple(Unseen(reason, length) for reason, length in seconds.most_common())


def _length(one: KeptSet) -> float:
    """Seconds of a set; of one that was not ended, up to the last that is known of it."""
    last = [kept.rep.decided_s for kept in one.reps] + [span.end_s for span in one.state.unmeasured]
    end_s = one.state.ended_s if one.state.ended_s is not None else max(last, default=one.head.begun_s)
    return max(end_s - one.head.begun_s, 0.0)


def _fingerprints(session: KeptSession) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for one in session.sets:
        found.setdefault(one.head.exercise, {})[one.head.thresholds.fingerprint] = None
    return {exercise: tuple(prints) for exercise, prints in found.items()}
