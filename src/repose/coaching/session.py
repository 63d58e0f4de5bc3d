"""A session: commands, poses, troubles and passing time in; words, sounds, reps and a view out.

It is deterministic: it has no clock, and no input or output of its own. What happens next is the business of
`repose.coaching.flow`; over it lie the pauses by command and by trouble with the camera, during which poses
are not looked at.
"""

from collections.abc import Callable
from typing import Final

from repose.calibration.capture import Proposal, Refusal
from repose.capture.trouble import Trouble, TroubleKind
from repose.coaching import wording
from repose.coaching.commands import Calibrate, Command, Pause, Resume, Skip, Start, Stop
from repose.coaching.finding import Finding
from repose.coaching.flow import Flow
from repose.coaching.messages import Output, Stage, Urgency, View
from repose.coaching.observer import GAP_S
from repose.coaching.record import Progress, SetRecord, to_do
from repose.coaching.screen import Pausing, Seen, show
from repose.coaching.speech import Voice
from repose.counting.result import Phase
from repose.exercises import Exercise, load_exercise
from repose.kinematics.quality import Sight
from repose.pose.landmarks import PoseTrack

UNDECIDED_S: Final = 3.0
"""How long the placement checks may take to find something wrong, while a video waits."""

TROUBLE_AGAIN_S: Final = 30.0
"""Time between two repetitions of what is wrong with the camera."""

GIVE_UP_S: Final = 600.0
"""Time in a pause, or without any progress, after which the session ends."""


