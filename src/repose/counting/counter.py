"""From poses to counts: the clock, the machine and what came of it, for streams and for recordings alike."""

from dataclasses import dataclass
from typing import Final

from repose.counting.live import Watch
from repose.counting.machine import Prescribed
from repose.counting.measuring import Measuring, rows_of
from repose.counting.result import CountResult, Phase, counts_of
from repose.counting.state import Event
from repose.counting.tally import Tally
from repose.exercises import Exercise
from repose.kinematics.clock import Ticks
from repose.kinematics.quality import Sight
from repose.pose.landmarks import PoseTrack

_AT_ONCE: Final = 4096
"""Ticks that are counted together."""


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
        self._tally = Tally(exercise, side, keep_trace=keep_trace)
        self._watch = Watch(exercise, side)
        self._measuring = Measuring(frame_size)

    def push(self, track: PoseTrack) -> list[Event]:
        """Count the next poses, which must be later than all before.

        Returns:
            What they completed, in order.
        """
        return self._run(self._measuring.push(track)) if len(track.time_s) else []

    def finish(self) -> list[Event]:
        """The source has ended: count what was still waiting."""
        events = self._run(self._measuring.finish())
        return [*events, *self._tally.finish()]

    def _run(self, ticks: Ticks) -> list[Event]:
        events: list[Event] = []
        # Piece by piece: after a gap of hours there are very many.
        for start in range(0, len(ticks.index), _AT_ONCE):
            some = ticks.part(slice(start, start + _AT_ONCE))
            events += self._tally.run(some.time_s.tolist(), rows_of(some), some.sight.tolist())
        return events

    def status(self) -> Status:
        """What is known now."""
        tally = self._tally
        state, ticks = tally.state, tally.ticks
        point = state.point
        words = tally.exercise.definition.words
        cues = {
            Phase.REST: words.rest,
            Phase.GOING: words.going,
            Phase.HOLDING: words.holding,
            Phase.RETURNING: words.returning,
        }
        side = None
        if point is not None and state.moving and len(point.shares) > 1:
            side = tally.machine.sides[max(range(2), key=lambda k: abs(point.shares[k]))]
        live = self._watch.look(state, self._measuring.last_s)
        # Who stops short of the end position is not to hold, but to go on.
        cue = words.going if live.short and state.phase is Phase.HOLDING else cues.get(state.phase)
        return Status(
            time_s=ticks[-1][0] if ticks else 0.0,
            phase=state.phase,
            side=side,
            angle=point.angle if point else None,
            excursion=point.lead if point else None,
            hold_s=live.hold_s,
            counts=counts_of(tally.reps),
            cue=cue,
            sight=ticks[-1][4] if ticks else Sight.NO_FRAMES,
            hold_running=live.hold_running,
            faults=live.faults,
        )

    def result(self) -> CountResult:
        """Everything counted so far."""
        return self._tally.result(self._measuring.duration_s)


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
