"""How large a request may be, and how long it may take to come."""

import asyncio
import re
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repose.evaluation.truth import LARGEST as LARGEST_TRUTH
from repose.web.kept.annotate import MOST_BYTES as LARGEST_RECORDING
from repose.web.problems import told

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

HEAD_BYTES: Final = 64 * 1024
"""Of path, query and headers together. A browser sends one or two kilobytes; a cookie has four at most."""

_DIGITS: Final = 19

_BODIES: Final = {re.compile(path): body for path, body in BODIES.items()}


def body_of(path: str) -> Body:
    """What may be sent to a path."""
    return next((body for pattern, body in _BODIES.items() if pattern.fullmatch(path)), USUAL_BODY)


class Limits:
    """ASGI middleware that refuses what is too much, before it is in memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a request with a body that ends in time and size; answer what is refused on the way."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        allowed = body_of(scope["path"])
        headers = Headers(scope=scope)
        try:
            _check_head(scope)
            length = headers.get("content-length", "")
            # Of 20 digits and more, no number need be made.
            if length.isdecimal() and (len(length) > _DIGITS or int(length) > allowed.most_bytes):
                raise _too_large(allowed)
            await self._app(scope, _limited(receive, allowed), send)
        except HTTPException as error:
            answer = told(headers.get("accept", ""), error.detail, error.status_code, error.headers)
            await answer(scope, receive, send)


def _check_head(scope: Scope) -> None:
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    size += sum(len(name) + len(value) for name, value in scope["headers"])
    if size > HEAD_BYTES:
        raise _ended(431, f"address and headers are too large: at most {HEAD_BYTES // 1024} kB are read")


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


def _too_large(allowed: Body) -> HTTPException:
    return _ended(413, f"this is too large: at most {allowed.most_bytes // MB} MB can be sent here")


def _ended(status: int, why: str) -> HTTPException:
    """An answer before the end of the request, which is therefore the last on its connection."""
    return HTTPException(status, why, {"Connection": "close"})
