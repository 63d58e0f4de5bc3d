"""The clock of everything live: monotonic, and it goes on while the machine sleeps."""

import time
from collections.abc import Callable
from functools import partial


def _awake_or_not() -> Callable[[], float]:
    """The clock of this system that counts sleep.

    `time.monotonic` stops in sleep on Linux and macOS, so that after the lid was closed for an hour no time
    would seem to have passed. Linux counts sleep in CLOCK_BOOTTIME, macOS in CLOCK_MONOTONIC (which Python's
    `time.monotonic` does not use there), Windows in its performance counter.
    """
    if not hasattr(time, "clock_gettime"):
        return time.perf_counter
    return partial(time.clock_gettime, getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


_read = _awake_or_not()


def now() -> float:
    """Seconds since some fixed moment; only differences mean something."""
    return _read()
