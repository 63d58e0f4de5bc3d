"""Putting an exercise of one's own into the folder of exercises, or into a file."""

from pathlib import Path

from repose.errors import ReposeError
from repose.exercises.own import SUFFIX, own, own_folder
from repose.whole_file import make_folder, write_whole


def place_for(slug: str, to: Path | None) -> Path:
    """Where a new exercise's file goes.

    Args:
        slug: of the exercise.
        to: a file; None for the folder of one's own exercises.

    Raises:
        ReposeError: something is there already, or another file defines the exercise.
    """
    path = own_folder() / f"{slug}{SUFFIX}" if to is None else to
    if path.suffix != SUFFIX:
        raise ReposeError(f"{path}: an exercise is a TOML file; give it a name that ends in {SUFFIX}")
    if path.exists() or path.is_symlink():
        raise ReposeError(f"{path}: is there already; choose another name, or remove it first")
    if to is None and (there := own().good.get(slug)):
        raise ReposeError(f"{there.path}: defines {slug!r} already; choose another name")
    if to is not None and not path.parent.is_dir():
        raise ReposeError(f"{path}: the folder {path.parent} does not exist; make it first")
    return path


def keep(path: Path, text: str) -> None:
    """Write an exercise's file, and its folder if need be.

    Raises:
        ReposeError: it cannot be written.
    """
    try:
        make_folder(path.parent)
    except OSError as error:
        raise ReposeError(
            f"{path.parent}: cannot be made ({error.strerror}); choose another place"
        ) from error
    write_whole(path, text.encode())
