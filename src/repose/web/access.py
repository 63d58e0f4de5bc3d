"""What opens the door: the secrets of one run of the server, its names, and whose pages may ask.

Pure decisions on what a request says of itself; the `guard` acts on them.
"""

import ipaddress
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Final

LOCAL_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
"""Names under which a browser may reach us at this computer. Any other name that leads here was pointed here
by someone else (DNS rebinding), unless it was given on the command line."""

_HTTP_PORT: Final = 80
_HTTPS_PORT: Final = 443

_PATH: Final = re.compile(r"(/[A-Za-z0-9_-]+)+")


def landing(paths: Sequence[str]) -> str:
    """Where the door leads to: to the path that is asked for if it is plainly ours, else to the start."""
    return paths[0] if len(paths) == 1 and _PATH.fullmatch(paths[0]) else "/"


class Access:
    """The secrets of one run of the server, and what they open.

    The launch token stands in the address that `repose live` prints. It is exchanged for a cookie with a
    secret of its own, so that the token need not stay in the browser's history. None outlives the server.
    Both open everything, and only at this computer; from others one signs in with an account.
    """

    def __init__(
        self, port: int, address: str = LOCAL_NAMES[0], *, names: Iterable[str] = (), tls: bool = False
    ) -> None:
        """Make new secrets.

        Args:
            port: which we listen on.
            address: which we listen on: of this computer alone, or, with TLS, one that others reach.
            names: by which others reach us, beside the address; names or addresses.
            tls: whether connections are encrypted.
        """
        self.token: Final = secrets.token_urlsafe(32)
        self._session: Final = secrets.token_urlsafe(32)
        self.tls: Final = tls
        # Cookies know no ports: without its number, two Reposes would take each other's. The prefix makes a
        # browser take the cookie from this very host, over TLS, and from no neighbour in its domain.
        self.cookie_name: Final = f"__Host-repose-{port}" if tls else f"repose-{port}"
        listening = ipaddress.ip_address(address)
        self.beyond: Final = not listening.is_loopback
        known = {bracketed(name).lower() for name in names}
        if not listening.is_unspecified:
            known.add(bracketed(address))
        if not self.beyond or listening.is_unspecified:
            known.update(LOCAL_NAMES)
        usual = port == (_HTTPS_PORT if tls else _HTTP_PORT)
        self._hosts: Final = {f"{name}:{port}" for name in known} | (known if usual else set())
        self._tickets: Final[set[str]] = set()

    def ticket(self) -> str:
        """A token for one use, for the browser that we open: others may see how a program is started."""
        ticket = secrets.token_urlsafe(32)
        self._tickets.add(ticket)
        return ticket

    def cookie(self, secret: str | None = None) -> str:
        """The Set-Cookie header that lets a browser in, until it is closed.

        Args:
            secret: of somebody who signed in; None for this computer's own, "" to take the cookie back.
        """
        value = self._session if secret is None else secret
        over = "; Max-Age=0" if value == "" else ""
        secure = "; Secure" if self.tls else ""
        return f"{self.cookie_name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{over}"

    def token_fits(self, token: str) -> bool:
        """Whether this is the launch token, or a ticket, which is then spent; told in constant time."""
        given = token.encode("utf-8", "surrogatepass")
        spent = {ticket for ticket in self._tickets if secrets.compare_digest(given, ticket.encode())}
        self._tickets.difference_update(spent)
        return bool(spent) or secrets.compare_digest(given, self.token.encode())

    def secrets_in(self, headers: Iterable[str]) -> tuple[str, ...]:
        """The values of our cookie in Cookie headers; whatever else is in them does not matter."""
        pairs = (pair.strip().partition("=") for header in headers for pair in header.split(";"))
        return tuple(value.strip() for name, _, value in pairs if name.strip() == self.cookie_name)

    def is_this_computers(self, found: Iterable[str]) -> bool:
        """Whether one of the cookie's values is this computer's own, told in constant time."""
        fits = False
        for value in found:
            fits |= secrets.compare_digest(value.encode("utf-8", "surrogatepass"), self._session.encode())
        return fits

    def is_here(self, peer: str, own: str) -> bool:
        """Whether whoever connects is at this computer.

        Args:
            peer: address of whoever connects.
            own: address that they connected to: the same one means this computer.
        """
        if not self.beyond:
            return True  # nobody else reaches us
        found = _plain(peer)
        return found is not None and (found.is_loopback or found == _plain(own))

    def host_fits(self, hosts: Sequence[str]) -> bool:
        """Whether the Host header is there once and names one of our names and our port."""
        return len(hosts) == 1 and hosts[0].lower() in self._hosts

    def origin_fits(self, origins: Sequence[str], sites: Sequence[str], host: str) -> bool:
        """Whether a page of ours is asking, or a program: browsers always say the origin where it matters.

        Args:
            origins: the Origin headers.
            sites: the Sec-Fetch-Site headers.
            host: the Host header.
        """
        scheme = "https" if self.tls else "http"
        ours = list(origins) in ([], [f"{scheme}://{host.lower()}"])
        return ours and list(sites) in ([], ["same-origin"])


def bracketed(name: str) -> str:
    """A name or address as it stands in a URL."""
    return f"[{name}]" if ":" in name and not name.startswith("[") else name


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address; one of IPv4 that came in over IPv6 is one of IPv4."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found