class Session:
    """Coaches one person through programmes, one after the other.

    Each start sets the session's clock: all times after it, in and out, are on the clock of its time.

    Args:
        load: gives an exercise with the thresholds in force.
    """

    def __init__(self, load: Callable[[str], Exercise] = load_exercise) -> None:
        self._load = load
        self._voice = Voice()
        self._flow = Flow(self._voice)
        self._seen = Seen()
        self._pose_s: float | None = None
        self._welcomed = False
        self._trouble: Trouble | None = None
        self._trouble_said_s = 0.0
        self._slow_said = False
        self._asked = False
        self._paused_s: float | None = None

    # What comes in.

    def command(self, command: Command, time_s: float) -> list[Output]:
        """Do what the person asks for; what makes no sense now is ignored.

        Raises:
            ReposeError: from `load`; then the session stays as it was.
        """
        if isinstance(command, Start):
            return self.start(to_do(command.programme, self._load), time_s)
        if isinstance(command, Calibrate):
            exercise = self._load(command.exercise)
            return self.find_range(Finding(exercise, exercise, command.side), time_s)
        self._pass(time_s)
        match command:
            case Pause():
                self._pause()
            case Resume():
                self._asked = False
            case Skip():
                self._skip()
            case Stop():
                self._stop()
        self._settle()
        return self._voice.take()

    def start(self, records: tuple[SetRecord, ...], time_s: float) -> list[Output]:
        """Begin with these sets, or go on with them after those that are over; one at least is not."""
        index = next(k for k, record in enumerate(records) if record.ended_s is None and not record.skipped)
        return self._start(records, index, time_s, None)

    def find_range(self, finding: Finding, time_s: float) -> list[Output]:
        """Begin to find out how far a person can go."""
        return self._start((finding.attempt(),), 0, time_s, finding)

    def _start(
        self, records: tuple[SetRecord, ...], index: int, time_s: float, finding: Finding | None
    ) -> list[Output]:
        self._set_clock(time_s)
        welcome = () if self._welcomed else (wording.INTENDED_USE,)
        self._flow.start(records, index, *welcome, wording.STOP_IF_IT_HURTS, finding=finding)
        self._welcomed = True
        if self._trouble is not None:
            self._say_trouble(self._trouble)
        self._settle()
        return self._voice.take()

    def see(self, track: PoseTrack, people: int | None = None) -> list[Output]:
        """Look at the next poses.

        Args:
            track: one or more poses; those that are not later than any before are left out.
            people: how many persons were seen in a look since the last call; None without one.
        """
        for k in range(len(track.time_s)):
            if self._pose_s is None or track.time_s[k] > self._pose_s:
                self._see(track.part(slice(k, k + 1)), people)
                people = None
        return self._voice.take()

    def trouble(self, trouble: Trouble | None, time_s: float) -> list[Output]:
        """Note what is wrong with the camera; None when all is well again."""
        self._pass(time_s)
        before, self._trouble = self._trouble, trouble
        if trouble == before:
            pass
        elif trouble is not None and trouble.kind is TroubleKind.ENDED and self._flow.running:
            self._flow.end(wording.VIDEO_ENDED)
        elif trouble is not None:
            self._say_trouble(trouble)
        elif _blocks(before) and not _blocks(trouble) and self._flow.running:
            self._say(wording.CAMERA_BACK, "trouble")
        self._settle()
        return self._voice.take()

    def pass_time(self, time_s: float) -> list[Output]:
        """Time goes by without a picture."""
        self._pass(time_s)
        self._advance()
        return self._voice.take()

    # What it needs and shows.

    @property
    def wants_people(self) -> bool:
        """Whether it helps to know how many persons are in the picture."""
        return self._flow.stage is Stage.PLACING

    @property
    def holds_video(self) -> bool:
        """Whether the coach needs nothing of the person, so that a video should wait."""
        flow, memory = self._flow, self._flow.memory
        match flow.stage:
            case _ if self._asked:
                return True
            case Stage.PLACING if flow.placement is not None:
                new = flow.now_s - memory.since_s < UNDECIDED_S
                return flow.placement.good or (new and flow.placement.complaint() is None)
            case Stage.POSITIONING:
                return memory.good_s is not None or flow.now_s < memory.until_s
            case stage:
                return stage is not Stage.WORKING

    def view(self) -> View:
        """All that a page needs to show."""
        return show(self._flow, self._pausing(), self._seen.share, self._pose_s)

    @property
    def found(self) -> Proposal | Refusal | None:
        """What came of finding a range, in this session or the last one; None without."""
        return None if self._flow.finding is None else self._flow.finding.found

    def progress(self) -> Progress:
        """All that there is to keep."""
        flow = self._flow
        at_work = flow.stage in (Stage.POSITIONING, Stage.COUNTDOWN, Stage.WORKING)
        observer = flow.observer if at_work and self._paused_s is None else None
        return Progress(
            time_s=flow.now_s,
            running=flow.running,
            records=flow.records,
            paused=self._asked,
            watched_from_s=observer.first_s if observer else None,
        )

    # Commands.

    def _set_clock(self, time_s: float) -> None:
        """It is this time now, whatever it was before."""
        self._voice.set_clock(self._flow.now_s, time_s)
        self._flow.now_s = self._trouble_said_s = time_s
        self._seen, self._pose_s = Seen(), None
        self._asked, self._paused_s, self._slow_said = False, None, False

    def _pause(self) -> None:
        flow = self._flow
        if not flow.running or self._asked:
            return
        if flow.stage is Stage.WORKING:
            flow.close_observer()
            if flow.record.complete:
                flow.set_done()
        if flow.running:
            self._asked = True
            self._say(wording.PAUSED, "flow")

    def _skip(self) -> None:
        # What is said in WELCOME is not to be left out.
        if self._flow.running and self._flow.stage is not Stage.WELCOME:
            self._flow.skip()

    def _stop(self) -> None:
        flow = self._flow
        if flow.running and any(record.begun for record in flow.records):
            flow.end(wording.STOPPED)
        elif flow.running:
            flow.leave(wording.STOPPED)

    # Pauses.

    def _settle(self) -> None:
        """Begin or end the pause, as command and trouble ask for together."""
        flow = self._flow
        if not flow.running:
            self._asked, self._paused_s = False, None
        elif self._asked or _blocks(self._trouble):
            if self._paused_s is None:
                self._paused_s = flow.now_s
                flow.progress()
        elif self._paused_s is not None:
            paused_s, self._paused_s = flow.now_s - self._paused_s, None
            flow.progress()
            self._go_on(paused_s)

    def _go_on(self, paused_s: float) -> None:
        """The pause is over: take up the stage again."""
        flow, memory = self._flow, self._flow.memory
        match flow.stage:
            case Stage.WELCOME:
                memory.until_s += paused_s
            case Stage.RESTING:
                memory.until_s += paused_s
                self._say(wording.GOING_ON, "flow")
            case Stage.PLACING:
                flow.place()
            case Stage.WORKING if flow.observer is not None:
                flow.lose(wording.BACK_TO_START)
            case _:
                flow.take_position()

    def _say_trouble(self, trouble: Trouble) -> None:
        slow = trouble.kind is TroubleKind.SLOW
        if self._flow.stage is Stage.DONE or (slow and self._slow_said):
            return
        self._slow_said = self._slow_said or slow
        self._trouble_said_s = self._flow.now_s
        self._voice.tone(self._flow.now_s, "trouble")
        self._voice.say(self._flow.now_s, trouble.text, Urgency.TROUBLE, "trouble")

    # Poses and time.

    def _see(self, track: PoseTrack, people: int | None) -> None:
        time_s, flow = float(track.time_s[0]), self._flow
        step_s = 0.0 if self._pose_s is None else time_s - self._pose_s
        self._pass(time_s)
        self._pose_s = time_s
        self._seen.look(track)
        unseen = self._paused_s is not None or step_s > GAP_S or flow.phase is Phase.NOT_MEASURED
        if unseen and flow.stage is Stage.WORKING and not self._asked:
            flow.note_unmeasured(step_s, self._why_unseen(step_s))
        if self._paused_s is None:
            flow.look(track, people)
        self._advance()

    def _why_unseen(self, step_s: float) -> Sight:
        """Why nothing could be measured since the pose before."""
        if self._paused_s is not None or step_s > GAP_S or self._flow.sight is Sight.GOOD:
            return Sight.NO_FRAMES
        return self._flow.sight

    def _pass(self, time_s: float) -> None:
        flow = self._flow
        step_s = time_s - flow.now_s
        if step_s > GAP_S and self._paused_s is None and flow.memory.lost is None:
            flow.memory.progress_s += step_s  # Nobody waited while the computer slept.
        flow.now_s = max(flow.now_s, time_s)

    def _advance(self) -> None:
        """Do what is due at this time."""
        flow = self._flow
        paused = self._paused_s is not None
        waits = flow.running and (paused or flow.stage is not Stage.RESTING)
        if waits and flow.now_s - flow.memory.progress_s > GIVE_UP_S:
            flow.end(wording.NOBODY_THERE)
            self._settle()
        elif not paused:
            flow.advance()
        elif self._trouble is not None and flow.now_s - self._trouble_said_s >= TROUBLE_AGAIN_S:
            self._say_trouble(self._trouble)

    def _pausing(self) -> Pausing | None:
        """The pause that is in force, if any."""
        if self._paused_s is None:
            return None
        if self._trouble is not None and _blocks(self._trouble):
            return Pausing(self._trouble.text, self._paused_s, by_command=False)
        return Pausing(wording.PAUSED, self._paused_s, by_command=True)

    def _say(self, text: str, topic: str) -> None:
        self._voice.say(self._flow.now_s, text, Urgency.FLOW, topic)


def _blocks(trouble: Trouble | None) -> bool:
    """Whether a trouble keeps the session from going on."""
    return trouble is not None and trouble.kind is not TroubleKind.SLOW
