"""Reading calibration files: the defaults, and what a file of the user's changes of them."""

import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from repose.calibration.layers import Layer, merged
from repose.calibration.thresholds import Thresholds
from repose.data_files import data_folder
from repose.errors import ReposeError

VERSION: Final = 1
"""Version of the file format that this Repose reads and writes."""

PERSON: Final = "person"
"""The key that says in a profile whose it is."""


def load_thresholds(slug: str, calibration: Path | None = None) -> Thresholds:
    """The thresholds of an exercise of the programme: the defaults, and what the calibration file changes.

    Raises:
        ReposeError: naming file, key, value and what is allowed.
    """
    layers = [default_layer()]
    if calibration is not None:
        layers.append(Layer("file", calibration, read_calibration(calibration)))
    return thresholds_of(slug, layers)


def default_layer() -> Layer:
    """What is in force for everybody: the thresholds that come with Repose."""
    path = data_folder("calibration") / "default.toml"
    return Layer("default", path, read_calibration(path))


def thresholds_of(slug: str, layers: list[Layer]) -> Thresholds:
    """The thresholds of an exercise that follow from layers, the later ones before the earlier.

    Raises:
        ReposeError: naming file, key, value and what is allowed.
    """
    try:
        return Thresholds.model_validate(merged(layers, slug)[0])
    except ValidationError as error:
        raise ReposeError(explain(layers[-1].path, error, (slug,))) from error


def read_calibration(path: Path) -> dict[str, Any]:
    """The tables of a calibration file, by exercise.

    Raises:
        ReposeError: when the file cannot be read, is no TOML, or is of a newer version.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReposeError(f"{path}: cannot read the calibration: {error.strerror}") from error
    return tables_of(content, path)


def tables_of(content: bytes, path: Path) -> dict[str, Any]:
    """The tables of a calibration file's content, by exercise.

    Raises:
        ReposeError: it is no TOML, or of a newer version; the path says which file it is.
    """
    try:
        tables = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise ReposeError(f"{path}: not UTF-8 text: save the calibration as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ReposeError(f"{path}: not valid TOML: {error}") from error
    version = tables.pop("version", VERSION)
    if type(version) is not int or version < 1:
        raise ReposeError(f"{path}: version = {version!r}: allowed is {VERSION}")
    if version > VERSION:
        raise ReposeError(
            f"{path}: version {version} was made by a newer Repose, this one reads up to {VERSION}: "
            "update Repose"
        )
    if not isinstance(person := tables.pop(PERSON, ""), str):
        raise ReposeError(f"{path}: person = {person!r}: must be a name in quotes")
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise ReposeError(
                f"{path}: {key} = {table!r}: not known; numbers belong under an [exercise] heading"
            )
        _check_groups(path, key, table)
    return tables


def _check_groups(path: Path, slug: str, section: dict[str, Any]) -> None:
    """Whether what must be a table is one."""
    groups = {f"{slug}.{group}": section.get(group, {}) for group in ("guards", "faults", "left", "right")}
    for side in ("left", "right"):
        if isinstance(section.get(side), dict):
            groups[f"{slug}.{side}.faults"] = section[side].get("faults", {})
    for key, group in groups.items():
        if not isinstance(group, dict):
            raise ReposeError(f"{path}: {key} = {group!r}: its numbers belong under [{key}]")


def explain(origin: Path, error: ValidationError, prefix: tuple[str, ...] = ()) -> str:
    """One line for the first problem of a checked file: file, key, value and what is allowed."""
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in (*prefix, *first["loc"]))
    message = first["msg"].removeprefix("Value error, ")
    match first["type"]:
        case "missing":
            return f"{origin}: {key} is missing"
        case "extra_forbidden":
            return f"{origin}: {key} is not known: check its spelling against calibration/default.toml"
        case "value_error":
            return f"{origin}: {key}: {message}"
    value = first["input"]
    shown = repr(value) if len(repr(value)) < 60 else f"{repr(value)[:57]}..."
    return f"{origin}: {key} = {shown}: {message[0].lower()}{message[1:]}"
