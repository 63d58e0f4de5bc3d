"""Counting kept sets anew while somebody drags a line: each set is read and measured once, and remembered."""

import gc
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.counting.rejudge import Replay
from repose.counting.result import Rep
from repose.exercises import Exercise
from repose.review.signal import NOTHING, Signal
from repose.sessions.readable import readable_set
from repose.sessions.records import KeptSession, KeptSet
from repose.sessions.recount import PreparedSet, prepare_set
from repose.sessions.store import Store

MOST_TICKS: Final = 150_000
"""Measured ticks that are remembered, of all sets together: two hours, about 150 MB."""

MOST_COUNTS: Final = 4
"""Counts of one set that are remembered: what is saved, and the latest drafts."""


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """One set, counted by one exercise.

    Attributes:
        reps: reps and partials, in order of their decision.
        signal: what was counted on.
        rest_deg: where the person's own rest was, in the middle; None where none was found.
    """

    reps: tuple[Rep, ...]
    signal: Signal
    rest_deg: float | None


class Opened:
    """A kept set, measured. Counting may be asked for from any thread."""

    def __init__(self, one: KeptSet, prepared: PreparedSet, damaged: tuple[tuple[float, float], ...]) -> None:
        """Take a set that was measured, and the spans of its recording that cannot be read."""
        self.ticks = sum(len(part.times_s) for part in prepared.parts)
        self._side = one.head.prescribed
        self._replays = tuple(Replay(part, self._side) for part in prepared.parts)
        self._damaged = damaged
        self._lock = Lock()
        self._counts: OrderedDict[str, Count] = OrderedDict()

    def count(self, exercise: Exercise) -> Count:
        """Count the set by an exercise; one that was asked for lately is known."""
        key = exercise.model_dump_json(exclude={"profiles"})
        with self._lock:
            if key in self._counts:
                self._counts.move_to_end(key)
                return self._counts[key]
        found = self._count(exercise)
        with self._lock:
            self._counts[key] = found
            while len(self._counts) > MOST_COUNTS:
                self._counts.popitem(last=False)
        return found

    def _count(self, exercise: Exercise) -> Count:
        if not self._replays:
            return Count((), NOTHING, None)
        counted = [replay.count(exercise) for replay in self._replays]
        ways = [way for _, way in counted]
        signal = Signal(
            time_s=np.concatenate([way.time_s for way in ways]),
            excursion=np.concatenate([way.excursion for way in ways]),
            angle=np.concatenate([way.angle for way in ways]),
            damaged=self._damaged,
        )
        at_rest = np.concatenate([way.at_rest for way in ways])
        return Count(
            reps=tuple(rep for reps, _ in counted for rep in reps),
            signal=signal,
            rest_deg=own_rest(signal, at_rest, exercise, self._side),
        )


class Counts:
    """The sets that were looked at last. May be used from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._kept: OrderedDict[object, Opened] = OrderedDict()

    def of(self, session: KeptSession, one: KeptSet) -> Opened:
        """A set, measured.

        Raises:
            ReposeError: the store cannot be used.
        """
        # A session that still runs grows, and a recording can be deleted.
        key = (session.id, one.id, session.recorded_s, session.ended_at, len(session.sets))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        opened = prepared_of(self._store, session, one)
        # A quarter of a million measured rows that stay need not be looked through for garbage at each count.
        gc.collect()
        gc.freeze()
        with self._lock:
            self._kept[key] = opened
            while len(self._kept) > 1 and sum(each.ticks for each in self._kept.values()) > MOST_TICKS:
                self._kept.popitem(last=False)
        return opened


def prepared_of(store: Store, session: KeptSession, one: KeptSet) -> Opened:
    """Read and measure a kept set; without a recording, there is nothing to count in it.

    It is counted to the end of its recording, beyond the reps that were to be done.
    """
    if session.recorded_s is None:
        return Opened(one, PreparedSet(one.head, ()), ())
    damaged: list[tuple[float, float]] = []
    tracks = readable_set(store, session, one.id, damaged)
    return Opened(one, prepare_set(replace(one.head, target=None), one.state, tracks), tuple(damaged))


def own_rest(signal: Signal, at_rest: NDArray[np.bool_], exercise: Exercise, side: str) -> float | None:
    """The person's own rest in degrees, from what it made of angles while they rested.

    Args:
        signal: of m ticks.
        at_rest: (m,) whether the person rested.
        exercise: that was counted.
        side: the prescribed one.
    """
    limits = exercise.thresholds.of(side)
    angle, share = signal.angle[at_rest], signal.excursion[at_rest]
    if limits.opposite_deg is not None:
        rest = angle - share * (limits.target_deg - limits.opposite_deg)
    else:
        # The way is never shorter than from the usual rest, see `Rests.share`.
        rest = angle - share * (limits.target_deg - limits.rest_deg)
        below = (angle - share * limits.target_deg) / np.maximum(1 - share, 0.1)
        rest = np.where(rest >= limits.rest_deg, rest, below)
    rest = rest[~np.isnan(rest)]
    return float(np.median(rest)) if len(rest) else None
