"""Scanning a number whose score is piecewise constant, and choosing the middle of the best plateau.

Nothing here knows what the number does: it is given a function that scores it. Scores are whole numbers, so
that equal ones are equal; the lower the better.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

Score = Callable[[float], int | None]
"""What a value of the number costs; None where the value is not allowed."""

OPEN_ROOM: Final = 0.2
"""Where only one end of a plateau is known, the value stays away from it by this share of its size: the same
patient's smallest reps were a sixth smaller in one clip than in the other."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The values of one number.

    Attributes:
        least, most: allowed.
        step: distance of neighbours in the fine grid: what anybody would still tell apart.
        coarse: steps from one value of the coarse grid to the next; its values are round.
        near: distance within which the number is as good as the same, for the landmarks are not exact.
        origin: the value that means no movement at all.
    """

    least: float
    most: float
    step: float
    coarse: int
    near: float
    origin: float = 0.0

    def coarse_values(self) -> list[float]:
        """The round values, and both ends."""
        size = self.step * self.coarse
        first, last = round(self.least / size), round(self.most / size)
        inside = (_plain(k * size) for k in range(first, last + 1))
        return sorted({self.least, *(value for value in inside if self.least < value < self.most), self.most})

    def between(self, low: float, high: float) -> list[float]:
        """The values of the fine grid between two values."""
        first, last = round(low / self.step), round(high / self.step)
        values = (_plain(k * self.step) for k in range(first, last + 1))
        return [value for value in values if low < value < high]

    def rounded(self, value: float, low: float, high: float) -> float:
        """A value within these ends that is round, or else of the fine grid; this one if there is none."""
        for unit in (self.step * self.coarse, self.step):
            found = _plain(round(value / unit) * unit)
            if low <= found <= high:
                return found
        return value


@dataclass(frozen=True, slots=True)
class Plateau:
    """Neighbouring values that score the same.

    Attributes:
        low, high: its ends.
        open_low, open_high: whether nothing worse was found beyond that end, down or up to what is allowed.
    """

    low: float
    high: float
    open_low: bool
    open_high: bool

    @property
    def width(self) -> float:
        """In the number's own unit."""
        return self.high - self.low

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def room(self, value: float) -> float | None:
        """From a value on it to the nearer end beyond which the score changes; None where there is none."""
        rooms = []
        if not self.open_low:
            rooms.append(value - self.low)
        if not self.open_high:
            rooms.append(self.high - value)
        return min(rooms, default=None)


@dataclass(frozen=True, slots=True)
class Curve:
    """The scores of the values that were looked at, in order of the values."""

    values: tuple[float, ...]
    scores: tuple[int, ...]

    @property
    def best(self) -> int:
        """The lowest score."""
        return min(self.scores)

    def plateau(self, value: float) -> Plateau:
        """The values around one of these that score as it does."""
        at = self.values.index(value)
        first = last = at
        while first > 0 and self.scores[first - 1] == self.scores[at]:
            first -= 1
        while last < len(self.values) - 1 and self.scores[last + 1] == self.scores[at]:
            last += 1
        return Plateau(self.values[first], self.values[last], first == 0, last == len(self.values) - 1)

    def plateaus(self) -> tuple[Plateau, ...]:
        """Those of the best score, in order."""
        ends = [value for value, score in zip(self.values, self.scores, strict=True) if score == self.best]
        return tuple(dict.fromkeys(map(self.plateau, ends)))


def scan(axis: Axis, score: Score, also: Iterable[float] = ()) -> Curve:
    """Score the round values, and every fine one between two neighbours that differ.

    Args:
        axis: which values there are.
        score: of a value.
        also: values that are to be looked at, and the fine ones around them: those in force.
    """
    wanted = [value for value in also if axis.least <= value <= axis.most]
    values = sorted({*axis.coarse_values(), *wanted})
    scores = {value: score(value) for value in values}
    for low, high in pairwise(values):
        if scores[low] != scores[high] or {low, high} & set(wanted):
            scores |= {value: score(value) for value in axis.between(low, high)}
    allowed = sorted((value, found) for value, found in scores.items() if found is not None)
    return Curve(tuple(value for value, _ in allowed), tuple(found for _, found in allowed))


def choose(axis: Axis, curve: Curve, present: float) -> float:
    """The value to take: the present one if none is better, else the middle of the widest best plateau.

    Where a plateau is open at one end, its middle says nothing: then a value that is well away from the end
    that is known, and no further from the present than that needs.
    """
    plateaus = curve.plateaus()
    if any(present in one for one in plateaus):
        return present
    best = max(plateaus, key=lambda one: (one.width, -_distance(one, present), -one.low))
    low, high = best.low, best.high
    if best.open_low and not best.open_high:
        wanted = max(high - OPEN_ROOM * abs(high - axis.origin), (low + high) / 2)
        high = wanted + (high - wanted) / 4
    elif best.open_high and not best.open_low:
        wanted = min(low + OPEN_ROOM * abs(low - axis.origin), (low + high) / 2)
        low = wanted - (wanted - low) / 4
    else:
        wanted = (low + high) / 2
        low, high = wanted - best.width / 4, wanted + best.width / 4
    value = axis.rounded(wanted, low, high)
    # Between two neighbours that score the same, nothing else was looked at.
    return min((one for one in curve.values if one in best), key=lambda one: (abs(one - value), one))


def _distance(one: Plateau, value: float) -> float:
    return max(0.0, one.low - value, value - one.high)


def _plain(value: float) -> float:
    """Without the dust of binary fractions: 0.15, not 0.15000000000000002."""
    return round(value, 6)
