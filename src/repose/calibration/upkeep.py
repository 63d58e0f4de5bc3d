"""Looking after the folder of profiles: everything that is wrong in it, a line each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repose.calibration.history import history_folder, numbers, read_revision
from repose.calibration.layers import Layer
from repose.calibration.load import PERSON, parsed, read_bytes, tables_of
from repose.calibration.problems import problems_in_file
from repose.calibration.profiles import CLINIC, RESERVED, Profiles, changes_between, was_right
from repose.calibration.whose import same, whose
from repose.errors import ReposeError
from repose.exercises.load import default_layer, definitions
from repose.exercises.own import own_folder, why_not

IsGone = Callable[[str], bool]
"""Whether a recording that was looked at for a version is not kept any more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found.

    Attributes:
        text: file, key, value and what is allowed, in a line.
        note: whether it is worth knowing only, and nothing is wrong.
    """

    text: str
    note: bool = False


def look_at_folder(profiles: Profiles, is_gone: IsGone | None = None) -> Iterator[Finding]:
    """All that is wrong with the profiles in the folder."""
    clinic = profiles.path(CLINIC)
    if clinic.exists() or numbers(clinic):
        yield from look_at_profile(profiles, clinic, is_gone)
    for path in profiles.person_paths():
        yield from look_at_profile(profiles, path, is_gone)


def look_at_profile(profiles: Profiles, path: Path, is_gone: IsGone | None = None) -> Iterator[Finding]:
    """All that is wrong with a profile in the folder, and with its versions."""
    if path.exists():
        yield from look_at_file(profiles, path)
        if path != profiles.path(CLINIC):
            yield from _of_whom(profiles, path)
    else:
        yield Finding(
            f"{path}: is gone, but its versions are there: go back to one of them, or delete them too"
        )
    yield from _in_versions(path, is_gone)


def look_at_file(profiles: Profiles, path: Path) -> Iterator[Finding]:
    """All that is wrong with the numbers of any calibration file."""
    below = [default_layer()]
    is_clinic = path == profiles.path(CLINIC)
    try:
        if not is_clinic:
            clinic = profiles.read(CLINIC)
            below.append(Layer(CLINIC, clinic.path, clinic.tables))
        content = read_bytes(path)
    except ReposeError as error:
        yield Finding(str(error))
        return
    waiting = _waiting(content, path)
    found = list(problems_in_file(content, path, below, waiting))
    yield from map(Finding, found)
    for slug in waiting:
        broken = why_not(slug)
        why = broken or f"the file of this exercise is gone from {own_folder()}"
        again = "that is mended" if broken else "it is back"
        yield Finding(
            f"{path}: [{slug}]: {why}; these numbers are kept, and in force again when {again}", note=True
        )
    if is_clinic and not found:
        for problem in profiles.broken_by(tables_of(content, path)):
            yield Finding(problem)


def _waiting(content: bytes, path: Path) -> list[str]:
    """Own exercises that are not there now, and whose numbers were right when they were saved."""
    try:
        tables = parsed(content, path)
    except ReposeError:
        return []
    known = definitions()
    return [
        slug
        for slug, table in tables.items()
        if slug not in (PERSON, *known) and was_right(path, slug, table)
    ]


def _of_whom(profiles: Profiles, path: Path) -> Iterator[Finding]:
    try:
        person = parsed(read_bytes(path), path).get(PERSON)
    except ReposeError:
        return  # told already
    if not person:
        name = whose(path) or "NAME"
        yield Finding(f'{path}: person is missing: say for whom it is: person = "{name}"')
    elif person in RESERVED:
        yield Finding(f"{path}: person = {person!r}: nobody's profile can be called so")
    elif (used := profiles.path(person)) != path:
        yield Finding(
            f"{path}: person = {person!r}: {used.name} is for the same person and is the one in use"
        )
    for other in profiles.person_paths():
        if person and other != path and not other.exists() and same(whose(other), person):
            yield Finding(
                f"{history_folder(other)}: has the versions of another file for {person!r}: "
                f"call {path.name} {other.name} again, or take the folder away",
                note=True,
            )


def _in_versions(path: Path, is_gone: IsGone | None) -> Iterator[Finding]:
    before: dict[str, Any] | None = {}
    known = numbers(path)
    for number in range(1, known[-1] + 1 if known else 1):
        file = history_folder(path) / f"{number:04}.json"
        if number not in known:
            yield Finding(f"{file}: version {number} of {path.name} is missing: put it back from a backup")
            before = None
            continue
        try:
            revision = read_revision(path, number)
            tables = tables_of(revision.text.encode(), file)
        except ReposeError as error:
            yield Finding(str(error))
            before = None
            continue
        if before is not None and changes_between(before, tables) != revision.changes:
            yield Finding(f"{file}: does not say what was changed in version {number}: it was edited since")
        before = tables
        for recording in revision.recordings:
            if is_gone is not None and is_gone(recording):
                yield Finding(
                    f"{file}: recording {recording}, looked at for version {number}, was deleted", True
                )
