"""The witness: a file beside the database to which the hash of every entry is appended too.

The chain alone does not show that its end was cut off, or that all of it was made anew. Whoever does that to
the database has to do it to this file as well. It holds numbers and hashes, and nothing of anybody.
"""

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from repose.audit.entry import Entry
from repose.errors import ReposeError

SUFFIX: Final = ".audit"

_LINE: Final = re.compile(rb"(\d{1,18}) ([0-9a-f]{64})")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What the witness knows.

    Attributes:
        hashes: by the number of the entry; more than one where the log went back at some time.
        unreadable: number of lines that say nothing.
    """

    hashes: dict[int, frozenset[str]]
    unreadable: int = 0


class Witness:
    """The file. Many threads and programs may append to it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, entry: Entry) -> None:
        """Append the hash of an entry that is in the log; on the disk when this returns.

        Where that cannot be, the log goes on without: a warning is logged.
        """
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        try:
            handle = os.open(self.path, flags, 0o600)
            try:
                # One write, which no other one comes between; the first line end closes a torn line.
                os.write(handle, f"\n{entry.number} {entry.hash}\n".encode())
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            _log.warning(
                "%s: the witness of the log cannot be written (%s); allow writing to it",
                self.path,
                error.strerror,
            )

    def read(self) -> Witnessed | None:
        """What it knows; None where there is no such file.

        Raises:
            ReposeError: it cannot be read.
        """
        hashes: dict[int, frozenset[str]] = {}
        unreadable = 0
        try:
            with self.path.open("rb") as file:
                for line in file:
                    if found := _LINE.fullmatch(line.strip()):
                        number = int(found[1])
                        hashes[number] = hashes.get(number, frozenset()) | {found[2].decode()}
                    elif line.strip():
                        unreadable += 1
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ReposeError(
                f"{self.path}: cannot be read ({error.strerror}); allow reading it to check the log"
            ) from error
        return Witnessed(hashes, unreadable)
