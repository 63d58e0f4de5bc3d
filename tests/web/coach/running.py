"""The real server over a fake engine, in a thread of the test."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from repose.sessions.store import Store
from repose.web.access import Access
from repose.web.address import listen, url_of
from repose.web.app import create_app
from repose.web.coach.hub import Hub
from repose.web.serving import Server
from tests.web.coach.fake_engine import FakeEngine

PATIENCE_S = 30.0
"""Nothing here is measured; only a hang may end a test."""


@dataclass
class Running:
    """A server that runs, and how to reach it."""

    engine: FakeEngine
    access: Access
    hub: Hub
    server: Server
    url: str

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def cookie(self) -> str:
        return self.access.cookie().split(";")[0]

    def browser(self) -> httpx.Client:
        """A client that has been let in."""
        return httpx.Client(base_url=self.url, headers={"Cookie": self.cookie}, trust_env=False)

    def page(self, name: str = "") -> ClientConnection:
        """A WebSocket that has been let in."""
        return connect(
            f"{self.url.replace('http', 'ws')}/ws?client={name}",
            additional_headers={"Cookie": self.cookie},
            proxy=None,
            compression=None,
        )

    def handshake(self, *headers: str) -> tuple[int, socket.socket]:
        """Ask for a WebSocket with these headers alone; the status, and the connection."""
        raw = socket.socket()
        # A client that does not read is noticed sooner when little fits in between.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.settimeout(PATIENCE_S)
        raw.connect(("127.0.0.1", self.port))
        lines = (
            "GET /ws HTTP/1.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            *headers,
        )
        raw.sendall("\r\n".join((*lines, "", "")).encode())
        return int(raw.recv(12).split()[1]), raw


@contextmanager
def running(
    engine: FakeEngine | None = None, kept_s: float = PATIENCE_S, store: Store | None = None
) -> Iterator[Running]:
    """A server for as long as the `with` lasts."""
    engine = engine or FakeEngine()
    listener = listen("127.0.0.1", 0)
    access = Access(listener.getsockname()[1])
    hub = Hub(engine, kept_s)
    ready = threading.Event()
    url = url_of(listener)
    server = Server(create_app(engine, access, hub, store), hub, listener, ready.set)
    thread = threading.Thread(target=server.serve_until_ended)
    thread.start()
    try:
        assert ready.wait(PATIENCE_S)
        yield Running(engine, access, hub, server, url)
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def receive(page: ClientConnection) -> dict[str, Any]:
    """The next text message."""
    while True:
        message = page.recv(timeout=PATIENCE_S)
        if isinstance(message, str):
            said: dict[str, Any] = json.loads(message)
            return said


def receive_type(page: ClientConnection, kind: str) -> dict[str, Any]:
    """The next text message of this type."""
    while (message := receive(page))["type"] != kind:
        pass
    return message


def send(page: ClientConnection, **message: object) -> None:
    page.send(json.dumps(message))
