"""Writing files: whole or not at all, and for nobody's eyes but their owner's."""

import os
from pathlib import Path
from typing import Final

from repose.errors import ReposeError

PRIVATE: Final = 0o600
"""Mode of a file that its owner alone may read and write."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; what was there before under its name stays until then.

    Its owner alone may read it: it is about a person's health.

    Raises:
        ReposeError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb", opener=for_owner) as file:
            file.write(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ReposeError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def for_owner(path: str, flags: int) -> int:
    """Open a file; if it is made by that, for its owner alone: an `opener` for `open`."""
    return os.open(path, flags, PRIVATE)


def make_folder(path: Path) -> None:
    """Make a folder, and those that it is in, for their owner alone; what is there stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    if not path.parent.exists():
        make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
