"""Checking the log: whether an entry was changed, left out, put in or moved, or the end cut off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from repose.audit.chain import GENESIS, hash_of
from repose.audit.entry import AuditLog, BrokenEntryError, Entry
from repose.audit.witness import Witness, Witnessed
from repose.errors import ReposeError

WRITTEN_DOWN: Final = 32
"""Digits of a hash that are written down: nobody can make another entry that has the same 128 bits."""

FEWEST: Final = 16
"""Digits of a hash that somebody has to give at least."""

_HEAD: Final = re.compile(r"([1-9]\d{0,17}):([0-9a-f]+)(?:…|\.\.\.)?")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry that there was at some time: its number, and the first digits of its hash."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash[:WRITTEN_DOWN]}"

    @classmethod
    def of(cls, text: str) -> "Head":
        """What somebody wrote down.

        Raises:
            ReposeError: it is none.
        """
        found = _HEAD.fullmatch("".join(text.split()).lower())
        if found is None or not FEWEST <= len(found[2]) <= len(GENESIS):
            raise ReposeError(
                f"{text!r}: give what a check printed: a number, a colon, {WRITTEN_DOWN} digits"
            )
        return cls(int(found[1]), found[2])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a check.

    Attributes:
        count: number of entries.
        head: the newest entry, to be written down; None of an empty log.
        problems: the first that is wrong with the chain, the first that the witness knows otherwise, and so
            on: a sentence each.
        notes: what the check could not see, a sentence each.
    """

    count: int
    head: Head | None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def check(log: AuditLog, known: Head | None = None) -> Verdict:
    """Check a log against its witness, and against what somebody wrote down.

    Raises:
        ReposeError: the database or the witness cannot be read.
    """
    # The witness first: what is appended meanwhile is in the log before it is there.
    witnessed = Witness(log.witness).read()
    return look(log.chain(), witnessed, known)


def look(chain: Iterator[Entry], witnessed: Witnessed | None, known: Head | None = None) -> Verdict:
    """Check a log.

    Args:
        chain: all entries, oldest first; it may raise `BrokenEntryError`.
        witnessed: what the witness knows; None where it is gone.
        known: a head that somebody wrote down.
    """
    chained = otherwise = broken = ""
    count, number, previous = 0, 0, GENESIS
    first_witnessed = min(witnessed.hashes, default=0) if witnessed else 0
    told = ""
    try:
        for entry in chain:
            chained = chained or _wrong(entry, number, previous)
            if (
                witnessed
                and not otherwise
                and witnessed.hashes.get(entry.number, {entry.hash}) != {entry.hash}
            ):
                otherwise = (
                    f"Entry {entry.number} is another one than its witness knows: from there on the log was "
                    "made anew, or put back from a copy."
                )
            if known and entry.number == known.number and not entry.hash.startswith(known.hash):
                told = f"Entry {known.number} is another one than was written down: the log was made anew."
            count, number, previous = count + 1, entry.number, entry.hash
    except BrokenEntryError as error:
        broken = (
            f"Entry {error.number} was changed: it cannot even be read. What comes after was not checked."
        )
    problems = [chained, broken, otherwise, told]
    if not broken:
        problems.append(
            _cut(number, max(witnessed.hashes, default=0) if witnessed else 0, "its witness knows")
        )
        problems.append(_cut(number, known.number if known else 0, "were there when it was written down"))
    if witnessed is None and count:
        problems.append("The witness of the log is gone: whether its end was cut off cannot be seen.")
    notes = []
    if witnessed and count and first_witnessed != 1:
        notes.append(_begins(first_witnessed))
    if witnessed and witnessed.unreadable:
        notes.append(f"{_number(witnessed.unreadable, 'line')} of the witness cannot be read.")
    head = Head(number, previous) if count else None
    return Verdict(count, head, tuple(one for one in problems if one), tuple(notes))


def _wrong(entry: Entry, number: int, previous: str) -> str:
    """What is wrong with an entry after the one of this number and hash; "" for nothing."""
    if entry.number > number + 1:
        return f"{_entries(number + 1, entry.number - 1)} missing."
    if entry.number <= number:
        return f"Entry {entry.number} was put in: entries are numbered from 1 on."
    if hash_of(entry) != entry.hash:
        return f"Entry {entry.number} was changed: its hash does not fit what it says."
    if entry.previous != previous:
        before = "the begin" if number == 0 else f"entry {number}"
        return f"Entry {entry.number} does not follow {before}: one of the two was changed, put in or moved."
    return ""


def _cut(newest: int, expected: int, by: str) -> str:
    if newest >= expected:
        return ""
    return f"{_entries(newest + 1, expected)} missing at the end, which {by}."


def _entries(first: int, last: int) -> str:
    return f"Entry {first} is" if first == last else f"Entries {first} to {last} are"


def _begins(first: int) -> str:
    if first == 0:
        return "The witness is empty: whether the end was cut off cannot be seen."
    return f"The witness knows entries from {first} on only: before, the end may have been cut off unseen."


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
