"""The port between the pages and what they show: what the hub needs of a live engine."""

from collections.abc import Callable
from typing import Protocol

from repose.calibration.capture import Proposal, Refusal
from repose.coaching.commands import Command
from repose.live.pictures import Picture
from repose.live.protocol import DoneMessage, Problem, SayMessage, StateMessage, ToneMessage

Event = StateMessage | SayMessage | ToneMessage | DoneMessage | Problem | Picture
"""What an engine tells."""

Listener = Callable[[Event], None]


class Engine(Protocol):
    """Runs a session. All of its methods may be called from any thread and return at once."""

    def command(self, command: Command, /) -> None:
        """Do this soon."""
        ...

    def state(self) -> StateMessage:
        """What there is to show now."""
        ...

    def found(self) -> Proposal | Refusal | None:
        """What came of finding a person's range, in this session or the last one; None without."""
        ...

    def subscribe(self, listener: Listener, /) -> None:
        """Tell this listener of everything from now on, from whichever thread; it returns at once."""
        ...

    def watched(self, pages: int, controlled: bool, /) -> None:
        """How many pages are connected, and whether one of them controls the session."""
        ...

    def note_latency(self, shown_ms: float, /) -> None:
        """A page painted a picture so many milliseconds after its capture."""
        ...

    def note_tone(self, delay_ms: float, /) -> None:
        """A page began a tone so many milliseconds after its decision."""
        ...
