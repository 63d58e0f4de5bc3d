"""The machine's count with a reviewer's changes applied. Pure: the same session gives the same answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from repose.coaching.programme import allowed_sides
from repose.counting.result import Rep, Side
from repose.errors import ReposeError
from repose.exercises import Definition
from repose.exercises.load import definitions
from repose.review.changes import (
    CHANGE,
    Accept,
    Add,
    Change,
    ChangeFaults,
    ChangeSide,
    Judge,
    Merge,
    Move,
    Reject,
    SignOff,
    Split,
    Undo,
)
from repose.sessions.records import KeptSession, KeptSet

Verdict = Literal["unreviewed", "accepted", "changed", "added", "rejected"]

UNSAID: Final = "not_said"
"""Reason of a partial for which the reviewer gave none."""


@dataclass(frozen=True, slots=True)
class Event:
    """A rep or partial as it stands after review.

    Attributes:
        key: its name in changes.
        set_id: the set that it belongs to.
        side, start_s, peak_s, end_s, faults: as in `Rep`.
        reason: None for a complete rep, else why it is a partial.
        hold_s: seconds; None where a reviewer added, split, merged or moved it: nobody measured it then.
        machine: what the machine counted; None for an added event, and for what splitting or merging made.
        verdict: what the reviewer said of it.
        changes: ids of the changes that made it what it is.
    """

    key: str
    set_id: int
    side: Side
    start_s: float
    peak_s: float
    end_s: float
    hold_s: float | None
    faults: tuple[str, ...]
    reason: str | None
    machine: Rep | None
    verdict: Verdict
    changes: tuple[int, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether it counts."""
        return self.reason is None and self.verdict != "rejected"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A session after review.

    Attributes:
        events: all that happened, in order of their start within each set.
        rejected: what the machine counted and the reviewer rejected.
        signed_off: ids of the sets that were looked at as a whole.
        in_force: ids of the changes that are not undone.
        void: ids of those among them that say nothing any more, for what they were about is gone.
    """

    events: tuple[Event, ...]
    rejected: tuple[Event, ...]
    signed_off: frozenset[int]
    in_force: frozenset[int]
    void: frozenset[int]

    def of(self, set_id: int) -> tuple[Event, ...]:
        """The events of one set."""
        return tuple(event for event in self.events if event.set_id == set_id)


def review(session: KeptSession) -> Reviewed:
    """Apply the changes of a session to what the machine counted."""
    changes = [(kept.id, CHANGE.validate_python(kept.change)) for kept in session.changes]
    in_force = _in_force(changes)
    work = _Work(session.sets)
    void = set()
    for number, change in changes:
        if number in in_force:
            try:
                work.apply(number, change)
            except ReposeError:
                # An earlier change that it builds on was undone.
                void.add(number)
    order = {one.id: k for k, one in enumerate(session.sets)}
    events = sorted(work.events.values(), key=lambda event: (order[event.set_id], event.start_s, event.key))
    return Reviewed(
        events=tuple(event for event in events if event.verdict != "rejected"),
        rejected=tuple(event for event in events if event.verdict == "rejected"),
        signed_off=frozenset(work.signed_off),
        in_force=in_force,
        void=frozenset(void),
    )


def check(session: KeptSession, change: Change) -> None:
    """Refuse a change that makes no sense after those that there are.

    Raises:
        ReposeError: in one line that says why.
    """
    if isinstance(change, Undo):
        if change.change not in {kept.id for kept in session.changes}:
            raise ReposeError(f"there is no change {change.change} in this session to be undone")
        return
    before = review(session)
    work = _Work(session.sets)
    for kept in session.changes:
        if kept.id in before.in_force - before.void:
            work.apply(kept.id, CHANGE.validate_python(kept.change))
    work.apply(max((kept.id for kept in session.changes), default=0) + 1, change)


def _in_force(changes: Sequence[tuple[int, Change]]) -> frozenset[int]:
    """The changes that are not undone; an undo that is itself undone does not count."""
    undone: set[int] = set()
    for number, change in reversed(changes):
        if isinstance(change, Undo) and number not in undone:
            undone.add(change.change)
    return frozenset(number for number, _ in changes if number not in undone)


class _Work:
    """Events while changes are applied to them."""

    def __init__(self, sets: Sequence[KeptSet]) -> None:
        self.sets = {one.id: one for one in sets}
        self.signed_off: set[int] = set()
        self.events = {
            f"m{kept.id}": Event(
                key=f"m{kept.id}",
                set_id=one.id,
                side=kept.rep.side,
                start_s=kept.rep.start_s,
                peak_s=kept.rep.peak_s,
                end_s=kept.rep.end_s,
                hold_s=kept.rep.hold_s,
                faults=kept.rep.faults,
                reason=kept.rep.reason,
                machine=kept.rep,
                verdict="unreviewed",
            )
            for one in sets
            for kept in one.reps
        }

    def apply(self, number: int, change: Change) -> None:
        """Apply one change.

        Raises:
            ReposeError: it makes no sense; then nothing has changed.
        """
        match change:
            case Undo():
                pass  # it has done its work by taking another one out of force
            case Accept():
                event = self._event(change.event)
                verdict: Verdict = (
                    "accepted" if event.verdict in ("unreviewed", "rejected") else event.verdict
                )
                self._put(number, event, verdict=verdict)
            case Reject():
                self._put(number, self._event(change.event), verdict="rejected")
            case Judge():
                event = self._event(change.event)
                reason = None if change.complete else change.reason or event.reason or UNSAID
                self._put(number, event, reason=reason, verdict=_changed(event))
            case Add():
                self._add(number, change)
            case Move():
                event = self._event(change.event)
                _require_order(change.start_s, change.peak_s, change.end_s)
                self._put(
                    number,
                    event,
                    start_s=change.start_s,
                    peak_s=change.peak_s,
                    end_s=change.end_s,
                    hold_s=None,
                    verdict=_changed(event),
                )
            case Split():
                self._split(number, self._event(change.event), change.at_s)
            case Merge():
                self._merge(number, self._event(change.first), self._event(change.second))
            case ChangeSide():
                event = self._event(change.event)
                self._require_side(event.set_id, change.side)
                self._put(number, event, side=change.side, verdict=_changed(event))
            case ChangeFaults():
                event = self._event(change.event)
                known = self._definition(event.set_id).faults
                if wrong := set(change.faults) - {fault.name for fault in known}:
                    raise ReposeError(f"this exercise has no fault {min(wrong)!r}")
                faults = tuple(fault.name for fault in known if fault.name in change.faults)
                self._put(number, event, faults=faults, verdict=_changed(event))
            case SignOff():
                self._set(change.set_id)
                self.signed_off.add(change.set_id)

    def _add(self, number: int, change: Add) -> None:
        self._require_side(change.set_id, change.side)
        _require_order(change.start_s, change.peak_s, change.end_s)
        key = f"c{number}"
        self.events[key] = Event(
            key=key,
            set_id=change.set_id,
            side=change.side,
            start_s=change.start_s,
            peak_s=change.peak_s,
            end_s=change.end_s,
            hold_s=None,
            faults=(),
            reason=None if change.complete else change.reason or UNSAID,
            machine=None,
            verdict="added",
            changes=(number,),
        )

    def _split(self, number: int, event: Event, at_s: float) -> None:
        if not event.start_s < at_s < event.end_s:
            raise ReposeError("a rep is split within it, between its start and its end")
        del self.events[event.key]
        for key, start_s, end_s in (
            (f"c{number}", event.start_s, at_s),
            (f"c{number}.1", at_s, event.end_s),
        ):
            inside = start_s < event.peak_s < end_s
            self.events[key] = replace(
                event,
                key=key,
                start_s=start_s,
                peak_s=event.peak_s if inside else (start_s + end_s) / 2,
                end_s=end_s,
                hold_s=None,
                machine=None,
                verdict="changed",
                changes=(*event.changes, number),
            )

    def _merge(self, number: int, first: Event, second: Event) -> None:
        if first.key == second.key or first.set_id != second.set_id:
            raise ReposeError("two different reps of one set can be merged")
        # The end position of the one that was judged complete, or went further, is that of the whole.
        better = max(
            first, second, key=lambda event: (event.complete, event.machine.excursion if event.machine else 0)
        )
        key = f"c{number}"
        merged = replace(
            better,
            key=key,
            start_s=min(first.start_s, second.start_s),
            end_s=max(first.end_s, second.end_s),
            hold_s=None,
            faults=tuple(dict.fromkeys((*first.faults, *second.faults))),
            machine=None,
            verdict="changed",
            changes=(*first.changes, *second.changes, number),
        )
        del self.events[first.key], self.events[second.key]
        self.events[key] = merged

    def _event(self, key: str) -> Event:
        if key not in self.events:
            raise ReposeError("this rep is not there any more; load the session again")
        return self.events[key]

    def _set(self, set_id: int) -> KeptSet:
        if set_id not in self.sets:
            raise ReposeError(f"there is no set {set_id} in this session")
        return self.sets[set_id]

    def _definition(self, set_id: int) -> Definition:
        return definitions()[self._set(set_id).head.exercise]

    def _require_side(self, set_id: int, side: Side) -> None:
        if side not in allowed_sides(self._definition(set_id)):
            raise ReposeError(f"this exercise has no side {side!r}")

    def _put(self, number: int, event: Event, **changed: object) -> None:
        self.events[event.key] = replace(event, changes=(*event.changes, number), **changed)  # type: ignore[arg-type]


def _changed(event: Event) -> Verdict:
    """Of an event that is changed now."""
    return "added" if event.verdict == "added" else "changed"


def _require_order(start_s: float, peak_s: float, end_s: float) -> None:
    if not start_s <= peak_s <= end_s or start_s == end_s:
        raise ReposeError("a rep starts, reaches its end position and ends, in this order")
