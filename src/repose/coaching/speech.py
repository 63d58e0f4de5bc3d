"""What a session gives out, gathered, and how long it takes to say it."""

from typing import Final

from repose.coaching.messages import Output, Say, Tone, ToneName, Urgency

WORDS_A_SECOND: Final = 2.5
"""Speed of a calm voice."""

PAUSE_S: Final = 0.3
"""Silence between two utterances."""

PATIENCE_S: Final = 4.0
"""How long what is said waits for a voice that is busy longer than expected."""


def speech_s(text: str) -> float:
    """About how long it takes to say a text, in seconds."""
    return len(text.split()) / WORDS_A_SECOND + PAUSE_S


class Voice:
    """Gathers words and tones, and knows about when all words will have been said.

    Attributes:
        free_s: when the last utterance so far will be over.
    """

    def __init__(self) -> None:
        self.free_s = 0.0
        self._outputs: list[Output] = []

    def set_clock(self, from_s: float, to_s: float) -> None:
        """What was one time is now called another; what is being said takes as long as before."""
        self.free_s = to_s + max(self.free_s - from_s, 0.0)

    def say(
        self, time_s: float, text: str, urgency: Urgency, topic: str, lasts_s: float | None = None
    ) -> None:
        """Say something; unless told otherwise it may wait for what is being said before it."""
        if lasts_s is None:
            lasts_s = max(self.free_s - time_s, 0.0) + PATIENCE_S
        self._outputs.append(Say(time_s, text, urgency, topic, lasts_s))
        self.free_s = max(self.free_s, time_s) + speech_s(text)

    def tone(self, time_s: float, name: ToneName) -> None:
        """Make a sound."""
        self._outputs.append(Tone(time_s, name))

    def give(self, output: Output) -> None:
        """Pass on anything else."""
        self._outputs.append(output)

    def is_free(self, time_s: float) -> bool:
        """Whether nothing is being said."""
        return time_s >= self.free_s

    def take(self) -> list[Output]:
        """Everything since the last time."""
        outputs, self._outputs = self._outputs, []
        return outputs


class Cooldown:
    """Keeps the same thing from being said too often.

    Args:
        same_s: least time before the same thing is said again.
        any_s: least time before anything else is.
    """

    def __init__(self, same_s: float, any_s: float = 0.0) -> None:
        self._same_s, self._any_s = same_s, any_s
        self._said: dict[str, float] = {}

    def allows(self, what: str, time_s: float) -> bool:
        """Whether it may be said now; if so, it counts as said."""
        if self._said and time_s - max(self._said.values()) < self._any_s:
            return False
        if what in self._said and time_s - self._said[what] < self._same_s:
            return False
        self._said[what] = time_s
        return True
