"""Signing in and out. The form needs no script."""

import asyncio
import math
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from repose.accounts.account import Account, Accounts
from repose.accounts.acting import NOBODY, Acting, Doing, acting
from repose.accounts.attempts import Attempts
from repose.accounts.logins import Logins
from repose.accounts.passwords import Passwords
from repose.accounts.sql_accounts import folded
from repose.audit.entry import AuditLog
from repose.errors import ReposeError
from repose.web.access import Access, landing
from repose.web.refused import sign_in_page

MOST_BYTES: Final = 16 * 1024
"""Of the form."""

AT_ONCE: Final = 2
"""Hashes that are made at a time: each takes 64 MB."""

MOST_WAITING: Final = 20
"""Attempts that wait for their turn; more are sent away."""

_WRONG: Final = "This name and this password do not belong together."


class _Desk:
    """Looks names and passwords up, a few at a time, and notes what came of it."""

    def __init__(self, accounts: Accounts, passwords: Passwords, log: AuditLog) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._log = log
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @property
    def busy(self) -> bool:
        return self._waiting >= MOST_WAITING

    async def account(self, name: str, password: str) -> Account | None:
        """The account, if the password is right. Takes as long if there is none."""
        self._waiting += 1
        try:
            async with self._turn:
                return await run_in_threadpool(self._look_up, name, password)
        finally:
            self._waiting -= 1

    def _look_up(self, name: str, password: str) -> Account | None:
        account = self._accounts.named(name)
        fits = self._passwords.fits(password, None if account is None else account.password_hash)
        if account is None or not fits:
            _note_wrong(self._log, account)
            return None
        _note(self._log, account, "account: signed in")
        if self._passwords.outdated(account.password_hash):
            before, now = account.password_hash, self._passwords.again(password)
            self._accounts.set_password(account.id, now, instead_of=before)
            return self._accounts.named(name)
        return account


def sign_in_routes(
    accounts: Accounts, logins: Logins, access: Access, passwords: Passwords, log: AuditLog
) -> APIRouter:
    """The routes.

    Args:
        accounts: who may sign in.
        logins: who is signed in.
        access: makes the cookie.
        passwords: checks them.
        log: in which it is noted.
    """
    router = APIRouter(include_in_schema=False)
    desk = _Desk(accounts, passwords, log)
    attempts = Attempts()

    @router.get("/sign-in")
    async def page(request: Request) -> Response:
        return sign_in_page(to=landing(request.query_params.getlist("to")))

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form = await _form(request)
        if form is None:
            return sign_in_page(413, why="That is more than a name and a password.")
        name, to = form.get("name", ""), landing([form.get("to", "/")])
        peer = "" if request.client is None else request.client.host
        looked_up = _looked_up(name)
        if desk.busy:
            return _later(5, name, to)
        if wait_s := attempts.begin(looked_up, peer):
            return _later(wait_s, name, to)
        account = await desk.account(name, form.get("password", ""))
        if account is None:
            return sign_in_page(403, why=_WRONG, name=name, to=to)
        attempts.succeeded(looked_up, peer)
        # Whatever this browser came with ends; what it gets was never anybody else's.
        await run_in_threadpool(end, request)
        cookie = access.cookie(logins.begin(account))
        return RedirectResponse(to, 303, {"Set-Cookie": cookie})

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        await run_in_threadpool(end, request)
        return RedirectResponse("/sign-in", 303, {"Set-Cookie": access.cookie("")})

    def end(request: Request) -> None:
        for secret in access.secrets_in(request.headers.getlist("cookie")):
            account = logins.of(secret)
            logins.end(secret)
            if account is not None:
                _note(log, account, "account: signed out")

    return router


def _note(log: AuditLog, account: Account, what: str) -> None:
    with acting(Acting(account.name, account.role, account.person_id)):
        log.append(Doing.EDIT, what, account.person_id, None)


def _note_wrong(log: AuditLog, account: Account | None) -> None:
    """Note that somebody failed: at whose account, but never what was typed, nor a patient's name."""
    whose = "" if account is None or account.person_id is not None else f" of {account.name}"[:60]
    what = "account: unknown name" if account is None else f"account: wrong password{whose}"
    with acting(Acting(NOBODY.name)):
        log.append(Doing.EDIT, what, None if account is None else account.person_id, None)


def _looked_up(name: str) -> str:
    """The name as attempts are counted for it; what is no name counts together."""
    try:
        return folded(name)
    except ReposeError:
        return ""


def _later(wait_s: float, name: str, to: str) -> Response:
    wait = math.ceil(wait_s)
    words = f"{wait} s" if wait < 120 else f"{math.ceil(wait / 60)} minutes"
    why = f"Too many attempts. Wait {words}, then try again."
    return sign_in_page(429, why=why, name=name, to=to, headers={"Retry-After": str(wait)})


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of the form, the first of each name; None if it is too much."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    try:
        fields = parse_qs(body.decode("latin-1"), errors="replace", max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
