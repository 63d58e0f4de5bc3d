"""The store on a database, SQLite or PostgreSQL."""

import logging
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from sqlalchemy import ColumnElement, exists, func, not_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from repose.accounts.sql_accounts import SqlAccounts
from repose.audit.entry import AuditLog
from repose.audit.sql_log import SqlAuditLog, witness_file
from repose.calibration.whose import same
from repose.coaching.programme import Programme
from repose.counting.result import Rep
from repose.errors import NotThereError, ReposeError
from repose.pose.landmarks import PoseTrack, as_track
from repose.sessions import figures_sql, rows
from repose.sessions.backup import backups
from repose.sessions.chunks import pack, unpack
from repose.sessions.complaints import told, told_of_damage
from repose.sessions.database import SQLITE, connect, forget, reading, shown, use_wal, writing
from repose.sessions.deletion import Part, belongings, count, delete_rows, portions
from repose.sessions.figures import Judged, SetFigures, SideFigures
from repose.sessions.migrate import bring_up_to_date
from repose.sessions.names import checked_name
from repose.sessions.recording import require_track
from repose.sessions.records import (
    Annotation,
    Deleted,
    KeptChange,
    KeptRep,
    KeptSession,
    Person,
    Prescription,
    Selection,
    SessionEntry,
    SessionHead,
    SetHead,
    SetState,
)
from repose.sessions.tables import (
    AnnotationRow,
    ChangeRow,
    ChunkRow,
    PersonRow,
    PrescriptionRow,
    RepRow,
    SessionRow,
    SetRow,
    SettingRow,
    Table,
)
from repose.sessions.usage import Place, Usage, usage_by_person
from repose.sessions.videos import checked_video, remove, videos_of

_log = logging.getLogger(__name__)

T = TypeVar("T", bound=Table)

ALL: Final = Selection()

LARGEST_KEY: Final = 2**31
"""No row of a table that counts its rows has this key."""

CHUNKS_AT_ONCE: Final = 60
"""Chunks that are read together: a minute of landmarks, 2 MB."""


