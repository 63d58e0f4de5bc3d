"""A store that notes in its log who sees, changes, takes along and deletes whose data.

Changes and deletions are noted before they are done. Of what is read, what is handed out is noted before it
is, see `Views`. A session that is being kept is one change, however many reps and landmarks it comes to.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from repose.accounts.account import Account, Accounts
from repose.accounts.acting import Acting, Doing, acting, acting_now
from repose.accounts.roles import Role
from repose.audit.entry import AuditLog, Entry
from repose.audit.views import Views, noted
from repose.calibration.whose import same
from repose.coaching.programme import Programme
from repose.counting.result import Rep
from repose.errors import ReposeError
from repose.pose.landmarks import PoseTrack
from repose.sessions.figures import Judged, SetFigures, SideFigures
from repose.sessions.names import checked_name
from repose.sessions.records import (
    Annotation,
    Deleted,
    KeptChange,
    KeptSession,
    Person,
    Prescription,
    Selection,
    SessionEntry,
    SessionHead,
    SetHead,
    SetState,
)
from repose.sessions.store import Store
from repose.sessions.usage import Place, Usage

K = TypeVar("K")
V = TypeVar("V")

ALL: Final = Selection()

MOST: Final = 10_000
"""Sessions and sets that are remembered; of one that is forgotten the store is asked again."""


class Audited:
    """A store before another one; see `repose.sessions.store.Store` for what each method does."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        """Watch a store.

        Args:
            store: does the work, and has the log.
            clock: monotonic seconds.
        """
        self._store = store
        self._log = store.audit
        self._saw = Views(self._log, clock).saw
        self._owners = _Remembered[str, str](store.person_of)
        self._sessions = _Remembered[int, str](store.session_of)
        self._kept = _Remembered[tuple[str, Acting], Entry](self._note_kept)

    # Persons and programmes.

    def persons(self) -> tuple[Person, ...]:
        """All persons."""
        found = self._store.persons()
        self._saw("persons", None)
        return found

    def person(self, person_id: str) -> Person:
        """One person."""
        found = self._store.person(person_id)
        self._saw("person", person_id)
        return found

    def person_named(self, name: str) -> Person:
        """The person of this name; one that is added is a change."""
        name = checked_name(name)
        if any(same(person.name, name) for person in self._store.persons()):
            return self._store.person_named(name)
        with self._changes("new person", None):
            return self._store.person_named(name)

    def rename_person(self, person_id: str, name: str) -> Person:
        """Give another name."""
        self._store.person(person_id)
        with self._changes("name", person_id):
            return self._store.rename_person(person_id, name)

    def prescribe(self, person_id: str, programme: Programme, since: datetime) -> None:
        """Put a programme in force."""
        self._store.person(person_id)
        with self._changes("programme", person_id):
            self._store.prescribe(person_id, programme, since)

    def prescriptions(self, person_id: str) -> tuple[Prescription, ...]:
        """The programmes of a person."""
        found = self._store.prescriptions(person_id)
        self._saw("programmes", person_id)
        return found

    # Sessions as they happen: one change.

    def begin_session(self, head: SessionHead) -> str:
        """Begin a session: noted when its id is known; one that cannot be noted is not begun."""
        session_id = self._store.begin_session(head)
        try:
            self._keeps(session_id)
        except ReposeError:
            self._store.delete_session(session_id)
            raise
        return session_id

    def begin_set(self, session_id: str, head: SetHead, state: SetState) -> int:
        """Begin a set."""
        self._keeps(session_id)
        return self._store.begin_set(session_id, head, state)

    def update_set(self, set_id: int, state: SetState) -> None:
        """Put down what has become known of a set."""
        self._keeps(self._sessions.of(set_id))
        self._store.update_set(set_id, state)

    def keep_rep(self, set_id: int, rep: Rep) -> int:
        """Keep a rep or partial."""
        self._keeps(self._sessions.of(set_id))
        return self._store.keep_rep(set_id, rep)

    def keep_landmarks(self, session_id: str, track: PoseTrack) -> None:
        """Append landmarks."""
        self._keeps(session_id)
        self._store.keep_landmarks(session_id, track)

    def keep_video(self, session_id: str, name: str) -> None:
        """Note that a video is kept."""
        self._keeps(session_id)
        self._store.keep_video(session_id, name)

    def end_session(self, session_id: str, at: datetime | None) -> None:
        """Note when a session ended."""
        self._keeps(session_id)
        self._store.end_session(session_id, at)

    def _keeps(self, session_id: str) -> None:
        """A part of the session is kept: one entry for all that somebody keeps of it."""
        self._kept.of((session_id, acting_now()))

    def _note_kept(self, of: tuple[str, Acting]) -> Entry:
        return self._log.append(Doing.EDIT, "session", self._owners.of(of[0]), of[0])

    # Sessions as they were.

    def sessions(
        self, selection: Selection = ALL, *, limit: int | None = None, offset: int = 0
    ) -> tuple[SessionEntry, ...]:
        """The selected sessions."""
        found = self._store.sessions(selection, limit=limit, offset=offset)
        self._saw("sessions", selection.person_id)
        return found

    def session_ids(self, prefix: str, limit: int = 2) -> tuple[str, ...]:
        """Ids that begin with some characters: they tell of nobody, and are not noted."""
        return self._store.session_ids(prefix, limit)

    def person_of(self, session_id: str) -> str:
        """The id of the person whose session it is: not noted."""
        return self._store.person_of(session_id)

    def session_of(self, set_id: int) -> str:
        """The id of the session that a set is of: not noted."""
        return self._store.session_of(set_id)

    def session(self, session_id: str) -> KeptSession:
        """One whole session."""
        found = self._store.session(session_id)
        self._saw("session", found.person.id, session_id)
        return found

    def landmarks(
        self, session_id: str, from_s: float | None = None, to_s: float | None = None
    ) -> Iterator[PoseTrack]:
        """The landmarks of a session; noted at once, whenever they are read."""
        self._saw("landmarks", self._owners.of(session_id), session_id)
        return self._store.landmarks(session_id, from_s, to_s)

    # What sessions come to.

    def side_figures(
        self, person_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SideFigures, ...]:
        """What the machine counted in a person's sessions."""
        found = self._store.side_figures(person_id, since, until)
        self._saw("figures", person_id)
        return found

    def set_figures(
        self, person_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SetFigures, ...]:
        """What the machine counted in a person's sets."""
        found = self._store.set_figures(person_id, since, until)
        self._saw("figures", person_id)
        return found

    def exercised(self, person_id: str) -> dict[str, datetime]:
        """When a person's sessions with a complete rep began."""
        found = self._store.exercised(person_id)
        self._saw("figures", person_id)
        return found

    def corrected(self, person_id: str) -> Iterator[KeptSession]:
        """A person's sessions in which a reviewer has changed a rep."""
        self._saw("figures", person_id)
        return self._store.corrected(person_id)

    def judged(self, selection: Selection = ALL) -> Judged:
        """Which sets were annotated or signed off."""
        found = self._store.judged(selection)
        self._saw("reviews", selection.person_id)
        return found

    def with_sets(self, sets: Mapping[str, frozenset[int]]) -> Iterator[KeptSession]:
        """Many sessions at once, noted for each of their persons."""
        # Who acts when they are read may be somebody else.
        return self._seen_by(acting_now(), self._store.with_sets(sets))

    def _seen_by(self, who: Acting, found: Iterator[KeptSession]) -> Iterator[KeptSession]:
        for kept in found:
            with acting(who):
                self._saw("figures", kept.person.id)
            yield kept

    # Reviewers.

    def add_change(
        self, session_id: str, who: str, why: str, change: dict[str, Any], *, after: int | None
    ) -> KeptChange:
        """Append a change."""
        with self._changes("review", self._owners.of(session_id), session_id):
            return self._store.add_change(session_id, who, why, change, after=after)

    def add_annotation(self, set_id: int, who: str, truth: dict[str, Any]) -> Annotation:
        """Append an annotation of a set."""
        session_id = self._sessions.of(set_id)
        with self._changes("annotation", self._owners.of(session_id), session_id):
            return self._store.add_annotation(set_id, who, truth)

    # The log, settings and deletion.

    @property
    def audit(self) -> AuditLog:
        """The log."""
        return self._log

    def setting(self, key: str) -> Any:  # noqa: ANN401 - JSON
        """A setting: it is of nobody, and not noted."""
        return self._store.setting(key)

    def set_setting(self, key: str, value: Any) -> None:  # noqa: ANN401 - JSON
        """Change a setting: it may decide how long everybody's data are kept."""
        with self._changes("setting", None):
            self._store.set_setting(key, value)

    @property
    def accounts(self) -> Accounts:
        """Who may sign in: that an account is made, gets another password or goes, is noted."""
        return AuditedAccounts(self._store.accounts, self._log)

    @property
    def videos(self) -> Path:
        """The folder for videos."""
        return self._store.videos

    def video_file(self, session_id: str) -> Path | None:
        """The video of a session; noted where there is one."""
        found = self._store.video_file(session_id)
        if found is not None:
            self._saw("video", self._owners.of(session_id), session_id)
        return found

    def usage(self) -> dict[str, Usage]:
        """How much is kept of each person."""
        found = self._store.usage()
        self._saw("usage", None)
        return found

    @property
    def place(self) -> Place:
        """Where everything is kept."""
        return self._store.place

    def delete_backups(self, copies: Sequence[Path]) -> None:
        """Delete copies of the database; of none there is nothing to note."""
        if copies:
            with self._deletes("copies of the database", None):
                self._store.delete_backups(copies)

    def delete_session(self, session_id: str) -> Deleted:
        """Delete a session."""
        with self._deletes("session", self._store.person_of(session_id), session_id):
            return self._store.delete_session(session_id)

    def delete_person(self, person_id: str) -> Deleted:
        """Delete a person."""
        self._store.person(person_id)
        with self._deletes("person", person_id):
            return self._store.delete_person(person_id)

    def delete_landmarks(self, session_id: str) -> Deleted:
        """Delete the recording and the video of a session."""
        with self._deletes("recording", self._store.person_of(session_id), session_id):
            return self._store.delete_landmarks(session_id)

    def close(self) -> None:
        """Release the store."""
        self._store.close()

    def _changes(
        self, what: str, person_id: str | None, session_id: str | None = None
    ) -> AbstractContextManager[None]:
        return noted(self._log, Doing.EDIT, what, person_id, session_id)

    def _deletes(
        self, what: str, person_id: str | None, session_id: str | None = None
    ) -> AbstractContextManager[None]:
        return noted(self._log, Doing.DELETE, what, person_id, session_id)


