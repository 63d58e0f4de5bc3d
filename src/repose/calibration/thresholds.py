"""The numbers that decide what counts, with their units and allowed ranges."""

import hashlib
import json
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Degrees = Annotated[float, Field(ge=-180, le=180)]
Share = Annotated[float, Field(ge=0, le=1.5)]
Seconds = Annotated[float, Field(ge=0, le=600)]

SMALLEST_RANGE_DEG = 5.0
"""A range below this is smaller than the noise of the landmarks at rest (2 to 4°)."""


class Thresholds(BaseModel):
    """All thresholds of one exercise. What counts a rep and what judges it are separate.

    Shares are shares of the way from this person's own rest to the target.

    Attributes:
        rest_deg: usual angle at rest; only a prior, the person's own rest is measured.
        rest_from_deg, rest_to_deg: angles that can be a rest position.
        target_deg: angle of a full rep.
        opposite_deg: angle of the opposite end, for exercises with two ends.
        complete_share: least share of the range that makes a rep complete.
        one_side_share: the same when one side of a pair works alone; default as `complete_share`.
        own_best_share: least share of the person's own usual rep of this set.
        partial_share: least share that is reported as a partial.
        leave_share, return_share: where a rep begins and (of its own peak) where it is over.
        still_deg: most that a resting angle moves within half a second.
        longest_rep_s, shortest_rep_s: anything longer or shorter is no rep.
        hold_deg, hold_share: the hold is the time within the smaller of both of the end position.
        hold_dropout_s: how long the angle may stray without ending the hold.
        hold_least_s: shortest hold that counts; the prescribed hold is part of the dose.
        feet_end_deg, head_end_deg: how far towards the feet or the head the camera may stand.
        turn_deg: least turn of a standing person's shoulders; 90 is seen from the side.
        guards, faults: limits by name, in the unit of the channel they are about.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    rest_deg: Degrees
    rest_from_deg: Degrees
    rest_to_deg: Degrees
    target_deg: Degrees
    opposite_deg: Degrees | None = None
    complete_share: Annotated[float, Field(ge=0.1, le=1)]
    one_side_share: Annotated[float, Field(ge=0.1, le=1)] | None = None
    own_best_share: Annotated[float, Field(ge=0, le=0.95)]
    partial_share: Annotated[float, Field(ge=0.05, le=1)]
    leave_share: Annotated[float, Field(ge=0.02, le=0.5)]
    return_share: Annotated[float, Field(ge=0.05, le=0.7)]
    still_deg: Annotated[float, Field(gt=0, le=30)]
    shortest_rep_s: Seconds
    longest_rep_s: Seconds
    hold_deg: Annotated[float, Field(gt=0, le=45)]
    hold_share: Annotated[float, Field(gt=0, le=0.5)]
    hold_dropout_s: Seconds
    hold_least_s: Seconds
    feet_end_deg: Annotated[float, Field(ge=0, le=90)]
    head_end_deg: Annotated[float, Field(ge=0, le=90)]
    turn_deg: Annotated[float, Field(ge=0, le=90)]
    guards: dict[str, float] = Field(default_factory=dict)
    faults: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.rest_from_deg <= self.rest_deg <= self.rest_to_deg:
            raise ValueError(
                f"rest_deg {self.rest_deg:g} must lie from rest_from_deg {self.rest_from_deg:g} "
                f"to rest_to_deg {self.rest_to_deg:g}"
            )
        if self.target_deg < self.rest_deg + SMALLEST_RANGE_DEG:
            raise ValueError(
                f"target_deg {self.target_deg:g} must be at least {SMALLEST_RANGE_DEG:g} above "
                f"rest_deg {self.rest_deg:g}"
            )
        if self.opposite_deg is not None and self.opposite_deg > self.rest_deg - SMALLEST_RANGE_DEG:
            raise ValueError(
                f"opposite_deg {self.opposite_deg:g} must be at least {SMALLEST_RANGE_DEG:g} below "
                f"rest_deg {self.rest_deg:g}"
            )
        if self.partial_share > self.complete_share:
            raise ValueError(
                f"partial_share {self.partial_share:g} must not exceed complete_share {self.complete_share:g}"
            )
        if self.shortest_rep_s >= self.longest_rep_s:
            raise ValueError(
                f"shortest_rep_s {self.shortest_rep_s:g} must be below longest_rep_s {self.longest_rep_s:g}"
            )
        return self

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that are the same for the same numbers, and differ for others."""
        text = json.dumps(self.model_dump(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def flat(self) -> dict[str, float]:
        """Every number by its dotted key, without those that are not set."""
        numbers: dict[str, float] = {}
        for key, value in self.model_dump().items():
            if isinstance(value, dict):
                numbers |= {f"{key}.{name}": number for name, number in value.items()}
            elif value is not None:
                numbers[key] = value
        return numbers
