"""Everything that Repose stores, looked up on the disk: what, where, how much, since when, who may read it.

Whoever stores something new adds it here; a test looks whether any file is made that is not on this list.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from repose.calibration.profiles import Profiles
from repose.demo import CACHE
from repose.exercises.own import own_folder
from repose.pose.bundle import bundle_folders
from repose.sessions.store import Store

PREFIX: Final = "repose-"
"""With which temporary files and folders begin."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A kind of thing that is stored.

    Attributes:
        title: what it is called.
        what: what is in it, in plain words.
        how_long: until when it stays, in plain words.
        where: files and folders in which it is, or would be.
        personal: whether it is about persons.
        files: those that are there just now.
        bytes: of all of them.
        changed_at: when one of them was changed last; None without any.
        readable: those that others at this computer may read, although they are about persons.
    """

    title: str
    what: str
    how_long: str
    where: tuple[Path, ...]
    personal: bool
    files: tuple[Path, ...]
    bytes: int
    changed_at: datetime | None
    readable: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class InBrowser:
    """Something that a page has the browser remember.

    Attributes:
        key: its name there.
        what: what is in it.
        how_long: until when it stays.
    """

    key: str
    what: str
    how_long: str


IN_BROWSER: Final = (
    InBrowser(
        "repose.settings", "sound, voice, light or dark, and the like", "until you clear the browser's data"
    ),
    InBrowser(
        "repose.programme",
        "the exercises and doses that were set up last; nobody's name",
        "until you clear the browser's data",
    ),
    InBrowser(
        "repose.last",
        "the exercises and doses of the session that was begun last",
        "until you clear the browser's data",
    ),
    InBrowser(
        "repose.prescribed",
        "a number that tells whether a programme was put into the form already; nobody's name",
        "until you clear the browser's data",
    ),
    InBrowser(
        "repose.reviewer",
        "the name that a reviewer gave for what they change, so that it is asked for once",
        "until you clear the browser's data",
    ),
    InBrowser(
        "repose.client", "a random number by which the coach knows this tab again", "until the tab is closed"
    ),
    InBrowser(
        "the cookie repose-PORT",
        "a random number that lets this browser in; over TLS its name begins with __Host-",
        "until Repose ends, you sign out, or the browser is closed",
    ),
)
"""Local storage, session storage and cookies."""

NEVER: Final = (
    "pictures of the camera, unless somebody asks for a video of a session: they are looked at and forgotten",
    "sound: there is no microphone",
    "passwords: only a hash of each, from which it cannot be found",
    "anything on another computer, in a cloud, or with the makers of Repose",
    "log files: what Repose has to say it says in the window in which it was started",
)
"""What is stored nowhere, a line each."""


def stored(store: Store, profiles: Profiles) -> tuple[Stored, ...]:
    """All of it, as it is on the disk just now."""
    place, exercises = store.place, own_folder()
    file = place.file
    as_set = "until it is deleted, or the time is over for which it is to be kept"
    return (
        _kind(
            "Database",
            "persons' names, their programmes, sessions, sets and reps with all figures; the points of the "
            "body that were seen, but no pictures; what reviewers said; accounts; settings; the log",
            as_set,
            () if file is None else _beside(file, "", "-wal", "-shm", "-journal"),
        ),
        _kind(
            "Witness of the log",
            "a number and a hash for each entry of the log, so that it shows if somebody tampers with it; "
            "nothing about anybody",
            "for good, as the log",
            (store.audit.witness,),
        ),
        _kind(
            "Copies from before updates",
            "the database as it was then, with what has been deleted since",
            "until you delete them",
            () if file is None else _matching(file.parent, f"{file.name}.before-*"),
        ),
        _kind("Videos", "pictures of sessions, where somebody asked for a video", as_set, (place.videos,)),
        _kind(
            "Calibration profiles",
            "what counts as a rep here, and for each person who has thresholds of their own: their name, the "
            "numbers, who changed them when and why",
            "until the person is deleted; the clinic's for good",
            (profiles.folder,),
            without=(exercises,),
        ),
        _kind(
            "Own exercises",
            "what your own exercises are; nothing about anybody",
            "until you delete the files",
            (exercises,),
            personal=False,
        ),
        _kind(
            "Pose models",
            "what finds the body in a picture; made by Google, the same for all",
            "until you delete the files",
            tuple(one for folder in bundle_folders() for one in _matching(folder, "*.task", "*.partial")),
            personal=False,
        ),
        _kind(
            "Points of the sample clips",
            "what was seen in the clips that come with Repose, so that its demonstration need not look again",
            "until you delete the files",
            (CACHE,),
            personal=False,
        ),
        _kind(
            "Temporary files",
            "an export while it is made and sent, or a recording while it is read",
            "seconds; what is left because Repose was killed goes when its pages are started a day later",
            temporary(PREFIX),
        ),
    )


def _kind(
    title: str,
    what: str,
    how_long: str,
    where: Iterable[Path],
    *,
    personal: bool = True,
    without: tuple[Path, ...] = (),
) -> Stored:
    where = tuple(where)
    found = [(path, stat) for path, stat in _files(where) if not any(one in path.parents for one in without)]
    return Stored(
        title=title,
        what=what,
        how_long=how_long,
        where=where,
        personal=personal,
        files=tuple(path for path, _ in found),
        bytes=sum(stat.st_size for _, stat in found),
        changed_at=max((datetime.fromtimestamp(stat.st_mtime, UTC) for _, stat in found), default=None),
        readable=tuple(path for path, stat in found if personal and _is_open(path, stat)),
    )


def _files(where: Iterable[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """The files there, and in folders there; those that vanish meanwhile are left out."""
    for path in where:
        if path.is_dir():
            yield from _files(sorted(path.iterdir()))
        else:
            try:
                yield path, path.lstat()
            except OSError:
                continue


def _is_open(path: Path, stat: os.stat_result) -> bool:
    """Whether others may read a file: it, and the folder that it is in."""
    return os.name == "posix" and bool(stat.st_mode & 0o077) and bool(path.parent.stat().st_mode & 0o077)


def _beside(file: Path, *endings: str) -> tuple[Path, ...]:
    return tuple(file.with_name(file.name + ending) for ending in endings)


def _matching(folder: Path, *patterns: str) -> tuple[Path, ...]:
    return tuple(sorted(path for pattern in patterns for path in folder.glob(pattern)))


def temporary(prefix: str) -> tuple[Path, ...]:
    """Temporary files and folders of ours that begin so: others at this computer may use Repose too."""
    mine = os.getuid() if hasattr(os, "getuid") else None
    found = []
    for path in _matching(Path(tempfile.gettempdir()), f"{prefix}*"):
        try:
            if mine is None or path.lstat().st_uid == mine:
                found.append(path)
        except OSError:
            continue
    return tuple(found)
