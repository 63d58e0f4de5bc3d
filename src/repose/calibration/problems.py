"""All that is wrong with the numbers of a profile, a line each: file, key, value and what is allowed."""

import copy
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from repose.calibration.layers import Layer, merged
from repose.calibration.load import PERSON, explain_one, misplaced, parsed, plain_key, similar
from repose.calibration.thresholds import Thresholds, flat
from repose.errors import ReposeError
from repose.exercises.definition import Definition, Exercise
from repose.exercises.load import definitions


def problems_in_file(
    content: bytes, path: Path, below: Sequence[Layer], waiting: Collection[str] = ()
) -> Iterator[str]:
    """What is wrong with a file: a line each.

    Args:
        content: of the file.
        path: of the file.
        below: the layers that it changes.
        waiting: exercises that are not there now, and whose numbers nobody can look at.
    """
    try:
        tables = parsed(content, path)
    except ReposeError as error:
        yield str(error)
        return
    tables.pop(PERSON, None)
    yield from misplaced(tables, path)
    yield from problems_in(Layer("file", path, tables), below, tables.keys() - set(waiting))


def problems_in(layer: Layer, below: Sequence[Layer], only: Collection[str] | None = None) -> Iterator[str]:
    """What is wrong with the numbers of a layer over others: a line each.

    Args:
        layer: whose numbers to look at.
        below: the layers that it changes; they are right.
        only: exercises to look at; None for all.
    """
    known = definitions()
    for slug in layer.tables:
        if only is not None and slug not in only:
            continue
        if slug not in known:
            meant = similar(slug, known)
            yield f"{layer.path}: unknown exercise [{plain_key(slug)}]{meant}: known are {', '.join(known)}"
        else:
            yield from _in_exercise(known[slug], layer, below)


def _in_exercise(definition: Definition, layer: Layer, below: Sequence[Layer]) -> Iterator[str]:
    """What is told is taken out, until what is left is right."""
    slug = definition.slug
    mine: dict[str, Any] = copy.deepcopy(layer.tables[slug])
    while True:
        tables, _ = merged([*below, replace(layer, tables={slug: mine})], slug)
        try:
            Exercise(definition=definition, thresholds=Thresholds.model_validate(tables))
            return
        except ValidationError as error:
            found = error.errors(include_url=False)
        found_mine = False
        for problem in _each(found):
            yield explain_one(layer.path, problem, (slug,))
            found_mine |= _take_out(mine, problem)
        if not found_mine:
            return


def _each(problems: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Problems one by one: those between numbers come several in a message."""
    for problem in problems:
        if problem["type"] != "value_error":
            yield problem
            continue
        side = ""
        for said in re.split(r"; (?!allowed are)", problem["msg"].removeprefix("Value error, ")):
            if found := re.match(r"(left|right): ", said):
                side = found[0]
            elif re.match(r"(left|right|guards|faults)\.", said):
                side = ""
            yield {**problem, "msg": said if found else side + said}


def _take_out(mine: dict[str, Any], problem: dict[str, Any]) -> bool:
    """Take out the numbers that a problem is about. Returns whether there were any."""
    if problem["type"] != "value_error":
        return _remove(mine, tuple(map(str, problem["loc"])))
    said = set(re.findall(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*", problem["msg"]))
    sides = said & {"left", "right"}
    said |= {f"{side}.{key}" for side in sides for key in said}
    about = [key for key in flat(mine) if key in said]
    # A side without anything else to blame should not be there at all.
    about = about or [side for side in sides if side in mine]
    removed = [_remove(mine, tuple(key.split("."))) for key in about]
    return any(removed)


def _remove(tables: dict[str, Any], key: tuple[str, ...]) -> bool:
    here: Any = tables
    for part in key[:-1]:
        here = here.get(part) if isinstance(here, dict) else None
    if not isinstance(here, dict) or key[-1] not in here:
        return False
    del here[key[-1]]
    return True
