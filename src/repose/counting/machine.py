"""The state machine that counts: one tick in, a new state and events out.

It is one machine for every exercise and for both sides. Each side has a rest of its own, measured while it
lies still; the movement is followed on whichever side is further from its rest, because the pose model
confuses the legs for moments, and lets a still leg move along with the working one. So a movement is counted
once, and which side did it is decided over the whole movement (`repose.counting.judge`).

    not_measured ──seen──▶ settling ──still at rest──▶ rest ──leave_share──▶ going ⇄ holding ⇄ returning
         ▲                     ▲                        ▲                                        │
         └──── view lost ──────┴──── posture left ──────┴──── return_share, or still at rest ────┘
"""

from math import isnan
from typing import Final, Literal

from repose.calibration.thresholds import Thresholds
from repose.counting.judge import Judge
from repose.counting.pair import Pair
from repose.counting.rests import REST_TICKS, STILL_TICKS, Rests
from repose.counting.result import Phase, Side
from repose.counting.sighting import Sighting
from repose.counting.state import Counted, Event, Point, Sample, State
from repose.exercises import Exercise
from repose.kinematics.channels import COLUMN, SIDES
from repose.kinematics.clock import TICK_S

Prescribed = Literal["auto"] | Side

GAP_S: Final = 2.0
"""A movement survives being unseen for this long; after more, nobody knows what happened meanwhile."""

POSTURE_S: Final = 0.4
"""A posture must be wrong for this long to matter: landmarks stray for moments."""

RESETTLE_TICKS: Final = 160
"""Ticks of stillness away from rest, inside the rest zone, after which that is the new rest: 8 s."""

ARRIVED: Final = 0.1
"""Share of its peak at which a returning movement has arrived."""

BACK_TICKS: Final = 4
"""Ticks for which a movement must be back near rest: 0.2 s."""

BACK_TICKS_BETWEEN: Final = 2
"""The same for a movement between two ends, which passes rest without a pause."""

NEAR_HOLD: Final = 0.85
"""Share of the largest excursion so far that the phase of holding must keep; the time is `find_hold`'s."""

NEUTRAL_S: Final = 6.0
"""Longest pause at rest between the two ends of one rep."""


