"""Videos that people asked to keep: files in a folder, whose names hold the id of their session."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

from repose.errors import ReposeError

_ID: Final = re.compile(r"[0-9a-f]{32}")


def checked_video(name: str) -> str:
    """The name of a video, without folders.

    Raises:
        ValueError: it is something else.
    """
    if name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise ValueError(f"{name!r} is not the name of a file")
    return name


def videos_of(folder: Path, names: Collection[str], ids: Collection[str]) -> tuple[Path, ...]:
    """The files that have one of these names, or the id of one of these sessions in theirs.

    The latter are left of a video that was never finished.
    """
    try:
        files = [path for path in folder.iterdir() if path.is_file() or path.is_symlink()]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ReposeError(f"{folder}: cannot be read ({error.strerror}); allow reading the folder") from error
    wanted, of = frozenset(names), frozenset(ids)
    return tuple(path for path in files if path.name in wanted or of & set(_ID.findall(path.name)))


def remove(paths: Collection[Path]) -> None:
    """Delete files, and see that they are gone.

    Raises:
        ReposeError: one cannot be deleted.
    """
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ReposeError(
                f"{path}: cannot be deleted ({error.strerror}); close what uses it, and allow writing to its "
                "folder"
            ) from error
        if path.exists():
            raise ReposeError(f"{path}: is still there after it was deleted; delete it by hand")
