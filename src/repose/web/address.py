"""Where we listen: an address and a port of this computer, and who is there if it is taken."""

import errno
import http.client
import ipaddress
import re
import socket
import ssl
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from repose.errors import ReposeError
from repose.web.access import Access, bracketed
from repose.web.answers import Health
from repose.web.tls import HOW, Tls, checked_tls

ASK_S: Final = 2.0
"""Longest wait for the answer of whoever holds the port."""

SEND_BUFFER: Final = 256 * 1024
"""Bytes that the system may hold back for one connection: a few pictures, so that a client that does not
read is noticed within seconds."""

UNREAD_S: Final = 20.0
"""After this time the system gives up a connection whose other end takes nothing, where it can be told to."""


_NAME: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?")
"""A host name (RFC 1123); without stars, for whoever may choose a name could lead browsers here."""


@dataclass(frozen=True, slots=True)
class Bind:
    """Where to listen, and who is meant to get there.

    Attributes:
        address: of this computer; 0.0.0.0 or :: for all that it has.
        names: by which others reach it, beside the address: names or addresses.
        tls: with which connections are encrypted; None at addresses that only this computer reaches.
    """

    address: str
    names: tuple[str, ...] = ()
    tls: Tls | None = None

    @property
    def beyond(self) -> bool:
        """Whether other computers may get there."""
        return not ipaddress.ip_address(self.address).is_loopback

    def access(self, listener: socket.socket) -> Access:
        """New secrets for a server that listens there."""
        port = listener.getsockname()[1]
        return Access(port, self.address, names=self.names, tls=self.tls is not None)

    def url(self, listener: socket.socket) -> str:
        """The address of the page for a browser at this computer, without a path."""
        return url_of(listener, tls=self.tls is not None)

    def urls_of_others(self, listener: socket.socket) -> tuple[str, ...]:
        """The addresses of the page for other computers."""
        if not self.beyond:
            return ()
        port = listener.getsockname()[1]
        own = () if ipaddress.ip_address(self.address).is_unspecified else (self.address,)
        return tuple(f"https://{bracketed(name)}:{port}" for name in (*self.names, *own))


def bind_of(
    host: str,
    *,
    beyond: bool = False,
    cert: Path | None = None,
    key: Path | None = None,
    names: Sequence[str] = (),
) -> Bind:
    """Where to listen, as the command line says it.

    Args:
        host: an address of this computer.
        beyond: whether other computers are meant to reach it.
        cert: the certificate for that.
        key: its key.
        names: by which they reach it.

    Raises:
        ReposeError: that is not enough to let others in, or too much to keep them out.
    """
    address = checked_address(host)
    if address.is_loopback:
        extra = {
            "--beyond-this-computer": beyond,
            "--tls-cert": cert is not None,
            "--tls-key": key is not None,
            "--name": bool(names),
        }
        if given := [option for option, there in extra.items() if there]:
            raise ReposeError(
                f"{', '.join(given)}: only this computer reaches {address}; give --host an address that "
                "others reach too, or leave that out"
            )
        return Bind(str(address))
    if not beyond:
        raise ReposeError(
            f"--host {host}: other computers could reach the camera there; use 127.0.0.1, or, if that is "
            "meant, add --beyond-this-computer with --tls-cert and --tls-key"
        )
    if cert is None or key is None:
        name = names[0] if names else "NAME"
        raise ReposeError(
            "--beyond-this-computer: what is sent must be encrypted; give --tls-cert and --tls-key. "
            f"To make them: {HOW.format(name=name)}"
        )
    if address.is_unspecified and not names:
        raise ReposeError(
            f"--host {host}: listens on every address; say by --name, once for each, under which name or "
            "address others reach it"
        )
    return Bind(str(address), tuple(map(_checked_name, names)), checked_tls(cert, key))


def loopback(host: str) -> str:
    """The address to listen on, checked to be one that only this computer reaches.

    Raises:
        ReposeError: others could reach it, or it is no address.
    """
    return bind_of(host).address


def checked_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address that is meant.

    Raises:
        ReposeError: it is none.
    """
    name = "127.0.0.1" if host.lower() == "localhost" else host.strip("[]")
    try:
        return ipaddress.ip_address(name)
    except ValueError as error:
        raise ReposeError(f"--host {host}: is no address of this computer; use 127.0.0.1") from error


def _checked_name(name: str) -> str:
    """A name or address by which others reach us, as a Host header has it."""
    with suppress(ValueError):
        found = ipaddress.ip_address(name.strip("[]"))
        if not found.is_unspecified:
            return str(found)
    plain = name.lower()
    # What ends in a number is an address that is none.
    if not _NAME.fullmatch(plain) or plain.rstrip(".").rpartition(".")[2].isdigit():
        raise ReposeError(
            f"--name {name}: is neither a name nor an address, such as clinic.example or 192.168.1.5; "
            "without https:// and port, and without *"
        )
    return plain


def listen(address: str, port: int) -> socket.socket:
    """A socket that listens on a port of this computer.

    Args:
        address: of this computer.
        port: 0 for any free one.

    Raises:
        ReposeError: the port is taken, or may not be used.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Only of what is plainly TCP does asyncio send each piece at once, and not 40 ms later.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        _set_options(listener)
        listener.bind((address, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise ReposeError(_why_not(error, address, port)) from error
    return listener


def url_of(listener: socket.socket, *, tls: bool = False) -> str:
    """The address of the page behind a socket, for a browser at this computer, without a path."""
    address, port = listener.getsockname()[:2]
    return f"{'https' if tls else 'http'}://{bracketed(_within(address))}:{port}"


def _within(address: str) -> str:
    """The address by which this computer reaches itself."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 - to be replaced


def _set_options(listener: socket.socket) -> None:
    """Options that the connections inherit."""
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        # On Windows, SO_REUSEADDR would let two programs share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(UNREAD_S * 1000))


def _why_not(error: OSError, address: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            if is_repose(address, port):
                return (
                    f"Repose already runs on port {port}: open the page that it printed, "
                    "or choose another with --port"
                )
            return f"port {port} is used by another program; choose another with --port"
        case errno.EACCES | errno.EPERM:
            return f"port {port} may not be used by this user; choose one above 1023 with --port"
        case errno.EADDRNOTAVAIL:
            return f"--host {address}: is no address of this computer; use 127.0.0.1"
    return f"port {port} cannot be used: {error.strerror}; choose another with --port"


def is_repose(address: str, port: int) -> bool:
    """Whether it is Repose that answers there, with or without encryption."""
    # Nothing is sent but the question who is there, to this very computer.
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    host = _within(address)
    return _says_so(http.client.HTTPConnection(host, port, timeout=ASK_S)) or _says_so(
        http.client.HTTPSConnection(host, port, timeout=ASK_S, context=unchecked)
    )


def _says_so(connection: http.client.HTTPConnection) -> bool:
    with closing(connection) as asking, suppress(OSError, http.client.HTTPException, ValidationError):
        asking.request("GET", "/health")
        return Health.model_validate_json(asking.getresponse().read(1000)).name == "repose"
    return False
