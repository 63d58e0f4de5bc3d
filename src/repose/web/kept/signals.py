"""The signals of the sets that were looked at last: counting hours anew takes seconds."""

from collections import OrderedDict
from threading import Lock
from typing import Final

from repose.review.signal import Signal, signal_of
from repose.sessions.records import KeptSession
from repose.sessions.store import Store

KEPT: Final = 8
"""Signals that are remembered; one of three hours takes 5 MB."""


class Signals:
    """Counts a set anew when it is asked for, and remembers the latest ones. May be used from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._kept: OrderedDict[object, Signal] = OrderedDict()

    def of(self, session: KeptSession, set_id: int) -> Signal:
        """The signal of a set.

        Raises:
            ReposeError: there is no such set, or the store cannot be used.
        """
        # A session that still runs grows, and a recording can be deleted.
        key = (
            session.id,
            set_id,
            session.recorded_s,
            session.ended_at,
            tuple(one.id for one in session.sets),
        )
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        signal = signal_of(self._store, session, set_id)
        with self._lock:
            self._kept[key] = signal
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return signal
