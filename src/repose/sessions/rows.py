"""Rows to records and back."""

import json
import math
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from repose.calibration.thresholds import Thresholds
from repose.coaching.programme import KEPT, Programme
from repose.counting.result import Rep, Unmeasured
from repose.exercises import Definition
from repose.exercises.load import remember, signal_of
from repose.sessions import tables
from repose.sessions.records import (
    Annotation,
    KeptChange,
    KeptRep,
    KeptSet,
    Origin,
    Person,
    Purpose,
    SessionHead,
    SetHead,
    SetState,
)
from repose.sessions.videos import checked_video


def as_text(text: str) -> str:
    """Text as every database takes it: file names may hold bytes that are none."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def person(row: tables.PersonRow) -> Person:
    """A person."""
    return Person(row.id, row.name, row.added_at)


def programme(kept: dict[str, Any]) -> Programme:
    """A programme."""
    return _programme(json.dumps(kept))


# The same few come again in thousands of sessions, and to check one takes longer than to read its session.
@lru_cache(maxsize=256)
def _programme(text: str) -> Programme:
    # An exercise of it may have been changed since, or be gone.
    return Programme.model_validate_json(text, context=KEPT)


@lru_cache(maxsize=256)
def _thresholds(text: str) -> Thresholds:
    return Thresholds.model_validate_json(text)


@lru_cache(maxsize=64)
def _definition(text: str) -> Definition:
    return Definition.model_validate_json(text)


def session_head(row: tables.SessionRow) -> SessionHead:
    """What was known of a session when it began."""
    return SessionHead(
        person_id=row.person_id,
        origin=Origin(row.origin),
        source=row.source,
        begun_at=row.begun_at,
        programme=None if row.programme is None else programme(row.programme),
        model=row.model,
        software=row.software,
        video=row.video,
        purpose=Purpose(row.purpose),
    )


def session_row(head: SessionHead) -> tables.SessionRow:
    """A session that begins."""
    return tables.SessionRow(
        person_id=head.person_id,
        origin=head.origin.value,
        source=as_text(head.source),
        begun_at=head.begun_at,
        programme=None if head.programme is None else head.programme.model_dump(mode="json"),
        model=as_text(head.model),
        software=head.software,
        video=None if head.video is None else checked_video(head.video),
        purpose=head.purpose.value,
    )


def kept_set(row: tables.SetRow, reps: tuple[KeptRep, ...]) -> KeptSet:
    """A set with its reps."""
    definition = None if row.definition is None else _definition(json.dumps(row.definition))
    if definition is not None:
        remember(definition)
    head = SetHead(
        position=row.position,
        exercise=row.exercise,
        prescribed=row.prescribed,  # type: ignore[arg-type] # one of those that were written
        number=row.number,
        of=row.of,
        target=row.target,
        hold_s=row.hold_s,
        begun_s=row.begun_s,
        thresholds=_thresholds(json.dumps(row.thresholds)),
        profiles=tuple((name, revision) for name, revision in row.profiles),
        definition=definition,
    )
    state = SetState(
        ended_s=row.ended_s,
        skipped=row.skipped,
        counted_from=tuple(row.counted_from),
        unmeasured=tuple(Unmeasured(*span) for span in row.unmeasured),
        view=row.view,
    )
    return KeptSet(row.id, head, state, reps)


def set_row(session_id: str, head: SetHead, state: SetState) -> tables.SetRow:
    """A set that begins."""
    return tables.SetRow(
        session_id=session_id,
        position=head.position,
        exercise=head.exercise,
        prescribed=head.prescribed,
        number=head.number,
        of=head.of,
        target=head.target,
        hold_s=head.hold_s,
        begun_s=head.begun_s,
        thresholds=head.thresholds.model_dump(mode="json"),
        fingerprint=head.thresholds.fingerprint,
        profiles=[list(profile) for profile in head.profiles],
        definition=None if head.definition is None else head.definition.model_dump(mode="json"),
        **state_columns(state),
    )


def state_columns(state: SetState) -> dict[str, Any]:
    """The columns that change while a set is done."""
    return {
        "ended_s": state.ended_s,
        "skipped": state.skipped,
        "counted_from": list(state.counted_from),
        "unmeasured": [[span.start_s, span.end_s, span.reason] for span in state.unmeasured],
        "view": state.view,
    }


def kept_rep(row: tables.RepRow) -> KeptRep:
    """A rep or partial."""
    return KeptRep(
        row.id,
        Rep(
            side=row.side,  # type: ignore[arg-type] # one of those that were written
            start_s=row.start_s,
            peak_s=row.peak_s,
            end_s=row.end_s,
            hold_start_s=row.hold_start_s,
            hold_s=row.hold_s,
            peak={name: math.nan if angle is None else angle for name, angle in row.peak.items()},
            excursion=row.excursion,
            confidence=row.confidence,
            faults=tuple(row.faults),
            decided_s=row.decided_s,
            reason=row.reason,
        ),
    )


def rep_row(of: tables.SetRow, rep: Rep) -> tables.RepRow:
    """A rep or partial of a set, to be kept."""
    # An angle that could not be seen is NaN, which JSON has not.
    peak = {name: float(angle) if math.isfinite(angle) else None for name, angle in rep.peak.items()}
    angle = peak.get(of.definition["signal"] if of.definition else signal_of(of.exercise))
    columns = asdict(rep) | {"faults": list(rep.faults), "peak": peak}
    return tables.RepRow(set_id=of.id, angle_deg=angle, **columns)


def kept_change(row: tables.ChangeRow) -> KeptChange:
    """A reviewer's change."""
    return KeptChange(row.id, row.at, row.who, row.why, row.change)


def annotation(row: tables.AnnotationRow) -> Annotation:
    """An annotation."""
    return Annotation(row.id, row.set_id, row.at, row.who, row.truth)
