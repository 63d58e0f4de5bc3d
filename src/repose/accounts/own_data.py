"""The store as somebody may see it who may see their own data alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, NoReturn

from repose.accounts.account import Accounts
from repose.accounts.acting import Doing, acting_now
from repose.accounts.roles import Role
from repose.audit.entry import AuditLog, Entry
from repose.coaching.programme import Programme
from repose.counting.result import Rep
from repose.errors import NotThereError, ReposeError
from repose.pose.landmarks import PoseTrack
from repose.sessions.figures import Judged, SetFigures, SideFigures
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

ALL: Final = Selection()

_NOBODY: Final = ""
"""Id of no person: what is asked of anybody else is answered as for a person who is not there."""

_AT_ONCE: Final = 500
"""Ids that are looked up together; a database takes only so many."""


class OwnData:
    """A `repose.sessions.store.Store` that shows a patient nobody else's data.

    Who acts decides, at each call. What belongs to others is to a patient as if it were not there: the same
    answers, the same errors. What a patient's account has no use for is refused altogether, their own data
    included. All others have the whole store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    # Persons and programmes.

    def persons(self) -> tuple[Person, ...]:
        """Oneself."""
        own = _own()
        if own is None:
            return self._store.persons()
        try:
            return (self._store.person(own),)
        except NotThereError:  # just deleted
            return ()

    def person(self, person_id: str) -> Person:
        """Oneself."""
        if _own() not in (None, person_id):
            _not_there("person", person_id)
        return self._store.person(person_id)

    def person_named(self, name: str) -> Person:
        """Not for patients: it adds persons."""
        _refuse_patients()
        return self._store.person_named(name)

    def rename_person(self, person_id: str, name: str) -> Person:
        """Not for patients: it tells which names are taken."""
        if _own() is not None:
            _not_there("person", person_id)
        return self._store.rename_person(person_id, name)

    def prescribe(self, person_id: str, programme: Programme, since: datetime) -> None:
        """Not for patients."""
        if _own() is not None:
            _not_there("person", person_id)
        self._store.prescribe(person_id, programme, since)

    def prescriptions(self, person_id: str) -> tuple[Prescription, ...]:
        """One's own programmes."""
        return self._store.prescriptions(_or_nobody(person_id))

    # Sessions as they happen: a patient is coached by somebody else's account, or at this computer.

    def begin_session(self, head: SessionHead) -> str:
        """Not for patients."""
        if _own() is not None:
            _not_there("person", head.person_id)
        return self._store.begin_session(head)

    def begin_set(self, session_id: str, head: SetHead, state: SetState) -> int:
        """Not for patients."""
        _refuse_session(session_id)
        return self._store.begin_set(session_id, head, state)

    def update_set(self, set_id: int, state: SetState) -> None:
        """Not for patients."""
        _refuse_set(set_id)
        self._store.update_set(set_id, state)

    def keep_rep(self, set_id: int, rep: Rep) -> int:
        """Not for patients."""
        _refuse_set(set_id)
        return self._store.keep_rep(set_id, rep)

    def keep_landmarks(self, session_id: str, track: PoseTrack) -> None:
        """Not for patients."""
        _refuse_session(session_id)
        self._store.keep_landmarks(session_id, track)

    def keep_video(self, session_id: str, name: str) -> None:
        """Not for patients."""
        _refuse_session(session_id)
        self._store.keep_video(session_id, name)

    def end_session(self, session_id: str, at: datetime | None) -> None:
        """Not for patients."""
        _refuse_session(session_id)
        self._store.end_session(session_id, at)

    # Sessions as they were.

    def sessions(
        self, selection: Selection = ALL, *, limit: int | None = None, offset: int = 0
    ) -> tuple[SessionEntry, ...]:
        """One's own of the selected sessions."""
        return self._store.sessions(_narrowed(selection), limit=limit, offset=offset)

    def session_ids(self, prefix: str, limit: int = 2) -> tuple[str, ...]:
        """Ids of one's own sessions."""
        own = _own()
        if own is None:
            return self._store.session_ids(prefix, limit)
        candidates = iter(self._store.session_ids(prefix, limit=2**31 - 1))
        found: list[str] = []
        while len(found) < limit and (some := tuple(islice(candidates, _AT_ONCE))):
            entries = self._store.sessions(Selection(person_id=own, ids=some))
            found += sorted(entry.id for entry in entries)
        return tuple(found[:limit])

    def person_of(self, session_id: str) -> str:
        """Oneself, of one's own sessions."""
        self._require_own(session_id)
        return self._store.person_of(session_id)

    def session_of(self, set_id: int) -> str:
        """The session of one of one's own sets."""
        own, found = _own(), self._store.session_of(set_id)
        if own is not None and self._store.person_of(found) != own:
            _not_there("set", set_id)
        return found

    def session(self, session_id: str) -> KeptSession:
        """One of one's own sessions."""
        self._require_own(session_id)
        return self._store.session(session_id)

    def landmarks(
        self, session_id: str, from_s: float | None = None, to_s: float | None = None
    ) -> Iterator[PoseTrack]:
        """The landmarks of one of one's own sessions."""
        # Decided here and not when the first chunk is read: who acts may be somebody else by then.
        self._require_own(session_id)
        return self._store.landmarks(session_id, from_s, to_s)

    # What sessions come to.

    def side_figures(
        self, person_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SideFigures, ...]:
        """What the machine counted in one's own sessions."""
        return self._store.side_figures(_or_nobody(person_id), since, until)

    def set_figures(
        self, person_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SetFigures, ...]:
        """What the machine counted in one's own sets."""
        return self._store.set_figures(_or_nobody(person_id), since, until)

    def exercised(self, person_id: str) -> dict[str, datetime]:
        """When one's own sessions began."""
        return self._store.exercised(_or_nobody(person_id))

    def corrected(self, person_id: str) -> Iterator[KeptSession]:
        """One's own sessions that were corrected."""
        return self._store.corrected(_or_nobody(person_id))

    def judged(self, selection: Selection = ALL) -> Judged:
        """Which of one's own sets were annotated or signed off."""
        return self._store.judged(_narrowed(selection))

    def with_sets(self, sets: Mapping[str, frozenset[int]]) -> Iterator[KeptSession]:
        """One's own of many sessions."""
        own = _own()
        if own is None:
            return self._store.with_sets(sets)
        ids, mine = iter(sets), set[str]()
        while some := tuple(islice(ids, _AT_ONCE)):
            mine |= {entry.id for entry in self._store.sessions(Selection(person_id=own, ids=some))}
        return self._store.with_sets({key: value for key, value in sets.items() if key in mine})

    # Reviewers.

    def add_change(
        self, session_id: str, who: str, why: str, change: dict[str, Any], *, after: int | None
    ) -> KeptChange:
        """Not for patients."""
        _refuse_session(session_id)
        return self._store.add_change(session_id, who, why, change, after=after)

    def add_annotation(self, set_id: int, who: str, truth: dict[str, Any]) -> Annotation:
        """Not for patients."""
        _refuse_set(set_id)
        return self._store.add_annotation(set_id, who, truth)

    # The log, settings and deletion.

    @property
    def audit(self) -> AuditLog:
        """The log, of what was done with one's own data."""
        return _OwnLog(self._store.audit)

    def setting(self, key: str) -> Any:  # noqa: ANN401 - JSON
        """A setting of this installation, which is about nobody."""
        return self._store.setting(key)

    def set_setting(self, key: str, value: Any) -> None:  # noqa: ANN401 - JSON
        """Not for patients."""
        _refuse_patients()
        self._store.set_setting(key, value)

    @property
    def videos(self) -> Path:
        """The folder in which videos are kept."""
        return self._store.videos

    def video_file(self, session_id: str) -> Path | None:
        """The video of one of one's own sessions."""
        self._require_own(session_id)
        return self._store.video_file(session_id)

    def usage(self) -> dict[str, Usage]:
        """How much is kept of oneself."""
        own = _own()
        return {key: usage for key, usage in self._store.usage().items() if own in (None, key)}

    @property
    def place(self) -> Place:
        """Where everything is kept."""
        return self._store.place

    @property
    def accounts(self) -> Accounts:
        """Not for patients."""
        _refuse_patients()
        return self._store.accounts

    def delete_backups(self, copies: Sequence[Path]) -> None:
        """Not for patients: others are in them too."""
        _refuse_patients()
        self._store.delete_backups(copies)

    def delete_session(self, session_id: str) -> Deleted:
        """Delete one of one's own sessions."""
        self._require_own(session_id)
        return self._store.delete_session(session_id)

    def delete_person(self, person_id: str) -> Deleted:
        """Not for patients: an admin does it for them."""
        if _own() is not None:
            _not_there("person", person_id)
        return self._store.delete_person(person_id)

    def delete_landmarks(self, session_id: str) -> Deleted:
        """Delete the recording of one of one's own sessions."""
        self._require_own(session_id)
        return self._store.delete_landmarks(session_id)

    def close(self) -> None:
        """Release the store; whoever has opened it may."""
        self._store.close()

    def _require_own(self, session_id: str) -> None:
        own = _own()
        if own is not None and self._store.person_of(session_id) != own:
            _not_there("session", session_id)


