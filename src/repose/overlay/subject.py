"""What the overlay has to know of an exercise."""

from dataclasses import dataclass
from typing import Literal, Self

from repose.exercises import Exercise


@dataclass(frozen=True, slots=True)
class Subject:
    """What is counted, as far as it shows in the picture.

    Attributes:
        joint: the joint whose angle works: "knee", "hip", "ankle", or "trunk".
        sides: "one" leg after the other, a "pair" that works together or alone, or "none".
        target: the excursion from which it counts, the near end of the target zone.
        opposite: the same at the other end, negative; None for exercises that go one way only.
        hold_s: prescribed hold in seconds; 0 if none.
    """

    joint: str
    sides: Literal["one", "pair", "none"]
    target: float
    opposite: float | None
    hold_s: float

    @classmethod
    def of(cls, exercise: Exercise) -> Self:
        """What an exercise says of itself."""
        definition, limits = exercise.definition, exercise.thresholds
        target, opposite = limits.complete_share, None
        if limits.opposite_deg is not None:
            # The range lies on both sides of rest: each end has its part of the share that is asked for.
            part = (limits.target_deg - limits.rest_deg) / (limits.target_deg - limits.opposite_deg)
            target, opposite = target * part, -target * (1 - part)
        joint = definition.signal.split("_")[0]
        return cls(joint, definition.sides, target, opposite, definition.dose.hold_s)
