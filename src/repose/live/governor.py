"""When the machine does not keep up: what to do less of. Pure; time is the capture time."""

from collections import deque
from dataclasses import dataclass
from typing import Final

TARGET_RATE: Final = 15.0
"""Analysed frames a second that should be kept."""

SMALL_SIDE: Final = 640
"""Longest side of the smaller pictures, in pixels. The pose model looks at 256 x 256 pixels of the body."""

SETTLING_S: Final = 3.0
"""Time that is not judged at the beginning, after a step and after a pause: a model warms up."""

WINDOW_S: Final = 4.0
"""Time that is judged."""

PAUSE_S: Final = 1.0
"""Idle time between two frames from which on it is a pause, in which nobody wanted more."""

_MORE: Final = 1.2
"""The source gives more if it gives this many times what is analysed."""

_BUSY: Final = 0.5
"""Share of the time that analysis must take for it to be what holds things up."""

_SMALLER_MODEL: Final = {
    "heavy": ("full", "This machine is slow: the full pose model is in use instead of the heavy one."),
    "full": (
        "lite",
        "This machine is slow: the small pose model is in use; it may confuse left and right.",
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do less of.

    Attributes:
        text: what is done, in a sentence for people.
        longest_side: make pictures no longer than this, in pixels; None leaves them.
        model: change to this pose model; None keeps the one in use.
    """

    text: str
    longest_side: int | None = None
    model: str | None = None


class Governor:
    """Watches how many frames a second are analysed, and steps down when they are too few.

    First the pictures are made smaller, then the pose model. There is one step at a time, with time to take
    effect, and none back up: what was too slow once would be again, and a model that changes to and fro
    changes the landmarks.
    """

    def __init__(self, model: str) -> None:
        """Begin with a pose model: "lite", "full" or "heavy"; any other is never changed."""
        self._model = model
        self._small = False
        self._frames: deque[tuple[float, float]] = deque()  # (capture time, busy seconds)
        self._last: tuple[float, float] | None = None
        self._judge_from_s = 0.0

    def see(
        self, time_s: float, camera_fps: float, busy_s: float, longest_side: int | None = None
    ) -> Step | None:
        """Take note of an analysed frame; what to do about it, if anything.

        Args:
            time_s: its capture time.
            camera_fps: frames a second that the source gives.
            busy_s: how long its analysis took.
            longest_side: of the picture in pixels; one that is small already is not made smaller.
        """
        if self._last is None or time_s - sum(self._last) > PAUSE_S:
            self._settle(time_s)
        self._last = (time_s, busy_s)
        self._frames.append(self._last)
        while len(self._frames) > 3 and self._frames[1][0] <= time_s - WINDOW_S:
            self._frames.popleft()
        if not self._too_slow(time_s, camera_fps):
            return None
        step = self._step(longest_side)
        if step is not None:
            self._settle(time_s)
        return step

    def _settle(self, time_s: float) -> None:
        self._frames.clear()
        self._judge_from_s = time_s + SETTLING_S

    def _too_slow(self, time_s: float, camera_fps: float) -> bool:
        first_s = self._frames[0][0]
        span_s = time_s - first_s
        if first_s < self._judge_from_s or span_s < WINDOW_S:
            return False
        busy = [busy_s for _, busy_s in self._frames][:-1]
        # A frame that takes seconds among others that do not was held up by something else.
        longest_s = max(busy)
        span_s, analysed = span_s - longest_s, len(busy) - 1
        if span_s <= 0:
            return False
        rate = analysed / span_s
        slow = rate < TARGET_RATE and camera_fps > _MORE * rate
        return slow and sum(busy) - longest_s > _BUSY * span_s

    def _step(self, longest_side: int | None) -> Step | None:
        """The next thing to do less of; None if nothing is left."""
        if not self._small:
            self._small = True
            if longest_side is None or longest_side > SMALL_SIDE:
                return Step("This machine is slow: pictures are made smaller.", longest_side=SMALL_SIDE)
        if self._model not in _SMALLER_MODEL:
            return None
        self._model, text = _SMALLER_MODEL[self._model]
        return Step(text, model=self._model)