class Machine:
    """The rules for one exercise; holds no memory, see `State`."""

    def __init__(self, exercise: Exercise, prescribed: Prescribed = "auto") -> None:
        definition, limits = exercise.definition, exercise.thresholds
        self._limits = limits
        self._pair = Pair(exercise) if definition.sides == "pair" else None
        self._two_ends = definition.ends == 2
        self._sighting = Sighting(exercise)
        self.sides: tuple[str, ...] = SIDES if exercise.sided else ("both",)
        self._signals = tuple(
            COLUMN[f"{definition.signal}.{side}" if exercise.sided else definition.signal]
            for side in self.sides
        )
        # A pair that works together has what both sides have in common.
        self._on = tuple(limits.common if self._pair else limits.of(side) for side in self.sides)
        self._scales = tuple(_way(one) / _way(limits.common) for one in self._on)
        self._each = tuple(range(len(self.sides)))
        self._no_rests = (None,) * len(self.sides)
        self._rests = Rests(exercise, self._signals)
        self._judge = Judge(exercise, prescribed)

    def start(self) -> State:
        """The state before the first tick."""
        empty: tuple[tuple[float, ...], ...] = ((),) * len(self.sides)
        return State(rests=(None,) * len(self.sides), rested=empty, latest=empty)

    def step(self, state: State, sample: Sample) -> tuple[State, tuple[Event, ...]]:
        """What one tick changes. The state given is left as it is."""
        state = state.copy()
        return state, self._step(state, sample.time_s, sample.row)

    def finish(self, state: State) -> tuple[State, tuple[Event, ...]]:
        """The end of the source: a movement that is not back near rest was not finished."""
        state = state.copy()
        time_s = state.seen_s or 0.0
        if self._back(state):
            return state, self._close(state, state.moving, time_s)
        return state, self._abandon(state, time_s, "not_finished")

    def _step(self, state: State, time_s: float, row: tuple[float, ...] | None) -> tuple[Event, ...]:
        if row is None:
            return self._unseen(state, time_s)
        angles = tuple([row[column] for column in self._signals])
        if isnan(sum(angles)):
            return self._unseen(state, time_s)
        self._sighting.look(state, row)
        if not state.view_good:
            return self._unseen(state, time_s)
        jumped = self._sighting.jumped(state, row)
        state.seen_s, state.hip = time_s, (row[_HIP_X], row[_HIP_Y])
        if jumped:
            return self._abandon(state, time_s, "view_lost")
        if self._sighting.in_posture(row):
            state.wrong_s = None
        else:
            state.wrong_s = time_s if state.wrong_s is None else state.wrong_s
            if time_s - state.wrong_s >= POSTURE_S or not state.moving:
                return self._abandon(state, time_s, "left_position")
        return self._follow(state, time_s, row, angles)

    def _unseen(self, state: State, time_s: float) -> tuple[Event, ...]:
        events: tuple[Event, ...] = ()
        if state.seen_s is not None and time_s - state.seen_s > GAP_S:
            events = self._abandon(state, time_s, "view_lost")
            state.seen_s = state.hip = None
        state.phase, state.point = Phase.NOT_MEASURED, None
        return events

    def _abandon(self, state: State, time_s: float, reason: str) -> tuple[Event, ...]:
        """Forget where rest was; a movement under way becomes a partial."""
        events = self._close(state, state.moving, time_s, reason) if state.moving else ()
        nothing = self.start()
        state.rests, state.rested, state.latest = nothing.rests, nothing.rested, nothing.latest
        state.recent, state.point, state.phase = (), None, Phase.SETTLING
        return events

    def _follow(
        self, state: State, time_s: float, row: tuple[float, ...], angles: tuple[float, ...]
    ) -> tuple[Event, ...]:
        state.latest = tuple(map(_with_latest, state.latest, angles))
        if not state.moving:
            self._rests.learn(state, angles)
        if state.rests == self._no_rests:
            state.phase, state.point, state.recent, state.since_s = Phase.SETTLING, None, (), time_s
            return ()
        shares = list(map(self._rests.share, angles, state.rests, self._each))
        if self._pair:
            lead, angle = self._pair.follow(state, shares, row)
        else:
            state.leading = self._leading(shares, state.leading)
            lead, angle = shares[state.leading], angles[state.leading]
        state.point = point = Point(time_s, lead, angle, tuple(shares), row)
        return self._move(state, point) if state.moving else self._wait(state, point)

    def _leading(self, shares: list[float], leading: int) -> int:
        """The side that is further from its rest; the one that led before unless it is clearly less far.

        Further in degrees: a still leg that the model lets go along goes far for one of small range.
        """
        if len(shares) == 1:
            return 0
        left, right = shares[0] * self._scales[0], shares[1] * self._scales[1]
        ahead = left - right if leading == 0 else right - left
        return leading if ahead > -_NOISE_SHARE else 1 - leading

    def _wait(self, state: State, point: Point) -> tuple[Event, ...]:
        """At rest, until a side leaves it."""
        state.recent = (*state.recent[-(REST_TICKS - 1) :], point)
        leave = self._limits.leave_share
        # What is left of the way back from the movement before does not begin a new one.
        state.trough = min(state.trough, point.lead, key=abs)
        up = point.lead >= leave and point.lead - state.trough >= leave
        down = self._two_ends and point.lead <= -leave and state.trough - point.lead >= leave
        if not (up or down) or (self._pair and state.clear < leave):
            state.phase = Phase.REST
            return ()
        onset = len(state.recent) - 1
        while onset > 0 and abs(state.recent[onset].lead) > leave / 4:
            onset -= 1
        state.moving, state.recent = state.recent[onset:], ()
        state.high, state.low = max(point.lead, 0.0), min(point.lead, 0.0)
        state.last_end = 1 if up else -1
        state.neutral_s = None
        state.phase = Phase.GOING
        return ()

    def _move(self, state: State, point: Point) -> tuple[Event, ...]:
        """Away from rest, until the movement is back or has become the new rest."""
        state.moving = (*state.moving, point)
        if point.lead > state.high:
            state.high, state.last_end = point.lead, 1
        if point.lead < state.low:
            state.low, state.last_end = point.lead, -1
        if point.time_s - state.moving[0].time_s > self._limits.longest_rep_s:
            return self._abandon(state, point.time_s, "not_finished")
        return self._move_between(state, point) if self._two_ends else self._move_out(state, point)

    def _back(self, state: State) -> bool:
        """Whether the movement under way has been to its end, or both, and is near rest again."""
        if not state.moving:
            return False
        leave = self._limits.leave_share
        if self._two_ends and not (state.high >= leave and state.low <= -leave):
            return False
        end = state.low if self._two_ends and state.last_end == -1 else state.high
        return self._returned(state, end)

    def _move_out(self, state: State, point: Point) -> tuple[Event, ...]:
        """There and back."""
        lead, high = point.lead, state.high
        if self._back(state) and self._arrived(state, high):
            return self._close(state, state.moving, point.time_s)
        if self._settled(state, point):
            if high - lead >= high / 2:
                return self._close(state, state.moving, point.time_s)
            if high < self._on[state.leading].complete_share and self._settled(state, point, RESETTLE_TICKS):
                self._rests.settle(state, point.row)
                state.moving, state.recent, state.trough, state.phase = (), (), 0.0, Phase.REST
                return ()
        if self._holding(state):
            state.phase = Phase.HOLDING
        elif self._toward_rest(state):
            state.phase = Phase.RETURNING
        elif state.phase is Phase.HOLDING:
            state.phase = Phase.GOING
        return ()

    def _move_between(self, state: State, point: Point) -> tuple[Event, ...]:
        """To one end, through rest to the other, and back."""
        leave = self._limits.leave_share
        both = state.high >= leave and state.low <= -leave
        if both:
            end = state.high if state.last_end == 1 else state.low
            if self._back(state) and self._arrived(state, end):
                return self._close(state, state.moving, point.time_s)
        elif abs(point.lead) < leave / 2:
            state.neutral_s = point.time_s if state.neutral_s is None else state.neutral_s
            if point.time_s - state.neutral_s > NEUTRAL_S:
                return self._close(state, state.moving, point.time_s)
        elif state.neutral_s is not None and abs(point.lead) >= leave:
            if point.time_s - state.neutral_s >= _TURN_S:
                return self._again(state, point)
            state.neutral_s = None
        if self._holding(state):
            state.phase = Phase.HOLDING
        else:
            state.phase = Phase.RETURNING if both and self._leaving_end(state) else Phase.GOING
        return ()

    def _again(self, state: State, point: Point) -> tuple[Event, ...]:
        """The same end once more after a rest: the movement before never went to the other end."""
        middle_s = (point.time_s + (state.neutral_s or point.time_s)) / 2
        before = tuple(p for p in state.moving if p.time_s <= middle_s)
        after = tuple(p for p in state.moving if p.time_s > middle_s)
        events = self._close(state, before, point.time_s)
        state.recent = after[:-1]
        state.trough = min((p.lead for p in after), key=abs)
        return (*events, *self._wait(state, point))

    def _returned(self, state: State, end: float) -> bool:
        """Near rest for a while: landmarks that stray for a moment end no rep."""
        ticks = BACK_TICKS_BETWEEN if self._two_ends else BACK_TICKS
        if state.moving[-1].lead / end > self._limits.return_share:
            return False
        back = [point.lead / end for point in state.moving[-ticks:]]
        return max(back) <= self._limits.return_share

    def _arrived(self, state: State, end: float) -> bool:
        """Back at rest, or no longer coming nearer to it."""
        lead = state.moving[-1].lead
        if abs(lead) <= ARRIVED * abs(end):
            return True
        return len(state.moving) > _TURN_TICKS and not self._toward_rest(state)

    def _toward_rest(self, state: State) -> bool:
        if len(state.moving) <= _TURN_TICKS:
            return False
        now, before = state.moving[-1].lead, state.moving[-1 - _TURN_TICKS].lead
        return abs(now) < abs(before) - 0.01 or now * before < 0

    def _leaving_end(self, state: State) -> bool:
        """On the way back from the end that was reached last."""
        if len(state.moving) <= _TURN_TICKS:
            return False
        now, before = state.moving[-1].lead, state.moving[-1 - _TURN_TICKS].lead
        return (before - now) * state.last_end > 0.01

    def _holding(self, state: State) -> bool:
        """Near the largest excursion, which has stopped growing: what a live page calls a hold.

        Once held, landmarks may stray for `BACK_TICKS` without ending it.
        """
        if state.phase is Phase.HOLDING:
            return any(point.lead >= NEAR_HOLD * state.high for point in state.moving[-BACK_TICKS:])
        if state.moving[-1].lead < NEAR_HOLD * state.high:
            return False
        before = [point.lead for point in state.moving[-3 * _TURN_TICKS : -_TURN_TICKS]]
        return bool(before) and max(before) >= state.high - _NOISE_SHARE

    def _settled(self, state: State, point: Point, ticks: int = STILL_TICKS) -> bool:
        """Whether the leading side has been still for that long where a rest can be."""
        if point.angle > self._on[state.leading].rest_to_deg or len(state.moving) < ticks:
            return False
        angles = [p.angle for p in state.moving[-ticks:]]
        return max(angles) - min(angles) <= self._limits.still_deg

    def _close(
        self, state: State, points: tuple[Point, ...], time_s: float, reason: str | None = None
    ) -> tuple[Event, ...]:
        """The movement is over: judge it, and be at rest again."""
        rep = self._judge.judge(points, time_s, state, reason)
        # With two ends, a still foot may well be a held one: only the median of many rests moves its rest.
        if not self._two_ends and self._settled(state, points[-1]):
            self._rests.settle(state, points[-1].row)
        state.phase, state.moving, state.neutral_s = Phase.REST, (), None
        state.recent, state.trough = points[-1:], points[-1].lead
        if rep is None:
            return ()
        state.since_s = rep.end_s
        if rep.reason is None:
            state.best = (*state.best[-4:], rep.excursion)
            state.side = rep.side
        return (Counted(rep),)


def _with_latest(past: tuple[float, ...], angle: float) -> tuple[float, ...]:
    return (*past[1 - STILL_TICKS :], angle)


def _way(limits: Thresholds) -> float:
    return limits.target_deg - limits.rest_deg


_NOISE_SHARE = 0.05
_TURN_TICKS = 4
_TURN_S = _TURN_TICKS * TICK_S
_HIP_X, _HIP_Y = COLUMN["hip_x_px"], COLUMN["hip_y_px"]
