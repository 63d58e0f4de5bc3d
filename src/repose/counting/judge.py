"""What a finished movement was: its side, its evidence, its faults, and whether it is a rep."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repose.calibration.thresholds import SMALLEST_RANGE_DEG
from repose.counting.faults import START_TICKS, find_faults
from repose.counting.hold import NEAR_END, Hold, find_hold
from repose.counting.order import median, percentiles
from repose.counting.result import Rep, Side
from repose.counting.state import Point, State
from repose.exercises import Exercise
from repose.exercises.definition import Guard
from repose.kinematics.channels import COLUMN, SIDES
from repose.kinematics.clock import TICK_S

BOTH_SHARE = 0.5
"""A pair worked together when the weaker side made at least this share of the stronger one's way. If the
weaker side is the hidden one, its way to the opposite end decides: the model lets a hidden foot follow the
seen one when it is pulled up, not when it points away. If it is the seen one, which follows nothing, the mean
of both ends decides. Rendered clips: both feet 0.55 and more, one foot 0.39 and less."""

BOTH_LEGS_SHARE = 0.95
"""Where one leg works, both did when the other went as far. A still leg that the model lets go along was seen
to make 0.77 of the way with the full model, 0.89 with the others."""

DOUBTFUL_SHARES = (0.35, 0.65)
"""Between these, one foot and both look alike; people seldom change between reps."""

CLEAR_SHARE = 0.6
"""One side clearly worked alone when the other made less than this share of its way."""

MOST_OWN_BEST = 0.85
"""However far somebody has come, this share of the calibrated range is a complete rep."""

LATEST_END_S = 0.4
"""A movement ends no later than this after it was seen to be back: the next one may begin then."""

LEAST_WAY = 0.15
"""A rep with two ends must make this share of the way from rest to each of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """A finished movement as arrays over its ticks.

    Attributes:
        time_s, lead, angle: (n,) as in `Point`.
        shares: (n, sides).
        rows: (n, channels).
        working, other: the side that did it and the opposite one; for exercises without sides or for a
            pair that worked together, the stronger and the weaker side.
        hold: around the target end.
        rest_deg: the leading angle at the start.
        start_s, end_s: onset and end.
    """

    time_s: NDArray[np.float64]
    lead: NDArray[np.float64]
    angle: NDArray[np.float64]
    shares: NDArray[np.float64]
    rows: NDArray[np.float64]
    working: str
    other: str
    hold: Hold
    rest_deg: float
    start_s: float
    end_s: float

    @property
    def at_start(self) -> NDArray[np.bool_]:
        """(n,) whether each tick shows how the movement started; what follows a gap in it does not."""
        seen: NDArray[np.bool_] = self.time_s < self.time_s[0] + (START_TICKS - 0.5) * TICK_S
        return seen

    @property
    def at_end(self) -> NDArray[np.bool_]:
        """(n,) whether each tick is part of the hold, or near the largest excursion if there is none."""
        if self.hold.within.any():
            return self.hold.within
        top = float(self.lead.max())
        near: NDArray[np.bool_] = self.lead >= (NEAR_END * top if top > 0 else top)
        return near

    def channel(self, name: str, side: str | None = None) -> NDArray[np.float64]:
        """(n,) values of a channel, of one side if it has sides; of both sides' mean for "both"."""
        if name in COLUMN:
            return self.rows[:, COLUMN[name]]
        if side in SIDES:
            return self.rows[:, COLUMN[f"{name}.{side}"]]
        return (self.rows[:, COLUMN[f"{name}.left"]] + self.rows[:, COLUMN[f"{name}.right"]]) / 2


