"""The figures of sessions, added up by the database; portable SQL."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar, cast

from sqlalchemy import ColumnElement, Integer, exists, func, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from repose.sessions import rows
from repose.sessions.figures import Judged, SetFigures, SideFigures
from repose.sessions.records import KeptChange, KeptRep, KeptSession, KeptSet, Purpose
from repose.sessions.tables import AnnotationRow, ChangeRow, PersonRow, RepRow, SessionRow, SetRow

SAYS_NOTHING_NEW: Final = ("accept", "sign_off", "undo")
"""Types of a reviewer's changes that leave every rep as the machine counted it."""

SESSIONS_AT_ONCE: Final = 200

_EXERCISED: Final = SessionRow.purpose == Purpose.EXERCISE.value
"""Who shows how far they can go does no exercise."""

_COMPLETE: Final = RepRow.reason.is_(None)

_SUMS: Final = (
    func.count().label("events"),
    func.count().filter(_COMPLETE).label("complete"),
    func.avg(RepRow.angle_deg).filter(_COMPLETE).label("angle_deg"),
    func.avg(RepRow.end_s - RepRow.start_s).filter(_COMPLETE).label("tempo_s"),
    func.avg(RepRow.hold_s).filter(_COMPLETE).label("held_s"),
)

T = TypeVar("T", SetRow, RepRow, ChangeRow, AnnotationRow)


def side_figures(
    session: Session, person_id: str, since: datetime | None, until: datetime | None
) -> tuple[SideFigures, ...]:
    """What the machine counted, for each session, exercise and side, oldest first.

    Without the sets in which nothing happened. Sets of other doses or thresholds stand apart.
    """
    wanted = _of_person(person_id, since, until)
    sessions = _sessions(session, wanted)
    kind = (SetRow.session_id, SetRow.exercise, RepRow.side, SetRow.hold_s, SetRow.fingerprint)
    summed = session.execute(
        select(*kind, *_SUMS)
        .join(SetRow, SetRow.id == RepRow.set_id)
        .join(SessionRow, SessionRow.id == SetRow.session_id)
        .where(*wanted)
        .group_by(*kind)
        .order_by(func.min(SessionRow.begun_at), SetRow.session_id, func.min(SetRow.position))
    )
    return tuple(
        SideFigures(
            session_id=session_id,
            begun_at=sessions[session_id][0],
            exercise=exercise,
            side=side,
            hold_target_s=hold_s,
            model=sessions[session_id][1],
            fingerprint=fingerprint,
            complete=complete,
            partials=events - complete,
            angle_deg=angle_deg,
            tempo_s=tempo_s,
            held_s=held_s,
        )
        for (
            session_id,
            exercise,
            side,
            hold_s,
            fingerprint,
            events,
            complete,
            angle_deg,
            tempo_s,
            held_s,
        ) in summed
    )


def set_figures(
    session: Session, person_id: str, since: datetime | None, until: datetime | None
) -> tuple[SetFigures, ...]:
    """What the machine counted, for each set and side, oldest first."""
    wanted = _of_person(person_id, since, until)
    sessions = _sessions(session, wanted)
    sums = {
        (row.set_id, row.side): row
        for row in session.execute(
            select(RepRow.set_id, RepRow.side, *_SUMS)
            .join(SetRow, SetRow.id == RepRow.set_id)
            .join(SessionRow, SessionRow.id == SetRow.session_id)
            .where(*wanted)
            .group_by(RepRow.set_id, RepRow.side)
        )
    }
    sides = defaultdict(list)
    for set_id, side in sums:
        sides[set_id].append(side)
    heads = session.execute(
        select(
            SetRow.id,
            SetRow.session_id,
            SetRow.exercise,
            SetRow.prescribed,
            SetRow.target,
            SetRow.hold_s,
            SetRow.fingerprint,
            SetRow.unmeasured,
        )
        .join(SessionRow, SessionRow.id == SetRow.session_id)
        .where(*wanted)
        .order_by(SessionRow.begun_at, SessionRow.id, SetRow.position, SetRow.id)
    )
    found = []
    for head in heads:
        usual = "both" if head.prescribed == "auto" else head.prescribed
        begun_at, model = sessions[head.session_id]
        for side in sorted(sides[head.id]) or [usual]:
            summed = sums.get((head.id, side))
            found.append(
                SetFigures(
                    session_id=head.session_id,
                    set_id=head.id,
                    begun_at=begun_at,
                    exercise=head.exercise,
                    side=side,
                    target=head.target,
                    hold_target_s=head.hold_s,
                    model=model,
                    fingerprint=head.fingerprint,
                    complete=summed.complete if summed else 0,
                    partials=summed.events - summed.complete if summed else 0,
                    angle_deg=summed.angle_deg if summed else None,
                    tempo_s=summed.tempo_s if summed else None,
                    held_s=summed.held_s if summed else None,
                    unmeasured_s=sum(end_s - start_s for start_s, end_s, _ in head.unmeasured),
                )
            )
    return tuple(found)


def exercised(session: Session, person_id: str) -> dict[str, datetime]:
    """When the sessions with a rep that the machine counted as complete began, by their ids, oldest first."""
    any_rep = exists().where(
        SetRow.session_id == SessionRow.id, RepRow.set_id == SetRow.id, RepRow.reason.is_(None)
    )
    wanted = select(SessionRow.id, SessionRow.begun_at).where(
        SessionRow.person_id == person_id, _EXERCISED, any_rep
    )
    return {row.id: row.begun_at for row in session.execute(wanted.order_by(SessionRow.begun_at))}


