"""Entries of the log as lines of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from repose.audit import words
from repose.audit.entry import Entry
from repose.sessions.records import Selection
from repose.sessions.store import Store


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry in words.

    Attributes:
        entry: what it is about.
        at: when, in the time of this computer.
        who, done, what, whose: in words; `whose` is "" for nobody's or everybody's data.
        session: id of its session, if that is still kept.
    """

    entry: Entry
    at: datetime
    who: str
    done: str
    what: str
    whose: str
    session: str | None


def log_lines(store: Store, entries: Sequence[Entry], names: Mapping[str, str]) -> list[LogLine]:
    """Lines for entries.

    Args:
        store: knows which sessions are still kept.
        entries: of its log.
        names: of persons, by id.
    """
    ids = tuple({entry.session_id for entry in entries if entry.session_id is not None})
    kept = {one.id for one in store.sessions(Selection(ids=ids))} if ids else set()
    return [
        LogLine(
            entry=entry,
            at=entry.at.astimezone(),
            who=words.who(entry, names),
            done=words.done(entry),
            what=words.what(entry),
            whose=words.whose(entry.person_id, names),
            session=entry.session_id if entry.session_id in kept else None,
        )
        for entry in entries
    ]
