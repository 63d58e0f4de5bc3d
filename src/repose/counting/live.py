"""What can be said of a movement while it is under way: its hold, and the faults that show now.

All of it follows from the `State` alone, so it does not matter how often anybody asks.
"""

from dataclasses import dataclass

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

SHORTEST_TICKS = 7
"""What was near its end for less than 0.3 s may be passing it."""

LONGEST_PASSAGE_S = 3.0
"""A movement that takes longer through the band of a hold cannot be told from holding."""

PASSING = 0.9
"""How far, in half widths of the band, the angle rises from the first to the last third of a time in the band
that is no hold but a movement on its way: evenly it rises by 1.3, stopping at the end by less."""


@dataclass(frozen=True, slots=True)
class Live:
    """What shows now.

    Attributes:
        hold_s: the hold that runs; if none does, the longest of this movement: the one that counts.
        hold_running: whether a hold runs.
        faults: names of the form faults that show now, in the order of the exercise's definition.
    """

    hold_s: float = 0.0
    hold_running: bool = False
    faults: tuple[str, ...] = ()


class Watch:
    """The rules of one exercise for movements under way; holds no memory."""

    def __init__(self, exercise: Exercise, prescribed: str) -> None:
        self._exercise = exercise
        self._limits = exercise.thresholds
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
        far_enough = self._exercise.definition.ends == 2 or self._judge.far_enough(
            movement.lead, movement.working, state.best
        )
        hold_s, running, latest = _hold_now(movement, self._right(movement), self._limits, now_s)
        if not far_enough:
            hold_s, running = 0.0, False
        if state.point is None:
            return Live(hold_s, running)
        faults = find_faults_now(movement, latest, self._exercise, short=not far_enough)
        return Live(hold_s, running, faults)

    def _under_way(self, state: State) -> UnderWay:
        times, leads, angles, shares, rows = zip(*state.moving, strict=True)
        lead = np.array(leads)
        working = self._judge.working(lead, np.array(shares), state.rests)
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
        definition = self._exercise.definition
        right = np.ones(len(movement.lead), np.bool_)
        for guard in definition.guards:
            for side in SIDES if definition.sides == "pair" else (movement.working,):
                if guard.needs == "at_least":
                    right &= movement.channel(guard.channel, side) >= self._limits.guards[guard.name]
                elif guard.needs == "at_most":
                    right &= movement.channel(guard.channel, side) <= self._limits.guards[guard.name]
        return right


def _hold_now(
    movement: UnderWay, right: NDArray[np.bool_], limits: Thresholds, now_s: float
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
    while len(angle) - first >= SHORTEST_TICKS:
        end = find_end(angle[first:], rest_deg, limits)
        if end is None:
            break
        holds = find_holds(time_s[first:], end, limits, right[first:])
        back = float(np.median(end.steady[-3:])) < end.deg - end.band_deg
        held = [hold for hold in holds if back or not _passing(hold, end.steady, end.band_deg)]
        if not first:
            counted = held
        if held and held[-1] is holds[-1]:
            latest = np.concatenate([np.zeros(first, np.bool_), held[-1].within])
            if _age(time_s, latest, now_s) <= limits.hold_dropout_s + TICK_S:
                return held[-1].hold_s, True, latest
        beyond = end.steady > end.deg + end.band_deg
        if not beyond[-1]:
            break
        first += int(np.flatnonzero(~beyond)[-1]) + 1
    return max((hold.hold_s for hold in counted), default=0.0), False, latest


def _age(time_s: NDArray[np.float64], within: NDArray[np.bool_], now_s: float) -> float:
    """Seconds since a hold was last seen to go on; the clock runs behind the frames while all is well."""
    last_s = float(time_s[within][-1])
    return now_s - last_s - (LOOKAHEAD_S if within[-1] else 0.0)


def _passing(hold: Hold, steady: NDArray[np.float64], band_deg: float) -> bool:
    """Whether the angle only passes the band on its way up."""
    ticks = steady[hold.within]
    if len(ticks) < SHORTEST_TICKS:
        return True
    if hold.hold_s > LONGEST_PASSAGE_S:
        return False
    third = len(ticks) // 3
    return float(np.median(ticks[-third:]) - np.median(ticks[:third])) > PASSING * band_deg