class SqlStore:
    """Keeps sessions in a database; see `repose.sessions.store.Store` for what each method does."""

    def __init__(self, address: str, videos: Path) -> None:
        """Open the store.

        Args:
            address: a database URL, or a file for SQLite.
            videos: folder in which videos are kept, when one is asked for.

        Raises:
            ReposeError: the database cannot be used.
        """
        self._videos = videos
        self._engine = connect(address)
        self._name = shown(self._engine.url)
        self._to_read, self._to_write = reading(self._engine), writing(self._engine)
        try:
            migrated = bring_up_to_date(self._engine)
            with told(self._name):
                use_wal(self._engine)
        except BaseException:
            self._engine.dispose()
            raise
        if migrated.backup is not None:
            _log.warning(
                "%s was brought up to date; as it was before, it is kept in %s", self._name, migrated.backup
            )

    @property
    def videos(self) -> Path:
        """The folder in which videos are kept; it may not be there yet."""
        return self._videos

    @property
    def accounts(self) -> SqlAccounts:
        """Who may sign in from another computer."""
        return SqlAccounts(self._reading, self._writing)

    def close(self) -> None:
        """Release the connections."""
        self._engine.dispose()

    # Persons and programmes.

    def persons(self) -> tuple[Person, ...]:
        """All persons, by name."""
        with self._reading() as session:
            found = session.scalars(select(PersonRow)).all()
        return tuple(sorted(map(rows.person, found), key=lambda person: person.name.casefold()))

    def person(self, person_id: str) -> Person:
        """One person."""
        with self._reading() as session:
            return rows.person(_one(session, PersonRow, person_id, "person"))

    def person_named(self, name: str) -> Person:
        """The person of this name, added if there is none."""
        name = checked_name(name)
        wanted = select(PersonRow).where(PersonRow.name == name)
        with self._writing() as session:
            row = session.scalars(wanted).one_or_none() or _alike(session, name)
            if row is None:
                row = PersonRow(name=name, added_at=datetime.now(UTC))
                try:
                    with session.begin_nested():
                        session.add(row)
                except IntegrityError:  # another writer was faster
                    row = session.scalars(wanted).one()
            return rows.person(row)

    def rename_person(self, person_id: str, name: str) -> Person:
        """Give another name."""
        name = checked_name(name)
        with self._writing() as session:
            row = _one(session, PersonRow, person_id, "person")
            taken = f"{name!r} is somebody else's name already; choose another"
            if not same(row.name, name) and _alike(session, name):
                raise ReposeError(taken)
            try:
                with session.begin_nested():
                    row.name = name
            except IntegrityError as error:
                raise ReposeError(taken) from error
            return rows.person(row)

    def prescribe(self, person_id: str, programme: Programme, since: datetime) -> None:
        """Put a programme in force."""
        with self._writing() as session:
            _one(session, PersonRow, person_id, "person")
            session.add(
                PrescriptionRow(person_id=person_id, since=since, programme=programme.model_dump(mode="json"))
            )

    def prescriptions(self, person_id: str) -> tuple[Prescription, ...]:
        """The programmes of a person, oldest first."""
        wanted = (
            select(PrescriptionRow)
            .where(PrescriptionRow.person_id == person_id)
            .order_by(PrescriptionRow.since, PrescriptionRow.id)
        )
        with self._reading() as session:
            return tuple(
                Prescription(row.since, rows.programme(row.programme)) for row in session.scalars(wanted)
            )

    # Sessions as they happen.

    def begin_session(self, head: SessionHead) -> str:
        """Begin a session; gives its id."""
        with self._writing() as session:
            _one(session, PersonRow, head.person_id, "person")
            row = rows.session_row(head)
            session.add(row)
            session.flush()
            return row.id

    def begin_set(self, session_id: str, head: SetHead, state: SetState) -> int:
        """Begin a set; gives its id."""
        with self._writing() as session:
            _one(session, SessionRow, session_id, "session")
            row = rows.set_row(session_id, head, state)
            session.add(row)
            session.flush()
            return row.id

    def update_set(self, set_id: int, state: SetState) -> None:
        """Put down what has become known of a set."""
        with self._writing() as session:
            row = _one(session, SetRow, set_id, "set")
            for name, value in rows.state_columns(state).items():
                setattr(row, name, value)

    def keep_rep(self, set_id: int, rep: Rep) -> int:
        """Keep a rep or partial; gives its id."""
        with self._writing() as session:
            row = rows.rep_row(_one(session, SetRow, set_id, "set"), rep)
            session.add(row)
            session.flush()
            return row.id

    def keep_landmarks(self, session_id: str, track: PoseTrack) -> None:
        """Append landmarks."""
        require_track(track, -math.inf)
        if len(track.time_s) == 0:
            return
        first_s, last_s = float(track.time_s[0]), float(track.time_s[-1])
        with self._writing() as session:
            _one(session, SessionRow, session_id, "session", alone=True)
            before_s = session.scalar(
                select(func.max(ChunkRow.last_s)).where(ChunkRow.session_id == session_id)
            )
            if before_s is not None and first_s <= before_s:
                raise ValueError(f"landmarks at {first_s} s do not follow those at {before_s} s")
            session.add(
                ChunkRow(
                    session_id=session_id,
                    first_s=first_s,
                    last_s=last_s,
                    width=track.frame_size[0],
                    height=track.frame_size[1],
                    model=track.model,
                    software=track.software,
                    data=pack(track),
                )
            )

    def keep_video(self, session_id: str, name: str) -> None:
        """Note that a video of the session is kept."""
        with self._writing() as session:
            _one(session, SessionRow, session_id, "session").video = checked_video(name)

    def end_session(self, session_id: str, at: datetime | None) -> None:
        """Note when a session ended."""
        with self._writing() as session:
            _one(session, SessionRow, session_id, "session").ended_at = at

    # Sessions as they were.

    def sessions(
        self, selection: Selection = ALL, *, limit: int | None = None, offset: int = 0
    ) -> tuple[SessionEntry, ...]:
        """The selected sessions, newest first."""
        wanted = (
            select(SessionRow, PersonRow)
            .join(PersonRow)
            .where(*conditions(selection))
            .order_by(SessionRow.begun_at.desc(), SessionRow.id)
            .limit(limit)
            .offset(offset)
        )
        with self._reading() as session:
            found = session.execute(wanted).all()
            ids = [row.id for row, _ in found]
            exercises: dict[str, list[str]] = defaultdict(list)
            counts: dict[str, tuple[int, int]] = {}
            changes: dict[str, int] = {}
            for some in portions(ids):
                for session_id, exercise in session.execute(
                    select(SetRow.session_id, SetRow.exercise)
                    .where(SetRow.session_id.in_(some))
                    .order_by(SetRow.position, SetRow.id)
                ):
                    exercises[session_id].append(exercise)
                counts |= {
                    session_id: (complete, events - complete)
                    for session_id, complete, events in session.execute(
                        select(
                            SetRow.session_id,
                            func.count().filter(RepRow.reason.is_(None)),
                            func.count(),
                        )
                        .join(RepRow, RepRow.set_id == SetRow.id)
                        .where(SetRow.session_id.in_(some))
                        .group_by(SetRow.session_id)
                    )
                }
                changes |= {
                    row.session_id: row.number
                    for row in session.execute(
                        select(ChangeRow.session_id, func.count().label("number"))
                        .where(ChangeRow.session_id.in_(some))
                        .group_by(ChangeRow.session_id)
                    )
                }
            return tuple(
                SessionEntry(
                    id=row.id,
                    person=rows.person(who),
                    head=rows.session_head(row),
                    ended_at=row.ended_at,
                    exercises=tuple(dict.fromkeys(exercises[row.id])),
                    sets=len(exercises[row.id]),
                    reps=counts.get(row.id, (0, 0))[0],
                    partials=counts.get(row.id, (0, 0))[1],
                    changes=changes.get(row.id, 0),
                )
                for row, who in found
            )

    def session_ids(self, prefix: str, limit: int = 2) -> tuple[str, ...]:
        """Ids that begin with some characters, in order."""
        wanted = select(SessionRow.id).where(SessionRow.id.startswith(prefix, autoescape=True))
        with self._reading() as session:
            return tuple(session.scalars(wanted.order_by(SessionRow.id).limit(limit)))

    def person_of(self, session_id: str) -> str:
        """The id of the person whose session it is."""
        with self._reading() as session:
            return _one(session, SessionRow, session_id, "session").person_id

    def session_of(self, set_id: int) -> str:
        """The id of the session that a set is of."""
        with self._reading() as session:
            return _one(session, SetRow, set_id, "set").session_id

    def session(self, session_id: str) -> KeptSession:
        """One whole session."""
        with self._reading() as session:
            row = _one(session, SessionRow, session_id, "session")
            who = _one(session, PersonRow, row.person_id, "person")
            sets = session.scalars(
                select(SetRow).where(SetRow.session_id == session_id).order_by(SetRow.position, SetRow.id)
            ).all()
            of_session = select(SetRow.id).where(SetRow.session_id == session_id)
            reps: dict[int, list[KeptRep]] = defaultdict(list)
            for rep in session.scalars(
                select(RepRow).where(RepRow.set_id.in_(of_session)).order_by(RepRow.id)
            ):
                reps[rep.set_id].append(rows.kept_rep(rep))
            changes = session.scalars(
                select(ChangeRow).where(ChangeRow.session_id == session_id).order_by(ChangeRow.id)
            )
            annotations = session.scalars(
                select(AnnotationRow).where(AnnotationRow.set_id.in_(of_session)).order_by(AnnotationRow.id)
            )
            recorded = session.execute(
                select(func.min(ChunkRow.first_s), func.max(ChunkRow.last_s)).where(
                    ChunkRow.session_id == session_id
                )
            ).one()
            return KeptSession(
                id=row.id,
                person=rows.person(who),
                head=rows.session_head(row),
                ended_at=row.ended_at,
                sets=tuple(rows.kept_set(one, tuple(reps[one.id])) for one in sets),
                changes=tuple(map(rows.kept_change, changes)),
                annotations=tuple(map(rows.annotation, annotations)),
                recorded_s=None if recorded[0] is None else (recorded[0], recorded[1]),
            )

    def landmarks(
        self, session_id: str, from_s: float | None = None, to_s: float | None = None
    ) -> Iterator[PoseTrack]:
        """The landmarks of a session, in chunks."""
        with self._reading() as session:
            source = _one(session, SessionRow, session_id, "session").source
        wanted = select(ChunkRow).where(ChunkRow.session_id == session_id).order_by(ChunkRow.first_s)
        if from_s is not None:
            wanted = wanted.where(ChunkRow.last_s >= from_s)
        if to_s is not None:
            wanted = wanted.where(ChunkRow.first_s <= to_s)
        rest = wanted
        while True:
            with self._reading() as session:
                chunks = session.scalars(rest.limit(CHUNKS_AT_ONCE)).all()
            for chunk in chunks:
                like = as_track([], (chunk.width, chunk.height), source, chunk.model, chunk.software)
                yield _within(unpack(chunk.data, like), from_s, to_s)
            if len(chunks) < CHUNKS_AT_ONCE:
                return
            rest = wanted.where(ChunkRow.first_s > chunks[-1].first_s)

    # What sessions come to.

    def side_figures(
        self, person_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SideFigures, ...]:
        """What the machine counted in a person's sessions."""
        with self._reading() as session:
            return figures_sql.side_figures(session, person_id, since, until)

    def set_figures(
        self, person_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SetFigures, ...]:
        """What the machine counted in a person's sets."""
        with self._reading() as session:
            return figures_sql.set_figures(session, person_id, since, until)

    def exercised(self, person_id: str) -> dict[str, datetime]:
        """When a person's sessions with a complete rep began."""
        with self._reading() as session:
            return figures_sql.exercised(session, person_id)

    def corrected(self, person_id: str) -> Iterator[KeptSession]:
        """Sessions in which a reviewer has changed a rep."""
        with self._reading() as session:
            yield from figures_sql.corrected(session, person_id)

    def judged(self, selection: Selection = ALL) -> Judged:
        """Which sets were annotated or signed off."""
        with self._reading() as session:
            # The exercise is asked of each set, not of the session.
            asked = conditions(replace(selection, exercise=None))
            return figures_sql.judged(session, asked, selection.exercise)

    def with_sets(self, sets: Mapping[str, frozenset[int]]) -> Iterator[KeptSession]:
        """Many sessions at once, each with these of its sets only."""
        with self._reading() as session:
            yield from figures_sql.with_sets(session, sets)

    # Reviewers.

    def add_change(
        self, session_id: str, who: str, why: str, change: dict[str, Any], *, after: int | None
    ) -> KeptChange:
        """Append a change."""
        who = checked_name(who)
        with self._writing() as session:
            _one(session, SessionRow, session_id, "session", alone=True)
            newest = session.scalar(select(func.max(ChangeRow.id)).where(ChangeRow.session_id == session_id))
            if newest != after:
                raise ReposeError("somebody else has changed this session meanwhile; load it again")
            row = ChangeRow(
                session_id=session_id, at=datetime.now(UTC), who=who, why=rows.as_text(why), change=change
            )
            session.add(row)
            session.flush()
            return rows.kept_change(row)

    def add_annotation(self, set_id: int, who: str, truth: dict[str, Any]) -> Annotation:
        """Append an annotation of a set."""
        who = checked_name(who)
        with self._writing() as session:
            _one(session, SetRow, set_id, "set")
            row = AnnotationRow(set_id=set_id, at=datetime.now(UTC), who=who, truth=truth)
            session.add(row)
            session.flush()
            return rows.annotation(row)

    # The log, settings and deletion.

    @property
    def audit(self) -> AuditLog:
        """The log of who did what with whose data."""
        return SqlAuditLog(self._engine, witness_file(self._engine, self._videos.parent))

    def setting(self, key: str) -> Any:  # noqa: ANN401 - JSON
        """A setting; None if it was never set."""
        with self._reading() as session:
            row = session.get(SettingRow, key)
            return None if row is None else row.value

    def set_setting(self, key: str, value: Any) -> None:  # noqa: ANN401 - JSON
        """Change a setting."""
        with self._writing() as session:
            session.merge(SettingRow(key=key, value=value))

    def video_file(self, session_id: str) -> Path | None:
        """The video of a session."""
        with self._reading() as session:
            name = _one(session, SessionRow, session_id, "session").video
        path = None if name is None else self._videos / name
        return path if path is not None and path.is_file() else None

    def delete_session(self, session_id: str) -> Deleted:
        """Delete a session with its recording and video, and verify it."""
        with self._writing() as session:
            _one(session, SessionRow, session_id, "session")
            found = belongings(session, SessionRow, [session_id])
            deleted = self._delete(session, found, [session_id])
        return replace(deleted, traces=self._traces())

    def delete_person(self, person_id: str) -> Deleted:
        """Delete a person with all that belongs to them, and verify it."""
        with self._writing() as session:
            _one(session, PersonRow, person_id, "person")
            ids = session.scalars(select(SessionRow.id).where(SessionRow.person_id == person_id)).all()
            deleted = self._delete(session, belongings(session, PersonRow, [person_id]), ids)
        return replace(deleted, traces=self._traces())

    def delete_landmarks(self, session_id: str) -> Deleted:
        """Delete the recording and the video of a session."""
        with self._writing() as session:
            row = _one(session, SessionRow, session_id, "session")
            chunks = Part(Table.metadata.tables["chunks"], ChunkRow.__table__.c.session_id, [session_id])
            deleted = self._delete(session, [chunks], [session_id])
            row.video = None
        return replace(deleted, traces=self._traces())

    def _delete(self, session: Session, parts: Sequence[Part], session_ids: Sequence[str]) -> Deleted:
        """Delete rows and the videos of their sessions.

        Files first: when one cannot be deleted, the rows stay too, and tell that it is there.
        """
        names = [
            name
            for some in portions(session_ids)
            for name in session.scalars(select(SessionRow.video).where(SessionRow.id.in_(some)))
            if name is not None
        ]
        videos = videos_of(self._videos, names, session_ids)
        deleted = Deleted(
            sessions=count(session, parts, SessionRow),
            reps=count(session, parts, RepRow),
            chunks=count(session, parts, ChunkRow),
            videos=len(videos),
        )
        remove(videos)
        delete_rows(session, parts)
        if left := count(session, parts):
            raise ReposeError(f"{self._name}: {left} rows are still there after they were deleted; try again")
        return deleted

    def _traces(self) -> tuple[str, ...]:
        """Where what has been deleted may still be found."""
        traces = []
        with told(self._name):
            if not forget(self._engine):
                traces.append(
                    f"{self._name}-wal is being read by another program: close it, then delete again"
                )
        if copies := self.backups():
            traces.append(
                f"Copies of {self._name} from before an update may still hold it: "
                f"{', '.join(copy.name for copy in copies)}; `repose delete --backups` removes them"
            )
        return tuple(traces)

    def usage(self) -> dict[str, Usage]:
        """How much is kept of each person who has a session."""
        with self._reading() as session:
            return usage_by_person(session)

    @property
    def place(self) -> Place:
        """Where everything is kept."""
        url = self._engine.url
        file = Path(str(url.database)).absolute() if url.get_backend_name() == SQLITE else None
        return Place(str(file or self._name), file, self._videos, self.backups())

    def backups(self) -> tuple[Path, ...]:
        """Copies of the database from before it was brought up to date, oldest first."""
        url = self._engine.url
        return backups(Path(str(url.database))) if url.get_backend_name() == SQLITE else ()

    def delete_backups(self, copies: Sequence[Path]) -> None:
        """Delete such copies, and see that they are gone.

        Raises:
            ReposeError: one cannot be deleted.
        """
        remove(copies)

    # Transactions.

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with (
            told(self._name),
            told_of_damage(self._name),
            Session(self._to_read, expire_on_commit=False) as session,
        ):
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with (
            told(self._name),
            Session(self._to_write, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session


def conditions(selection: Selection) -> list[ColumnElement[bool]]:
    """What a selection asks of a session's row."""
    found: list[ColumnElement[bool]] = []
    if selection.person_id is not None:
        found.append(SessionRow.person_id == selection.person_id)
    if selection.exercise is not None:
        found.append(
            exists().where(SetRow.session_id == SessionRow.id, SetRow.exercise == selection.exercise)
        )
    if selection.since is not None:
        found.append(SessionRow.begun_at >= selection.since)
    if selection.until is not None:
        found.append(SessionRow.begun_at < selection.until)
    if selection.ids is not None:
        found.append(SessionRow.id.in_(selection.ids))
    if selection.recorded is not None:
        recorded = or_(SessionRow.video.is_not(None), exists().where(ChunkRow.session_id == SessionRow.id))
        found.append(recorded if selection.recorded else not_(recorded))
    if selection.purpose is not None:
        found.append(SessionRow.purpose == selection.purpose.value)
    return found


def _one(session: Session, table: type[T], key: str | int, what: str, *, alone: bool = False) -> T:
    """The row of this key; `alone` makes other writers wait who want to be alone with it.

    Raises:
        NotThereError: there is none.
    """
    known = isinstance(key, str) or 0 < key < LARGEST_KEY
    row = session.get(table, key, with_for_update=alone or None) if known else None
    if row is None:
        raise NotThereError(f"there is no {what} {key!r}; it may have been deleted")
    return row


def _alike(session: Session, name: str) -> PersonRow | None:
    """A person whose name differs in upper and lower case at most."""
    # No database folds letters of all scripts.
    persons = session.execute(select(PersonRow.id, PersonRow.name).order_by(PersonRow.added_at))
    found = next((one.id for one in persons if same(one.name, name)), None)
    return None if found is None else session.get(PersonRow, found)


def _within(track: PoseTrack, from_s: float | None, to_s: float | None) -> PoseTrack:
    inside = np.ones(len(track.time_s), bool)
    if from_s is not None:
        inside &= track.time_s >= from_s
    if to_s is not None:
        inside &= track.time_s <= to_s
    if inside.all():
        return track
    return track.part(inside)
