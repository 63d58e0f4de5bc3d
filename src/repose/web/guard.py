"""The door: every HTTP request and every WebSocket passes here before anything else."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repose.web.access import Access, landing
from repose.web.headers import security_headers
from repose.web.refused import refused

OPEN: Final = frozenset({"/health"})
"""Paths that need no cookie."""

_STARTS: Final = frozenset({"http.response.start", "websocket.http.response.start", "websocket.accept"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """ASGI middleware that lets in whom `Access` allows, and puts the security headers on every response."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that may not pass, hand on one that may."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        host = hosts[0] if self._access.host_fits(hosts) else None

        async def send_with_headers(message: Message) -> None:
            if message["type"] in _STARTS:
                own = MutableHeaders(raw=list(message.get("headers", [])))
                for name, value in security_headers(scope["path"], host).items():
                    own.setdefault(name, value)
                message = {**message, "headers": own.raw}
            await send(message)

        answer = self._answer(scope, headers, host)
        if answer is None:
            await self._app(scope, receive, send_with_headers)
        else:
            # Of a WebSocket this is the answer to its handshake, which is thereby refused.
            await answer(scope, receive, send_with_headers)

    def _answer(self, scope: Scope, headers: Headers, host: str | None) -> Response | None:
        """What to say instead of letting the request in; None if it may pass."""
        access = self._access
        if host is None:
            return refused(400, "This address is not one of Repose's own.")
        method = scope.get("method")  # a WebSocket has none
        if method not in _SAFE and not access.origin_fits(headers.getlist("origin"), host):
            return refused(403, "Only Repose's own pages may do that.")
        if scope["path"] in OPEN:
            return None
        asked = QueryParams(scope["query_string"])
        tokens = asked.getlist("token")
        if tokens and (method, scope["path"]) == ("GET", "/"):
            if len(tokens) == 1 and access.token_fits(tokens[0]):
                return RedirectResponse(landing(asked.getlist("to")), 303, {"Set-Cookie": access.cookie()})
            return refused(403, "The token in this address is not, or no longer, valid.")
        if not access.cookie_fits(headers.getlist("cookie")):
            return refused(403, "This browser has not been let in.")
        return None
