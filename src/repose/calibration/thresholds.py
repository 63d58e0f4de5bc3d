"""The numbers that decide what counts, their units and allowed ranges, and what each does in plain words."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Final, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

SMALLEST_RANGE_DEG = 5.0
"""A range below this is smaller than the noise of the landmarks at rest (2 to 4°)."""


def _number(least: float, most: float, means: str, *, above: bool = False) -> Any:  # noqa: ANN401
    """A number from the least (or above it) to the most, and what it does."""
    return Field(ge=None if above else least, gt=least if above else None, le=most, description=means)


RestDeg = Annotated[float, _number(-180, 180, "the usual angle at rest; the person's own is measured")]
RestFromDeg = Annotated[float, _number(-180, 180, "the smallest angle that can be a rest position")]
RestToDeg = Annotated[float, _number(-180, 180, "the largest angle that can be a rest position")]
TargetDeg = Annotated[float, _number(-180, 180, "the angle of a full rep")]
OppositeDeg = Annotated[float, _number(-180, 180, "the angle of the opposite end of a full rep")]
CompleteShare = Annotated[
    float, _number(0.1, 1, "a rep needs this share of the way from rest (or the opposite end) to the target")
]
OneSideShare = Annotated[float, _number(0.1, 1, "the same where one side of a pair works alone")]
OwnBestShare = Annotated[
    float, _number(0, 0.95, "and this share of the person's own usual rep in the same set")
]
PartialShare = Annotated[
    float, _number(0.05, 1, "a movement that goes this far, but not far enough, is told as a partial")
]
LeaveShare = Annotated[float, _number(0.02, 0.5, "a rep begins this share of the way from rest")]
ReturnShare = Annotated[float, _number(0.05, 0.7, "a rep is over at this share of its own end, coming back")]
StillDeg = Annotated[
    float, _number(0, 30, "who rests moves no more than this within half a second", above=True)
]
ShortestRepS = Annotated[float, _number(0, 600, "a shorter movement is no rep")]
LongestRepS = Annotated[float, _number(0, 600, "a longer movement is no rep")]
HoldDeg = Annotated[float, _number(0, 45, "the hold is the time within this of the end position", above=True)]
HoldShare = Annotated[
    float, _number(0, 0.5, "or within this share of the rep's range, if that is less", above=True)
]
HoldDropoutS = Annotated[float, _number(0, 600, "a hold survives leaving its position for this long")]
HoldLeastS = Annotated[float, _number(0, 600, "a rep needs a hold of this length; 0 for none")]
FeetEndDeg = Annotated[
    float, _number(0, 90, "how far from the side the camera may stand towards the feet end")
]
HeadEndDeg = Annotated[
    float, _number(0, 90, "how far from the side the camera may stand towards the head end")
]
TurnDeg = Annotated[
    float, _number(0, 90, "least turn of a standing person away from the camera; 90 is from the side")
]


class _Numbers(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SideThresholds(_Numbers):
    """What is different on one side of a person; what is None is as on the other. See `Thresholds`."""

    rest_deg: RestDeg | None = None
    rest_from_deg: RestFromDeg | None = None
    rest_to_deg: RestToDeg | None = None
    target_deg: TargetDeg | None = None
    opposite_deg: OppositeDeg | None = None
    complete_share: CompleteShare | None = None
    one_side_share: OneSideShare | None = None
    own_best_share: OwnBestShare | None = None
    partial_share: PartialShare | None = None
    shortest_rep_s: ShortestRepS | None = None
    hold_deg: HoldDeg | None = None
    hold_share: HoldShare | None = None
    hold_dropout_s: HoldDropoutS | None = None
    hold_least_s: HoldLeastS | None = None
    faults: dict[str, float] = Field(default_factory=dict)


class Thresholds(_Numbers):
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
        left, right: what is different on that side; None for nothing. `of` gives what is in force there.
    """

    rest_deg: RestDeg
    rest_from_deg: RestFromDeg
    rest_to_deg: RestToDeg
    target_deg: TargetDeg
    opposite_deg: OppositeDeg | None = None
    complete_share: CompleteShare
    one_side_share: OneSideShare | None = None
    own_best_share: OwnBestShare
    partial_share: PartialShare
    leave_share: LeaveShare
    return_share: ReturnShare
    still_deg: StillDeg
    shortest_rep_s: ShortestRepS
    longest_rep_s: LongestRepS
    hold_deg: HoldDeg
    hold_share: HoldShare
    hold_dropout_s: HoldDropoutS
    hold_least_s: HoldLeastS
    feet_end_deg: FeetEndDeg
    head_end_deg: HeadEndDeg
    turn_deg: TurnDeg
    guards: dict[str, float] = Field(default_factory=dict)
    faults: dict[str, float] = Field(default_factory=dict)
    left: SideThresholds | None = None
    right: SideThresholds | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if wrong := "; ".join(self._disorder()):
            raise ValueError(wrong)
        return self

    def _disorder(self) -> Iterator[str]:
        """Numbers that are right by themselves, and swapped or too close together."""
        if not self.rest_from_deg <= self.rest_deg <= self.rest_to_deg:
            yield (
                f"rest_deg {self.rest_deg:g} must lie from rest_from_deg {self.rest_from_deg:g} "
                f"to rest_to_deg {self.rest_to_deg:g}"
            )
        if self.target_deg < self.rest_deg + SMALLEST_RANGE_DEG:
            yield (
                f"target_deg {self.target_deg:g} must be at least {SMALLEST_RANGE_DEG:g} above "
                f"rest_deg {self.rest_deg:g}"
            )
        if self.opposite_deg is not None and self.opposite_deg > self.rest_deg - SMALLEST_RANGE_DEG:
            yield (
                f"opposite_deg {self.opposite_deg:g} must be at least {SMALLEST_RANGE_DEG:g} below "
                f"rest_deg {self.rest_deg:g}"
            )
        if self.partial_share > self.complete_share:
            yield (
                f"partial_share {self.partial_share:g} must not exceed complete_share {self.complete_share:g}"
            )
        if self.shortest_rep_s >= self.longest_rep_s:
            yield f"shortest_rep_s {self.shortest_rep_s:g} must be below longest_rep_s {self.longest_rep_s:g}"

    @model_validator(mode="after")
    def _sides_in_order(self) -> Self:
        for side in ("left", "right"):
            try:
                self.of(side)
            except ValidationError as error:
                raise ValueError(
                    f"{side}: {error.errors()[0]['msg'].removeprefix('Value error, ')}"
                ) from error
        return self

    def of(self, side: str) -> "Thresholds":
        """What is in force on a side: "left", "right", or "both" for what both have in common."""
        own = self.left if side == "left" else self.right if side == "right" else None
        if own is None:
            return self.common
        numbers = own.model_dump(exclude_none=True)
        numbers["faults"] = self.faults | own.faults
        return Thresholds.model_validate(self.common.model_dump() | numbers)

    @property
    def common(self) -> "Thresholds":
        """What both sides have in common."""
        if self.left is None and self.right is None:
            return self
        return self.model_copy(update={"left": None, "right": None})

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that are the same for the same numbers, and differ for others."""
        numbers = self.model_dump()
        # Who has no sides of their own keeps the fingerprint from before there were any.
        for side in ("left", "right"):
            if numbers[side] is None:
                del numbers[side]
        return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:12]

    def flat(self) -> dict[str, float]:
        """Every number by its dotted key, without those that are not set."""
        return flat(self.model_dump())


def flat(tables: dict[str, Any], prefix: str = "") -> dict[str, float]:
    """The numbers of nested tables by their dotted key, without those that are None."""
    numbers: dict[str, float] = {}
    for key, value in tables.items():
        if isinstance(value, dict):
            numbers |= flat(value, f"{prefix}{key}.")
        elif value is not None:
            numbers[prefix + key] = value
    return numbers


class About(NamedTuple):
    """What is to be known of a number: its unit, what is allowed, and what it does in plain words."""

    unit: str
    least: float
    most: float
    means: str


UNITS: Final = {"_deg": "°", "_share": "of the way", "_s": "s"}
"""Units of thresholds by the end of their names."""


@cache
def about(key: str) -> About:
    """What is to be known of a threshold, but for those under `guards` and `faults`: an exercise's own."""
    schema = Thresholds.model_json_schema()["properties"][key]
    number = schema.get("anyOf", [schema])[0]
    unit = next(unit for end, unit in UNITS.items() if key.endswith(end))
    least = number.get("minimum", number.get("exclusiveMinimum"))
    return About(unit, float(least), float(number["maximum"]), number["description"])
