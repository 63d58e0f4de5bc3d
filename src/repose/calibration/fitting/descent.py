"""The numbers that count recordings best: first two that interact together, then one after the other."""

from collections.abc import Sequence
from typing import Final

from repose.calibration.fitting.numbers import axis_of, with_numbers
from repose.calibration.fitting.score import Example, Mistakes, mistakes
from repose.calibration.fitting.search import Curve, Score, choose, scan
from repose.calibration.fitting.together import choose_pair
from repose.exercises import Exercise

Numbers = tuple[float, ...]
"""A number for each key, in their order."""

REACH: Final = ("complete_share", "one_side_share")
"""How far a rep must go."""

OWN: Final = "own_best_share"
"""How far it must go beside the person's own reps before. As a rep needs both, a change of one alone may gain
nothing."""

TELLING: Final = "partial_share"
"""This one counts no rep. It is fitted last, or it would hide the movements that another should count."""


class Descent:
    """Looks for numbers; counts each recording once under each set of them."""

    def __init__(self, exercise: Exercise, examples: Sequence[Example], keys: Sequence[str]) -> None:
        """Take the exercise with the thresholds in force, the recordings, and the keys to fit to them."""
        self._exercise = exercise
        self._examples = tuple(examples)
        self._keys = tuple(keys)
        self.axes = tuple(axis_of(exercise, key) for key in keys)
        self._telling = [at for at, key in enumerate(keys) if _name(key) == TELLING]
        self._counting = [at for at in range(len(keys)) if at not in self._telling]
        self._pairs = _pairs(keys)
        self._exercises: dict[Numbers, Exercise | None] = {}
        self._found: dict[tuple[int, Numbers], Mistakes] = {}

    def mistakes(self, at: int, numbers: Numbers) -> Mistakes:
        """What is wrong with the count of one recording."""
        key = (at, numbers)
        if key not in self._found:
            exercise = self._with(numbers)
            assert exercise is not None  # noqa: S101 - only numbers that are allowed come here
            example = self._examples[at]
            self._found[key] = mistakes(example.truth, example.count(exercise))
        return self._found[key]

    def best(self, start: Numbers, members: Sequence[int]) -> Numbers:
        """The numbers that count some of the recordings best, with as few changes as do."""
        alone = self._ended(start, start, members)
        if not self._pairs or self._total(alone, members).points == 0:
            return alone
        together = self._ended(self._together(start, members), start, members)
        return min(alone, together, key=lambda numbers: self._total(numbers, members).points)

    def scan(self, at: int, numbers: Numbers, members: Sequence[int], also: tuple[float, ...]) -> Curve:
        """The points of some of the recordings over the range of one number, the others fixed."""
        return scan(self.axes[at], self._points_of(at, numbers, members), also)

    def _ended(self, numbers: Numbers, start: Numbers, members: Sequence[int]) -> Numbers:
        """Where changing one number after the other leads."""
        numbers = self._descended(numbers, members)
        while True:
            simpler = self._with_fewer_changes(numbers, start, members)
            again = self._descended(simpler, members)
            if self._points(again, members) == self._points(simpler, members):
                break
            numbers = again
        changed = {at for at, (one, other) in enumerate(zip(simpler, start, strict=True)) if one != other}
        if changed <= set(self._telling) and self._total(simpler, members).missed:
            return start
        return simpler

    def _together(self, start: Numbers, members: Sequence[int]) -> Numbers:
        """The best of a coarse grid of each two that interact, in the middle of what is as good."""
        numbers = start
        for pair in self._pairs:
            first, second = (sorted({*self.axes[at].coarse_values(), start[at], numbers[at]}) for at in pair)
            points = {
                (one, other): self._points(
                    _replaced(_replaced(numbers, pair[0], one), pair[1], other), members
                )
                for one in first
                for other in second
            }
            scores = {both: found for both, found in points.items() if found is not None}
            chosen = choose_pair(scores, (numbers[pair[0]], numbers[pair[1]]))
            for at, value in zip(pair, chosen, strict=True):
                numbers = _replaced(numbers, at, value)
            for at in pair:
                curve = self.scan(at, numbers, members, (start[at], numbers[at]))
                numbers = _replaced(numbers, at, choose(self.axes[at], curve, start[at]))
        return numbers

    def _descended(self, numbers: Numbers, members: Sequence[int]) -> Numbers:
        # Each change makes the points fewer, so it ends.
        while True:
            before = numbers
            numbers = self._counted(numbers, members)
            for at in self._telling:
                numbers = self._told(at, numbers, members)
            if numbers == before:
                return numbers

    def _counted(self, numbers: Numbers, members: Sequence[int]) -> Numbers:
        while True:
            before = numbers
            for at in self._counting:
                if self._points(numbers, members) == 0:
                    return numbers
                curve = self.scan(at, numbers, members, (numbers[at],))
                numbers = _replaced(numbers, at, choose(self.axes[at], curve, numbers[at]))
            if numbers == before:
                return numbers

    def _told(self, at: int, numbers: Numbers, members: Sequence[int]) -> Numbers:
        """With a better number for what is told as a partial, if partials say so: not missed reps."""
        now = self._total(numbers, members)
        if now.points == 0 or not self._partials(self._keys[at], members):
            return numbers
        own = self._points_of(at, numbers, members, of_missed=False)
        curve = scan(self.axes[at], own, (numbers[at],))
        changed = _replaced(numbers, at, choose(self.axes[at], curve, numbers[at]))
        return changed if self._total(changed, members).points < now.points else numbers

    def _partials(self, key: str, members: Sequence[int]) -> bool:
        """Whether somebody said of movements that they are partials, of the side that the number is of."""
        side = _side(key)
        partials = (rep for at in members for rep in self._examples[at].truth.partials)
        return any(side in ("", rep.side) for rep in partials)

    def _with_fewer_changes(self, numbers: Numbers, start: Numbers, members: Sequence[int]) -> Numbers:
        for at in range(len(numbers)):
            back = _replaced(numbers, at, start[at])
            points = self._points(back, members)
            if points is not None and points <= (self._points(numbers, members) or 0):
                numbers = back
        return numbers

    def _points_of(
        self, at: int, numbers: Numbers, members: Sequence[int], *, of_missed: bool = True
    ) -> Score:
        """The points over one number; without `of_missed`, a missed rep may be told as a partial or not."""

        def score(value: float) -> int | None:
            changed = _replaced(numbers, at, value)
            if self._with(changed) is None:
                return None
            found = self._total(changed, members)
            return found.points if of_missed else found.points - found.reps_as_partials

        return score

    def _points(self, numbers: Numbers, members: Sequence[int]) -> int | None:
        return None if self._with(numbers) is None else self._total(numbers, members).points

    def _total(self, numbers: Numbers, members: Sequence[int]) -> Mistakes:
        return sum((self.mistakes(at, numbers) for at in members), Mistakes())

    def _with(self, numbers: Numbers) -> Exercise | None:
        if numbers not in self._exercises:
            self._exercises[numbers] = with_numbers(
                self._exercise, dict(zip(self._keys, numbers, strict=True))
            )
        return self._exercises[numbers]


def _pairs(keys: Sequence[str]) -> list[tuple[int, int]]:
    """Which two of the keys interact: how far a rep must go, and how far beside those before."""
    return [
        (first, second)
        for first, reach in enumerate(keys)
        for second, own in enumerate(keys)
        if _name(reach) in REACH and _name(own) == OWN
        if _side(reach) == _side(own) or "" in (_side(reach), _side(own))
    ]


def _name(key: str) -> str:
    return key.rpartition(".")[2]


def _side(key: str) -> str:
    return key.rpartition(".")[0]


def _replaced(numbers: Numbers, at: int, value: float) -> Numbers:
    return (*numbers[:at], value, *numbers[at + 1 :])
