"""A video or recording that was counted, kept as a session of one set."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import numpy as np

from repose.counting.machine import Prescribed
from repose.counting.result import CountResult
from repose.errors import ReposeError
from repose.exercises import Exercise
from repose.kinematics.view import seen_from
from repose.pose.landmarks import PoseTrack
from repose.sessions.persons import usual_name
from repose.sessions.records import Origin, SessionHead, SetHead, SetState
from repose.sessions.store import Store

CHUNK_S: Final = 1.0
"""Landmarks that are kept together."""


def save_count(
    store: Store,
    result: CountResult,
    track: PoseTrack,
    exercise: Exercise,
    side: Prescribed,
    *,
    source: str,
    person: str = "",
) -> str:
    """Keep what was counted; all of it, or nothing.

    Args:
        store: where.
        result: the count.
        track: the landmarks that it was made from.
        exercise: with the thresholds that were in force.
        side: the one that was prescribed.
        source: name of the video, without folders.
        person: name of who is seen; "" for who exercised last.

    Returns:
        The id of the session.

    Raises:
        ReposeError: the store cannot be used, or the name is none.
    """
    now = datetime.now(UTC)
    session = store.begin_session(
        SessionHead(
            person_id=store.person_named(person or usual_name(store)).id,
            origin=Origin.VIDEO,
            source=source,
            begun_at=now,
            programme=None,
            model=track.model,
            software=track.software,
        )
    )
    try:
        _fill(store, session, result, track, exercise, side)
        store.end_session(session, datetime.now(UTC))
    except BaseException:
        with suppress(ReposeError):
            store.delete_session(session)
        raise
    return session


def _fill(
    store: Store, session: str, result: CountResult, track: PoseTrack, exercise: Exercise, side: Prescribed
) -> None:
    times = track.time_s
    head = SetHead(
        position=0,
        exercise=exercise.slug,
        prescribed=side,
        number=1,
        of=1,
        target=None,
        hold_s=0.0,
        begun_s=0.0,
        thresholds=exercise.thresholds,
        profiles=exercise.profiles,
        definition=exercise.own_definition,
    )
    state = SetState(
        ended_s=float(times[-1]) if len(times) else 0.0,
        counted_from=(float(times[0]),) if len(times) else (),
        unmeasured=result.unmeasured,
        view=seen_from(track.points, track.frame_size, standing=not exercise.definition.lying),
    )
    of_set = store.begin_set(session, head, state)
    for rep in sorted((*result.reps, *result.partials), key=lambda rep: rep.decided_s):
        store.keep_rep(of_set, rep)
    if len(times) == 0:
        return
    pieces = np.floor((times - times[0]) / CHUNK_S)
    for begin, end in zip(*_edges(pieces), strict=True):
        store.keep_landmarks(session, track.part(slice(begin, end)))


def _edges(pieces: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[list[int], list[int]]:
    """Where equal numbers begin and end."""
    cuts = [0, *(np.flatnonzero(np.diff(pieces)) + 1).tolist(), len(pieces)]
    return cuts[:-1], cuts[1:]
