"""One at a time: who changes files of a folder keeps the others waiting."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from repose.errors import ReposeError
from repose.whole_file import make_folder

NAME: Final = ".lock"
"""An empty file; the operating system gives the lock back when a program is killed."""

PATIENCE_S: Final = 10.0


@contextmanager
def locked(folder: Path, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Keep others out for as long as the `with` lasts; threads and programs alike. Not to be nested.

    Args:
        folder: made if need be.
        patience_s: how long to wait for somebody else.

    Raises:
        ReposeError: the folder cannot be written, or somebody else keeps it too long.
    """
    lock = FileLock(folder / NAME, timeout=patience_s, mode=0o600)
    try:
        make_folder(folder)
        lock.acquire(poll_interval=0.01)
    except Timeout as error:
        raise ReposeError(f"{folder}: another program is just writing there; try again") from error
    except OSError as error:
        raise ReposeError(
            f"{folder}: cannot be written ({error.strerror}); allow writing there, or name another folder"
        ) from error
    try:
        yield
    finally:
        lock.release()
