"""What the tests of the store keep."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from repose.coaching.programme import usual_programme
from repose.counting.result import Rep
from repose.exercises import load_exercise
from repose.pose.landmarks import COLUMNS, LANDMARKS, PoseTrack
from repose.sessions.records import Origin, SessionHead, SetHead, SetState
from repose.sessions.store import Store

NOON: Final = datetime(2027, 3, 1, 12, tzinfo=UTC)

SOFTWARE: Final = {"repose": "0.1.0", "mediapipe": "0.10.33", "model_sha256": "5134a3aa"}


def a_head(person_id: str, **other: Any) -> SessionHead:
    head = SessionHead(person_id, Origin.LIVE, "camera 0", NOON, usual_programme(), "full", SOFTWARE)
    return replace(head, **other)


def a_set_head(position: int = 0, exercise: str = "heel-slides", **other: Any) -> SetHead:
    thresholds = load_exercise(exercise).thresholds
    return replace(SetHead(position, exercise, "left", 1, 1, 10, 0.0, 1.5, thresholds), **other)


def a_rep(end_s: float = 5.0, **other: Any) -> Rep:
    peak = {"knee_flexion": 95.25, "hip_flexion": 41.0}
    return replace(
        Rep("left", end_s - 3, end_s - 2, end_s, end_s - 2.2, 0.4, peak, 0.97, 0.9, ("too_fast",), end_s),
        **other,
    )


def a_track(frames: int = 30, start_s: float = 0.0, seed: int = 0, **other: Any) -> PoseTrack:
    """Any bits at all, as in recordings: NaN with payload, both zeros, frames without a body."""
    rng = np.random.default_rng(seed)
    shape = (frames, len(LANDMARKS), len(COLUMNS))
    points = rng.integers(0, 2**32, shape, dtype=np.uint32).view(np.float32)
    points[rng.random(frames) < 0.2] = np.nan
    track = PoseTrack(
        time_s=start_s + np.arange(frames) / 30,
        points=points,
        light=rng.random(frames, np.float32),
        frame_size=(640, 352),
        source="camera 0",
        model="full",
        software=SOFTWARE,
    )
    return replace(track, **other)


def a_session(store: Store, person: str = "Ada", *, reps: int = 1, **head: Any) -> str:
    """Keep a session of one set with some reps and two seconds of landmarks."""
    session_id = store.begin_session(a_head(store.person_named(person).id, **head))
    set_id = store.begin_set(session_id, a_set_head(), SetState())
    for number in range(reps):
        store.keep_rep(set_id, a_rep(5.0 + 4 * number))
    store.keep_landmarks(session_id, a_track(30, 0.0))
    store.keep_landmarks(session_id, a_track(30, 1.0, seed=1))
    return session_id


def same_bits(one: PoseTrack, other: PoseTrack) -> bool:
    arrays = ("time_s", "points", "light")
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in arrays) and (
        (one.frame_size, one.source, one.model, one.software)
        == (other.frame_size, other.source, other.model, other.software)
    )
