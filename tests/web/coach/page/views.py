"""One view of each moment of a session."""

from dataclasses import replace
from typing import Final

from repose.coaching.messages import Check, FoundRange, FoundThreshold, Gauge, HoldView, SetView, Stage, View
from repose.counting.result import Phase

SLIDES: Final = SetView(
    "heel-slides",
    "Heel slides",
    "left",
    1,
    1,
    10,
    10,
    1,
    (),
    0.0,
    (("keep the heel on the floor", 2),),
    3.2,
    False,
)
SLIDES_RIGHT: Final = replace(SLIDES, side="right", reps=4, partials=0, faults=(), not_measured_s=0.0)
CHEST: Final = SetView(
    "knee-to-chest", "Single knee to chest", "left", 1, 1, 3, 5, 0, (20.4, 19.1, 21.0), 20.0, (), 0.0, False
)
PUMPS: Final = SetView("ankle-pumps", "Ankle pumps", "both", 3, 10, 7, 10, 0, (), 0.0, (), 0.0, False)
BACK: Final = SetView(
    "backwards-stretch", "Backwards stretch", "both", 1, 1, 2, 10, 0, (1.2, 1.4), 1.0, (), 0.0, True
)
SETS: Final = (replace(PUMPS, number=1, reps=10), SLIDES, SLIDES_RIGHT, CHEST, BACK)

CHECKS: Final = (
    Check("body", True, "Somebody is there"),
    Check("framed", False, "Whole body in the picture", "Your feet are cut off. Move the camera back."),
    Check("distance", True, "Right distance"),
    Check("side_view", True, "Seen from the side"),
    Check("level", True, "Camera level"),
    Check("light", None, "Enough light"),
    Check("alone", True, "Only one person"),
)

IDLE: Final = View()
_SESSION: Final = View(
    sets=SETS, current=2, position="Lie on the back, legs straight.", joint="knee", seen=0.9
)
WELCOME: Final = replace(
    _SESSION, stage=Stage.WELCOME, cue="Stop if it hurts", next="then the camera is placed", seen=0.6
)
PLACING: Final = replace(
    _SESSION,
    stage=Stage.PLACING,
    checks=CHECKS,
    cue="Your feet are cut off. Move the camera back",
    advice="Your feet are cut off. Move the camera back.",
    next="then heel slides, right leg",
    seen=0.3,
)
POSITIONING: Final = replace(
    _SESSION, stage=Stage.POSITIONING, cue="Lie on the back, legs straight", next="then 10 reps"
)
COUNTDOWN: Final = replace(_SESSION, stage=Stage.COUNTDOWN, cue="Get ready", next="then 10 reps", left_s=2.4)
WORKING: Final = replace(
    _SESSION,
    stage=Stage.WORKING,
    phase=Phase.GOING,
    working_side="right",
    gauge=Gauge(0.62, -0.1, 1.2, ((0.75, 1.2),), 63.0),
    cue="Slide the heel up",
    next="then 5 more",
)
PUMPING: Final = replace(
    WORKING,
    sets=(PUMPS,),
    current=0,
    joint="ankle",
    working_side="both",
    gauge=Gauge(-0.8, -1.1, 1.1, ((-1.1, -0.6), (0.6, 1.1)), -31.0),
    cue="Pull up, then point away",
    next="then 2 more",
)
HOLDING: Final = replace(
    WORKING,
    current=3,
    joint="hip",
    working_side="left",
    phase=Phase.HOLDING,
    gauge=Gauge(1.02, -0.1, 1.2, ((0.75, 1.2),), 118.0),
    hold=HoldView(7.6, 20.0, True),
    cue="Hold",
    next="then 1 more",
)
HOLD_WAITING: Final = replace(
    HOLDING,
    hold=HoldView(7.6, 20.0, False),
    gauge=Gauge(0.6, -0.1, 1.2, ((0.75, 1.2),), 71.0),
    cue="Keep the knee close",
)
HOLD_REACHED: Final = replace(HOLDING, hold=HoldView(20.0, 20.0, True), cue="And back", next="then 1 more")
LONG_CUE: Final = replace(WORKING, cue="Bend the back, do not push the hips forward")
RESTING: Final = replace(
    _SESSION, stage=Stage.RESTING, current=2, left_s=11.3, cue="Rest", next="then the right leg"
)
LAST_REPS: Final = replace(WORKING, sets=(replace(SLIDES, reps=9),), current=0, joint="knee")
TEN: Final = replace(WORKING, sets=(replace(SLIDES, reps=10),), current=0)
UNSEEN: Final = replace(
    WORKING,
    phase=Phase.NOT_MEASURED,
    gauge=Gauge(None, -0.1, 1.2, ((0.75, 1.2),), None),
    advice="Move so that the camera sees your whole leg",
    seen=0.15,
)
PAUSED: Final = replace(WORKING, paused="Paused.", can_resume=True, cue="Paused")
AWAY: Final = replace(
    WORKING,
    paused="I cannot see you.",
    advice="Come into the picture, with your whole body, from the side.",
    cue="Come into the picture",
    seen=0.0,
)
DONE: Final = View(stage=Stage.DONE, sets=SETS)
FOUND: Final = View(
    stage=Stage.DONE,
    sets=(replace(SLIDES, reps=3, target=3),),
    finding=True,
    found=FoundRange(
        exercise="heel-slides",
        name="Heel slides",
        side="left",
        proposed=True,
        text="The range is 41 degrees, and the tries differ by 1 degree.",
        advice="",
        thresholds=(
            FoundThreshold("left.target_deg", 108.0, 47.0, "Target 47°: the middle of the three."),
            FoundThreshold("one_side_share", None, 0.6, "A rep needs <60%> of this range."),
        ),
    ),
)
NOTHING_FOUND: Final = View(
    stage=Stage.DONE,
    sets=FOUND.sets,
    finding=True,
    found=FoundRange(
        exercise="heel-slides",
        name="Heel slides",
        side="left",
        proposed=False,
        text="The tries went to 98°, 46° and 77°: they differ too much.",
        advice="Go as far as is comfortable each time, and stay there for a moment.",
        thresholds=(),
    ),
)

STAGES: Final = {
    "welcome": WELCOME, "placing": PLACING, "positioning": POSITIONING, "countdown": COUNTDOWN,
    "working": WORKING, "pumping": PUMPING, "holding": HOLDING, "hold-waiting": HOLD_WAITING,
    "hold-reached": HOLD_REACHED, "long-cue": LONG_CUE, "resting": RESTING, "ten": TEN, "unseen": UNSEEN,
    "paused": PAUSED, "away": AWAY,
}  # fmt: skip
"""Views that fill the screen, by name."""
