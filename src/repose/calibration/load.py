"""Reading calibration files: the defaults, and what a file of the user's changes of them."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final
from unicodedata import category

from pydantic import ValidationError

from repose.calibration.layers import GROUPS, SIDES, Layer, merged
from repose.calibration.thresholds import Thresholds, about
from repose.data_files import data_folder
from repose.errors import ReposeError
from repose.plain_file import read_start

VERSION: Final = 1
"""Version of the file format that this Repose reads and writes."""

PERSON: Final = "person"
"""The key that says in a profile whose it is."""

LARGEST: Final = 200_000
"""Bytes of a calibration file; one that changes every number of every exercise has a tenth of that."""

LONGEST: Final = 4000
"""Characters of a line; what a file without any sense makes of longer ones takes very long to find out."""

DEEPEST: Final = 8
"""Tables and lists within each other; the files that Repose reads have half of that."""


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
    return Layer("default", path, _defaults(path))


@cache
def _defaults(path: Path) -> dict[str, Any]:
    """What ships with Repose is read once; nobody changes tables of a layer."""
    return read_calibration(path)


def thresholds_of(slug: str, layers: list[Layer]) -> Thresholds:
    """The thresholds of an exercise that follow from layers, the later ones before the earlier.

    Raises:
        ReposeError: naming file, key, value and what is allowed.
    """
    tables, origins = merged(layers, slug)
    try:
        return Thresholds.model_validate(tables)
    except ValidationError as error:
        key = ".".join(map(str, error.errors(include_url=False)[0]["loc"]))
        paths = {layer.name: layer.path for layer in layers}
        raise ReposeError(
            explain(paths.get(origins.get(key, ""), layers[-1].path), error, (slug,))
        ) from error


def read_calibration(path: Path) -> dict[str, Any]:
    """The tables of a calibration file, by exercise.

    Raises:
        ReposeError: when the file cannot be read, is no TOML, or is of a newer version.
    """
    return tables_of(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """The content of a calibration file.

    Raises:
        ReposeError: it cannot be read, or is too large to be one.
    """
    try:
        content = read_start(path, LARGEST + 1)
    except OSError as error:
        raise ReposeError(f"{path}: cannot read the calibration: {error.strerror}") from error
    if len(content) > LARGEST:
        raise ReposeError(f"{path}: more than {LARGEST // 1000} kB: too large for a calibration file")
    return content


def tables_of(content: bytes, path: Path) -> dict[str, Any]:
    """The tables of a calibration file's content, by exercise.

    Raises:
        ReposeError: it is no TOML, or of a newer version; the path says which file it is.
    """
    tables = parsed(content, path)
    tables.pop(PERSON, None)
    for problem in misplaced(tables, path):
        raise ReposeError(problem)
    return tables


def parsed(content: bytes, path: Path) -> dict[str, Any]:
    """What a calibration file says, its version checked and taken out.

    Raises:
        ReposeError: it is no TOML, or of a newer version, or its person is no name.
    """
    try:
        tables = toml_tables(content)
    except ReposeError as error:
        raise ReposeError(f"{path}: {error}") from error
    version = tables.pop("version", VERSION)
    if type(version) is not int or version < 1:
        raise ReposeError(f"{path}: version = {shown(version)}: allowed is {VERSION}")
    if version > VERSION:
        raise ReposeError(
            f"{path}: version {shown(version)} was made by a newer Repose, this one reads up to {VERSION}: "
            "update Repose"
        )
    if not isinstance(person := tables.get(PERSON, ""), str) or not is_plain(person):
        raise ReposeError(f"{path}: person = {shown(person)}: must be a name in quotes")
    return tables


def toml_tables(content: bytes) -> dict[str, Any]:
    """The tables of a TOML file that people wrote, or somebody who means harm.

    Raises:
        ReposeError: it is no TOML, or nested deeper than any of our files; it does not name the file.
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        if max(map(len, text.split("\n"))) > LONGEST:
            raise ReposeError(f"not valid TOML: a line has more than {LONGEST} characters")
        tables = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ReposeError("not UTF-8 text: save it as UTF-8") from error
    except RecursionError as error:
        raise ReposeError("not valid TOML: nested too deeply") from error
    except ValueError as error:  # tomllib lets those of numbers and dates through as they are
        said = one_line(str(error))
        said = said if len(said) < 200 else f"{said[:120]}... {said[-60:]}"
        raise ReposeError(f"not valid TOML: {said}") from error
    # Dotted keys nest without end, and whatever walks through tables would run out of stack.
    within: list[Any] = [tables]
    for _ in range(DEEPEST):
        within = [part for one in within for part in _parts(one)]
    if within:
        raise ReposeError("not valid TOML: nested too deeply")
    return tables