class _OwnLog:
    """A log that tells a patient of their own data alone; see `repose.audit.entry.AuditLog`."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    @property
    def witness(self) -> Path:
        return self._log.witness

    def append(self, doing: Doing, what: str, person_id: str | None, session_id: str | None) -> Entry:
        """What anybody does is noted, a patient's too."""
        return self._log.append(doing, what, person_id, session_id)

    def entries(
        self, person_id: str | None = None, *, limit: int, before: int | None = None
    ) -> tuple[Entry, ...]:
        own = _own()
        if own is not None:
            person_id = own if person_id in (None, own) else _NOBODY
            if person_id == _NOBODY:
                return ()
        return self._log.entries(person_id, limit=limit, before=before)

    def chain(self) -> Iterator[Entry]:
        _refuse_patients()
        return self._log.chain()


def _own() -> str | None:
    """The person whose data alone may be seen; None for everybody's."""
    who = acting_now()
    if who.role is Role.PATIENT or who.person_id is not None:
        return who.person_id or _NOBODY
    return None


def _or_nobody(person_id: str) -> str:
    """The person, for who may see their data; nobody for all others."""
    return person_id if _own() in (None, person_id) else _NOBODY


def _narrowed(selection: Selection) -> Selection:
    """What a selection is of one's own data."""
    own = _own()
    if own is None:
        return selection
    return replace(selection, person_id=own if selection.person_id in (None, own) else _NOBODY)


def _refuse_session(session_id: str) -> None:
    if _own() is not None:
        _not_there("session", session_id)


def _refuse_set(set_id: int) -> None:
    if _own() is not None:
        _not_there("set", set_id)


def _refuse_patients() -> None:
    if _own() is not None:
        raise ReposeError("a patient's account may not do that; ask the clinic")


def _not_there(what: str, key: str | int) -> NoReturn:
    """As the store says it of an id that nothing has."""
    raise NotThereError(f"there is no {what} {key!r}; it may have been deleted")
