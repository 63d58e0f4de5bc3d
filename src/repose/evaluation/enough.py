"""When there are too few data for a number that anybody should trust: then no number is given.

Each limit has its reason; a report that says "3 of 3" says all that three sets can say.
"""

from typing import Final

from repose.evaluation.metrics import Share

FEWEST_SETS: Final = 10
"""Sets for a share or a mean of sets: of ten right ones, the Wilson interval still reaches down to 72 %."""

WIDEST: Final = 0.30
"""Width of a share's 95 % interval beyond which it tells good from bad no more: 55 to 93 % is both."""

FEWEST_EVENTS: Final = 30
"""Events for precision, recall and F1: where none of n is wrong, up to 3 / n may be (rule of three), of 30
one in ten."""

FEWEST_HOLDS: Final = 20
"""Errors for a 95th percentile: of fewer, it is simply the largest one."""

FEWEST_ANGLES: Final = 10
"""Sets or clips with true angles for limits of agreement: within one, the camera errs by the same amount
throughout; of ten, a limit is itself uncertain by about half a standard deviation (Bland and Altman 1986)."""

FEWEST_RATED: Final = 30
"""Reps that both have judged, for Cohen's kappa."""

FEWEST_EACH: Final = 5
"""Yeses and noes of both, for Cohen's kappa: with fewer, one rep more or less moves it by tenths."""


def enough_sets(share: Share) -> bool:
    """Whether a share of sets is worth a percentage."""
    if share.interval is None or share.of < FEWEST_SETS:
        return False
    low, high = share.interval
    return high - low <= WIDEST
