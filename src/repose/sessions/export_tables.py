"""What an export holds, as tables: their columns with meaning and unit, and the rows of a session. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from repose.coaching.programme import Programme
from repose.kinematics.channels import DERIVED
from repose.review.reviewed import Event, Reviewed, review
from repose.sessions.records import KeptRep, KeptSession, KeptSet, Person, Prescription

Kind = Literal["text", "whole", "number", "yes_no", "moment", "list", "json"]
"""What a column holds: "list" is of texts, "json" all that JSON can say, "moment" a time of day in UTC."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an export."""

    name: str
    meaning: str
    columns: tuple[Column, ...]


ANGLES: Final = {
    "knee_flexion": "0 = straight; 180 - angle(hip, knee, ankle)",
    "hip_flexion": (
        "0 = thigh in line with the trunk, + towards the chest; 180 - angle(shoulder, hip, knee), signed"
    ),
    "ankle_dorsiflexion": (
        "+ = toes towards the shin; 90 - angle between (ankle to knee) and (heel to foot index)"
    ),
    "trunk_extension": "+ = backwards",
}
"""The joint angles and their conventions, in degrees."""

TIMES: Final = (
    "Columns ending in _s are capture seconds on the session's own clock, as time_s of its recordings. "
    "Times of day are UTC. Left and right are the person's own."
)

_SESSION: Final = Column("session_id", "text", "the session")
_SET: Final = Column("set_id", "whole", "the set")
_EXERCISE: Final = Column("exercise", "text", "slug of the exercise")
_SIDE: Final = Column("side", "text", "left, right, or both (also for exercises without sides)")
_SPAN: Final = (
    Column("start_s", "number", "the movement left rest, s"),
    Column("peak_s", "number", "the middle of the hold at the end position, s"),
    Column("end_s", "number", "it was back, s"),
)
_JUDGEMENT: Final = (
    Column("complete", "yes_no", "whether it counts as a rep"),
    Column("reason", "text", "of a partial: why it does not count"),
    Column("faults", "list", "names of form faults"),
)

