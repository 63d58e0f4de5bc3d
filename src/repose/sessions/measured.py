"""A kept set as it is in the store, measured: ready to be counted by any thresholds."""

from dataclasses import replace

from repose.errors import ReposeError
from repose.sessions.readable import readable_set
from repose.sessions.records import KeptSession, KeptSet
from repose.sessions.recount import PreparedSet, prepare_set
from repose.sessions.store import Store


def measured_set(store: Store, session: KeptSession, one: KeptSet) -> PreparedSet:
    """A kept set, measured to the end of its recording, beyond the reps that were to be done.

    Args:
        store: where its landmarks are.
        session: that it is of, with all its sets.
        one: the set.

    Raises:
        ReposeError: its landmarks are not kept, or part of them cannot be read; or the store cannot be used.
    """
    if session.recorded_s is None:
        raise ReposeError("its landmarks are not kept")
    damaged: list[tuple[float, float]] = []
    tracks = readable_set(store, session, one.id, damaged)
    prepared = prepare_set(replace(one.head, target=None), one.state, tracks)
    if damaged:
        raise ReposeError("part of its landmarks cannot be read")
    if not prepared.parts:
        raise ReposeError("its landmarks are not kept")
    return prepared
