"""Who is signed in. Kept in memory: none outlives the server."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from repose.accounts.account import Account, Accounts

IDLE_S: Final = 30 * 60.0
"""After this time without a request or an open connection, one has to sign in again."""

LONGEST_S: Final = 12 * 3600.0
"""After this time in any case."""

MOST_OF_ONE: Final = 20
"""Logins of one account at a time; the one that was used least lately goes first."""


@dataclass(frozen=True, slots=True)
class _Login:
    """One browser that is signed in.

    Attributes:
        account: as it was then.
        begun_s, seen_s: when it began, and when it was last used.
    """

    account: Account
    begun_s: float
    seen_s: float


class Logins:
    """Gives out secrets, and tells whose they are. May be used from any thread."""

    def __init__(self, accounts: Accounts, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = accounts
        self._clock = clock
        self._lock = threading.Lock()
        # By a digest: how long it takes to find one says nothing of the secrets.
        self._logins: dict[str, _Login] = {}

    def begin(self, account: Account) -> str:
        """Somebody gave the right password; the secret is new each time."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._drop_expired(now)
            of_account = [key for key, login in self._logins.items() if login.account.id == account.id]
            of_account.sort(key=lambda key: self._logins[key].seen_s)
            for key in of_account[: max(len(of_account) - MOST_OF_ONE + 1, 0)]:
                del self._logins[key]
            self._logins[_digest(secret)] = _Login(account, now, now)
        return secret

    def of(self, secret: str) -> Account | None:
        """The account of a secret, which is thereby in use; None if it has ended, or never was.

        A login ends with its account, with its password, and with its role.

        Raises:
            ReposeError: the accounts cannot be read.
        """
        key = _digest(secret)
        with self._lock:
            login = self._logins.get(key)
            if login is None or not self._lasts(login, self._clock()):
                self._logins.pop(key, None)
                return None
        account = self._accounts.named(login.account.name)
        with self._lock:
            if account != login.account:
                self._logins.pop(key, None)
                return None
            if key not in self._logins:  # signed out meanwhile
                return None
            self._logins[key] = replace(login, seen_s=self._clock())
        return account

    def end(self, secret: str) -> None:
        """Somebody signed out; ending twice is harmless."""
        with self._lock:
            self._logins.pop(_digest(secret), None)

    def _lasts(self, login: _Login, now: float) -> bool:
        return now - login.seen_s < IDLE_S and now - login.begun_s < LONGEST_S

    def _drop_expired(self, now: float) -> None:
        self._logins = {key: login for key, login in self._logins.items() if self._lasts(login, now)}


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
