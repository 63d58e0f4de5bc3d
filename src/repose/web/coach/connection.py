"""The conversation with one page over its WebSocket."""

import asyncio
import logging
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from repose.live.protocol import MOST_BYTES, Problem
from repose.web.coach.hub import REFUSED, TOO_LONG, TRY_LATER, Client, Hub
from repose.web.coach.incoming import MOST_A_SECOND, Meter, MisunderstoodError, understand

SEND_S: Final = 5.0
"""A client that does not take a message in this time does not read."""

_CLOSE_S: Final = 1.0

_log = logging.getLogger(__name__)


async def converse(websocket: WebSocket, hub: Hub, name: str) -> None:
    """Talk with a page until it goes, or has to go.

    Args:
        websocket: not yet accepted.
        hub: joined for as long as it lasts.
        name: which the page chose for itself.
    """
    await websocket.accept()
    client = hub.join(name)
    if client is None:
        await _close(websocket, TRY_LATER, "Too many pages are open: close one of them.")
        return
    talking: list[asyncio.Future[Any]] = [
        asyncio.ensure_future(_send(websocket, client)),
        asyncio.ensure_future(_receive(websocket, client, hub)),
    ]
    try:
        await asyncio.wait([*talking, client.dismissed], return_when=asyncio.FIRST_COMPLETED)
        for task in talking:
            task.cancel()
        for ended in await asyncio.gather(*talking, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
        if client.dismissed.done():
            code, reason = client.dismissed.result()
            level = logging.WARNING if code in (REFUSED, TOO_LONG) else logging.INFO
            _log.log(level, "a page was let go: %s", reason)
            await _close(websocket, code, reason)
    finally:
        for task in talking:
            task.cancel()
        hub.leave(client)


async def _send(websocket: WebSocket, client: Client) -> None:
    """Send what comes into the mailbox; ends when the client is gone or does not read."""
    while True:
        message = await client.mailbox.next()
        try:
            async with asyncio.timeout(SEND_S):
                if isinstance(message, str):
                    await websocket.send_text(message)
                else:
                    await websocket.send_bytes(message)
        except TimeoutError:
            client.dismiss(REFUSED, "This page stopped reading.")
            return
        except (WebSocketDisconnect, RuntimeError):
            # A RuntimeError is the server's way to say that it closed the connection itself a moment ago.
            return


async def _receive(websocket: WebSocket, client: Client, hub: Hub) -> None:
    """Heed what the client sends; ends when it is gone or sends too much."""
    meter = Meter(asyncio.get_running_loop().time)
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            if message.get("code") == TOO_LONG:
                _log.warning("a page was let go: it sent a message of more than %d bytes", MOST_BYTES)
            return
        if meter.too_many():
            client.dismiss(REFUSED, f"More than {MOST_A_SECOND} messages in a second.")
            return
        text = message.get("text")
        if text is None:
            client.send(Problem(text="Only text messages are understood."))
        elif len(text.encode()) > MOST_BYTES:
            client.dismiss(TOO_LONG, f"A message of more than {MOST_BYTES} bytes.")
            return
        else:
            try:
                understood = understand(text)
            except MisunderstoodError as error:
                client.send(Problem(text=str(error)))
            else:
                hub.receive(client, understood)


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    """Say why, if the client still listens."""
    try:
        async with asyncio.timeout(_CLOSE_S):
            await websocket.close(code, reason)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        return
