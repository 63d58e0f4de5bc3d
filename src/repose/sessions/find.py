"""Finding sessions and persons by what somebody types."""

from typing import Final

from repose.calibration.whose import composed, same
from repose.errors import NotThereError, ReposeError
from repose.sessions.records import Person
from repose.sessions.store import Store

LATEST: Final = "latest"

SHORTEST: Final = 4
"""Characters of an id that must be given."""

SHOWN: Final = 8
"""Characters of an id that lists show: of 100 000 sessions, about one pair begins alike."""

_DIGITS: Final = frozenset("0123456789abcdef")


def find_session(store: Store, text: str) -> str:
    """The id of the session that is meant.

    Args:
        store: where it is kept.
        text: an id, the first characters of one, or "latest".

    Raises:
        ReposeError: there is none, or more than one.
    """
    wanted = text.strip().lower()
    if wanted == LATEST:
        newest = store.sessions(limit=1)
        if not newest:
            raise NotThereError("no session has been kept yet")
        return newest[0].id
    if len(wanted) < SHORTEST:
        raise ReposeError(f"{text!r} is too short; give at least {SHORTEST} characters of a session's id")
    found = store.session_ids(wanted) if set(wanted) <= _DIGITS else ()
    if not found:
        raise NotThereError(f"there is no session {text!r}; `repose sessions` lists them")
    if len(found) > 1:
        raise ReposeError(f"more than one session begins with {text!r}; give more characters of its id")
    return found[0]


def find_person(store: Store, name: str) -> Person:
    """The person of this name; upper and lower case count only where they must.

    Raises:
        ReposeError: there is none, or more than one.
    """
    persons = store.persons()
    alike = [person for person in persons if same(person.name, name)]
    found = [person for person in alike if person.name == composed(name)] or alike
    if not found:
        known = ", ".join(person.name for person in persons[:10]) or "nobody yet"
        raise NotThereError(f"there is no person {name!r}; known: {known}")
    if len(found) > 1:
        raise ReposeError(f"more than one person is called {name!r}; write the name as it is listed")
    return found[0]
