"""Finding a person's range in a session: three tries, what they come to, and what is said meanwhile."""

from typing import Final

from repose.calibration.capture import TRIES, Proposal, Refusal, capture, widened
from repose.coaching import wording
from repose.coaching.feedback import Feedback
from repose.coaching.messages import FoundRange, FoundThreshold, Urgency
from repose.coaching.programme import PlannedSet, allowed_sides
from repose.coaching.record import SetRecord
from repose.counting.counter import Status
from repose.counting.result import Phase, Rep, Side
from repose.errors import ReposeError
from repose.exercises import Definition, Exercise
from repose.pose.landmarks import PoseTrack, joined

ATTEMPTS: Final = 3
"""How often three tries are asked for, before somebody has to come and help."""

STAY_S: Final = 1.5
"""How long the end position is kept before the way back is said."""


class Finding:
    """The range of one person in one exercise.

    Attributes:
        exercise: with the thresholds in force.
        found: what came of the latest tries; None before.
    """

    def __init__(self, exercise: Exercise, usual: Exercise, side: Side | None) -> None:
        """Nothing is seen yet.

        Args:
            exercise: with the thresholds in force for the person.
            usual: with those of people without a profile of their own.
            side: that is to move; None where there is nothing to choose.

        Raises:
            ReposeError: the exercise has no such side, or it must be said which.
        """
        self.exercise, self._usual = exercise, usual
        self._side = _checked(side, exercise.definition)
        self.found: Proposal | Refusal | None = None
        self._poses: list[PoseTrack] = []
        self._attempts = 0

    def attempt(self) -> SetRecord:
        """A set of three tries, of which nothing is done yet."""
        self._attempts += 1
        planned = PlannedSet(
            exercise=self.exercise.slug, side=self._side, number=1, of=1, reps=TRIES, hold_s=0.0, rest_s=0.0
        )
        return SetRecord(planned, widened(self._usual))

    @property
    def may_try_again(self) -> bool:
        """Whether there is another attempt."""
        return self._attempts < ATTEMPTS

    def see(self, track: PoseTrack) -> None:
        """Keep the next poses."""
        if self._poses and self._poses[-1].frame_size != track.frame_size:
            self.forget()
        self._poses.append(track)

    def forget(self) -> None:
        """What was seen so far is no part of the tries."""
        self._poses.clear()

    def decide(self) -> Proposal | Refusal | None:
        """What the poses so far come to; None without any."""
        if self._poses:
            self.found = capture(joined(self._poses), self.exercise, self._side, self._usual)
        return self.found

    def in_words(self) -> str:
        """What was found, to be spoken."""
        found = self.found
        if isinstance(found, Refusal):
            return found.text
        return "" if found is None else f"{_range_in_words(found)} {wording.ON_THE_PAGE}"

    def view(self) -> FoundRange | None:
        """What was found, for the page."""
        found = self.found
        if found is None:
            return None
        proposed = isinstance(found, Proposal)
        suggestions = found.suggestions if isinstance(found, Proposal) else ()
        return FoundRange(
            exercise=found.exercise,
            name=self.exercise.name,
            side=self._side,
            proposed=proposed,
            text=_range_in_words(found) if isinstance(found, Proposal) else found.reason,
            advice=found.advice if isinstance(found, Refusal) else "",
            thresholds=tuple(FoundThreshold(one.key, one.before, one.after, one.text) for one in suggestions),
        )


class Guide(Feedback):
    """What is heard during the tries: how far, to stay, to come back, and how many are left.

    Attributes:
        stayed: whether the end position of the try under way was kept for long enough.
    """

    _held_s: float | None = None
    stayed = False

    def begin(self) -> None:
        """The tries begin, or go on after a break."""
        super().begin()
        self._held_s, self.stayed = None, False

    def rep(self, rep: Rep, number: int, time_s: float) -> None:
        """A try, the `number`-th."""
        self._voice.tone(time_s, "rep")
        if number < self._planned.reps:
            text = wording.tries_left(self._planned.reps - number)
            self._voice.say(time_s, text, Urgency.COUNT, "count", lasts_s=3.0)
        self._over(rep)

    def partial(self, rep: Rep, time_s: float) -> None:
        """A movement that was no try."""
        self._voice.tone(time_s, "partial")
        self._tell_reason(wording.partial(rep.reason or "", self._planned, self._definition), time_s)
        self._over(rep)

    def follow(self, status: Status, time_s: float) -> None:
        """What the moment asks for."""
        self._prompt(status.phase, time_s)
        if status.phase is not Phase.HOLDING:
            self._held_s = None
            self.stayed = self.stayed and status.phase is not Phase.REST
        elif not self.stayed:
            if self._held_s is None:
                self._held_s = time_s
                self._voice.say(time_s, wording.STAY_THERE, Urgency.CUE, "cue", lasts_s=1.0)
            elif time_s - self._held_s >= STAY_S:
                self.stayed = True
                back = wording.sentence(wording.way_back(self._definition))
                self._voice.say(time_s, back, Urgency.CUE, "cue", lasts_s=2.0)


def _checked(side: Side | None, definition: Definition) -> Side:
    allowed = allowed_sides(definition)
    if side is None and "both" in allowed:
        return "both"
    if side not in allowed:
        asked = "which side is to move" if side is None else f"{definition.slug} has no side {side!r}"
        raise ReposeError(f"{asked}: allowed are {', '.join(sorted(allowed))}")
    return side


def _range_in_words(found: Proposal) -> str:
    """Such as "The range is 41 degrees, and the tries differ by 1 degree."."""
    differ = wording.degrees(found.repeatability_deg)
    return f"The range is {wording.degrees(found.range_deg)}, and the tries differ by {differ}."
