"""Reading calibration files: the defaults, and what a file of the user's changes of them."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from repose.calibration.thresholds import Thresholds
from repose.data_files import data_folder
from repose.errors import ReposeError

VERSION = 1
"""Version of the file format that this Repose reads and writes."""


def load_thresholds(slug: str, calibration: Path | None = None) -> Thresholds:
    """The thresholds of an exercise: the defaults, with what the calibration file says instead.

    Raises:
        ReposeError: naming file, key, value and what is allowed.
    """
    default = data_folder("calibration") / "default.toml"
    merged = _section(default, slug)
    origin = default
    if calibration is not None:
        own = _section(calibration, slug)
        groups: dict[str, Any] = {
            group: {**merged.get(group, {}), **own.get(group, {})}
            for group in ("guards", "faults")
            if group in merged or group in own
        }
        merged = {**merged, **own, **groups}
        origin = calibration
    try:
        return Thresholds.model_validate(merged)
    except ValidationError as error:
        raise ReposeError(explain(origin, error, (slug,))) from error


def read_calibration(path: Path) -> dict[str, Any]:
    """The tables of a calibration file, by exercise.

    Raises:
        ReposeError: when the file cannot be read, is no TOML, or is of a newer version.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ReposeError(f"{path}: cannot read the calibration: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ReposeError(f"{path}: not UTF-8 text: save the calibration as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ReposeError(f"{path}: not valid TOML: {error}") from error
    version = tables.pop("version", VERSION)
    if type(version) is not int or version < 1:
        raise ReposeError(f"{path}: version = {version!r}: allowed is {VERSION}")
    if version > VERSION:
        raise ReposeError(
            f"{path}: version {version} was made by a newer Repose, this one reads up to {VERSION}: "
            "update Repose"
        )
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise ReposeError(
                f"{path}: {key} = {table!r}: not known; numbers belong under an [exercise] heading"
            )
    return tables


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


def _section(path: Path, slug: str) -> dict[str, Any]:
    """The numbers of one exercise in a file."""
    section = dict(read_calibration(path).get(slug, {}))
    for group in ("guards", "faults"):
        if not isinstance(section.get(group, {}), dict):
            raise ReposeError(
                f"{path}: {slug}.{group} = {section[group]!r}: its numbers belong under [{slug}.{group}]"
            )
    return section
