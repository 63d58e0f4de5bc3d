"""The signal of a kept set: its recording counted anew, by the thresholds that were in force."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.counting.counter import Counter
from repose.counting.result import CountResult
from repose.errors import NotThereError, ReposeError
from repose.exercises import Exercise
from repose.exercises.load import definitions
from repose.pose.landmarks import PoseTrack
from repose.sessions.records import KeptSession, KeptSet
from repose.sessions.store import Store

SKIP_S: Final = 0.5
"""First step over a damaged part of a recording, doubled until something can be read again; a part usually
is a second long."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """What was counted on, over time.

    Attributes:
        time_s: (m,) seconds on the session's clock, increasing.
        excursion: (m,) share of the range, 0 rest, 1 target; NaN where not measured.
        angle: (m,) degrees of the working joint; NaN where not measured.
        damaged: spans of the recording that cannot be read.
    """

    time_s: Floats
    excursion: Floats
    angle: Floats
    damaged: tuple[tuple[float, float], ...] = ()

    def within(self, from_s: float, to_s: float) -> "Signal":
        """The part from one time to another."""
        inside = (self.time_s >= from_s) & (self.time_s <= to_s)
        return replace(
            self, time_s=self.time_s[inside], excursion=self.excursion[inside], angle=self.angle[inside]
        )

    def thinned(self, most: int) -> "Signal":
        """At most so many ticks: of each stretch the lowest and the highest, and gaps stay gaps."""
        if len(self.time_s) <= most:
            return self
        kept: list[int] = []
        for stretch in np.array_split(np.arange(len(self.time_s)), max(most // 3, 1)):
            piece = self.excursion[stretch]
            gone = np.isnan(piece)
            chosen = {int(stretch[np.argmax(gone)])} if gone.any() else set()
            if not gone.all():
                chosen |= {int(stretch[np.nanargmin(piece)]), int(stretch[np.nanargmax(piece)])}
            kept += sorted(chosen)
        return replace(self, time_s=self.time_s[kept], excursion=self.excursion[kept], angle=self.angle[kept])


NOTHING: Final = Signal(np.empty(0), np.empty(0), np.empty(0))


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


def signal_of(store: Store, session: KeptSession, set_id: int) -> Signal:
    """The signal of one set; `NOTHING` where there is no recording.

    Raises:
        ReposeError: there is no such set, or the store cannot be used.
    """
    start_s, end_s = span_of(session, set_id)
    if session.recorded_s is None:
        return NOTHING
    one = next(one for one in session.sets if one.id == set_id)
    end_s = session.recorded_s[1] if end_s is None else end_s
    damaged: list[tuple[float, float]] = []
    tracks = readable(store, session.id, start_s, end_s, damaged)
    return replace(recount(one, tracks), damaged=tuple(damaged))


def recount(one: KeptSet, tracks: Iterable[PoseTrack]) -> Signal:
    """Count the landmarks of one set, with a counter anew from each time at which one began."""
    exercise = Exercise(definition=definitions()[one.head.exercise], thresholds=one.head.thresholds)
    begins = [*one.state.counted_from] or [-np.inf]
    spans = list(pairwise([*begins, np.inf]))
    results: list[CountResult] = []
    counter: Counter | None = None
    current = (-1, (0, 0))
    for track in tracks:
        for number, (from_s, to_s) in enumerate(spans):
            inside = (track.time_s >= from_s) & (track.time_s < to_s)
            if not inside.any():
                continue
            # Another size of the pictures is another camera, which no counter can go on with.
            if counter is None or current != (number, track.frame_size):
                results += _finished(counter)
                counter = Counter(exercise, track.frame_size, one.head.prescribed)
                current = (number, track.frame_size)
            counter.push(
                replace(
                    track, time_s=track.time_s[inside], points=track.points[inside], light=track.light[inside]
                )
            )
    results += _finished(counter)
    traces = [result.trace for result in results]
    if not traces:
        return NOTHING
    return Signal(
        time_s=np.concatenate([trace.time_s for trace in traces]),
        excursion=np.concatenate([trace.excursion for trace in traces]),
        angle=np.concatenate([trace.angle for trace in traces]),
    )


def readable(
    store: Store, session_id: str, from_s: float, to_s: float, damaged: list[tuple[float, float]]
) -> Iterator[PoseTrack]:
    """The landmarks that can be read, from one time to another.

    Args:
        store: where they are.
        session_id: of the session.
        from_s: first time.
        to_s: last time.
        damaged: gets the spans that could not be read.
    """
    step_s, lost_from_s = SKIP_S, None
    while from_s <= to_s:
        try:
            for track in store.landmarks(session_id, from_s, to_s):
                if len(track.time_s) == 0:
                    continue
                if lost_from_s is not None:
                    damaged.append((lost_from_s, float(track.time_s[0])))
                    step_s, lost_from_s = SKIP_S, None
                # The smallest number above: what was read is not read again.
                from_s = float(np.nextafter(track.time_s[-1], np.inf))
                yield track
            break
        except ReposeError:
            if lost_from_s is None:
                lost_from_s = from_s
            else:
                step_s *= 2
            from_s += step_s
    if lost_from_s is not None:
        damaged.append((lost_from_s, to_s))


def _first_s(one: KeptSet) -> float:
    """When a set was first counted."""
    return min((*one.state.counted_from, one.head.begun_s))


def _finished(counter: Counter | None) -> list[CountResult]:
    if counter is None:
        return []
    counter.finish()
    return [counter.result()]
