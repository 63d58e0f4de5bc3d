"""A page without a browser: it is let in, watches, and takes note of what it is sent."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from repose.errors import ReposeError
from repose.live.pictures import decoded

PATIENCE_S: Final = 30.0
"""Longest wait for an answer of the server; states come ten times a second."""


class Watcher:
    """Everything that a server sent to it since it was asked last.

    Attributes:
        state: the newest state; None before the first.
        role: "controller" or "watcher"; None before the first message.
        problem: what was refused last.
        done: the reps and partials that were announced and have not been taken.
        latencies_ms: from capture to arrival, of each picture that has not been taken.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.state: dict[str, Any] | None = None
        self.role: str | None = None
        self.problem: str | None = None
        self.done: list[dict[str, Any]] = []
        self.latencies_ms: list[float] = []
        self._socket = socket

    def send(self, message: dict[str, object]) -> None:
        """Say something."""
        with _told():
            self._socket.send(json.dumps(message))

    def watch(self, seconds: float) -> None:
        """Read for so long, and say of each picture that it was shown.

        Raises:
            ReposeError: the server has gone, or says nothing any more.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with _told():
                self._heed(self._socket.recv(timeout=PATIENCE_S))

    def taken(self) -> tuple[list[dict[str, Any]], list[float]]:
        """The reps and the latencies since the last time."""
        taken = self.done, self.latencies_ms
        self.done, self.latencies_ms = [], []
        return taken

    def _heed(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            header = decoded(message).header
            latency_ms = time.time() * 1000 - header.captured_ms
            self.latencies_ms.append(latency_ms)
            self.send({"type": "shown", "seq": header.seq, "latency_ms": latency_ms})
            return
        said = json.loads(message)
        self.role = said.get("role", self.role)
        match said["type"]:
            case "state":
                self.state = said
            case "done":
                self.done.append(said["done"]["rep"])
            case "problem":
                self.problem = said["text"]


@contextmanager
def watching(url: str) -> Iterator[Watcher]:
    """Be let in at an address with its launch token, and watch.

    Raises:
        ReposeError: nobody is let in there.
    """
    place = urlsplit(url)
    with _told():
        http = HTTPConnection(place.netloc, timeout=PATIENCE_S)
        http.request("GET", f"{place.path or '/'}?{place.query}")
        cookie = (http.getresponse().getheader("Set-Cookie") or "").split(";")[0]
        http.close()
        if not cookie:
            raise ReposeError(f"{place.netloc} does not let the bench in")
        socket = connect(
            f"ws://{place.netloc}/ws",
            additional_headers={"Cookie": cookie, "Origin": f"http://{place.netloc}"},
            proxy=None,
            compression=None,
            max_size=None,
        )
    with socket:
        yield Watcher(socket)


@contextmanager
def _told() -> Iterator[None]:
    """Whatever goes wrong between us and the server, in words."""
    try:
        yield
    except (OSError, HTTPException, WebSocketException) as error:
        raise ReposeError(
            f"the live coach does not answer any more: {error or type(error).__name__}"
        ) from error
