"""Sessions made by hand, whose report can be computed by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from repose.calibration.load import load_thresholds
from repose.coaching.programme import Programme, plan, usual_programme
from repose.counting.machine import Prescribed
from repose.counting.result import Rep, Side, Unmeasured
from repose.exercises.load import signal_of
from repose.sessions.figures import SetFigures
from repose.sessions.records import (
    KeptChange,
    KeptRep,
    KeptSession,
    KeptSet,
    Origin,
    Person,
    SessionHead,
    SetHead,
    SetState,
)

BEGUN_AT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)

SOFTWARE = {"repose": "0.1.0", "mediapipe": "0.10.33", "model_sha256": "5134a3aad27a58b93da0088d431f366d"}


def a_rep(
    exercise: str,
    side: Side,
    at_s: float,
    deg: float,
    hold_s: float = 1.0,
    reason: str | None = None,
    faults: tuple[str, ...] = (),
    confidence: float = 0.9,
) -> Rep:
    """A rep of 3 s and its hold, whose end position is at `at_s`."""
    return Rep(
        side=side,
        start_s=at_s - 1.5 - hold_s / 2,
        peak_s=at_s,
        end_s=at_s + 1.5 + hold_s / 2,
        hold_start_s=at_s - hold_s / 2,
        hold_s=hold_s,
        peak={signal_of(exercise): deg},
        excursion=1.0,
        confidence=confidence,
        faults=faults,
        decided_s=at_s + 1.6 + hold_s / 2,
        reason=reason,
    )


def a_set(
    number: int,
    exercise: str,
    prescribed: Prescribed,
    reps: Sequence[Rep],
    begun_s: float = 0.0,
    ended_s: float | None = 60.0,
    *,
    target: int | None = 10,
    hold_s: float = 0.0,
    of: tuple[int, int] = (1, 1),
    unmeasured: tuple[Unmeasured, ...] = (),
) -> KeptSet:
    """The set with the id `number`; its reps have the ids 100 · number, and on."""
    head = SetHead(
        position=number - 1,
        exercise=exercise,
        prescribed=prescribed,
        number=of[0],
        of=of[1],
        target=target,
        hold_s=hold_s,
        begun_s=begun_s,
        thresholds=load_thresholds(exercise),
    )
    state = SetState(ended_s=ended_s, counted_from=(begun_s,), unmeasured=unmeasured, view="from the side")
    return KeptSet(number, head, state, tuple(KeptRep(100 * number + k, rep) for k, rep in enumerate(reps)))


def a_session(
    sets: Sequence[KeptSet],
    changes: Sequence[dict[str, Any]] = (),
    *,
    name: str = "Ada Lovelace",
    programme: Programme | None = None,
    ended: bool = True,
    took_s: float = 1560.0,
    video: str | None = None,
    origin: Origin = Origin.LIVE,
    source: str = "camera:0",
) -> KeptSession:
    """A session of these sets and changes of one reviewer."""
    person = Person("p" * 32, name, BEGUN_AT)
    head = SessionHead(person.id, origin, source, BEGUN_AT, programme, "full", SOFTWARE, video)
    kept = [
        KeptChange(k, BEGUN_AT + timedelta(days=1, minutes=k), "Dr. Grace Hopper", "", change)
        for k, change in enumerate(changes, 1)
    ]
    ended_at = BEGUN_AT + timedelta(seconds=took_s) if ended else None
    return KeptSession(
        "0123456789abcdef" * 2, person, head, ended_at, tuple(sets), tuple(kept), (), (0.0, took_s)
    )


def usual_session(
    name: str = "Ada Lovelace", changes: Sequence[dict[str, Any]] = (), **more: Any
) -> KeptSession:
    """The usual programme of all four exercises, done in 13 sets with some faults and partials."""
    at_s, sets, numbers = 5.0, [], count()
    for position, planned in enumerate(plan(usual_programme()), 1):
        begun_s, reps = at_s, []
        for _ in range(planned.reps):
            k = next(numbers)
            hold_s = planned.hold_s + (k % 5 - 1) * 0.4 if planned.hold_s else 0.4
            target = load_thresholds(planned.exercise).target_deg
            deg = target - 7 + (k * 7 % 11)
            faults = {
                "ankle-pumps": ("not_pulled_up",) * (k % 9 == 0) + ("knee_bends",) * (k % 17 == 0),
                "heel-slides": ("heel_lifts",) * (k % 6 == 0),
                "knee-to-chest": ("head_lifts",) * (k % 4 == 0),
                "backwards-stretch": ("no_pause",) * (k % 5 == 0),
            }[planned.exercise]
            at_s += 4 + hold_s
            confidence = 0.55 if k % 41 == 40 else 0.93
            reps.append(a_rep(planned.exercise, planned.side, at_s, deg, hold_s, None, faults, confidence))
            if k % 23 == 22:
                at_s += 5
                reason = ("turned_back_early", "view_lost", "other_side")[k // 23 % 3]
                reps.append(a_rep(planned.exercise, planned.side, at_s, deg - 30, 0.2, reason, (), 0.8))
        unmeasured = (Unmeasured(at_s + 1, at_s + 3.5, "cut_off"),) if position % 4 == 0 else ()
        if position == 9:
            unmeasured = (Unmeasured(at_s + 1, at_s + 13, "no_body"),)
        at_s += 16
        sets.append(
            a_set(
                position,
                planned.exercise,
                planned.side,
                reps,
                begun_s,
                at_s - 1,
                target=planned.reps,
                hold_s=planned.hold_s,
                of=(planned.number, planned.of),
                unmeasured=unmeasured,
            )
        )
        at_s += planned.rest_s
    return a_session(sets, changes, name=name, programme=usual_programme(), took_s=at_s, **more)


def earlier(
    session: KeptSession, days: int = 12, better: dict[str, float] | None = None
) -> tuple[SetFigures, ...]:
    """So many days before, on which the mean range of an exercise rose by `better` degrees."""
    found = []
    for day in range(days, 0, -1):
        for one in session.sets:
            side: Side = "both" if one.head.prescribed == "auto" else one.head.prescribed
            less = (better or {}).get(one.head.exercise, 2.0) * day / days
            found.append(
                SetFigures(
                    session_id=f"{day:032x}",
                    set_id=1000 * day + one.id,
                    begun_at=session.head.begun_at - timedelta(days=day),
                    exercise=one.head.exercise,
                    side=side,
                    target=one.head.target,
                    hold_target_s=one.head.hold_s,
                    model="full",
                    fingerprint=one.head.thresholds.fingerprint,
                    complete=10,
                    partials=0,
                    angle_deg=one.head.thresholds.target_deg - 2 - less + day % 3,
                    tempo_s=4.0,
                    held_s=1.0,
                    unmeasured_s=0.0,
                )
            )
    return tuple(found)
