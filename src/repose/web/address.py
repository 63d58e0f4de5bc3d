"""Where we listen: a port of this computer, and who is there if it is taken."""

import errno
import http.client
import ipaddress
import socket
from contextlib import closing, suppress
from typing import Final

from pydantic import ValidationError

from repose.errors import ReposeError
from repose.web.answers import Health

ASK_S: Final = 2.0
"""Longest wait for the answer of whoever holds the port."""

SEND_BUFFER: Final = 256 * 1024
"""Bytes that the system may hold back for one connection: a few pictures, so that a client that does not
read is noticed within seconds."""

UNREAD_S: Final = 20.0
"""After this time the system gives up a connection whose other end takes nothing, where it can be told to."""


def loopback(host: str) -> str:
    """The address to listen on, checked to be one that only this computer reaches.

    Raises:
        ReposeError: others could reach it, or it is no address.
    """
    name = "127.0.0.1" if host.lower() == "localhost" else host.strip("[]")
    try:
        address = ipaddress.ip_address(name)
    except ValueError as error:
        raise ReposeError(f"--host {host}: is no address of this computer; use 127.0.0.1") from error
    if not address.is_loopback:
        raise ReposeError(
            f"--host {host}: other computers could reach the camera there, and this version has neither "
            "accounts nor encryption; use 127.0.0.1"
        )
    return str(address)


def listen(address: str, port: int) -> socket.socket:
    """A socket that listens on a port of this computer.

    Args:
        address: from `loopback`.
        port: 0 for any free one.

    Raises:
        ReposeError: the port is taken, or may not be used.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        _set_options(listener)
        listener.bind((address, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise ReposeError(_why_not(error, address, port)) from error
    return listener


def url_of(listener: socket.socket) -> str:
    """The address of the page behind a socket, without a path."""
    address, port = listener.getsockname()[:2]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


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
    """Whether it is Repose that answers there."""
    with (
        closing(http.client.HTTPConnection(address, port, timeout=ASK_S)) as asking,
        suppress(OSError, http.client.HTTPException, ValidationError),
    ):
        asking.request("GET", "/health")
        return Health.model_validate_json(asking.getresponse().read(1000)).name == "repose"
    return False
