"""Profiles: the folder of what a clinic, and each person, has of their own.

    clinic.toml                 for everybody here
    persons/asa-1f0c9e.toml     for one person; `person = "Åsa"` in it says for whom
    clinic.history/0001.json    every version that was ever saved, see `history`

Files may be edited by hand: what is found in one becomes a version of its own once it is used. A file that is
not right is not used: its last good version stays in force.
"""

import logging
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from repose.calibration.edit import new_text, with_numbers, with_person
from repose.calibration.folder import VARIABLE as VARIABLE
from repose.calibration.folder import usual_folder
from repose.calibration.history import (
    Change,
    Revision,
    SavedMeanwhileError,
    add_revision,
    copy_history,
    finish,
    history_folder,
    numbers,
    prepared_text,
    read_history,
    read_revision,
    save_revision,
    unfinished,
)
from repose.calibration.layers import Layer, merged
from repose.calibration.load import (
    PERSON,
    is_plain,
    parsed,
    read_bytes,
    read_calibration,
    shown,
    tables_of,
)
from repose.calibration.lock import locked
from repose.calibration.problems import problems_in
from repose.calibration.thresholds import flat
from repose.calibration.whose import composed, file_name, profile_paths, same, whose
from repose.errors import NotThereError, ReposeError
from repose.exercises import Exercise
from repose.exercises.definition import PROGRAMME
from repose.exercises.load import checked_exercise, default_layer, definitions
from repose.exercises.own import own as own_exercises
from repose.whole_file import make_folder, write_whole

CLINIC: Final = "clinic"
"""Name of the profile that everybody here has in common."""

DEFAULT: Final = "default"

RESERVED: Final = (CLINIC, DEFAULT, "file", PERSON)
"""Names of layers: nobody's profile is called so."""

BY_HAND: Final = "edited in the file"
"""Who saved a version that Repose found in the file."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as it is now.

    Attributes:
        name: `CLINIC`, or the name of a person.
        path: of its file.
        revision: its newest version; 0 where none was ever saved.
        text: of the file; "" where there is none.
        tables: what is in force of it, as in `Layer`.
        problem: why the file is not used as it stands, a line; "" where it is.
        edited: whether the file differs from its newest version: somebody edited it by hand.
        good: the version that is in force; of an edited file, the one that was edited.
    """

    name: str
    path: Path
    revision: int
    text: str
    tables: dict[str, Any]
    problem: str = ""
    edited: bool = False
    good: int = 0


@dataclass(frozen=True, slots=True)
class InForce:
    """An exercise with the thresholds in force, and where each comes from.

    Attributes:
        exercise: with the thresholds.
        origins: name of the layer of each number, by dotted key: "default", "clinic", a name, or "file".
    """

    exercise: Exercise
    origins: dict[str, str]


