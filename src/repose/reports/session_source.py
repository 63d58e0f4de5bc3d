"""From the store to the facts of a report."""

from repose.history.held_right import figures_of
from repose.reports.session_facts import MOST_PAST, Facts, facts
from repose.sessions.figures import SetFigures
from repose.sessions.records import KeptSession, Purpose, Selection
from repose.sessions.store import Store


def session_facts(store: Store, session_id: str) -> Facts:
    """The facts of a kept session, with the trends that lead up to it.

    Raises:
        ReposeError: there is no such session, or the store cannot be used.
    """
    session = store.session(session_id)
    return facts(session, _earlier(store, session))


def _earlier(store: Store, session: KeptSession) -> tuple[SetFigures, ...]:
    """What the latest sessions before this one come to, after review."""
    begun_at, exercises = session.head.begun_at, {one.head.exercise for one in session.sets}
    oldest = begun_at
    reviewed: dict[str, bool] = {}
    for exercise in exercises:
        before = Selection(
            person_id=session.person.id, exercise=exercise, until=begun_at, purpose=Purpose.EXERCISE
        )
        for entry in store.sessions(before, limit=MOST_PAST):
            reviewed[entry.id] = entry.changes > 0
            oldest = min(oldest, entry.head.begun_at)
    figures = store.set_figures(session.person.id, oldest, begun_at)
    corrected = [
        one for id_, changed in reviewed.items() if changed for one in figures_of(store.session(id_))
    ]
    return (*(one for one in figures if not reviewed.get(one.session_id)), *corrected)