PERSONS: Final = Table(
    "persons",
    "Somebody who exercises.",
    (
        Column("person_id", "text", "the person"),
        Column("name", "text", "name or pseudonym"),
        Column("added_at", "moment", "first known"),
    ),
)
PROGRAMMES: Final = Table(
    "programmes",
    "What was prescribed, one row for each exercise of a programme.",
    (
        Column("person_id", "text", "for whom"),
        Column("session_id", "text", "the session that began with it; empty for a prescription"),
        Column("since", "moment", "in force from then on; of a session, its begin"),
        Column("position", "whole", "place in the programme, from 0"),
        _EXERCISE,
        Column("sets", "whole", "sets, on each side if there are several"),
        Column("reps", "whole", "reps of each set"),
        Column("hold_s", "number", "how long each end position is to be held, s; 0 for no hold"),
        Column("rest_s", "number", "rest after each set, s"),
        Column("sides", "list", "sides to do one after the other; empty for those that the exercise has"),
    ),
)
SESSIONS: Final = Table(
    "sessions",
    "One session: live, or a video that was counted.",
    (
        _SESSION,
        Column("person_id", "text", "who exercised"),
        Column("origin", "text", "live, or video"),
        Column("purpose", "text", "exercise; or calibration: how far somebody can go, which is no exercise"),
        Column("source", "text", "camera, or name of the file"),
        Column("begun_at", "moment", "begin; of a video, when it was counted"),
        Column("ended_at", "moment", "end; empty while it runs, or if it was interrupted"),
        Column("model", "text", "pose model"),
        Column("software", "json", "versions in force, and SHA-256 of the model"),
        Column("recorded_from_s", "number", "first landmarks, s; empty where none are kept"),
        Column("recorded_to_s", "number", "last landmarks, s"),
        Column("reps", "whole", "complete reps as the machine counted them"),
        Column("partials", "whole", "partials as the machine counted them"),
        Column("reviewed_reps", "whole", "complete reps after review; without changes, the machine's"),
        Column("reviewed_partials", "whole", "partials after review"),
        Column("changes", "whole", "changes by reviewers, undone ones too"),
        Column("video", "text", "file in this export; empty where none is kept or it was left out"),
    ),
)
SETS: Final = Table(
    "sets",
    "One set of one exercise.",
    (
        _SET,
        _SESSION,
        Column("position", "whole", "place in the session, from 0"),
        _EXERCISE,
        Column("prescribed", "text", "prescribed side; auto where nobody said"),
        Column("number", "whole", "which set of this exercise and side, from 1"),
        Column("of", "whole", "of how many"),
        Column("target", "whole", "reps to be done; empty where there was no dose"),
        Column("hold_s", "number", "prescribed hold, s; 0 for none"),
        Column("begun_s", "number", "begin, s"),
        Column("ended_s", "number", "end, s; empty if it was interrupted"),
        Column("skipped", "yes_no", "left out or cut short"),
        Column("view", "text", "from where the camera saw the person; empty if unknown"),
        Column("signed_off", "yes_no", "a reviewer looked at the whole set"),
        Column("fingerprint", "text", "of the thresholds in force"),
        Column("thresholds", "json", "all thresholds in force"),
        Column("profiles", "json", "name and revision of the calibration profiles that they came from"),
        Column("definition", "json", "what the exercise was, if it is none of the programme"),
        Column("counted_from", "list", "first capture time of each counter that counted it, s"),
    ),
)
REPS: Final = Table(
    "reps",
    "Reps and partials as the machine counted them. They are never changed.",
    (
        Column("rep_id", "whole", "the rep or partial"),
        _SET,
        _SESSION,
        _EXERCISE,
        _SIDE,
        *_SPAN,
        Column("hold_start_s", "number", "begin of the hold, s"),
        Column("hold_s", "number", "length of the hold, s"),
        *(
            Column(
                f"{name}_deg", "number", f"at the end position, degrees: {convention}; empty if not measured"
            )
            for name, convention in ANGLES.items()
        ),
        Column("excursion", "number", "share of the calibrated range that was reached; 1 is the target"),
        Column("confidence", "number", "0 to 1: how well it was seen, and how clearly one side worked"),
        Column("decided_s", "number", "capture time at which it was known, s"),
        *_JUDGEMENT,
    ),
)
EVENTS: Final = Table(
    "events",
    "Reps and partials as they stand after review; without review, the machine's.",
    (
        Column("event", "text", "m12 is the machine's rep 12; c7 was made by change 7, c7.1 is its second"),
        _SET,
        _SESSION,
        _EXERCISE,
        _SIDE,
        *_SPAN,
        Column(
            "hold_s", "number", "length of the hold, s; empty where a reviewer made it: nobody measured it"
        ),
        *_JUDGEMENT,
        Column(
            "verdict", "text", "unreviewed, accepted, changed, added, or rejected (then it did not happen)"
        ),
        Column("changes", "list", "ids of the changes that made it what it is"),
    ),
)
CHANGES: Final = Table(
    "changes",
    "What reviewers did, in order.",
    (
        Column("change_id", "whole", "the change"),
        _SESSION,
        Column("at", "moment", "when"),
        Column("who", "text", "name of the reviewer"),
        Column("why", "text", "in the reviewer's words"),
        Column("type", "text", "what was done"),
        Column("in_force", "yes_no", "not undone"),
        Column("change", "json", "all of it"),
    ),
)
ANNOTATIONS: Final = Table(
    "annotations",
    "What a person says happened in a set, independently of the machine; the newest of a set is in force.",
    (
        Column("annotation_id", "whole", "the annotation"),
        _SET,
        _SESSION,
        Column("at", "moment", "when"),
        Column("who", "text", "name of the annotator"),
        Column("truth", "json", "content of a truth file, as `repose evaluate` reads it"),
    ),
)
UNMEASURED: Final = Table(
    "unmeasured",
    "Spans of a set in which the exercise could not be seen well enough.",
    (
        _SET,
        _SESSION,
        Column("start_s", "number", "begin, s"),
        Column("end_s", "number", "end, s"),
        Column("reason", "text", "why"),
    ),
)
RECORDINGS: Final = Table(
    "recordings",
    "The landmarks, in files: one for each set and counter, and for the time between.",
    (
        Column("file", "text", "in this export"),
        _SESSION,
        Column("set_id", "whole", "the set; empty between sets"),
        Column("first_s", "number", "first frame, s"),
        Column("last_s", "number", "last frame, s"),
        Column("frames", "whole", "number of frames"),
        Column("width", "whole", "of the picture, pixels"),
        Column("height", "whole", "of the picture, pixels"),
        Column("model", "text", "pose model"),
        Column("exercise", "text", "slug; empty between sets"),
        Column("side", "text", "prescribed side; empty between sets"),
        Column("calibration", "text", "file in this export with the thresholds; empty between sets"),
        Column("truth", "text", "truth file in this export; empty without an annotation"),
    ),
)

TABLES: Final = (
    PERSONS,
    PROGRAMMES,
    SESSIONS,
    SETS,
    REPS,
    EVENTS,
    CHANGES,
    ANNOTATIONS,
    UNMEASURED,
    RECORDINGS,
)


def person_rows(person: Person, prescriptions: Sequence[Prescription]) -> Iterator[tuple[Table, Row]]:
    """The rows of a person, without those of the sessions."""
    yield PERSONS, {"person_id": person.id, "name": person.name, "added_at": person.added_at}
    for one in prescriptions:
        for row in _programme(one.programme):
            yield PROGRAMMES, {"person_id": person.id, "session_id": None, "since": one.since} | row


