"""Keep MediaPipe's routine messages off the user's screen."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_STDERR: Final = 2

_CHATTER: Final = re.compile(
    rb"(INFO: Created TensorFlow Lite |WARNING: All log messages before absl::|[IW]\d{4} \d\d:\d\d:)[^\n]*\n"
)
_TOLD_TWICE: Final = re.compile(rb"(ERROR: |E\d{4} \d\d:\d\d:)[^\n]*\n")


@contextmanager
def hushed() -> Iterator[None]:
    """Hold back what is written to stderr, and pass on all but MediaPipe's information and warnings.

    Its C++ logger writes straight to the file descriptor and heeds neither environment variables nor Python.
    Errors, unless one is raised as well, and what others write meanwhile appear at the end of the block.
    """
    try:
        screen = os.dup(_STDERR)
    except OSError:  # no stderr at all: nothing to keep quiet
        yield
        return
    try:
        with tempfile.TemporaryFile() as said:
            os.dup2(said.fileno(), _STDERR)
            raised = True
            try:
                yield
                raised = False
            finally:
                os.dup2(screen, _STDERR)
                said.seek(0)
                rest = _CHATTER.sub(b"", said.read())
                rest = _TOLD_TWICE.sub(b"", rest) if raised else rest
                if rest:
                    os.write(screen, rest)
    finally:
        os.close(screen)
