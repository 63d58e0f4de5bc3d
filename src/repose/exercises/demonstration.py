"""What moves in a demonstration, and how the person is seen in it: rest, a few reps, rest."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from repose.counting.measuring import Measuring, rows_of
from repose.counting.sighting import (
    LEANING_TRUNK_DEG,
    LYING_DEG,
    SEATED_THIGHS_DEG,
    UPRIGHT_LEGS_DEG,
    UPRIGHT_TRUNK_DEG,
)
from repose.errors import ReposeError
from repose.exercises.definition import Posture
from repose.kinematics.channels import ANGLES, COLUMN, DERIVED, SIDES, is_sided, joint_of
from repose.kinematics.clock import TICK_S
from repose.kinematics.quality import ADVICE, Sight
from repose.pose.landmarks import PoseTrack

REST_S: Final = 1.0
"""At the begin and at the end the person rests for this long."""

SHORTEST_S: Final = 6.0
"""Least length of a demonstration: two seconds of rest, and two reps."""

SEEN: Final = 0.8
"""Least share of the demonstration that must be measured."""

FEWEST: Final = 2
"""Reps that make a movement one that repeats."""

CLEAR: Final = 4.0
"""Times its noise at rest that a movement must go to stand out."""

SMALLEST_DEG: Final = 15.0
"""Least range of a movement that can be an exercise: the camera's noise reaches half of it."""

LEVEL: Final = 0.3
"""Largest difference of the rests before and after, as a share of the range."""

ALIKE: Final = 0.35
"""Largest spread of the ends of two reps, as a share of the range; of more, one may go less far."""

ONE_WAY: Final = 0.3
"""Share of the larger way from rest at which the other way is an end of its own."""

NEARLY: Final = 0.85
"""Share of the largest range at which another angle is as good; then the order of `_PREFERRED` decides."""

SMALLER: Final = 0.6
"""Share of the largest range below which an angle only goes along with another one."""

VIEW_DEG: Final = 30.0
"""Least turn of the shoulders of somebody upright: nearer to the front, angles do not show."""

END_ON_DEG: Final = 40.0
"""Most that the trunk of somebody lying may point towards or away from the camera, for a demonstration."""

_PREFERRED: Final = ("knee", "trunk", "hip", "ankle")
"""Of joints that move about as far, the one that is seen best, and that people name the movement by."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An angle, and how it moves in the demonstration.

    Attributes:
        signal: its name, counted so that the target lies above rest.
        side: whose it is; "both" for the whole body.
        rest_deg: where it rests.
        up_deg, down_deg: how far it goes above and below rest.
        noise_deg: how far it strays at rest.
        ends: how far each movement went, in degrees above rest.
        why_not: why it is none to count on; "" if it is one.
    """

    signal: str
    side: str
    rest_deg: float
    up_deg: float
    down_deg: float
    noise_deg: float
    ends: tuple[float, ...]
    why_not: str = ""

    @property
    def range_deg(self) -> float:
        """How far it goes in all, if both ways are ends; else the larger way."""
        return self.up_deg + self.down_deg if self.two_ends else self.up_deg

    @property
    def two_ends(self) -> bool:
        """Whether it goes to both sides of rest."""
        return self.down_deg >= max(ONE_WAY * self.up_deg, CLEAR * self.noise_deg)


def measured(track: PoseTrack) -> tuple[Floats, Floats]:
    """(n, channels) of what was measured, and (n,) seconds."""
    if len(track.time_s) == 0 or track.time_s[-1] - track.time_s[0] < SHORTEST_S:
        raise ReposeError(
            f"is shorter than {SHORTEST_S:g} s: rest for a second, do it three or four times, rest again"
        )
    measuring = Measuring(track.frame_size)
    ticks = [measuring.push(track), measuring.finish()]
    sight = np.concatenate([part.sight for part in ticks])
    good = sight == Sight.GOOD
    if good.mean() < SEEN:
        worst = Sight(int(np.bincount(sight[~good]).argmax()))
        raise ReposeError(f"only {good.mean():.0%} of it could be measured: {ADVICE[worst]}")
    rows = np.array([row for part in ticks for row in rows_of(part)])
    return rows[good], np.concatenate([part.time_s for part in ticks])[good]


def column(rows: Floats, name: str, side: str = "both") -> Floats:
    """(n,) values of a channel; of one that has sides, of one side or the mean of both."""
    if name in COLUMN:
        return rows[:, COLUMN[name]]
    if side in SIDES:
        return rows[:, COLUMN[f"{name}.{side}"]]
    both: Floats = (rows[:, COLUMN[f"{name}.left"]] + rows[:, COLUMN[f"{name}.right"]]) / 2
    return both


