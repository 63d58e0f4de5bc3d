"""The thresholds that count annotated recordings best, and whether they are worth having.

    exercise = profiles.load("heel-slides", "Ada")
    cases = kept_cases_of(store, exercise, person_id)                  # in `cases`, from a store
    found = fit(cases.exercise, cases.examples)
    found.changes                    # {"complete_share": 0.45}: what is worth saving, and nothing else
    warnings(found)                  # in `words`: sentences
    threshold_picture(found.thresholds[0])                             # in `picture`: an SVG

The page and the command both do just this. Nothing here saves anything, and the same recordings give the same
answer in any order.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import comb
from typing import Final

from repose.calibration.fitting.descent import Descent, Numbers
from repose.calibration.fitting.numbers import check_keys, number_of, usual_keys
from repose.calibration.fitting.score import Example, Mistakes
from repose.calibration.fitting.search import Axis, Curve, Plateau
from repose.errors import ReposeError
from repose.exercises import Exercise

FEWEST: Final = 5
"""Sessions that are needed: if all of four come out better by chance alone, that is one in sixteen; of five,
one in thirty-two, which is below the usual one in twenty."""

CHANCE: Final = 0.05

OnStage = Callable[[int, int], None]
"""Called with how many fits are done, and how many there will be."""


class Verdict(StrEnum):
    """Whether the fitted thresholds are worth having."""

    NOTHING = "nothing to gain"
    """The present ones count these recordings as well as any."""
    CHANCE = "no better than chance"
    """Recordings that were left out of the fit are not counted better, or not surely."""
    FEW = "better, but too few recordings to be sure"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class ThresholdFit:
    """One threshold.

    Attributes:
        key: dotted, without the exercise: "complete_share", "left.target_deg".
        present, fitted: the number in force, and the one that counts best.
        curve: points of all recordings over its range, the other thresholds as fitted.
        plateau: around the fitted number.
        present_plateau: around the present one, the other thresholds as they are now.
        axis: what was tried.
    """

    key: str
    present: float
    fitted: float
    curve: Curve
    plateau: Plateau
    present_plateau: Plateau
    axis: Axis

    @property
    def steps(self) -> int:
        """Width of the plateau in steps of the finest grid."""
        return round(self.plateau.width / self.axis.step)

    @property
    def on_a_cliff(self) -> bool:
        """Whether the count changes within the landmarks' noise of the fitted number."""
        return self._near(self.plateau, self.fitted)

    @property
    def was_on_a_cliff(self) -> bool:
        """The same of the present number."""
        return self._near(self.present_plateau, self.present)

    @property
    def left_alone(self) -> bool:
        """Whether another number would score better, but for no reason of its own: see `Descent`."""
        return self.curve.best < self.curve.scores[self.curve.values.index(self.fitted)]

    def _near(self, plateau: Plateau, value: float) -> bool:
        room = plateau.room(value)
        # The step beyond the end is the first that is known to be different.
        return room is not None and room + self.axis.step / 2 < self.axis.near


@dataclass(frozen=True, slots=True)
class Tested:
    """One recording under three thresholds.

    Attributes:
        name, session: as in `Example`.
        present: under those in force.
        fitted: under those that were fitted to it and all others.
        left_out: under those that were fitted to the other sessions alone; None without any.
    """

    name: str
    session: str
    present: Mistakes
    fitted: Mistakes
    left_out: Mistakes | None


@dataclass(frozen=True)
class Fit:
    """What came of it.

    Attributes:
        exercise: with the thresholds that are in force.
        examples: the recordings, by name.
        thresholds: each one that was to be fitted, in the order asked for.
        recordings: the recordings, in the same order as `examples`.
    """

    exercise: Exercise
    examples: tuple[Example, ...]
    thresholds: tuple[ThresholdFit, ...]
    recordings: tuple[Tested, ...]

    @cached_property
    def present(self) -> Mistakes:
        """Under the thresholds in force."""
        return sum((one.present for one in self.recordings), Mistakes())

    @cached_property
    def fitted(self) -> Mistakes:
        """Under the fitted thresholds, which know these recordings."""
        return sum((one.fitted for one in self.recordings), Mistakes())

    @cached_property
    def left_out(self) -> Mistakes | None:
        """Under thresholds that do not know the recording which they count; None of a single session."""
        known = [one.left_out for one in self.recordings if one.left_out is not None]
        return sum(known, Mistakes()) if len(known) == len(self.recordings) else None

    @cached_property
    def sessions(self) -> dict[str, tuple[int, int]]:
        """Points of each session: under the thresholds in force, and left out of the fit."""
        points: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for one in self.recordings:
            before, after = points[one.session]
            left_out = one.present if one.left_out is None else one.left_out
            points[one.session] = (before + one.present.points, after + left_out.points)
        return dict(points)

    @property
    def better(self) -> int:
        """Sessions that are counted better when they are left out of the fit than they are now."""
        return sum(after < before for before, after in self.sessions.values())

    @property
    def worse(self) -> int:
        """Sessions that are counted worse."""
        return sum(after > before for before, after in self.sessions.values())

    @property
    def chance(self) -> float:
        """How often so many of the sessions that change would get better by chance alone (sign test)."""
        changed = self.better + self.worse
        ways = sum(comb(changed, k) for k in range(self.better, changed + 1))
        return float(ways / 2**changed)

    @property
    def verdict(self) -> Verdict:
        """Whether the fitted thresholds are worth having."""
        if all(one.fitted == one.present for one in self.thresholds):
            return Verdict.NOTHING
        if self.left_out is None:
            return Verdict.FEW
        if self.left_out.points >= self.present.points:
            return Verdict.CHANCE
        if self.chance <= CHANCE:
            return Verdict.BETTER
        return Verdict.FEW if len(self.sessions) < FEWEST and not self.worse else Verdict.CHANCE

    @property
    def changes(self) -> dict[str, float]:
        """The numbers that are worth saving, by dotted key without the exercise; empty where none are.

        One session alone can be fitted, but nothing can be said about the next one: then it is empty, too.
        """
        if self.verdict not in (Verdict.BETTER, Verdict.FEW) or self.left_out is None:
            return {}
        return {one.key: one.fitted for one in self.thresholds if one.fitted != one.present}


