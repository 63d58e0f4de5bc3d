"""What is to be done today: exercises with their doses, and the sets that follow from them."""

from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from repose.counting.result import Side
from repose.exercises import Definition
from repose.exercises.load import definitions, known, programme

REST_BETWEEN_SETS_S: Final = 15.0
"""Rest after a set, unless the programme says otherwise."""

MOST_REPS: Final = 5_000
"""Reps of a whole programme beyond which its doses are a mistake."""


KEPT: Final = {"kept": True}
"""Context for reading a programme that was kept: it stands, whatever has become of its exercises since."""


class Item(BaseModel):
    """One exercise of a programme and its dose.

    Attributes:
        exercise: slug.
        sets: how many; of an exercise with a left and a right, as many for each side.
        reps: of each set.
        hold_s: how long the end position is to be held in each rep; 0 for no hold.
        rest_s: rest after each set.
        sides: the sides to exercise one after the other; () for those that the exercise has.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    exercise: str
    sets: int = Field(default=1, ge=1, le=20)
    reps: int = Field(default=10, ge=1, le=100)
    hold_s: float = Field(default=0.0, ge=0, le=300, allow_inf_nan=False)
    rest_s: float = Field(default=REST_BETWEEN_SETS_S, ge=0, le=600, allow_inf_nan=False)
    sides: tuple[Side, ...] = Field(default=(), max_length=2)

    @model_validator(mode="after")
    def _exercise_has_them(self, info: ValidationInfo) -> Self:
        if info.context == KEPT:
            return self
        countable = definitions()
        if self.exercise not in countable:
            raise ValueError(f"unknown exercise {self.exercise!r}: known are {', '.join(countable)}")
        allowed = allowed_sides(countable[self.exercise])
        if wrong := [side for side in self.sides if side not in allowed]:
            raise ValueError(
                f"{self.exercise} has no side {wrong[0]!r}: allowed are {', '.join(sorted(allowed))}"
            )
        if len(set(self.sides)) < len(self.sides):
            raise ValueError(f"{self.exercise}: a side is named twice")
        return self


class Programme(BaseModel):
    """Exercises in the order in which they are done."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: tuple[Item, ...] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        reps = sum(planned.reps for planned in plan(self))
        if reps > MOST_REPS:
            raise ValueError(f"{reps} reps in one programme: at most {MOST_REPS} can be asked for")
        return self


class PlannedSet(BaseModel):
    """One set of one exercise on one side.

    Attributes:
        exercise: slug.
        side: the prescribed side; "both" for exercises without sides and for a pair that works together.
        number, of: which set of how many of this exercise and side, from 1.
        reps, hold_s, rest_s: as in `Item`.
    """

    model_config = ConfigDict(frozen=True)

    exercise: str
    side: Side
    number: int
    of: int
    reps: int
    hold_s: float
    rest_s: float


def usual_item(slug: str) -> Item:
    """An exercise with its default dose."""
    dose = definitions()[slug].dose
    return Item(exercise=slug, sets=dose.sets, reps=dose.reps, hold_s=dose.hold_s)


def usual_programme() -> Programme:
    """The programme's exercises in their order, with their default doses."""
    return Programme(items=tuple(usual_item(slug) for slug in programme()))


def allowed_sides(definition: Definition) -> tuple[Side, ...]:
    """The sides that can be asked for; "both" means none in particular, or a pair that works together."""
    match definition.sides:
        case "one":
            return ("left", "right")
        case "pair":
            return ("left", "right", "both")
    return ("both",)


def plan(programme: Programme) -> tuple[PlannedSet, ...]:
    """The sets of a programme in their order: all of an exercise's sets on one side, then on the other."""
    sets = []
    for item in programme.items:
        for side in item.sides or usual_sides(item.exercise):
            for number in range(1, item.sets + 1):
                sets.append(
                    PlannedSet(
                        exercise=item.exercise,
                        side=side,
                        number=number,
                        of=item.sets,
                        reps=item.reps,
                        hold_s=item.hold_s,
                        rest_s=item.rest_s,
                    )
                )
    return tuple(sets)


def usual_sides(slug: str) -> tuple[Side, ...]:
    """The sides on which an exercise is done if nobody says otherwise."""
    definition = known().get(slug)
    return ("left", "right") if definition and definition.dose.each_side else ("both",)
