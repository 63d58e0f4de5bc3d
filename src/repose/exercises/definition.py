"""What an exercise is, as data: read from TOML, checked, never executed."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from repose.calibration.load import is_plain
from repose.calibration.thresholds import About, Thresholds
from repose.kinematics.channels import CHANNELS, SIDES, SIGNALS, UNITS, is_sided


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


PROGRAMME: Final = ("ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch")
"""The exercises that come with Repose, in their order."""

SLUG: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
LONGEST_SLUG: Final = 40

LONGEST_NAME: Final = 60

MOST: Final = 20
"""Guards, faults, and unseen faults of one exercise, of each."""


def _one_of(kind: str, name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        near = get_close_matches(name[:80], known, n=1)
        mean = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"{name[:80]!r} is no {kind}{mean} Known are {', '.join(sorted(known))}")
    return name


def plain(text: str) -> str:
    """Text for people: it is shown and spoken as it stands, and is nothing else.

    Raises:
        ValueError: it holds what people neither read nor speak.
    """
    if not is_plain(text):
        raise ValueError("holds control characters or line breaks; write plain text on one line")
    if not text.strip() and text:
        raise ValueError("is empty; say something")
    if "{" in text or "}" in text:
        raise ValueError("holds { or }: nothing is filled in here; write the words as they are to be said")
    return text


_Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
_Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(plain)]
_Note = Annotated[str, Field(max_length=200), AfterValidator(plain)]
_Channel = Annotated[str, AfterValidator(lambda name: _one_of("channel", name, CHANNELS))]
_Angle = Annotated[str, AfterValidator(lambda name: _one_of("joint angle", name, SIGNALS))]


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

    name: _Name
    channel: _Channel
    limit: _Note = ""
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

    name: _Name
    text: _Text
    limit: _Note = ""
    measure: Literal[
        "rise", "fall", "swing", "hold_above", "drift", "bounce", "reach", "opposite_reach", "left_over",
        "duration", "hold", "reversals",
    ]  # fmt: skip
    channel: _Channel | None = None
    of: Literal["working", "other"] = "working"
    on: Literal["reps", "partials", "all"] = "reps"
    from_side: bool = False

    @model_validator(mode="after")
    def _channel_where_needed(self) -> Self:
        if (self.channel is None) == (self.measure in ("rise", "fall", "swing", "hold_above")):
            needs = "needs a" if self.channel is None else "takes no"
            raise ValueError(f"fault {self.name!r}: measure {self.measure!r} {needs} channel")
        return self


class Unseen(_Data):
    """A fault that the camera's view cannot show: said to be not measured rather than guessed."""

    name: _Name
    why: _Text


class Words(_Data):
    """What to say in each phase."""

    rest: _Text
    going: _Text
    holding: _Text
    returning: _Text


Posture = Literal["supine", "standing", "seated", "upright"]


class Definition(_Data):
    """What an exercise is. Its numbers are in the calibration.

    Attributes:
        posture: in which position of the body anything counts: "supine" on the back; "standing" with the legs
            straight down; "seated" with the thighs about level; "upright" on the feet, however bent the legs.
        sides: "one" leg after the other, a "pair" that works together or alone, or "none".
        signal: the joint angle it is counted on; the target lies at larger angles than rest.
        ends: 1 for there and back, 2 when the movement also goes to the opposite end of the range.
        peak: the joint angles that are reported at the end position.
        of_programme: whether it is one of the programme's four, which come with Repose.
    """

    slug: str = Field(pattern=SLUG, max_length=LONGEST_SLUG)
    name: Annotated[_Text, Field(max_length=LONGEST_NAME)]
    position: _Text
    posture: Posture
    sides: Literal["one", "pair", "none"]
    signal: _Angle
    ends: Literal[1, 2] = 1
    peak: tuple[_Angle, ...] = Field(min_length=1, max_length=4)
    dose: Dose
    words: Words
    guards: tuple[Guard, ...] = Field(default=(), max_length=MOST)
    faults: tuple[Fault, ...] = Field(default=(), max_length=MOST)
    unseen: tuple[Unseen, ...] = Field(default=(), max_length=MOST)
    of_programme: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if wrong := "; ".join(self._misfits()):
            raise ValueError(wrong)
        return self

    def _misfits(self) -> Iterator[str]:
        """What is right by itself, and wrong together."""
        if (self.sides == "none") == is_sided(self.signal):
            fitting = ", ".join(name for name in SIGNALS if is_sided(name) == (self.sides != "none"))
            yield f"signal {self.signal!r} does not fit sides = {self.sides!r}; allowed with it are {fitting}"
        for kind, items in (("guards", self.guards), ("faults", self.faults), ("unseen", self.unseen)):
            names = [item.name for item in items]
            for twice in sorted({name for name in names if names.count(name) > 1}):
                yield f"{kind}: {twice!r} is there twice; each needs a name of its own"
        if self.dose.each_side and self.sides == "none":
            yield "dose.each_side does not fit sides = 'none': there are no sides"

    @property
    def lying(self) -> bool:
        """Whether the person lies; else the camera's direction shows in the shoulders' turn."""
        return self.posture == "supine"


