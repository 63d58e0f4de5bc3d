"""Ticks to counts: the machine and what came of it."""

import numpy as np

from repose.counting.machine import Machine, Prescribed
from repose.counting.result import CountResult, Phase, Rep, Trace, Unmeasured
from repose.counting.state import Event, Sample
from repose.exercises import Exercise
from repose.kinematics.clock import TICK_S
from repose.kinematics.quality import Sight


class Tally:
    """What a machine makes of one set, tick by tick: the half of counting that thresholds change."""

    def __init__(self, exercise: Exercise, side: Prescribed = "auto", *, keep_trace: bool = True) -> None:
        """Begin a set; without a trace, `result` has no signal."""
        self.exercise = exercise
        self.machine = Machine(exercise, side)
        self.state = self.machine.start()
        self.reps: list[Rep] = []
        self.partials: list[Rep] = []
        self.ticks: list[tuple[float, float, float, Phase, Sight]] = []
        self._keep_trace = keep_trace
        self._unmeasured: list[Unmeasured] = []

    def run(self, times_s: list[float], rows: list[tuple[float, ...]], sight: list[int]) -> list[Event]:
        """Take the next ticks: their times, channels, and why they were not measured, if they were not."""
        events: list[Event] = []
        step, good, state = self.machine.step, int(Sight.GOOD), self.state
        for time_s, row, why in zip(times_s, rows, sight, strict=True):
            seen = why == good
            state, new = step(state, Sample(time_s, row if seen else None))
            if new:
                events += self._note(new)
            if not self._keep_trace:
                self.ticks.clear()
            if (point := state.point) is not None:
                self.ticks.append((time_s, point.angle, point.lead, state.phase, Sight.GOOD))
                continue
            sighted = Sight.BAD_VIEW if seen and state.phase is Phase.NOT_MEASURED else Sight(why)
            self.ticks.append((time_s, np.nan, np.nan, state.phase, sighted))
            if sighted is not Sight.GOOD:
                _extend(self._unmeasured, time_s, sighted.name.lower())
        self.state = state
        return events

    def finish(self) -> tuple[Event, ...]:
        """The source has ended: what that completes."""
        self.state, last = self.machine.finish(self.state)
        return self._note(last)

    def result(self, duration_s: float) -> CountResult:
        """Everything counted so far, in a source that has lasted for so long."""
        limits = self.exercise.thresholds
        columns = list(zip(*self.ticks, strict=True)) or [(), (), (), (), ()]
        return CountResult(
            exercise=self.exercise.slug,
            reps=tuple(self.reps),
            partials=tuple(self.partials),
            unmeasured=tuple(self._unmeasured),
            trace=Trace(
                time_s=np.array(columns[0], np.float64),
                angle=np.array(columns[1], np.float64),
                excursion=np.array(columns[2], np.float64),
                phase=columns[3],
            ),
            thresholds=limits.flat(),
            duration_s=duration_s,
            limits={
                "complete": limits.complete_share,
                "leave": limits.leave_share,
                "return": limits.return_share * limits.complete_share,
            },
        )

    def _note(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        for event in events:
            (self.reps if event.rep.reason is None else self.partials).append(event.rep)
        return events


def _extend(spans: list[Unmeasured], time_s: float, reason: str) -> None:
    """Add a tick that was not measured; it stands for the time up to the next."""
    if spans and spans[-1].reason == reason and time_s - spans[-1].end_s < TICK_S / 2:
        spans[-1] = Unmeasured(spans[-1].start_s, time_s + TICK_S, reason)
    else:
        spans.append(Unmeasured(time_s, time_s + TICK_S, reason))
