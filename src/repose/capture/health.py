"""Whether a source does what it should, judged from when its pictures come and how light they are."""

from collections import deque
from typing import Final

from repose.capture.trouble import Trouble, TroubleKind

SILENCE_S: Final = 1.5
"""So long without a picture is trouble; it must be noticed within 2 s."""

STARTING_S: Final = 5.0
"""Time for the first picture of all: cameras wake up slowly."""

STEADY: Final = 3
"""Pictures that must come, each within `SILENCE_S` of the last, before a silence is over. A camera that froze
may give a single one each time it is opened."""

BLACK_LIGHT: Final = 0.03
"""Mean light below which a picture counts as black, 0 to 1. A room lit by a screen has more."""

SEEN_LIGHT: Final = 0.05
"""Mean light above which it is no longer black."""

BLACK_S: Final = 1.0
"""So long must it be black: cameras begin with black pictures while they find their exposure."""

SLOW_RATE: Final = 10.0
"""Pictures a second below which a source is slow."""

FAST_RATE: Final = 12.0
"""Pictures a second above which it is no longer slow."""

WINDOW_S: Final = 2.0
"""Time over which pictures a second are counted."""

ASLEEP_S: Final = 5.0
"""Who asks many times a second, and then not for so long, was asleep, and so was the machine."""

_TROUBLES: Final = {
    kind: Trouble(kind, text)
    for kind, text in {
        TroubleKind.GONE: (
            "There is no picture from the camera. Plug it in, and close other programs that use it."
        ),
        TroubleKind.FROZEN: "The camera has stopped giving pictures. Check its cable.",
        TroubleKind.BLACK: "The picture is black. Uncover the camera, or switch on the light.",
        TroubleKind.SLOW: "The camera gives too few pictures. Switch on more light.",
        TroubleKind.ENDED: "The video has come to its end.",
    }.items()
}


class Health:
    """Judges a source. It has no clock: all times are seconds on the clock of whoever asks."""

    def __init__(self, begun_s: float = 0.0) -> None:
        """Begin at a moment, without a picture yet."""
        self._begun_s = begun_s
        self._last_s: float | None = None
        self._steady = STEADY
        self._absent = False
        self._ended = False
        self._black_since_s: float | None = None
        self._rate = _Rate()
        self._slow = False
        self._asked_s: float | None = None

    def picture(self, now_s: float, light: float, held: bool = False) -> None:
        """A picture came.

        Args:
            now_s: when it was there.
            light: its mean light, 0 to 1.
            held: whether the source is held, so that the rate is not its own.
        """
        self._wake(now_s)
        if self._last_s is None or now_s - self._last_s > SILENCE_S:
            self._rate = _Rate()
            self._slow = False
            if self._last_s is not None:
                self._steady = 0
        self._last_s = now_s
        self._steady += 1
        if self._steady >= STEADY:
            self._absent = False
        if light < BLACK_LIGHT:
            self._black_since_s = now_s if self._black_since_s is None else self._black_since_s
        elif light > SEEN_LIGHT:
            self._black_since_s = None
        self._rate.add(now_s)
        if held:
            self._slow = False
        elif self._rate.known(now_s):
            self._slow = self._rate.value(now_s) < (FAST_RATE if self._slow else SLOW_RATE)

    def absent(self) -> None:
        """The source could not be opened."""
        self._absent = True
        self._steady = 0

    def end(self) -> None:
        """The source came to its end."""
        self._ended = True

    def fps(self, now_s: float) -> float:
        """Pictures a second, over the last `WINDOW_S`."""
        return self._rate.value(now_s)

    def trouble(self, now_s: float) -> Trouble | None:
        """What is wrong now, the worst first; None when all is well."""
        self._wake(now_s)
        self._asked_s = now_s
        kind = self._kind(now_s)
        return None if kind is None else _TROUBLES[kind]

    def _wake(self, now_s: float) -> None:
        """After the machine slept, the time for the next picture begins anew."""
        if self._asked_s is None or now_s - self._asked_s <= ASLEEP_S:
            return
        self._asked_s = now_s
        if self._last_s is not None and self._steady >= STEADY:
            self._last_s, self._rate, self._slow = now_s, _Rate(), False

    def _kind(self, now_s: float) -> TroubleKind | None:
        if self._ended:
            return TroubleKind.ENDED
        if self._absent:
            return TroubleKind.GONE
        if self._last_s is None:
            return TroubleKind.GONE if now_s - self._begun_s > STARTING_S else None
        # Black pictures may all be the same, and count as no pictures then.
        if self._black_since_s is not None and now_s - self._black_since_s >= BLACK_S:
            return TroubleKind.BLACK
        if now_s - self._last_s > SILENCE_S or self._steady < STEADY:
            return TroubleKind.FROZEN
        return TroubleKind.SLOW if self._slow else None


class _Rate:
    """Pictures a second over the last `WINDOW_S`, or since the first one."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._times: deque[float] = deque()

    def add(self, now_s: float) -> None:
        if self._since_s is None:
            self._since_s = now_s  # it begins the first interval and ends none
        else:
            self._times.append(now_s)

    def known(self, now_s: float) -> bool:
        return self._since_s is not None and now_s - self._since_s >= WINDOW_S

    def value(self, now_s: float) -> float:
        while self._times and self._times[0] <= now_s - WINDOW_S:
            self._times.popleft()
        if self._since_s is None or now_s <= self._since_s:
            return 0.0
        return len(self._times) / min(WINDOW_S, now_s - self._since_s)