_ALLOWED: Final = {"°": (-180.0, 180.0), "trunk lengths": (0.0, 3.0), "s": (0.0, 600.0), "times": (0.0, 50.0)}

_OF_AN_ANGLE: Final = ("at_least", "at_most", "at_most_at_start", "hold_above")
"""What is held against an angle itself, which may be negative; how far something moves, or misses, is not."""


def about_limit(item: Guard | Fault) -> About:
    """What is to be known of the number that belongs to a guard or a fault."""
    if isinstance(item, Fault) and item.measure in ("duration", "hold"):
        unit = "s"
    elif isinstance(item, Fault) and item.measure == "reversals":
        unit = "times"
    else:
        unit = UNITS.get(item.channel or "", "°")
    least, most = _ALLOWED[unit]
    if (item.needs if isinstance(item, Guard) else item.measure) not in _OF_AN_ANGLE:
        least = 0.0
    return About(unit, least, most, item.limit)


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
        if wrong := "; ".join((*limit_misfits(self.definition, self.thresholds), *self._sides_misfits())):
            raise ValueError(wrong)
        return self

    def _sides_misfits(self) -> Iterator[str]:
        faults = {fault.name: fault for fault in self.definition.faults}
        for side in SIDES:
            own = self.thresholds.left if side == "left" else self.thresholds.right
            if own is None:
                continue
            if not self.sided:
                yield f"{side}: {self.slug} has no sides"
            for name, limit in own.faults.items():
                if name not in faults:
                    allowed = ", ".join(sorted(faults)) or "none"
                    yield f"{side}.faults.{name} is not known; allowed are {allowed}"
                else:
                    yield from _out_of_range(f"{side}.faults.{name}", limit, about_limit(faults[name]))
            if own.opposite_deg is not None and self.definition.ends != 2:
                yield f"{side}.opposite_deg is for exercises with two ends only"

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


def limit_misfits(definition: Definition, limits: Thresholds) -> Iterator[str]:
    """What the numbers of an exercise lack or have too much, each with its key and what is allowed."""
    kinds: tuple[tuple[str, tuple[Guard, ...] | tuple[Fault, ...], dict[str, float]], ...] = (
        ("guards", definition.guards, limits.guards),
        ("faults", definition.faults, limits.faults),
    )
    for kind, named, numbers in kinds:
        expected = {item.name: item for item in named}
        for name in sorted(set(expected) - set(numbers)):
            yield f"{kind}.{name} is missing in the calibration"
        for name in sorted(set(numbers) - set(expected)):
            yield f"{kind}.{name} is not known; allowed are {', '.join(sorted(expected)) or 'none'}"
        for name, item in expected.items():
            if name in numbers:
                yield from _out_of_range(f"{kind}.{name}", numbers[name], about_limit(item))
    if (definition.ends == 2) != (limits.opposite_deg is not None):
        yield "opposite_deg must be given exactly for exercises with two ends"


def _out_of_range(key: str, limit: float, about: About) -> Iterator[str]:
    if not about.least <= limit <= about.most:
        yield f"{key} = {limit:g}: allowed is from {about.least:g} to {about.most:g} {about.unit}"