class AuditedAccounts:
    """Accounts before others; see `repose.accounts.account.Accounts` for what each method does."""

    def __init__(self, accounts: Accounts, log: AuditLog) -> None:
        self._accounts = accounts
        self._log = log

    def all(self) -> tuple[Account, ...]:
        """All accounts."""
        return self._accounts.all()

    def named(self, name: str) -> Account | None:
        """The account of this name."""
        return self._accounts.named(name)

    def add(self, name: str, role: Role, password_hash: str, person_id: str | None = None) -> Account:
        """Add an account."""
        with noted(self._log, Doing.EDIT, f"new account, {role.value}", person_id):
            return self._accounts.add(name, role, password_hash, person_id)

    def set_password(self, account_id: str, password_hash: str, *, instead_of: str | None = None) -> None:
        """Change a password; a better hash of the same one is no change."""
        if instead_of is not None:
            self._accounts.set_password(account_id, password_hash, instead_of=instead_of)
            return
        with noted(self._log, Doing.EDIT, "password", self._person_of(account_id)):
            self._accounts.set_password(account_id, password_hash)

    def remove(self, account_id: str) -> None:
        """Remove an account."""
        with noted(self._log, Doing.DELETE, "account", self._person_of(account_id)):
            self._accounts.remove(account_id)

    def _person_of(self, account_id: str) -> str | None:
        return next((one.person_id for one in self._accounts.all() if one.id == account_id), None)


class _Remembered(Generic[K, V]):
    """What was found out once, for the keys that were asked for last."""

    def __init__(self, find_out: Callable[[K], V]) -> None:
        self._find_out = find_out
        self._found: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: K) -> V:
        with self._lock:
            if key not in self._found:
                self._found[key] = self._find_out(key)
                if len(self._found) > MOST:
                    self._found.popitem(last=False)
            return self._found[key]
