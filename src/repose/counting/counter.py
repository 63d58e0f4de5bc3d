"""From poses to counts: the clock, the machine and what came of it, for streams and for recordings alike."""

from dataclasses import dataclass

import numpy as np

from repose.counting.live import Watch
from repose.counting.machine import Machine, Prescribed
from repose.counting.result import CountResult, Phase, Rep, Trace, Unmeasured, counts_of
from repose.counting.state import Event, Sample
from repose.exercises import Exercise
from repose.kinematics.channels import COLUMNS, measure
from repose.kinematics.clock import TICK_S, Clock, Ticks
from repose.kinematics.legs import LegTracker
from repose.kinematics.quality import Sight, sight
from repose.pose.landmarks import PoseTrack


@dataclass(frozen=True, slots=True)
class Status:
    """What is known now, for a picture or a page.

    Attributes:
        time_s: time of the latest tick; it runs behind the latest frame by what smoothing looks ahead.
        phase: where in a rep the person is.
        side: the side that leads the movement under way, if any.
        angle, excursion: of the working joint; None where not measured.
        hold_s: how long the end position has been held, as `hold.find_hold` will say: of the hold that runs
            now, or if none does, of the longest one in this rep.
        counts: as in `CountResult.counts`, so far.
        cue: what to say to the person, or None.
        sight: why nothing is measured; `GOOD` otherwise.
        hold_running: whether the end position is held now: no longer than a dropout after it was left,
            was no longer seen, or the rest of the position was no longer right.
        faults: names of the form faults that show now, in the order of the exercise's definition. Those
            that only a finished rep can show, such as its speed, come with the `Rep`.
    """

    time_s: float
    phase: Phase
    side: str | None
    angle: float | None
    excursion: float | None
    hold_s: float
    counts: dict[str, int]
    cue: str | None
    sight: Sight
    hold_running: bool = False
    faults: tuple[str, ...] = ()


class Counter:
    """Counts one set of one exercise. Push poses as they come; ask for the result at any time."""

    def __init__(
        self,
        exercise: Exercise,
        frame_size: tuple[int, int],
        side: Prescribed = "auto",
        *,
        keep_trace: bool = True,
    ) -> None:
        """Begin a set.

        Args:
            exercise: what to count, with the thresholds in force.
            frame_size: (width, height) of the pictures in pixels.
            side: the prescribed side; "auto" takes what is done.
            keep_trace: keep the signal for `result`; a live set may last for hours and needs no memory of it.
        """
        self._exercise = exercise
        self._frame_size = frame_size
        self._machine = Machine(exercise, side)
        self._watch = Watch(exercise, side)
        self._state = self._machine.start()
        self._legs = LegTracker(frame_size)
        self._clock = Clock(len(COLUMNS))
        self._reps: list[Rep] = []
        self._partials: list[Rep] = []
        self._keep_trace = keep_trace
        self._ticks: list[tuple[float, float, float, Phase, Sight]] = []
        self._unmeasured: list[Unmeasured] = []
        self._first_s: float | None = None
        self._last_s = 0.0
        self._step_s = 0.0

    def push(self, track: PoseTrack) -> list[Event]:
        """Count the next poses, which must be later than all before.

        Returns:
            What they completed, in order.
        """
        if len(track.time_s) == 0:
            return []
        if self._first_s is None:
            self._first_s = float(track.time_s[0])
        else:
            self._step_s = float(track.time_s[0]) - self._last_s
        if len(track.time_s) > 1:
            self._step_s = float(track.time_s[-1] - track.time_s[-2])
        self._last_s = float(track.time_s[-1])
        points, exchanged = self._legs.push(track.points)
        channels = measure(points, self._frame_size, exchanged)
        return self._run(self._clock.push(track.time_s, channels, sight(track)))

    def finish(self) -> list[Event]:
        """The source has ended: count what was still waiting."""
        events = self._run(self._clock.finish())
        self._state, last = self._machine.finish(self._state)
        return [*events, *self._note(last)]

    def _run(self, ticks: Ticks) -> list[Event]:
        events: list[Event] = []
        rows = [tuple(row) for row in ticks.values.tolist()]
        for time_s, row, why in zip(ticks.time_s.tolist(), rows, ticks.sight.tolist(), strict=True):
            seen = why == Sight.GOOD
            self._state, new = self._machine.step(self._state, Sample(time_s, row if seen else None))
            if new:
                events += self._note(new)
            state, point = self._state, self._state.point
            if seen and state.phase is Phase.NOT_MEASURED:
                why = Sight.BAD_VIEW
            if point is None:
                self._ticks.append((time_s, np.nan, np.nan, state.phase, Sight(why)))
                if why != Sight.GOOD:
                    _extend(self._unmeasured, time_s, Sight(why).name.lower())
            else:
                self._ticks.append((time_s, point.angle, point.lead, state.phase, Sight.GOOD))
        if not self._keep_trace:
            del self._ticks[:-1]
        return events

    def _note(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        for event in events:
            (self._reps if event.rep.reason is None else self._partials).append(event.rep)
        return events

    def status(self) -> Status:
        """What is known now."""
        state = self._state
        point = state.point
        words = self._exercise.definition.words
        cues = {
            Phase.REST: words.rest,
            Phase.GOING: words.going,
            Phase.HOLDING: words.holding,
            Phase.RETURNING: words.returning,
        }
        side = None
        if point is not None and state.moving and len(point.shares) > 1:
            side = self._machine.sides[max(range(2), key=lambda k: abs(point.shares[k]))]
        live = self._watch.look(state, self._last_s)
        # Who stops short of the end position is not to hold, but to go on.
        cue = words.going if live.short and state.phase is Phase.HOLDING else cues.get(state.phase)
        return Status(
            time_s=self._ticks[-1][0] if self._ticks else 0.0,
            phase=state.phase,
            side=side,
            angle=point.angle if point else None,
            excursion=point.lead if point else None,
            hold_s=live.hold_s,
            counts=counts_of(self._reps),
            cue=cue,
            sight=self._ticks[-1][4] if self._ticks else Sight.NO_FRAMES,
            hold_running=live.hold_running,
            faults=live.faults,
        )

    def result(self) -> CountResult:
        """Everything counted so far."""
        limits = self._exercise.thresholds
        columns = list(zip(*self._ticks, strict=True)) or [(), (), (), (), ()]
        duration_s = 0.0 if self._first_s is None else self._last_s - self._first_s + self._step_s
        return CountResult(
            exercise=self._exercise.slug,
            reps=tuple(self._reps),
            partials=tuple(self._partials),
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


def count(track: PoseTrack, exercise: Exercise, side: Prescribed = "auto") -> CountResult:
    """Count one set in landmarks that are all there already.

    Args:
        track: a recording, or the poses of a video.
        exercise: what to count, with the thresholds in force.
        side: the prescribed side; "auto" takes what is done.
    """
    counter = Counter(exercise, track.frame_size, side)
    counter.push(track)
    counter.finish()
    return counter.result()


def _extend(spans: list[Unmeasured], time_s: float, reason: str) -> None:
    """Add a tick that was not measured; it stands for the time up to the next."""
    if spans and spans[-1].reason == reason and time_s - spans[-1].end_s < TICK_S / 2:
        spans[-1] = Unmeasured(spans[-1].start_s, time_s + TICK_S, reason)
    else:
        spans.append(Unmeasured(time_s, time_s + TICK_S, reason))
