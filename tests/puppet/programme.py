"""The puppet does the exercises of the programme, and says exactly what it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from repose.counting.result import Side
from repose.exercises import load_exercise
from repose.pose.landmarks import PoseTrack
from tests.puppet.body import Puppet, Scene
from tests.puppet.damage import noisy
from tests.puppet.movement import Curve, Keyed, Series, still

SLUGS: Final = ("ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch")

CROOK_HIP: Final = 50.0
"""Hip flexion with the knees bent and the feet flat; thigh and shin are equally long, so the knee bends twice
as far."""


@dataclass(frozen=True)
class Doing:
    """How a set is done.

    Attributes:
        slug: the exercise.
        side: which side; "alternate" begins with the left.
        reps: how many.
        tempo_s: seconds a rep, without its hold.
        hold_s: how long the end position is kept perfectly still.
        share: how far each rep goes, as a share of the default range; or one share for each rep.
        pause_s: further rest between two reps.
        stop: a stop on the way up, at a share of the way, for some seconds.
        ghost: how much of the working leg's movement the idle one seems to make.
        rest_deg: rest of the working angle, instead of the default.
        settle_s: stillness before the first rep and after the last.
    """

    slug: str
    side: Literal["left", "right", "both", "alternate"] = "left"
    reps: int = 3
    tempo_s: float = 4.0
    hold_s: float = 0.5
    share: float | tuple[float, ...] = 1.0
    pause_s: float = 0.3
    stop: tuple[float, float] | None = None
    ghost: float = 0.0
    rest_deg: float | None = None
    settle_s: float = 2.0


@dataclass(frozen=True)
class TrueRep:
    """What truly happened.

    Attributes:
        side: as in `Rep`.
        start_s, end_s: first and last moment of movement.
        hold_start_s, hold_end_s: when the angle was within the band of the end position, by DESIGN's words.
        end_deg: the working angle at the end position.
    """

    side: Side
    start_s: float
    end_s: float
    hold_start_s: float
    hold_end_s: float
    end_deg: float

    @property
    def hold_s(self) -> float:
        """Length of the hold."""
        return self.hold_end_s - self.hold_start_s

    @property
    def peak_s(self) -> float:
        """Middle of the hold."""
        return (self.hold_start_s + self.hold_end_s) / 2


@dataclass(frozen=True)
class Performance:
    """A set: the puppet, what it truly does, and until when."""

    doing: Doing
    puppet: Puppet
    reps: tuple[TrueRep, ...]
    duration_s: float

    def film(
        self, rate: float = 30.0, scene: Scene | None = None, noise_m: float = 0.0, seed: int = 0
    ) -> PoseTrack:
        """The track of it."""
        scene = scene or Scene()
        track = scene.film(self.puppet, np.arange(0, self.duration_s, 1 / rate))
        return noisy(track, noise_m, seed, scene.px_per_m) if noise_m else track


def perform(doing: Doing) -> Performance:
    """Do a set."""
    limits = load_exercise(doing.slug).thresholds
    rest = limits.rest_deg if doing.rest_deg is None else doing.rest_deg
    shares = doing.share if isinstance(doing.share, tuple) else (doing.share,) * doing.reps
    keys = Keyed(((0.0, rest), (doing.settle_s, rest)))
    low = limits.opposite_deg
    spans: list[tuple[float, float, float, float]] = []
    for share in shares:
        top = rest + share * (limits.target_deg - rest)
        start_s = keys.end_s
        up_s = doing.tempo_s * (0.3 if low is not None else 0.45)
        if doing.stop is None:
            keys = keys.then((up_s, top))
        else:
            way, stop_s = doing.stop
            middle = rest + way * (top - rest)
            keys = keys.then((up_s * way, middle), (stop_s, middle), (up_s * (1 - way), top))
        keys = keys.then((doing.hold_s, top)) if doing.hold_s > 0 else keys
        peak_s = keys.end_s - doing.hold_s / 2
        if low is None:
            bottom = rest
            keys = keys.then((doing.tempo_s * 0.45, rest))
        else:
            bottom = rest + share * (low - rest)
            keys = keys.then((doing.tempo_s * 0.4, bottom), (doing.tempo_s * 0.2, rest))
        spans.append((start_s, peak_s, keys.end_s, bottom))
        keys = keys.then((doing.tempo_s * 0.1 + doing.pause_s, rest))
    keys = keys.then((doing.settle_s, rest))
    reps = tuple(_true_rep(keys, _side_of(doing, number), *span) for number, span in enumerate(spans))
    working = tuple(_of_side(keys, rest, reps, side, doing.ghost) for side in ("left", "right"))
    return Performance(doing, _puppet(doing, keys, rest, working), reps, keys.end_s)


def _side_of(doing: Doing, number: int) -> Side:
    if doing.slug == "backwards-stretch":
        return "both"
    if doing.side == "alternate":
        return "left" if number % 2 == 0 else "right"
    return doing.side


def _true_rep(
    angle: Curve, side: Side, start_s: float, peak_s: float, end_s: float, bottom: float
) -> TrueRep:
    fine = np.linspace(start_s, end_s, max(int((end_s - start_s) * 1000), 2))
    degrees = angle(fine)
    top = float(angle(np.array([peak_s]))[0])
    band = min(5.0, 0.1 * (top - float(angle(np.array([start_s]))[0])))
    off = np.flatnonzero(np.abs(degrees - top) > band)
    before, after = off[fine[off] < peak_s], off[fine[off] > peak_s]
    return TrueRep(side, start_s, end_s, float(fine[before[-1]]), float(fine[after[0]]), top)


def _of_side(angle: Curve, rest: float, reps: Sequence[TrueRep], side: str, ghost: float) -> Curve:
    """The angle of one side: the movement where it works, a share of it where it is idle."""

    def curve(time_s: Series) -> Series:
        share = np.full(len(time_s), ghost)
        for rep in reps:
            if rep.side in (side, "both"):
                share[(time_s >= rep.start_s) & (time_s <= rep.end_s)] = 1.0
        return rest + share * (angle(time_s) - rest)

    return curve


def heel_on_floor(knee: Curve) -> Curve:
    """The hip flexion at which the heel stays on the floor, for equally long thigh and shin."""
    return lambda time_s: knee(time_s) / 2


def _puppet(doing: Doing, angle: Curve, rest: float, working: tuple[Curve, ...]) -> Puppet:
    left, right = working
    match doing.slug:
        case "ankle-pumps":
            return Puppet(ankle=(left, right))
        case "heel-slides":
            return Puppet(knee=(left, right), hip=(heel_on_floor(left), heel_on_floor(right)))
        case "knee-to-chest":
            return Puppet(
                hip=(left, right),
                knee=(_knee_to_chest(left, rest), _knee_to_chest(right, rest)),
                hands_on=(_hands(left, rest), _hands(right, rest)),
            )
    return Puppet(
        posture="standing",
        trunk=angle,
        hip=(lambda time_s: -angle(time_s), lambda time_s: -angle(time_s)),
        hands_on=(still(0.0), still(0.0)),
    )


def _knee_to_chest(hip: Curve, rest: float) -> Curve:
    """The knee bends from twice the hip's rest to 120 degrees as the thigh comes up."""
    return lambda time_s: 2 * rest + (120 - 2 * rest) * np.clip((hip(time_s) - rest) / (112 - rest), 0, 1.2)


def _hands(hip: Curve, rest: float) -> Curve:
    """The hands take the thigh as it comes up."""
    return lambda time_s: np.clip((hip(time_s) - rest) / (0.6 * (112 - rest)), 0, 1)
