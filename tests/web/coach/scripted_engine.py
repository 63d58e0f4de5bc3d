"""An engine that plays a made-up session over a sample clip, for looking at the page without a camera."""

import itertools
import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from repose.capture.video import VideoFile
from repose.coaching.commands import Command, Pause, Resume, Skip, Start, Stop
from repose.coaching.messages import (
    Check,
    Done,
    Gauge,
    HoldView,
    Say,
    SetView,
    Stage,
    Tone,
    ToneName,
    Urgency,
    View,
)
from repose.coaching.programme import Programme, plan, usual_item
from repose.counting.result import Phase, Rep
from repose.exercises import definitions
from repose.live.pictures import Picture
from repose.live.protocol import (
    DoneMessage,
    Lit,
    Machine,
    PictureHeader,
    SayMessage,
    StateMessage,
    ToneMessage,
)
from repose.pose.landmarks import VISIBILITY, X, Y
from tests.puppet.body import Puppet, Scene
from tests.puppet.movement import still
from tests.web.coach.fake_engine import FakeEngine

RATE: Final = 15.0
FLEXED_DEG: Final = 95.0
HOLD_S: Final = 5.0
REPS: Final = 3

Bodies = list[list[tuple[float, float, float]]]


@dataclass(frozen=True)
class Step:
    """A stretch of the session: its stage and what is special about it."""

    stage: Stage
    lasts_s: float
    failing: tuple[str, ...] = ()
    paused: str | None = None


STEPS: Final = (
    Step(Stage.WELCOME, 4),
    Step(Stage.PLACING, 5, failing=("body", "framed")),
    Step(Stage.PLACING, 4, failing=("light",)),
    Step(Stage.PLACING, 2),
    Step(Stage.POSITIONING, 4),
    Step(Stage.COUNTDOWN, 3),
    Step(Stage.WORKING, 0),
    Step(Stage.WORKING, 4, paused="I cannot see your whole body. Lie where the camera sees you."),
    Step(Stage.RESTING, 8),
)
"""`WORKING` lasts until its reps are done; all from `POSITIONING` on is repeated for each set."""

CHECKS: Final = {
    "body": ("Somebody is there", "I cannot see you. Lie down where the camera sees you."),
    "framed": ("Whole body in the picture", "Your feet are cut off. Move the camera back."),
    "distance": ("Right distance", ""),
    "side_view": ("Seen from the side", ""),
    "level": ("Camera level", ""),
    "light": ("Enough light", "It is too dark. Switch on a light."),
    "alone": ("Only one person", ""),
}