class Profiles:
    """The profiles in a folder, which need not be there. May be used by many threads and programs at once."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take the folder; None for the usual one."""
        self.folder = folder or usual_folder()

    def names(self) -> tuple[str, ...]:
        """The profiles that there are: the clinic's, if any, and then the persons' by name."""
        clinic = self.path(CLINIC)
        persons: list[str] = []
        for name in map(whose, self.person_paths()):
            if name not in ("", *RESERVED) and not any(same(name, other) for other in persons):
                persons.append(name)
        known = clinic.is_file() or bool(numbers(clinic))
        return ((CLINIC,) if known else ()) + tuple(sorted(persons, key=str.casefold))

    def path(self, name: str) -> Path:
        """Where a profile is, or would be.

        Raises:
            ReposeError: the folder of profiles is none, or cannot be read.
        """
        self._check_folder()
        if name == CLINIC:
            return self.folder / f"{CLINIC}.toml"
        usual = self.folder / "persons" / file_name(name)
        if self._is_there(usual) and (whose(usual) == "" or same(whose(usual), name)):
            return usual
        for path in self.person_paths():
            if same(whose(path), name):
                return path
        number = 2
        free = usual
        while self._is_there(free):  # a copy that says it is somebody else's has the name
            free, number = usual.with_stem(f"{usual.stem}-{number}"), number + 1
        return free

    def person_paths(self) -> tuple[Path, ...]:
        """The files of persons' profiles; of one that is gone but has versions, where it was."""
        self._check_folder()
        return tuple(profile_paths(self.folder / "persons"))

    def read(self, name: str) -> Profile:
        """A profile as it is now; where there is none, one that says nothing.

        A version that was saved, but is not in the file because the program was killed, is put there.

        Raises:
            ReposeError: its file is not right, and no version of it was ever saved.
        """
        path = self.path(name)
        if prepared_text(path) is not None:
            with suppress(ReposeError), locked(self.folder, patience_s=0):
                finish(path, _content(path))
        return self._as_it_is(self._as_written(name, path), path)

    def layers(self, person: str | None = None, file: Path | None = None) -> list[Layer]:
        """What is in force, from below: default, clinic, person, and a file named with a command.

        What somebody edited by hand becomes a version, so that all that was ever in force can be found again.

        Raises:
            ReposeError: one of the files is not right, and has no last good version.
        """
        layers = [default_layer()]
        for name in (CLINIC, person):
            if not name or (name == person and name in RESERVED):
                continue
            profile = self.read(name)
            if profile.problem:
                _log.warning(
                    "%s; version %d, the last good one, stays in force", profile.problem, profile.good
                )
            elif profile.edited:
                profile = self._kept_by_hand(profile)
            layers.append(Layer(profile.name, profile.path, profile.tables, profile.good))
        if file is not None:
            layers.append(Layer("file", file, read_calibration(file)))
        return layers

    def in_force(self, slug: str, person: str | None = None, file: Path | None = None) -> InForce:
        """An exercise with the thresholds in force for a person.

        Raises:
            ReposeError: for an unknown exercise, or a profile that is not right.
        """
        return in_force(slug, self.layers(person, file))

    def load(self, slug: str, person: str | None = None, file: Path | None = None) -> Exercise:
        """The exercise of `in_force` alone."""
        return self.in_force(slug, person, file).exercise

    def history(self, name: str) -> tuple[Revision, ...]:
        """All versions of a profile, oldest first.

        Raises:
            ReposeError: one cannot be read.
        """
        return read_history(self.path(name))

    def version(self, name: str, number: int) -> Revision:
        """One version of a profile.

        Raises:
            NotThereError: there is no such version.
            ReposeError: it cannot be read.
        """
        path = self.path(name)
        known = numbers(path)
        if number not in known:
            there = f"; there are 1 to {known[-1]}" if known else ": none was saved"
            raise NotThereError(f"{path.name}: has no version {number}{there}")
        return read_revision(path, number)

    def save(
        self,
        name: str,
        changes: Mapping[str, float | None],
        *,
        who: str,
        why: str,
        expected: int,
        recordings: tuple[str, ...] = (),
    ) -> Revision:
        """Change numbers of a profile, and keep what was before.

        What was edited by hand in between is kept as a version of its own, and built on.

        Args:
            name: `CLINIC`, or a person's.
            changes: the new numbers by dotted key with the exercise ("heel-slides.left.target_deg"); None
                takes a number out, so that what is below it holds again.
            who: saves it.
            why: a reason that others will understand.
            expected: the revision that the changes were made on.
            recordings: sessions and clips that were looked at for it.

        Raises:
            SavedMeanwhileError: the profile has a newer version by now.
            ReposeError: a number is not allowed, or no reason is given; nothing is saved.
        """
        signed = _signed(who, why, recordings)
        with self._changing(name, expected) as before:
            return self._keep(before, *self._drafted(before, changes), signed)

    def draft(self, name: str, changes: Mapping[str, float | None]) -> tuple[Change, ...]:
        """What `save` would change; nothing is saved.

        Raises:
            ReposeError: as `save`.
        """
        _check_name(name)
        profile = self.read(name)
        _refuse_broken(profile)
        return self._drafted(profile, changes)[1]

    def roll_back(self, name: str, revision: int, *, who: str, why: str, expected: int) -> Revision:
        """Make an earlier version the newest one; those in between stay in the history.

        A file that is not right or gone is put right by it.

        Raises:
            NotThereError: there is no such version.
            SavedMeanwhileError, ReposeError: as in `save`.
        """
        signed = _signed(who, why, ())
        with self._changing(name, expected, broken=True) as before:
            text = self.version(name, revision).text
            tables = tables_of(text.encode(), before.path)
            self._check(before.name, before.path, tables)
            if text == before.text and not before.problem:
                raise ReposeError(f"{before.path.name}: is as in version {revision} already")
            base = self._newest_tables(before) if before.problem else before.tables
            return self._keep(before, text, changes_between(base, tables), signed)

    def rename(self, old: str, new: str) -> bool:
        """Make a person's profile, with all its versions, that of the name they have now.

        The old name is left nowhere in it but in what people wrote as reasons and comments.

        Returns:
            Whether there was one.

        Raises:
            ReposeError: the new name has a profile already, or the files cannot be written.
        """
        old, new = composed(old), composed(new)
        _check_name(new)
        if old in RESERVED or not self.folder.is_dir():
            return False
        with locked(self.folder):
            found = self.paths(old)
            if not found:
                return False
            if not same(old, new) and self.paths(new):
                raise ReposeError(f"there is a profile of {new!r} already; delete one of the two first")
            path, change = found[0], partial(with_person, person=new)
            to = path if same(old, new) else self.path(new)
            copy_history(path, to, change)
            if (content := _content(path)) is not None:
                write_whole(to, change(content.decode("utf-8-sig", "replace")).encode())
            for one in found:
                if one != to:
                    _remove(one)
            return True

    def forget(self, person: str, others: Collection[str] = ()) -> int:
        """Delete a person's profile with all its versions, and see that it is gone.

        Args:
            person: whose.
            others: names of persons who stay: what is theirs to the letter is left alone.

        Returns:
            The number of files.

        Raises:
            ReposeError: one cannot be deleted.
        """
        if not self.folder.is_dir() or person in RESERVED:
            return 0
        with locked(self.folder):
            stay = {composed(name) for name in others} - {composed(person)}
            return sum(_remove(path) for path in self.paths(person) if whose(path) not in stay)

    def files(self, person: str) -> tuple[Path, ...]:
        """All files of a person's profile: what it is now, and its versions."""
        return tuple(
            file
            for path in self.paths(person)
            for file in (path, *sorted(history_folder(path).glob("*")))
            if file.is_file()
        )

    def broken_by(self, tables: dict[str, Any]) -> Iterator[str]:
        """Persons whose profile would not be right over other numbers of the clinic: a line each.

        Args:
            tables: the clinic's numbers; they are right by themselves.
        """
        path = self.path(CLINIC)
        saved = _tables_in_version(path)
        slugs = [slug for slug in {*tables, *saved} if tables.get(slug, {}) != saved.get(slug, {})]
        below = [default_layer()]
        now, before = ([*below, Layer(CLINIC, path, one)] for one in (tables, saved))
        for one in self.person_paths() if slugs else ():
            for own in _tables_of_person(one):
                mine = Layer("person", one, own)
                found = next(problems_in(mine, now, slugs), None)
                if found is None:
                    break
                # What was wrong before is no fault of the clinic's; then an older version is in force.
                if next(problems_in(mine, before, slugs), None) is None:
                    yield (
                        f"{path}: with this, the profile of {whose(one)} would not be right any more: "
                        f"{found.removeprefix(f'{one}: ')}; change that first, or choose another number"
                    )
                    break

    def _as_written(self, name: str, path: Path) -> str:
        """A name as the profile has it, which may differ in upper and lower case."""
        return name if name == CLINIC else whose(path) or composed(name)

    def paths(self, person: str) -> list[Path]:
        """The profiles that say they are a person's, the one in use first; more than one by mistake only."""
        if person in RESERVED:
            return []
        usual = self.path(person)
        found = [path for path in self.person_paths() if path == usual or same(whose(path), person)]
        return sorted(found, key=lambda path: path != usual)

    def _check_folder(self) -> None:
        try:
            wrong = self.folder.exists() and not self.folder.is_dir()
        except OSError as error:
            raise ReposeError(
                f"{self.folder}: cannot be read ({error.strerror}); allow reading it"
            ) from error
        if wrong:
            raise ReposeError(
                f"{self.folder}: is a file: {VARIABLE} must name the folder of the calibration profiles"
            )

    def _is_there(self, path: Path) -> bool:
        return path.is_file() or bool(numbers(path))

    def _as_it_is(self, name: str, path: Path) -> Profile:
        """The profile; nothing is written."""
        content, newest, last = _on_disk(path)
        if content is None and not newest and not path.exists():
            return Profile(name, path, 0, "", {})
        text = ""
        try:
            if content is None:
                if not path.exists():
                    raise ReposeError(f"{path}: is gone, but its versions are there")
                content = read_bytes(path)  # says why it cannot be read
            text = content.decode("utf-8-sig", "replace")
            tables = tables_of(content, path)
            self._check_person(name, path, content)
            self._check(name, path, tables)
        except ReposeError as error:
            problem = str(error)
        else:
            return Profile(name, path, newest, text, tables, edited=text != last, good=newest)
        for number in reversed(numbers(path)):
            try:
                tables = tables_of(read_revision(path, number).text.encode(), path)
                self._check(name, path, tables)
            except ReposeError:
                continue
            return Profile(name, path, newest, text, tables, problem, edited=True, good=number)
        raise ReposeError(problem)

    @contextmanager
    def _changing(self, name: str, expected: int, *, broken: bool = False) -> Iterator[Profile]:
        """The profile while nobody else can change any, if it is still the one that was looked at."""
        _check_name(name)
        self._check_folder()
        with locked(self.folder):
            path = self.path(name)
            finish(path, _content(path))
            profile = self._as_it_is(self._as_written(name, path), path)
            if profile.revision:
                read_revision(path, profile.revision)  # what the next one is compared with
            newer = [read_revision(path, number) for number in numbers(path) if number > expected]
            for one in reversed(newer):
                if one.who != BY_HAND:
                    raise SavedMeanwhileError(
                        f"{path.name}: version {one.revision} was saved meanwhile by {one.who} on "
                        f"{one.at.astimezone():%Y-%m-%d at %H:%M} ({one.why}); nothing of it was "
                        "overwritten: load it again, and save what you still want"
                    )
            if expected > profile.revision:
                raise SavedMeanwhileError(
                    f"{path.name}: version {expected} is not there any more, the newest is "
                    f"{profile.revision}: load it again"
                )
            if not broken:
                _refuse_broken(profile)
            yield profile

    def _drafted(
        self, before: Profile, changes: Mapping[str, float | None]
    ) -> tuple[str, tuple[Change, ...]]:
        """The text with other numbers, checked, and what that changes."""
        text = before.text or new_text(None if before.name == CLINIC else composed(before.name))
        text = with_numbers(text, changes)
        tables = tables_of(text.encode(), before.path)
        self._check(before.name, before.path, tables)
        found = changes_between(before.tables, tables)
        if not found:
            raise ReposeError("nothing is changed, so there is nothing to save")
        return text, found

    def _keep(
        self,
        before: Profile,
        text: str,
        changes: tuple[Change, ...],
        signed: tuple[str, str, tuple[str, ...]],
    ) -> Revision:
        """Save a version; all is checked. What was edited by hand before becomes one first."""
        make_folder(before.path.parent)
        number, aside = before.revision, None
        if before.problem:
            aside = _content(before.path)
        elif before.edited and before.text:
            number += 1
            add_revision(before.path, self._found(before, number))
        who, why, recordings = signed
        revision = Revision(number + 1, datetime.now(UTC), who, why, recordings, changes, text)
        save_revision(before.path, revision, aside=aside)
        return revision

    def _found(self, profile: Profile, number: int) -> Revision:
        """What was edited by hand, as a version."""
        changes = changes_between(self._newest_tables(profile), profile.tables)
        return Revision(number, datetime.now(UTC), BY_HAND, "found in the file", (), changes, profile.text)

    def _kept_by_hand(self, profile: Profile) -> Profile:
        """The profile after what was edited by hand has become a version; as it was where that cannot be."""
        try:
            with locked(self.folder, patience_s=1):
                now = self._as_it_is(profile.name, profile.path)
                if now.edited and not now.problem:
                    add_revision(now.path, self._found(now, now.revision + 1))
                return self._as_it_is(profile.name, profile.path)
        except ReposeError as error:
            _log.info("%s: what was edited by hand was not kept as a version: %s", profile.path, error)
            return profile

    def _newest_tables(self, profile: Profile) -> dict[str, Any]:
        if not profile.revision:
            return {}
        text = read_revision(profile.path, profile.revision).text
        return tables_of(text.encode(), profile.path)

    def _check_person(self, name: str, path: Path, content: bytes) -> None:
        """Whether a person's profile says whose it is."""
        if name != CLINIC and not parsed(content, path).get(PERSON):
            raise ReposeError(f'{path}: person is missing: say for whom it is: person = "{name}"')

    def _check(self, name: str, path: Path, tables: dict[str, Any]) -> None:
        """Whether all is right with these tables as the profile's; it names the first mistake."""
        below = [default_layer()]
        if name != CLINIC:
            below.append(Layer(CLINIC, self.path(CLINIC), self.read(CLINIC).tables))
        for slug, table in tables.items():
            problem = next(problems_in(Layer(name, path, {slug: table}), below), None)
            if problem and not was_right(path, slug, table):
                raise ReposeError(problem)
        for problem in self.broken_by(tables) if name == CLINIC else ():
            raise ReposeError(problem)


