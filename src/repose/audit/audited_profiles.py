"""Profiles that note in the log who sees, changes and deletes a person's; the clinic's is nobody's data.

What somebody changes in the file itself, with an editor, is no command and no page, and is not noted.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from repose.accounts.acting import Doing, doing
from repose.audit.views import Views, noted
from repose.calibration.history import Revision
from repose.calibration.layers import Layer
from repose.calibration.profiles import RESERVED, Profile, Profiles
from repose.calibration.whose import same
from repose.sessions.store import Store

WHAT = "profile"


class AuditedProfiles(Profiles):
    """The profiles in a folder, watched; see `Profiles` for what each method does."""

    def __init__(self, store: Store, folder: Path | None = None) -> None:
        """Watch a folder.

        Args:
            store: knows whose profile it is, and has the log.
            folder: of the profiles; None for the usual one.
        """
        super().__init__(folder)
        self._store = store
        self._views = Views(store.audit)

    def read(self, name: str) -> Profile:
        """A profile as it is now."""
        self._saw(name)
        return super().read(name)

    def layers(self, person: str | None = None, file: Path | None = None) -> list[Layer]:
        """What is in force."""
        self._saw(person or "")
        return super().layers(person, file)

    def history(self, name: str) -> tuple[Revision, ...]:
        """All versions of a profile."""
        self._saw(name)
        return super().history(name)

    def version(self, name: str, number: int) -> Revision:
        """One version of a profile."""
        self._saw(name)
        return super().version(name, number)

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
        """Change numbers of a profile."""
        with self._noted(Doing.EDIT, name):
            return super().save(name, changes, who=who, why=why, expected=expected, recordings=recordings)

    def roll_back(self, name: str, revision: int, *, who: str, why: str, expected: int) -> Revision:
        """Make an earlier version the newest one."""
        with self._noted(Doing.EDIT, name):
            return super().roll_back(name, revision, who=who, why=why, expected=expected)

    def rename(self, old: str, new: str) -> bool:
        """Make a profile that of the name that its person has now."""
        if not self.paths(old):
            return super().rename(old, new)
        with self._noted(Doing.EDIT, new):
            return super().rename(old, new)

    def forget(self, person: str, others: Collection[str] = ()) -> int:
        """Delete a person's profile with all its versions."""
        if not self.paths(person):
            return super().forget(person, others)
        with self._noted(Doing.DELETE, person):
            return super().forget(person, others)

    def _saw(self, name: str) -> None:
        if name not in ("", *RESERVED):
            self._views.saw(WHAT, self._person_id(name))

    @contextmanager
    def _noted(self, what: Doing, name: str) -> Iterator[None]:
        of_nobody = name in RESERVED
        note = nullcontext() if of_nobody else noted(self._store.audit, what, WHAT, self._person_id(name))
        # What is read for it is no view.
        with note, doing(what):
            yield

    def _person_id(self, name: str) -> str | None:
        """Whose profile it is; None where nothing else is kept of them."""
        with doing(Doing.EDIT):
            persons = self._store.persons()
        alike = [one for one in persons if same(one.name, name)]
        return next((one.id for one in alike if one.name == name), alike[0].id if alike else None)


@contextmanager
def usual_profiles(person: str) -> Iterator[Profiles]:
    """The profiles in the usual folder, to be changed by a command: the usual store's log notes it.

    Args:
        person: whose profile it is about; that of nobody needs no store.
    """
    from repose.sessions.open_store import open_store

    if person in RESERVED:
        yield Profiles()
        return
    with closing(open_store()) as store:
        yield AuditedProfiles(store)
