"""Angles over time: smooth from one key to the next, as people move."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

Curve = Callable[[Series], Series]
"""(n,) seconds to (n,) values."""


def minimum_jerk(share: Series) -> Series:
    """The way done after a share of the time, both 0 to 1 (Flash and Hogan, 1985)."""
    return share**3 * (10 - 15 * share + 6 * share**2)


@dataclass(frozen=True)
class Keyed:
    """Values at times, with a minimum-jerk movement between each two; still before the first, after the last.

    Attributes:
        keys: (seconds, value), seconds increasing.
    """

    keys: tuple[tuple[float, float], ...]

    def __call__(self, time_s: Series) -> Series:
        """(n,) values."""
        at, values = (np.array(column) for column in zip(*self.keys, strict=True))
        if len(at) == 1:
            return np.full(len(time_s), values[0])
        left = np.clip(np.searchsorted(at, time_s, side="right") - 1, 0, len(at) - 2)
        share = np.clip((time_s - at[left]) / (at[left + 1] - at[left]), 0.0, 1.0)
        return np.asarray(values[left] + (values[left + 1] - values[left]) * minimum_jerk(share))

    @property
    def end_s(self) -> float:
        """Time of the last key."""
        return self.keys[-1][0]

    def then(self, *steps: tuple[float, float]) -> Self:
        """With further (seconds from the key before, value)."""
        keys = list(self.keys)
        for after_s, value in steps:
            keys.append((keys[-1][0] + after_s, value))
        return type(self)(tuple(keys))


def still(value: float) -> Keyed:
    """Always the same value."""
    return Keyed(((0.0, value),))


def summed(*curves: Curve) -> Curve:
    """All curves added."""
    return lambda time_s: np.sum([curve(time_s) for curve in curves], axis=0)


def swing(middle: float, reach: float, period_s: float) -> Curve:
    """To and fro for ever."""
    return lambda time_s: middle + reach * np.sin(2 * np.pi * time_s / period_s)


def wander(reach: float, seed: int) -> Curve:
    """Slow small movements without a plan, no larger than `reach` either way."""
    random = np.random.default_rng(seed)
    periods, phases = random.uniform(2.5, 9.0, 4), random.uniform(0, 2 * np.pi, 4)
    return lambda time_s: reach / 4 * np.sin(2 * np.pi * time_s[:, None] / periods + phases).sum(axis=1)