def in_force(slug: str, layers: list[Layer]) -> InForce:
    """An exercise with the thresholds that follow from layers.

    Raises:
        ReposeError: for an unknown exercise, here or in a layer, or a number that is not allowed.
    """
    known = definitions()
    for layer in layers:
        for other in sorted(set(layer.tables) - set(known)):
            if not was_right(layer.path, other, layer.tables[other]):
                raise ReposeError(f"{layer.path}: unknown exercise [{other}]: known are {', '.join(known)}")
    # Of the person it says no name: it is kept with the person's sets, and they may get another one.
    used = tuple(
        (layer.name if layer.name in RESERVED else PERSON, layer.revision)
        for layer in layers[1:]
        if flat(layer.tables.get(slug, {}))
    )
    exercise = checked_exercise(slug, layers).model_copy(update={"profiles": used})
    return InForce(exercise, merged(layers, slug)[1])


def was_right(path: Path, slug: str, table: Any) -> bool:  # noqa: ANN401 - as TOML has it
    """Whether numbers of one's own exercise were right when they were saved.

    Its file may be gone, broken or changed since: then they wait, and do no harm to other exercises. What
    is merely misspelt was never saved.

    Args:
        path: of the profile.
        slug: of the exercise.
        table: its numbers in the profile.
    """
    if slug in PROGRAMME:
        return False
    for number in reversed(numbers(path)):
        with suppress(ReposeError):
            if tables_of(read_revision(path, number).text.encode(), path).get(slug) == table:
                return True
    return slug in own_exercises().broken


