"""The door: every HTTP request and every WebSocket passes here before anything else."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repose.accounts.account import Account
from repose.accounts.acting import NOBODY, Acting, acting, at_this_computer, may
from repose.accounts.attempts import Attempts
from repose.accounts.logins import Logins
from repose.accounts.roles import Right
from repose.errors import ReposeError
from repose.web.access import Access, landing
from repose.web.headers import security_headers
from repose.web.refused import refused
from repose.web.rendering import render
from repose.web.rights import Needs, RouteNeeds, home

CHECK_S: Final = 2.0
"""How often it is looked whether who has a WebSocket open may still be there."""

_STARTS: Final = frozenset({"http.response.start", "websocket.http.response.start", "websocket.accept"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_REFUSED: Final = 1008
"""Code with which a WebSocket is closed (RFC 6455)."""

_SIGNED_OUT: Final = "This browser has not been let in, or no longer: sign in again."
_CLOSED: Final = "This browser has not been let in: open the address that `repose live` printed."


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request says of itself.

    Attributes:
        method: of the request; None for a WebSocket.
        path: that is asked for.
        headers: all of them.
        query: what stands behind the path.
        peer, own: addresses of both ends.
    """

    method: str | None
    path: str
    headers: Headers
    query: QueryParams
    peer: str
    own: str

    @classmethod
    def of(cls, scope: Scope) -> "_Asked":
        return cls(
            method=scope.get("method"),
            path=scope["path"],
            headers=Headers(scope=scope),
            query=QueryParams(scope["query_string"]),
            peer=(scope.get("client") or ("",))[0],
            own=(scope.get("server") or ("",))[0] or "",
        )

    @property
    def by_script(self) -> bool:
        """Whether the answer is for a program rather than a person."""
        return self.path.startswith("/api/")

    @property
    def wants_page(self) -> bool:
        """Whether a person goes to a page."""
        html = "text/html" in self.headers.get("accept", "")
        return self.method in ("GET", "HEAD") and html and not self.by_script


