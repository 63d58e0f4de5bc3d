"""The process apart, seen from inside."""

import importlib
import json
import os
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from repose.apart.limits import Limits
from repose.apart.pictures import Pictures
from repose.apart.process import MOST_BYTES, OUT_OF_MEMORY


@dataclass(frozen=True, slots=True)
class Inside:
    """What the work has to do with.

    Attributes:
        about: what it was told when it was started.
        pictures: shared with the process that it works for.
    """

    about: dict[str, Any]
    pictures: Pictures
    _connection: Connection

    def send(self, message: bytes) -> None:
        """Say something."""
        self._connection.send_bytes(message)

    def receive(self) -> bytes:
        """The next thing that it is told; waits for it."""
        return self._connection.recv_bytes(MOST_BYTES)


def begin() -> None:
    """Do what the other process says first, and end; the arguments are two ends of pipes from there."""
    connection, lifeline = int(sys.argv[1]), int(sys.argv[2])
    threading.Thread(target=_end_with, args=(_connection(lifeline, writable=False),), daemon=True).start()
    _work(_connection(connection))
    os._exit(0)  # without the tidying up of libraries, which can only fail


def _work(connection: Connection) -> None:
    told = json.loads(connection.recv_bytes(MOST_BYTES))
    module, function = told["work"].split(":")
    # Before the limits: Python and libraries may want to keep what they have made ready.
    work = getattr(importlib.import_module(module), function)
    inside = Inside(told["about"], Pictures.join(*told["pictures"]), connection)
    Limits(**told["limits"]).apply()
    try:
        work(inside)
        # Stays until it is let go, or what it said last might not be heard.
        while True:
            inside.receive()
    except (EOFError, BrokenPipeError):  # nobody is there any more
        pass
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _connection(handle: int, *, writable: bool = True) -> Connection:
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle, writable=writable)
    return Connection(handle, writable=writable)


def _end_with(lifeline: Connection) -> None:
    """End this process, whatever it is doing, as soon as the other one is gone."""
    try:
        lifeline.recv_bytes()
    finally:
        os._exit(0)
