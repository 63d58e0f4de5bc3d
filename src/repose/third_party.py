"""What Repose is made of that others made: each package with its version and licence.

What is installed says so itself; with which versions Repose was tested stands in `third_party.csv`, which
`scripts/test-bounds.sh` writes after the tests ran at both ends.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.resources import files
from typing import Final

OURS: Final = "repose"
OPTIONAL: Final = ("postgresql",)
"""Extras of ours that people use; not the tools of its developers."""

BESIDE: Final = (
    "The pose model is Google's BlazePose GHUM (Apache-2.0), which is fetched, and not part of Repose.",
    "PyAV brings FFmpeg (LGPL-3.0-or-later) with x264 and x265 (GPL-2.0-or-later); OpenCV brings FFmpeg "
    "(LGPL-2.1-or-later) and Qt (LGPL-3.0); psycopg brings PostgreSQL's libpq.",
    "The licence of each stands in full in its own folder, beside its code.",
)
"""What packages bring along, in sentences for people; their wheels say so, their metadata does not."""

_REQUIREMENT: Final = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[(?P<extras>[^]]*)])?[^;]*;?(?P<marker>.*)"
)
_EXTRA: Final = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_CLASSIFIER: Final = "License :: "
_LONGEST: Final = 60
"""Characters of a licence's name; who puts a whole licence there means it by its classifier."""


@dataclass(frozen=True, slots=True)
class Software:
    """An installed package.

    Attributes:
        name: as packages are compared, in small letters with hyphens.
        version: that is installed.
        licence: as its maker says it: an SPDX expression, or a name; "" if nothing is said.
    """

    name: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A package that Repose was tested with.

    Attributes:
        name: as in `Software`.
        lowest, newest: versions at the two ends; "" where that end has none of it.
        licence: as in `Software`, of the newest.
    """

    name: str
    lowest: str
    newest: str
    licence: str


def installed() -> tuple[Software, ...]:
    """All packages that Repose needs, directly or not, as they are installed here, by name."""
    found: dict[str, Distribution] = {}
    looked_at: set[tuple[str, str]] = set()
    waiting = [(OURS, extra) for extra in ("", *OPTIONAL)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in looked_at:
            continue
        looked_at.add((name, extra))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # for another system, or an extra that nobody uses here
        waiting += _needs(found[name], extra)
    del found[OURS]
    return tuple(Software(name, one.version, _licence(one)) for name, one in sorted(found.items()))


def tried() -> dict[str, Tried]:
    """The packages that Repose was tested with, by name."""
    lines = (files("repose") / "third_party.csv").read_text(encoding="utf-8").splitlines()
    return {row["name"]: Tried(**row) for row in csv.DictReader(lines)}


def _needs(one: Distribution, extra: str) -> Iterator[tuple[str, str]]:
    """What a package needs for itself (""), or for one of its extras: names, and the extra asked for."""
    for line in one.requires or ():
        asked = _REQUIREMENT.match(line)
        if asked is None:
            continue
        asking = _EXTRA.findall(asked["marker"])
        if extra in asking if extra else not asking:
            wanted = [part.strip() for part in (asked["extras"] or "").split(",")]
            yield from ((_compared(asked["name"]), part) for part in {"", *wanted})


def _licence(one: Distribution) -> str:
    if expressions := _told(one, "License-Expression"):
        return expressions[0]
    names = [line.rpartition(" :: ")[2] for line in _told(one, "Classifier") if line.startswith(_CLASSIFIER)]
    said = [line for line in _told(one, "License") if len(line) <= _LONGEST and "\n" not in line]
    return " or ".join(names) or "".join(said[:1])


def _told(one: Distribution, key: str) -> list[str]:
    return [str(value).strip() for value in one.metadata.get_all(key) or ()]


def _compared(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
