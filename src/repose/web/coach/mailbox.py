"""What waits to be sent to one client: never more than it can be given in time to be of use."""

import asyncio
from collections import deque
from typing import Final

from repose.live.protocol import IN_FLIGHT

MOST_WAITING: Final = 200
"""Messages other than states and pictures that may wait; a client with more does not read."""


class Mailbox:
    """Keeps messages in order, of states and pictures only the newest.

    A picture is handed out only while fewer than `IN_FLIGHT` are on their way, so that a slow client is not
    sent old pictures. Used from one event loop.
    """

    def __init__(self) -> None:
        self._messages: deque[str] = deque()
        self._state: str | None = None
        self._picture: tuple[int, bytes] | None = None
        self._in_flight: deque[int] = deque()
        self._something = asyncio.Event()

    def put(self, message: str) -> bool:
        """Add a message that must not be lost; False if too many wait already."""
        if len(self._messages) >= MOST_WAITING:
            return False
        self._messages.append(message)
        self._something.set()
        return True

    def put_state(self, state: str) -> None:
        """Replace the state that waits, if any."""
        self._state = state
        self._something.set()

    def put_picture(self, seq: int, picture: bytes) -> None:
        """Replace the picture that waits, if any."""
        self._picture = (seq, picture)
        self._something.set()

    def shown(self, seq: int) -> bool:
        """A picture arrived, and with it all before it; False if none of this number was on its way."""
        if seq not in self._in_flight:
            return False
        while self._in_flight.popleft() != seq:
            pass
        self._something.set()
        return True

    async def next(self) -> str | bytes:
        """The next to be sent, once there is one: messages first, then the state, then the picture."""
        while True:
            if self._messages:
                return self._messages.popleft()
            if self._state is not None:
                state, self._state = self._state, None
                return state
            if self._picture is not None and len(self._in_flight) < IN_FLIGHT:
                (seq, picture), self._picture = self._picture, None
                self._in_flight.append(seq)
                return picture
            self._something.clear()
            await self._something.wait()
