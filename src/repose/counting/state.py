"""What the state machine sees, remembers and says."""

from dataclasses import dataclass
from typing import NamedTuple

from repose.counting.result import Phase, Rep, Side


@dataclass(frozen=True, slots=True)
class Sample:
    """One tick as the machine sees it.

    Attributes:
        time_s: capture time.
        row: smoothed channels, as in `repose.kinematics.channels.COLUMNS`; None where not measured.
    """

    time_s: float
    row: tuple[float, ...] | None


class Point(NamedTuple):
    """One tick of a movement.

    Attributes:
        time_s: capture time.
        lead: share of the range of whichever side is further from its rest, signed.
        angle: degrees of that side's signal.
        shares: the share of each side, in the order of `Machine.sides`.
        row: all channels.
    """

    time_s: float
    lead: float
    angle: float
    shares: tuple[float, ...]
    row: tuple[float, ...]


@dataclass
class State:
    """The memory of the machine between two ticks.

    The machine never changes a state that it was given, only its own copy, and all that a state holds is
    immutable: so states can be kept and gone back to. (A frozen dataclass would say so itself, but making
    a new one for every change takes four fifths of the time of counting.)

    Attributes:
        phase: where in a rep the person is.
        rests: the own rest angle of each side; None until it has been seen still at rest.
        rested: the latest still angles at rest of each side, newest last.
        recent: the latest points at rest, so that a movement can be traced back to its onset.
        moving: the points of the movement under way, from its onset; empty at rest.
        latest: the latest angles of each side, newest last, for telling whether it is still.
        high, low: largest and smallest share of the movement under way.
        last_end: which of both came last, 1 or -1.
        trough: share nearest to rest since the last movement ended.
        since_s: earliest time at which the next movement can have begun.
        neutral_s: for two ends: since when the movement has been back at rest between them.
        best: shares of the latest complete reps, for the person's own usual range.
        seen_s: time of the last measured tick; None after a break.
        wrong_s: since when the posture has been another one; None while it is right.
        view: slowly following estimate of the camera's direction, degrees.
        view_good: whether the exercise can be seen from there.
        hip: where the hips were, for noticing that the model jumped to another body.
        point: the latest measured point; None while not in position.
        leading: index of the side that it follows.
        rough: how much each side of a pair shakes, degrees.
        shakes: ticks that went into it.
        clear: how far the pair's share stands out of the shaking.
        side: of the latest complete rep.
    """

    phase: Phase = Phase.NOT_MEASURED
    rests: tuple[float | None, ...] = ()
    rested: tuple[tuple[float, ...], ...] = ()
    latest: tuple[tuple[float, ...], ...] = ()
    recent: tuple[Point, ...] = ()
    moving: tuple[Point, ...] = ()
    high: float = 0.0
    low: float = 0.0
    last_end: int = 1
    trough: float = 0.0
    since_s: float = 0.0
    neutral_s: float | None = None
    best: tuple[float, ...] = ()
    seen_s: float | None = None
    wrong_s: float | None = None
    view: float | None = None
    view_good: bool = True
    hip: tuple[float, float] | None = None
    point: Point | None = None
    leading: int = 0
    rough: tuple[float, ...] = ()
    shakes: int = 0
    clear: float = 0.0
    side: Side | None = None

    def copy(self) -> "State":
        """The same memory, to be changed."""
        twin = State.__new__(State)
        twin.__dict__.update(self.__dict__)
        return twin


@dataclass(frozen=True, slots=True)
class Counted:
    """A movement is over: a complete rep, or a partial when it has a reason."""

    rep: Rep


Event = Counted
