"""Keeps live sessions as they happen.

The keeper is shown all that a session comes to, before anybody else, and hands on what is new of it to be
written: each rep at once, and landmarks in chunks of about a second. What the store cannot take now is
written later, in the same order, while the session goes on.

Landmarks are kept of the poses that a counter of a set has seen, and of no others: not of a pause, a rest, or
the way to the mat. So counting a kept set anew gives the same reps, see `repose.sessions.recount`.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Final

import numpy as np

from repose.accounts.acting import Doing, acting, acting_now
from repose.coaching.programme import Programme
from repose.coaching.record import Progress, SetRecord
from repose.counting.result import Rep
from repose.errors import ReposeError
from repose.kinematics.view import seen_from
from repose.pose.landmarks import PoseTrack, joined
from repose.sessions.persons import usual_name
from repose.sessions.records import KeptSession, Origin, Purpose, Selection, SessionHead, SetHead, SetState
from repose.sessions.store import Store
from repose.sessions.writes import Writes

CHUNK_S: Final = 0.8
"""Landmarks that are kept together, at least: with the time that writing takes, no second is lost."""

LONGEST_CHUNK_S: Final = 10.0
"""What has been watched before the "begin" is kept in chunks of at most this."""

VIEWS: Final = 60
"""Looks, one for each chunk, after which it is settled from where a set is seen."""

MOST_WAITING: Final = 200_000_000
"""Bytes of landmarks that wait for a store that cannot take them: an hour and three quarters of them. Further
ones are left out, while reps still wait, so that a long trouble does not fill the memory."""

DELETED: Final = "this session was deleted while it ran; a new one is saved again"

_NOTHING: Final = Progress(time_s=0.0, running=False, records=(), paused=False, watched_from_s=None)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of a live session when it is started.

    Attributes:
        person: name of who exercises; "" for who exercised last.
        programme: what is to be done; None to find out how far the person can go.
        prescribe: whether that is the person's programme from now on.
        source, model, software: as in `SessionHead`.
    """

    person: str
    programme: Programme | None
    prescribe: bool
    source: str
    model: str
    software: dict[str, str]


@dataclass
class _Place:
    """Where in the store a session is. Written to by the thread that writes, and by no other."""

    session: str | None = None
    sets: dict[int, int] = field(default_factory=dict)
    deleted: bool = False


@dataclass
class _Known:
    """What is known of a set, and what of it was handed on: its state and so many reps."""

    record: SetRecord
    state: SetState
    reps: int = 0
    view: str | None = None
    looks: list[PoseTrack] = field(default_factory=list)


