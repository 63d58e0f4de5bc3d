"""The clock that counts sleep, chosen for each system."""

import time
from itertools import pairwise

import pytest

from repose.capture import clock


def test_it_never_goes_back() -> None:
    times = [clock.now() for _ in range(1000)]
    assert all(before <= after for before, after in pairwise(times))


def test_it_counts_seconds() -> None:
    outer = time.perf_counter()
    began = clock.now()
    inner = time.perf_counter()
    time.sleep(0.02)
    least = time.perf_counter() - inner
    passed = clock.now() - began
    most = time.perf_counter() - outer
    assert least - 0.001 <= passed <= most + 0.001


@pytest.mark.parametrize(
    ("known", "chosen"), [({"CLOCK_BOOTTIME": 7, "CLOCK_MONOTONIC": 6}, 7), ({"CLOCK_MONOTONIC": 6}, 6)]
)
def test_the_clock_of_the_system_that_counts_sleep(
    known: dict[str, int], chosen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        monkeypatch.delattr(time, name, raising=False)
    for name, number in known.items():
        monkeypatch.setattr(time, name, number, raising=False)
    monkeypatch.setattr(time, "clock_gettime", lambda number: float(number), raising=False)
    assert clock._awake_or_not()() == chosen


def test_windows_counts_it_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "clock_gettime", raising=False)
    assert clock._awake_or_not() is time.perf_counter
