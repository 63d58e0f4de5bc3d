"""What a request may cost: how large its body is, how long that takes to come, how many want much at once."""

import asyncio
import re
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repose.evaluation.truth import LARGEST as LARGEST_TRUTH
from repose.web.kept.annotate import MOST_BYTES as LARGEST_RECORDING

MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """What may be sent along.

    Attributes:
        most_bytes: of it.
        most_s: until all of it is here.
    """

    most_bytes: int
    most_s: float


USUAL_BODY: Final = Body(MB, 30.0)
"""Messages of the pages have some kilobytes."""

BODIES: Final = {
    r"/api/recordings/landmarks": Body(LARGEST_RECORDING, 600.0),
    # As a text in JSON, each of its quotation marks has a backslash.
    r"/api/truth/check": Body(2 * LARGEST_TRUTH, 120.0),
    r"/api/sessions/[^/]+/sets/[^/]+/annotations": Body(2 * LARGEST_TRUTH, 120.0),
}
"""By path."""

HEAVY: Final = (
    r"/accuracy",
    r"/data/export\.zip",
    r"/data/(persons|sessions)/[^/]+/export\.zip",
    r"/sessions/[^/]+/report(\.pdf)?",
    r"/api/sessions/[^/]+/sets/[^/]+/signal",
    r"/api/calibrate/(open|count|signal|past|propose|fit)",
)
"""Paths of what takes much of a processor that the coach needs too."""

AT_ONCE: Final = 2
"""Heavy requests that are worked on at a time, of all clients."""

WAITING: Final = 16
"""Further ones that wait for their turn; more are told to come back."""

_LATER_S: Final = 2
_DIGITS: Final = 19

_HEAVY: Final = re.compile("|".join(HEAVY))
_BODIES: Final = {re.compile(path): body for path, body in BODIES.items()}


def body_of(path: str) -> Body:
    """What may be sent to a path."""
    return next((body for pattern, body in _BODIES.items() if pattern.fullmatch(path)), USUAL_BODY)


class Limits:
    """ASGI middleware that refuses what is too much, before it is in memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a request with a body that ends in time and size, when it is its turn."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        allowed = body_of(path)
        length = Headers(scope=scope).get("content-length", "")
        limited = _limited(receive, allowed)
        try:
            # Of 20 digits and more, no number need be made.
            if length.isdecimal() and (len(length) > _DIGITS or int(length) > allowed.most_bytes):
                raise _too_large(allowed)
            if not _HEAVY.fullmatch(path):
                await self._app(scope, limited, send)
                return
            # All of it is here before it takes a turn: who sends slowly is in nobody's way.
            whole = await _whole(limited)
            await self._wait()
        except HTTPException as error:
            await JSONResponse({"detail": error.detail}, error.status_code, error.headers)(
                scope, receive, send
            )
            return
        await self._in_turn(scope, whole, send)

    async def _wait(self) -> None:
        """Wait for a turn.

        Raises:
            HTTPException: too many wait already.
        """
        if self._waiting >= WAITING:
            why = "Repose is busy with other pages that take long; try again in a moment"
            raise HTTPException(503, why, {"Retry-After": str(_LATER_S)})
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1

    async def _in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a heavy request, and give the turn back as soon as its work is done."""
        given_back = False

        def give_back() -> None:
            nonlocal given_back
            if not given_back:
                given_back = True
                self._turn.release()

        async def send_on(message: Message) -> None:
            # The work is done; whoever reads the answer slowly is in nobody's way.
            if message["type"] == "http.response.start":
                give_back()
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            give_back()


def _limited(receive: Receive, allowed: Body) -> Receive:
    """A body that is refused where it is too large or too slow, whatever its headers say."""
    size = 0
    over = False
    until: float | None = None

    async def limited() -> Message:
        nonlocal size, over, until
        if over:  # after the body, it is only waited for the client to go
            return await receive()
        loop = asyncio.get_running_loop()
        until = until or loop.time() + allowed.most_s
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError as error:
            raise _ended(
                408, f"this took longer than {allowed.most_s:.0f} s to come; send it again"
            ) from error
        size += len(message.get("body", b""))
        if size > allowed.most_bytes:
            raise _too_large(allowed)
        over = not message.get("more_body", False)
        return message

    return limited


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


def _too_large(allowed: Body) -> HTTPException:
    return _ended(413, f"this is too large: at most {allowed.most_bytes // MB} MB can be sent here")


def _ended(status: int, why: str) -> HTTPException:
    """An answer before the end of the request, which is therefore the last on its connection."""
    return HTTPException(status, why, {"Connection": "close"})
