"""What the review page is told of a session: the machine's count, the reviewed one, and what was changed."""

from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from repose.coaching.programme import allowed_sides
from repose.counting.result import Rep, Side
from repose.exercises import Definition, Exercise
from repose.exercises.subject import Subject
from repose.review.changes import Undo
from repose.review.reviewed import Event, Reviewed, Verdict, review, understood
from repose.review.signal import Signal
from repose.review.words import REASONS, limb, reason_in_words, tell, unseen_in_words
from repose.sessions.records import KeptSession, KeptSet
from repose.sessions.recount import span_of

MOST_TICKS: Final = 6000
"""Ticks of a signal in one answer: three for each pixel of a wide screen; who looks closer asks again."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Evidence(_Answer):
    """What the machine counted, and why; see `repose.counting.result.Rep`.

    Attributes:
        angles: at the end position, in degrees, by the joint in words.
        reason: in words.
    """

    side: Side
    start_s: float
    peak_s: float
    end_s: float
    hold_start_s: float
    hold_s: float
    angles: dict[str, float]
    excursion: float
    confidence: float
    faults: tuple[str, ...]
    decided_s: float
    reason: str | None


class EventAnswer(_Answer):
    """A rep or partial as it stands after review, see `repose.review.reviewed.Event`.

    Attributes:
        reason_text: the reason in words.
        machine: None for what a reviewer made.
        changes: ids of the changes that made it what it is.
    """

    key: str
    side: Side
    start_s: float
    peak_s: float
    end_s: float
    hold_s: float | None
    faults: tuple[str, ...]
    reason: str | None
    reason_text: str | None
    verdict: Verdict
    machine: Evidence | None
    changes: tuple[int, ...]


class Named(_Answer):
    """A fault or a reason: its name in the data, and in words."""

    name: str
    text: str


class Line(_Answer):
    """A threshold, as an excursion."""

    name: str
    at: float


class Span(_Answer):
    """Time that was not measured, and why."""

    start_s: float
    end_s: float
    why: str


class Counts(_Answer):
    """Complete reps and partials."""

    reps: int
    partials: int


class SetAnswer(_Answer):
    """One set.

    Attributes:
        title: exercise and limb.
        number: "set 1 of 2"; "" for the only one.
        limb: what was prescribed to work; "" where nothing was.
        target, hold_s: the dose; None and 0 without one.
        from_s, to_s: when it was counted.
        ended, skipped: whether it was ended, and whether before its dose.
        sides: those that the exercise has.
        faults, reasons: what an event can have.
        lines: thresholds to be drawn.
        needs: thresholds that cannot be drawn, in words; "" without.
        high, low: excursions of the target, and of the opposite end; 0 without one.
        thresholds: all of them, by their dotted key.
        fingerprint: of the thresholds.
        joint: the working one.
        machine, reviewed: how many were counted.
        signed_off: whether a reviewer looked at the whole set.
        annotated_by: who annotated it, the newest last.
    """

    id: int
    title: str
    number: str
    exercise: str
    limb: str
    target: int | None
    hold_s: float
    view: str | None
    from_s: float
    to_s: float
    ended: bool
    skipped: bool
    sides: tuple[Side, ...]
    faults: tuple[Named, ...]
    reasons: tuple[Named, ...]
    lines: tuple[Line, ...]
    needs: str
    high: float
    low: float
    thresholds: dict[str, float]
    fingerprint: str
    joint: str
    unmeasured: tuple[Span, ...]
    machine: Counts
    reviewed: Counts
    signed_off: bool
    annotated_by: tuple[str, ...]
    events: tuple[EventAnswer, ...]
    rejected: tuple[EventAnswer, ...]


class ChangeAnswer(_Answer):
    """What a reviewer did.

    Attributes:
        at: when, in the time of this computer.
        who: the reviewer.
        why: in the reviewer's words.
        what: in words.
        set_id: of the set that it is about, if that is known.
        state: whether it counts: "void" is in force, but what it was about is gone.
        undo: whether it only undid another one.
    """

    id: int
    at: datetime
    who: str
    why: str
    what: str
    set_id: int | None
    state: Literal["in_force", "undone", "void"]
    undo: bool


class ReviewAnswer(_Answer):
    """A session as the review page shows it.

    Attributes:
        ended: whether the session was ended; else it still runs, or Repose was ended in it.
        recorded: whether there are landmarks.
        video: whether a video is kept.
        newest: id of the newest change, to be sent back as `after`.
        undo, redo: ids of what an undo or redo button takes back.
    """

    id: str
    person: str
    ended: bool
    recorded: bool
    video: bool
    newest: int | None
    undo: int | None
    redo: int | None
    sets: tuple[SetAnswer, ...]
    changes: tuple[ChangeAnswer, ...]


class SignalAnswer(_Answer):
    """The signal of a set; None where it was not measured.

    Attributes:
        time_s, excursion, angle: as in `repose.review.signal.Signal`.
        thinned: whether ticks were left out; the lowest and highest are kept.
        unreadable: spans of the recording that cannot be read.
    """

    time_s: tuple[float, ...]
    excursion: tuple[float | None, ...]
    angle: tuple[float | None, ...]
    thinned: bool
    unreadable: tuple[tuple[float, float], ...]


def review_answer(session: KeptSession, *, video: bool) -> ReviewAnswer:
    """A session after review.

    Args:
        session: with its changes.
        video: whether its video is there.
    """
    reviewed = review(session)
    return ReviewAnswer(
        id=session.id,
        person=session.person.name,
        ended=session.ended_at is not None,
        recorded=session.recorded_s is not None,
        video=video,
        newest=max((change.id for change in session.changes), default=None),
        undo=reviewed.undo,
        redo=reviewed.redo,
        sets=tuple(_set(session, one, reviewed) for one in session.sets),
        changes=_changes(session, reviewed),
    )


def signal_answer(signal: Signal, from_s: float | None, to_s: float | None) -> SignalAnswer:
    """The signal from one time to another, in no more ticks than can be seen."""
    part = signal
    if from_s is not None and to_s is not None:
        part = signal.within(from_s, to_s)
    thin = part.thinned(MOST_TICKS)
    return SignalAnswer(
        time_s=tuple(round(value, 3) for value in thin.time_s.tolist()),
        excursion=tuple(_number(value, 4) for value in thin.excursion.tolist()),
        angle=tuple(_number(value, 1) for value in thin.angle.tolist()),
        thinned=len(thin.time_s) < len(part.time_s),
        unreadable=signal.damaged,
    )


def set_title(one: KeptSet) -> str:
    """Such as "Heel slides, left leg"."""
    definition = one.head.counted_by.definition
    part = _prescribed_limb(one, definition)
    return f"{definition.name}, {part}" if part else definition.name


def _prescribed_limb(one: KeptSet, definition: Definition) -> str:
    return "" if one.head.prescribed == "auto" else limb(definition, one.head.prescribed)


def _set(session: KeptSession, one: KeptSet, reviewed: Reviewed) -> SetAnswer:
    exercise = one.head.counted_by
    events = reviewed.of(one.id)
    from_s, to_s = span_of(session, one.id)
    times = [event.end_s for event in events] + [from_s + 1.0]
    if to_s is None:
        to_s = max(*times, session.recorded_s[1] if session.recorded_s else 0.0)
    lines, needs = _lines(exercise)
    subject = Subject.of(exercise)
    partials = sum(kept.rep.reason is not None for kept in one.reps)
    complete = sum(event.complete for event in events)
    return SetAnswer(
        id=one.id,
        title=set_title(one),
        number=f"set {one.head.number} of {one.head.of}" if one.head.of > 1 else "",
        exercise=one.head.exercise,
        limb=_prescribed_limb(one, exercise.definition),
        target=one.head.target,
        hold_s=one.head.hold_s,
        view=one.state.view,
        from_s=from_s,
        to_s=max(to_s, from_s + 1.0),
        ended=one.state.ended_s is not None,
        skipped=one.state.skipped,
        sides=allowed_sides(exercise.definition),
        faults=tuple(
            Named(name=fault.name, text=f"{_plain(fault.name)}: {fault.text}")
            for fault in exercise.definition.faults
        ),
        reasons=tuple(Named(name=name, text=text) for name, text in REASONS.items()),
        lines=lines,
        needs=needs,
        thresholds=exercise.thresholds.flat(),
        fingerprint=exercise.thresholds.fingerprint,
        high=subject.high,
        low=subject.low,
        joint=subject.joint,
        unmeasured=tuple(
            Span(start_s=span.start_s, end_s=span.end_s, why=unseen_in_words(span.reason))
            for span in one.state.unmeasured
        ),
        machine=Counts(reps=len(one.reps) - partials, partials=partials),
        reviewed=Counts(reps=complete, partials=len(events) - complete),
        signed_off=one.id in reviewed.signed_off,
        annotated_by=tuple(said.who for said in session.annotations if said.set_id == one.id),
        events=tuple(map(_event, events)),
        rejected=tuple(_event(event) for event in reviewed.rejected if event.set_id == one.id),
    )


def _lines(exercise: Exercise) -> tuple[tuple[Line, ...], str]:
    limits = exercise.thresholds
    leave = Line(name="leave", at=limits.leave_share)
    if limits.opposite_deg is not None:
        opposite = Line(name="leave", at=-limits.leave_share)
        return (leave, opposite), f"A rep needs {limits.complete_share:g} of the range, from end to end."
    back = Line(name="return", at=limits.return_share * limits.complete_share)
    return (Line(name="complete", at=limits.complete_share), leave, back), ""


def _event(event: Event) -> EventAnswer:
    return EventAnswer(
        key=event.key,
        side=event.side,
        start_s=event.start_s,
        peak_s=event.peak_s,
        end_s=event.end_s,
        hold_s=event.hold_s,
        faults=event.faults,
        reason=event.reason,
        reason_text=None if event.reason is None else reason_in_words(event.reason),
        verdict=event.verdict,
        machine=None if event.machine is None else _evidence(event.machine),
        changes=event.changes,
    )


def _evidence(rep: Rep) -> Evidence:
    return Evidence(
        side=rep.side,
        start_s=rep.start_s,
        peak_s=rep.peak_s,
        end_s=rep.end_s,
        hold_start_s=rep.hold_start_s,
        hold_s=rep.hold_s,
        angles={_plain(name): round(angle, 1) for name, angle in rep.peak.items()},
        excursion=rep.excursion,
        confidence=rep.confidence,
        faults=tuple(_plain(fault) for fault in rep.faults),
        decided_s=rep.decided_s,
        reason=None if rep.reason is None else reason_in_words(rep.reason),
    )


def _changes(session: KeptSession, reviewed: Reviewed) -> tuple[ChangeAnswer, ...]:
    told = tell(session)
    undos = {number for number, change in understood(session) if isinstance(change, Undo)}
    return tuple(
        ChangeAnswer(
            id=kept.id,
            at=kept.at.astimezone(),
            who=kept.who,
            why=kept.why,
            what=told[kept.id].text,
            set_id=told[kept.id].set_id,
            state="void"
            if kept.id in reviewed.void
            else "in_force"
            if kept.id in reviewed.in_force
            else "undone",
            undo=kept.id in undos,
        )
        for kept in session.changes
    )


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _number(value: float, digits: int) -> float | None:
    """A number as JSON has it, which knows no NaN."""
    return None if value != value else round(value, digits)