class Judge:
    """The rules of one exercise for finished movements."""

    def __init__(self, exercise: Exercise, prescribed: str) -> None:
        self._exercise = exercise
        self._definition = exercise.definition
        self._on: dict[str, Exercise] = {side: exercise.on(side) for side in (*SIDES, "both")}
        self._prescribed = prescribed

    def judge(
        self,
        points: tuple[Point, ...],
        decided_s: float,
        state: State,
        reason: str | None,
    ) -> Rep | None:
        """The rep, or the partial with its reason; None for what is too small or too quick to mention.

        Args:
            points: ticks of the movement, from its onset.
            decided_s: when it was over.
            state: what is known of the person: the reps before, since when they have been at rest.
            reason: why the movement was cut short, if it was.
        """
        if len(points) < 3:
            return None
        lead = np.array([point.lead for point in points])
        high, low = _plateau(lead), -_plateau(-lead) if self._definition.ends == 2 else 0.0
        excursion = high - low
        shares = np.array([point.shares for point in points])
        rows = np.array([point.row for point in points])
        side, working, along = self._side(lead, shares, rows, state)
        if self._prescribed in SIDES and side != "both" and along >= CLEAR_SHARE:
            side = "left" if self._prescribed == "left" else "right"
        exercise = self._on[side]
        limits = exercise.thresholds
        if excursion < limits.partial_share:
            return None
        time_s = np.array([point.time_s for point in points])
        angle = np.array([point.angle for point in points])
        rest_deg = float(angle[0])
        hold = find_hold(time_s, angle, rest_deg, limits)
        start_s, end_s = _extent(time_s, lead)
        movement = Movement(
            time_s=time_s,
            lead=lead,
            angle=angle,
            shares=shares,
            rows=rows,
            working=working,
            other=SIDES[1 - SIDES.index(working)] if working in SIDES else working,
            hold=hold,
            rest_deg=rest_deg,
            start_s=max(min(start_s, hold.start_s), state.since_s),
            end_s=max(min(end_s, float(time_s[-1]) + LATEST_END_S), hold.end_s),
        )
        if movement.end_s - movement.start_s < limits.shortest_rep_s:
            return None
        if reason is None:
            reason = self._shortcoming(movement, side, along, high, low, state.best)
        faults = find_faults(movement, exercise, low_deg=self._opposite(movement), partial=reason is not None)
        return Rep(
            side=side,
            start_s=movement.start_s,
            peak_s=(movement.hold.start_s + movement.hold.end_s) / 2,
            end_s=movement.end_s,
            hold_start_s=movement.hold.start_s,
            hold_s=movement.hold.hold_s,
            peak=self._peak(movement, side),
            excursion=excursion,
            confidence=self._confidence(movement, side, along),
            faults=faults,
            decided_s=max(decided_s, movement.end_s),
            reason=reason,
        )

    def _side(
        self,
        lead: NDArray[np.float64],
        shares: NDArray[np.float64],
        rows: NDArray[np.float64],
        state: State,
    ) -> tuple[Side, str, float]:
        """Whose movement it was, the side under whose name its evidence stands, and how far the other went.

        The two differ when `LegTracker` exchanged the legs for most of the movement. How far the other side
        went along is a share of the stronger one's way. In doubt, a pair works as in the rep before.
        """
        if self._definition.sides == "none":
            return "both", "both", 0.0
        made = self._made(lead, shares, state.rests)
        strong = int(made[1] > made[0])
        weak = 1 - strong
        if self._definition.sides == "pair":
            ups, downs = _means_near(lead, shares), _means_near(-lead, -shares)
            ways = [_ratio(ups[weak], ups[strong])]
            if self._definition.ends == 2:
                ways.append(_ratio(downs[weak], downs[strong]))
            visible = [float(rows[:, COLUMN[f"leg_visibility.{side}"]].mean()) for side in SIDES]
            along = ways[-1] if visible[weak] < visible[strong] else sum(ways) / len(ways)
            doubtful = DOUBTFUL_SHARES[0] <= along <= DOUBTFUL_SHARES[1]
            if (
                state.side == "both"
                if doubtful and state.side in ("both", SIDES[strong])
                else along >= BOTH_SHARE
            ):
                return "both", SIDES[strong], along
        else:
            along = _ratio(made[weak], made[strong])
            if median(rows[lead >= lead.max() * _UNDER_WAY, COLUMN["exchanged"]]) > 0.5:
                return SIDES[weak], SIDES[strong], along
        return SIDES[strong], SIDES[strong], along

    def working(
        self, lead: NDArray[np.float64], shares: NDArray[np.float64], rests: tuple[float | None, ...]
    ) -> str:
        """The side under whose name the evidence of a movement stands, also of one that is under way.

        Args:
            lead: (n,) as in `Point`.
            shares: (n, sides).
            rests: the own rest of each side.
        """
        if self._definition.sides == "none":
            return "both"
        made = self._made(lead, shares, rests)
        return SIDES[int(made[1] > made[0])]

    def far_enough(self, lead: NDArray[np.float64], working: str, best: tuple[float, ...]) -> bool:
        """Whether a movement there and back that turned now would have gone as far as a rep must.

        Args:
            lead: (n,) as in `Point`.
            working: as of `working`.
            best: shares of the latest complete reps.
        """
        side: Side = "left" if working == "left" else "right" if working == "right" else "both"
        return _plateau(lead) >= self._needed(side, best)

    def _made(
        self, lead: NDArray[np.float64], shares: NDArray[np.float64], rests: tuple[float | None, ...]
    ) -> list[float]:
        """How much of a movement either side made."""
        if self._definition.sides == "pair":
            ups, downs = _means_near(lead, shares), _means_near(-lead, -shares)
            return [up + down for up, down in zip(ups, downs, strict=True)]
        # Where the movement was large; at its foot, both sides are near rest.
        large = lead >= lead.max() / 2
        return [float(shares[large, k].mean()) * self._own_way(rests[k], SIDES[k]) for k in (0, 1)]

    def _own_way(self, rest: float | None, side: str) -> float:
        """What turns a share of the range into one of a side's own way from its rest to the target.

        Counting needs the range, which no rest can shorten; to tell which leg came nearer to the target,
        the legs' rests may differ. The target is the one that both have in common: a still leg that goes
        along comes near to the target of its own if that is near.
        """
        limits = self._on[side].thresholds
        if rest is None:
            return 1.0
        way = max(self._exercise.thresholds.target_deg - rest, SMALLEST_RANGE_DEG)
        return (limits.target_deg - min(rest, limits.rest_deg)) / way

    def _shortcoming(
        self, movement: Movement, side: Side, along: float, high: float, low: float, best: tuple[float, ...]
    ) -> str | None:
        """Why the movement is no complete rep; None when it is one."""
        limits, definition = self._on[side].thresholds, self._definition
        if definition.sides == "one" and along > BOTH_LEGS_SHARE:
            return "other_movement"
        if any(not self._kept(guard, movement) for guard in definition.guards):
            return "other_movement"
        if self._prescribed != "auto" and definition.sides != "none" and side != self._prescribed:
            return "other_side"
        if limits.opposite_deg is not None:
            whole = limits.target_deg - limits.opposite_deg
            up_way = (limits.target_deg - limits.rest_deg) / whole
            if high < LEAST_WAY * up_way or -low < LEAST_WAY * (1 - up_way):
                return "one_way_only"
        if high - low < self._needed(side, best):
            return "turned_back_early"
        if movement.hold.hold_s < limits.hold_least_s:
            return "hold_too_short"
        return None

    def _kept(self, guard: Guard, movement: Movement) -> bool:
        limit = self._exercise.thresholds.guards[guard.name]
        if guard.needs == "still":
            sides = SIDES if self._exercise.sided else (movement.working,)
            swings = (percentiles(movement.channel(guard.channel, side), 0.05, 0.95) for side in sides)
            return all(high - low <= limit for low, high in swings)
        if guard.needs == "at_most_at_start":
            return median(movement.channel(guard.channel, movement.working)[movement.at_start]) <= limit
        sides = SIDES if self._definition.sides == "pair" else (movement.working,)
        values = [median(movement.channel(guard.channel, side)[movement.at_end]) for side in sides]
        return min(values) >= limit if guard.needs == "at_least" else max(values) <= limit

    def _needed(self, side: Side, best: tuple[float, ...]) -> float:
        """The share of the range that makes a rep, in view of what this person has shown."""
        limits = self._on[side].thresholds
        least = limits.complete_share
        if self._definition.sides == "pair" and side != "both" and limits.one_side_share is not None:
            least = limits.one_side_share
        if not best:
            return least
        return max(least, min(limits.own_best_share * median(np.array(best)), MOST_OWN_BEST))

    def _opposite(self, movement: Movement) -> float | None:
        if self._definition.ends != 2:
            return None
        if movement.lead.min() >= 0:
            return float(movement.angle.min())
        return median(movement.angle[movement.lead <= NEAR_END * movement.lead.min()])

    def _peak(self, movement: Movement, side: Side) -> dict[str, float]:
        peak = {name: median(movement.channel(name, side)[movement.at_end]) for name in self._definition.peak}
        return peak | {self._definition.signal: movement.hold.end_deg}

    def _confidence(self, movement: Movement, side: Side, along: float) -> float:
        """How well the working leg was seen, how much of the time, and how clear the side was."""
        visible = float(np.clip(movement.channel("leg_visibility", movement.working), 0, 1).mean())
        expected = (movement.time_s[-1] - movement.time_s[0]) / TICK_S + 1
        seen = min(len(movement.time_s) / expected, 1.0)
        clear = 1.0 if side == "both" else 1.0 - 0.5 * max(along, 0.0)
        return float(seen * (0.5 + 0.5 * visible) * clear)


