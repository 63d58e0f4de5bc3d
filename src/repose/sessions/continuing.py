"""Going on with a session that was interrupted: the lid was closed for good, the power failed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from repose.coaching.record import SetRecord, Watched, to_do
from repose.errors import ReposeError
from repose.exercises import Exercise
from repose.sessions.records import KeptSession, KeptSet, Origin, Purpose, Selection
from repose.sessions.store import Store

Load = Callable[[str, str], Exercise]
"""Gives the exercise of a slug with the thresholds in force for the person of a name."""

SAME_DAY: Final = timedelta(hours=12)
"""An older session is not gone on with."""

LATER_S: Final = 1.0
"""How long after the last that is known of it an interrupted session goes on, on its own clock."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A session that can be gone on with.

    Attributes:
        kept: as it is in the store.
        records: its sets, with what was done of them.
        from_s: when it goes on, on its own clock.
    """

    kept: KeptSession
    records: tuple[SetRecord, ...]
    from_s: float

    @property
    def sets_done(self) -> int:
        """How many of its sets are over."""
        return sum(_over(record) for record in self.records)


def latest_interrupted(store: Store, load: Load, now: datetime, running: str | None) -> Interrupted | None:
    """The newest live session that was not ended, if it is of today and there is something left to do.

    Args:
        store: where sessions are kept.
        load: gives an exercise with the thresholds in force.
        now: the time of day.
        running: id of the session under way, which was not interrupted; None without one.
    """
    for entry in store.sessions(Selection(since=now - SAME_DAY)):
        if entry.head.purpose is Purpose.CALIBRATION:
            continue
        if entry.head.origin is Origin.LIVE and entry.id != running:
            return None if entry.ended_at is not None else _left_of(store.session(entry.id), load)
    return None


def interrupted(store: Store, session_id: str, load: Load) -> Interrupted:
    """The session of this id, to be gone on with.

    Raises:
        ReposeError: it is over, or not there.
    """
    kept = store.session(session_id)
    found = None if kept.ended_at is not None else _left_of(kept, load)
    if found is None:
        raise ReposeError("that session is over; start a new one")
    return found


def _left_of(kept: KeptSession, load: Load) -> Interrupted | None:
    """What is left of a session; None if nothing is."""
    if kept.head.programme is None:
        return None
    records = list(to_do(kept.head.programme, lambda slug: load(slug, kept.person.name)))
    begun = {one.head.position: one for one in kept.sets}
    for position, record in enumerate(records):
        if position in begun:
            records[position] = _done_of(record, begun[position], _last_s(kept))
        elif begun and position < max(begun):
            records[position] = replace(record, skipped=True)
    if all(map(_over, records)):
        return None
    return Interrupted(kept, tuple(records), _last_s(kept) + LATER_S)


def _done_of(record: SetRecord, kept: KeptSet, last_s: float) -> SetRecord:
    """A set as it was when it was interrupted, at this time, with the thresholds that were in force."""
    state = kept.state
    done = replace(
        record,
        exercise=kept.head.counted_by,
        done=tuple(one.rep for one in kept.reps),
        unmeasured=state.unmeasured,
        begun_s=kept.head.begun_s,
        ended_s=state.ended_s,
        skipped=state.skipped,
        watched=tuple(Watched(first_s, first_s) for first_s in state.counted_from),
    )
    # Its last rep was announced, but not that it was the last.
    return done.ended(last_s) if done.complete else done


def _over(record: SetRecord) -> bool:
    return record.ended_s is not None or record.skipped


def _last_s(kept: KeptSession) -> float:
    """The latest time that is known of a session, on its own clock."""
    times = [0.0 if kept.recorded_s is None else kept.recorded_s[1]]
    for one in kept.sets:
        times += [one.head.begun_s, one.state.ended_s or 0.0, *one.state.counted_from]
        times += [rep.rep.decided_s for rep in one.reps]
        times += [span.end_s for span in one.state.unmeasured]
    return max(times)