def _content(path: Path) -> bytes | None:
    """What a file holds; None where there is none, or it cannot be read."""
    try:
        return read_bytes(path)
    except ReposeError:
        return None


def _on_disk(path: Path) -> tuple[bytes | None, int, str]:
    """A file's content, the number of its newest version and the text of that, all of one moment.

    A version that is saved but not yet in the file counts as if it were. A newest version that cannot be read
    has no text.
    """
    while True:
        # In this order: who saves prepares the text, claims the number, and then changes the file.
        prepared = prepared_text(path)
        known = numbers(path)
        content = _content(path)
        if known == numbers(path):
            break
    if not known:
        return content, 0, ""
    try:
        newest = read_revision(path, known[-1])
    except ReposeError:
        return content, known[-1], ""
    if unfinished(path, content, newest, prepared):
        content = newest.text.encode()
    return content, known[-1], newest.text


def _tables_in_version(path: Path) -> dict[str, Any]:
    """The tables of the newest version that can be read; none where nothing was saved."""
    for number in reversed(numbers(path)):
        with suppress(ReposeError):
            return tables_of(read_revision(path, number).text.encode(), path)
    return {}


def _tables_of_person(path: Path) -> Iterator[dict[str, Any]]:
    """What a person's profile says: its file, and then its versions from the newest on."""
    with suppress(ReposeError):
        yield tables_of(read_bytes(path), path)
    for number in reversed(numbers(path)):
        with suppress(ReposeError):
            yield tables_of(read_revision(path, number).text.encode(), path)


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    """What one set of tables says otherwise than another, by dotted key."""
    old, new = flat(before), flat(after)
    return tuple(
        Change(key, old.get(key), new.get(key))
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    )


