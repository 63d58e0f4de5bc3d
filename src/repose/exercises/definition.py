"""What an exercise is, as data: read from TOML, checked, never executed."""

from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from repose.calibration.thresholds import About, Thresholds
from repose.kinematics.channels import ANGLES, MIDLINE, SIDED, SIDES, UNITS


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


_NAME = Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)


class Dose(_Data):
    """What is prescribed by default; a programme may say otherwise."""

    reps: int = Field(ge=1, le=100)
    sets: int = Field(default=1, ge=1, le=100)
    hold_s: float = Field(default=0.0, ge=0, le=300)
    each_side: bool = False


class Guard(_Data):
    """What else must be true for the movement to be this exercise at all.

    The limit is the number of this name under `guards` in the calibration, in the channel's unit.

    Attributes:
        limit: what the number says, in plain words.
        needs: what the channel must be to the limit: "at_least" or "at_most" it at the end position, or
            "at_most_at_start", on the working side or on both of a pair; or "still": swinging no more than
            it over the movement, on both sides.
    """

    name: str = _NAME
    channel: str
    limit: str = ""
    needs: Literal["at_least", "at_most", "at_most_at_start", "still"]


class Fault(_Data):
    """A form fault and the evidence for it; the limit is the number of this name in the calibration.

    Measures over the ticks of a rep (channels of the working side, or of the other one):
        rise, fall: how far the channel goes above or below its value at the start;
        swing: the larger of both;
        hold_above: the channel's middle value during the hold;
        drift: how far the working angle drifts towards rest while it should be held;
        bounce: how far it swings meanwhile, the drift taken off;
        reach, opposite_reach: degrees by which the target (or the opposite end) was missed;
        left_over: degrees from rest at which the rep ended;
        duration, hold: seconds that were too few;
        reversals: turns of more than 8° on the way.

    `limit` says in plain words what the number is. A fault with `from_side` shows only from the side: it is
    not judged when the camera stands further towards the head or the feet than `faults.SIDE_VIEW_DEG`.
    """

    name: str = _NAME
    text: str
    limit: str = ""
    measure: Literal[
        "rise", "fall", "swing", "hold_above", "drift", "bounce", "reach", "opposite_reach", "left_over",
        "duration", "hold", "reversals",
    ]  # fmt: skip
    channel: str | None = None
    of: Literal["working", "other"] = "working"
    on: Literal["reps", "partials", "all"] = "reps"
    from_side: bool = False


class Unseen(_Data):
    """A fault that the camera's view cannot show: said to be not measured rather than guessed."""

    name: str
    why: str


class Words(_Data):
    """What to say in each phase."""

    rest: str
    going: str
    holding: str
    returning: str


