"""Running the application until Ctrl-C."""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from fastapi import FastAPI

from repose.live.protocol import MOST_BYTES
from repose.web.coach.hub import Hub
from repose.web.patience import MOST_CONNECTIONS, PatientHttp
from repose.web.tls import Tls

END_S: Final = 1
"""Seconds that connections get to end by themselves."""

_SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""Ctrl-C, `kill`, the terminal's window closed, and Ctrl-Break on Windows."""


_NO_DEFECT: Final = "ASGI callable returned without completing handshake."
"""What uvicorn says of every WebSocket that was refused with a page in words."""


def _is_news(record: logging.LogRecord) -> bool:
    return record.msg != _NO_DEFECT


class Server(uvicorn.Server):
    """Serves until Ctrl-C or the like, then tells the pages, and ends without error."""

    def __init__(
        self,
        app: FastAPI,
        hub: Hub | None,
        listener: socket.socket,
        on_ready: Callable[[], None],
        tls: Tls | None = None,
    ) -> None:
        """Prepare, without serving yet.

        Args:
            app: the application.
            hub: that of the application; None if it has no coach.
            listener: a listening socket; closed in the end.
            on_ready: called once requests are answered.
            tls: with which connections are encrypted; None for none.
        """
        super().__init__(
            uvicorn.Config(
                app,
                http=PatientHttp,
                limit_concurrency=MOST_CONNECTIONS,
                # Waits for slow clients from uvicorn 0.52.1 on; "websockets" is about to go.
                ws="websockets-sansio",
                ws_max_size=MOST_BYTES,
                # Pictures are compressed already, and states are small.
                ws_per_message_deflate=False,
                lifespan="on",
                log_config=None,
                # Addresses hold the launch token.
                access_log=False,
                log_level="warning",
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=END_S,
                ssl_certfile=None if tls is None else tls.cert,
                ssl_keyfile=None if tls is None else tls.key,
            )
        )
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        self._hub = hub
        self._listener = listener
        self._on_ready = on_ready

    def serve_until_ended(self) -> None:
        """Serve until a signal, or `should_exit`."""
        self.run(sockets=[self._listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so."""
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the pages go, then all connections."""
        if self._hub is not None:
            await self._hub.close()
        # What is cut off from now on is no error.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Like uvicorn's, but a signal that ended us is not raised once more."""
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread hears signals
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
