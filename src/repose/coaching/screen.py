"""What the page shows of a session."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from repose.coaching import wording
from repose.coaching.finding import Guide
from repose.coaching.flow import Flow
from repose.coaching.messages import Gauge, HoldView, Stage, View
from repose.coaching.observer import STALE_S
from repose.counting.counter import Status
from repose.counting.result import Phase
from repose.exercises import Exercise
from repose.exercises.subject import Subject
from repose.kinematics.geometry import INDEX
from repose.kinematics.quality import Sight, sight
from repose.pose.landmarks import VISIBILITY, PoseTrack

SEEN_SMOOTHING_S: Final = 1.0
"""Time constant of how well the person is seen."""

ZONE_END: Final = 1.15
"""Where a target zone ends, as a multiple of the range."""

SCALE_END: Final = 1.3
SCALE_START: Final = -0.15
"""Ends of the gauge: a bit beyond the zones, and a bit below rest for exercises that go one way only."""

BAD_VIEW_S: Final = 1.0
"""How long nothing is seen before there is advice on the page."""


@dataclass(frozen=True, slots=True)
class Pausing:
    """A pause by command or by trouble with the camera.

    Attributes:
        text: why, in a short sentence.
        since_s: when it began.
        by_command: whether it ends by command.
    """

    text: str
    since_s: float
    by_command: bool


def show(flow: Flow, pausing: Pausing | None, seen: float, pose_s: float | None) -> View:
    """The view of a session.

    Args:
        flow: where it is and what was done.
        pausing: the pause over it, if any.
        seen: how well the person was seen in the latest poses, 0 to 1.
        pose_s: time of the latest pose.
    """
    fresh = pose_s is not None and flow.now_s - pose_s <= STALE_S
    lost = flow.memory.lost
    view = View(
        time_s=pose_s or 0.0,
        stage=flow.stage,
        paused=pausing.text if pausing else lost.why if lost else None,
        can_resume=pausing is not None and pausing.by_command,
        sets=tuple(record.view() for record in flow.records),
        seen=seen if fresh else 0.0,
        cue=(pausing.text if pausing else _cue(flow)).rstrip("."),
        next=_next(flow),
        advice=_advice(flow),
        checks=flow.placement.checks() if flow.placement and flow.stage is Stage.PLACING else (),
        left_s=_left_s(flow, pausing.since_s if pausing else flow.now_s),
        finding=flow.finding is not None,
        found=flow.finding.view() if flow.finding is not None else None,
    )
    if not flow.running:
        return view
    exercise = flow.record.exercise
    view = replace(
        view,
        current=flow.memory.index,
        position=wording.position(exercise.definition),
        joint=Subject.of(exercise).joint,
    )
    if flow.observer is None or flow.stage not in (Stage.POSITIONING, Stage.COUNTDOWN, Stage.WORKING):
        return view
    status = flow.observer.status if fresh else None
    return replace(
        view,
        phase=flow.phase,
        working_side=status.side if status else None,
        gauge=gauge(exercise, status, zones=flow.finding is None),
        hold=_hold(flow.record.planned.hold_s, status),
    )


def gauge(exercise: Exercise, status: Status | None, *, zones: bool = True) -> Gauge:
    """The working angle against its target; without zones where there is none yet."""
    subject = Subject.of(exercise)
    targets = [(subject.share * subject.high, ZONE_END * subject.high)]
    low = SCALE_START
    if subject.low < 0:
        targets.append((ZONE_END * subject.low, subject.share * subject.low))
        low = SCALE_END * subject.low
    return Gauge(
        value=status.excursion if status else None,
        low=low,
        high=SCALE_END * subject.high,
        zones=tuple(targets) if zones else (),
        angle_deg=status.angle if status else None,
    )


class Seen:
    """How well the person is seen: 0 to 1, smoothed over about a second.

    Attributes:
        share: the value after the latest pose.
    """

    def __init__(self) -> None:
        self.share = 0.0
        self._last_s: float | None = None

    def look(self, track: PoseTrack) -> None:
        """Take the next pose."""
        time_s = float(track.time_s[0])
        step_s = math.inf if self._last_s is None else time_s - self._last_s
        self._last_s = time_s
        self.share += (1 - math.exp(-step_s / SEEN_SMOOTHING_S)) * (_seen_now(track) - self.share)


def _seen_now(track: PoseTrack) -> float:
    """The visibility of the better seen side of the body in one pose; 0 where it cannot be measured."""
    if sight(track)[0] != Sight.GOOD:
        return 0.0
    visible = track.points[0, :, VISIBILITY].astype(np.float64)
    sides = [
        visible[[INDEX[f"{side}_{joint}"] for joint in ("shoulder", "hip", "knee", "ankle")]].mean()
        for side in ("left", "right")
    ]
    return float(np.clip(max(sides), 0.0, 1.0))


def _hold(target_s: float, status: Status | None) -> HoldView | None:
    if not target_s:
        return None
    return HoldView(status.hold_s, target_s, status.hold_running) if status else HoldView(0, target_s, False)


def _left_s(flow: Flow, time_s: float) -> float | None:
    """Seconds left of the countdown or the rest."""
    match flow.stage:
        case Stage.COUNTDOWN:
            return max(flow.memory.since_s + len(wording.COUNTDOWN) - time_s, 0.0)
        case Stage.RESTING:
            return max(flow.memory.until_s - time_s, 0.0)
    return None


def _advice(flow: Flow) -> str | None:
    """What to change to be seen."""
    memory = flow.memory
    match flow.stage:
        case Stage.PLACING:
            complaint = flow.placement.complaint() if flow.placement else None
            return complaint.advice if complaint else None
        case Stage.WORKING if memory.lost is not None and memory.lost.advice:
            return memory.lost.advice
        case Stage.POSITIONING | Stage.WORKING if flow.phase is Phase.NOT_MEASURED:
            long = memory.bad_s is not None and flow.now_s - memory.bad_s > BAD_VIEW_S
            return wording.LOST[flow.sight][1] if long else None
    return None


def _cue(flow: Flow) -> str:
    """The one thing to do now."""
    memory = flow.memory
    match flow.stage:
        case Stage.WELCOME:
            return wording.STOP_IF_IT_HURTS
        case Stage.PLACING:
            return _advice(flow) or wording.STAY
        case Stage.POSITIONING:
            at_rest = memory.good_s is not None
            return wording.STAY if at_rest else wording.position(flow.record.exercise.definition)
        case Stage.COUNTDOWN:
            return wording.GET_READY
        case Stage.WORKING if memory.lost is not None:
            return memory.lost.advice or memory.lost.why
        case Stage.WORKING if isinstance(flow.feedback, Guide):
            definition, stayed = flow.record.exercise.definition, flow.feedback.stayed
            return flow.feedback.told(flow.now_s) or wording.try_cue(flow.phase, definition, stayed=stayed)
        case Stage.WORKING if flow.feedback is not None:
            held = flow.feedback.holding.reached
            phase_cue = wording.phase_cue(flow.phase, flow.record.exercise.definition, held=held)
            return flow.feedback.told(flow.now_s) or phase_cue
        case Stage.RESTING:
            return wording.REST
        case Stage.DONE:
            return wording.DONE
    return ""


def _next(flow: Flow) -> str:
    """What comes then."""
    if not flow.running:
        return ""
    record = flow.record
    match flow.stage:
        case Stage.WELCOME:
            return wording.THEN_PLACING
        case Stage.PLACING:
            return f"then {wording.title(record.planned, record.exercise.definition)}"
        case Stage.POSITIONING | Stage.COUNTDOWN:
            return wording.then_reps(record.left, more=bool(record.reps))
        case Stage.WORKING if record.left > 1:
            return f"then {record.left - 1} more"
    then = flow.coming()
    if then is None:
        return wording.THEN_DONE
    rests = flow.stage is Stage.WORKING and record.planned.rest_s >= 1
    return wording.THEN_REST if rests else f"then {then}"
