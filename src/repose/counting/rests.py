"""Where each side's own rest is: learned while it lies still, so that offsets of camera and body cancel."""

from typing import Final

from repose.calibration.thresholds import Thresholds
from repose.counting.state import State
from repose.exercises import Exercise
from repose.kinematics.channels import SIDES

STILL_TICKS: Final = 9
"""Ticks over which stillness is judged: 0.4 s."""

REST_TICKS: Final = 60
"""Ticks of rest, three seconds, whose median is the own rest: a slow start does not drag it along."""

USUAL_REST_DEG: Final = 13.0
"""How far from the usual rest a foot's first rest may be to be believed at once."""

ONE_WAY: Final = 0.9
"""Least net change, as a share of all change, of a foot that is under way."""

FAR: Final = 2.0
"""Least change, in `still_deg`, of a foot that is under way."""

UNUSUAL_REST_TICKS: Final = 40
"""Ticks of stillness, two seconds, after which any first rest is believed."""

REST_DRIFT: Final = 0.35
"""Largest share of the range at which a still leg can be at a new rest."""


class Rests:
    """The rules of one exercise for rests; what was learned is in the `State`."""

    def __init__(self, exercise: Exercise, signals: tuple[int, ...]) -> None:
        """Take the columns of the signal of each side."""
        self._limits = exercise.thresholds
        names = SIDES if exercise.sided else ("both",)
        self._on = tuple(exercise.thresholds.of(side) for side in names)
        self._two_ends = exercise.definition.ends == 2
        self._signals = signals
        self._unknown = (None,) * len(signals)

    def still(self, latest: tuple[float, ...]) -> bool:
        """Whether the latest angles, all there, keep within `still_deg`."""
        return len(latest) == STILL_TICKS and max(latest) - min(latest) <= self._limits.still_deg

    def learn(self, state: State, angles: tuple[float, ...]) -> None:
        """Learn each side's own rest while nothing moves away from it.

        A first rest needs `STILL_TICKS` where a rest can be. From then on all that is nearer to it than a
        movement, and any new place at which the side lies still, goes into its median.
        """
        if state.rests == self._unknown and any(map(self._under_way, state.latest)):
            state.rests = tuple(limits.rest_deg for limits in self._on)
        rests, rested = list(state.rests), list(state.rested)
        for k, angle in enumerate(angles):
            rest, latest, limits = rests[k], state.latest[k], self._on[k]
            if rest is None:
                rested[k] = self._first_rest(rested[k], latest, limits)
                if rested[k] and (self._usual(angle, limits) or len(rested[k]) >= UNUSUAL_REST_TICKS):
                    rests[k] = _middle(rested[k])
                continue
            highest = min(limits.rest_to_deg, rest + REST_DRIFT * (limits.target_deg - rest))
            if not limits.rest_from_deg <= angle <= highest:
                continue
            if abs(self.share(angle, rest, k)) < limits.leave_share or self.still(latest):
                rested[k] = (*rested[k][-(REST_TICKS - 1) :], angle)
                rests[k] = _middle(rested[k])
        state.rests, state.rested = tuple(rests), tuple(rested)

    def _first_rest(
        self, rested: tuple[float, ...], latest: tuple[float, ...], limits: Thresholds
    ) -> tuple[float, ...]:
        """The angles of a first rest so far: as long as the side stays where a rest can be."""
        if (
            len(latest) < STILL_TICKS
            or not limits.rest_from_deg <= min(latest) <= max(latest) <= limits.rest_to_deg
        ):
            return ()
        if self._two_ends and not self.still(latest):
            return ()
        return (*rested, latest[-1])[-REST_TICKS:] if rested else latest

    def _under_way(self, latest: tuple[float, ...]) -> bool:
        """Whether a foot was pumping already when it came into view: the usual rest must do until it rests.

        It moves far and all one way; a hidden foot, at which the model guesses, goes to and fro.
        """
        if not self._two_ends or len(latest) < STILL_TICKS:
            return False
        swing = max(latest) - min(latest)
        return swing >= FAR * self._limits.still_deg and abs(latest[-1] - latest[0]) >= ONE_WAY * swing

    def _usual(self, angle: float, limits: Thresholds) -> bool:
        """Whether a rest can be believed at once: between two ends, a held end could be taken for it."""
        return not self._two_ends or abs(angle - limits.rest_deg) <= USUAL_REST_DEG

    def share(self, angle: float, rest: float | None, k: int) -> float:
        """How far the angle of side k is from rest, as a share of its range; 0 while its rest is not known.

        The way to the target is never shorter than from the usual rest: a rest that reads too high, by a
        tilted camera or where the model puts the hip, makes no rep easier.
        """
        limits = self._on[k]
        if rest is None:
            return 0.0
        if limits.opposite_deg is not None:
            return (angle - rest) / (limits.target_deg - limits.opposite_deg)
        return (angle - rest) / (limits.target_deg - min(rest, limits.rest_deg))

    def settle(self, state: State, row: tuple[float, ...]) -> None:
        """Lying differently now: where the sides are still is their new rest."""
        rests, rested = list(state.rests), list(state.rested)
        for k, column in enumerate(self._signals):
            angle, limits = row[column], self._on[k]
            if limits.rest_from_deg <= angle <= limits.rest_to_deg and self.still(state.latest[k]):
                rests[k], rested[k] = angle, (angle,)
        state.rests, state.rested = tuple(rests), tuple(rested)


def _middle(values: tuple[float, ...]) -> float:
    """The median; `statistics.median` takes twice the time, twice for each tick at rest."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
