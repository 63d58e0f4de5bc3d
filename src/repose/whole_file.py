"""Writing a file whole or not at all."""

import os
from pathlib import Path

from repose.errors import ReposeError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; what was there before under its name stays until then.

    Raises:
        ReposeError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ReposeError(f"{path}: cannot be written ({error.strerror}); choose another place") from error
