"""An engine that says what it is told to say and remembers what it was asked."""

import threading

from repose.calibration.capture import Proposal, Refusal
from repose.coaching.commands import Command
from repose.coaching.messages import View
from repose.live.pictures import Picture
from repose.live.port import Event, Listener
from repose.live.protocol import Machine, PictureHeader, StateMessage


class FakeEngine:
    """Implements `repose.live.port.Engine`.

    Attributes:
        commands, watchings, latencies_ms, tones_ms: what it was called with, in order.
        range: what finding a range came to.
        heard: set with each of these calls.
    """

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.watchings: list[tuple[int, bool]] = []
        self.latencies_ms: list[float] = []
        self.tones_ms: list[float] = []
        self.range: Proposal | Refusal | None = None
        self.heard = threading.Condition()
        self._listeners: list[Listener] = []
        self._state = StateMessage(view=View(), machine=Machine("fake"))

    def command(self, command: Command) -> None:
        with self.heard:
            self.commands.append(command)
            self.heard.notify_all()

    def state(self) -> StateMessage:
        return self._state

    def found(self) -> Proposal | Refusal | None:
        return self.range

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def watched(self, pages: int, controlled: bool) -> None:
        with self.heard:
            self.watchings.append((pages, controlled))
            self.heard.notify_all()

    def note_latency(self, shown_ms: float) -> None:
        with self.heard:
            self.latencies_ms.append(shown_ms)
            self.heard.notify_all()

    def note_tone(self, delay_ms: float) -> None:
        with self.heard:
            self.tones_ms.append(delay_ms)
            self.heard.notify_all()

    def tell(self, event: Event) -> None:
        """Tell all listeners, as the real engine does from its threads."""
        if isinstance(event, StateMessage):
            self._state = event
        for listener in self._listeners:
            listener(event)


def picture(seq: int, size: int = 100) -> Picture:
    """A picture of this many bytes that no one needs to look at."""
    header = PictureHeader(
        seq=seq, time_s=seq / 10, captured_ms=1e12 + seq, width=640, height=480, landmarks=None, lit=None
    )
    return Picture(header, bytes(size))
