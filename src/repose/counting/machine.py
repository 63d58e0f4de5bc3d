"""The state machine that counts: one tick in, a new state and events out.

It is one machine for every exercise and for both sides. Each side has a rest of its own, measured while it
lies still; the movement is followed on whichever side is further from its rest, because the pose model
confuses the legs for moments, and lets a still leg move along with the working one. So a movement is counted
once, and which side did it is decided over the whole movement (`repose.counting.judge`).

    not_measured ──seen──▶ settling ──still at rest──▶ rest ──leave_share──▶ going ⇄ holding ⇄ returning
         ▲                     ▲                        ▲                                        │
         └──── view lost ──────┴──── posture left ──────┴──── return_share, or still at rest ────┘
"""

from dataclasses import replace
from statistics import median
from typing import Final, Literal

from repose.counting.judge import Judge
from repose.counting.result import Phase, Side
from repose.counting.state import Counted, Event, Point, Sample, State
from repose.exercises import Exercise
from repose.kinematics.channels import COLUMN, SIDES
from repose.kinematics.clock import TICK_S

Prescribed = Literal["auto"] | Side

GAP_S: Final = 2.0
"""A movement survives being unseen for this long; after more, nobody knows what happened meanwhile."""

POSTURE_S: Final = 0.4
"""A posture must be wrong for this long to matter: landmarks stray for moments."""

LYING_DEG: Final = 40.0
UPRIGHT_TRUNK_DEG: Final = 45.0
UPRIGHT_LEGS_DEG: Final = 60.0
"""Trunk and legs against the picture's horizontal. A bend backwards of 35° still counts as standing."""

FASTEST_HIPS: Final = 6.0
"""Trunk lengths a second (about 3 m/s): faster hips are another body, not this one."""

VIEW_SMOOTHING: Final = TICK_S / 1.0
"""Share of each tick in the estimate of the view: a time constant of one second."""

VIEW_HYSTERESIS_DEG: Final = 4.0

STILL_TICKS: Final = 9
"""Ticks over which stillness is judged: 0.4 s."""

REST_TICKS: Final = 60
"""Ticks of rest, three seconds, whose median is the own rest: a slow start does not drag it along."""

RESETTLE_TICKS: Final = 160
"""Ticks of stillness away from rest, inside the rest zone, after which that is the new rest: 8 s."""

REST_DRIFT: Final = 0.35
"""Largest share of the range at which a still leg can be at a new rest."""

CLEARLY_FURTHER: Final = 1.5
"""How many times further the worse seen side of a pair must be to lead."""

ARRIVED: Final = 0.1
"""Share of its peak at which a returning movement has arrived."""

BACK_TICKS: Final = 4
"""Ticks for which a movement must be back near rest: 0.2 s."""

NEUTRAL_S: Final = 6.0
"""Longest pause at rest between the two ends of one rep."""


