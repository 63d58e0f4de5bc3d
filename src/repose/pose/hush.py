"""Keep MediaPipe's routine messages off the user's screen."""

import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

_STDERR: Final = 2

_CHATTER: Final = re.compile(
    rb"(INFO: Created TensorFlow Lite |WARNING: All log messages before absl::|[IW]\d{4} \d\d:\d\d:)[^\n]*\n"
)
_TOLD_TWICE: Final = re.compile(rb"(ERROR: |E\d{4} \d\d:\d\d:)[^\n]*\n")


@contextmanager
def hushed() -> Iterator[None]:
    """Hold back what is written to stderr, and pass on all but MediaPipe's information and warnings.

    Its C++ logger writes straight to the file descriptor and heeds neither environment variables nor Python.
    Errors, unless one is raised as well, and what others write meanwhile appear at the end of the block; of
    the last one, where blocks of several threads overlap, for the descriptor belongs to all of them.
    """
    _swap.enter()
    raised = True
    try:
        yield
        raised = False
    finally:
        _swap.leave(raised=raised)


class _Swap:
    """The descriptor's stand-in, from the first block that begins to the last one that ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocks = 0
        self._raised = False
        self._screen: int | None = None
        self._said: BinaryIO | None = None

    def enter(self) -> None:
        with self._lock:
            self._blocks += 1
            if self._blocks > 1:
                return
            self._raised = False
            try:
                self._screen = os.dup(_STDERR)
            except OSError:  # no stderr at all: nothing to keep quiet
                return
            self._said = tempfile.TemporaryFile()  # noqa: SIM115 - outlives this call
            os.dup2(self._said.fileno(), _STDERR)

    def leave(self, *, raised: bool) -> None:
        with self._lock:
            self._blocks -= 1
            self._raised |= raised
            if self._blocks or self._screen is None or self._said is None:
                return
            os.dup2(self._screen, _STDERR)
            with self._said:
                self._said.seek(0)
                rest = _CHATTER.sub(b"", self._said.read())
            rest = _TOLD_TWICE.sub(b"", rest) if self._raised else rest
            if rest:
                os.write(self._screen, rest)
            os.close(self._screen)
            self._screen = self._said = None


_swap = _Swap()
