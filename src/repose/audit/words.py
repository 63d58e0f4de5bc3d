"""What entries of the log say, in words."""

from collections.abc import Mapping
from typing import Final

from repose.accounts.acting import Doing
from repose.accounts.roles import Role
from repose.audit.check import Verdict
from repose.audit.entry import Entry
from repose.audit.views import LATE, NOT_DONE

DONE: Final[Mapping[str, str]] = {
    Doing.VIEW: "saw",
    Doing.EDIT: "changed",
    Doing.EXPORT: "took along",
    Doing.DELETE: "deleted",
}

WHAT: Final[Mapping[str, str]] = {
    "persons": "the list of persons",
    "new person": "the list of persons",
    "person": "a person",
    "name": "a name",
    "programme": "a programme",
    "programmes": "what was prescribed",
    "sessions": "a list of sessions",
    "session": "a session",
    "landmarks": "a recording",
    "recording": "a recording",
    "video": "a video",
    "figures": "a history",
    "reviews": "what was reviewed",
    "review": "a review",
    "annotation": "an annotation",
    "usage": "how much is kept",
    "profile": "a calibration profile",
    "setting": "a setting",
    "copies of the database": "copies of the database",
    "password": "a password",
    "account": "an account",
}
"""What an entry is about, in words that go after those of `DONE`."""

SHORT: Final = 8
"""Digits of an id that are shown."""


def done(entry: Entry) -> str:
    """What was done: "saw", "deleted"."""
    return DONE.get(entry.doing, str(entry.doing))


def what(entry: Entry) -> str:
    """What it was done with: "a session", "a name: failed"."""
    text = str(entry.what)
    end = next((end for end in (NOT_DONE, LATE) if text.endswith(end)), "")
    about = text.removesuffix(end)
    return WHAT.get(about, about) + end


def who(entry: Entry, names: Mapping[str, str]) -> str:
    """Who did it; names of persons by their ids are told where they are still known."""
    if entry.role != Role.PATIENT:
        return f"{entry.who} ({entry.role})" if entry.role else entry.who
    return f"{whose(entry.who, names)} (patient)"


def whose(person_id: str | None, names: Mapping[str, str]) -> str:
    """Whose data: the name where it is still known, else the id; "" for nobody's or everybody's."""
    if person_id is None:
        return ""
    return names.get(person_id) or person_id[:SHORT]


def verdict(of: Verdict) -> str:
    """What came of a check, in a sentence."""
    if of.problems:
        there = "1 entry is" if of.count == 1 else f"{_number(of.count)} entries are"
        return f"{there} there, and not all is right."
    if of.count == 0:
        return "The log is empty."
    if of.count == 1:
        return "1 entry, not changed."
    return f"{_number(of.count)} entries, none missing or changed."


def _number(count: int) -> str:
    """With thin spaces, as in 12 345."""
    return f"{count:,}".replace(",", "\u2009")
