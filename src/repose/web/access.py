"""Who may use the pages: whoever knows the launch token, at this computer, from our own pages.

Pure decisions on what a request says of itself; the `guard` acts on them.
"""

import re
import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Final

LOCAL_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
"""Names under which a browser may reach us. Any other name that leads here was pointed here by someone else
(DNS rebinding)."""

_HTTP_PORT: Final = 80

_PATH: Final = re.compile(r"(/[A-Za-z0-9_-]+)+")


def landing(paths: list[str]) -> str:
    """Where the token leads: to the path that is asked for if it is plainly ours, else to the start."""
    return paths[0] if len(paths) == 1 and _PATH.fullmatch(paths[0]) else "/"


class Access:
    """The secrets of one run of the server, and what they open.

    The launch token stands in the address that `repose live` prints. It is exchanged for a cookie with a
    secret of its own, so that the token need not stay in the browser's history. None outlives the server.
    """

    def __init__(self, port: int, address: str = LOCAL_NAMES[0]) -> None:
        """Make new secrets.

        Args:
            port: which we listen on.
            address: which we listen on, if it is another one of this computer than those of `LOCAL_NAMES`.
        """
        self.token: Final = secrets.token_urlsafe(32)
        self._session: Final = secrets.token_urlsafe(32)
        # Cookies know no ports: without its number, two Reposes would take each other's.
        self.cookie_name: Final = f"repose-{port}"
        names = {*LOCAL_NAMES, f"[{address}]" if ":" in address else address}
        self._hosts: Final = {f"{name}:{port}" for name in names} | (names if port == _HTTP_PORT else set())
        self._tickets: Final[set[str]] = set()

    def ticket(self) -> str:
        """A token for one use, for the browser that we open: others may see how a program is started."""
        ticket = secrets.token_urlsafe(32)
        self._tickets.add(ticket)
        return ticket

    def cookie(self) -> str:
        """The Set-Cookie header that lets a browser in, until it is closed."""
        return f"{self.cookie_name}={self._session}; Path=/; HttpOnly; SameSite=Strict"

    def token_fits(self, token: str) -> bool:
        """Whether this is the launch token, or a ticket, which is then spent; told in constant time."""
        given = token.encode()
        spent = {ticket for ticket in self._tickets if secrets.compare_digest(given, ticket.encode())}
        self._tickets.difference_update(spent)
        return bool(spent) or secrets.compare_digest(given, self.token.encode())

    def cookie_fits(self, headers: Iterable[str]) -> bool:
        """Whether one of these Cookie headers holds the cookie, told in constant time."""
        fits = False
        for header in headers:
            cookies: SimpleCookie = SimpleCookie()
            try:
                cookies.load(header)
            except CookieError:
                continue
            if (found := cookies.get(self.cookie_name)) is not None:
                fits |= secrets.compare_digest(found.value.encode(), self._session.encode())
        return fits

    def host_fits(self, hosts: list[str]) -> bool:
        """Whether the Host header is there once and names this computer and our port."""
        return len(hosts) == 1 and hosts[0].lower() in self._hosts

    def origin_fits(self, origins: list[str], host: str) -> bool:
        """Whether a page of ours is asking, or a program: browsers always say the origin where it matters."""
        return not origins or origins == [f"http://{host.lower()}"]
