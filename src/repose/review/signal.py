"""The signal of a kept set: its recording counted anew, by the thresholds that were in force."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.sessions.readable import readable_set
from repose.sessions.records import KeptSession
from repose.sessions.recount import recount
from repose.sessions.store import Store

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


def signal_of(store: Store, session: KeptSession, set_id: int) -> Signal:
    """The signal of one set; `NOTHING` where there is no recording.

    Raises:
        ReposeError: there is no such set, or the store cannot be used.
    """
    damaged: list[tuple[float, float]] = []
    tracks = readable_set(store, session, set_id, damaged)
    if session.recorded_s is None:
        return NOTHING
    one = next(one for one in session.sets if one.id == set_id)
    traces = recount(one.head, one.state, tracks, keep_trace=True).traces
    if not traces:
        return replace(NOTHING, damaged=tuple(damaged))
    return Signal(
        time_s=np.concatenate([trace.time_s for trace in traces]),
        excursion=np.concatenate([trace.excursion for trace in traces]),
        angle=np.concatenate([trace.angle for trace in traces]),
        damaged=tuple(damaged),
    )
