"""HTTP connections that are closed when whoever holds them does nothing with them."""

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_S: Final = 10.0
"""A request's line and headers have to be here in this time, from the connection or the last answer on."""

STALLED_S: Final = 120.0
"""A client that does not take an answer for so long does not want it. A browser that buffers a video stops
reading too, and asks anew for the rest."""

MOST_CONNECTIONS: Final = 256
"""Connections, and requests that are worked on; those beyond are told to come back."""

MOST_IDLE: Final = 100
"""Connections without a request. Of more than these the oldest goes: nobody can take all that there are."""


class PatientHttp(H11Protocol):
    """uvicorn's HTTP, with an end to its patience; for `http` of its configuration."""

    _idle_since: float | None = None
    _idle: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request, though not for ever."""
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        """Take in a piece of a request. Pieces alone buy no time."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._let_be()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not read just now."""
        super().pause_writing()
        self._stalled = self.loop.call_later(STALLED_S, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def _look(self) -> None:
        """Begin to wait if there is no request, and stop waiting once there is one."""
        if self.transport.is_closing() or self.transport.get_protocol() is not self or self._at_work:
            self._let_be()
        elif self._idle is None:
            self._idle_since = self.loop.time()
            self._idle = self.loop.call_later(REQUEST_S, self.transport.abort)
            self._make_room()

    @property
    def _at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _let_be(self) -> None:
        self._idle_since = None
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _make_room(self) -> None:
        idle = {
            one: one._idle_since
            for one in self.connections
            if isinstance(one, PatientHttp) and one._idle_since is not None
        }
        if len(idle) > MOST_IDLE:
            min(idle, key=idle.__getitem__).transport.abort()