class Guard:
    """ASGI middleware that lets in whom `Access` and `Logins` know, each where they have a right to be.

    Says who acts, for as long as a request lasts, and puts the security headers on every response.
    """

    def __init__(self, app: ASGIApp, access: Access, needs: RouteNeeds, logins: Logins | None) -> None:
        """Stand before an application.

        Args:
            app: the application.
            access: the secrets of this run.
            needs: what each of its routes needs.
            logins: who is signed in; None where there are no accounts.
        """
        self._app = app
        self._access = access
        self._needs = needs
        self._logins = logins
        self._tokens = Attempts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that may not pass, hand on one that may."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = _Asked.of(scope)
        hosts = asked.headers.getlist("host")
        host = hosts[0] if self._access.host_fits(hosts) else None

        async def send_with_headers(message: Message) -> None:
            if message["type"] in _STARTS:
                own = MutableHeaders(raw=list(message.get("headers", [])))
                for name, value in security_headers(asked.path, host, tls=self._access.tls).items():
                    own.setdefault(name, value)
                message = {**message, "headers": own.raw}
            await send(message)

        # Until it is known who asks, it is nobody.
        with acting(NOBODY):
            found = self._at_the_door(asked, host) or await self._identified(asked)
        if isinstance(found, Response):
            # Of a WebSocket this is the answer to its handshake, which is thereby refused.
            await found(scope, receive, send_with_headers)
            return
        who, still_there = found
        with acting(who):
            if scope["type"] == "websocket" and still_there is not None:
                await self._converse(scope, receive, send_with_headers, still_there)
            else:
                await self._app(scope, receive, send_with_headers)

    def _at_the_door(self, asked: _Asked, host: str | None) -> Response | None:
        """What to say whoever asks; None if it depends on that."""
        access, headers = self._access, asked.headers
        if host is None:
            return refused(400, "This address is not one of Repose's own.")
        if asked.method not in _SAFE and not access.origin_fits(
            headers.getlist("origin"), headers.getlist("sec-fetch-site"), host
        ):
            return refused(403, "Only Repose's own pages may do that.", json=asked.by_script)
        tokens = asked.query.getlist("token")
        if tokens and (asked.method, asked.path) == ("GET", "/"):
            return self._with_token(asked, tokens)
        return None

    def _with_token(self, asked: _Asked, tokens: list[str]) -> Response:
        """The launch token is exchanged for the cookie."""
        here = self._access.is_here(asked.peer, asked.own)
        if here and len(tokens) == 1 and self._access.token_fits(tokens[0]):
            to = landing(asked.query.getlist("to"))
            return RedirectResponse(to, 303, {"Set-Cookie": self._access.cookie()})
        # The right one is heeded in any case: 256 bits are not guessed, and a page from elsewhere could send
        # the browser here with wrong ones until nobody gets in.
        if wait_s := self._tokens.begin("", asked.peer):
            return _too_many(wait_s)
        why = (
            "The token in this address is not, or no longer, valid."
            if here
            else "The token in this address opens Repose at the computer that it runs on alone."
        )
        return refused(403, why, may_sign_in=self._logins is not None)

    async def _identified(self, asked: _Asked) -> "Response | tuple[Acting, _StillThere | None]":
        """Who asks, if they have a right to it, and how to see whether they may still; else what to say."""
        needs = self._needs.of(asked.method or "GET", asked.path)
        if needs is not None and needs.right is Right.OPEN:
            return NOBODY, None
        found = self._access.secrets_in(asked.headers.getlist("cookie"))
        if self._access.is_this_computers(found) and self._access.is_here(asked.peer, asked.own):
            who, still_there = at_this_computer(), None
        else:
            try:
                signed_in = await self._signed_in(found)
            except ReposeError as error:
                return refused(503, str(error), json=asked.by_script)
            if signed_in is None:
                return self._signed_out(asked)
            account, secret = signed_in
            who, still_there = _acting(account), self._still_there(secret)
        # Nothing is told of a path that is not there, but that it is not.
        with acting(who):
            if needs is None or may(needs.right):
                return _for(who, needs), still_there
            return _forbidden(asked, who)

    async def _signed_in(self, found: tuple[str, ...]) -> tuple[Account, str] | None:
        for secret in found:
            if self._logins is not None:
                account = await run_in_threadpool(self._logins.of, secret)
                if account is not None:
                    return account, secret
        return None

    def _still_there(self, secret: str) -> "_StillThere":
        async def still_there() -> bool:
            # A database that cannot be read for a moment signs nobody out.
            with suppress(ReposeError):
                return await self._signed_in((secret,)) is not None
            return True

        return still_there

    def _signed_out(self, asked: _Asked) -> Response:
        if not self._access.beyond:
            return refused(403, _CLOSED, json=asked.by_script, may_sign_in=self._logins is not None)
        if asked.wants_page:
            to = landing([asked.path])
            return RedirectResponse("/sign-in" if to == "/" else f"/sign-in?to={to}", 303)
        return refused(403, _SIGNED_OUT, json=asked.by_script, may_sign_in=True)

    async def _converse(self, scope: Scope, receive: Receive, send: Send, still_there: "_StillThere") -> None:
        """Hand on a WebSocket, and close it soon after whoever has it may not be there any more."""
        gone = asyncio.Event()

        async def watch() -> None:
            await asyncio.sleep(CHECK_S)
            while await still_there():
                await asyncio.sleep(CHECK_S)
            gone.set()

        async def receive_until_gone() -> Message:
            told, hurried = asyncio.ensure_future(receive()), asyncio.ensure_future(gone.wait())
            try:
                await asyncio.wait([told, hurried], return_when=asyncio.FIRST_COMPLETED)
                if not gone.is_set():
                    return await told
                await send({"type": "websocket.close", "code": _REFUSED, "reason": "You are signed out."})
                return {"type": "websocket.disconnect", "code": _REFUSED}
            finally:
                told.cancel()
                hurried.cancel()

        watching = asyncio.ensure_future(watch())
        try:
            await self._app(scope, receive_until_gone, send)
        finally:
            watching.cancel()


_StillThere = Callable[[], Awaitable[bool]]


def _acting(account: Account) -> Acting:
    return Acting(account.name, account.role, account.person_id)


def _for(who: Acting, needs: Needs | None) -> Acting:
    """Who acts, and what about."""
    return who if needs is None else Acting(who.name, who.role, who.person_id, needs.doing)


def _forbidden(asked: _Asked, who: Acting) -> Response:
    """Somebody is known, and has no right to this. The page leads to what they may see, for they act now."""
    if asked.path == "/" and asked.wants_page:
        return RedirectResponse(home(), 303)
    why = f"The account {who.name} ({who.role}) may not do that: ask whoever keeps Repose here."
    if asked.wants_page:
        return HTMLResponse(render("problem.html.j2", why=why), 403)
    return JSONResponse({"detail": why}, 403)


def _too_many(wait_s: float) -> Response:
    wait = math.ceil(wait_s)
    page = refused(429, f"Too many wrong attempts. Wait {wait} s, then try again.")
    page.headers["Retry-After"] = str(wait)
    return page
