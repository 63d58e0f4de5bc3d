"""The chain: each entry holds the hash of the one before, so that none can be changed, left out or put in.

What is hashed is UTF-8 of a JSON array without spaces, all but ASCII escaped, in this order:
"repose-audit-1", number, at (ISO 8601 in UTC with six decimals), who, role, doing, what, person_id,
session_id, previous; null for None. JSON says where each part ends: no two entries are spelt alike.
"""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from repose.accounts.acting import Acting, Doing
from repose.audit.entry import Entry

FORMAT: Final = "repose-audit-1"
"""Begins what is hashed; another one if that is ever made otherwise."""

GENESIS: Final = 64 * "0"
"""What the first entry has for the hash of the one before."""


def hash_of(entry: Entry) -> str:
    """The hash that an entry must have, whatever it says its hash is."""
    parts = [
        FORMAT,
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.who,
        entry.role,
        str(entry.doing),
        entry.what,
        entry.person_id,
        entry.session_id,
        entry.previous,
    ]
    # A tampered SQLite file may hold anything in any column: bytes are no JSON.
    return hashlib.sha256(json.dumps(parts, separators=(",", ":"), default=repr).encode()).hexdigest()


def following(
    newest: tuple[int, str] | None,
    who: Acting,
    doing: Doing,
    what: str,
    person_id: str | None,
    session_id: str | None,
    at: datetime,
) -> Entry:
    """The entry that comes after the newest, of which number and hash are given; None for the first."""
    number, previous = newest or (0, GENESIS)
    entry = Entry(
        number=number + 1,
        at=at,
        who=_plain(who.person_id or who.name),
        role="" if who.role is None else who.role.value,
        doing=doing,
        what=what,
        person_id=person_id,
        session_id=session_id,
        previous=previous,
        hash="",
    )
    return replace(entry, hash=hash_of(entry))


def _plain(name: str) -> str:
    """A name as every database takes it; that of a computer's user may hold bytes that are no text."""
    return name.replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:200]
