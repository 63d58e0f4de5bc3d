"""One at a time: who changes files of a folder keeps the others waiting."""

import errno
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from repose.errors import ReposeError

NAME: Final = ".lock"
"""An empty file; the operating system gives the lock back when a program is killed."""

PATIENCE_S: Final = 10.0

_ASK_EVERY_S: Final = 0.01


@contextmanager
def locked(folder: Path, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Keep others out for as long as the `with` lasts; threads and programs alike. Not to be nested.

    Args:
        folder: made if need be.
        patience_s: how long to wait for somebody else.

    Raises:
        ReposeError: the folder cannot be written, or somebody else keeps it too long.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (folder / NAME).open("ab")
    except OSError as error:
        raise ReposeError(
            f"{folder}: cannot be written ({error.strerror}); allow writing there, or name another folder"
        ) from error
    with file:
        until = time.monotonic() + patience_s
        while not _taken(file):
            if time.monotonic() >= until:
                raise ReposeError(f"{folder}: another program is just writing there; try again")
            time.sleep(_ASK_EVERY_S)
        yield


if sys.platform == "win32":
    import msvcrt

    def _taken(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _taken(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # Some network folders know no locks; making a version's file is exclusive there too.
            return error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)
        return True
