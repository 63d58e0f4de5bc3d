"""One time for a source that is opened again and again."""

from typing import Final

from repose.capture.timestamps import STEP_S

LATE_S: Final = 3.0
"""A frame that seems older than this on arrival shows that the source's clock stood still or began anew."""


class Timeline:
    """Puts the timestamps of one opening after another on one clock.

    The timestamps strictly increase. Between frames of one opening the source's own distances are kept. None
    lies ahead of the clock, save to come `STEP_S` after the one before.
    """

    def __init__(self) -> None:
        self._zero_s: float | None = None
        self._last_s = -STEP_S

    def reopened(self) -> None:
        """The next frame is the first of another opening."""
        self._zero_s = None

    def place(self, said_s: float, arrived_s: float) -> float:
        """The time of a frame on the clock, in seconds.

        Args:
            said_s: the timestamp that the source gives.
            arrived_s: when the frame was there, on the clock.
        """
        # Frames arrive late by more or less; the one that took the least shows where the source's zero is.
        if self._zero_s is None or not 0 <= arrived_s - (self._zero_s + said_s) <= LATE_S:
            self._zero_s = arrived_s - said_s
        self._last_s = max(self._zero_s + said_s, self._last_s + STEP_S)
        return self._last_s
