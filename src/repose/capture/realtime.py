"""A file played as if it were a camera."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from types import TracebackType
from typing import Final, Self

from repose.capture.clock import now
from repose.capture.frames import Frame, FrameSource, SourceInfo

DEFAULT_RATE: Final = 30.0
"""Frames a second of a held picture where the source does not say its rate."""

STALLED_S: Final = 2.0
"""A frame later than this was held up by something else than a busy machine, such as sleep: the rest of the
file is put off by as much, for nobody wants to see it raced through."""

_GLANCE_S: Final = 0.1
"""Longest wait at a stretch, so that holding and closing are noticed soon."""


class RealTime:
    """The frames of another source, each when it is due.

    Timestamps are when the frame was due, in seconds from the first one: those of the source until it is held
    for the first time. A frame that is handed out late keeps the time at which it was due.

    While the source is held, its current picture comes again and again at the nominal frame rate, and time
    goes on. Nothing of the source is left out.
    """

    def __init__(
        self,
        source: FrameSource,
        clock: Callable[[], float] = now,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        """Play a source, which is closed with this one.

        Args:
            source: what to play; not iterated yet.
            clock: monotonic seconds.
            wait: waits for so many seconds; None waits for real, until the source is closed at most.
        """
        self._source = source
        self._clock = clock
        self._closed = threading.Event()
        self._wait = wait or self._closed.wait
        self._held = False

    @property
    def info(self) -> SourceInfo:
        """What is known of the source."""
        return self._source.info

    @property
    def ended_early(self) -> str | None:
        """One line about frames that are missing, as far as the source can tell; else None."""
        ended_early: str | None = getattr(self._source, "ended_early", None)
        return ended_early

    def hold(self, held: bool) -> None:
        """Stand still at the current picture, or go on; from any thread."""
        self._held = held

    def __iter__(self) -> Iterator[Frame]:
        """The frames when they are due; while held at the end, the last one again and again."""
        interval_s = 1 / (self.info.frame_rate or DEFAULT_RATE)
        later_s = 0.0  # how much later than in the source everything is
        shown: Frame | None = None
        zero_s = begun_s = 0.0
        # Each frame is fetched, and so decoded, before it is due. None comes after the last.
        for coming in chain(self._source, [None]):
            if shown is None:
                if coming is None:
                    return
                zero_s, begun_s = coming.time_s, self._clock()
            while True:
                held = self._held and shown is not None
                frame = shown if held else coming
                if frame is None:
                    return
                due_s = frame.time_s - zero_s + later_s + (interval_s if held else 0.0)
                if not self._until(begun_s + due_s, held):
                    if self._closed.is_set():
                        return
                    continue
                late_s = self._clock() - begun_s - due_s
                if late_s > STALLED_S:
                    due_s += late_s
                    later_s += late_s
                if held:
                    later_s += interval_s
                yield replace(frame, time_s=due_s)
                if self._closed.is_set():
                    return
                if not held:
                    break
            shown = coming

    def close(self) -> None:
        """Close the source; closing twice is harmless."""
        self._closed.set()
        self._source.close()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _until(self, moment_s: float, held: bool) -> bool:
        """Wait for a moment of the clock; False if meanwhile something else became due, or nothing."""
        while (left_s := moment_s - self._clock()) > 0 and not self._closed.is_set():
            self._wait(min(left_s, _GLANCE_S))
            if self._held != held:
                return False
        return not self._closed.is_set()
