"""Writes to the store, done in order in a thread of their own, again and again until they succeed.

Whoever keeps something hands it over and goes on; only who needs to know that it is on the disk waits, and
never for long.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from repose.errors import NeverError, ReposeError

AGAIN_S: Final = 1.0
"""Time between two attempts."""

PATIENCE_S: Final = 1.0
"""Longest wait for what is to be on the disk before it is announced."""

_CLOSING_AGAIN_S: Final = 0.2

_log = logging.getLogger(__name__)


class Writes:
    """What is to be written, in order.

    Attributes:
        trouble: why it cannot be written now, and what to do; None while all is well.
        refused: number of writes that were left out, because they could never be done.
    """

    def __init__(self, patience_s: float = PATIENCE_S, again_s: float = AGAIN_S) -> None:
        self.trouble: str | None = None
        self.refused = 0
        self._patience_s, self._again_s = patience_s, again_s
        self._changed = threading.Condition()  # guards what follows
        self._waiting: deque[tuple[Callable[[], None], int]] = deque()
        self._size = 0
        self._late = False
        self._closing = False
        self._thread: threading.Thread | None = None

    def put(self, write: Callable[[], None], size: int = 0) -> None:
        """Have this written after all that was put before; it holds so many bytes until then."""
        with self._changed:
            self._waiting.append((write, size))
            self._size += size
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writes", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def settle(self) -> bool:
        """Wait until all that was put is written, but not for long.

        While it cannot be written, or takes too long, there is no waiting at all.

        Returns:
            Whether all of it is written.
        """
        with self._changed:
            if not self._late:
                self._changed.wait_for(
                    lambda: not self._waiting or self.trouble is not None, self._patience_s
                )
                self._late = bool(self._waiting)
                if self._late and self.trouble is None:
                    self._complain("the disk or the database is slow; wait a moment before you end Repose")
            return not self._waiting

    @property
    def waiting(self) -> int:
        """Number of writes that are not done."""
        with self._changed:
            return len(self._waiting)

    @property
    def size(self) -> int:
        """Bytes that the writes hold that are not done."""
        with self._changed:
            return self._size

    def close(self, patience_s: float = 5.0) -> bool:
        """Try for a while to write the rest, then give up; closing twice is harmless.

        Returns:
            Whether all of it is written.
        """
        until_s = time.monotonic() + patience_s
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._waiting, patience_s)
            left, thread = len(self._waiting), self._thread
            self._waiting.clear()
            self._size = 0
            self._changed.notify_all()
        if thread is not None:
            thread.join(max(until_s - time.monotonic(), 0.0))
        if left:
            _log.error("Repose ends, and %d writes of the session are lost: %s", left, self.trouble)
        return left == 0

    # In the thread:

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                write, size = self._waiting[0]
            if self._done(write):
                with self._changed:
                    if self._waiting:  # not given up meanwhile
                        self._waiting.popleft()
                        self._size -= size
                    if not self._waiting:
                        self._recover()
                    self._changed.notify_all()
            else:
                with self._changed:
                    self._changed.wait(_CLOSING_AGAIN_S if self._closing else self._again_s)

    def _done(self, write: Callable[[], None]) -> bool:
        """Try; what can never be written is left out, so that it holds up nothing else."""
        try:
            write()
        except NeverError as error:
            self._refuse(error)
        except ReposeError as error:
            with self._changed:
                self._complain(str(error))
                self._changed.notify_all()
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, the session lives on
            self._refuse(error)
        return True

    def _refuse(self, error: Exception) -> None:
        self.refused += 1
        _log.error("something of the session could not be kept", exc_info=error)

    def _complain(self, why: str) -> None:
        if self.trouble is None:
            _log.error("the session is not being saved: %s", why)
        self.trouble = why

    def _recover(self) -> None:
        if self.trouble is not None:
            _log.warning("the session is being saved again")
        self.trouble, self._late = None, False
