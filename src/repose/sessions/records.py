"""What is kept of a session, as data. Nothing here knows a database.

Times of day are aware datetimes in UTC. Times within a session (`*_s`) are capture seconds on the session's
own clock: the clock of its recording, of its sets and of its reps.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from repose.calibration.thresholds import Thresholds
from repose.coaching.programme import Programme
from repose.counting.machine import Prescribed
from repose.counting.result import Rep, Unmeasured
from repose.errors import NotThereError
from repose.exercises import Definition, Exercise
from repose.exercises.load import known_as

LONGEST_NAME: Final = 200
"""Characters of a name or pseudonym."""

USUAL_PERSON: Final = "Me"
"""Who exercises where nobody is named."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who exercises: a name or pseudonym, no more."""

    id: str
    name: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Prescription:
    """A programme as it was prescribed from a moment on; the newest one of a person is in force."""

    since: datetime
    programme: Programme


class Origin(StrEnum):
    """Where a session came from."""

    LIVE = "live"
    VIDEO = "video"
    """A video or recording that was counted and saved."""


class Purpose(StrEnum):
    """What a session was for."""

    EXERCISE = "exercise"
    CALIBRATION = "calibration"
    """The person showed how far they can go; it counts for no day and no trend."""


@dataclass(frozen=True, slots=True)
class SessionHead:
    """What is known of a session when it begins.

    Attributes:
        person_id: who exercises.
        origin: live, or a file.
        source: file name or camera; never a full path.
        begun_at: when it began; of a saved video, when it was counted.
        programme: what was to be done; None for a saved video, and for a calibration.
        model: name of the pose model at the begin.
        software: versions and model hash in force, as in `PoseTrack`.
        video: file name of the video in the videos folder; None unless it was asked for.
        purpose: what it was for.
    """

    person_id: str
    origin: Origin
    source: str
    begun_at: datetime
    programme: Programme | None
    model: str
    software: dict[str, str]
    video: str | None = None
    purpose: Purpose = Purpose.EXERCISE


@dataclass(frozen=True, slots=True)
class SetHead:
    """What is known of a set when it begins.

    Attributes:
        position: index in the session, from 0.
        exercise: slug.
        prescribed: the side that was prescribed; "auto" where nobody said.
        number, of: which set of how many of this exercise and side, from 1.
        target: reps to be done; None where there was no dose.
        hold_s: dose of the hold; 0 for no hold.
        begun_s: when "begin" was said; 0 for a video.
        thresholds: in force.
        profiles: name and revision of the profiles that they came from, besides the defaults.
        definition: of an exercise that is not of the programme, which may have been changed since; None for
            those of the programme.
    """

    position: int
    exercise: str
    prescribed: Prescribed
    number: int
    of: int
    target: int | None
    hold_s: float
    begun_s: float
    thresholds: Thresholds
    profiles: tuple[tuple[str, int], ...] = ()
    definition: Definition | None = None

    @property
    def counted_by(self) -> Exercise:
        """The exercise that the set is counted by.

        Raises:
            NotThereError: it is not of the programme, and what it was is not kept.
        """
        if self.what is None:
            raise NotThereError(f"what the exercise {self.exercise!r} was is not known here any more")
        return Exercise(definition=self.what, thresholds=self.thresholds, profiles=self.profiles)

    @property
    def what(self) -> Definition | None:
        """The exercise as it was then; None if that is not known any more."""
        return self.definition or known_as(self.exercise)


@dataclass(frozen=True, slots=True)
class SetState:
    """What becomes known of a set while it is done.

    Attributes:
        ended_s: when it was over; None while it is not, or if the program was killed in it.
        skipped: whether it was left out or cut short.
        counted_from: capture times of the first pose of each counter that counted it, in order. Counting the
            recording anew from each of them up to the next gives the same reps.
        unmeasured: spans that could not be seen, in order, not overlapping.
        view: from where the camera saw the person, in words; None while unknown.
    """

    ended_s: float | None = None
    skipped: bool = False
    counted_from: tuple[float, ...] = ()
    unmeasured: tuple[Unmeasured, ...] = ()
    view: str | None = None


@dataclass(frozen=True, slots=True)
class KeptRep:
    """A rep, or a partial with its reason, as the machine counted it; it is never changed."""

    id: int
    rep: Rep


@dataclass(frozen=True, slots=True)
class KeptSet:
    """One set and what the machine counted in it: reps and partials, in order of their decision."""

    id: int
    head: SetHead
    state: SetState
    reps: tuple[KeptRep, ...]


@dataclass(frozen=True, slots=True)
class KeptChange:
    """What a reviewer did to a session: `change` is one of `repose.review.changes`, as JSON."""

    id: int
    at: datetime
    who: str
    why: str
    change: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a person says happened in a set, independently of the machine: a truth file's content."""

    id: int
    set_id: int
    at: datetime
    who: str
    truth: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """One line of a list of sessions.

    Attributes:
        id: of the session.
        person: who exercised.
        head: as it began.
        ended_at: when it ended; None while it runs, or if the program was killed.
        exercises: slugs, in the order in which they were done.
        sets: sets that were begun.
        reps, partials: as the machine counted them.
        changes: number of a reviewer's changes.
    """

    id: str
    person: Person
    head: SessionHead
    ended_at: datetime | None
    exercises: tuple[str, ...]
    sets: int
    reps: int
    partials: int
    changes: int


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A whole session, but for its landmarks.

    Attributes:
        id, person, head, ended_at: as in `SessionEntry`.
        sets: those that were begun, in order.
        changes: a reviewer's, in the order in which they were made.
        annotations: in the order in which they were made; the newest of a set is in force.
        recorded_s: first and last capture time of the landmarks; None where there are none (any more).
    """

    id: str
    person: Person
    head: SessionHead
    ended_at: datetime | None
    sets: tuple[KeptSet, ...]
    changes: tuple[KeptChange, ...]
    annotations: tuple[Annotation, ...]
    recorded_s: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sessions; None is all of them.

    Attributes:
        person_id: of this person.
        exercise: in which this exercise was done.
        since, until: begun from the first, and before the second.
        ids: one of these.
        recorded: whether landmarks or a video of it are kept.
        purpose: what it was for.
    """

    person_id: str | None = None
    exercise: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    ids: tuple[str, ...] | None = None
    recorded: bool | None = None
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion removed, counted after it was verified that nothing of it is left.

    Attributes:
        sessions, reps, chunks: rows; of reps with the partials.
        videos: files.
        traces: where else it may still be found, a sentence each: copies from before an update.
    """

    sessions: int = 0
    reps: int = 0
    chunks: int = 0
    videos: int = 0
    traces: tuple[str, ...] = ()

    def __add__(self, other: "Deleted") -> "Deleted":
        """What two deletions removed together."""
        return Deleted(
            self.sessions + other.sessions,
            self.reps + other.reps,
            self.chunks + other.chunks,
            self.videos + other.videos,
            tuple(dict.fromkeys(self.traces + other.traces)),
        )
