"""Kept sessions for tests: the puppet exercises, the counter counts, and the store keeps it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from repose.calibration.thresholds import Thresholds
from repose.coaching.programme import Item, Programme
from repose.counting.counter import Counter
from repose.counting.result import CountResult, Side
from repose.exercises import Exercise, load_exercise
from repose.pose.landmarks import PoseTrack
from repose.sessions.records import Origin, SessionHead, SetHead, SetState
from repose.sessions.sql_store import SqlStore
from repose.sessions.store import Store
from tests.puppet import Doing, perform
from tests.puppet.damage import lost, picked, shifted

BEGUN_AT: Final = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)

SOFTWARE: Final = {"repose": "0.1.0", "mediapipe": "0.10.33", "model_sha256": "5134a3aa"}

SHORT: Final = 0.45
"""Share of the range of a movement that is a partial in every exercise."""

BETWEEN_S: Final = 3.0
"""Time between two sets in which nothing is recorded."""


def kept_store(folder: Path) -> SqlStore:
    """An empty store on SQLite, with its videos beside it."""
    return SqlStore(str(folder / "repose.db"), folder / "videos")


@cache
def played(
    slug: str, side: Side, reps: int, partials: int, hold_s: float, tempo_s: float, rate: float
) -> PoseTrack:
    """The landmarks of one set: its reps, then movements that go half the way; lying still without either."""
    shares = (1.0,) * reps + (SHORT,) * partials
    settle_s = 2.0 if shares else 5.0
    doing = Doing(
        slug, side, reps=len(shares), share=shares, hold_s=hold_s, tempo_s=tempo_s, settle_s=settle_s
    )
    return perform(doing).film(rate)


def counted(track: PoseTrack, exercise: Exercise, side: Side) -> CountResult:
    """What the machine counts in it."""
    counter = Counter(exercise, track.frame_size, side)
    counter.push(track)
    counter.finish()
    return counter.result()


def a_session(
    store: Store,
    person: str = "Ada",
    exercise: str = "heel-slides",
    reps: int = 3,
    partials: int = 1,
    begun_at: datetime = BEGUN_AT,
    *,
    sides: Sequence[Side] = ("left",),
    sets: int = 1,
    hold_s: float = 0.5,
    tempo_s: float = 4.0,
    origin: Origin = Origin.LIVE,
    source: str = "camera 0",
    model: str = "full",
    software: dict[str, str] | None = None,
    thresholds: Thresholds | None = None,
    target: int | None = 10,
    view: str | None = "from the side",
    video: str | None = None,
    ended: bool = True,
    unseen_s: tuple[float, float] | None = None,
    recorded: bool = True,
    rate: float = 30.0,
) -> str:
    """Keep a session and give its id.

    Args:
        store: where.
        person: who exercises; added if need be.
        exercise: slug.
        reps, partials: of each set; first the reps.
        begun_at: when it began.
        sides: a round of sets for each.
        sets: number of sets for each side.
        hold_s: how long each end position is held; what is prescribed is the exercise's usual dose.
        tempo_s: seconds a rep, without its hold; heel slides of 1.2 s with a hold of 0.2 s are too fast.
        origin, source, model, software, view, video: as in the records.
        thresholds: in force; None for the defaults.
        target: reps that were to be done in each set; None for a saved video.
        ended: whether session and last set were ended, or the program was killed.
        unseen_s: from when to when in each set nobody was seen.
        recorded: whether the landmarks are kept.
        rate: poses a second.
    """
    counts = load_exercise(exercise)
    if thresholds is not None:
        counts = replace_thresholds(counts, thresholds)
    live = origin is Origin.LIVE
    dose_s = counts.definition.dose.hold_s
    programme = Programme(items=(Item(exercise=exercise, sets=sets, reps=target or 10, hold_s=dose_s),))
    head = SessionHead(
        person_id=store.person_named(person).id,
        origin=origin,
        source=source,
        begun_at=begun_at,
        programme=programme if live else None,
        model=model,
        software=SOFTWARE if software is None else software,
    )
    session = store.begin_session(head)
    if video is not None:
        store.keep_video(session, video)
    at_s, position = 0.0, 0
    rounds = [(side, number) for side in sides for number in range(1, sets + 1)]
    for side, number in rounds:
        track = shifted(played(exercise, side, reps, partials, hold_s, tempo_s, rate), at_s)
        if unseen_s is not None:
            track = lost(track, at_s + unseen_s[0], at_s + unseen_s[1])
        result = counted(track, counts, side)
        first_s, last_s = float(track.time_s[0]), float(track.time_s[-1])
        of_set = SetHead(
            position=position,
            exercise=exercise,
            prescribed=side,
            number=number,
            of=sets,
            target=target,
            hold_s=dose_s if live else 0.0,
            begun_s=first_s,
            thresholds=counts.thresholds,
        )
        state = SetState(counted_from=(first_s,), unmeasured=result.unmeasured, view=view)
        kept = store.begin_set(session, of_set, state)
        for rep in sorted((*result.reps, *result.partials), key=lambda rep: rep.decided_s):
            store.keep_rep(kept, rep)
        if recorded:
            keep(store, session, replace(track, model=model, software=head.software, source=source))
        at_s, position = last_s + BETWEEN_S, position + 1
        if ended or position < len(rounds):
            store.update_set(kept, replace(state, ended_s=last_s))
    if ended:
        store.end_session(session, begun_at + timedelta(seconds=at_s))
    return session


def keep(store: Store, session: str, track: PoseTrack, chunk_s: float = 1.0) -> None:
    """Keep landmarks in chunks, as a running session does."""
    place = np.floor((track.time_s - track.time_s[0]) / chunk_s)
    for one in np.unique(place):
        store.keep_landmarks(session, picked(track, place == one))


def replace_thresholds(exercise: Exercise, thresholds: Thresholds) -> Exercise:
    """The exercise with other numbers in force."""
    return Exercise(definition=exercise.definition, thresholds=thresholds)
