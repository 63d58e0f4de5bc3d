"""Counting a kept set anew from its landmarks: the same thresholds give the same reps, to the last bit."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from repose.counting.counter import Counter
from repose.counting.result import Rep
from repose.exercises import Exercise
from repose.exercises.load import definitions
from repose.pose.landmarks import PoseTrack
from repose.sessions.records import SetHead, SetState


def recount(head: SetHead, state: SetState, tracks: Iterable[PoseTrack]) -> tuple[Rep, ...]:
    """What the machine counts in a set.

    These are the reps and partials that were kept with the set when it was done. (If the program was killed
    in it, the movement under way was not kept; here it is a partial, or a rep if it was nearly over.)

    Args:
        head: of the set; with other thresholds in it, the reps are those that they would have given.
        state: of the set.
        tracks: the landmarks of the session, or at least of this set, in order.
    """
    exercise = Exercise(definition=definitions()[head.exercise], thresholds=head.thresholds)
    found: list[Rep] = []
    for pieces in _watched(state, tracks):
        counter: Counter | None = None
        for piece in pieces:
            if counter is None:
                counter = Counter(exercise, piece.frame_size, head.prescribed, keep_trace=False)
            found += [event.rep for event in counter.push(piece)]
        if counter is not None:
            found += [event.rep for event in counter.finish()]
    return _up_to(head.target, found)


def _watched(state: SetState, tracks: Iterable[PoseTrack]) -> Iterator[list[PoseTrack]]:
    """What each of the counters of a set has seen."""
    ended_s = math.inf if state.ended_s is None else math.nextafter(state.ended_s, math.inf)
    all_tracks = list(tracks)
    for first_s, next_s in pairwise((*state.counted_from, ended_s)):
        pieces = [_between(track, first_s, min(next_s, ended_s)) for track in all_tracks]
        yield [piece for piece in pieces if len(piece.time_s)]


def _between(track: PoseTrack, first_s: float, next_s: float) -> PoseTrack:
    """The poses from one time up to, but not at, another."""
    part = slice(*np.searchsorted(track.time_s, (first_s, next_s)).tolist())
    return replace(track, time_s=track.time_s[part], points=track.points[part], light=track.light[part])


def _up_to(target: int | None, found: list[Rep]) -> tuple[Rep, ...]:
    """A set is over with its last rep."""
    complete = 0
    for number, rep in enumerate(found, 1):
        complete += rep.reason is None
        if complete == target:
            return tuple(found[:number])
    return tuple(found)
