"""The machine's count with a reviewer's changes applied. Pure: the same session gives the same answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from pydantic import ValidationError

from repose.coaching.programme import allowed_sides
from repose.counting.result import Rep, Side
from repose.errors import ReposeError
from repose.exercises import Definition
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

APART_S: Final = 0.1
"""Least time between the end positions of two reps of one side."""


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
        rejected: what was counted, or added by mistake, and then rejected.
        signed_off: ids of the sets that were looked at as a whole.
        in_force: ids of the changes that are not undone.
        void: ids of those among them that say nothing any more, for what they were about is gone.
        undo: id of the change that an undo button takes back: the newest in force; None without one.
        redo: id of the undo that a redo button takes back; None unless undoing was the last thing done.
    """

    events: tuple[Event, ...]
    rejected: tuple[Event, ...]
    signed_off: frozenset[int]
    in_force: frozenset[int]
    void: frozenset[int]
    undo: int | None
    redo: int | None

    def of(self, set_id: int) -> tuple[Event, ...]:
        """The events of one set."""
        return tuple(event for event in self.events if event.set_id == set_id)


def review(session: KeptSession) -> Reviewed:
    """Apply the changes of a session to what the machine counted."""
    changes = understood(session)
    in_force = _in_force(changes)
    work, void = _applied(session, changes, in_force)
    order = {one.id: k for k, one in enumerate(session.sets)}
    events = sorted(work.events.values(), key=lambda event: (order[event.set_id], *_by_start(event)))
    return Reviewed(
        events=tuple(event for event in events if event.verdict != "rejected"),
        rejected=tuple(event for event in events if event.verdict == "rejected"),
        signed_off=frozenset(work.signed_off),
        in_force=in_force,
        void=void,
        undo=_newest(number for number, change in changes if number in in_force and not _is_undo(change)),
        redo=_redo(changes, in_force),
    )


def understood(session: KeptSession) -> list[tuple[int, Change | None]]:
    """The changes with their ids; None for one that says nothing to this Repose."""
    changes: list[tuple[int, Change | None]] = []
    for kept in session.changes:
        try:
            changes.append((kept.id, CHANGE.validate_python(kept.change)))
        except ValidationError:
            changes.append((kept.id, None))
    return changes


def check(session: KeptSession, change: Change) -> None:
    """Refuse a change that makes no sense after those that there are.

    Raises:
        ReposeError: in one line that says why.
    """
    changes = understood(session)
    in_force = _in_force(changes)
    if isinstance(change, Undo):
        if change.change not in dict(changes):
            raise ReposeError(f"there is no change {change.change} in this session to be undone")
        if change.change not in in_force:
            raise ReposeError("this change is undone already; load the session again")
        return
    work, _ = _applied(session, changes, in_force)
    work.apply((_newest(number for number, _ in changes) or 0) + 1, change)


_Changes = Sequence[tuple[int, Change | None]]


def _in_force(changes: _Changes) -> frozenset[int]:
    """The changes that are not undone; an undo that is itself undone does not count."""
    undone: set[int] = set()
    for number, change in reversed(changes):
        if isinstance(change, Undo) and number not in undone:
            undone.add(change.change)
    return frozenset(number for number, _ in changes if number not in undone)


def _redo(changes: _Changes, in_force: frozenset[int]) -> int | None:
    """The newest undo in force, if nothing else was changed since."""
    known = dict(changes)
    undos = (
        number
        for number, change in changes
        if isinstance(change, Undo) and number in in_force and not isinstance(known.get(change.change), Undo)
    )
    last = _newest(number for number, change in changes if not _is_undo(change)) or 0
    newest = _newest(undos)
    return newest if newest is not None and newest > last else None


def _is_undo(change: Change | None) -> bool:
    return isinstance(change, Undo)


def _newest(numbers: Iterable[int]) -> int | None:
    return max(numbers, default=None)


