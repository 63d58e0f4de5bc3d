"""Entries of the log, and the port behind which they are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from repose.accounts.acting import Doing


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody did something with a person's data.

    Attributes:
        number: of the entry, from 1 on without a gap.
        at: when.
        who: name of the account, or of the user of this computer.
        role: of the account; "" at this computer.
        doing: what was done.
        what: in a few words: "session", "sign-off", "reports", "everything"; never what somebody typed.
        person_id: whose data; None for what belongs to no one person. Never a name, which may be deleted.
        session_id: of which session; None for more than one.
        previous: `hash` of the entry before; 64 zeros for the first.
        hash: SHA-256 of all of the above, in hexadecimal.
    """

    number: int
    at: datetime
    who: str
    role: str
    doing: Doing
    what: str
    person_id: str | None
    session_id: str | None
    previous: str
    hash: str


class AuditLog(Protocol):
    """Keeps the log: entries are appended, never changed. Raises `ReposeError` as `Store` does."""

    def append(self, doing: Doing, what: str, person_id: str | None, session_id: str | None) -> Entry:
        """Append an entry about who acts now, chained to the newest; it is on the disk when this returns."""
        ...

    def entries(
        self, person_id: str | None = None, *, limit: int, before: int | None = None
    ) -> tuple[Entry, ...]:
        """Entries of a person, or all, newest first; at most `limit`, with numbers below `before`."""
        ...

    def chain(self) -> Iterator[Entry]:
        """All entries, oldest first, as they are kept; for checking them."""
        ...
