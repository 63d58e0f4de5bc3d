"""Reading a file that may be anything: huge, endless, a pipe that nobody writes to."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A pipe that is opened so does not wait for a writer; for plain files it changes nothing."""


def read_start(path: Path, most: int) -> bytes:
    """The first bytes of a plain file; a pipe, a device or a folder is not read.

    Args:
        path: of the file.
        most: how many bytes; one more than is allowed shows that there are more.

    Raises:
        OSError: it cannot be read, or is no plain file; `strerror` says so.
    """
    try:
        number = os.open(path, _FLAGS)
    except ValueError as error:  # characters that no file's name can have
        raise OSError(errno.EINVAL, "no file can have this name") from error
    try:
        kind = os.fstat(number).st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(kind):
            raise OSError(errno.EINVAL, "it is not a plain file")
        pieces = []
        while most > 0 and (piece := os.read(number, most)):
            pieces.append(piece)
            most -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(number)
