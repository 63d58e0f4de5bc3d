"""The live coach in a process of its own, as a user starts it, to be measured and tested."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from repose.bench.tree import Usage, usage
from repose.errors import ReposeError
from repose.sessions.database import NAME, VARIABLE

START_S: Final = 120.0
"""Longest wait for the address: the pose model may have to be made first."""

END_S: Final = 20.0
"""Longest wait for the process to end when it is asked to."""

_ADDRESS: Final = re.compile(r"http://\S+")


class LiveProcess:
    """`repose live` without opening a browser, on a free port. Use it in a `with`.

    Attributes:
        url: address of the page, launch token included.
        pid: number of the process.
    """

    def __init__(self, source: str, *options: str) -> None:
        """Start it and wait for its address.

        Args:
            source: as `--source`.
            options: further options of `repose live`.

        Raises:
            ReposeError: it ends before it names its address.
        """
        self._folder = tempfile.TemporaryDirectory()
        self._log = Path(self._folder.name) / "said.txt"
        command = [sys.executable, "-m", "repose", "live", "--source", source, "--no-browser", "--port", "0"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, *options],
                stdout=log,
                stderr=subprocess.STDOUT,
                # What is kept is of no use afterwards, unless the options say where to.
                env=os.environ | {"PYTHONUNBUFFERED": "1", VARIABLE: str(Path(self._folder.name) / NAME)},
                # Ctrl-C at the terminal is for the one who started us; we end the server ourselves.
                start_new_session=True,
            )
        self.pid = self._process.pid
        try:
            self.url = self._address()
        except BaseException:
            self.stop()
            raise

    def _address(self) -> str:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            running = self.running
            if found := _ADDRESS.search(self.said()):
                return found[0]
            if not running:
                break
            time.sleep(0.05)
        raise ReposeError(f"the live coach does not start: {self.last_line()}")

    def said(self) -> str:
        """All that it wrote so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def last_line(self) -> str:
        """What it said last."""
        lines = self.said().strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def usage(self) -> Usage | None:
        """What it and the processes that it started use now; None where it cannot be told."""
        return usage(self.pid)

    @property
    def running(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    def stop(self) -> int:
        """End it as Ctrl-C does, and return its exit code; ending it twice is harmless."""
        if self.running:
            self._process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
            try:
                self._process.wait(timeout=END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        return self._process.wait()

    def kill(self) -> None:
        """End it as a power failure does."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        """The process itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, whatever happened."""
        self.stop()
        self._folder.cleanup()
