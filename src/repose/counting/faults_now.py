"""Form faults that show now, in a movement under way: what a coach says before the rep is over.

What `faults` finds in a finished movement shows here earlier, within a second of its appearing, as far as it
can be known then: speed, pause and reach cannot.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repose.counting.faults import (
    SHORTEST_HOLD_TICKS,
    SIDE_VIEW_DEG,
    START_TICKS,
    held_about,
    is_over,
    turning_ticks,
    unsteadiness,
)
from repose.counting.state import Point
from repose.exercises.definition import Exercise, Fault
from repose.kinematics.channels import COLUMN, SIDES

RECENT_TICKS = 9
"""Ticks, 0.4 s, whose median is how it is now."""

MOMENT_TICKS = 3
"""Ticks that say whether what has been there long enough still is."""

SECOND_TICKS = 20

GRASP_TICKS = 13
"""Ticks of a hold, 0.6 s, after which the hands must be where they belong: they arrive with the knee."""

LATELY_TICKS = 40
"""Two seconds, for which a turn too many is worth a word."""

STEADY_TICKS = 60
"""Three seconds: the least time from which a drift can be told while it goes on, and the time in which a
bouncing knee goes away and comes back. The moments in which the model mistakes the knees are shorter."""

BACK_SHARE = 0.5
"""Share of the way away that a bouncing knee has come back when it is known to bounce."""


@dataclass(frozen=True, slots=True, eq=False)
class UnderWay:
    """A movement so far.

    Attributes:
        time_s, lead, angle: (n,) as in `Point`.
        rows: n rows of channels.
        working, other: as in `Movement`, by what has happened so far.
    """

    time_s: NDArray[np.float64]
    lead: NDArray[np.float64]
    angle: NDArray[np.float64]
    rows: tuple[tuple[float, ...], ...]
    working: str
    other: str

    def channel(self, name: str, side: str) -> NDArray[np.float64]:
        """(n,) values of a channel, of one side if it has sides; of both sides' mean for "both"."""
        return channel(self.rows, name, side)


def channel(rows: tuple[tuple[float, ...], ...], name: str, side: str) -> NDArray[np.float64]:
    """(n,) values of a channel, of one side if it has sides; of both sides' mean for "both"."""
    if name in COLUMN:
        return _column(rows, name)
    if side in SIDES:
        return _column(rows, f"{name}.{side}")
    return (_column(rows, f"{name}.left") + _column(rows, f"{name}.right")) / 2


def _column(rows: tuple[tuple[float, ...], ...], name: str) -> NDArray[np.float64]:
    column = COLUMN[name]
    return np.array([row[column] for row in rows])


def find_faults_now(
    movement: UnderWay, held: NDArray[np.bool_] | None, exercise: Exercise, *, short: bool
) -> tuple[str, ...]:
    """Names of the faults that show now, in the order of the exercise's definition.

    Args:
        movement: so far.
        held: (n,) which ticks are of the latest hold; None before there is one.
        exercise: with the limits.
        short: whether the movement has not gone far enough for a rep.
    """
    return tuple(
        fault.name
        for fault in exercise.definition.faults
        if (fault.on != "partials" or (short and not _goes_on(movement.lead)))
        and _shows(fault, movement, held, exercise.thresholds.faults[fault.name], exercise)
        and (not fault.from_side or _aside(movement))
    )


def _aside(movement: UnderWay) -> bool:
    """Whether the camera sees heights."""
    return abs(float(np.median(movement.channel("trunk_depth", "both")))) <= SIDE_VIEW_DEG


def faults_at_rest(points: tuple[Point, ...], exercise: Exercise) -> tuple[str, ...]:
    """Names of the faults of partials that show although the working joint has not moved at all."""
    if len(points) < START_TICKS + RECENT_TICKS:
        return ()
    rows = tuple(point.row for point in points)
    return tuple(
        fault.name
        for fault in exercise.definition.faults
        if fault.on == "partials"
        and fault.measure == "rise"
        and _change(channel(rows, fault.channel or "", "both"), RECENT_TICKS)
        > exercise.thresholds.faults[fault.name]
    )


