"""The stages of a session and what leads from one to the next.

    IDLE ─start▶ WELCOME ─said▶ PLACING ─seen well▶ POSITIONING ─at rest▶ COUNTDOWN ─begin▶ WORKING
                                 ▲   ▲                │  ▲   ▲                │                │
                                 │   └───view bad─────┘  │   └─────moved──────┘             set done
                                 │                 same posture                                │
                                 └─other posture──────── RESTING ◀─────────────────────────────┤
                                                                                               │
    DONE ◀──────────────────────────── last set done, stop, video ended, nothing happens ──────┘

In WORKING the flow waits by itself while the person is not seen in position (`Lost`). Pauses by command and
by trouble with the camera lie over the flow: see `repose.coaching.session`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from repose.calibration.capture import Refusal, Why
from repose.coaching import wording
from repose.coaching.feedback import Feedback
from repose.coaching.finding import Finding, Guide
from repose.coaching.messages import Done, Stage, Urgency
from repose.coaching.observer import Observer
from repose.coaching.placement import Placement
from repose.coaching.record import SetRecord
from repose.coaching.speech import Cooldown, Voice
from repose.coaching.summary import summary
from repose.counting.result import Phase, Rep
from repose.kinematics.quality import Sight
from repose.pose.landmarks import PoseTrack

PLACED_S: Final = 1.0
"""How long all must be well before the camera counts as placed; being well takes a second already."""

ADVICE_AGAIN_S: Final = 6.0
ADVICE_APART_S: Final = 2.0
"""Least time before the same advice on the camera's place is said again, and before any other."""

VIEW_BAD_S: Final = 2.0
"""How long nothing can be seen before the camera is placed again."""

REST_S: Final = 1.5
"""How long the start position must be held."""

REMIND_S: Final = 12.0
"""Time between two reminders of the start position."""

LOST_S: Final = 3.0
"""How long the person may be out of sight or position before the flow waits."""

LOST_AGAIN_S: Final = 15.0
LOST_APART_S: Final = 6.0
"""Least time before what is wrong then is said again, and before it is said that something else is."""

FOUND_S: Final = 1.0
"""How long the person must be seen in position before the set goes on."""

ANNOUNCED_S: Final = 10.0
"""Rest that is left when that is said."""


@dataclass
class Lost:
    """In WORKING, the person is not seen in position.

    Attributes:
        why, advice: what is wrong and what to change.
        from_s: when that is looked into and said.
        said: keeps it from being said too often.
    """

    why: str
    advice: str
    from_s: float
    said: Cooldown


@dataclass
class Memory:
    """Where in the flow a session is.

    Attributes:
        stage: of the flow.
        since_s: when the stage was entered.
        until_s: when what is said in it, or the rest, will be over.
        index: of the current set.
        good_s, bad_s: since when it has been as the stage needs it, or has not; None while it is otherwise.
        reminded_s: when the start position was said last.
        counted: words of the countdown that were said.
        announced: whether the end of the rest was.
        lost: in WORKING, while the person is not seen in position.
        progress_s: when something last happened that the session was waiting for.
        placed: the posture for which the camera was placed.
    """

    stage: Stage = Stage.IDLE
    since_s: float = 0.0
    until_s: float = 0.0
    index: int = 0
    good_s: float | None = None
    bad_s: float | None = None
    reminded_s: float = 0.0
    counted: int = 0
    announced: bool = False
    lost: Lost | None = None
    progress_s: float = 0.0
    placed: str | None = None


