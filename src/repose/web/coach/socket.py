"""The route of the WebSocket."""

import re
import secrets
from typing import Final

from fastapi import APIRouter, WebSocket

from repose.web.coach.connection import converse
from repose.web.coach.hub import Hub

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


def socket_routes(hub: Hub) -> APIRouter:
    """The route, over this hub."""
    router = APIRouter()

    @router.websocket("/ws")
    async def ws(websocket: WebSocket, client: str = "") -> None:
        name = client if _NAME.fullmatch(client) else secrets.token_urlsafe(16)
        await converse(websocket, hub, name)

    return router
