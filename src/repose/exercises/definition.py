"""What an exercise is, as data: read from TOML, checked, never executed."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from repose.calibration.thresholds import Thresholds
from repose.kinematics.channels import ANGLES, MIDLINE, SIDED


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


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
        needs: what the channel must be to the limit: "at_least" or "at_most" it at the end position, or
            "at_most_at_start", on the working side or on both of a pair; or "still": swinging no more than
            it over the movement, on both sides.
    """

    name: str
    channel: str
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

    A fault with `from_side` shows only from the side: it is not judged when the camera stands further
    towards the head or the feet than `faults.SIDE_VIEW_DEG`.
    """

    name: str
    text: str
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


class Exercise(_Data):
    """An exercise with the numbers in force: what counting needs to know."""

    definition: Definition
    thresholds: Thresholds

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
        if (self.definition.ends == 2) != (self.thresholds.opposite_deg is not None):
            raise ValueError("opposite_deg must be given exactly for exercises with two ends")
        return self

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
    def sided(self) -> bool:
        """Whether reps belong to a side of the body."""
        return self.definition.sides != "none"
