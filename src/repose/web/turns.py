"""Who wants a page about kept sessions waits for a turn, so that the coach keeps its time.

Python runs one thread at a time and gives none precedence: each one that makes a page keeps the coach's
waiting. So pages are made one after the other, whoever asks, with rests while somebody exercises; and whoever
comes when too many wait is told to come back.
"""

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repose.coaching.messages import Stage
from repose.live.port import Engine

REST: Final = 3.0
"""While somebody exercises, a lane rests after each request for so many times as long as that took, which
leaves pages a quarter of a processor."""

MOST_REST_S: Final = 2.0
"""No longer than that, however long a request took."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Requests that are worked on one after the other, of all clients.

    Attributes:
        paths: patterns of what is asked for.
        waiting: so many wait; more are told to come back.
    """

    paths: tuple[str, ...]
    waiting: int


HEAVY: Final = Lane(
    (
        r"/accuracy",
        r"/data/export\.zip",
        r"/data/(persons|sessions)/[^/]+/export\.zip",
        r"/sessions/[^/]+/report(\.pdf)?",
        r"/api/sessions/[^/]+/sets/[^/]+/signal",
        r"/api/calibrate/(open|count|signal|past|propose|fit)",
    ),
    waiting=16,
)
"""What takes seconds of a processor."""

KEPT: Final = Lane(
    (
        r"/(history|sessions|data|annotate|calibrate|audit|privacy)",
        r"/sessions/[^/]+",
        r"/api/sessions/[^/]+/(review|changes)",
        r"/api/(calibrate|data)/.*",
    ),
    waiting=16,
)
"""The other pages about kept sessions, each of which takes a fraction of a second."""

LANES: Final = (HEAVY, KEPT)
"""A path belongs to the first that fits."""

_LATER_S: Final = 2


class Turns:
    """ASGI middleware that lets requests in when it is their turn."""

    def __init__(self, app: ASGIApp, engine: Engine | None = None) -> None:
        """Stand before an application.

        Args:
            app: the application.
            engine: that coaches meanwhile; None if there is none.
        """
        self._app = app
        self._engine = engine
        self._queues = [(re.compile("|".join(lane.paths)), _Queue(lane)) for lane in LANES]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a request when it is its turn.

        Raises:
            HTTPException: too many wait already.
        """
        queue = None
        if scope["type"] == "http":
            queue = next((each for path, each in self._queues if path.fullmatch(scope["path"])), None)
        if queue is None:
            await self._app(scope, receive, send)
            return
        # All of it is here before it takes a turn: who sends slowly is in nobody's way.
        whole = await _whole(receive)
        await queue.wait()
        await self._in_turn(queue, scope, whole, send)

    async def _in_turn(self, queue: "_Queue", scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a request, and give the turn back as soon as its work is done."""
        begun_s = time.monotonic()
        given_back = False

        def give_back() -> None:
            nonlocal given_back
            if not given_back:
                given_back = True
                took_s = time.monotonic() - begun_s
                queue.next(min(REST * took_s, MOST_REST_S) if self._coaches() else 0.0)

        async def send_on(message: Message) -> None:
            # The work is done; whoever reads the answer slowly is in nobody's way.
            if message["type"] == "http.response.start":
                give_back()
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            give_back()

    def _coaches(self) -> bool:
        """Whether somebody exercises."""
        return self._engine is not None and self._engine.state().view.stage not in (Stage.IDLE, Stage.DONE)


class _Queue:
    """Those who wait in a lane."""

    def __init__(self, lane: Lane) -> None:
        self._turn = asyncio.Lock()
        self._most_waiting = lane.waiting
        self._waiting = 0
        self._rests_until_s = 0.0

    async def wait(self) -> None:
        """Wait for a turn.

        Raises:
            HTTPException: too many wait already.
        """
        if self._waiting >= self._most_waiting:
            why = "Repose is busy with other pages; try again in a moment"
            raise HTTPException(503, why, {"Retry-After": str(_LATER_S)})
        self._waiting += 1
        try:
            await self._turn.acquire()
            try:
                if (rest_s := self._rests_until_s - time.monotonic()) > 0:
                    await asyncio.sleep(rest_s)
            except BaseException:
                self._turn.release()
                raise
        finally:
            self._waiting -= 1

    def next(self, rest_s: float) -> None:
        """Let the next one go on after a rest, if there is one."""
        self._rests_until_s = time.monotonic() + rest_s
        self._turn.release()


async def _whole(receive: Receive) -> Receive:
    """A body that is here already, and after it whatever comes."""
    pieces = []
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return _then(receive, message)
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return _then(receive, {"type": "http.request", "body": b"".join(pieces), "more_body": False})


def _then(receive: Receive, first: Message) -> Receive:
    """The same, after a message."""
    waiting = [first]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received