def corrected(session: Session, person_id: str) -> Iterator[KeptSession]:
    """The sessions in which a reviewer has changed a rep at some time."""
    changed = exists().where(
        ChangeRow.session_id == SessionRow.id,
        ChangeRow.change["type"].as_string().not_in(SAYS_NOTHING_NEW),
    )
    sets: dict[str, set[int]] = defaultdict(set)
    for row in session.execute(
        select(SetRow.session_id, SetRow.id)
        .join(SessionRow)
        .where(SessionRow.person_id == person_id, _EXERCISED, changed)
    ):
        sets[row.session_id].add(row.id)
    return with_sets(session, {session_id: frozenset(ids) for session_id, ids in sets.items()})


def judged(session: Session, conditions: list[ColumnElement[bool]], exercise: str | None) -> Judged:
    """Which sets of the selected sessions were annotated or signed off.

    Args:
        session: of the database.
        conditions: what is asked of a session's row.
        exercise: only sets of this exercise.
    """
    of_exercise = [SetRow.exercise == exercise] if exercise is not None else []
    signed_off = as_type(ChangeRow.change["set_id"].as_string(), Integer)
    chosen = (
        select(SetRow.session_id, SetRow.id, SessionRow.begun_at)
        .join(SessionRow, SessionRow.id == SetRow.session_id)
        .where(*conditions, *of_exercise)
    )
    annotated = chosen.join(AnnotationRow, AnnotationRow.set_id == SetRow.id)
    approved = chosen.join(ChangeRow, ChangeRow.session_id == SessionRow.id).where(
        ChangeRow.change["type"].as_string() == "sign_off", signed_off == SetRow.id
    )
    found = {(row.begun_at, row.session_id, row.id) for row in session.execute(annotated)}
    found |= {(row.begun_at, row.session_id, row.id) for row in session.execute(approved)}
    sets: dict[str, set[int]] = defaultdict(set)
    for _, session_id, set_id in sorted(found, reverse=True):
        sets[session_id].add(set_id)
    every = session.scalar(
        select(func.count())
        .select_from(SetRow)
        .join(SessionRow, SessionRow.id == SetRow.session_id)
        .where(*conditions, *of_exercise)
    )
    return Judged({session_id: frozenset(ids) for session_id, ids in sets.items()}, (every or 0) - len(found))


def with_sets(session: Session, sets: Mapping[str, frozenset[int]]) -> Iterator[KeptSession]:
    """Many sessions, each with some of its sets only; `recorded_s` is left out."""
    ids = iter(sets)
    while some := list(islice(ids, SESSIONS_AT_ONCE)):
        wanted = [set_id for session_id in some for set_id in sets[session_id]]
        yield from _some_with_sets(session, some, wanted)


def _some_with_sets(session: Session, ids: list[str], set_ids: list[int]) -> list[KeptSession]:
    heads = {
        row.id: (row, who)
        for row, who in session.execute(
            select(SessionRow, PersonRow).join(PersonRow).where(SessionRow.id.in_(ids))
        )
    }
    changes: dict[str, list[KeptChange]] = defaultdict(list)
    for change in _plain(session, ChangeRow, ChangeRow.session_id.in_(ids)):
        changes[change.session_id].append(rows.kept_change(change))
    set_rows: list[SetRow] = []
    reps: dict[int, list[KeptRep]] = defaultdict(list)
    annotations: list[AnnotationRow] = []
    for start in range(0, len(set_ids), SESSIONS_AT_ONCE):
        some = set_ids[start : start + SESSIONS_AT_ONCE]
        set_rows += _plain(session, SetRow, SetRow.id.in_(some))
        for rep in _plain(session, RepRow, RepRow.set_id.in_(some)):
            reps[rep.set_id].append(rows.kept_rep(rep))
        annotations += _plain(session, AnnotationRow, AnnotationRow.set_id.in_(some))
    sets: dict[str, list[KeptSet]] = defaultdict(list)
    owner = {}
    for row in sorted(set_rows, key=lambda row: (row.position, row.id)):
        sets[row.session_id].append(rows.kept_set(row, tuple(reps[row.id])))
        owner[row.id] = row.session_id
    said = defaultdict(list)
    for annotation in sorted(annotations, key=lambda row: row.id):
        said[owner[annotation.set_id]].append(rows.annotation(annotation))
    return [
        KeptSession(
            id=session_id,
            person=rows.person(heads[session_id][1]),
            head=rows.session_head(heads[session_id][0]),
            ended_at=heads[session_id][0].ended_at,
            sets=tuple(sets[session_id]),
            changes=tuple(changes[session_id]),
            annotations=tuple(said[session_id]),
            recorded_s=None,
        )
        for session_id in ids
        if session_id in heads
    ]


def _plain(session: Session, table: type[T], wanted: ColumnElement[bool]) -> Sequence[T]:
    """Rows in order of their ids, as plain columns.

    To make objects that the session follows takes as long again.
    """
    columns = select(*table.__table__.columns).where(wanted).order_by(table.id)
    return cast(Sequence[T], session.execute(columns).all())


def _sessions(session: Session, wanted: list[ColumnElement[bool]]) -> dict[str, tuple[datetime, str]]:
    """When each session began, and its model."""
    found = session.execute(select(SessionRow.id, SessionRow.begun_at, SessionRow.model).where(*wanted))
    return {row.id: (row.begun_at, row.model) for row in found}


def _of_person(person_id: str, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [SessionRow.person_id == person_id, _EXERCISED]
    if since is not None:
        wanted.append(SessionRow.begun_at >= since)
    if until is not None:
        wanted.append(SessionRow.begun_at < until)
    return wanted
