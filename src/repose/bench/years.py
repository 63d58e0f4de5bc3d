"""Years of made-up sessions for many persons, to measure how a full database behaves.

What is done is the usual programme, day after day; how far, how long and how often something goes wrong is
drawn at random, from a seed. The landmarks of a few sessions are those of a given recording, repeated.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import DeclarativeBase

from repose.calibration.thresholds import Thresholds
from repose.coaching.programme import PlannedSet, plan, usual_programme
from repose.errors import ReposeError
from repose.exercises import Definition, load_exercise
from repose.exercises.load import programme
from repose.pose.landmarks import PoseTrack
from repose.sessions.chunks import pack
from repose.sessions.database import connect
from repose.sessions.records import Purpose
from repose.sessions.tables import (
    ChangeRow,
    ChunkRow,
    PersonRow,
    PrescriptionRow,
    RepRow,
    SessionRow,
    SetRow,
    new_id,
)

END: Final = datetime(2026, 11, 22, 9, tzinfo=UTC)
"""The last day; the seed and this make everything."""

DAY_OF_REST: Final = 0.015
"""Share of days without a session."""

PARTIALS: Final = 0.3
"""Partials a set."""

ROUGH: Final = {
    "ankle_dorsiflexion": (18.0, 2.6),
    "knee_flexion": (95.0, 3.6),
    "hip_flexion": (112.0, 24.0),
    "trunk_extension": (22.0, 4.5),
}
"""By signal: degrees at the end position, and seconds a rep."""

HOLDS_S: Final = {"knee-to-chest": 20.0, "backwards-stretch": 1.5}
USUAL_HOLD_S: Final = 0.6
SESSIONS_AT_ONCE: Final = 100

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to make.

    Attributes:
        persons: how many.
        days: how many each exercises, but for days of rest.
        signed_off: share of the sessions whose sets were all signed off; of each tenth of those, a rep was
            rejected, and of each tenth a fault taken away.
        recorded: how many of the latest sessions keep their landmarks.
        seed: of all chance.
    """

    persons: int
    days: int
    signed_off: float
    recorded: int
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Made:
    """What was made.

    Attributes:
        sessions, sets, reps: how many.
        recorded_s: length of all landmarks.
        recorded_bytes: size of all landmarks.
    """

    sessions: int
    sets: int
    reps: int
    recorded_s: float
    recorded_bytes: int