def _applied(
    session: KeptSession, changes: _Changes, in_force: frozenset[int]
) -> "tuple[_Work, frozenset[int]]":
    """What comes of the changes in force, and those that came to nothing."""
    work = _Work(session.sets)
    void = set()
    for number, change in changes:
        if number not in in_force:
            continue
        try:
            if change is None:
                raise ReposeError("this change was made by a newer Repose; update Repose")
            work.apply(number, change)
        except ReposeError:
            # What it builds on was undone.
            void.add(number)
    return work, frozenset(void)


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
        # What was said of rejected events before.
        self._stood: dict[str, Verdict] = {}

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
                stood = self._stands(event)
                self._put(number, event, verdict="accepted" if stood == "unreviewed" else stood)
            case Reject():
                event = self._event(change.event)
                self._stood[event.key] = self._stands(event)
                self._put(number, event, verdict="rejected")
            case Judge():
                event = self._event(change.event)
                reason = None if change.complete else change.reason or event.reason or UNSAID
                self._change(number, event, reason=reason)
            case Add():
                self._add(number, change)
            case Move():
                times = {"start_s": change.start_s, "peak_s": change.peak_s, "end_s": change.end_s}
                event = self._event(change.event)
                self._require_times(event.set_id, **times)
                self._change(number, event, hold_s=None, **times)
            case Split():
                self._split(number, self._counted(change.event), change.at_s)
            case Merge():
                self._merge(number, self._counted(change.first), self._counted(change.second))
            case ChangeSide():
                event = self._event(change.event)
                self._require_side(event.set_id, change.side)
                self._change(number, event, side=change.side)
            case ChangeFaults():
                event = self._event(change.event)
                known = self._fault_names(event.set_id)
                if wrong := set(change.faults) - set(known):
                    raise ReposeError(f"this exercise has no fault {min(wrong)!r}")
                self._change(number, event, faults=tuple(name for name in known if name in change.faults))
            case SignOff():
                self.signed_off.add(self._set(change.set_id).id)

    def _add(self, number: int, change: Add) -> None:
        self._require_side(change.set_id, change.side)
        self._require_times(change.set_id, change.start_s, change.peak_s, change.end_s)
        self._take(
            Event(
                key=f"c{number}",
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
        )

    def _split(self, number: int, event: Event, at_s: float) -> None:
        if not event.start_s < at_s < event.end_s:
            raise ReposeError("a rep is split within it, between its start and its end")
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
        del self.events[event.key]

    def _merge(self, number: int, first: Event, second: Event) -> None:
        if first.key == second.key or first.set_id != second.set_id:
            raise ReposeError("two different reps of one set can be merged")
        first, second = sorted((first, second), key=_by_start)
        if any(_by_start(first) < _by_start(one) < _by_start(second) for one in self._beside(first)):
            raise ReposeError("there is a rep between these two; merge neighbours")
        # The end position of the one that was judged complete, or went further, is that of the whole.
        better = max(
            first, second, key=lambda event: (event.complete, event.machine.excursion if event.machine else 0)
        )
        both = {*first.faults, *second.faults}
        merged = replace(
            better,
            key=f"c{number}",
            start_s=first.start_s,
            end_s=max(first.end_s, second.end_s),
            hold_s=None,
            faults=tuple(name for name in self._fault_names(first.set_id) if name in both),
            machine=None,
            verdict="changed",
            changes=(*first.changes, *second.changes, number),
        )
        del self.events[first.key], self.events[second.key]
        self.events[merged.key] = merged

    def _change(self, number: int, event: Event, **changed: object) -> None:
        """Change what was counted; it happened then, even if it was rejected before."""
        verdict = "added" if self._stands(event) == "added" else "changed"
        self._put(number, event, verdict=verdict, **changed)

    def _put(self, number: int, event: Event, **changed: object) -> None:
        self._take(replace(event, changes=(*event.changes, number), **changed))  # type: ignore[arg-type]

    def _take(self, event: Event) -> None:
        """Have an event as it is now.

        Raises:
            ReposeError: another one has the same end position: nobody could tell which one was meant.
        """
        if event.verdict != "rejected" and any(
            one.side == event.side and abs(one.peak_s - event.peak_s) < APART_S for one in self._beside(event)
        ):
            raise ReposeError(
                f"there is a {event.side} rep with this end position already; move it, or merge both"
            )
        self.events[event.key] = event

    def _beside(self, event: Event) -> list[Event]:
        """The others of the set that are not rejected."""
        return [
            one
            for one in self.events.values()
            if one.set_id == event.set_id and one.key != event.key and one.verdict != "rejected"
        ]

    def _stands(self, event: Event) -> Verdict:
        """What was said of an event; of a rejected one, before that."""
        return self._stood[event.key] if event.verdict == "rejected" else event.verdict

    def _event(self, key: str) -> Event:
        if key not in self.events:
            raise ReposeError("this rep is not there any more; load the session again")
        return self.events[key]

    def _counted(self, key: str) -> Event:
        event = self._event(key)
        if event.verdict == "rejected":
            raise ReposeError("this rep was rejected; accept it first")
        return event

    def _set(self, set_id: int) -> KeptSet:
        if set_id not in self.sets:
            raise ReposeError(f"there is no set {set_id} in this session")
        return self.sets[set_id]

    def _definition(self, set_id: int) -> Definition:
        return self._set(set_id).head.counted_by.definition

    def _fault_names(self, set_id: int) -> tuple[str, ...]:
        return tuple(fault.name for fault in self._definition(set_id).faults)

    def _require_side(self, set_id: int, side: Side) -> None:
        if side not in allowed_sides(self._definition(set_id)):
            raise ReposeError(f"this exercise has no side {side!r}")

    def _require_times(self, set_id: int, start_s: float, peak_s: float, end_s: float) -> None:
        if not start_s <= peak_s <= end_s or start_s == end_s:
            raise ReposeError("a rep starts, reaches its end position and ends, in this order")
        one = self._set(set_id)
        if end_s <= one.head.begun_s or (one.state.ended_s is not None and start_s >= one.state.ended_s):
            raise ReposeError("a rep lies within its set")


def _by_start(event: Event) -> tuple[float, str]:
    return event.start_s, event.key