class Flow:
    """Goes through a programme. `look` at each pose and `advance` after it, or when time has gone by.

    Attributes:
        now_s: capture time, set from outside.
        memory: where in the flow it is.
        records: the programme, with what was done.
        placement: of the camera, in PLACING, from its first pose on.
        observer: counts the current set, from POSITIONING on.
        feedback: on the current set, from its first begin on.
        finding: of a person's range, in a session for that; its sets are attempts of three tries.
    """

    def __init__(self, voice: Voice) -> None:
        self.now_s = 0.0
        self.memory = Memory()
        self.records: tuple[SetRecord, ...] = ()
        self.placement: Placement | None = None
        self.observer: Observer | None = None
        self.feedback: Feedback | None = None
        self.finding: Finding | None = None
        self._voice = voice
        self._advised = Cooldown(ADVICE_AGAIN_S, ADVICE_APART_S)
        self._stages: dict[Stage, Callable[[], None]] = {
            Stage.IDLE: lambda: None,
            Stage.WELCOME: self._welcome,
            Stage.PLACING: self._placing,
            Stage.POSITIONING: self._positioning,
            Stage.COUNTDOWN: self._countdown,
            Stage.WORKING: self._working,
            Stage.RESTING: self._resting,
            Stage.DONE: lambda: None,
        }

    # What is known.

    @property
    def stage(self) -> Stage:
        """Where in the flow it is."""
        return self.memory.stage

    @property
    def running(self) -> bool:
        """Whether a programme is under way."""
        return self.stage not in (Stage.IDLE, Stage.DONE)

    @property
    def record(self) -> SetRecord:
        """The current or coming set."""
        return self.records[self.memory.index]

    @property
    def phase(self) -> Phase:
        """Where in a rep the person is."""
        return Phase.NOT_MEASURED if self.observer is None else self.observer.phase(self.now_s)

    @property
    def sight(self) -> Sight:
        """What is wrong with the view, if anything."""
        return Sight.NO_FRAMES if self.observer is None else self.observer.sight(self.now_s)

    def coming(self) -> str | None:
        """The set after the current one in words; None after the last."""
        if self.memory.index + 1 == len(self.records):
            return None
        then = self.records[self.memory.index + 1]
        return wording.coming(self.record.planned, then.planned, then.exercise.definition)

    # What can be done to it.

    def start(
        self, records: tuple[SetRecord, ...], index: int, *welcome: str, finding: Finding | None = None
    ) -> None:
        """Begin a programme at one of its sets, or finding a range, with a welcome."""
        self.records, self.memory, self.finding = records, Memory(index=index), finding
        self._forget()
        self._advised = Cooldown(ADVICE_AGAIN_S, ADVICE_APART_S)
        self._enter(Stage.WELCOME)
        self.progress()
        for number, text in enumerate(welcome):
            self._say(text, Urgency.FLOW, f"welcome {number}")
        self.memory.until_s = self._voice.free_s

    def look(self, track: PoseTrack, people: int | None) -> None:
        """Show one pose to whoever watches in this stage."""
        match self.stage:
            case Stage.PLACING:
                if self.placement is None:
                    self.placement = Placement(self.record.exercise, track.frame_size)
                self.placement.see(track, people)
            case Stage.POSITIONING | Stage.COUNTDOWN if self.observer is not None:
                # A whole movement before the begin must not count, nor what nobody saw.
                if self.observer.broken_by(track) or self.observer.see(track):
                    self.take_position(wording.KEEP_STILL)
                elif self.finding is not None:
                    self.finding.see(track)
            case Stage.WORKING if self.observer is not None:
                if self.observer.broken_by(track):
                    self.close_observer()
                    self.observer = self._new_observer()
                    self.lose(wording.PICTURE_AWAY)
                reps = self.observer.see(track)
                if self.finding is not None:
                    self.finding.see(track)
                self._note_watched(self.observer)
                self._count(reps)

    def advance(self) -> None:
        """Do what is due now."""
        self._stages[self.stage]()

    def progress(self) -> None:
        """Something happened that was waited for."""
        self.memory.progress_s = self.now_s

    def note_unmeasured(self, seconds: float, why: Sight) -> None:
        """For the last so many seconds the current set could not be seen."""
        self._note(self.record.unseen(self.now_s - seconds, self.now_s, why.name.lower()))

    def close_observer(self) -> None:
        """No more poses for the counter of this set: count what was still undecided."""
        if self.observer is not None:
            self._count(self.observer.finish(), closing=True)
            self.observer = None

    def skip(self) -> None:
        """Leave out a rest, or the rest of a set."""
        if self.stage is Stage.WORKING:
            self.close_observer()
        if self.stage is Stage.RESTING:
            self._next_set()
        elif self.record.complete:
            self.set_done()
        else:
            self._note(self.record.ended(self.now_s))
            if self.coming() is None:
                self.end("")
            else:
                self._next_set()

    def end(self, ending: str) -> None:
        """To DONE; what was not done was left out. `ending` says why, if not all was gone through."""
        if self.stage is Stage.WORKING:
            self.close_observer()
        if all(record.complete for record in self.records):
            ending = ""
        said = self._range_said(ending)
        self.records = tuple(record.ended(self.now_s) for record in self.records)
        self.memory = Memory()
        self._forget()
        self._enter(Stage.DONE)
        self._voice.tone(self.now_s, "session_done")
        self._say(said or summary(self.records, ending), Urgency.FLOW, "flow")

    def leave(self, words: str) -> None:
        """To IDLE: nothing had begun."""
        self.records, self.memory = (), Memory()
        self._forget()
        self._say(words, Urgency.FLOW, "flow")

    # The stages.

    def _welcome(self) -> None:
        if self.now_s >= self.memory.until_s:
            self.place()

    def place(self, advice: str = "") -> None:
        """To PLACING, saying what is wrong if that is known."""
        self._enter(Stage.PLACING)
        self.placement, self.memory.placed = None, None
        if advice:
            self._advise(advice)

    def _placing(self) -> None:
        memory, placement = self.memory, self.placement
        if placement is None:
            return
        memory.good_s = _since(memory.good_s, placement.good, self.now_s)
        complaint = placement.complaint()
        if memory.good_s is not None and self.now_s - memory.good_s >= PLACED_S:
            self._say(wording.SEEN, Urgency.FLOW, "placed")
            memory.placed = self.record.exercise.definition.posture
            self.take_position()
        elif complaint is not None and memory.good_s is None:
            self._advise(complaint.advice)

    def take_position(self, words: str | None = None) -> None:
        """To POSITIONING, with the announcement of the set, or with other words."""
        record = self.record
        self._enter(Stage.POSITIONING)
        self.observer = self._new_observer()
        if self.finding is not None and not record.begun:
            self.finding.forget()
        if words is None and self.finding is not None:
            words = wording.range_announcement(record.planned, record.exercise.definition)
        elif words is None:
            new = record.planned.number == 1 or bool(record.reps)
            words = wording.announcement(record.planned, record.exercise.definition, record.left, whole=new)
        self._say(words, Urgency.FLOW, "flow")
        self.memory.until_s = self.memory.reminded_s = self._voice.free_s

    def _positioning(self) -> None:
        memory = self.memory
        memory.good_s = _since(memory.good_s, self.phase is Phase.REST, self.now_s)
        memory.bad_s = _since(memory.bad_s, self.phase is Phase.NOT_MEASURED, self.now_s)
        if memory.bad_s is not None and self.now_s - memory.bad_s > VIEW_BAD_S:
            self.place(wording.LOST[self.sight][1])
        elif memory.good_s is not None:
            if self.now_s >= max(memory.good_s + REST_S, memory.until_s):
                self._enter(Stage.COUNTDOWN)
                self._count_down(0)
        elif self.now_s - memory.reminded_s >= REMIND_S:
            memory.reminded_s = self.now_s
            self._say(wording.position(self.record.exercise.definition), Urgency.CUE, "cue")

    def _countdown(self) -> None:
        memory = self.memory
        second = min(int(self.now_s - memory.since_s), len(wording.COUNTDOWN))
        if self.phase is not Phase.REST:
            self.take_position(wording.KEEP_STILL)
        elif second == len(wording.COUNTDOWN):
            self._begin()
        elif second > memory.counted:
            self._count_down(second)

    def _count_down(self, second: int) -> None:
        self.memory.counted = second
        self._voice.tone(self.now_s, "tick")
        self._say(wording.COUNTDOWN[second], Urgency.FLOW, "flow", lasts_s=0.9)

    def _begin(self) -> None:
        record, definition = self.record, self.record.exercise.definition
        self._enter(Stage.WORKING)
        self.progress()
        self._voice.tone(self.now_s, "begin")
        self._say(wording.BEGIN, Urgency.FLOW, "flow", lasts_s=1.5)
        if self.finding is not None:
            self._say(wording.furthest(definition), Urgency.CUE, "cue", lasts_s=8.0)
        elif not record.begun and record.planned.number == 1:
            self._say(wording.sentence(definition.words.rest), Urgency.CUE, "cue")
        if self.feedback is None:
            kind = Feedback if self.finding is None else Guide
            self.feedback = kind(record.planned, definition, self._voice)
        self.feedback.begin()
        if not record.begun:
            self._note(replace(record, begun_s=self.now_s))
        if self.observer is not None:
            self._note_watched(self.observer)

    def _working(self) -> None:
        memory = self.memory
        if self.record.complete:
            self.set_done()
            return
        there = self.phase not in (Phase.NOT_MEASURED, Phase.SETTLING)
        memory.good_s = _since(memory.good_s, there, self.now_s)
        memory.bad_s = _since(memory.bad_s, not there, self.now_s)
        if memory.lost is None and memory.bad_s is not None and self.now_s - memory.bad_s > LOST_S:
            self._voice.tone(self.now_s, "trouble")
            self.lose(self._why_lost()[0], at_once=True)
        if memory.lost is not None:
            self._wait(memory.lost)
        elif there and self.observer is not None and self.observer.status is not None and self.feedback:
            self.feedback.follow(self.observer.status, self.now_s)

    def lose(self, why: str, *, at_once: bool = False) -> None:
        """In WORKING, wait until the person is seen in position; say so at once, or only if it takes long."""
        memory = self.memory
        from_s = self.now_s if at_once else self.now_s + LOST_S
        memory.lost = Lost(why, "", from_s, Cooldown(LOST_AGAIN_S, LOST_APART_S))
        memory.good_s = None
        self.progress()

    def _wait(self, lost: Lost) -> None:
        """Go on when the person is back; until then, say now and then what is wrong."""
        memory = self.memory
        if memory.good_s is not None:
            if self.now_s - memory.good_s >= FOUND_S:
                self._found()
        elif self.now_s >= lost.from_s:
            lost.why, lost.advice = self._why_lost()
            if lost.said.allows(lost.why, self.now_s):
                self._say(f"{lost.why} {lost.advice}", Urgency.TROUBLE, "lost")

    def _found(self) -> None:
        self.memory.lost = None
        self.progress()
        self._say(wording.welcome_back(len(self.record.reps)), Urgency.FLOW, "lost")
        if self.feedback is not None:
            self.feedback.begin()

    def _why_lost(self) -> tuple[str, str]:
        """What is wrong, and what to change."""
        if self.sight is Sight.GOOD:
            return wording.LEFT_POSITION, wording.position(self.record.exercise.definition)
        return wording.LOST[self.sight]

    def set_done(self) -> None:
        """All reps of the set are done: rest, or the end."""
        memory, record, then = self.memory, self.record, self.coming()
        self._voice.tone(self.now_s, "set_done")
        self._note(record.ended(self.now_s))
        if self.finding is not None:
            self._decide(self.finding)
            return
        if then is None:
            self.end("")
            return
        rest_s = record.planned.rest_s
        self._enter(Stage.RESTING)
        memory.until_s = self.now_s + rest_s
        memory.announced = rest_s <= ANNOUNCED_S
        self._say(wording.set_done(len(record.reps), rest_s, then), Urgency.FLOW, "flow")

    def _resting(self) -> None:
        memory = self.memory
        left_s = memory.until_s - self.now_s
        if left_s <= 0:
            self._next_set()
        elif left_s <= ANNOUNCED_S and not memory.announced:
            memory.announced = True
            if self._voice.is_free(self.now_s):
                self._say(wording.TEN_SECONDS, Urgency.FLOW, "flow")

    def _next_set(self) -> None:
        memory = self.memory
        memory.index += 1
        self.feedback = None
        self.progress()
        if memory.placed == self.record.exercise.definition.posture:
            self.take_position()
        else:
            self.place()

    # Finding a range.

    def _decide(self, finding: Finding) -> None:
        """Three tries were made: propose what follows from them, or ask for three more."""
        found = finding.decide()
        if not isinstance(found, Refusal) or not finding.may_try_again:
            self.end("")
            return
        self.records = (*self.records, finding.attempt())
        self.memory.index += 1
        self.feedback = None
        self.progress()
        if found.why is Why.NOT_SEEN:
            self.place(found.text)
        else:
            self.take_position(wording.again(found.text, self.record.exercise.definition))

    def _range_said(self, ending: str) -> str:
        """What is said at the end of finding a range; "" in any other session."""
        if self.finding is None or not self.record.begun:
            return ""
        if self.finding.found is None or not self.record.complete:
            self.finding.decide()
        return f"{ending} {self.finding.in_words()}".strip()

    # Counting.

    def _count(self, reps: Sequence[Rep], *, closing: bool = False) -> None:
        """Note what the counter decided, and say so; why a movement was cut short needs no words."""
        for rep in reps:
            record, lost = self.record, self.memory.lost
            if record.complete:
                return
            self.progress()
            self._voice.give(Done(self.now_s, record.planned.exercise, self.memory.index, rep))
            self._note(replace(record, done=(*record.done, rep)))
            if rep.reason is None:
                self.memory.lost = None
                if self.feedback is not None:
                    self.feedback.rep(rep, len(record.reps) + 1, self.now_s)
            elif self.feedback is not None and lost is None and not closing:
                self.feedback.partial(rep, self.now_s)

    def _new_observer(self) -> Observer:
        return Observer(self.record.exercise, self.record.planned.side)

    # Small helpers.

    def _note_watched(self, observer: Observer) -> None:
        """The current set has been watched by this observer up to now."""
        if observer.first_s is not None:
            self._note(self.record.seen_by(observer.first_s, observer.last_s))

    def _note(self, record: SetRecord) -> None:
        """Change the record of the current set."""
        index = self.memory.index
        self.records = (*self.records[:index], record, *self.records[index + 1 :])

    def _enter(self, stage: Stage) -> None:
        memory = self.memory
        memory.stage, memory.since_s, memory.until_s = stage, self.now_s, self.now_s
        memory.good_s = memory.bad_s = memory.lost = None

    def _forget(self) -> None:
        self.placement = self.observer = self.feedback = None

    def _advise(self, advice: str) -> None:
        if self._advised.allows(advice, self.now_s):
            self._say(wording.sentence(advice), Urgency.CUE, "advice")

    def _say(self, text: str, urgency: Urgency, topic: str, lasts_s: float | None = None) -> None:
        self._voice.say(self.now_s, text, urgency, topic, lasts_s)


def _since(since_s: float | None, holds: bool, now_s: float) -> float | None:
    """Since when something has held, now that it does or does not."""
    if not holds:
        return None
    return now_s if since_s is None else since_s
