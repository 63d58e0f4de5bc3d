"""Who exercises where nobody is named."""

from repose.sessions.records import USUAL_PERSON
from repose.sessions.store import Store


def usual_name(store: Store) -> str:
    """The name of the person who exercised last; `USUAL_PERSON` where nobody has yet."""
    newest = store.sessions(limit=1)
    return newest[0].person.name if newest else USUAL_PERSON
