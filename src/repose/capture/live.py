"""Capture that never gets stuck: the newest picture, from a source that may freeze, vanish and come back."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol, runtime_checkable

from repose.capture.clock import now
from repose.capture.frames import Frame, FrameSource, SourceInfo
from repose.capture.health import ASLEEP_S, Health
from repose.capture.pictures import LONGEST_SIDE, light, shrink
from repose.capture.timeline import Timeline
from repose.capture.trouble import Trouble

BACK_OFF_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits before a lost source is opened again, one after another; the last one repeats."""

LIVED_S: Final = 1.0
"""A source that was open so long after its first picture begins the waits anew when it is lost."""

HUNG_S: Final = 15.0
"""After this time without a picture the thread that waits for one is given up. V4L2 waits for 10 s."""

OPENING_S: Final = 45.0
"""The same while the source is being opened; on Windows some cameras take half a minute."""

MOST_GIVEN_UP: Final = 3
"""Threads that may hang in a driver at the same time before no further one is started."""

CLOSING_S: Final = 2.0
"""Longest wait for the threads to end."""

LOOK_S: Final = 0.1
"""Time between two looks at whether the source hangs, in real seconds."""

_log = logging.getLogger(__name__)


@runtime_checkable
class Holdable(Protocol):
    """A source that can stand still: a file that is played."""

    def hold(self, held: bool) -> None:
        """Stand still, or go on."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Captured:
    """A frame on the capture's clock.

    Attributes:
        frame: time_s is in seconds since the capture began; strictly increasing, whatever happens.
        captured_at: when it was taken, in seconds since 1970; for showing the latency, and nothing else.
    """

    frame: Frame
    captured_at: float


class Capture:
    """Keeps a source open, in a thread of its own, and its newest frame at hand.

    A camera that is lost, or was never there, is opened again and again, with growing waits. A file (a source
    that can be held, or knows how many frames it has) is played once: whether it ends or breaks, that is the
    end. A thread that hangs inside a driver is left behind, and another one started.
    """

    def __init__(self, opener: Callable[[], FrameSource], clock: Callable[[], float] = now) -> None:
        """Make a capture that stands still until `start`.

        Args:
            opener: opens the source; called anew, in another thread, after each loss. It raises when the
                source cannot be opened now.
            clock: monotonic seconds.
        """
        self._opener = opener
        self._clock = clock
        self._begun_s: float | None = None
        self._closing = False
        self._wake = threading.Event()  # for the keeper: a reader is done, or all is to be closed
        self._keeper = threading.Thread(target=self._keep_open, name="capture", daemon=True)
        self._given_up: list[_Reader] = []
        self._longest_side = LONGEST_SIDE
        self._changed = threading.Condition()  # guards what follows
        self._reader: _Reader | None = None
        self._newest: Captured | None = None
        self._info: SourceInfo | None = None
        self._held = False
        self._dropped = 0
        self._timeline = Timeline()
        self._health = Health()

    def start(self) -> None:
        """Begin; a source that cannot be opened is a `trouble`, not an error."""
        self._begun_s = self._clock()
        self._keeper.start()

    def close(self) -> None:
        """Stop, and release the source unless its driver hangs; closing twice is harmless."""
        with self._changed:
            self._closing = True
            reader = self._reader
            self._changed.notify_all()
        self._wake.set()
        until_s = time.monotonic() + CLOSING_S
        for thread in (self._keeper, reader):
            if thread is not None and thread.ident is not None:
                thread.join(max(0.0, until_s - time.monotonic()))

    def newest(self, timeout_s: float) -> Captured | None:
        """The newest frame, once: wait for one that was not handed out yet; None if none comes in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None or self._closing, timeout_s)
            newest, self._newest = self._newest, None
            return newest

    def hold(self, held: bool) -> None:
        """Let a file stand still at its current picture, or go on; a camera takes no notice."""
        with self._changed:
            self._held = held
            if self._reader is not None and isinstance(self._reader.source, Holdable):
                self._reader.source.hold(held)

    def limit(self, longest_side: int) -> None:
        """Make pictures no longer than this, in pixels, from the next one on."""
        self._longest_side = longest_side

    def time_s(self) -> float:
        """Seconds since `start`: the clock that the frames' times are on; none of them lies ahead of it."""
        return 0.0 if self._begun_s is None else self._clock() - self._begun_s

    @property
    def info(self) -> SourceInfo | None:
        """What is known of the source as it was last opened; None before."""
        with self._changed:
            return self._info

    @property
    def dropped(self) -> int:
        """Frames that nobody took before a newer one came."""
        with self._changed:
            return self._dropped

    @property
    def fps(self) -> float:
        """Frames a second that the source gives, over the last two seconds."""
        with self._changed:
            return self._health.fps(self.time_s())

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong with the source now; None when all is well."""
        with self._changed:
            return self._health.trouble(self.time_s())

    # In the keeper's thread:

    def _keep_open(self) -> None:
        """Have the source read, by one reader after another, until it ends or the capture is closed."""
        losses = 0
        said: str | None = None
        while True:
            reader = _Reader(self._opener, self._clock, self._opened, self._take, self._wake)
            with self._changed:
                if self._closing:
                    return
                self._timeline.reopened()
                self._reader = reader
            reader.start()
            loss = self._watched(reader)
            with self._changed:
                if self._closing:
                    return
                self._reader = None  # what still comes from it is of no use
                if reader.once:
                    self._health.end()
                elif not reader.opened:
                    self._health.absent()
            if reader.once:
                _log.info("the source has ended%s", f": {loss}" if loss else "")
                return
            losses = 0 if reader.lived_s >= LIVED_S else losses
            wait_s = BACK_OFF_S[min(losses, len(BACK_OFF_S) - 1)]
            losses += 1
            loss = loss or "the source ended"
            # A camera that stays away is worth one line, not one every eight seconds.
            level = logging.DEBUG if loss == said and not reader.opened else logging.WARNING
            _log.log(level, "no pictures, opening again in %g s: %s", wait_s, loss)
            said = loss
            self._rest(wait_s)

    def _watched(self, reader: "_Reader") -> str | None:
        """Wait until a reader is done, hangs, or is needed no more; why no more frames come, if known."""
        looked_s = patient_s = self._clock()
        while not (reader.done or self._closing):
            self._wake.wait(LOOK_S)
            self._wake.clear()
            now_s = self._clock()
            if now_s - looked_s > ASLEEP_S:
                patient_s = now_s
            looked_s = now_s
            quiet_s = now_s - max(reader.moved_s, patient_s)
            if reader.once or reader.done or quiet_s <= (HUNG_S if reader.opened else OPENING_S):
                continue
            self._given_up = [one for one in self._given_up if one.is_alive()]
            if len(self._given_up) < MOST_GIVEN_UP:
                self._given_up.append(reader)
                return f"its driver has not answered for {quiet_s:.0f} s"
        return reader.error

    def _rest(self, wait_s: float) -> None:
        """Wait by the capture's clock, or until it is closed."""
        until_s = self._clock() + wait_s
        while not self._closing and (left_s := until_s - self._clock()) > 0:
            self._wake.wait(min(left_s, LOOK_S))
            self._wake.clear()

    # In a reader's thread:

    def _opened(self, reader: "_Reader", source: FrameSource) -> bool:
        """Note an open source; False if it is needed no more."""
        with self._changed:
            if self._closing or reader is not self._reader:
                return False
            self._info = info = source.info
            if self._held and isinstance(source, Holdable):
                source.hold(True)
        _log.info("%s is open, %d x %d pixels", info.name, *info.size)
        return True

    def _take(self, reader: "_Reader", frame: Frame) -> bool:
        """Put a frame where the newest one is; False if no more are needed."""
        arrived_s, wall_s = self.time_s(), time.time()
        image = shrink(frame.image, self._longest_side)
        brightness = light(image)
        with self._changed:
            if self._closing or reader is not self._reader:
                return False
            time_s = self._timeline.place(frame.time_s, arrived_s)
            self._health.picture(arrived_s, brightness, self._held and reader.once)
            self._dropped += self._newest is not None
            self._newest = Captured(
                replace(frame, time_s=time_s, image=image), wall_s - max(0.0, arrived_s - time_s)
            )
            self._changed.notify_all()
            return True


