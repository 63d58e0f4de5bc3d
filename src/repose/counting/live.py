"""What can be said of a movement while it is under way: its hold, and the faults that show now.

All of it follows from the `State` alone, so it does not matter how often anybody asks.
"""

from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from repose.calibration.thresholds import Thresholds
from repose.counting.faults_now import UnderWay, faults_at_rest, find_faults_now
from repose.counting.hold import Hold, find_end, find_holds
from repose.counting.judge import Judge
from repose.counting.result import Phase
from repose.counting.state import State
from repose.exercises import Exercise
from repose.kinematics.channels import SIDES
from repose.kinematics.clock import LOOKAHEAD_S, TICK_S

STANDING_TICKS = 6
STANDING = 0.4
"""A hold has begun when the angle rises by no more than this share of the band's half width within 0.3 s. A
movement on its way that takes less than 1.5 s through the band does not, and a slower one cannot be told from
holding."""

NEW_TICKS = 12
"""Ticks, 0.6 s, after which a position beyond the end position is a new one rather than a moment's swing."""


@dataclass(frozen=True, slots=True)
class Live:
    """What shows now.

    Attributes:
        hold_s: the hold that runs; if none does, the longest of this movement: the one that counts.
        hold_running: whether a hold runs.
        short: whether the movement under way has not gone far enough for a rep yet.
        faults: names of the form faults that show now, in the order of the exercise's definition.
    """

    hold_s: float = 0.0
    hold_running: bool = False
    short: bool = False
    faults: tuple[str, ...] = ()


class Watch:
    """The rules of one exercise for movements under way; holds no memory."""

    def __init__(self, exercise: Exercise, prescribed: str) -> None:
        self._exercise = exercise
        # Whether one of a pair or both are at work is decided when the movement is over.
        one = exercise.definition.sides == "one"
        self._on = {side: exercise.on(side if one else "both") for side in (*SIDES, "both")}
        self._judge = Judge(exercise, prescribed)

    def look(self, state: State, now_s: float) -> Live:
        """What shows in a state.

        Args:
            state: of the machine.
            now_s: time of the latest frame, seen or not.
        """
        if not state.moving:
            waits = state.phase is Phase.REST and state.recent
            return Live(faults=faults_at_rest(state.recent, self._exercise)) if waits else Live()
        movement = self._under_way(state)
        exercise = self._on[movement.working]
        short = exercise.definition.ends == 1 and not self._judge.far_enough(
            movement.lead, movement.working, state.best
        )
        seen = state.point is not None
        # The clock runs behind the frames; who held when last seen, holds.
        held_until_s = movement.time_s[-1] + (LOOKAHEAD_S if seen else 0.0)
        hold_s, running, latest = _hold_now(
            movement, self._right(movement), exercise.thresholds, now_s, float(held_until_s)
        )
        if short:
            hold_s, running, latest = 0.0, False, None
        faults = find_faults_now(movement, latest, exercise, short=short) if seen else ()
        return Live(hold_s, running, short, faults)

    def _under_way(self, state: State) -> UnderWay:
        times, leads, angles, shares, rows = zip(*state.moving, strict=True)
        lead = np.array(leads)
        sides = np.fromiter(chain.from_iterable(shares), np.float64).reshape(len(lead), -1)
        working = self._judge.working(lead, sides, state.rests)
        return UnderWay(
            time_s=np.array(times),
            lead=lead,
            angle=np.array(angles),
            rows=rows,
            working=working,
            other=SIDES[1 - SIDES.index(working)] if working in SIDES else working,
        )

    def _right(self, movement: UnderWay) -> NDArray[np.bool_]:
        """(n,) whether all but the working angle is as it must be at the end position."""
        definition, limits = self._exercise.definition, self._exercise.thresholds
        right = np.ones(len(movement.lead), np.bool_)
        for guard in definition.guards:
            for side in SIDES if definition.sides == "pair" else (movement.working,):
                if guard.needs == "at_least":
                    right &= movement.channel(guard.channel, side) >= limits.guards[guard.name]
                elif guard.needs == "at_most":
                    right &= movement.channel(guard.channel, side) <= limits.guards[guard.name]
        return right


def _hold_now(
    movement: UnderWay, right: NDArray[np.bool_], limits: Thresholds, now_s: float, held_until_s: float
) -> tuple[float, bool, NDArray[np.bool_] | None]:
    """The seconds to show, whether they run, and (n,) which ticks are of the latest hold, if there is one.

    `find_hold` knows the end position only when the movement is over. Until then it is where the person has
    been most of the time; but somebody who has gone clearly further than that, and stays there, holds a new
    one already.
    """
    time_s, angle, rest_deg = movement.time_s, movement.angle, float(movement.angle[0])
    counted: list[Hold] = []
    latest = None
    first = 0
    while len(angle) - first > NEW_TICKS:
        end = find_end(angle[first:], rest_deg, limits)
        if end is None:
            break
        holds = find_holds(time_s[first:], end, limits, right[first:])
        begun = [hold for hold in holds if _stands(end.steady[hold.within], end.band_deg)]
        if not first:
            # On the way back, what was passed is what counts if nothing was held.
            counted = holds if end.steady[-1] < end.deg - end.band_deg else begun
        if begun and begun[-1] is holds[-1]:
            latest = np.concatenate([np.zeros(first, np.bool_), begun[-1].within])
            left_s = held_until_s if latest[-1] else float(time_s[latest][-1])
            if now_s - left_s <= limits.hold_dropout_s + TICK_S:
                return begun[-1].hold_s, True, latest
        beyond = end.steady > end.deg + end.band_deg
        if not beyond[-1]:
            break
        first += int(np.flatnonzero(~beyond)[-1]) + 1
    return max((hold.hold_s for hold in counted), default=0.0), False, latest


def _stands(held: NDArray[np.float64], band_deg: float) -> bool:
    """Whether angles in the band stand at some time, rather than pass it on their way up."""
    rises = held[STANDING_TICKS:] - held[:-STANDING_TICKS]
    return bool((rises <= STANDING * band_deg).any())
