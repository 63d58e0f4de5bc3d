"""Between one engine and the pages that watch it: who gets what, and who controls.

Everything here happens on one event loop, but for `Hub._hear`, which the engine calls from its own threads
and which only hands over.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from pydantic import BaseModel

from repose import __version__
from repose.coaching.commands import Calibrate, Continue, Pause, Resume, Skip, Start, Stop
from repose.live.pictures import Picture
from repose.live.port import Engine, Event
from repose.live.protocol import (
    ClientMessage,
    Heard,
    Hello,
    Problem,
    Role,
    RoleChanged,
    SayMessage,
    Shown,
    StateMessage,
    TakeControl,
    ToneMessage,
)
from repose.web.coach.mailbox import Mailbox

KEPT_S: Final = 10.0
"""How long control waits for a page that went, for it to be loaded again."""

MOST_CLIENTS: Final = 50
"""Connections at a time."""

GOING_AWAY: Final = 1001
REFUSED: Final = 1008
TOO_LONG: Final = 1009
TRY_LATER: Final = 1013
"""Codes with which connections are closed (RFC 6455, and IANA's registry for the last)."""

LONGEST_DELAY_MS: Final = 60_000.0
"""Delays that pages report are measurements only up to here."""

_log = logging.getLogger(__name__)


class Client:
    """One connected page.

    Attributes:
        name: which the page chose for itself, and keeps when it is loaded again.
        mailbox: what waits to be sent to it.
        dismissed: done, with the close code and the reason, once it has to go.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.mailbox = Mailbox()
        self.dismissed: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    def dismiss(self, code: int, reason: str) -> None:
        """Close its connection; the first reason holds."""
        if not self.dismissed.done():
            self.dismissed.set_result((code, reason))

    def send(self, message: BaseModel) -> None:
        """Have a message sent, in order; a client that does not read its messages is dismissed."""
        self.send_encoded(message.model_dump_json())

    def send_encoded(self, message: str) -> None:
        """The same of a message in JSON."""
        if not self.mailbox.put(message):
            self.dismiss(REFUSED, "This page did not read its messages.")


class Hub:
    """Gives every page what the engine tells, and the engine what the controlling page asks for."""

    def __init__(self, engine: Engine, kept_s: float = KEPT_S) -> None:
        self._engine = engine
        self._kept_s = kept_s
        self._clients: set[Client] = set()
        self._controller: Client | None = None
        self._kept_for: str | None = None
        self._keeping: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._empty = asyncio.Event()
        self._empty.set()

    def open(self) -> None:
        """Listen to the engine, from within the event loop in which everything is to happen."""
        self._loop = asyncio.get_running_loop()
        self._engine.subscribe(self._hear)

    async def close(self, patience_s: float = 1.0) -> None:
        """Ask all pages to go, and wait a moment until they are gone; closing twice is harmless."""
        self._loop = None
        self._stop_keeping()
        for client in self._clients:
            client.dismiss(GOING_AWAY, "Repose was ended.")
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._empty.wait()

    def join(self, name: str) -> Client | None:
        """A page came. It controls if nobody else does, or if control was kept for it.

        Returns:
            The new client; None if there are too many, or Repose is ending.
        """
        if self._loop is None or len(self._clients) >= MOST_CLIENTS:
            return None
        client = Client(name)
        self._clients.add(client)
        self._empty.clear()
        before = self._controller
        # A page that is loaded again may be back before it is known to have gone.
        controls = (before is None or before.name == name) and self._kept_for in (None, name)
        client.send(Hello(software=__version__, role="controller" if controls else "watcher"))
        client.mailbox.put_state(self._engine.state().model_dump_json())
        if controls:
            self._hand_to(client)
            if before is not None:
                self._tell_role(before, "watcher", "This page was opened once more and is controlled there.")
        self._tell_engine()
        return client

    def leave(self, client: Client) -> None:
        """A page went; if it controlled, control is kept for it for a while."""
        self._clients.discard(client)
        if not self._clients:
            self._empty.set()
        if client is self._controller and self._loop is not None:
            self._controller = None
            self._kept_for = client.name
            self._keeping = self._loop.call_later(self._kept_s, self._give_up_keeping)
        self._tell_engine()

    def receive(self, client: Client, message: ClientMessage) -> None:
        """Heed what a page says."""
        match message:
            case Shown():
                if client.mailbox.shown(message.seq) and _plausible(message.latency_ms):
                    self._engine.note_latency(message.latency_ms or 0.0)
            case Heard():
                if client is self._controller and _plausible(message.delay_ms):
                    self._engine.note_tone(message.delay_ms)
            case TakeControl():
                self._take_control(client)
            case Start() | Calibrate() | Continue() | Pause() | Resume() | Skip() | Stop():
                if client is self._controller:
                    self._engine.command(message)
                else:
                    someone = "Another page controls" if self._controller else "No page controls"
                    client.send(Problem(text=f"{someone} this session: take control here first."))

    def _take_control(self, client: Client) -> None:
        before = self._controller
        if client is not before:
            self._hand_to(client)
            self._tell_role(client, "controller", "This page controls the session now.")
            if before is not None:
                self._tell_role(before, "watcher", "Another page has taken control of the session.")
            self._tell_engine()

    def _hand_to(self, client: Client) -> None:
        self._stop_keeping()
        self._controller = client

    def _stop_keeping(self) -> None:
        self._kept_for = None
        if self._keeping is not None:
            self._keeping.cancel()
            self._keeping = None

    def _give_up_keeping(self) -> None:
        self._stop_keeping()
        for client in self._clients:
            self._tell_role(client, "watcher", "The page that controlled this session is gone.")
        self._tell_engine()

    def _tell_role(self, client: Client, role: Role, why: str) -> None:
        client.send(RoleChanged(role=role, why=why))

    def _tell_engine(self) -> None:
        controlled = self._controller is not None or self._kept_for is not None
        self._engine.watched(len(self._clients), controlled)

    def _hear(self, event: Event) -> None:
        """Take over what the engine tells, on its thread."""
        loop = self._loop
        if loop is not None:
            # The loop may end between these two lines.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._deliver, event)

    def _deliver(self, event: Event) -> None:
        if not self._clients:
            return
        match event:
            case Picture():
                picture = event.encoded()
                for client in self._clients:
                    client.mailbox.put_picture(event.header.seq, picture)
            case StateMessage():
                state = event.model_dump_json()
                for client in self._clients:
                    client.mailbox.put_state(state)
            case SayMessage() | ToneMessage():
                if self._controller is not None:
                    self._controller.send(event)
            case _:
                message = event.model_dump_json()
                for client in self._clients:
                    client.send_encoded(message)


def _plausible(delay_ms: float | None) -> bool:
    return delay_ms is not None and 0 <= delay_ms <= LONGEST_DELAY_MS