def make_years(
    address: str, wanted: Wanted, recording: PoseTrack, on_session: Callable[[int, int], None]
) -> Made:
    """Fill a new database.

    Args:
        address: of a database that is up to date and holds no sessions.
        wanted: what to make.
        recording: landmarks to be repeated.
        on_session: told how many sessions of about how many are made.

    Raises:
        ReposeError: the database holds sessions already.
    """
    engine = connect(address)
    rng = random.Random(wanted.seed)  # noqa: S311 - no secret
    expected = round(wanted.persons * wanted.days * (1 - DAY_OF_REST))
    total = Made(0, 0, 0, 0.0, 0)
    try:
        with engine.begin() as connection:
            if connection.scalar(select(func.count()).select_from(SessionRow)):
                raise ReposeError(f"{address}: holds sessions already; name a new file")
        numbers = _Numbers(count(1), count(1))
        for _ in range(wanted.persons):
            maker = _Maker(rng, numbers, wanted)
            sessions = list(maker.sessions())
            for start in range(0, len(sessions), SESSIONS_AT_ONCE):
                some = sessions[start : start + SESSIONS_AT_ONCE]
                with engine.begin() as connection:
                    if start == 0:
                        _insert(connection, PersonRow, [maker.person])
                        _insert(connection, PrescriptionRow, [maker.prescription])
                    made = _keep(connection, some)
                total = replace(
                    total,
                    sessions=total.sessions + len(some),
                    sets=total.sets + made[0],
                    reps=total.reps + made[1],
                )
                on_session(total.sessions, expected)
        with engine.begin() as connection:
            recorded_s, recorded_bytes = _record(connection, recording, wanted.recorded)
        return replace(total, recorded_s=recorded_s, recorded_bytes=recorded_bytes)
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The next keys of sets and of reps."""

    sets: Iterator[int]
    reps: Iterator[int]


@dataclass(frozen=True, slots=True)
class _Session:
    row: Row
    sets: list[Row]
    reps: list[Row]
    changes: list[Row]


class _Maker:
    """One person's years."""

    def __init__(self, rng: random.Random, numbers: _Numbers, wanted: Wanted) -> None:
        self._rng = rng
        self._numbers = numbers
        self._wanted = wanted
        self._plan = plan(usual_programme())
        self._programme = usual_programme().model_dump(mode="json")
        self._thresholds = {slug: load_exercise(slug).thresholds for slug in programme()}
        self._own = {
            (slug, side): rng.gauss(0, 6) for slug in programme() for side in ("left", "right", "both")
        }
        begun_at = END - timedelta(days=wanted.days)
        self.person: Row = {
            "id": new_id(),
            "name": f"P{rng.getrandbits(32):08x}",
            "added_at": begun_at,
        }
        self.prescription: Row = {
            "person_id": self.person["id"],
            "since": begun_at,
            "programme": self._programme,
        }

    def sessions(self) -> Iterator[_Session]:
        """Day by day."""
        for day in range(self._wanted.days):
            if self._rng.random() >= DAY_OF_REST:
                at = END - timedelta(days=self._wanted.days - 1 - day, minutes=self._rng.randrange(240))
                yield self._session(at, day / self._wanted.days)

    def _session(self, begun_at: datetime, progress: float) -> _Session:
        made = _Session(
            row={
                "id": new_id(),
                "person_id": self.person["id"],
                "origin": "live",
                "source": "camera 0",
                "begun_at": begun_at,
                "programme": self._programme,
                "model": "full",
                "software": {"repose": "0.1.0", "mediapipe": "0.10.33", "made_by": "repose bench years"},
                "video": None,
                "purpose": Purpose.EXERCISE.value,
            },
            sets=[],
            reps=[],
            changes=[],
        )
        off = self._rng.gauss(0, 2.5)
        at_s = 20.0
        for position, planned in enumerate(self._plan):
            at_s = self._set(made, position, planned, at_s, off + 8 * progress) + planned.rest_s
        made.row["ended_at"] = begun_at + timedelta(seconds=at_s)
        if self._rng.random() < self._wanted.signed_off:
            self._sign_off(made)
        return made

    def _set(self, made: _Session, position: int, planned: PlannedSet, at_s: float, off: float) -> float:
        """Add a set; gives when it was over."""
        rng = self._rng
        set_id = next(self._numbers.sets)
        definition = programme()[planned.exercise]
        thresholds: Thresholds = self._thresholds[planned.exercise]
        begun_s = at_s
        at_s += 2.0
        events = [True] * planned.reps
        for _ in range(int(rng.random() < PARTIALS)):
            events.insert(rng.randrange(len(events) + 1), False)
        for complete in events:
            rep = self._rep(set_id, definition, planned, at_s, complete, off)
            made.reps.append(rep)
            at_s = rep["end_s"] + rng.uniform(0.3, 1.2)
        unseen_s = rng.uniform(0.5, 4) if rng.random() < 0.1 else 0.0
        made.sets.append(
            {
                "id": set_id,
                "session_id": made.row["id"],
                "position": position,
                "exercise": planned.exercise,
                "prescribed": planned.side,
                "number": planned.number,
                "of": planned.of,
                "target": planned.reps,
                "hold_s": planned.hold_s,
                "begun_s": begun_s,
                "thresholds": thresholds.model_dump(mode="json"),
                "fingerprint": thresholds.fingerprint,
                "profiles": [],
                "definition": None,
                "ended_s": at_s,
                "skipped": False,
                "counted_from": [begun_s],
                "unmeasured": [[begun_s, begun_s + unseen_s, "not seen well enough"]] if unseen_s else [],
                "view": rng.choice(("from the side", "from the side, towards the head")),
            }
        )
        return at_s

    def _rep(
        self,
        set_id: int,
        definition: Definition,
        planned: PlannedSet,
        at_s: float,
        complete: bool,
        off: float,
    ) -> Row:
        rng = self._rng
        degrees, seconds = ROUGH[definition.signal]
        angle = degrees + off + self._own[planned.exercise, planned.side] + rng.gauss(0, 3)
        hold_s = abs(rng.gauss(HOLDS_S.get(planned.exercise, USUAL_HOLD_S), 0.3))
        length_s = max(seconds, hold_s + 1.5) + abs(rng.gauss(0, 0.4))
        faults = [rng.choice(definition.faults).name] if rng.random() < 0.08 else []
        return {
            "id": next(self._numbers.reps),
            "set_id": set_id,
            "side": planned.side,
            "start_s": at_s,
            "peak_s": at_s + length_s / 2,
            "end_s": at_s + length_s,
            "hold_start_s": at_s + (length_s - hold_s) / 2,
            "hold_s": hold_s,
            "peak": {name: angle + rng.gauss(0, 1) * k for k, name in enumerate(definition.peak)},
            "angle_deg": angle,
            "excursion": rng.uniform(0.85, 1.1) if complete else rng.uniform(0.3, 0.6),
            "confidence": rng.uniform(0.6, 1.0),
            "faults": faults,
            "decided_s": at_s + length_s,
            "reason": None if complete else "range_not_full",
        }

    def _sign_off(self, made: _Session) -> None:
        changes: list[Row] = []
        for one in made.sets:
            mine = [rep for rep in made.reps if rep["set_id"] == one["id"]]
            if self._rng.random() < 0.1:
                wrong = self._rng.choice(mine)
                changes.append({"type": "reject", "event": f"m{wrong['id']}"})
            if self._rng.random() < 0.1 and (faulty := [rep for rep in mine if rep["faults"]]):
                changes.append({"type": "faults", "event": f"m{faulty[0]['id']}", "faults": []})
            changes.append({"type": "sign_off", "set_id": one["id"]})
        made.changes.extend(
            {
                "session_id": made.row["id"],
                "at": made.row["ended_at"],
                "who": "R",
                "why": "",
                "change": change,
            }
            for change in changes
        )


