"""Counting a kept set anew from its landmarks: the same thresholds give the same reps, to the last bit."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from repose.counting.counter import Counter
from repose.counting.result import Rep, Trace
from repose.errors import NotThereError
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
    exercise = head.counted_by
    after_s = math.inf if state.ended_s is None else math.nextafter(state.ended_s, math.inf)
    begins = state.counted_from or (-math.inf,)
    reps: list[Rep] = []
    traces: list[Trace] = []
    counter: Counter | None = None
    counting_from_s = math.nan

    def finish() -> None:
        if counter is not None:
            reps.extend(event.rep for event in counter.finish())
            if keep_trace:
                traces.append(counter.result().trace)

    for track in tracks:
        for from_s, next_s in pairwise((*begins, math.inf)):
            piece = _between(track, from_s, min(next_s, after_s))
            if len(piece.time_s) == 0:
                continue
            if counter is None or from_s != counting_from_s:
                finish()
                # A picture that only got smaller meanwhile is the same picture.
                counter = Counter(exercise, piece.frame_size, head.prescribed, keep_trace=keep_trace)
                counting_from_s = from_s
            reps.extend(event.rep for event in counter.push(piece))
    finish()
    return Recount(_up_to(head.target, reps), tuple(traces))


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
