"""Kept sessions made up from numbers, for testing what reviewers do to them."""

from datetime import UTC, datetime
from typing import Any, Final

from repose.counting.result import Rep, Side
from repose.exercises import load_exercise
from repose.review.changes import CHANGE
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

WHEN: Final = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)


def rep(start_s: float, side: Side = "left", reason: str | None = None, **other: Any) -> Rep:
    """A rep of four seconds."""
    usual: dict[str, Any] = {
        "side": side,
        "start_s": start_s,
        "peak_s": start_s + 2,
        "end_s": start_s + 4,
        "hold_start_s": start_s + 1.75,
        "hold_s": 0.5,
        "peak": {"knee_flexion": 104.0},
        "excursion": 0.4 if reason else 0.95,
        "confidence": 0.9,
        "faults": (),
        "decided_s": start_s + 4.2,
        "reason": reason,
    }
    return Rep(**(usual | other))


def kept_set(
    set_id: int,
    reps: list[Rep],
    exercise: str = "heel-slides",
    begun_s: float = 0.0,
    ended_s: float | None = 60.0,
    first_rep: int = 1,
) -> KeptSet:
    """A set, its reps with ids from `first_rep` on."""
    head = SetHead(
        position=set_id,
        exercise=exercise,
        prescribed="auto",
        number=1,
        of=1,
        target=10,
        hold_s=0.0,
        begun_s=begun_s,
        thresholds=load_exercise(exercise).thresholds,
    )
    kept = tuple(KeptRep(number, one) for number, one in enumerate(reps, first_rep))
    return KeptSet(set_id, head, SetState(ended_s=ended_s, counted_from=(begun_s,)), kept)


def session(*sets: KeptSet, changes: list[dict[str, Any]] | None = None) -> KeptSession:
    """A session with its changes, whose ids count from 1."""
    head = SessionHead("p", Origin.LIVE, "camera 0", WHEN, None, "full", {})
    kept = KeptSession("s", Person("p", "Ada", WHEN), head, WHEN, sets, (), (), None)
    return changed(kept, *(changes or []))


def changed(kept: KeptSession, *changes: dict[str, Any]) -> KeptSession:
    """With further changes."""
    from dataclasses import replace

    start = len(kept.changes) + 1
    more = tuple(
        KeptChange(number, WHEN, "Ben", "", CHANGE.validate_python(change).model_dump(mode="json"))
        for number, change in enumerate(changes, start)
    )
    return replace(kept, changes=kept.changes + more)


def usual() -> KeptSession:
    """Two left reps and a partial (m1 to m3), then another set of one right rep (m4)."""
    return session(
        kept_set(1, [rep(2), rep(8), rep(14, reason="turned_back_early")]),
        kept_set(2, [rep(72, "right")], begun_s=70.0, ended_s=90.0, first_rep=4),
    )
