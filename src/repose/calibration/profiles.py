"""Profiles: the folder of what a clinic, and each person, has of their own.

    clinic.toml                 for everybody here
    persons/asa-1f0c9e.toml     for one person; `person = "Åsa"` in it says for whom
    clinic.history/0001.json    every version that was ever saved, see `history`

Files may be edited by hand. One that is not right is not used: its last good version stays in force.
"""

import hashlib
import logging
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import tomlkit
from platformdirs import user_data_path
from tomlkit.items import Table

from repose.calibration.history import Change, Revision, SavedMeanwhileError, add_revision, read_history
from repose.calibration.layers import Layer, merged
from repose.calibration.load import PERSON, VERSION, default_layer, read_calibration, tables_of
from repose.calibration.thresholds import flat
from repose.errors import NotThereError, ReposeError
from repose.exercises import Exercise
from repose.exercises.load import checked_exercise, definitions
from repose.whole_file import write_whole

VARIABLE: Final = "REPOSE_CALIBRATION"
"""Environment variable that names the folder of profiles."""

CLINIC: Final = "clinic"
"""Name of the profile that everybody here has in common."""

BY_HAND: Final = "edited in the file"
"""Who saved a version that Repose found in the file."""

_log = logging.getLogger(__name__)


def usual_folder() -> Path:
    """What REPOSE_CALIBRATION names, or a folder in the user's data folder."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else user_data_path("repose", appauthor=False) / "calibration"


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
    """

    name: str
    path: Path
    revision: int
    text: str
    tables: dict[str, Any]
    problem: str = ""
    edited: bool = False


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
    """The profiles in a folder, which need not be there."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take the folder; None for the usual one."""
        self.folder = folder or usual_folder()

    def names(self) -> tuple[str, ...]:
        """The profiles that there are: the clinic's, if any, and then the persons' by name."""
        persons = sorted(filter(None, map(_whose, self._person_files())), key=str.casefold)
        return ((CLINIC,) if self.path(CLINIC).is_file() else ()) + tuple(persons)

    def path(self, name: str) -> Path:
        """Where a profile is, or would be."""
        if name == CLINIC:
            return self.folder / f"{CLINIC}.toml"
        usual = self.folder / "persons" / f"{_file_name(name)}.toml"
        if usual.is_file():
            return usual
        same = _same(name)
        return next((path for path in self._person_files() if _same(_whose(path)) == same), usual)

    def read(self, name: str) -> Profile:
        """A profile as it is now; where there is none, one that says nothing.

        Raises:
            ReposeError: its file is not right, and no version of it was ever saved.
        """
        path = self.path(name)
        history = read_history(path)
        revision = history[-1].revision if history else 0
        saved = history[-1].text if history else ""
        if not path.is_file():
            return Profile(name, path, revision, "", {})
        text = ""
        try:
            content = path.read_bytes()
            text = content.decode("utf-8-sig", "replace")
            tables = tables_of(content, path)
            self._check(name, path, tables)
        except OSError as error:
            problem = f"{path}: cannot be read ({error.strerror})"
        except ReposeError as error:
            problem = str(error)
        else:
            return Profile(name, path, revision, text, tables, edited=text != saved)
        if not history:
            raise ReposeError(problem)
        return Profile(name, path, revision, text, tables_of(saved.encode(), path), problem, edited=True)

    def layers(self, person: str | None = None, file: Path | None = None) -> list[Layer]:
        """What is in force, from below: default, clinic, person, and a file named with a command.

        Raises:
            ReposeError: one of the files is not right, and has no last good version.
        """
        layers = [default_layer()]
        for name in (CLINIC, person):
            if not name:
                continue
            profile = self.read(name)
            if profile.problem:
                _log.warning(
                    "%s; version %d, the last good one, stays in force", profile.problem, profile.revision
                )
            layers.append(Layer(name, profile.path, profile.tables, profile.revision))
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
        """All versions of a profile, oldest first."""
        return read_history(self.path(name))

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
        profile = self._to_change(name, expected)
        document = tomlkit.parse(profile.text or _new_text(name))
        for key, number in changes.items():
            _set(document, key, number)
        return self._keep(profile, tomlkit.dumps(document), who, why, recordings)

    def roll_back(self, name: str, revision: int, *, who: str, why: str, expected: int) -> Revision:
        """Make an earlier version the newest one; those in between stay in the history.

        Raises:
            NotThereError: there is no such version.
            SavedMeanwhileError, ReposeError: as in `save`.
        """
        profile = self._to_change(name, expected)
        earlier = {one.revision: one for one in self.history(name)}
        if revision not in earlier:
            raise NotThereError(f"{profile.path.name}: has no version {revision}")
        return self._keep(profile, earlier[revision].text, who, why, ())

    def forget(self, person: str) -> int:
        """Delete a person's profile with all its versions. Returns the number of files."""
        path = self.path(person)
        if person == CLINIC:
            raise ReposeError("the clinic's profile is nobody's own")
        folder = path.with_suffix(".history")
        files = [file for file in (path, *folder.glob("*")) if file.is_file()]
        for file in files:
            file.unlink()
        if folder.is_dir():
            folder.rmdir()
        return len(files)

    def _to_change(self, name: str, expected: int) -> Profile:
        """The profile, with what somebody edited by hand kept as a version of its own."""
        profile = self.read(name)
        if profile.revision != expected:
            newest = self.history(name)[-1]
            raise SavedMeanwhileError(
                f"{profile.path.name}: version {newest.revision} was saved meanwhile by {newest.who} "
                f"({newest.why}); nothing of it was overwritten: load it again, and save what you still want"
            )
        if profile.problem:
            raise ReposeError(f"{profile.problem}; mend the file first, or go back to an earlier version")
        if profile.edited and profile.text:
            self._keep(profile, profile.text, BY_HAND, "found in the file", ())
            return self.read(name)
        return profile

    def _keep(self, before: Profile, text: str, who: str, why: str, recordings: tuple[str, ...]) -> Revision:
        if not who.strip() or not why.strip():
            raise ReposeError("say who saves this and why: others will want to know")
        tables = tables_of(text.encode(), before.path)
        self._check(before.name, before.path, tables)
        saved = before.text if before.edited and who != BY_HAND else self._saved(before.name)
        old = flat(tables_of(saved.encode(), before.path)) if saved else {}
        new = flat(tables)
        changes = tuple(
            Change(key, old.get(key), new.get(key))
            for key in sorted({*old, *new})
            if old.get(key) != new.get(key)
        )
        if not changes:
            raise ReposeError("nothing is changed, so there is nothing to save")
        revision = Revision(
            before.revision + 1, datetime.now(UTC), who.strip(), why.strip(), recordings, changes, text
        )
        add_revision(before.path, revision)
        write_whole(before.path, text.encode())
        return revision

    def _saved(self, name: str) -> str:
        history = self.history(name)
        return history[-1].text if history else ""

    def _check(self, name: str, path: Path, tables: dict[str, Any]) -> None:
        """Whether all is right with these tables as the profile's; it names the first mistake."""
        below = [default_layer()]
        if name != CLINIC:
            below.append(Layer(CLINIC, self.path(CLINIC), self.read(CLINIC).tables))
        mine = [*below, Layer(name, path, tables)]
        for slug in tables:
            in_force(slug, mine)

    def _person_files(self) -> list[Path]:
        return sorted((self.folder / "persons").glob("*.toml"))