class Machine:
    """The rules for one exercise; holds no memory, see `State`."""

    def __init__(self, exercise: Exercise, prescribed: Prescribed = "auto") -> None:
        definition, limits = exercise.definition, exercise.thresholds
        self._limits = limits
        self._pair = definition.sides == "pair"
        self._two_ends = definition.ends == 2
        self._standing = definition.posture == "standing"
        self.sides: tuple[str, ...] = SIDES if exercise.sided else ("both",)
        self._signals = tuple(
            COLUMN[f"{definition.signal}.{side}" if exercise.sided else definition.signal]
            for side in self.sides
        )
        self._judge = Judge(exercise, prescribed)

    def start(self) -> State:
        """The state before the first tick."""
        empty: tuple[tuple[float, ...], ...] = ((),) * len(self.sides)
        return State(rests=(None,) * len(self.sides), rested=empty, latest=empty)

    def step(self, state: State, sample: Sample) -> tuple[State, tuple[Event, ...]]:
        """What one tick changes."""
        row = sample.row
        if row is None or any(row[column] != row[column] for column in self._signals):
            return self._unseen(state, sample.time_s)
        state = self._look(state, row)
        if not state.view_good:
            return self._unseen(state, sample.time_s)
        if self._jumped(state, row):
            return self._abandon(state, sample.time_s, "view_lost")
        state = replace(state, seen_s=sample.time_s, hip=(row[_HIP_X], row[_HIP_Y]))
        if self._in_posture(row):
            state = replace(state, wrong_s=None)
        else:
            wrong_s = sample.time_s if state.wrong_s is None else state.wrong_s
            state = replace(state, wrong_s=wrong_s)
            if sample.time_s - wrong_s >= POSTURE_S or not state.moving:
                state, events = self._abandon(state, sample.time_s, "left_position")
                return replace(state, wrong_s=wrong_s, phase=Phase.SETTLING), events
        return self._follow(state, sample.time_s, row)

    def finish(self, state: State) -> tuple[State, tuple[Event, ...]]:
        """The end of the source: a movement under way was not finished."""
        time_s = state.seen_s if state.seen_s is not None else 0.0
        return self._abandon(state, time_s, "not_finished")

    # ------------------------------------------------------------------ seeing

    def _unseen(self, state: State, time_s: float) -> tuple[State, tuple[Event, ...]]:
        if state.seen_s is None or time_s - state.seen_s <= GAP_S:
            return replace(state, phase=Phase.NOT_MEASURED, point=None, hip=None), ()
        return self._abandon(state, time_s, "view_lost")

    def _look(self, state: State, row: tuple[float, ...]) -> State:
        """Follow the camera's direction slowly, and decide with hysteresis whether it will do."""
        seen = row[_SHOULDER_TURN] if self._standing else row[_TRUNK_DEPTH]
        if seen != seen:
            return state
        view = seen if state.view is None else state.view + VIEW_SMOOTHING * (seen - state.view)
        limits = self._limits
        spare = (
            view - limits.turn_deg
            if self._standing
            else min(limits.feet_end_deg - view, view + limits.head_end_deg)
        )
        good = spare >= (-VIEW_HYSTERESIS_DEG if state.view_good else VIEW_HYSTERESIS_DEG)
        if state.view is None:
            good = spare >= 0
        return replace(state, view=view, view_good=good)

    def _jumped(self, state: State, row: tuple[float, ...]) -> bool:
        if state.hip is None:
            return False
        dx, dy = row[_HIP_X] - state.hip[0], row[_HIP_Y] - state.hip[1]
        reach: float = FASTEST_HIPS * TICK_S * row[_TRUNK_PX]
        return dx * dx + dy * dy > reach * reach

    def _in_posture(self, row: tuple[float, ...]) -> bool:
        if self._standing:
            return row[_TRUNK_PITCH] >= UPRIGHT_TRUNK_DEG and row[_LEG_PITCH] >= UPRIGHT_LEGS_DEG
        return row[_TRUNK_PITCH] <= LYING_DEG

    def _abandon(self, state: State, time_s: float, reason: str) -> tuple[State, tuple[Event, ...]]:
        """Forget everything but the person's usual range; a movement under way becomes a partial."""
        events = self._close(state, state.moving, time_s, reason)[1] if state.moving else ()
        fresh = self.start()
        return replace(fresh, best=state.best, view=state.view, view_good=state.view_good), events

    # ------------------------------------------------------------------ following

    def _follow(self, state: State, time_s: float, row: tuple[float, ...]) -> tuple[State, tuple[Event, ...]]:
        angles = tuple(row[column] for column in self._signals)
        latest = tuple(
            (*past[-(STILL_TICKS - 1) :], angle) for past, angle in zip(state.latest, angles, strict=True)
        )
        state = replace(state, latest=latest)
        if not state.moving:
            state = self._rest(state, angles)
        if all(rest is None for rest in state.rests):
            return replace(state, phase=Phase.SETTLING, point=None, recent=(), since_s=time_s), ()
        point = self._point(state, time_s, angles, row)
        state = replace(state, point=point, leading=angles.index(point.angle))
        return self._move(state, point) if state.moving else self._wait(state, point)

    def _still(self, latest: tuple[float, ...]) -> bool:
        return len(latest) == STILL_TICKS and max(latest) - min(latest) <= self._limits.still_deg

    def _rest(self, state: State, angles: tuple[float, ...]) -> State:
        """Learn each side's own rest while it lies still where a rest can be."""
        limits = self._limits
        rests, rested = list(state.rests), list(state.rested)
        for k, angle in enumerate(angles):
            rest = rests[k]
            highest = limits.rest_to_deg
            if rest is not None:
                highest = min(highest, rest + REST_DRIFT * (limits.target_deg - rest))
            if limits.rest_from_deg <= angle <= highest and self._still(state.latest[k]):
                rested[k] = (*rested[k][-(REST_TICKS - 1) :], angle)
                rests[k] = median(rested[k])
        return replace(state, rests=tuple(rests), rested=tuple(rested))

    def _point(self, state: State, time_s: float, angles: tuple[float, ...], row: tuple[float, ...]) -> Point:
        """The tick as shares of the range, led by the side that is further from its rest."""
        limits = self._limits
        shares = []
        for angle, rest in zip(angles, state.rests, strict=True):
            if rest is None:
                shares.append(0.0)
            elif limits.opposite_deg is not None:
                shares.append((angle - rest) / (limits.target_deg - limits.opposite_deg))
            else:
                shares.append((angle - rest) / max(limits.target_deg - rest, _SMALLEST_REACH_DEG))
        lead = self._leading(shares, row, state.leading)
        return Point(time_s, shares[lead], angles[lead], tuple(shares), row)

    def _leading(self, shares: list[float], row: tuple[float, ...], leading: int) -> int:
        """The side that is further from its rest; the one that led before unless it is clearly less far.

        Of a pair it is the better seen one, unless the other is much further.
        """
        if len(shares) == 1:
            return 0
        if not self._pair:
            return leading if shares[leading] > shares[1 - leading] - _NOISE_SHARE else 1 - leading
        seen = int(row[_RIGHT_VISIBLE] > row[_LEFT_VISIBLE])
        hidden = 1 - seen
        return hidden if abs(shares[hidden]) > CLEARLY_FURTHER * abs(shares[seen]) + _NOISE_SHARE else seen

    def _wait(self, state: State, point: Point) -> tuple[State, tuple[Event, ...]]:
        """At rest, until a side leaves it."""
        recent = (*state.recent[-(REST_TICKS - 1) :], point)
        leave = self._limits.leave_share
        # What is left of the way back from the movement before does not begin a new one.
        trough = min(state.trough, point.lead, key=abs)
        state = replace(state, trough=trough)
        up = point.lead >= leave and point.lead - trough >= leave
        down = self._two_ends and point.lead <= -leave and trough - point.lead >= leave
        if not up and not down:
            return replace(state, phase=Phase.REST, recent=recent), ()
        onset = len(recent) - 1
        while onset > 0 and abs(recent[onset].lead) > leave / 4:
            onset -= 1
        return (
            replace(
                state,
                phase=Phase.GOING,
                recent=(),
                moving=recent[onset:],
                high=max(point.lead, 0.0),
                low=min(point.lead, 0.0),
                last_end=1 if point.lead > 0 else -1,
                neutral_s=None,
            ),
            (),
        )

    def _move(self, state: State, point: Point) -> tuple[State, tuple[Event, ...]]:
        """Away from rest, until the movement is back or has become the new rest."""
        state = replace(state, moving=(*state.moving, point))
        if point.lead > state.high:
            state = replace(state, high=point.lead, last_end=1)
        if point.lead < state.low:
            state = replace(state, low=point.lead, last_end=-1)
        if point.time_s - state.moving[0].time_s > self._limits.longest_rep_s:
            return self._abandon(state, point.time_s, "not_finished")
        if self._two_ends:
            return self._move_between(state, point)
        lead, high = point.lead, state.high
        if self._returned(state) and self._arrived(state, high):
            return self._close(state, state.moving, point.time_s)
        if self._settled(state, point):
            if high - lead >= high / 2:
                return self._close(state, state.moving, point.time_s)
            if high < self._limits.complete_share and self._settled(state, point, RESETTLE_TICKS):
                return self._resettle(state, point), ()
        phase = Phase.GOING
        if self._holding(state, point.lead, high):
            phase = Phase.HOLDING
        elif lead < 0.9 * high:
            phase = Phase.RETURNING if self._falling(state) else state.phase
        return replace(state, phase=phase), ()

    def _move_between(self, state: State, point: Point) -> tuple[State, tuple[Event, ...]]:
        """The same for a movement that goes to one end, through rest to the other, and back."""
        leave = self._limits.leave_share
        up, down = state.high >= leave, state.low <= -leave
        if up and down:
            end = state.high if state.last_end == 1 else state.low
            back = point.lead * state.last_end <= self._limits.return_share * abs(end)
            if back and self._arrived(state, end):
                return self._close(state, state.moving, point.time_s)
        elif abs(point.lead) < leave / 2:
            neutral_s = point.time_s if state.neutral_s is None else state.neutral_s
            state = replace(state, neutral_s=neutral_s)
            if point.time_s - neutral_s > NEUTRAL_S:
                return self._close(state, state.moving, point.time_s)
        elif state.neutral_s is not None and abs(point.lead) >= leave:
            # The same end once more, after a rest: the first movement never went to the other end.
            if point.time_s - state.neutral_s >= _TURN_S:
                middle_s = (state.neutral_s + point.time_s) / 2
                past = tuple(p for p in state.moving if p.time_s <= middle_s)
                state, events = self._close(state, past, point.time_s)
                rest = tuple(p for p in past if p.time_s > middle_s - 1.0)
                later = tuple(p for p in past if p in rest)
                return self._wait(replace(state, recent=later), point)[0], events
            state = replace(state, neutral_s=None)
        phase = Phase.RETURNING if up and down and self._toward_rest(state) else Phase.GOING
        if self._holding(state, point.lead, state.high):
            phase = Phase.HOLDING
        return replace(state, phase=phase), ()

    def _returned(self, state: State) -> bool:
        """Near rest for `BACK_TICKS`: landmarks that stray for a moment end no rep."""
        limit = self._limits.return_share * state.high
        return all(point.lead <= limit for point in state.moving[-BACK_TICKS:])

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

    def _falling(self, state: State) -> bool:
        if len(state.moving) <= _TURN_TICKS:
            return False
        return state.moving[-1].lead < state.moving[-1 - _TURN_TICKS].lead - 0.01

    def _holding(self, state: State, lead: float, high: float) -> bool:
        """Near the largest excursion so far and not moving: what a live hold timer shows."""
        if lead < 0.85 * high or len(state.moving) <= _TURN_TICKS:
            return False
        return abs(lead - state.moving[-1 - _TURN_TICKS].lead) <= 0.05

    def _settled(self, state: State, point: Point, ticks: int = STILL_TICKS) -> bool:
        """Whether the leading side has been still for that long where a rest can be."""
        if point.angle > self._limits.rest_to_deg or len(state.moving) < ticks:
            return False
        angles = [p.angle for p in state.moving[-ticks:]]
        return max(angles) - min(angles) <= self._limits.still_deg

    def _resettle(self, state: State, point: Point) -> State:
        """Lying differently now: where the sides are is their new rest, and nothing was exercised."""
        rests, rested = list(state.rests), list(state.rested)
        for k, column in enumerate(self._signals):
            angle = point.row[column]
            if self._limits.rest_from_deg <= angle <= self._limits.rest_to_deg and self._still(
                state.latest[k]
            ):
                rests[k], rested[k] = angle, (angle,)
        return replace(
            state,
            rests=tuple(rests),
            rested=tuple(rested),
            moving=(),
            recent=(),
            trough=0.0,
            phase=Phase.REST,
        )

    def _close(
        self, state: State, points: tuple[Point, ...], time_s: float, reason: str | None = None
    ) -> tuple[State, tuple[Event, ...]]:
        """The movement is over: judge it, and be at rest again."""
        rep = self._judge.judge(points, time_s, state.best, state.since_s, reason)
        if rep is not None:
            state = replace(state, since_s=rep.end_s)
        if rep is not None and rep.reason is None:
            state = replace(state, best=(*state.best[-4:], rep.excursion))
        if points and self._settled(state, points[-1]):
            state = self._resettle(state, points[-1])
        state = replace(
            state,
            phase=Phase.REST,
            moving=(),
            recent=points[-1:],
            trough=points[-1].lead if points else 0.0,
            neutral_s=None,
            high=0.0,
            low=0.0,
        )
        return state, (Counted(rep),) if rep is not None else ()


_SMALLEST_REACH_DEG = 5.0
_NOISE_SHARE = 0.05
_TURN_TICKS = 4
_TURN_S = _TURN_TICKS * TICK_S
_HIP_X, _HIP_Y, _TRUNK_PX = COLUMN["hip_x_px"], COLUMN["hip_y_px"], COLUMN["trunk_px"]
_TRUNK_PITCH, _LEG_PITCH = COLUMN["trunk_pitch"], COLUMN["leg_pitch"]
_LEFT_VISIBLE, _RIGHT_VISIBLE = (COLUMN[f"leg_visibility.{side}"] for side in SIDES)
_TRUNK_DEPTH, _SHOULDER_TURN = COLUMN["trunk_depth"], COLUMN["shoulder_turn"]
