"""What can be read of a recording, though parts of it are damaged."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from repose.errors import NotThereError, ReposeError
from repose.pose.landmarks import PoseTrack
from repose.sessions.records import KeptSession
from repose.sessions.recount import span_of
from repose.sessions.store import Store

SKIP_S: Final = 0.5
"""First step over a damaged part of a recording, doubled until something can be read again; a part usually
is a second long."""


def readable_set(
    store: Store, session: KeptSession, set_id: int, damaged: list[tuple[float, float]]
) -> Iterator[PoseTrack]:
    """The landmarks of one set that can be read; none where the session has no recording.

    Args:
        store: where they are.
        session: that the set is of, with all its sets.
        set_id: of the set.
        damaged: gets the spans that could not be read.

    Raises:
        NotThereError: there is no such set.
    """
    start_s, end_s = span_of(session, set_id)
    if session.recorded_s is None:
        return iter(())
    return readable(store, session.id, start_s, session.recorded_s[1] if end_s is None else end_s, damaged)


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

    Raises:
        NotThereError: there is no such session.
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
        except NotThereError:
            raise
        except ReposeError:
            if lost_from_s is None:
                lost_from_s = from_s
            else:
                step_s *= 2
            from_s += step_s
    if lost_from_s is not None:
        damaged.append((lost_from_s, to_s))