class Definition(_Data):
    """What an exercise is. Its numbers are in the calibration.

    Attributes:
        posture: in which position of the body anything counts.
        sides: "one" leg after the other, a "pair" that works together or alone, or "none".
        signal: the joint angle it is counted on; the target lies at larger angles than rest.
        ends: 1 for there and back, 2 when the movement also goes to the opposite end of the range.
        peak: the joint angles that are reported at the end position.
        of_programme: whether it is one of the programme's four, which come with Repose.
    """

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)
    name: str
    position: str
    posture: Literal["supine", "standing"]
    sides: Literal["one", "pair", "none"]
    signal: Literal["knee_flexion", "hip_flexion", "ankle_dorsiflexion", "trunk_extension"]
    ends: Literal[1, 2] = 1
    peak: tuple[str, ...] = Field(min_length=1)
    dose: Dose
    words: Words
    guards: tuple[Guard, ...] = ()
    faults: tuple[Fault, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    of_programme: bool = False

    @model_validator(mode="after")
    def _channels_exist(self) -> Self:
        named = [self.signal, *self.peak, *(guard.channel for guard in self.guards)]
        named += [fault.channel for fault in self.faults if fault.channel]
        known = {*SIDED, *MIDLINE}
        if unknown := [name for name in named if name not in known]:
            raise ValueError(f"unknown channel {unknown[0]!r}; known are {', '.join(sorted(known))}")
        if wrong := [name for name in self.peak if name not in ANGLES]:
            raise ValueError(f"peak {wrong[0]!r} is no joint angle; those are {', '.join(ANGLES)}")
        if (self.sides == "none") != (self.signal in MIDLINE):
            raise ValueError(f"signal {self.signal!r} does not fit sides = {self.sides!r}")
        for fault in self.faults:
            if (fault.channel is None) == (fault.measure in ("rise", "fall", "swing", "hold_above")):
                raise ValueError(f"fault {fault.name!r}: measure {fault.measure!r} and channel do not fit")
        return self


_ALLOWED: Final = {"°": (-180.0, 180.0), "trunk lengths": (0.0, 3.0), "s": (0.0, 600.0), "times": (0.0, 50.0)}


def about_limit(item: Guard | Fault) -> About:
    """What is to be known of the number that belongs to a guard or a fault."""
    if isinstance(item, Fault) and item.measure in ("duration", "hold"):
        unit = "s"
    elif isinstance(item, Fault) and item.measure == "reversals":
        unit = "times"
    else:
        unit = UNITS.get(item.channel or "", "°")
    return About(unit, *_ALLOWED[unit], item.limit)


class Exercise(_Data):
    """An exercise with the numbers in force: what counting needs to know.

    Attributes:
        definition: what it is.
        thresholds: the numbers.
        profiles: name and revision of the profiles that they came from, besides the defaults.
    """

    definition: Definition
    thresholds: Thresholds
    profiles: tuple[tuple[str, int], ...] = ()

    @model_validator(mode="after")
    def _limits_match(self) -> Self:
        for kind, named, limits in (
            ("guards", self.definition.guards, self.thresholds.guards),
            ("faults", self.definition.faults, self.thresholds.faults),
        ):
            expected = {item.name for item in named}
            if missing := sorted(expected - set(limits)):
                raise ValueError(f"{kind}.{missing[0]} is missing in the calibration")
            if unknown := sorted(set(limits) - expected):
                raise ValueError(
                    f"{kind}.{unknown[0]} is not known; allowed are {', '.join(sorted(expected)) or 'none'}"
                )
            for item in named:
                _check_range(f"{kind}.{item.name}", limits[item.name], about_limit(item))
        for side in SIDES:
            self._check_side(side)
        if (self.definition.ends == 2) != (self.thresholds.opposite_deg is not None):
            raise ValueError("opposite_deg must be given exactly for exercises with two ends")
        return self

    def _check_side(self, side: str) -> None:
        own = self.thresholds.left if side == "left" else self.thresholds.right
        if own is None:
            return
        if not self.sided:
            raise ValueError(f"{side}: {self.slug} has no sides")
        faults = {fault.name: fault for fault in self.definition.faults}
        for name, limit in own.faults.items():
            if name not in faults:
                raise ValueError(
                    f"{side}.faults.{name} is not known; allowed are {', '.join(sorted(faults)) or 'none'}"
                )
            _check_range(f"{side}.faults.{name}", limit, about_limit(faults[name]))
        if own.opposite_deg is not None and self.definition.ends != 2:
            raise ValueError(f"{side}.opposite_deg is for exercises with two ends only")

    def on(self, side: str) -> "Exercise":
        """The exercise with what is in force on a side; "both" for what both sides have in common."""
        limits = self.thresholds.of(side)
        return self if limits is self.thresholds else self.model_copy(update={"thresholds": limits})

    @property
    def slug(self) -> str:
        """The name used in commands, files and addresses."""
        return self.definition.slug

    @property
    def name(self) -> str:
        """The name for people."""
        return self.definition.name

    @property
    def own_definition(self) -> Definition | None:
        """The definition if it is not of the programme, so that it must be kept with what it counted."""
        return None if self.definition.of_programme else self.definition

    @property
    def sided(self) -> bool:
        """Whether reps belong to a side of the body."""
        return self.definition.sides != "none"


def _check_range(key: str, limit: float, about: About) -> None:
    if not about.least <= limit <= about.most:
        raise ValueError(f"{key} = {limit:g}: allowed is from {about.least:g} to {about.most:g} {about.unit}")
