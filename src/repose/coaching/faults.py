"""When a form fault is told: at once, and without nagging."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from repose.exercises.definition import Fault

AGAIN_S: Final = 15.0
"""Least time before the same fault is told again."""

APART_S: Final = 4.0
"""Least time between two faults."""


@dataclass
class _Told:
    """A fault that was told, and whether a whole rep without it has been seen since."""

    time_s: float
    absent: bool = False


class FaultTelling:
    """Chooses which of the faults that show is told.

    A fault is told once while it lasts; again only when it has been absent in a whole rep and came back.

    Args:
        faults: of the exercise, the most important first.
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._faults = faults
        self._told: dict[str, _Told] = {}
        self._shown: set[str] = set()

    def choose(self, showing: Collection[str], time_s: float) -> Fault | None:
        """The fault to tell now, of those that show now; it counts as told."""
        self._shown.update(showing)
        if any(time_s - told.time_s < APART_S for told in self._told.values()):
            return None
        for fault in self._faults:
            if fault.name in showing and self._may(fault.name, time_s):
                self._told[fault.name] = _Told(time_s)
                return fault
        return None

    def rep_over(self, faults: Collection[str]) -> None:
        """A rep is over that was judged to have these faults; call it after `choose` for them."""
        had = self._shown.union(faults)
        for name, told in self._told.items():
            told.absent = name not in faults and (told.absent or name not in had)
        self._shown.clear()

    def _may(self, name: str, time_s: float) -> bool:
        told = self._told.get(name)
        return told is None or (told.absent and time_s - told.time_s >= AGAIN_S)
