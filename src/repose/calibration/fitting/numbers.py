"""Which thresholds can be fitted to annotated recordings, and what values of them are tried."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from repose.calibration.fitting.search import Axis
from repose.calibration.thresholds import SMALLEST_RANGE_DEG, SideThresholds, Thresholds, about
from repose.errors import ReposeError
from repose.exercises import Exercise

USUAL: Final = ("complete_share", "one_side_share", "own_best_share", "partial_share")
"""What decides whether a movement counts, is told as a partial, or is nothing."""

FITTABLE: Final = (*USUAL, "leave_share", "return_share", "target_deg", "opposite_deg")
"""What annotated reps say something about. The target is one of them, but for counting it does what
`complete_share` does: only a person can tell which of both is meant."""

NOISE_DEG: Final = 2.0
"""By how much the end position of the same movement comes out differently: landmarks at rest stray by 2 to
4°, and the end position is a median of many of them."""


def usual_keys(exercise: Exercise, side: str | None = None) -> tuple[str, ...]:
    """The thresholds that are fitted unless somebody says which.

    Args:
        exercise: with the thresholds in force.
        side: "left" or "right" for those of one side; None for what both have in common.
    """
    names = [name for name in USUAL if getattr(exercise.thresholds, name) is not None]
    if side is None:
        return tuple(names)
    if "one_side_share" in names:
        # A side on its own is never a pair.
        names.remove("complete_share")
    return tuple(f"{side}.{name}" for name in names)


def check_keys(exercise: Exercise, keys: tuple[str, ...]) -> None:
    """Refuse keys that cannot be fitted.

    Raises:
        ReposeError: naming the key and what is allowed.
    """
    for key in keys:
        side, _, name = key.rpartition(".")
        if name not in FITTABLE or side not in ("", "left", "right"):
            raise ReposeError(f"{key}: cannot be fitted to reps; those that can are {', '.join(FITTABLE)}")
        if side and not exercise.sided:
            raise ReposeError(f"{key}: {exercise.slug} has no sides")
        if side and name not in SideThresholds.model_fields:
            raise ReposeError(f"{key}: {name} is the same on both sides")
        if getattr(exercise.thresholds, name) is None:
            raise ReposeError(f"{key}: {exercise.slug} has no {name}")
    if len(set(keys)) < len(keys) or not keys:
        raise ReposeError("name each threshold once")


def number_of(exercise: Exercise, key: str) -> float:
    """The number in force; of a side that has none of its own, the one of both."""
    side, _, name = key.rpartition(".")
    return float(getattr(exercise.thresholds.of(side or "both"), name))


def with_numbers(exercise: Exercise, numbers: Mapping[str, float]) -> Exercise | None:
    """The exercise with other numbers, by their dotted keys; None where they are not allowed together."""
    tables: dict[str, Any] = exercise.thresholds.model_dump(exclude_none=True)
    for key, number in numbers.items():
        side, _, name = key.rpartition(".")
        (tables.setdefault(side, {}) if side else tables)[name] = number
    try:
        return exercise.model_copy(update={"thresholds": Thresholds.model_validate(tables)})
    except ValidationError:
        return None


def axis_of(exercise: Exercise, key: str) -> Axis:
    """The values of a threshold that are tried."""
    side, _, name = key.rpartition(".")
    limits = exercise.thresholds.of(side or "both")
    allowed = about(name)
    if name == "target_deg":
        most = limits.rest_deg + 2 * (limits.target_deg - limits.rest_deg)
        least = limits.rest_deg + SMALLEST_RANGE_DEG
        return Axis(least, min(most, allowed.most), 1.0, 5, NOISE_DEG, limits.rest_deg)
    if name == "opposite_deg":
        least = limits.rest_deg + 2 * (number_of(exercise, key) - limits.rest_deg)
        most = limits.rest_deg - SMALLEST_RANGE_DEG
        return Axis(max(least, allowed.least), most, 1.0, 5, NOISE_DEG, limits.rest_deg)
    low = limits.rest_deg if limits.opposite_deg is None else limits.opposite_deg
    return Axis(allowed.least, allowed.most, 0.01, 5, NOISE_DEG / (limits.target_deg - low))
