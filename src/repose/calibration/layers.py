"""Which number is in force, and where it comes from: default, clinic, person, side."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

GROUPS: Final = ("guards", "faults")
SIDES: Final = ("left", "right")


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file says; what it leaves out is as in the layers below it.

    Attributes:
        name: "default", "clinic", the name of a person, or "file" for one named with a command.
        path: of the file.
        tables: its numbers by exercise: `{slug: {key: number, "guards": {…}, "left": {…}, …}}`.
        revision: of the profile; 0 where it has no history.
    """

    name: str
    path: Path
    tables: dict[str, Any]
    revision: int = 0


def merged(layers: Iterable[Layer], slug: str) -> tuple[dict[str, Any], dict[str, str]]:
    """All numbers of one exercise: those of later layers replace those of earlier ones.

    What a side has of its own replaces what both have in common, whichever layer says either.

    Returns:
        The tables of one exercise, and the name of the layer that each number comes from, by dotted key.
    """
    tables: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        _put(tables, origins, layer.tables.get(slug, {}), layer.name, "")
    return tables, origins


def _put(
    tables: dict[str, Any], origins: dict[str, str], changes: dict[str, Any], name: str, prefix: str
) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and key in (*GROUPS, *SIDES):
            if not _says_anything(value):
                continue  # a heading without numbers, left by somebody who took them out
            _put(tables.setdefault(key, {}), origins, value, name, f"{prefix}{key}.")
        else:
            tables[key] = value
            origins[prefix + key] = name


def _says_anything(table: dict[str, Any]) -> bool:
    return any(not isinstance(value, dict) or _says_anything(value) for value in table.values())
