"""What a session gives out: words to be spoken, tones to be played, and what the page shows.

All times are capture times in seconds, on the session's clock.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

from repose.counting.result import Phase, Rep, Side


class Urgency(IntEnum):
    """Which of several things is said first."""

    CHAT = 0
    """Encouragement, what comes next."""
    CUE = 1
    """What to do or mend now."""
    COUNT = 2
    """The number of a rep, seconds of a hold."""
    FLOW = 3
    """Begin, rest, change sides, done."""
    TROUBLE = 4
    """The view is lost, the camera is gone."""


@dataclass(frozen=True, slots=True)
class Say:
    """Something to be spoken.

    Attributes:
        time_s: when.
        text: in plain words.
        urgency: the most urgent is said first.
        topic: a newer utterance of the same topic takes the place of one that still waits.
        lasts_s: after this many seconds it is no longer worth saying.
    """

    time_s: float
    text: str
    urgency: Urgency
    topic: str
    lasts_s: float = 4.0


ToneName = Literal["rep", "partial", "tick", "hold_reached", "begin", "set_done", "session_done", "trouble"]


@dataclass(frozen=True, slots=True)
class Tone:
    """A short sound."""

    time_s: float
    name: ToneName


@dataclass(frozen=True, slots=True)
class Done:
    """A rep, or a partial with its reason, was counted in a set."""

    time_s: float
    exercise: str
    set_index: int
    rep: Rep


Output = Say | Tone | Done


class Stage(StrEnum):
    """Where in a session we are."""

    IDLE = "idle"
    """No session yet: choose a programme."""
    WELCOME = "welcome"
    """Intended use, and to stop if it hurts."""
    PLACING = "placing"
    """The camera must see enough of the person."""
    POSITIONING = "positioning"
    """The person takes the start position and keeps it."""
    COUNTDOWN = "countdown"
    WORKING = "working"
    RESTING = "resting"
    DONE = "done"
    """The summary."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be right before the exercise can be seen.

    Attributes:
        name: "body", "framed", "distance", "side_view", "level", "light" or "alone".
        ok: whether it is right; None while it cannot be told.
        text: what it is about, such as "Whole body in the picture".
        advice: what to change, to be spoken; "" when it is right.
    """

    name: str
    ok: bool | None
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Gauge:
    """The working angle against its target, in excursions: 0 is rest, 1 the whole range.

    Attributes:
        value: now; None where not measured.
        low, high: ends of the scale.
        zones: (from, to) of each target zone.
        angle_deg: the working angle, to be written beside it.
    """

    value: float | None
    low: float
    high: float
    zones: tuple[tuple[float, float], ...]
    angle_deg: float | None


@dataclass(frozen=True, slots=True)
class HoldView:
    """The hold of the rep under way.

    Attributes:
        held_s: what counts of it so far.
        target_s: the dose.
        running: whether the timer runs now.
    """

    held_s: float
    target_s: float
    running: bool


@dataclass(frozen=True, slots=True)
class SetView:
    """One set of the plan and what was done of it.

    Attributes:
        exercise, name: slug, and the name for people.
        side: the prescribed one.
        number, of: which set of how many of this exercise and side.
        reps, target: complete reps, and the dose.
        partials: number of partials.
        held_s: the hold of each complete rep.
        hold_target_s: the dose; 0 for no hold.
        faults: (text, how many reps) of each form fault, the most frequent first.
        not_measured_s: seconds that could not be seen.
        skipped: whether it was left out or cut short.
    """

    exercise: str
    name: str
    side: Side
    number: int
    of: int
    reps: int
    target: int
    partials: int
    held_s: tuple[float, ...]
    hold_target_s: float
    faults: tuple[tuple[str, int], ...]
    not_measured_s: float
    skipped: bool


@dataclass(frozen=True, slots=True)
class FoundThreshold:
    """A threshold that follows from a range.

    Attributes:
        key: dotted, without the exercise: "left.target_deg".
        before: what is in force; None where nothing is.
        after: what is proposed.
        text: why, in a sentence or two.
    """

    key: str
    before: float | None
    after: float
    text: str


@dataclass(frozen=True, slots=True)
class FoundRange:
    """What came of finding a range. The picture of it is at `/range.svg`.

    Attributes:
        exercise, name: slug, and the name for people.
        side: that was to move.
        proposed: whether thresholds are proposed; else nothing could be found.
        text: what was found, or why nothing.
        advice: what to do then; "" where something is proposed.
        thresholds: that are proposed. Nothing is saved by it.
    """

    exercise: str
    name: str
    side: Side
    proposed: bool
    text: str
    advice: str
    thresholds: tuple[FoundThreshold, ...]


@dataclass(frozen=True, slots=True)
class View:
    """All that a page needs to show of a session.

    Attributes:
        time_s: of the latest picture.
        stage: where in the session we are.
        paused: why it is paused, in a short sentence; None while it is not.
        can_resume: whether the pause ends by command; else it ends by itself.
        sets: the plan, with what was done.
        current: index of the current or coming set in `sets`; None without one.
        position: the start position in words.
        phase: where in a rep the person is.
        working_side: the side that moves, if any.
        joint: the working joint: "knee", "hip", "ankle", "trunk"; None without an exercise.
        gauge, hold: of the working angle.
        cue: the one thing to do now, in few words.
        next: what comes then.
        advice: what to change to be seen; None when all is well.
        seen: how well the person is seen, 0 to 1.
        checks: the placement checks.
        left_s: seconds left of the countdown or rest.
        finding: whether the session is to find out how far the person can go; its reps are tries then.
        found: what came of that; None before.
    """

    time_s: float = 0.0
    stage: Stage = Stage.IDLE
    paused: str | None = None
    can_resume: bool = False
    sets: tuple[SetView, ...] = ()
    current: int | None = None
    position: str = ""
    phase: Phase = Phase.NOT_MEASURED
    working_side: str | None = None
    joint: str | None = None
    gauge: Gauge | None = None
    hold: HoldView | None = None
    cue: str = ""
    next: str = ""
    advice: str | None = None
    seen: float = 0.0
    checks: tuple[Check, ...] = ()
    left_s: float | None = None
    finding: bool = False
    found: FoundRange | None = None