def in_force(slug: str, layers: list[Layer]) -> InForce:
    """An exercise with the thresholds that follow from layers.

    Raises:
        ReposeError: for an unknown exercise, here or in a layer, or a number that is not allowed.
    """
    known = definitions()
    for layer in layers:
        if unknown := sorted(set(layer.tables) - set(known)):
            raise ReposeError(f"{layer.path}: unknown exercise [{unknown[0]}]: known are {', '.join(known)}")
    used = tuple((layer.name, layer.revision) for layer in layers[1:] if slug in layer.tables)
    exercise = checked_exercise(slug, layers).model_copy(update={"profiles": used})
    return InForce(exercise, merged(layers, slug)[1])


def _set(document: tomlkit.TOMLDocument, key: str, number: float | None) -> None:
    *tables, name = key.split(".")
    if not tables:
        raise ReposeError(f"{key}: a number belongs to an exercise: heel-slides.target_deg")
    here: Any = document
    for part in tables:
        if part not in here:
            if number is None:
                return
            here[part] = tomlkit.table()
        here = here[part]
        if not isinstance(here, Table):
            raise ReposeError(f"{key}: {part} is no heading of the profile")
    if number is None:
        here.pop(name, None)
    else:
        here[name] = number


def _new_text(name: str) -> str:
    """What a profile begins with."""
    document = tomlkit.document()
    document.add(
        tomlkit.comment("Thresholds of this profile's own; what it leaves out is as in the ones below it.")
    )
    document.add("version", tomlkit.item(VERSION))
    if name != CLINIC:
        document.add(PERSON, tomlkit.item(name))
    return tomlkit.dumps(document) + "\n"


def _whose(path: Path) -> str:
    """The person that a profile says it is for; "" where it does not say, or cannot be read."""
    try:
        found = re.search(r'^person\s*=\s*(".*?")\s*(#.*)?$', path.read_text("utf-8-sig"), re.MULTILINE)
        return str(tomlkit.parse(f"name = {found[1]}")["name"]) if found else ""
    except (OSError, ValueError):
        return ""


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _file_name(name: str) -> str:
    """A file name that any system takes: readable, and different for each name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]
    digest = hashlib.sha256(_same(name).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{words}-{digest}" if words else digest