class Keeper:
    """Keeps one live session after the other; all but `Writes` happens in the thread that calls it."""

    def __init__(
        self,
        store: Store,
        writes: Writes | None = None,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Make a keeper.

        Args:
            store: where to.
            writes: does the writing.
            wall: the time of day.
        """
        self._store = store
        self._writes = writes or Writes()
        self._wall = wall
        self._begin_session: Callable[[_Place], None] | None = None
        self._who = replace(acting_now(), doing=Doing.EDIT)
        self._keeping = False
        self._place = _Place()
        self._last = _NOTHING
        self._known: dict[int, _Known] = {}
        self._poses: list[PoseTrack] = []
        self._chunk: list[PoseTrack] = []
        self._collected_s = -np.inf
        self._left_out_s = 0.0
        self._since: tuple[datetime, float | None] | None = None

    # What is known.

    @property
    def session_id(self) -> str | None:
        """The session under way, or the last one; None before its first set."""
        return self._place.session

    @property
    def unsaved(self) -> str | None:
        """Why what happens is not being saved, and what to do; None while all is well."""
        if self._place.deleted and self._writes.trouble is None:
            return DELETED
        minutes = np.ceil(self._left_out_s / 60)
        lost = (
            f"the body's points of {minutes:.0f} min were left out: there was no more room" if minutes else ""
        )
        return "; ".join(each for each in (self._writes.trouble, lost) if each) or None

    @property
    def kept(self) -> bool:
        """Whether the session under way is in the store, as far as it has come."""
        return self._place.session is not None and not self._place.deleted

    # What is done with it.

    def begin(self, beginning: Beginning) -> None:
        """A session was started. It is kept from its first set on; the one before is over."""
        self._take_over(_Place())
        begun_at = self._wall()
        self._since = (begun_at, None)

        def person_id() -> str:
            return self._store.person_named(beginning.person or usual_name(self._store)).id

        def arrive(_: _Place) -> None:
            person = person_id()
            if beginning.prescribe and beginning.programme is not None:
                self._store.prescribe(person, beginning.programme, begun_at)

        def begin_session(place: _Place) -> None:
            head = SessionHead(
                person_id=person_id(),
                origin=Origin.LIVE,
                source=beginning.source,
                begun_at=begun_at,
                programme=beginning.programme,
                model=beginning.model,
                software=beginning.software,
                purpose=Purpose.CALIBRATION if beginning.programme is None else Purpose.EXERCISE,
            )
            place.session = self._store.begin_session(head)

        self._put(arrive)
        self._begin_session = begin_session

    def go_on(self, kept: KeptSession, records: tuple[SetRecord, ...]) -> None:
        """An interrupted session was taken up again, with these sets."""
        self._take_over(_Place(kept.id, {one.head.position: one.id for one in kept.sets}))
        # A clock that was set back meanwhile does not have it end before it began.
        self._since = (max(self._wall(), kept.head.begun_at), None)
        self._last = replace(self._last, records=records)
        self._known = {
            one.head.position: _Known(records[one.head.position], one.state, len(one.reps), one.state.view)
            for one in kept.sets
        }
        for index, known in self._known.items():
            self._tell(index, known)

    def keep(self, progress: Progress, track: PoseTrack | None = None) -> None:
        """Keep what is new of the session.

        When this returns, new reps are on the disk, unless the store has trouble.

        Args:
            progress: what the session has come to.
            track: the poses that it was shown just now; None if none.
        """
        if not self._keeping:
            return
        if self._since is not None and self._since[1] is None:
            self._since = (self._since[0], progress.time_s)
        if track is not None and len(track.time_s):
            self._poses.append(track)
        before = self._last.records
        new_reps = False
        for index, record in enumerate(progress.records):
            if record.begun and not (index < len(before) and record is before[index]):
                new_reps |= self._note(index, record)
        self._last = progress
        self._forget(progress.watched_from_s)
        if self._chunk and (progress.watched_from_s is None or self._chunk_s() >= CHUNK_S):
            self._flush()
        if not progress.running:
            self._end()
        if new_reps or not progress.running:
            self._writes.settle()

    def keep_video(self, name: str) -> None:
        """A video of the session is kept under this name."""
        self._put(lambda place: self._store.keep_video(_there(place.session), name))

    def settle(self) -> bool:
        """Wait until all is written, but not for long; whether it is."""
        return self._writes.settle()

    def close(self) -> bool:
        """End with what there is; the session under way stays open, to be gone on with.

        Returns:
            Whether all of it is written.
        """
        if self._keeping:
            self._flush()
        self._keeping = False
        return self._writes.close()

    # Sets and reps.

    def _note(self, index: int, record: SetRecord) -> bool:
        """Hand on what is new of a set; whether there are reps among it."""
        if index not in self._known:
            self._begin_set(index, record)
        known = self._known[index]
        known.record = record
        self._collect(record)
        reps = record.done[known.reps :]
        counters = len(record.watched) != len(known.state.counted_from)
        if reps or counters or record.ended_s != known.state.ended_s:
            self._flush()  # the evidence before what it is evidence of
        for rep in reps:
            self._put(partial(self._keep_rep, index, rep))
        known.reps += len(reps)
        return bool(reps)

    def _begin_set(self, index: int, record: SetRecord) -> None:
        if self._begin_session is not None:
            self._put(self._begin_session)
            self._begin_session = None
        head, state = _head(index, record), _state(record, None)

        def begin(place: _Place) -> None:
            place.sets[index] = self._store.begin_set(_there(place.session), head, state)

        self._put(begin)
        for known in self._known.values():
            known.looks.clear()  # what they are for is settled
        self._known[index] = _Known(record, state)

    def _tell(self, index: int, known: _Known) -> None:
        """Hand on the state of a set, if it has changed."""
        state = _state(known.record, known.view)
        if state != known.state:
            known.state = state
            self._put(lambda place: self._store.update_set(place.sets[index], state))

    def _end(self) -> None:
        """The session is over: so are its sets."""
        self._flush()
        for index, known in self._known.items():
            known.record = known.record.ended(self._last.time_s)
            self._tell(index, known)
        if self._known:
            at = self._now()
            self._put(lambda place: self._store.end_session(_there(place.session), at))
        self._keeping = False

    def _now(self) -> datetime:
        """The time of day by the session's own clock: that of the machine may have been set meanwhile."""
        at, from_s = self._since or (self._wall(), None)
        if from_s is None:
            return at
        return at + timedelta(seconds=self._last.time_s - from_s)

    def _take_over(self, place: _Place) -> None:
        """Keep another session from now on."""
        if self._keeping:
            self._end()
        self._keeping, self._place, self._begin_session = True, place, None
        # What is read is read in order to keep the session.
        self._who = replace(acting_now(), doing=Doing.EDIT)
        self._last = _NOTHING
        self._known, self._poses, self._chunk, self._collected_s = {}, [], [], -np.inf
        self._left_out_s = 0.0

    # Landmarks.

    def _collect(self, record: SetRecord) -> None:
        """Take the poses that a counter of this set has seen since the last time."""
        for watched in record.watched:
            if watched.last_s > self._collected_s:
                after_s = max(watched.first_s, np.nextafter(self._collected_s, np.inf))
                parts = (between(track, after_s, watched.last_s) for track in self._poses)
                self._chunk += [part for part in parts if len(part.time_s)]
                self._collected_s = watched.last_s

    def _forget(self, watched_from_s: float | None) -> None:
        """Only what the counter at work has seen may still be of use."""
        from_s = np.inf if watched_from_s is None else max(watched_from_s, self._collected_s)
        self._poses = [track for track in self._poses if track.time_s[-1] >= from_s]

    def _chunk_s(self) -> float:
        return float(self._chunk[-1].time_s[-1] - self._chunk[0].time_s[0]) if self._chunk else 0.0

    def _flush(self) -> None:
        """Hand on the landmarks so far, and what has become known of their set."""
        chunk, self._chunk = self._chunk, []
        for track in _chunks(chunk):
            size = track.points.nbytes
            if self._writes.size + size > MOST_WAITING:
                self._left_out_s += track.duration_s
            else:
                self._put(partial(self._keep_landmarks, track), size)
        if not self._known:
            return
        index = max(self._known)
        known = self._known[index]
        if chunk and len(known.looks) < VIEWS:
            known.looks.append(chunk[len(chunk) // 2])
            points = np.concatenate([look.points for look in known.looks])
            standing = not known.record.exercise.definition.lying
            known.view = seen_from(points, chunk[0].frame_size, standing=standing) or known.view
        self._tell(index, known)

    # Writing.

    def _keep_rep(self, index: int, rep: Rep, place: _Place) -> None:
        self._store.keep_rep(place.sets[index], rep)

    def _keep_landmarks(self, track: PoseTrack, place: _Place) -> None:
        self._store.keep_landmarks(_there(place.session), track)

    def _put(self, write: Callable[[_Place], object], size: int = 0) -> None:
        """Have something written about the session under way, unless it has been deleted meanwhile."""
        place, who = self._place, self._who

        def attempt() -> None:
            if place.deleted:
                return
            with acting(who):
                try:
                    write(place)
                except ReposeError:
                    session = place.session
                    if session is None or self._store.sessions(Selection(ids=(session,))):
                        raise
                    place.deleted = True
                    _log.warning("the session was deleted while it ran")

        self._writes.put(attempt, size)


def between(track: PoseTrack, first_s: float, last_s: float) -> PoseTrack:
    """The poses from one time up to and with another."""
    left, right = np.searchsorted(track.time_s, first_s), np.searchsorted(track.time_s, last_s, "right")
    return track.part(slice(int(left), int(right)))


def _chunks(tracks: list[PoseTrack]) -> Iterator[PoseTrack]:
    """Tracks in order, as pieces that are not too long and of one frame size and one pose model each."""
    if not tracks:
        return
    begin_s = float(tracks[0].time_s[0])

    def kind(track: PoseTrack) -> tuple[object, ...]:
        return track.frame_size, track.model, int((track.time_s[0] - begin_s) // LONGEST_CHUNK_S)

    for _, some in groupby(tracks, kind):
        yield joined(list(some))


def _there(session: str | None) -> str:
    if session is None:
        raise ValueError("nothing can be kept of a session that was not begun")
    return session


def _head(index: int, record: SetRecord) -> SetHead:
    planned = record.planned
    return SetHead(
        position=index,
        exercise=planned.exercise,
        prescribed=planned.side,
        number=planned.number,
        of=planned.of,
        target=planned.reps,
        hold_s=planned.hold_s,
        begun_s=record.begun_s or 0.0,
        thresholds=record.exercise.thresholds,
        profiles=record.exercise.profiles,
        definition=record.exercise.own_definition,
    )


def _state(record: SetRecord, view: str | None) -> SetState:
    return SetState(
        ended_s=record.ended_s,
        skipped=record.skipped,
        counted_from=tuple(watched.first_s for watched in record.watched),
        unmeasured=record.unmeasured,
        view=view,
    )
