"""Counting the same poses by one draft of thresholds after the other, while somebody drags a line.

Where movements begin and end is one thing, what they are is another: most thresholds decide the second alone.
The machine's way through the poses is then kept, and its movements are judged again, by the same judge. The
reps are those of `repose.counting.replay.count_prepared`, to the last bit.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from repose.counting.judge import Judge
from repose.counting.machine import RESETTLE_TICKS, Machine, Prescribed
from repose.counting.replay import Prepared
from repose.counting.rests import STILL_TICKS
from repose.counting.result import Phase, Rep
from repose.counting.state import Point, State
from repose.exercises import Exercise
from repose.kinematics.channels import SIDES
from repose.kinematics.quality import Sight

JUDGING: Final = (
    "complete_share",
    "one_side_share",
    "own_best_share",
    "partial_share",
    "shortest_rep_s",
    "hold_deg",
    "hold_share",
    "hold_dropout_s",
    "hold_least_s",
)
"""Thresholds that only the judge reads, besides those of guards and faults. The machine asks for one of them,
`complete_share`, where a leg comes to rest on its way: see `Way.same_way`."""

WAYS: Final = 3
"""Ways that are kept: that of what is saved, and of the latest drafts."""

Floats = NDArray[np.float64]


class Closed(NamedTuple):
    """A movement that was over, as the judge was asked about it.

    Attributes:
        points: its ticks.
        decided_s: when it was over.
        reason: why it was cut short, if it was.
        rests: the own rest of each side then.
        since_s: since when the person had been settling; None if a movement came before.
    """

    points: tuple[Point, ...]
    decided_s: float
    reason: str | None
    rests: tuple[float | None, ...]
    since_s: float | None


class Halt(NamedTuple):
    """A leg lay still on its way, for so long that it would be its new rest if it had not gone far enough."""

    leading: int
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The machine's way through the poses of one set.

    Attributes:
        closed: the movements, in order.
        halts: where `complete_share` was asked for, or would have been under another one.
        complete: that share of each side, by which the way was gone.
        time_s, angle, excursion: (m,) as in `Trace`.
        at_rest: (m,) whether the person rested.
    """

    closed: tuple[Closed, ...]
    halts: tuple[Halt, ...]
    complete: tuple[float, ...]
    time_s: Floats
    angle: Floats
    excursion: Floats
    at_rest: NDArray[np.bool_]

    def same_way(self, complete: tuple[float, ...]) -> bool:
        """Whether the way would be the same under another `complete_share` of each side."""
        return all(
            (halt.high < self.complete[halt.leading]) == (halt.high < complete[halt.leading])
            for halt in self.halts
        )


class Replay:
    """The poses of one set, to be counted again and again. May be used from any thread."""

    def __init__(self, prepared: Prepared, prescribed: Prescribed = "auto") -> None:
        """Take the poses, measured, and the prescribed side."""
        self._prepared = prepared
        self._prescribed = prescribed
        self._lock = Lock()
        self._ways: OrderedDict[str, Way] = OrderedDict()

    def count(self, exercise: Exercise) -> tuple[tuple[Rep, ...], Way]:
        """Reps and partials in order of their decision, and the machine's way to them."""
        way = self._way(exercise)
        found = tuple(_judged(way, exercise, self._prescribed))
        complete = [rep for rep in found if rep.reason is None]
        partials = [rep for rep in found if rep.reason is not None]
        return tuple(sorted((*complete, *partials), key=lambda rep: rep.decided_s)), way

    def _way(self, exercise: Exercise) -> Way:
        key = _way_key(exercise)
        walker = _Walker(exercise, self._prescribed)
        with self._lock:
            known = self._ways.get(key)
            if known is not None and known.same_way(walker.complete):
                self._ways.move_to_end(key)
                return known
        way = walker.walk(self._prepared)
        with self._lock:
            self._ways[key] = way
            self._ways.move_to_end(key)
            while len(self._ways) > WAYS:
                self._ways.popitem(last=False)
        return way


def _way_key(exercise: Exercise) -> str:
    """The same for exercises under which the machine goes the same way, but for `Way.same_way`."""
    numbers = exercise.thresholds.model_dump()
    for table in (numbers, *(numbers[side] for side in SIDES if numbers[side])):
        for name in (*JUDGING, "guards", "faults"):
            table.pop(name, None)
    # A side of its own that says nothing of the way is as none.
    for side in SIDES:
        own = numbers.pop(side) or {}
        numbers[side] = {name: number for name, number in own.items() if number is not None}
    return f"{exercise.definition.model_dump_json()} {numbers}"


def _judged(way: Way, exercise: Exercise, prescribed: Prescribed) -> list[Rep]:
    """What the movements of a way are, by the thresholds of an exercise."""
    judge = Judge(exercise, prescribed)
    memory = State()
    found = []
    for closed in way.closed:
        memory.rests = closed.rests
        if closed.since_s is not None:
            memory.since_s = closed.since_s
        rep = judge.judge(closed.points, closed.decided_s, memory, closed.reason)
        if rep is None:
            continue
        # As `Machine` remembers a rep.
        memory.since_s = rep.end_s
        if rep.reason is None:
            memory.best = (*memory.best[-4:], rep.excursion)
            memory.side = rep.side
        found.append(rep)
    return found


class _Noting(Judge):
    """Notes what it is asked about, and judges nothing: no way depends on what a movement was."""

    def __init__(self, exercise: Exercise, prescribed: Prescribed) -> None:
        super().__init__(exercise, prescribed)
        self.closed: list[Closed] = []
        self._since_s: float | None = None

    def judge(
        self, points: tuple[Point, ...], decided_s: float, state: State, reason: str | None
    ) -> Rep | None:
        """Note a movement."""
        settled = state.since_s is not self._since_s
        self._since_s = state.since_s
        self.closed.append(Closed(points, decided_s, reason, state.rests, state.since_s if settled else None))
        return None


class _Walker(Machine):
    """The machine, which notes its way instead of judging."""

    def __init__(self, exercise: Exercise, prescribed: Prescribed) -> None:
        super().__init__(exercise, prescribed)
        self._noting = _Noting(exercise, prescribed)
        self._judge = self._noting
        self._halts: dict[Halt, None] = {}
        self.complete = tuple(limits.complete_share for limits in self._on)

    def walk(self, prepared: Prepared) -> Way:
        """Go through the poses of a set, as `Tally.run` does."""
        state = self.start()
        angles: list[float] = []
        shares: list[float] = []
        at_rest: list[bool] = []
        good = int(Sight.GOOD)
        for time_s, row, why in zip(prepared.times_s, prepared.rows, prepared.sight, strict=True):
            # Nobody else has this state, so it need not be left as it is.
            self._step(state, time_s, row if why == good else None)
            point = state.point
            angles.append(np.nan if point is None else point.angle)
            shares.append(np.nan if point is None else point.lead)
            at_rest.append(state.phase is Phase.REST)
        self.finish(state)
        return Way(
            closed=tuple(self._noting.closed),
            halts=tuple(self._halts),
            complete=self.complete,
            time_s=np.array(prepared.times_s, np.float64),
            angle=np.array(angles, np.float64),
            excursion=np.array(shares, np.float64),
            at_rest=np.array(at_rest, np.bool_),
        )

    def _settled(self, state: State, point: Point, ticks: int = STILL_TICKS) -> bool:
        """As the machine has it; a halt is noted whatever comes of it."""
        settled = super()._settled(state, point, ticks)
        if settled and ticks == STILL_TICKS and super()._settled(state, point, RESETTLE_TICKS):
            self._halts[Halt(state.leading, state.high)] = None
        return settled