def _parts(value: object) -> Iterable[Any]:
    """What a table or a list holds."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def misplaced(tables: dict[str, Any], path: Path) -> Iterator[str]:
    """A line for each thing that does not stand where something of its kind can; it is taken out."""
    for slug in list(tables):
        section = tables[slug]
        if isinstance(section, dict):
            yield from _misplaced_in(section, plain_key(slug), path)
            continue
        del tables[slug]
        if isinstance(section, list) and section and isinstance(section[0], dict):
            yield f"{path}: [[{plain_key(slug)}]]: write [{plain_key(slug)}], once, with all its numbers"
        else:
            yield (
                f"{path}: {plain_key(slug)} = {shown(section)}: not known; "
                "numbers belong under an [exercise] heading"
            )


def _misplaced_in(
    section: dict[str, Any], where: str, path: Path, groups: tuple[str, ...] = ()
) -> Iterator[str]:
    """The same within an exercise, or within a side of it."""
    headings = groups or (*GROUPS, *SIDES)
    for key in list(section):
        value, full = section[key], f"{where}.{plain_key(key)}"
        if isinstance(value, dict) != (key in headings):
            del section[key]
            if key in headings:
                yield f"{path}: {full} = {shown(value)}: its numbers belong under [{full}]"
            else:
                yield f"{path}: [{full}]: no such heading; under [{where}] there can be {', '.join(headings)}"
        elif key in SIDES and isinstance(value, dict):
            yield from _misplaced_in(value, full, path, ("faults",))
        elif isinstance(value, dict):
            for name in [name for name, limit in value.items() if isinstance(limit, dict)]:
                del value[name]
                yield f"{path}: [{full}.{plain_key(name)}]: no such heading; a number was expected"


def explain(origin: Path, error: ValidationError, prefix: tuple[str, ...] = ()) -> str:
    """One line for the first problem of a checked file: file, key, value and what is allowed."""
    return explain_one(origin, error.errors(include_url=False)[0], prefix)


def explain_one(origin: Path, problem: Any, prefix: tuple[str, ...] = ()) -> str:  # noqa: ANN401
    """One line for a problem, as pydantic has it in `errors()`."""
    parts = tuple(str(part) for part in (*prefix, *problem["loc"]))
    key = ".".join(map(plain_key, parts))
    message = one_line(problem["msg"].removeprefix("Value error, "))
    match problem["type"]:
        case "missing":
            return f"{origin}: {key} is missing"
        case "extra_forbidden":
            meant = similar(parts[-1], Thresholds.model_fields)
            return f"{origin}: {key} is not known{meant}: check its spelling against calibration/default.toml"
        case "value_error":
            return f"{origin}: {key}: {message}"
    allowed = _allowed(parts[-1]) or f"{message[0].lower()}{message[1:]}"
    return f"{origin}: {key} = {shown(problem['input'])}: {allowed}"


def _allowed(key: str) -> str:
    """What is allowed for a threshold; "" for what is none."""
    if key not in Thresholds.model_fields or key in (*GROUPS, *SIDES):
        return ""
    known, fence = about(key), "above " if is_above(key) else ""
    return f"must be a number from {fence}{known.least:g} to {known.most:g} {known.unit}: {known.means}"


def is_above(key: str) -> bool:
    """Whether the least number that is allowed for a threshold is itself too small."""
    schema = Thresholds.model_json_schema()["properties"][key]
    return "exclusiveMinimum" in schema.get("anyOf", [schema])[0]


def similar(name: str, known: Iterable[str]) -> str:
    """Such as ", did you mean target_deg?"; "" where nothing is like it."""
    found = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean {found[0]}?)" if found else ""


def shown(value: object) -> str:
    """A value as it can stand in a line: shortened, without control characters."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # nested too deeply, a number of too many digits
        return "something too long to show"
    return text if len(text) < 60 else f"{text[:57]}..."


def plain_key(key: str) -> str:
    """A key as TOML has it: in quotes unless it is simple."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else shown(key)


def is_plain(text: str) -> bool:
    """Whether a text is one line without control characters; joiners of scripts and emoji are none."""
    return all(category(letter) not in ("Cc", "Cs", "Zl", "Zp") and letter not in _TURNS for letter in text)


_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of the text that follows, beyond their own."""


def one_line(text: str) -> str:
    """A text without line breaks and control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
