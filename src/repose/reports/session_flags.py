"""Which reps of a session somebody should look at, the worst first."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from repose.counting.result import Side
from repose.review.reviewed import Event, Reviewed
from repose.sessions.records import KeptSession, KeptSet

LOW_CONFIDENCE: Final = 0.6
"""Confidence below which a counted rep is worth a look; well-seen ones of real clips have 0.83 to 0.99."""


class Kind(IntEnum):
    """Why a rep is flagged, the worst first."""

    REJECTED = 0
    CHANGED = 1
    ADDED = 2
    DOUBTFUL = 3
    PARTIAL = 4


@dataclass(frozen=True, slots=True)
class Flag:
    """A rep to look at.

    Attributes:
        kind: why.
        exercise: slug.
        number, of: which set of how many of this exercise and side, from 1.
        side: of the rep.
        peak_s: its end position, on the session's clock.
        reason: of a partial, why it does not count.
        faults: its form faults.
        confidence: the machine's; None for what a reviewer made.
    """

    kind: Kind
    exercise: str
    number: int
    of: int
    side: Side
    peak_s: float
    reason: str | None
    faults: tuple[str, ...]
    confidence: float | None


def flags(session: KeptSession, reviewed: Reviewed) -> tuple[Flag, ...]:
    """The reps to look at, by kind; within each, the least certain and then the earliest first."""
    found = [_flag(kind, one, event) for one in session.sets for kind, event in _kinds(one, reviewed)]
    return tuple(
        sorted(
            found,
            key=lambda flag: (flag.kind, 1 if flag.confidence is None else flag.confidence, flag.peak_s),
        )
    )


def _kinds(one: KeptSet, reviewed: Reviewed) -> Iterator[tuple[Kind, Event]]:
    for event in reviewed.rejected:
        if event.set_id == one.id:
            yield Kind.REJECTED, event
    for event in reviewed.of(one.id):
        if event.verdict == "changed":
            yield Kind.CHANGED, event
        elif event.verdict == "added":
            yield Kind.ADDED, event
        elif event.reason is not None:
            yield Kind.PARTIAL, event
        elif event.verdict == "unreviewed" and event.machine and event.machine.confidence < LOW_CONFIDENCE:
            yield Kind.DOUBTFUL, event


def _flag(kind: Kind, one: KeptSet, event: Event) -> Flag:
    return Flag(
        kind=kind,
        exercise=one.head.exercise,
        number=one.head.number,
        of=one.head.of,
        side=event.side,
        peak_s=event.peak_s,
        reason=event.reason,
        faults=event.faults,
        confidence=event.machine.confidence if event.machine else None,
    )
