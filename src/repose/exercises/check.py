"""Reading an exercise's file, and telling all that is wrong with it. Nothing in it is ever run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from repose.calibration.load import one_line, shown, toml_tables
from repose.calibration.thresholds import Thresholds, about
from repose.errors import ReposeError
from repose.exercises.definition import (
    PROGRAMME,
    Definition,
    Dose,
    Fault,
    Guard,
    Unseen,
    Words,
    limit_misfits,
)
from repose.plain_file import read_start

LARGEST: Final = 64 * 1024
"""Bytes of an exercise's file; the examples have about 6 000."""

VERSION: Final = 1
"""Version of the file format that this Repose reads and writes."""

NUMBERS: Final = "thresholds"
"""The heading of an exercise's numbers."""

_PARTS: Final[dict[str, type[BaseModel]]] = {
    "dose": Dose,
    "words": Words,
    "guards": Guard,
    "faults": Fault,
    "unseen": Unseen,
    NUMBERS: Thresholds,
}


_NOT_HERE: Final = ("of_programme", "left", "right")
"""What an exercise's file cannot say: it is no exercise of the programme, and of nobody in particular."""


@dataclass(frozen=True, slots=True)
class ExerciseFile:
    """An exercise as its file has it.

    Attributes:
        path: of the file.
        definition: what the exercise is.
        limits: its own default numbers, as tables of `Thresholds`.
    """

    path: Path
    definition: Definition
    limits: dict[str, Any]


def read_exercise(path: Path) -> ExerciseFile:
    """Read an exercise's file.

    Raises:
        ReposeError: with the first mistake in it: file, key, value and what is allowed.
    """
    wrong = mistakes(path)
    if wrong:
        more = f" ({len(wrong) - 1} more: `repose exercise check` lists them)" if wrong[1:] else ""
        raise ReposeError(wrong[0] + more)
    tables = _tables(_content(path))
    limits = tables.pop(NUMBERS)
    return ExerciseFile(path, Definition.model_validate(_frozen(tables)), limits)


def mistakes(path: Path) -> tuple[str, ...]:
    """All that is wrong with an exercise's file, a line each; () where nothing is."""
    try:
        tables = _tables(_content(path))
    except ReposeError as error:
        return (f"{path}: {error}",)
    return tuple(f"{path}: {line}" for line in _wrong(tables))


def _content(path: Path) -> bytes:
    try:
        content = read_start(path, LARGEST + 1)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise ReposeError("there is no such file; name one that ends in .toml") from error
    except OSError as error:
        raise ReposeError(f"cannot be read ({error.strerror}); name a file that ends in .toml") from error
    if len(content) > LARGEST:
        raise ReposeError(f"is larger than {LARGEST // 1024} kB: no exercise needs that; nothing was read")
    return content


def _tables(content: bytes) -> dict[str, Any]:
    try:
        tables = toml_tables(content)
    except ReposeError as error:
        raise ReposeError(f"is {error}") from error
    version = tables.pop("version", VERSION)
    if type(version) is not int or version < 1:
        raise ReposeError(f"version = {shown(version)}: allowed is {VERSION}")
    if version > VERSION:
        raise ReposeError(
            f"version = {shown(version)}: was made by a newer Repose, this one reads up to {VERSION}: "
            "update Repose"
        )
    return tables


def _wrong(tables: dict[str, Any]) -> Iterator[str]:
    tables = dict(tables)
    limits = tables.pop(NUMBERS, None)
    if "of_programme" in tables:
        yield _unknown(("of_programme",), tables.pop("of_programme"))
    slug = tables.get("slug")
    if slug in PROGRAMME:
        yield f"slug = {slug!r}: is an exercise of the programme; give yours a name of its own"
    definition, numbers = None, None
    try:
        definition = Definition.model_validate(_frozen(tables))
    except ValidationError as error:
        yield from _explained(error, tables, ())
    if not isinstance(limits, dict):
        yield f"[{NUMBERS}] is missing: its numbers belong under this heading"
        return
    own = dict(limits)
    for side in ("left", "right"):
        if side in own:
            del own[side]
            yield f"{NUMBERS}.{side}: what one side of a person has of its own belongs into their profile"
    try:
        numbers = Thresholds.model_validate(own)
    except ValidationError as error:
        yield from _explained(error, own, (NUMBERS,))
    if definition is None or numbers is None:
        yield from _unmatched(tables, own)
        return
    for misfit in limit_misfits(definition, numbers):
        yield f"{NUMBERS}.{misfit.replace(' in the calibration', '')}"
    if numbers.longest_rep_s <= definition.dose.hold_s:
        yield (
            f"{NUMBERS}.longest_rep_s = {numbers.longest_rep_s:g}: "
            f"must be more than dose.hold_s, {definition.dose.hold_s:g} s"
        )