def _goes_on(lead: NDArray[np.float64]) -> bool:
    """Whether the movement is still growing."""
    before = lead[:-RECENT_TICKS]
    return len(before) == 0 or float(np.median(lead[-MOMENT_TICKS:])) > float(before.max()) + 0.02


def _shows(
    fault: Fault, movement: UnderWay, held: NDArray[np.bool_] | None, limit: float, exercise: Exercise
) -> bool:
    match fault.measure:
        case "rise" | "fall" | "swing":
            signs = {"rise": (1,), "fall": (-1,), "swing": (1, -1)}[fault.measure]
            name = fault.channel or exercise.definition.signal
            side = movement.other if fault.of == "other" else movement.working
            return any(_strays(movement.rows, name, side, sign, limit) for sign in signs)
        case "hold_above":
            name = fault.channel or exercise.definition.signal
            return held is not None and _held_above(movement, name, held, limit)
        case "drift" | "bounce":
            return _unsteady(fault.measure, movement, limit)
        case "reversals":
            return _turns_back(movement.angle, limit)
    return False


def _change(series: NDArray[np.float64], ticks: int) -> float:
    """How much more it is now than at the start."""
    return float(np.median(series[-ticks:]) - np.median(series[:START_TICKS]))


def _strays(rows: tuple[tuple[float, ...], ...], name: str, side: str, sign: int, limit: float) -> bool:
    """Whether a channel is beyond the limit from its start now: for a while, or often enough altogether."""
    if len(rows) < START_TICKS + RECENT_TICKS:
        return False
    ends = sign * channel(rows[:START_TICKS] + rows[-RECENT_TICKS:], name, side)
    if _change(ends, RECENT_TICKS) > limit:
        return True
    if _change(ends, MOMENT_TICKS) <= limit:
        return False
    series = sign * channel(rows, name, side)
    return float(np.percentile(series, 90) - np.median(series[:START_TICKS])) > limit


def _held_above(movement: UnderWay, name: str, held: NDArray[np.bool_], limit: float) -> bool:
    """Whether a channel is above the limit in the last second of a hold, or was in one just ended."""
    ticks = np.flatnonzero(held).tolist()
    ago = len(held) - 1 - ticks[-1]
    if ago > SECOND_TICKS // 2 or (ago == 0 and len(ticks) < GRASP_TICKS):
        return False
    if ago == 0:
        # When it is over, the hands may let go; then what they did all the time is what counts.
        ticks = ticks[-SECOND_TICKS:]
    rows = tuple(movement.rows[tick] for tick in ticks)
    return float(np.median(channel(rows, name, movement.working))) > limit


def _unsteady(measure: str, movement: UnderWay, limit: float) -> bool:
    """Whether the end position drifts or bounces, or did when it was left."""
    held = held_about(movement.lead)
    there = movement.angle[held]
    if is_over(movement.lead):
        return len(there) >= SHORTEST_HOLD_TICKS and unsteadiness(measure, there) > limit
    if measure == "drift":
        return len(there) >= STEADY_TICKS and _drifts(there, movement.angle[-MOMENT_TICKS:], limit)
    return _bounces(movement.angle[held.start :][-STEADY_TICKS:], limit)


def _drifts(there: NDArray[np.float64], now: NDArray[np.float64], limit: float) -> bool:
    """Whether the angle has drifted from where its hold began, and has not come back."""
    lost = float(np.median(there[:SECOND_TICKS]) - np.median(now))
    return lost > limit / 2 and unsteadiness("drift", there) > limit


def _bounces(lately: NDArray[np.float64], limit: float) -> bool:
    """Whether the angle has gone away from its end position and come back."""
    if len(lately) < STEADY_TICKS * 2 // 3:
        return False
    left = np.maximum.accumulate(lately) - lately
    right = np.maximum.accumulate(lately[::-1])[::-1] - lately
    low, high = np.percentile(lately, (10, 90))
    return bool(high - low > limit and np.minimum(left, right / BACK_SHARE).max() > limit)


def _turns_back(angle: NDArray[np.float64], limit: float) -> bool:
    """Whether the angle has turned too often, and lately."""
    turns, rising = turning_ticks(angle)
    # The one at the end position is none: if the angle rises, it is still to come.
    count = len(turns) if rising else len(turns) - 1
    return count > limit and len(angle) - turns[count - 1] <= LATELY_TICKS
