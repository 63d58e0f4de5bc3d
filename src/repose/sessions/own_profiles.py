"""A person's calibration profile goes where the person goes: renamed, deleted and exported with them."""

from collections.abc import Iterator
from pathlib import Path

from repose.calibration.history import history_folder
from repose.calibration.profiles import CLINIC, Profiles
from repose.calibration.whose import same
from repose.errors import ReposeError
from repose.sessions.records import Deleted, Person
from repose.sessions.store import Store


def delete_person(store: Store, profiles: Profiles, person_id: str) -> tuple[Deleted, int]:
    """Delete a person with all that belongs to them, and their profile with all its versions.

    Files first: when one cannot be deleted, the person stays too, and tells that it is there.

    Returns:
        What was deleted, and the number of files of profiles.

    Raises:
        ReposeError: something cannot be deleted.
    """
    files = forget(store, profiles, store.person(person_id).name)
    return store.delete_person(person_id), files


def forget(store: Store, profiles: Profiles, name: str) -> int:
    """Delete the profile of a name, but for that of another person whose name differs in its case only.

    Returns:
        The number of files.
    """
    return profiles.forget(name, [person.name for person in store.persons() if person.name != name])


def rename_person(store: Store, profiles: Profiles, person_id: str, name: str) -> Person:
    """Give a person another name, and their profile with all its versions too.

    Raises:
        ReposeError: the name is somebody else's, or a profile of that name is there; nothing is renamed.
    """
    old = store.person(person_id).name
    person = store.rename_person(person_id, name)
    try:
        profiles.rename(old, person.name)
    except ReposeError:
        store.rename_person(person_id, old)
        raise
    return person


def nobodys(store: Store, profiles: Profiles) -> tuple[str, ...]:
    """Names of persons who have a profile, and of whom nothing else is kept."""
    persons = store.persons()
    return tuple(
        name
        for name in profiles.names()
        if name != CLINIC and not any(same(name, person.name) for person in persons)
    )


def exported_files(profiles: Profiles, person: Person) -> Iterator[tuple[str, Path]]:
    """The files of a person's profile, and what they are called in an export: by the id, not the name."""
    for number, path in enumerate(profiles.paths(person.name), 1):
        name = f"profiles/{person.id}" + (f"-{number}" if number > 1 else "")
        if path.is_file():
            yield f"{name}.toml", path
        for version in sorted(history_folder(path).glob("*")):
            if version.is_file():
                yield f"{name}.history/{version.name}", version