def _unmatched(tables: dict[str, Any], limits: dict[str, Any]) -> Iterator[str]:
    """Guards and faults without their number, and numbers without their guard or fault."""
    for kind in ("guards", "faults"):
        items, numbers = tables.get(kind, []), limits.get(kind, {})
        if not isinstance(items, list) or not isinstance(numbers, dict):
            continue
        names = [item.get("name") for item in items if isinstance(item, dict)]
        expected = {name for name in names if isinstance(name, str)}
        allowed = ", ".join(map(one_line, sorted(expected)))[:200] or "none"
        for name in sorted(expected - set(numbers)):
            yield f"{NUMBERS}.{kind}.{one_line(name)[:60]} is missing"
        for name in sorted(set(numbers) - expected):
            key = f"{NUMBERS}.{kind}.{one_line(name)[:60]}"
            yield f"{key} is not known{_near(name, expected)}; allowed are {allowed}"


def _explained(error: ValidationError, tables: dict[str, Any], prefix: tuple[str, ...]) -> Iterator[str]:
    """A line for each problem: key, value and what is allowed."""
    for problem in error.errors(include_url=False):
        parts = (*prefix, *problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            yield _unknown(parts, problem["input"])
        elif problem["type"] == "missing":
            yield f"{_key(parts, tables)} is missing"
        elif problem["type"] == "value_error" and len(parts) == len(prefix):
            yield from (f"{NUMBERS}.{one}" if prefix else one for one in message.split("; "))
        elif problem["type"] == "value_error":
            yield f"{_key(parts, tables)}: {one_line(message)}"
        else:
            told = f"{_key(parts, tables)} = {shown(problem['input'])}: {_allowed(problem, parts, message)}"
            yield told


def _allowed(problem: ErrorDetails, parts: tuple[str | int, ...], message: str) -> str:
    last = parts[-1] if parts else ""
    if parts[:1] == (NUMBERS,) and len(parts) == 2 and last in Thresholds.model_fields:
        if last in ("guards", "faults"):
            return f"its numbers belong under [{NUMBERS}.{last}]"
        known = about(str(last))
        return f"allowed is from {known.least:g} to {known.most:g} {known.unit}: {known.means}"
    if problem["type"] == "literal_error":
        expected = problem["ctx"]["expected"]
        words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
        return f"allowed are {expected}{_near(problem['input'], words)}"
    if last == "slug" and problem["type"] == "string_pattern_mismatch":
        return "small letters, digits and single hyphens only, such as 'straight-leg-raise'"
    if last == "name" and problem["type"] == "string_pattern_mismatch":
        return "small letters, digits and single underscores only, such as 'heel_lifts'"
    if len(parts) == 1 and last in _PARTS:
        brackets = f"[[{last}]]" if last in ("guards", "faults", "unseen") else f"[{last}]"
        return f"belongs under the heading {brackets}"
    message = one_line(message)
    return message[:1].lower() + message[1:]


def _unknown(parts: tuple[str | int, ...], value: object) -> str:
    part = _PARTS.get(str(parts[0])) if len(parts) > 1 else None
    known = [name for name in (part or Definition).model_fields if name not in _NOT_HERE]
    known += [] if part else [NUMBERS, "version"]
    name = str(parts[-1])
    where = ".".join([*map(str, parts[:-1]), one_line(name)[:60]])
    return f"{where} = {shown(value)}: is not known{_near(name, known)}; allowed here are {', '.join(known)}"


def _key(parts: tuple[str | int, ...], tables: dict[str, Any]) -> str:
    """A key as people find it: guards and faults by their name."""
    words: list[str] = []
    here: Any = tables
    for part in parts:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, int) and isinstance(here, dict) and isinstance(name := here.get("name"), str):
            words.append(one_line(name)[:60])
        else:
            words.append(f"{part + 1}" if isinstance(part, int) else one_line(part)[:60])
    return ".".join(words)


def _near(name: object, known: Iterable[str]) -> str:
    found = get_close_matches(name[:80], list(known), n=1) if isinstance(name, str) else []
    return f" (did you mean {one_line(found[0])!r}?)" if found else ""


def _frozen(value: Any) -> Any:  # noqa: ANN401 - anything that TOML can hold
    """Lists as tuples, so that nothing else need be taken for what it is not."""
    if isinstance(value, dict):
        return {key: _frozen(part) for key, part in value.items()}
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value