class _Reader(threading.Thread):
    """Opens a source, reads it as long as its frames are wanted, and closes it; any of which may hang.

    Attributes:
        source: while and after it is open.
        opened: whether it ever was.
        once: whether it is played only once.
        moved_s: when something last happened, on the clock.
        lived_s: time from the first frame to the end.
        error: why there are no more frames, in one line; None at a proper end.
        done: whether the thread is through.
    """

    def __init__(
        self,
        opener: Callable[[], FrameSource],
        clock: Callable[[], float],
        opened: Callable[["_Reader", FrameSource], bool],
        take: Callable[["_Reader", Frame], bool],
        wake: threading.Event,
    ) -> None:
        super().__init__(name="reader", daemon=True)
        self.source: FrameSource | None = None
        self.once = False
        self.moved_s = clock()
        self.lived_s = 0.0
        self.error: str | None = None
        self.done = False
        self._opener, self._clock = opener, clock
        self._opened, self._take, self._wake = opened, take, wake

    @property
    def opened(self) -> bool:
        return self.source is not None

    def run(self) -> None:
        try:
            self._read()
        except Exception as error:  # noqa: BLE001 - whatever a driver raises means that no pictures come
            self.error = (str(error).splitlines() or [""])[0] or type(error).__name__
        finally:
            self.done = True
            self._wake.set()

    def _read(self) -> None:
        source = self._opener()
        try:
            self.once = isinstance(source, Holdable) or source.info.frame_count is not None
            self.moved_s = self._clock()
            self.source = source
            if not self._opened(self, source):
                return
            first_s: float | None = None
            try:
                for frame in source:
                    self.moved_s = self._clock()
                    first_s = self.moved_s if first_s is None else first_s
                    if not self._take(self, frame):
                        return
            finally:
                self.lived_s = 0.0 if first_s is None else self._clock() - first_s
            self.error = getattr(source, "ended_early", None)
        finally:
            source.close()
