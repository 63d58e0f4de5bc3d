"""What is heard while a set is worked on: numbers, holds, faults, and what to do differently."""

from typing import Final

from repose.coaching import wording
from repose.coaching.faults import FaultTelling
from repose.coaching.holding import Holding
from repose.coaching.messages import Urgency
from repose.coaching.programme import PlannedSet
from repose.coaching.speech import Cooldown, Voice
from repose.counting.counter import Status
from repose.counting.result import Phase, Rep
from repose.exercises import Definition

REASON_AGAIN_S: Final = 8.0
"""Least time before the same thing to do differently is said again."""

IDLE_S: Final = 20.0
"""Rest without a movement after which the person is prompted."""

PROMPTS: Final = 3
"""How often, until the next movement that counts for something."""

SHOWN_S: Final = 4.0
"""How long what was told stays on the page."""

SHORT_SHARE: Final = 0.15
SHORT_S: Final = 0.25
"""How much a hold must fall short of its dose for a word, as a share and in seconds: a hold is measured to a
quarter of a second."""

HALFWAY_FROM: Final = 6
"""Fewest reps of a set that has a half worth a word."""


class Feedback:
    """Feedback on one set; give it each rep and partial, and the status after each pose.

    Attributes:
        holding: the hold of the rep under way.
    """

    def __init__(self, planned: PlannedSet, definition: Definition, voice: Voice) -> None:
        self._planned, self._definition, self._voice = planned, definition, voice
        self.holding = Holding(planned.hold_s)
        self._faults = FaultTelling(definition.faults)
        self._reasons = Cooldown(REASON_AGAIN_S)
        self._told = ("", float("-inf"))
        self._idle_s: float | None = None
        self._prompts = 0

    def begin(self) -> None:
        """Counting begins, or goes on after a break."""
        self._idle_s, self._prompts = None, 0
        self.holding.over()

    def rep(self, rep: Rep, number: int, time_s: float) -> None:
        """A complete rep, the `number`-th of the set."""
        voice, target = self._voice, self._planned.reps
        voice.tone(time_s, "rep")
        if number < target:  # The end of the set says the last number.
            voice.say(time_s, wording.count(number, target), Urgency.COUNT, "count", lasts_s=1.5)
            mended = self._tell_short_hold(rep, time_s) or self._tell_fault(rep.faults, time_s)
            if not mended and target >= HALFWAY_FROM and number * 2 == target:
                voice.say(time_s, wording.HALFWAY, Urgency.CHAT, "chat")
        self._over(rep)

    def partial(self, rep: Rep, time_s: float) -> None:
        """A movement that was no rep."""
        self._voice.tone(time_s, "partial")
        if not self._tell_fault(rep.faults, time_s):
            text = wording.partial(rep.reason or "", self._planned, self._definition)
            self._tell_reason(text, time_s)
        self._over(rep)

    def follow(self, status: Status, time_s: float) -> None:
        """What the moment asks for."""
        self.holding.follow(status, time_s, self._voice)
        self._tell_fault(status.faults, time_s)
        self._prompt(status.phase, time_s)

    def told(self, time_s: float) -> str | None:
        """What was told just now, without its full stop; None if that is a while ago."""
        text, told_s = self._told
        return text.rstrip(".") if time_s - told_s < SHOWN_S else None

    def _over(self, rep: Rep) -> None:
        """A movement is over."""
        self.holding.over()
        self._faults.rep_over(rep.faults)
        self._idle_s, self._prompts = None, 0

    def _tell_short_hold(self, rep: Rep, time_s: float) -> bool:
        target_s = self._planned.hold_s
        short = rep.hold_s < target_s - max(SHORT_SHARE * target_s, SHORT_S)
        if self.holding.reached or not short:
            return False
        return self._tell_reason(wording.hold_too_short(rep.hold_s, target_s), time_s)

    def _tell_reason(self, text: str, time_s: float) -> bool:
        if not self._reasons.allows(text, time_s):
            return False
        self._tell(text, time_s)
        return True

    def _tell_fault(self, faults: tuple[str, ...], time_s: float) -> bool:
        fault = self._faults.choose(faults, time_s)
        if fault is not None:
            self._tell(wording.sentence(fault.text), time_s)
        return fault is not None

    def _tell(self, text: str, time_s: float) -> None:
        self._voice.say(time_s, text, Urgency.CUE, "cue", lasts_s=4.0)
        self._told = (text, time_s)

    def _prompt(self, phase: Phase, time_s: float) -> None:
        """Remind somebody who rests for long of what to do."""
        if phase is not Phase.REST:
            self._idle_s = None
        elif self._idle_s is None:
            self._idle_s = time_s
        elif time_s - self._idle_s >= IDLE_S and self._prompts < PROMPTS:
            self._idle_s = time_s
            self._prompts += 1
            self._voice.say(time_s, wording.sentence(self._definition.words.rest), Urgency.CUE, "cue")
