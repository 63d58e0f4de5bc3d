"""An exercise as a file to be edited: every key with a comment that says what it does."""

import json
import re
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any, Final

from pydantic import BaseModel

from repose.calibration.load import shown
from repose.calibration.thresholds import Thresholds, about
from repose.errors import ReposeError
from repose.exercises.check import NUMBERS, VERSION
from repose.exercises.definition import (
    LONGEST_NAME,
    LONGEST_SLUG,
    PROGRAMME,
    SLUG,
    Definition,
    Exercise,
    Fault,
    Guard,
    about_limit,
    plain,
)

KEYS: Final[dict[str, str]] = {
    "version": "of this kind of file; leave it",
    "slug": "its name in commands and files: small letters, digits and hyphens",
    "name": "its name for people",
    "position": "the start position, as it is said: after 'lie' if the posture is supine",
    "posture": "supine (on the back), seated, standing (legs straight), upright (on the feet, legs may bend)",
    "sides": "one (leg after the other), pair (both together or one), none (the whole body)",
    "signal": "the angle it is counted on; it grows from rest to the target",
    "ends": "1: there and back. 2: to the target, through rest to the opposite end, and back",
    "peak": "the angles that are told of each rep",
    "dose.reps": "reps of a set",
    "dose.sets": "sets, of each side if each_side is true",
    "dose.hold_s": "seconds to hold the end position; 0 for no hold",
    "dose.each_side": "true: the left leg first, then the right",
    "words.rest": "said at rest: how to begin",
    "words.going": "said on the way to the target",
    "words.holding": "said at the target",
    "words.returning": "said on the way back",
    "guards": "what else must be true: a movement that breaks one is another movement, and no rep",
    "guards.name": "a name of your own; its number is under [thresholds.guards]",
    "guards.channel": "what is looked at",
    "guards.needs": "at_least, at_most (at the end position), at_most_at_start, still (all the time)",
    "guards.limit": "what the number says, in your words",
    "faults": "form faults: a rep still counts, and the coach says what to do",
    "faults.name": "a name of your own; its number is under [thresholds.faults]",
    "faults.text": "what the coach says",
    "faults.limit": "what the number says, in your words",
    "faults.measure": "rise, fall, swing, hold_above (of a channel); drift, bounce (while held); reach, "
    "opposite_reach, left_over (degrees short); duration, hold (seconds too few); reversals",
    "faults.channel": "what is looked at; only for rise, fall, swing and hold_above",
    "faults.of": "working, or other: the leg that rests",
    "faults.on": "reps, partials, or all",
    "faults.from_side": "true: judged only if the camera looks from the side",
    "unseen": "faults that the camera cannot show: told as not measured, never guessed",
    "unseen.name": "a name of your own",
    "unseen.why": "why it does not show",
    NUMBERS: "the numbers that decide what counts; a profile may change them for the clinic or a person",
}
"""What each key does, in a clinician's words."""

_INDENT: Final = 44
_WIDEST: Final = 110


def text_of(exercise: Exercise, notes: Sequence[str] = ()) -> str:
    """An exercise's file.

    Args:
        exercise: what it is, with its default numbers.
        notes: lines of a comment at its top.
    """
    return "\n".join(_lines(exercise.definition, exercise.thresholds, notes)) + "\n"


def _lines(definition: Definition, limits: Thresholds, notes: Sequence[str]) -> Iterator[str]:
    for note in notes:
        yield from wrap(note, _WIDEST, initial_indent="# ", subsequent_indent="# ") or ["#"]
    if notes:
        yield ""
    yield _line("version", VERSION, KEYS["version"])
    for key in ("slug", "name", "position", "posture", "sides", "signal", "ends", "peak"):
        yield _line(key, getattr(definition, key), KEYS[key])
    for heading, part in (("dose", definition.dose), ("words", definition.words)):
        yield from ("", f"[{heading}]", *_keys(part, f"{heading}."))
    for heading, items in (
        ("guards", definition.guards),
        ("faults", definition.faults),
        ("unseen", definition.unseen),
    ):
        if items:
            yield from ("", f"# {heading}: {KEYS[heading]}")
        for number, item in enumerate(items):
            yield from (f"[[{heading}]]", *_keys(item, f"{heading}." if number == 0 else ""))
    yield from ("", f"# {KEYS[NUMBERS]}", f"[{NUMBERS}]")
    for key in Thresholds.model_fields:
        value = getattr(limits, key)
        if isinstance(value, float | int):
            known = about(key)
            yield _line(key, value, known.means)
    for kind, named in (("guards", definition.guards), ("faults", definition.faults)):
        if named:
            yield f"[{NUMBERS}.{kind}]"
        for one in named:
            yield _line(one.name, getattr(limits, kind)[one.name], _limit(one))


def _limit(one: Guard | Fault) -> str:
    return one.limit or about_limit(one).unit


def _keys(part: BaseModel, explained: str) -> Iterator[str]:
    """The keys of a table, without those that say what holds anyway."""
    for key, field in type(part).model_fields.items():
        value = getattr(part, key)
        if value is None or (field.default == value and explained != "dose."):
            continue
        yield _line(key, value, KEYS[explained + key] if explained else "")


def _line(key: str, value: Any, comment: str) -> str:  # noqa: ANN401 - anything that TOML can hold
    said = f"{key} = {_value(value)}"
    if not comment:
        return said
    inline = f"{said:<{_INDENT}} # {comment}"
    if len(said) <= _INDENT and len(inline) <= _WIDEST:
        return inline
    return "\n".join([*wrap(comment, _WIDEST, initial_indent="# ", subsequent_indent="# "), said])


def _value(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{int(value)}" if value == int(value) else repr(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    # Strings of JSON are strings of TOML.
    return json.dumps(value, ensure_ascii=False)


def checked_slug(slug: str) -> str:
    """A slug that a new exercise may have.

    Raises:
        ReposeError: it is none, or that of an exercise of the programme.
    """
    if slug in PROGRAMME:
        raise ReposeError(f"{slug!r} is an exercise of the programme; give yours a name of its own")
    if not re.fullmatch(SLUG, slug) or len(slug) > LONGEST_SLUG:
        raise ReposeError(
            f"the slug {shown(slug)} cannot be used: allowed are small letters, digits and single hyphens, "
            f"at most {LONGEST_SLUG}"
        )
    return slug


def checked_name(name: str) -> str:
    """A name for people that a new exercise may have.

    Raises:
        ReposeError: it is none.
    """
    try:
        if not 0 < len(name) <= LONGEST_NAME:
            raise ValueError(f"has {len(name)} characters; allowed are 1 to {LONGEST_NAME}")
        return plain(name)
    except ValueError as error:
        raise ReposeError(f"the name {shown(name)} cannot be used: it {error}") from error


def copy_of(exercise: Exercise, slug: str, name: str | None = None) -> Exercise:
    """An exercise of one's own that begins as another one.

    Raises:
        ReposeError: the slug or the name is none.
    """
    checked_slug(slug)
    if name is None:
        same = slug == exercise.slug
        name = exercise.name if same else slug.replace("-", " ").capitalize()
    changes = {"slug": slug, "name": checked_name(name), "of_programme": False}
    definition = exercise.definition.model_copy(update=changes)
    return Exercise(definition=definition, thresholds=exercise.thresholds.common)
