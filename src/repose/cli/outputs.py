"""Output files: found to be unwritable before the work, not after it."""

import tempfile
from pathlib import Path

from repose.errors import ReposeError


def check_outputs(outputs: list[Path], inputs: list[Path]) -> None:
    """See to it that files can be written, by writing an empty one beside each.

    Args:
        outputs: files to be written; existing ones will be replaced.
        inputs: files to be read, which must not be overwritten.

    Raises:
        ReposeError: one of them cannot be written, is named twice, or is an input.
    """
    taken = {path.resolve() for path in inputs}
    for path in outputs:
        if path.is_dir():
            raise ReposeError(f"{path}: is a folder; name a file in it")
        if path.resolve() in taken:
            raise ReposeError(f"{path}: is already used in this command; choose another name")
        taken.add(path.resolve())
        if not path.parent.is_dir():
            raise ReposeError(f"{path}: the folder {path.parent} does not exist; make it first")
        try:
            with tempfile.TemporaryFile(dir=path.parent):
                pass
        except OSError as error:
            raise ReposeError(
                f"{path}: cannot be written ({error.strerror}); choose another place"
            ) from error
