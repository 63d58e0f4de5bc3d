"""Every version of a profile that was ever saved, each in a file of its own that is never changed.

`NAME.history/0007.json` beside `NAME.toml` is its seventh version: who saved it, when and why, what changed,
and the whole text, so that it can be gone back to. Making the file is what claims the number: of two people
who save at once, one is told so.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from repose.errors import ReposeError


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


def history_folder(path: Path) -> Path:
    """Where the versions of the profile at this path are."""
    return path.with_suffix(".history")


def read_history(path: Path) -> tuple[Revision, ...]:
    """All versions of the profile at this path, oldest first.

    Raises:
        ReposeError: one cannot be read.
    """
    found = []
    for file in sorted(history_folder(path).glob("[0-9]*.json"), key=lambda file: int(file.stem)):
        try:
            found.append(_revision(json.loads(file.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReposeError(
                f"{file}: cannot be read ({error}); it is a version of {path.name}: put it back from a backup"
            ) from error
    return tuple(found)


def add_revision(path: Path, revision: Revision) -> None:
    """Keep a version of the profile at this path.

    Raises:
        SavedMeanwhileError: there is one of this number already.
        ReposeError: it cannot be written.
    """
    folder = history_folder(path)
    content = asdict(revision) | {"at": revision.at.isoformat()}
    target = folder / f"{revision.revision:04}.json"
    part = folder / f".{target.name}.{os.getpid()}.{id(revision)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with part.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, never replaces what is there.
        os.link(part, target)
    except FileExistsError as error:
        raise SavedMeanwhileError(
            f"{path.name}: version {revision.revision} was saved meanwhile by somebody else; "
            "nothing of it was overwritten: load it again, and save what you still want"
        ) from error
    except OSError as error:
        raise ReposeError(f"{target}: cannot be written ({error.strerror}); nothing was saved") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _revision(content: dict[str, Any]) -> Revision:
    return Revision(
        revision=int(content["revision"]),
        at=datetime.fromisoformat(content["at"]),
        who=str(content["who"]),
        why=str(content["why"]),
        recordings=tuple(map(str, content["recordings"])),
        changes=tuple(Change(**change) for change in content["changes"]),
        text=str(content["text"]),
    )
