"""Exercises besides those of the programme: a clinic's own, the examples, and files named with a command."""

import logging
import os
from contextlib import suppress
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from repose.calibration.folder import usual_folder
from repose.calibration.load import toml_tables
from repose.errors import ReposeError
from repose.exercises.check import LARGEST, ExerciseFile, read_exercise
from repose.plain_file import read_start

SUFFIX: Final = ".toml"

EXAMPLES: Final = ("straight-leg-raise", "bridge", "seated-knee-extension", "squat")
"""The worked examples, in their order."""

_log = logging.getLogger(__name__)

_named: dict[str, ExerciseFile] = {}


class Own(NamedTuple):
    """What is in a folder of exercises.

    Attributes:
        good: by slug.
        broken: why a file is not used, a line, by its slug, or by its name where that cannot be read.
    """

    good: dict[str, ExerciseFile]
    broken: dict[str, str]


def own_folder() -> Path:
    """Where a clinic's own exercises are; it need not be there."""
    return usual_folder() / "exercises"


def own() -> Own:
    """A clinic's own exercises as their files are now. Of one that is broken, a warning is logged once."""
    entries = []
    with suppress(OSError), os.scandir(own_folder()) as found:
        for entry in found:
            if entry.name.endswith(SUFFIX) and not entry.name.startswith("."):
                # Of a link that leads nowhere there is nothing to tell; it takes no other exercise along.
                with suppress(OSError):
                    stat = entry.stat()
                    entries.append((entry.path, stat.st_mtime_ns, stat.st_size))
    return _read(tuple(sorted(entries)))


@lru_cache(maxsize=4)
def _read(entries: tuple[tuple[str, int, int], ...]) -> Own:
    good: dict[str, ExerciseFile] = {}
    broken: dict[str, str] = {}
    for path in (Path(name) for name, _, _ in entries):
        try:
            one = read_exercise(path)
        except ReposeError as error:
            broken[_slug_of(path)] = str(error)
            _log.warning("%s; the exercise is not used until that is mended", error)
            continue
        slug = one.definition.slug
        if slug in good:
            _log.warning("%s: slug = %r: is in %s already; this one is not used", path, slug, good[slug].path)
            continue
        good[slug] = one
    return Own(good, broken)


def _slug_of(path: Path) -> str:
    """What a broken file is about, as far as it can be told."""
    try:
        slug = toml_tables(read_start(path, LARGEST)).get("slug")
    except (OSError, ReposeError):
        slug = None
    return slug if isinstance(slug, str) else path.stem


@cache
def examples() -> dict[str, ExerciseFile]:
    """The worked examples: to be tried and copied, not part of the programme."""
    folder = files("repose.exercises") / "examples"
    found = [read_exercise(Path(str(folder / f"{name}{SUFFIX}"))) for name in EXAMPLES]
    return {one.definition.slug: one for one in found}


def others() -> dict[str, ExerciseFile]:
    """All that can be counted besides the programme: own ones, examples, and what `use` was given."""
    mine = own().good
    return mine | {slug: one for slug, one in examples().items() if slug not in mine} | _named


def chosen(name: str) -> str:
    """The slug of an exercise that is named by its slug, or by the path of its file.

    Raises:
        ReposeError: with the first mistake in the file.
    """
    return use(Path(name)) if name.endswith(SUFFIX) or "/" in name or os.sep in name else name


def use(path: Path) -> str:
    """Take an exercise's file that is in no folder of exercises, until the program ends; gives its slug.

    Raises:
        ReposeError: with the first mistake in it.
    """
    one = read_exercise(path)
    _named[one.definition.slug] = one
    return one.definition.slug


def why_not(slug: str) -> str | None:
    """Why there is a file of an exercise that is not used; None where there is none."""
    return None if slug in _named else own().broken.get(slug)
