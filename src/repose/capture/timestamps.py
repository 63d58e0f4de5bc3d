"""Timestamps that strictly increase, out of what a container says."""

import math
from typing import Final

STEP_S: Final = 0.001
"""How far behind the last frame a repeated timestamp is placed: pose models count in whole milliseconds."""

RESTART_BACK_S: Final = 0.5
"""A step back at least this long is a clock that started anew, as where two recordings were joined; shorter
ones are frames that were labelled in the wrong order."""

RESTART_AHEAD_S: Final = 600.0
"""A step ahead longer than this is a damaged timestamp, not a pause in an exercise."""


class Timestamps:
    """Repairs the timestamps of one source, frame by frame. Frames are never reordered or dropped.

    The first frame is at 0 and every timestamp that increases is kept as it is, relative to the first. Else:

    - a repeat, or a short step back, comes `STEP_S` after the last frame, and later ones stay as they were;
    - a clock that jumps (`RESTART_BACK_S`, `RESTART_AHEAD_S`) goes on one interval after the last frame;
    - a frame without a timestamp comes one interval after the last frame.
    """

    def __init__(self, interval_s: float) -> None:
        """Start with the time between two frames, in seconds, to use where the container says nothing."""
        self._interval_s = interval_s
        self._last_s: float | None = None
        self._zero_s = 0.0

    def next(self, said_s: float | None) -> float:
        """The timestamp of the next frame in seconds; `said_s` is the container's, None if it has none."""
        if said_s is not None and not math.isfinite(said_s):
            said_s = None
        if self._last_s is None:
            self._zero_s = said_s or 0.0
            self._last_s = 0.0
            return 0.0
        time_s = self._last_s + self._interval_s
        if said_s is not None:
            forward_s = said_s - self._zero_s - self._last_s
            if -RESTART_BACK_S < forward_s <= RESTART_AHEAD_S:
                time_s = said_s - self._zero_s if forward_s > 0 else self._last_s + STEP_S
            else:
                self._zero_s = said_s - time_s
        self._last_s = time_s
        return time_s