def _signed(who: str, why: str, recordings: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    """Who saves, why, and what was looked at, as it is kept."""
    who, why = composed(who), composed(why)
    if not who or not why:
        raise ReposeError("say who saves this and why: others will want to know")
    if not all(is_plain(text) for text in (who, why, *recordings)):
        raise ReposeError("who, why and the recordings have no control characters; leave them out")
    if who == BY_HAND:
        raise ReposeError(f"{who!r} is what Repose says of files that were edited; give a name")
    return who, why, recordings


def _check_name(name: str) -> None:
    """Whether there can be a profile of this name."""
    if name != CLINIC and (composed(name) in ("", *RESERVED) or not is_plain(name) or len(name) > 200):
        raise ReposeError(f"a profile cannot be called {shown(name)}: give the name of a person, or {CLINIC}")


def _refuse_broken(profile: Profile) -> None:
    if profile.problem:
        raise ReposeError(f"{profile.problem}; mend the file first, or go back to an earlier version")


def _remove(path: Path) -> int:
    """Delete a profile with its versions and what editors left beside it; see that it is gone."""
    folder = history_folder(path)
    beside = [file for file in path.parent.iterdir() if file.name.startswith((path.name, f".{path.name}"))]
    files = [file for file in (*beside, *folder.glob("*")) if file.is_file()]
    try:
        for file in beside:
            file.unlink(missing_ok=True)
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise ReposeError(
            f"{error.filename or path}: cannot be deleted ({error.strerror}); close what uses it, and allow "
            "writing to its folder"
        ) from error
    if path.exists() or folder.exists():
        raise ReposeError(f"{path}: is still there after it was deleted; delete it by hand")
    return len(files)