def _keep(connection: Connection, sessions: list[_Session]) -> tuple[int, int]:
    sets = [row for one in sessions for row in one.sets]
    reps = [row for one in sessions for row in one.reps]
    _insert(connection, SessionRow, [one.row for one in sessions])
    _insert(connection, SetRow, sets)
    _insert(connection, RepRow, reps)
    _insert(connection, ChangeRow, [row for one in sessions for row in one.changes])
    return len(sets), len(reps)


def _record(connection: Connection, recording: PoseTrack, sessions: int) -> tuple[float, int]:
    """Give the latest sessions landmarks for the whole of their length; the seconds and bytes in all."""
    begun_s = float(recording.time_s[0])
    length_s = float(recording.time_s[-1]) - begun_s + float(np.median(np.diff(recording.time_s)))
    seconds = np.floor(recording.time_s - begun_s)
    pieces = []
    for second in np.unique(seconds):
        track = recording.part(seconds == second)
        pieces.append((float(track.time_s[0]) - begun_s, float(track.time_s[-1]) - begun_s, track))
    recorded_s, recorded_bytes = 0.0, 0
    newest = select(SessionRow).order_by(SessionRow.begun_at.desc()).limit(sessions)
    for row in connection.execute(newest).all():
        last_s = (row.ended_at - row.begun_at).total_seconds()
        chunks: list[Row] = []
        for turn in range(int(last_s // length_s)):
            shift_s = turn * length_s
            for first, last, track in pieces:
                data = pack(replace(track, time_s=track.time_s - begun_s + shift_s))
                chunks.append(
                    {
                        "session_id": row.id,
                        "first_s": first + shift_s,
                        "last_s": last + shift_s,
                        "width": track.frame_size[0],
                        "height": track.frame_size[1],
                        "model": track.model,
                        "software": track.software,
                        "data": data,
                    }
                )
                recorded_bytes += len(data)
        recorded_s += int(last_s // length_s) * length_s
        _insert(connection, ChunkRow, chunks)
    return recorded_s, recorded_bytes


def _insert(connection: Connection, table: type[DeclarativeBase], rows: list[Row]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def database_bytes(path: Path) -> int:
    """Size of a SQLite database with what was not yet written back into it."""
    return sum(
        file.stat().st_size
        for suffix in ("", "-wal")
        if (file := path.with_name(path.name + suffix)).exists()
    )