_UNDER_WAY = 0.2
"""Share of its peak from which on a movement is taken to be under way."""


def _plateau(share: NDArray[np.float64]) -> float:
    """The usual value near the largest: what one noisy tick cannot raise."""
    top = float(share.max())
    if top <= 0:
        return 0.0
    return median(share[share >= NEAR_END * top])


def _means_near(lead: NDArray[np.float64], shares: NDArray[np.float64]) -> list[float]:
    """Mean share of each side where the movement was near its end; (n,) and (n, 2)."""
    top = float(lead.max())
    if top <= 0:
        return [0.0, 0.0]
    near = lead >= NEAR_END * top
    return [max(float(shares[near, k].mean()), 0.0) for k in (0, 1)]


def _ratio(weak: float, strong: float) -> float:
    return max(weak, 0.0) / strong if strong > 0 else 0.0


def _extent(time_s: NDArray[np.float64], lead: NDArray[np.float64]) -> tuple[float, float]:
    """Onset and end of a movement, extrapolated from where it was clearly under way.

    A person's movement starts and stops so gently that its ends drown in the noise, and the model keeps a
    nearly straight joint straight. A smooth movement (minimum jerk: Flash and Hogan, 1985) takes 0.33 of its
    duration to a fifth of its way and half of it to the middle, so it began 1.89 times the time between
    these two before the first; the same holds backwards at its end.
    """
    first, last = 1.0, 1.0
    if -lead.min() > lead.max() * _OPPOSITE_END:
        first, last = (1.0, -1.0) if lead.argmax() < lead.argmin() else (-1.0, 1.0)
    start_s = _onset(time_s, lead * first)
    end_s = -_onset(-time_s[::-1], lead[::-1] * last)
    return start_s, max(end_s, start_s)


_OPPOSITE_END = 0.2
"""Least share of the larger end that makes a swing below rest an end of its own."""

_FIFTH_TO_ONSET = 1.89
_LONGEST_EXTRAPOLATION_S = 1.5


def _onset(time_s: NDArray[np.float64], away: NDArray[np.float64]) -> float:
    """When a movement to the first positive end of `away` began; `time_s` may be negative."""
    top = float(away.max())
    fifth_s, half_s = (_rises_to(time_s, away, share * top) for share in (0.2, 0.5))
    return fifth_s - min(_FIFTH_TO_ONSET * (half_s - fifth_s), _LONGEST_EXTRAPOLATION_S)


def _rises_to(time_s: NDArray[np.float64], away: NDArray[np.float64], level: float) -> float:
    """First time at which the level is passed, interpolated."""
    at = int((away >= level).argmax())
    if at == 0:
        return float(time_s[0])
    share = (level - away[at - 1]) / (away[at] - away[at - 1])
    return float(time_s[at - 1] + (time_s[at] - time_s[at - 1]) * share)
