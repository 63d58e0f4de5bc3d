"""Every version of a profile that was ever saved, each in a file of its own that is never changed.

Beside `NAME.toml` there is a folder:

    NAME.history/0007.json         its seventh version: who saved it, when and why, which recordings were
                                   looked at, what changed, and the whole text, so that it can come back
    NAME.history/next.toml         only while a version is being saved: what the file is to become
    NAME.history/before-0007.toml  a file that was not right, as it was when version 7 took its place

Making the version's file is what claims the number: of two people who save at once, one is told so. Who is
killed after that and before the file is in place has saved all the same: `next.toml` tells the next reader.
"""

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from repose.errors import ReposeError
from repose.whole_file import for_owner, make_folder, write_whole


class SavedMeanwhileError(ReposeError):
    """Somebody else saved a newer version of the profile: nothing was overwritten."""


@dataclass(frozen=True, slots=True)
class Change:
    """One number: before and after; None where the profile says nothing, so that what is below it holds.

    Attributes:
        key: dotted, with the exercise: "heel-slides.left.target_deg".
    """

    key: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of a profile.

    Attributes:
        revision: from 1.
        at: when it was saved.
        who, why: as they said.
        recordings: sessions and clips that were looked at for it, as they were called then.
        changes: against the version before.
        text: the whole file.
    """

    revision: int
    at: datetime
    who: str
    why: str
    recordings: tuple[str, ...]
    changes: tuple[Change, ...]
    text: str


_NUMBERED: Final = re.compile(r"([0-9]{4,9})\.json")

_NEXT: Final = "next.toml"


def history_folder(path: Path) -> Path:
    """Where the versions of the profile at this path are."""
    return path.with_suffix(".history")


def numbers(path: Path) -> tuple[int, ...]:
    """The numbers of the versions that there are of the profile at this path, oldest first.

    Raises:
        ReposeError: the folder cannot be read.
    """
    folder = history_folder(path)
    try:
        names = [file.name for file in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise ReposeError(f"{folder}: cannot be read ({error.strerror}); allow reading it") from error
    return tuple(sorted({int(found[1]) for name in names if (found := _NUMBERED.fullmatch(name))}))


def read_revision(path: Path, number: int) -> Revision:
    """One version of the profile at this path.

    Raises:
        ReposeError: it cannot be read.
    """
    file = _file(path, number)
    try:
        revision = _revision(json.loads(file.read_text(encoding="utf-8")))
        if revision.revision != number:
            raise ValueError(f"it says that it is version {revision.revision}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else error
        raise ReposeError(
            f"{file}: cannot be read ({what}); it is a version of {path.name}: put it back from a backup, "
            "or take it away"
        ) from error
    return revision


def read_history(path: Path) -> tuple[Revision, ...]:
    """All versions of the profile at this path, oldest first.

    Raises:
        ReposeError: one cannot be read.
    """
    return tuple(read_revision(path, number) for number in numbers(path))


def save_revision(path: Path, revision: Revision, *, aside: bytes | None = None) -> None:
    """Keep a version of the profile at this path, and make it what the file says.

    To be called by one at a time.

    Args:
        path: of the profile.
        revision: the version.
        aside: a file that is not right and is replaced by it; it is kept beside the version.

    Raises:
        SavedMeanwhileError: there is one of this number already.
        ReposeError: it cannot be written; then nothing is saved.
    """
    folder = history_folder(path)
    prepared = folder / _NEXT
    claimed = False
    try:
        make_folder(folder)
        if aside is not None:
            _write(_aside(path, revision.revision), aside)
        _write(prepared, revision.text.encode())
        _claim(path, revision)
        claimed = True
        prepared.replace(path)
    except OSError as error:
        with suppress(OSError):
            if claimed:
                _file(path, revision.revision).unlink()
            prepared.unlink(missing_ok=True)
        raise ReposeError(f"{path}: cannot be written ({error.strerror}); nothing was saved") from error


def add_revision(path: Path, revision: Revision) -> None:
    """Keep a version of the profile at this path whose text is what the file says already.

    Raises:
        SavedMeanwhileError: there is one of this number already.
        ReposeError: it cannot be written.
    """
    try:
        make_folder(history_folder(path))
        _claim(path, revision)
    except OSError as error:
        raise ReposeError(f"{path}: cannot be written ({error.strerror}); nothing was saved") from error


def prepared_text(path: Path) -> str | None:
    """What the file was to become when somebody began to save; None where nobody is saving."""
    try:
        return (history_folder(path) / _NEXT).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def unfinished(path: Path, content: bytes | None, newest: Revision, prepared: str | None) -> bool:
    """Whether the newest version was saved, but is not in the file: whoever saved it was killed in between.

    A file that is neither as it was before that, nor gone, has been edited by hand since then.

    Args:
        path: of the profile.
        content: of the file; None where there is none.
        newest: the newest version.
        prepared: what `prepared_text` gave before the others were read.
    """
    if prepared is None or prepared != newest.text:
        return False
    if content is None:
        return True
    with suppress(OSError):
        if content == _aside(path, newest.revision).read_bytes():
            return True
    try:
        before = read_revision(path, newest.revision - 1).text if newest.revision > 1 else ""
        return content.decode("utf-8-sig") == before
    except (ReposeError, UnicodeDecodeError):
        return False


def finish(path: Path, content: bytes | None) -> None:
    """Put in place what somebody who was killed had saved, and take away what is left of it.

    To be called by one at a time.

    Args:
        path: of the profile.
        content: of the file; None where there is none.
    """
    folder, prepared, known = history_folder(path), prepared_text(path), numbers(path)
    with suppress(OSError):
        if known and unfinished(path, content, read_revision(path, known[-1]), prepared):
            (folder / _NEXT).replace(path)
        (folder / _NEXT).unlink(missing_ok=True)
        for part in folder.glob(".*.part"):
            part.unlink(missing_ok=True)


def copy_history(path: Path, to: Path, change: Callable[[str], str]) -> None:
    """Make a copy of all versions for another profile, each text changed.

    To be called by one at a time. What is there under the new name is replaced.

    Raises:
        ReposeError: a version cannot be read, or the copy cannot be written.
    """
    folder = history_folder(to)
    try:
        make_folder(folder)
        for revision in read_history(path):
            changed = replace(revision, text=change(revision.text))
            write_whole(_file(to, revision.revision), _json(changed))
        for number in numbers(path):
            with suppress(FileNotFoundError):
                old = _aside(path, number).read_bytes().decode("utf-8-sig", "replace")
                write_whole(_aside(to, number), change(old).encode())
    except OSError as error:
        raise ReposeError(f"{folder}: cannot be written ({error.strerror})") from error


def _claim(path: Path, revision: Revision) -> None:
    """Make the file of a version, whole, unless there is one."""
    target = _file(path, revision.revision)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _write(part, _json(revision))
        try:
            # A link, unlike a rename, never replaces what is there.
            os.link(part, target)
        except FileExistsError as error:
            raise SavedMeanwhileError(
                f"{path.name}: version {revision.revision} was saved meanwhile by somebody else; "
                "nothing of it was overwritten: load it again, and save what you still want"
            ) from error
        except OSError:
            # Some file systems know no links. Nobody else saves meanwhile, see `lock`.
            part.rename(target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Write, and have it on the disk before what comes next."""
    with open(path, "wb", opener=for_owner) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _file(path: Path, number: int) -> Path:
    return history_folder(path) / f"{number:04}.json"


def _aside(path: Path, number: int) -> Path:
    return history_folder(path) / f"before-{number:04}.toml"


def _json(revision: Revision) -> bytes:
    content = asdict(revision) | {"at": revision.at.isoformat()}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _revision(content: dict[str, Any]) -> Revision:
    return Revision(
        revision=int(content["revision"]),
        at=datetime.fromisoformat(content["at"]),
        who=str(content["who"]),
        why=str(content["why"]),
        recordings=tuple(map(str, content["recordings"])),
        changes=tuple(_change(**change) for change in content["changes"]),
        text=str(content["text"]),
    )


def _change(key: str, before: float | None, after: float | None) -> Change:
    if not all(number is None or type(number) in (int, float) for number in (before, after)):
        raise ValueError(f"{key}: not a number")
    return Change(str(key), before, after)
