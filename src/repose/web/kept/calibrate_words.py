"""The thresholds as the calibrate page shows them: grouped, named, with units, steps and what they do."""

from dataclasses import dataclass
from typing import Final

from repose.calibration.thresholds import About, SideThresholds, about
from repose.exercises import Definition
from repose.exercises.definition import about_limit

NAMES: Final = {
    "target_deg": "Target",
    "opposite_deg": "Opposite end",
    "rest_deg": "Usual rest",
    "rest_from_deg": "Rest: from",
    "rest_to_deg": "Rest: up to",
    "complete_share": "Complete rep",
    "one_side_share": "Complete rep, one side alone",
    "own_best_share": "Share of the own usual rep",
    "partial_share": "Partial",
    "leave_share": "Leaving rest",
    "return_share": "Back at rest",
    "still_deg": "Stillness",
    "shortest_rep_s": "Shortest rep",
    "longest_rep_s": "Longest rep",
    "hold_deg": "Hold: within",
    "hold_share": "Hold: within, share",
    "hold_dropout_s": "Hold: may be left for",
    "hold_least_s": "Shortest hold",
    "feet_end_deg": "Camera towards the feet",
    "head_end_deg": "Camera towards the head",
    "turn_deg": "Turn away from the camera",
}

_GROUPS: Final = (
    ("What counts", tuple(NAMES)[:11]),
    ("Pace", tuple(NAMES)[11:14]),
    ("Hold", tuple(NAMES)[14:18]),
    ("View", tuple(NAMES)[18:]),
)

_STEPS: Final = {"°": 1.0, "of the way": 0.01, "s": 0.1, "trunk lengths": 0.01, "times": 1.0}
"""How far an arrow key goes; with Shift five times as far."""

_SIDED: Final = frozenset(SideThresholds.model_fields)


@dataclass(frozen=True, slots=True)
class Number:
    """A threshold.

    Attributes:
        key: dotted, without the exercise: "target_deg", "faults.heel_lifts".
        name, means: in words; `means` is "" where nobody said.
        unit, least, most: as in `About`.
        step: how far an arrow key goes.
        sided: whether a side may have one of its own.
    """

    key: str
    name: str
    means: str
    unit: str
    least: float
    most: float
    step: float
    sided: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Thresholds that belong together."""

    name: str
    numbers: tuple[Number, ...]


def groups(definition: Definition) -> tuple[Group, ...]:
    """All thresholds of an exercise."""
    left_out = set()
    if definition.ends != 2:
        left_out.add("opposite_deg")
    if definition.sides != "pair":
        left_out.add("one_side_share")
    left_out |= {"feet_end_deg", "head_end_deg"} if not definition.lying else {"turn_deg"}
    sided = definition.sides != "none"
    found = [
        Group(name, tuple(_number(key, NAMES[key], about(key), sided) for key in keys if key not in left_out))
        for name, keys in _GROUPS
    ]
    guards = tuple(
        _number(f"guards.{one.name}", _plain(one.name), about_limit(one), False) for one in definition.guards
    )
    faults = tuple(
        _number(f"faults.{one.name}", _plain(one.name), about_limit(one), sided) for one in definition.faults
    )
    return (
        *found,
        *([Group("Another movement", guards)] if guards else []),
        *([Group("Form faults", faults)] if faults else []),
    )


def key_in_words(key: str, definition: Definition | None) -> str:
    """A dotted key for people: "left.target_deg" is "Target, left"."""
    side, _, rest = key.partition(".")
    if side in ("left", "right"):
        return f"{key_in_words(rest, definition)}, {side}"
    group, _, name = key.partition(".")
    if group in ("guards", "faults"):
        return _plain(name)
    return NAMES.get(key, key)


def unit_of(key: str, definition: Definition | None) -> str:
    """The unit of a number by its dotted key; "" where nobody knows it any more."""
    for side in ("left.", "right."):
        key = key.removeprefix(side)
    if key in NAMES:
        return about(key).unit
    group, _, name = key.partition(".")
    items = () if definition is None else definition.guards if group == "guards" else definition.faults
    return next((about_limit(item).unit for item in items if item.name == name), "")


def _number(key: str, name: str, told: About, sided: bool) -> Number:
    own = sided and (key in _SIDED or key.startswith("faults."))
    return Number(key, name, told.means, told.unit, told.least, told.most, _STEPS[told.unit], own)


def _plain(name: str) -> str:
    words = name.replace("_", " ")
    return words[0].upper() + words[1:]