class ScriptedEngine(FakeEngine):
    """Plays until the program ends.

    With `cycle` the session starts by itself after a while, again and again; with `stay` it never leaves that
    stage.
    """

    def __init__(self, clip: Path, cycle: bool = False, stay: Stage | None = None) -> None:
        super().__init__()
        self._clip = clip
        self._cycle = cycle
        self._stay = stay
        self._programme = Programme(
            items=(
                usual_item("heel-slides").model_copy(update={"reps": REPS}),
                usual_item("knee-to-chest").model_copy(update={"reps": 2, "hold_s": HOLD_S}),
            )
        )
        self._paused: str | None = None
        self._skip = threading.Event()
        self._start = threading.Event()
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._filming = threading.Thread(target=self._pictures, daemon=True)
        self._began_s = time.monotonic()
        self._bodies = _bodies()
        self._bend = 0.0
        self._lit = False
        self._person = False

    def command(self, command: Command) -> None:
        super().command(command)
        match command:
            case Start():
                self._programme = command.programme
                self._stop.set()
                self._start.set()
            case Pause():
                self._paused = "Paused. Press resume when you are ready."
            case Resume():
                self._paused = None
            case Skip():
                self._skip.set()
            case Stop():
                self._stop.set()

    def play(self) -> None:
        """Begin in threads of their own."""
        threading.Thread(target=self._sessions, daemon=True).start()
        self._filming.start()

    def close(self) -> None:
        """End the pictures: OpenCV must not be at work while Python ends."""
        self._ended.set()
        self._filming.join()

    def _now_s(self) -> float:
        return time.monotonic() - self._began_s

    def _pictures(self) -> None:
        """The clip over and over at its own speed."""
        seq = itertools.count()
        while not self._ended.is_set():
            with VideoFile(self._clip) as video:
                begun, first = time.monotonic(), None
                for frame in video:
                    first = frame.time_s if first is None else first
                    if self._ended.wait(max(0.0, begun + frame.time_s - first - time.monotonic())):
                        return
                    _, jpeg = cv2.imencode(".jpg", frame.image, [cv2.IMWRITE_JPEG_QUALITY, 75])
                    height, width = frame.image.shape[:2]
                    body = self._bodies[round(self._bend * (len(self._bodies) - 1))]
                    header = PictureHeader(
                        seq=next(seq),
                        time_s=self._now_s(),
                        captured_ms=time.time() * 1000,
                        width=width,
                        height=height,
                        landmarks=body if self._person else None,
                        lit=Lit("knee", "right", self._bend * FLEXED_DEG) if self._lit else None,
                    )
                    self.tell(Picture(header, jpeg.tobytes()))

    def _sessions(self) -> None:
        while True:
            self._idle()
            self._stop.clear()
            self._session()

    def _idle(self) -> None:
        self._person = self._lit = False
        if self._state.view.stage is not Stage.DONE:
            self._show(View(stage=Stage.IDLE, seen=0.0))
        while not self._start.wait(1.0 if self._stay not in (None, Stage.IDLE) else 5.0):
            if self._cycle or self._stay not in (None, Stage.IDLE):
                break
            self._show(replace(self._state.view, time_s=self._now_s()))
        self._start.clear()

    def _session(self) -> None:
        sets = [
            SetView(
                exercise=planned.exercise,
                name=definitions()[planned.exercise].name,
                side=planned.side,
                number=planned.number,
                of=planned.of,
                reps=0,
                target=planned.reps,
                partials=0,
                held_s=(),
                hold_target_s=planned.hold_s,
                faults=(),
                not_measured_s=0.0,
                skipped=False,
            )
            for planned in plan(self._programme)
        ]
        self._say("Stop if it hurts. Repose counts what your clinician prescribed.", Urgency.FLOW)
        for index in range(len(sets)):
            for step in STEPS[0 if index == 0 else 4 :]:
                if step.paused and index > 0:
                    continue
                if self._stop.is_set():
                    break
                self._step(step, sets, index)
        self._person = self._lit = False
        self._tone("session_done")
        self._say("Well done. That was all for today.", Urgency.FLOW)
        self._show(View(stage=Stage.DONE, sets=tuple(sets), cue="Well done"))

    def _step(self, step: Step, sets: list[SetView], index: int) -> None:
        self._skip.clear()
        self._person = "body" not in step.failing
        self._lit = step.stage is Stage.WORKING
        planned = sets[index]
        side = "" if planned.side == "both" else f", {planned.side} leg"
        base = View(
            stage=step.stage,
            sets=tuple(sets),
            current=index,
            position=definitions()[planned.exercise].position,
            next=f"{sets[index + 1].name}" if index + 1 < len(sets) else "Then you are done",
            seen=0.0 if not self._person else 0.55 if step.failing else 0.94,
            joint="hip" if planned.exercise == "knee-to-chest" else "knee",
        )
        if step.stage is Stage.WORKING and not step.paused:
            self._tone("begin")
            self._say(f"Begin{side}.", Urgency.FLOW)
            self._work(base, sets, index)
            self._tone("set_done")
            return
        checks = tuple(
            Check(name, name not in step.failing, text, advice if name in step.failing else "")
            for name, (text, advice) in CHECKS.items()
        )
        advice = next((check.advice for check in checks if check.advice), None)
        cue = {
            Stage.WELCOME: "Stop if it hurts",
            Stage.PLACING: "Place the camera",
            Stage.POSITIONING: f"Lie {base.position}",
            Stage.COUNTDOWN: "Get ready",
            Stage.RESTING: "Rest",
        }.get(step.stage, "")
        if advice:
            self._say(advice, Urgency.CUE)
        for left_s in self._ticks(step.lasts_s, step.stage):
            timed = step.stage in (Stage.COUNTDOWN, Stage.RESTING)
            self._show(
                replace(
                    base,
                    paused=step.paused or self._paused,
                    can_resume=self._paused is not None,
                    cue=cue,
                    advice=step.paused or advice,
                    checks=checks if step.stage is Stage.PLACING else (),
                    left_s=left_s if timed else None,
                )
            )

    def _work(self, base: View, sets: list[SetView], index: int) -> None:
        words = definitions()[sets[index].exercise].words
        slides = ((Phase.REST, 1.0), (Phase.GOING, 1.5), (Phase.HOLDING, 0.4), (Phase.RETURNING, 1.5))
        holds = ((Phase.REST, 1.0), (Phase.GOING, 1.5), (Phase.HOLDING, HOLD_S + 1), (Phase.RETURNING, 1.5))
        while sets[index].reps < sets[index].target and not self._stop.is_set() and not self._skip.is_set():
            hold_s, asked_s = 0.0, sets[index].hold_target_s
            begun_s = self._now_s()
            for phase, lasts_s in holds if asked_s else slides:
                for left_s in self._ticks(lasts_s, Stage.WORKING):
                    share = 1 - left_s / lasts_s
                    smooth = share * share * (3 - 2 * share)
                    self._bend = {"going": smooth, "holding": 1.0, "returning": 1 - smooth}.get(phase, 0.0)
                    running = phase is Phase.HOLDING and asked_s > 0
                    if running:
                        if int(hold_s) != int(share * lasts_s):
                            self._tone("tick")
                        hold_s = share * lasts_s
                    fault = sets[index].reps == 1 and phase is Phase.GOING
                    cue = {
                        "rest": words.rest,
                        "going": words.going,
                        "holding": words.holding,
                        "returning": words.returning,
                    }[phase]
                    self._show(
                        replace(
                            base,
                            sets=tuple(sets),
                            paused=self._paused,
                            can_resume=self._paused is not None,
                            phase=phase,
                            working_side=sets[index].side,
                            gauge=Gauge(self._bend * 1.02, -0.2, 1.4, ((0.9, 1.2),), self._bend * FLEXED_DEG),
                            hold=HoldView(hold_s, asked_s, running) if asked_s else None,
                            cue="Keep the heel on the floor" if fault else cue,
                        )
                    )
            held = (*sets[index].held_s, hold_s)
            faults = (("keep the heel on the floor", 1),) if sets[index].reps >= 1 else ()
            sets[index] = replace(sets[index], reps=sets[index].reps + 1, held_s=held, faults=faults)
            now_s = self._now_s()
            rep = Rep(
                side=sets[index].side,
                start_s=begun_s + 1,
                peak_s=begun_s + 2.5,
                end_s=now_s,
                hold_start_s=begun_s + 2.5,
                hold_s=hold_s,
                peak={"knee_flexion": FLEXED_DEG},
                excursion=1.02,
                confidence=0.9,
                faults=(),
                decided_s=now_s,
            )
            self.tell(DoneMessage(done=Done(now_s, sets[index].exercise, index, rep)))
            self._tone("rep")
            self._say(str(sets[index].reps), Urgency.COUNT)

    def _ticks(self, lasts_s: float, stage: Stage) -> Iterator[float]:
        """Seconds left, ten times a second, while nothing ends it; time stands still in a pause."""
        left_s = lasts_s
        while not self._stop.is_set():
            yield max(0.0, left_s)
            time.sleep(0.1)
            if self._paused is None:
                left_s -= 0.1
            if left_s <= 1e-9:
                if self._stay is not stage or stage is Stage.WORKING:
                    return
                left_s = lasts_s
            if self._skip.is_set() and stage is not Stage.WORKING:
                return

    def _show(self, view: View) -> None:
        now_s = self._now_s()
        size = (848, 480)
        machine = Machine(
            self._clip.name,
            size=size,
            camera_fps=RATE,
            analysed_fps=RATE - 0.3 + 0.2 * math.sin(now_s),
            dropped=int(now_s / 20),
            latency_ms=64.0,
            tone_ms=21.0,
        )
        self.tell(StateMessage(view=replace(view, time_s=now_s), machine=machine))

    def _say(self, text: str, urgency: Urgency) -> None:
        self.tell(SayMessage(say=Say(self._now_s(), text, urgency, text)))

    def _tone(self, name: ToneName) -> None:
        self.tell(ToneMessage(tone=Tone(self._now_s(), name), decided_ms=time.time() * 1000))


def _bodies() -> Bodies:
    """The landmarks of a lying person whose right knee bends from not at all to the target, in 40 steps."""
    scene = Scene(frame_size=(848, 480), px_per_m=260.0, centre=(0.5, 0.6))
    bodies = []
    for bend in np.linspace(0, FLEXED_DEG, 40):
        puppet = Puppet(knee=(still(0.0), still(bend)), hip=(still(0.0), still(bend / 2)))
        points = scene.film(puppet, np.zeros(1)).points[0]
        bodies.append([(float(p[X]), float(p[Y]), float(p[VISIBILITY])) for p in points])
    return bodies