def fit(
    exercise: Exercise,
    examples: Sequence[Example],
    keys: Sequence[str] | None = None,
    on_stage: OnStage | None = None,
) -> Fit:
    """Find the thresholds that count annotated recordings best.

    Each threshold is scanned in turn, the others fixed, until none gets better: the score of a threshold is
    piecewise constant, so of equally good numbers the present one is kept, or else the middle of the widest
    plateau taken. Where that leaves mistakes, it is done again from the best of a grid of those thresholds
    that may help together only. What is told as a partial is fitted last, to annotated partials. Then it is
    all done again without each session in turn, to count that one.

    Args:
        exercise: with the thresholds in force.
        examples: annotated recordings of it.
        keys: dotted keys of the thresholds, without the exercise; None for those of `usual_keys`.
        on_stage: told of the progress.

    Raises:
        ReposeError: there are no recordings, or a key cannot be fitted.
    """
    keys = usual_keys(exercise) if keys is None else tuple(keys)
    check_keys(exercise, keys)
    speaking = sorted(_speaking(examples, keys), key=lambda one: (one.name, one.session))
    if not speaking:
        raise ReposeError(
            f"there is no annotated recording of {exercise.slug} to fit to: annotate a set, or sign one off"
        )
    search = Descent(exercise, speaking, keys)
    sessions = sorted({one.session for one in speaking})
    stages = 1 + (len(sessions) if len(sessions) > 1 else 0)
    done = 0

    def stage() -> None:
        nonlocal done
        if on_stage:
            on_stage(done, stages)
        done += 1

    stage()
    everyone = range(len(speaking))
    present = tuple(number_of(exercise, key) for key in keys)
    best = search.best(present, everyone)
    left_out: dict[int, Mistakes] = {}
    for session in sessions if len(sessions) > 1 else ():
        stage()
        others = [at for at in everyone if speaking[at].session != session]
        unknowing = search.best(present, others)
        for at in everyone:
            if speaking[at].session == session:
                left_out[at] = search.mistakes(at, unknowing)
    thresholds = tuple(
        _threshold(search, at, key, present, best, len(speaking)) for at, key in enumerate(keys)
    )
    stage()
    return Fit(
        exercise=exercise,
        examples=tuple(speaking),
        thresholds=thresholds,
        recordings=tuple(
            Tested(
                one.name,
                one.session,
                search.mistakes(at, present),
                search.mistakes(at, best),
                left_out.get(at),
            )
            for at, one in enumerate(speaking)
        ),
    )


def _threshold(search: Descent, at: int, key: str, present: Numbers, best: Numbers, of: int) -> ThresholdFit:
    """What is to be said of one threshold, the others as fitted."""
    curve = search.scan(at, best, range(of), (present[at], best[at]))
    now = search.scan(at, present, range(of), (present[at],))
    return ThresholdFit(
        key=key,
        present=present[at],
        fitted=best[at],
        curve=curve,
        plateau=curve.plateau(best[at]),
        present_plateau=now.plateau(present[at]),
        axis=search.axes[at],
    )


def _speaking(examples: Sequence[Example], keys: Sequence[str]) -> list[Example]:
    """The recordings that say something about these thresholds: of one side, those in which it worked."""
    sides = {key.rpartition(".")[0] for key in keys}
    if "" in sides:
        return list(examples)
    return [one for one in examples if not one.truth.reps or {rep.side for rep in one.truth.reps} & sides]
