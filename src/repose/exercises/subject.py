"""What has to be known of an exercise to show it: the working joint, and the ends of its range."""

from dataclasses import dataclass
from typing import Literal, Self

from repose.exercises import Exercise
from repose.kinematics.channels import joint_of


@dataclass(frozen=True, slots=True)
class Subject:
    """What is counted, as far as it shows in the picture.

    Attributes:
        joint: the joint whose angle works: "knee", "hip", "ankle", or "trunk".
        sides: "one" leg after the other, a "pair" that works together or alone, or "none".
        high: the excursion of the target, 1 if rest lies at the other end of the range.
        low: that of the opposite end, negative; 0 for exercises that go one way only.
        share: which share of the way to either end counts.
        hold_s: prescribed hold in seconds; 0 if none.
    """

    joint: str
    sides: Literal["one", "pair", "none"]
    high: float
    low: float
    share: float
    hold_s: float

    @classmethod
    def of(cls, exercise: Exercise) -> Self:
        """What an exercise says of itself."""
        definition, limits = exercise.definition, exercise.thresholds
        high, low = 1.0, 0.0
        if limits.opposite_deg is not None:
            high = (limits.target_deg - limits.rest_deg) / (limits.target_deg - limits.opposite_deg)
            low = high - 1
        return cls(
            joint_of(definition.signal),
            definition.sides,
            high,
            low,
            limits.complete_share,
            definition.dose.hold_s,
        )
