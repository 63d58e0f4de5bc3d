"""What is heard while an end position is held."""

from dataclasses import dataclass
from typing import Final

from repose.coaching import wording
from repose.coaching.messages import Urgency
from repose.coaching.speech import Voice
from repose.counting.counter import Status
from repose.counting.result import Phase

SAID_LEFT_S: Final = ((60, 90.0), (30, 45.0), (10, 15.0), (5, 8.0))
"""Seconds left that are said, and the shortest hold in which they are."""

LAST_TICKS: Final = 3
"""Seconds before the end of a hold that tick, each."""

TICKS_APART: Final = ((5.0, 1), (60.0, 5), (float("inf"), 10))
"""Seconds between ticks before that, for holds shorter than so many seconds."""

LATE_S: Final = 1.0
"""Seconds left that were passed longer ago than this are not said any more."""


@dataclass
class _Rep:
    """What was heard in the rep under way."""

    ticked_s: int = 0
    left_s: float = float("inf")
    reached: bool = False


class Holding:
    """Ticks and words of the holds of a set.

    Args:
        target_s: the dose; 0 for no hold, then nothing is heard.
    """

    def __init__(self, target_s: float) -> None:
        self._target_s = target_s
        self._rep = _Rep()
        self._apart = next(apart for below_s, apart in TICKS_APART if target_s < below_s)

    @property
    def reached(self) -> bool:
        """Whether the rep under way has been held long enough."""
        return self._rep.reached

    def over(self) -> None:
        """The rep is over: begin anew."""
        self._rep = _Rep()

    def follow(self, status: Status, time_s: float, voice: Voice) -> None:
        """Give out what the time held so far asks for."""
        if status.phase in (Phase.REST, Phase.SETTLING):
            self.over()
        rep, held_s = self._rep, status.hold_s
        if not self._target_s or rep.reached or held_s <= 0:
            return
        if held_s >= self._target_s:
            rep.reached = True
            voice.tone(time_s, "hold_reached")
            voice.say(time_s, wording.RELAX, Urgency.COUNT, "hold", lasts_s=1.5)
            return
        self._tick(int(held_s), time_s, voice)
        self._say_left(self._target_s - held_s, time_s, voice)

    def _tick(self, whole_s: int, time_s: float, voice: Voice) -> None:
        if whole_s <= self._rep.ticked_s:
            return
        self._rep.ticked_s = whole_s
        if whole_s % self._apart == 0 or self._target_s - whole_s <= LAST_TICKS:
            voice.tone(time_s, "tick")

    def _say_left(self, left_s: float, time_s: float, voice: Voice) -> None:
        before_s, self._rep.left_s = self._rep.left_s, min(left_s, self._rep.left_s)
        for said_s, shortest_s in SAID_LEFT_S:
            if self._target_s >= shortest_s and said_s - LATE_S < left_s <= said_s < before_s:
                voice.say(time_s, wording.hold_left(said_s), Urgency.COUNT, "hold", lasts_s=1.5)
