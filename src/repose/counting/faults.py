"""Form faults: what the evidence of a finished movement says against its limits."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from repose.counting.order import median, percentiles
from repose.exercises.definition import Exercise, Fault

if TYPE_CHECKING:
    from repose.counting.judge import Movement

REVERSAL_DEG = 8.0
"""Smallest turn back that is a reversal: twice the noise of the knee angle."""


START_TICKS = 5
"""Ticks at the begin of a movement whose median is how it started."""

SIDE_VIEW_DEG = 25.0
"""How far towards head or feet the camera may stand for heights to be heights: further off, a heel that
slides along the floor moves up or down on the picture."""


def find_faults(
    movement: "Movement", exercise: Exercise, low_deg: float | None, *, partial: bool
) -> tuple[str, ...]:
    """Names of the faults that the movement shows, in the order of the exercise's definition.

    Args:
        movement: a finished movement.
        exercise: its exercise, with the limits.
        low_deg: angle at the opposite end, for exercises with two ends.
        partial: whether it was no complete rep.
    """
    found = []
    aside = abs(median(movement.channel("trunk_depth"))) <= SIDE_VIEW_DEG
    for fault in exercise.definition.faults:
        if fault.on == ("reps" if partial else "partials") or (fault.from_side and not aside):
            continue
        value = _value(fault, movement, exercise, low_deg)
        limit = exercise.thresholds.faults[fault.name]
        too_little = fault.measure in ("duration", "hold")
        if value is not None and (value < limit if too_little else value > limit):
            found.append(fault.name)
    return tuple(found)


def _value(fault: Fault, movement: "Movement", exercise: Exercise, low_deg: float | None) -> float | None:
    """The evidence in the unit of the limit; None when there is none."""
    limits, hold = exercise.thresholds, movement.hold
    match fault.measure:
        case "duration":
            return movement.end_s - movement.start_s
        case "hold":
            return hold.hold_s
        case "reach":
            return limits.target_deg - hold.end_deg
        case "opposite_reach":
            if low_deg is None or limits.opposite_deg is None:
                return None
            return low_deg - limits.opposite_deg
        case "left_over":
            return float(movement.angle[-1]) - movement.rest_deg
        case "reversals":
            return float(max(len(turning_ticks(movement.angle)[0]) - 1, 0))
        case "drift" | "bounce":
            there = movement.angle[held_about(movement.lead)]
            return unsteadiness(fault.measure, there) if len(there) >= SHORTEST_HOLD_TICKS else None
    series = movement.channel(
        fault.channel or exercise.definition.signal,
        movement.other if fault.of == "other" else movement.working,
    )
    if fault.measure == "hold_above":
        return median(series[hold.within]) if hold.within.any() else None
    change = series - median(series[:START_TICKS])
    rise, fall = percentiles(change, 0.9)[0], percentiles(-change, 0.9)[0]
    return {"rise": rise, "fall": fall, "swing": max(rise, fall)}[fault.measure]


SHORTEST_HOLD_TICKS = 30
"""Ticks of a hold, 1.5 s, that can drift or bounce."""


_AWAY = 0.55
_WAY_TICKS = 16


def held_about(lead: NDArray[np.float64]) -> slice:
    """The ticks of a movement at its end position, held well or badly, without the ways there and back.

    They lie between the first and the last tick above a bit more than half of the peak, less 0.8 s for
    either way: not in the band of the hold, which ends where the drift to be judged begins.
    """
    away = np.flatnonzero(lead >= _AWAY * lead.max())
    return slice(int(away[0]) + _WAY_TICKS, max(int(away[-1]) + 1 - _WAY_TICKS, 0))


def is_over(lead: NDArray[np.float64]) -> bool:
    """Whether a movement so far has left its end position, so that `held_about` is what it will be."""
    return bool(lead[-1] < _AWAY * lead.max())


def unsteadiness(measure: str, held: NDArray[np.float64]) -> float:
    """Degrees of "drift" towards rest, or of "bounce" beside it, in (n,) angles that should be held."""
    tick = np.arange(len(held))
    slope, start = np.polyfit(tick, held, 1)
    if measure == "drift":
        return float(-slope * len(held))
    low, high = percentiles(held - (start + slope * tick), 0.1, 0.9)
    return high - low


def turning_ticks(angle: NDArray[np.float64]) -> tuple[list[int], bool]:
    """When (n,) angles are seen to have turned by more than `REVERSAL_DEG`, and whether they rise at last."""
    turns: list[int] = []
    extreme, rising = float(angle[0]), True
    for tick, value in enumerate(angle.tolist()):
        if (value > extreme) == rising:
            extreme = value
        elif abs(value - extreme) > REVERSAL_DEG:
            turns.append(tick)
            extreme, rising = value, not rising
    return turns, rising