def session_rows(session: KeptSession, video: str | None) -> Iterator[tuple[Table, Row]]:
    """The rows of a session, without those of its recordings.

    Args:
        session: it.
        video: file of its video in the export.
    """
    reviewed = review(session)
    yield SESSIONS, _session(session, reviewed) | {"video": video}
    if session.head.programme is not None:
        about = {
            "person_id": session.person.id,
            "session_id": session.id,
            "since": session.head.begun_at,
        }
        for row in _programme(session.head.programme):
            yield PROGRAMMES, about | row
    for one in session.sets:
        about = {"session_id": session.id, "set_id": one.id}
        yield SETS, about | _set(one) | {"signed_off": one.id in reviewed.signed_off}
        exercise = {"exercise": one.head.exercise}
        for kept in one.reps:
            yield REPS, about | exercise | _rep(kept)
        for span in one.state.unmeasured:
            yield UNMEASURED, about | {"start_s": span.start_s, "end_s": span.end_s, "reason": span.reason}
        for event in (
            *reviewed.of(one.id),
            *(event for event in reviewed.rejected if event.set_id == one.id),
        ):
            yield EVENTS, about | exercise | _event(event)
    for change in session.changes:
        yield (
            CHANGES,
            {
                "change_id": change.id,
                "session_id": session.id,
                "at": change.at,
                "who": change.who,
                "why": change.why,
                "type": change.change.get("type"),
                "in_force": change.id in reviewed.in_force,
                "change": change.change,
            },
        )
    for note in session.annotations:
        yield (
            ANNOTATIONS,
            {
                "annotation_id": note.id,
                "set_id": note.set_id,
                "session_id": session.id,
                "at": note.at,
                "who": note.who,
                "truth": note.truth,
            },
        )


def _session(session: KeptSession, reviewed: Reviewed) -> Row:
    head = session.head
    reps = [kept.rep for one in session.sets for kept in one.reps]
    complete = sum(rep.reason is None for rep in reps)
    right = sum(event.complete for event in reviewed.events)
    first_s, last_s = session.recorded_s or (None, None)
    return {
        "session_id": session.id,
        "person_id": session.person.id,
        "origin": head.origin.value,
        "purpose": head.purpose.value,
        "source": head.source,
        "begun_at": head.begun_at,
        "ended_at": session.ended_at,
        "model": head.model,
        "software": head.software,
        "recorded_from_s": first_s,
        "recorded_to_s": last_s,
        "reps": complete,
        "partials": len(reps) - complete,
        "reviewed_reps": right,
        "reviewed_partials": len(reviewed.events) - right,
        "changes": len(session.changes),
    }


def _programme(programme: Programme) -> Iterator[Row]:
    for position, item in enumerate(programme.items):
        yield {
            "position": position,
            "exercise": item.exercise,
            "sets": item.sets,
            "reps": item.reps,
            "hold_s": item.hold_s,
            "rest_s": item.rest_s,
            "sides": list(item.sides),
        }


def _set(one: KeptSet) -> Row:
    head, state = one.head, one.state
    return {
        "position": head.position,
        "exercise": head.exercise,
        "prescribed": head.prescribed,
        "number": head.number,
        "of": head.of,
        "target": head.target,
        "hold_s": head.hold_s,
        "begun_s": head.begun_s,
        "ended_s": state.ended_s,
        "skipped": state.skipped,
        "view": state.view,
        "fingerprint": head.thresholds.fingerprint,
        "thresholds": head.thresholds.model_dump(mode="json"),
        "profiles": [list(profile) for profile in head.profiles],
        "definition": None if head.definition is None else head.definition.model_dump(mode="json"),
        "counted_from": [repr(time_s) for time_s in state.counted_from],
    }


def _rep(kept: KeptRep) -> Row:
    rep = kept.rep
    return {
        "rep_id": kept.id,
        "side": rep.side,
        "start_s": rep.start_s,
        "peak_s": rep.peak_s,
        "end_s": rep.end_s,
        "hold_start_s": rep.hold_start_s,
        "hold_s": rep.hold_s,
        **{f"{name}_deg": _angle(rep.peak, name) for name in ANGLES},
        "excursion": rep.excursion,
        "confidence": rep.confidence,
        "decided_s": rep.decided_s,
        "complete": rep.reason is None,
        "reason": rep.reason,
        "faults": list(rep.faults),
    }


def _angle(peak: dict[str, float], name: str) -> float | None:
    """A joint angle at the end position, also where it was counted with the sign turned round."""
    turned = (of.sign * peak[signal] for signal, of in DERIVED.items() if of.angle == name and signal in peak)
    return peak[name] if name in peak else next(turned, None)


def _event(event: Event) -> Row:
    return {
        "event": event.key,
        "side": event.side,
        "start_s": event.start_s,
        "peak_s": event.peak_s,
        "end_s": event.end_s,
        "hold_s": event.hold_s,
        "complete": event.complete,
        "reason": event.reason,
        "faults": list(event.faults),
        "verdict": event.verdict,
        "changes": [str(number) for number in event.changes],
    }
