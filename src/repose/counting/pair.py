"""Following a pair of feet, of which the camera sees one well and the other badly."""

from typing import Final

from repose.calibration.thresholds import Thresholds
from repose.counting.state import State
from repose.exercises import Exercise
from repose.kinematics.channels import COLUMN, SIDES
from repose.kinematics.clock import TICK_S

ALONE: Final = 0.2
TOGETHER: Final = 0.6
"""Shares of the further side's way at which the other side of a pair is standing still, and going along."""

ROUGHNESS_SMOOTHING: Final = TICK_S / 2.0
"""Share of each tick in the estimate of how much a foot's angle shakes: a time constant of two seconds."""

SHAKES: Final = 1.0
"""How many times its shaking (mean second difference over 0.1 s) an angle must go to stand out. A well seen
foot that pumps shakes by 1 to 2°, a hidden one, at which the model guesses, by 2 to 5°."""


class Pair:
    """The rules of one exercise for both sides together; holds no memory."""

    def __init__(self, exercise: Exercise) -> None:
        self._ranges_deg = tuple(_range_deg(exercise.thresholds.of(side)) for side in SIDES)

    def follow(self, state: State, shares: list[float], row: tuple[float, ...]) -> tuple[float, float]:
        """Share and angle of the pair now; notes in the state how far the share stands out of the shaking."""
        state.rough = self._roughness(state)
        clear = self._clear(shares, state.rough)
        state.clear = max(clear)
        return self._together(shares, clear, state.rests, row)

    def _roughness(self, state: State) -> tuple[float, ...]:
        """How much the angle of each side has been shaking lately, in degrees."""
        if len(state.latest[0]) < _SHAKE_TICKS:
            return (0.0,) * len(SIDES)
        state.shakes += 1
        share = max(ROUGHNESS_SMOOTHING, 1 / state.shakes)
        before = state.rough or (0.0,) * len(SIDES)
        return tuple(
            [
                rough + share * (abs(angles[-1] - 2 * angles[-3] + angles[-5]) - rough)
                for rough, angles in zip(before, state.latest, strict=True)
            ]
        )

    def _clear(self, shares: list[float], rough: tuple[float, ...]) -> list[float]:
        """How far each side's share stands out of its own shaking."""
        return [
            max(abs(share) - SHAKES * shake / whole, 0.0)
            for share, shake, whole in zip(shares, rough, self._ranges_deg, strict=True)
        ]

    def _together(
        self, shares: list[float], clear: list[float], rests: tuple[float | None, ...], row: tuple[float, ...]
    ) -> tuple[float, float]:
        """Share and angle of a pair: of both where they move together, of the further one where it is alone.

        A side counts for less the less it stands out of its own shaking. The angle is that of the better
        seen side, had it gone as far.
        """
        strong = int(clear[1] > clear[0])
        weak = 1 - strong
        along = shares[weak] / shares[strong] if shares[strong] else 1.0
        agreement = min(max((along - ALONE) / (TOGETHER - ALONE), 0.0), 1.0)
        weight = agreement * (clear[weak] / (clear[weak] + clear[strong]) if clear[strong] else 0.5)
        lead = shares[strong] + weight * (shares[weak] - shares[strong])
        seen = int(row[_RIGHT_VISIBLE] > row[_LEFT_VISIBLE])
        rest = rests[seen] if rests[seen] is not None else rests[1 - seen]
        return lead, (rest or 0.0) + lead * self._ranges_deg[seen]


def _range_deg(limits: Thresholds) -> float:
    low = limits.opposite_deg if limits.opposite_deg is not None else limits.rest_deg
    return limits.target_deg - low


_SHAKE_TICKS = 5
_LEFT_VISIBLE, _RIGHT_VISIBLE = (COLUMN[f"leg_visibility.{side}"] for side in SIDES)
