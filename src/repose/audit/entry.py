"""Entries of the log, and the port behind which they are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from repose.accounts.acting import Doing
from repose.errors import ReposeError


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody did something with a person's data, or set out to: an entry is there before the deed.

    Attributes:
        number: of the entry, from 1 on without a gap.
        at: when.
        who: name of the account, or of the user of this computer. Of a patient the id of the person: a name
            may have to be deleted, and an entry never is.
        role: of the account; "" at this computer.
        doing: what was done.
        what: in a few words: "session", "review", "sessions"; never what somebody typed.
        person_id: whose data; None for what belongs to no one person. Never a name.
        session_id: of which session; None for more than one.
        previous: `hash` of the entry before; 64 zeros for the first.
        hash: SHA-256 of all of the above, in hexadecimal; see `repose.audit.chain`.
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


class BrokenEntryError(ReposeError):
    """An entry that cannot be read: somebody changed it.

    Attributes:
        number: of the entry.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"entry {number} of the log cannot be read; `repose audit check` tells more")
        self.number = number


class AuditLog(Protocol):
    """Keeps the log: entries are appended, never changed. Raises `ReposeError` as `Store` does."""

    @property
    def witness(self) -> Path:
        """The file beside the database that knows the hashes too; it may not be there yet."""
        ...

    def append(self, doing: Doing, what: str, person_id: str | None, session_id: str | None) -> Entry:
        """Append an entry about who acts now, chained to the newest; it is on the disk when this returns."""
        ...

    def entries(
        self, person_id: str | None = None, *, limit: int, before: int | None = None
    ) -> tuple[Entry, ...]:
        """Entries of a person with those of everybody at once, or all; newest first.

        Args:
            person_id: whose; None for all.
            limit: at most so many.
            before: with lower numbers only.

        Raises:
            BrokenEntryError: one of them was changed so that it cannot be read.
        """
        ...

    def chain(self) -> Iterator[Entry]:
        """All entries, oldest first, as they are kept; for checking them.

        Raises:
            BrokenEntryError: in place of one that was changed so that it cannot be read.
        """
        ...
