"""Annotations of kept sets: somebody says which of the counted movements were complete reps."""

from typing import Any

from repose.sessions.store import Store


def annotate(store: Store, session_id: str, who: str = "Rita", *, complete: bool | None = True) -> None:
    """Annotate every set of a session with the movements that were counted.

    Args:
        store: where it is kept.
        session_id: of the session.
        who: says it.
        complete: whether all of them were complete reps; None for those that were counted as such.
    """
    for one in store.session(session_id).sets:
        store.add_annotation(one.id, who, truth_of_set(store, session_id, one.id, complete=complete))


def truth_of_set(store: Store, session_id: str, set_id: int, *, complete: bool | None) -> dict[str, Any]:
    """What `annotate` says of one set."""
    one = next(each for each in store.session(session_id).sets if each.id == set_id)
    reps = [
        {
            "side": kept.rep.side,
            "peak_s": kept.rep.peak_s,
            "complete": kept.rep.reason is None if complete is None else complete,
        }
        for kept in one.reps
    ]
    return {"format": "repose-truth", "version": 1, "exercise": one.head.exercise, "reps": reps}
