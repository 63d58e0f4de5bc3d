"""Changing the text of a profile: numbers in, numbers out, and what a clinician wrote around them stays."""

import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError

from repose.calibration.layers import GROUPS, SIDES
from repose.calibration.load import PERSON, VERSION, parsed, tables_of
from repose.calibration.thresholds import About, Thresholds, about, flat
from repose.errors import ReposeError
from repose.exercises.definition import about_limit
from repose.exercises.load import definitions

_TROUBLE: Final = (TOMLKitError, LookupError, TypeError, ValueError, AttributeError)
"""What tomlkit raises over files that are right, but written in an unusual way."""

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,80}(\.[A-Za-z0-9_-]{1,80}){1,4}")


def about_number(key: str) -> About | None:
    """What is to be known of a number by its dotted key with the exercise; None where there is no such."""
    slug, *parts = key.split(".")
    if (definition := definitions().get(slug)) is None:
        return None
    if parts and parts[0] in SIDES:
        del parts[0]
    match parts:
        case [group, name] if group in GROUPS:
            items = {item.name: item for item in getattr(definition, group)}
            return about_limit(items[name]) if name in items else None
        case [name] if name in Thresholds.model_fields and name not in (*GROUPS, *SIDES):
            return about(name)
    return None


def comment_on(key: str) -> str:
    """What stands beside a number that Repose writes: what it does, and its unit; "" for no number's key."""
    known = about_number(key)
    return "" if known is None else f"{known.means} ({known.unit})".lstrip()


def new_text(person: str | None) -> str:
    """What a profile begins with; None for that of the clinic."""
    document = tomlkit.document()
    document.add(
        tomlkit.comment("Thresholds of this profile's own; what it leaves out is as in the ones below it.")
    )
    document.add("version", tomlkit.item(VERSION))
    if person is not None:
        document.add(PERSON, tomlkit.item(person))
    return tomlkit.dumps(document)


def with_numbers(text: str, changes: Mapping[str, float | None]) -> str:
    """The text of a profile with other numbers.

    Args:
        text: of the profile; it is right.
        changes: the new numbers by dotted key with the exercise; None takes a number out.

    Raises:
        ReposeError: a key is none, or leads through a number; a value is no number.
    """
    tables = tables_of(text.encode(), Path("profile"))
    wanted = flat(tables)
    for key, number in changes.items():
        _check_key(key, tables)
        if number is None:
            wanted.pop(key, None)
        elif isinstance(number, bool) or not isinstance(number, int | float):
            raise ReposeError(f"{key} = {number!r}: must be a number")
        else:
            wanted[key] = number
    try:
        document = tomlkit.parse(text)
        for key, number in changes.items():
            _set(document, key, number)
        made = tomlkit.dumps(document)
        if _says(made, wanted):
            return made
    except _TROUBLE:
        pass  # the file is written anew, without its comments; they stay in the version before
    return _anew(text, wanted)


def with_person(text: str, person: str) -> str:
    """The text of a profile as another person's."""
    try:
        document = tomlkit.parse(text)
        document[PERSON] = person
        made = tomlkit.dumps(document)
        if parsed(made.encode(), Path("profile")).get(PERSON) == person:
            return made
    except (*_TROUBLE, ReposeError):
        pass  # damaged: the one line is replaced as it stands
    line = f"{PERSON} = {tomlkit.item(person).as_string()}"
    made, found = re.subn(rf"^[ \t]*{PERSON}[ \t]*=.*$", lambda _: line, text, count=1, flags=re.MULTILINE)
    return made if found else f"{line}\n{text}"


def _check_key(key: str, tables: Mapping[str, Any]) -> None:
    if not _KEY.fullmatch(key):
        raise ReposeError(f"{key!r}: a number is named with its exercise: heel-slides.target_deg")
    *headings, name = key.split(".")
    here: Any = tables
    for heading in headings:
        here = here.get(heading, {})
        if not isinstance(here, dict):
            raise ReposeError(f"{key}: {heading} is a number, no heading")
    if isinstance(here.get(name), dict):
        raise ReposeError(f"{key}: {name} is a heading, no number")


def _set(document: MutableMapping[str, Any], key: str, number: float | None) -> None:
    *headings, name = key.split(".")
    here: Any = document
    above = []
    for heading in headings:
        if heading not in here:
            if number is None:
                return
            here[heading] = tomlkit.table()
        above.append((here, heading))
        here = here[heading]
    if number is None:
        here.pop(name, None)
        for holder, heading in reversed(above):
            if holder[heading].as_string().strip():  # numbers, or a comment
                break
            del holder[heading]
        return
    new = name not in here
    item = tomlkit.item(int(number) if float(number).is_integer() else float(number))
    if new and (comment := comment_on(key)) and not isinstance(here, tomlkit.items.InlineTable):
        item.comment(comment)
        item.trivia.comment_ws = "  "
    here[name] = item


def _says(text: str, wanted: Mapping[str, float]) -> bool:
    """Whether exactly these numbers stand in the text."""
    try:
        found = flat(tables_of(text.encode(), Path("profile")))
    except ReposeError:
        return False
    return found.keys() == wanted.keys() and all(_alike(found[key], wanted[key]) for key in found)


def _alike(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)


def _anew(text: str, wanted: Mapping[str, float]) -> str:
    document = tomlkit.parse(new_text(parsed(text.encode(), Path("profile")).get(PERSON)))
    # A heading's own numbers come before the headings within it.
    for key in sorted(wanted, key=lambda key: (key.split(".")[0], key.count("."), key)):
        _set(document, key, wanted[key])
    return tomlkit.dumps(document)
