"""Counting a kept set anew from its landmarks: the same thresholds give the same reps, to the last bit."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from repose.counting.measuring import Measuring
from repose.counting.replay import Prepared, count_prepared
from repose.counting.result import Rep, Trace
from repose.errors import NotThereError
from repose.exercises import Exercise
from repose.kinematics.clock import Ticks
from repose.pose.landmarks import PoseTrack
from repose.sessions.records import KeptSession, KeptSet, SetHead, SetState


@dataclass(frozen=True, slots=True, eq=False)
class Recount:
    """What counting a set anew gives.

    Attributes:
        reps: reps and partials, in order of their decision.
        traces: the signal of each counter, in order; empty unless it was asked for.
    """

    reps: tuple[Rep, ...]
    traces: tuple[Trace, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedSet:
    """The poses of a kept set, measured, to be counted by one set of thresholds after the other.

    Attributes:
        head: of the set.
        parts: what each of its counters saw.
    """

    head: SetHead
    parts: tuple[Prepared, ...]

    def recount(self, exercise: Exercise | None = None, *, keep_trace: bool = False) -> Recount:
        """Count it.

        Args:
            exercise: with other thresholds than the set was counted by; None for the same.
            keep_trace: give the signal too.
        """
        exercise = exercise or self.head.counted_by
        results = [
            count_prepared(part, exercise, self.head.prescribed, keep_trace=keep_trace) for part in self.parts
        ]
        found = [
            rep
            for result in results
            for rep in sorted((*result.reps, *result.partials), key=lambda rep: rep.decided_s)
        ]
        traces = tuple(result.trace for result in results) if keep_trace else ()
        return Recount(_up_to(self.head.target, found), traces)


def recount(
    head: SetHead, state: SetState, tracks: Iterable[PoseTrack], *, keep_trace: bool = False
) -> Recount:
    """Count a set anew, with a counter from each time at which one began.

    The reps and partials are those that were kept with the set when it was done. (If the program was killed
    in it, the movement under way was not kept; here it is a partial, or a rep if it was nearly over.)

    Args:
        head: of the set; with other thresholds in it, the reps are those that they would have given.
        state: of the set.
        tracks: the landmarks of the session, or at least of this set, in order.
        keep_trace: give the signal too.
    """
    return prepare_set(head, state, tracks).recount(keep_trace=keep_trace)


def prepare_set(head: SetHead, state: SetState, tracks: Iterable[PoseTrack]) -> PreparedSet:
    """Measure the poses of a kept set; the arguments are those of `recount`."""
    after_s = math.inf if state.ended_s is None else math.nextafter(state.ended_s, math.inf)
    begins = state.counted_from or (-math.inf,)
    parts: list[Prepared] = []
    measuring: Measuring | None = None
    all_ticks: list[Ticks] = []
    counting_from_s = math.nan

    def finish() -> None:
        if measuring is not None:
            all_ticks.append(measuring.finish())
            parts.append(Prepared.of(all_ticks, measuring.duration_s))
            all_ticks.clear()

    for track in tracks:
        for from_s, next_s in pairwise((*begins, math.inf)):
            piece = _between(track, from_s, min(next_s, after_s))
            if len(piece.time_s) == 0:
                continue
            if measuring is None or from_s != counting_from_s:
                finish()
                # A picture that only got smaller meanwhile is the same picture.
                measuring = Measuring(piece.frame_size)
                counting_from_s = from_s
            all_ticks.append(measuring.push(piece))
    finish()
    return PreparedSet(head, tuple(parts))


def span_of(session: KeptSession, set_id: int) -> tuple[float, float | None]:
    """From when to when a set was counted; up to None if nobody knows, for it was the last and not ended."""
    sets = {one.id: one for one in session.sets}
    if set_id not in sets:
        raise NotThereError(f"there is no set {set_id} in this session")
    one = sets[set_id]
    start_s = _first_s(one)
    if one.state.ended_s is not None:
        return start_s, one.state.ended_s
    later = [_first_s(other) for other in session.sets if _first_s(other) > start_s]
    return start_s, min(later, default=None)


def _first_s(one: KeptSet) -> float:
    """When a set was first counted."""
    return min((*one.state.counted_from, one.head.begun_s))


def _between(track: PoseTrack, first_s: float, next_s: float) -> PoseTrack:
    """The poses from one time up to, but not at, another."""
    return track.part(slice(*np.searchsorted(track.time_s, (first_s, next_s)).tolist()))


def _up_to(target: int | None, found: list[Rep]) -> tuple[Rep, ...]:
    """A set is over with its last rep."""
    complete = 0
    for number, rep in enumerate(found, 1):
        complete += rep.reason is None
        if complete == target:
            return tuple(found[:number])
    return tuple(found)