def posture_of(rows: Floats) -> Posture:
    """The posture that is kept all the time.

    Raises:
        ReposeError: none is.
    """
    trunk, thighs, legs = (column(rows, f"{part}_pitch") for part in ("trunk", "thigh", "leg"))
    low = float(np.percentile(trunk, 5))
    if np.percentile(trunk, 95) <= LYING_DEG:
        return "supine"
    if low >= UPRIGHT_TRUNK_DEG and np.percentile(thighs, 95) <= SEATED_THIGHS_DEG:
        return "seated"
    if low >= UPRIGHT_TRUNK_DEG and min(np.percentile(legs, 5), np.percentile(thighs, 5)) >= UPRIGHT_LEGS_DEG:
        return "standing"
    if low >= LEANING_TRUNK_DEG:
        return "upright"
    raise ReposeError(
        "the person neither lies, sits nor stands all the time: show the exercise alone, without "
        "getting into position, with a level camera"
    )


def check_view(rows: Floats, posture: Posture) -> None:
    """Whether the camera looks from where angles show.

    Raises:
        ReposeError: it does not.
    """
    if posture == "supine":
        if abs(float(np.median(column(rows, "trunk_depth")))) > END_ON_DEG:
            raise ReposeError("it is seen from the head or the feet: place the camera at the person's side")
    elif np.median(column(rows, "shoulder_turn")) < VIEW_DEG:
        raise ReposeError("it is seen from the front: turn so that the camera looks from the side")


def candidates(rows: Floats, posture: Posture) -> list[Candidate]:
    """How each angle moves."""
    found = []
    for angle in ANGLES:
        if angle == "trunk_extension" and posture == "supine":
            continue  # it is the lean from the vertical
        for side in SIDES if is_sided(angle) else ("both",):
            found.append(_candidate(angle, side, column(rows, angle, side)))
    return found


def _candidate(angle: str, side: str, series: Floats) -> Candidate:
    ticks = round(REST_S / TICK_S)
    before, after = series[:ticks], series[-ticks:]
    rest = float(np.median(np.concatenate([before, after])))
    noise = max(float(np.ptp(np.percentile(part, (5, 95)))) for part in (before, after))
    up, down = float(np.percentile(series, 97)) - rest, rest - float(np.percentile(series, 3))
    name = angle
    if down > up:
        name = _turned(angle)
        series, rest, up, down = -series, -rest, down, up
    ends = ends_of(series - rest, up)
    spread = max(ends) - min(ends) if ends else 0.0
    apart = abs(float(np.median(before)) - float(np.median(after)))
    if up < SMALLEST_DEG:
        why = f"it moves by less than {SMALLEST_DEG:g}°"
    elif up < CLEAR * noise:
        why = f"it strays by {noise:.0f}° in the first or the last second, which is to be rest"
    elif apart > LEVEL * up:
        why = f"it rests {apart:.0f}° elsewhere at the end than at the begin"
    elif len(ends) < FEWEST:
        why = "it does not repeat"
    elif len(ends) == FEWEST and spread > ALIKE * up:
        why = "its reps go differently far"
    else:
        why = ""
    return Candidate(name, side, rest, up, max(down, 0.0), noise, ends, why)


def _turned(angle: str) -> str:
    """The signal that grows where an angle gets smaller."""
    return next(name for name, of in DERIVED.items() if of.angle == angle and of.sign < 0 and not of.both)


def ends_of(away: Floats, most: float) -> tuple[float, ...]:
    """How far each rep went: from beyond half of the way to back below a quarter of it."""
    ends: list[float] = []
    top: float | None = None
    for value in away.tolist():
        if top is None:
            top = value if value > most / 2 else None
        elif value < most / 4:
            ends.append(top)
            top = None
        else:
            top = max(top, value)
    return tuple(ends)


def best_of(found: list[Candidate], signal: str | None) -> Candidate:
    """The candidate to count on."""
    if signal is not None:
        of = DERIVED.get(signal)
        angle, turned = (of.angle, of.sign < 0) if of else (signal, False)
        wanted = [
            one
            for one in found
            if (DERIVED[one.signal].angle if one.signal in DERIVED else one.signal) == angle
            and (one.signal in DERIVED) == turned
        ]
        if not wanted:
            raise ReposeError(
                f"--signal {signal}: it does not grow in this demonstration; leave it out to be told"
            )
        found = wanted
    usable = [one for one in found if not one.why_not]
    largest = max(found, key=lambda one: one.range_deg)
    if not usable:
        raise ReposeError(_nothing(largest))
    most = max(one.range_deg for one in usable)
    if most < SMALLER * largest.range_deg:
        raise ReposeError(_nothing(largest))
    near = [one for one in usable if one.range_deg >= NEARLY * most]
    return min(near, key=lambda one: (_PREFERRED.index(joint_of(one.signal)), -one.range_deg))


def _nothing(largest: Candidate) -> str:
    return (
        f"nothing clear repeats in it: the angle that moves most is {_said(largest)}, by "
        f"{largest.range_deg:.0f}°, but {largest.why_not}; rest for a second, do the exercise three or four "
        "times, and rest again"
    )


def _said(one: Candidate) -> str:
    side = "" if one.side == "both" else f" on the {one.side}"
    return f"{one.signal.replace('_', ' ')}{side}"
