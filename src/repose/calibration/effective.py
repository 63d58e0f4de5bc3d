"""Every number in force for an exercise, with where it comes from and what is to be known of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from repose.calibration.edit import about_number
from repose.calibration.layers import GROUPS, SIDES, Layer
from repose.calibration.profiles import InForce
from repose.calibration.thresholds import About, Thresholds


@dataclass(frozen=True, slots=True)
class Effective:
    """A number in force.

    Attributes:
        key: dotted, without the exercise: "target_deg", "left.faults.too_fast".
        side: "left" or "right" where only that side has it; "" for what both have in common.
        value: the number.
        about: its unit, what is allowed, and what it does.
        layer: the name of the layer that it comes from.
        revision: of that layer; 0 where it has no versions.
    """

    key: str
    side: str
    value: float
    about: About
    layer: str
    revision: int

    @property
    def origin(self) -> str:
        """Where it comes from, in words: "default", "clinic revision 3", "Åsa revision 2, left"."""
        revision = f" revision {self.revision}" if self.revision else ""
        return f"{self.layer}{revision}" + (f", {self.side}" if self.side else "")


def effective(found: InForce, layers: Sequence[Layer]) -> tuple[Effective, ...]:
    """The numbers in force, in the order of the schema; what a side has of its own follows the common one.

    Args:
        found: the exercise.
        layers: that it follows from.
    """
    numbers = found.exercise.thresholds.flat()
    revisions = {layer.name: layer.revision for layer in layers}
    rows = []
    for key in _keys(found.exercise.thresholds):
        for side in ("", *SIDES):
            full = f"{side}.{key}" if side else key
            known = about_number(f"{found.exercise.slug}.{key}")
            if full in numbers and known is not None:
                layer = found.origins.get(full, layers[0].name)
                rows.append(Effective(full, side, numbers[full], known, layer, revisions.get(layer, 0)))
    return tuple(rows)


def shown_number(value: float | None, unit: str = "") -> str:
    """Such as "80 °"; a dash where nothing is said."""
    if value is None:
        return "–"
    return f"{value:.10g} {unit}".rstrip()


def _keys(thresholds: Thresholds) -> Iterator[str]:
    yield from (key for key in Thresholds.model_fields if key not in (*GROUPS, *SIDES))
    yield from (f"guards.{name}" for name in thresholds.guards)
    sides = [one.faults for one in (thresholds.left, thresholds.right) if one is not None]
    yield from dict.fromkeys(f"faults.{name}" for faults in (thresholds.faults, *sides) for name in faults)
