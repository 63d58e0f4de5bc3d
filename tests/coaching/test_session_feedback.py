"""What is heard while a set is worked on."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from repose.coaching.feedback import Feedback
from repose.coaching.messages import Output, Say, Stage, Tone, Urgency
from repose.coaching.programme import PlannedSet
from repose.coaching.speech import Voice
from repose.counting.counter import Status
from repose.counting.result import Phase, Rep, Side
from repose.exercises import definitions
from repose.kinematics.quality import Sight
from tests.coaching.play import RATE, done, item, reached
from tests.puppet import Doing, Keyed, Scene, perform
from tests.puppet.movement import summed

STEP_S: Final = 0.1


class Work:
    """A set worked on in numbers alone: no poses, no counter."""

    def __init__(
        self, slug: str = "heel-slides", side: Side = "left", reps: int = 10, hold_s: float = 0.0
    ) -> None:
        self.voice = Voice()
        self.planned = PlannedSet(
            exercise=slug, side=side, number=1, of=1, reps=reps, hold_s=hold_s, rest_s=15.0
        )
        self.feedback = Feedback(self.planned, definitions()[slug], self.voice)
        self.feedback.begin()
        self.time_s = 100.0
        self.number = 0
        self.outputs: list[Output] = []

    def rep(self, *faults: str, hold_s: float = 0.0, reason: str | None = None) -> list[str]:
        """A movement is over; gives what is heard then."""
        rep = Rep(
            side=self.planned.side,
            start_s=self.time_s - 3,
            peak_s=self.time_s - 2,
            end_s=self.time_s,
            hold_start_s=self.time_s - 2,
            hold_s=hold_s,
            peak={},
            excursion=1.0,
            confidence=1.0,
            faults=faults,
            decided_s=self.time_s,
            reason=reason,
        )
        if reason is None:
            self.number += 1
            self.feedback.rep(rep, self.number, self.time_s)
        else:
            self.feedback.partial(rep, self.time_s)
        return self._heard()

    def spend(
        self, seconds: float, phase: Phase = Phase.REST, *faults: str, held_from_s: float | None = None
    ) -> list[str]:
        """Time in a phase, with faults that show, and a hold that runs; gives what is heard meanwhile."""
        for k in range(1, round(seconds / STEP_S) + 1):
            self.time_s += STEP_S
            status = Status(
                time_s=self.time_s,
                phase=phase,
                side=None,
                angle=0.0,
                excursion=0.0,
                hold_s=0.0 if held_from_s is None else held_from_s + k * STEP_S + 1e-6,
                counts={},
                cue=None,
                sight=Sight.GOOD,
                hold_running=held_from_s is not None,
                faults=faults,
            )
            self.feedback.follow(status, self.time_s)
        return self._heard()

    def hold(self, seconds: float) -> list[str]:
        """An end position is held."""
        return self.spend(seconds, Phase.HOLDING, held_from_s=0.0)

    def _heard(self) -> list[str]:
        new = self.voice.take()
        self.outputs += new
        return [_heard(output) for output in new]


def _heard(output: Output) -> str:
    match output:
        case Say():
            return output.text
        case Tone():
            return f"~{output.name}"
    raise AssertionError(output)


# Numbers.


def test_each_rep_has_its_tone_and_number() -> None:
    work = Work(reps=4)
    assert [work.rep() for _ in range(4)] == [
        ["~rep", "One."],
        ["~rep", "Two."],
        ["~rep", "Three. Last one."],
        ["~rep"],  # "Four. Set done." is the flow's.
    ]
    say = work.outputs[1]
    assert isinstance(say, Say)
    assert (say.urgency, say.topic, say.lasts_s) == (Urgency.COUNT, "count", 1.5)


def test_how_many_are_left_near_the_end_and_a_word_at_half() -> None:
    work = Work(reps=8)
    heard = []
    for _ in range(8):
        work.spend(3)
        heard += [text for text in work.rep() if text != "~rep"]
    assert heard == [
        "One.", "Two.", "Three.", "Four.", "Halfway. Well done.", "Five.", "Six. Two more.",
        "Seven. Last one.",
    ]  # fmt: skip


# Partials.


@pytest.mark.parametrize(
    ("slug", "side", "reason", "words"),
    [
        ("heel-slides", "left", "turned_back_early", "A little further."),
        ("ankle-pumps", "both", "turned_back_early", "Further, both ways."),
        ("ankle-pumps", "both", "one_way_only", "Pull up and point away."),
        ("knee-to-chest", "right", "hold_too_short", "Hold longer."),
        ("heel-slides", "left", "other_side", "The left leg, please."),
        ("ankle-pumps", "right", "other_side", "The right foot, please."),
        ("ankle-pumps", "both", "other_side", "Both feet, please."),
        ("ankle-pumps", "both", "other_movement", "Only the feet move."),
        ("heel-slides", "left", "other_movement", "One leg, with the heel on the floor."),
        ("knee-to-chest", "left", "other_movement", "One knee to the chest, and bent."),
        ("backwards-stretch", "both", "other_movement", "Bend back."),
        ("heel-slides", "left", "left_position", "Stay in position, please."),
        ("heel-slides", "left", "view_lost", "I could not see that one."),
        ("heel-slides", "left", "not_finished", "Back to the start each time."),
    ],
)
def test_a_partial_says_what_to_do_differently(slug: str, side: Side, reason: str, words: str) -> None:
    assert Work(slug, side).rep(reason=reason) == ["~partial", words]


def test_the_same_reason_is_not_repeated_at_once() -> None:
    work = Work()
    assert work.rep(reason="turned_back_early") == ["~partial", "A little further."]
    work.spend(4)
    assert work.rep(reason="turned_back_early") == ["~partial"]
    assert work.rep(reason="other_side") == ["~partial", "The left leg, please."]
    work.spend(5)
    assert work.rep(reason="turned_back_early") == ["~partial", "A little further."]


def test_a_fault_of_a_partial_says_more_than_its_reason() -> None:
    work = Work("backwards-stretch", "both")
    heard = work.rep("only_neck_bends", reason="turned_back_early")
    assert heard == ["~partial", "Bend the back, not only the neck."]


# Holds.


def test_a_hold_of_twenty_seconds_is_counted_down() -> None:
    work = Work("knee-to-chest", hold_s=20)
    assert work.hold(22) == [
        "~tick", "~tick", "Ten.", "~tick", "Five.", "~tick", "~tick", "~tick", "~hold_reached", "And relax.",
    ]  # fmt: skip
    ticks = [out.time_s - 100 for out in work.outputs if isinstance(out, Tone) and out.name == "tick"]
    assert ticks == pytest.approx([5, 10, 15, 17, 18, 19], abs=0.11)
    relaxed = work.outputs[-1]
    assert relaxed.time_s - 100 == pytest.approx(20, abs=0.11)


def test_a_short_hold_ticks_each_second() -> None:
    assert Work("backwards-stretch", "both", hold_s=2).hold(3) == ["~tick", "~hold_reached", "And relax."]


def test_a_long_hold_is_not_nagging() -> None:
    heard = Work("knee-to-chest", hold_s=120).hold(121)
    assert [text for text in heard if not text.startswith("~")] == [
        "One minute.", "Thirty.", "Ten.", "Five.", "And relax.",
    ]  # fmt: skip
    assert heard.count("~tick") == 11 + 3


def test_without_a_dose_a_hold_is_silent() -> None:
    assert Work("heel-slides").hold(10) == []


def test_each_rep_has_a_hold_of_its_own() -> None:
    work = Work("knee-to-chest", hold_s=8)
    first = work.hold(9)
    assert work.rep(hold_s=9) == ["~rep", "One."]
    assert work.hold(9) == first


def test_a_hold_that_breaks_off_starts_again() -> None:
    work = Work("knee-to-chest", hold_s=8)
    work.hold(6)
    work.spend(1)
    assert work.hold(9).count("Five.") == 1


def test_a_hold_that_is_too_short_is_told_and_counts() -> None:
    work = Work("knee-to-chest", hold_s=20)
    work.hold(12)
    assert work.rep(hold_s=12.2) == ["~rep", "One.", "That was 12 seconds. Hold for 20."]


@pytest.mark.parametrize(("target_s", "held_s", "told"), [(20, 17.5, False), (1, 0.8, False), (1, 0.5, True)])
def test_a_hold_may_fall_a_little_short(target_s: float, held_s: float, told: bool) -> None:
    heard = Work("backwards-stretch", "both", hold_s=target_s).rep(hold_s=held_s)
    assert heard == ["~rep", "One.", *(["Hold a little longer."] if told else [])]


def test_a_hold_that_was_said_to_be_reached_is_not_said_to_be_short() -> None:
    work = Work("knee-to-chest", hold_s=20)
    work.hold(20.5)
    assert work.rep(hold_s=16) == ["~rep", "One."]


# Faults.


def test_a_fault_is_told_once_while_it_lasts() -> None:
    work = Work()
    assert work.spend(3, Phase.GOING, "heel_lifts") == ["Keep the heel on the floor."]
    say = work.outputs[0]
    assert isinstance(say, Say)
    assert say.time_s <= 101
    assert (say.urgency, say.topic) == (Urgency.CUE, "cue")
    assert work.rep("heel_lifts") == ["~rep", "One."]
    assert work.spend(30, Phase.GOING, "heel_lifts") == []
    assert work.rep("heel_lifts") == ["~rep", "Two."]


def test_a_fault_that_was_away_for_a_rep_is_told_again() -> None:
    work = Work()
    work.spend(1, Phase.GOING, "heel_lifts")
    work.rep("heel_lifts")
    work.spend(15, Phase.GOING)
    work.rep()
    assert work.spend(1, Phase.GOING, "heel_lifts") == ["Keep the heel on the floor."]


def test_not_again_within_a_quarter_of_a_minute() -> None:
    work = Work()
    work.spend(1, Phase.GOING, "heel_lifts")
    work.rep("heel_lifts")
    work.spend(3, Phase.GOING)
    work.rep()
    assert work.spend(5, Phase.GOING, "heel_lifts") == []
    assert work.spend(8, Phase.GOING, "heel_lifts") == ["Keep the heel on the floor."]


def test_the_most_important_fault_first_and_not_two_at_once() -> None:
    work = Work("knee-to-chest")
    assert work.spend(3, Phase.HOLDING, "bouncing", "head_lifts") == ["Keep the head down."]
    assert work.spend(2, Phase.HOLDING, "bouncing", "head_lifts") == ["Hold still."]


def test_a_fault_that_only_a_whole_rep_shows_is_told_then() -> None:
    assert Work().rep("too_fast") == ["~rep", "One.", "More slowly."]


def test_what_was_told_stays_on_the_page_for_a_moment() -> None:
    work = Work()
    work.rep("too_fast")
    assert work.feedback.told(work.time_s + 3) == "More slowly"
    assert work.feedback.told(work.time_s + 5) is None


# Rest.


def test_somebody_who_only_lies_there_is_prompted_three_times() -> None:
    work = Work()
    assert work.spend(200) == ["Slide one heel towards you."] * 3
    times = [output.time_s - 100 for output in work.outputs]
    assert times == pytest.approx([20, 40, 60], abs=0.5)
    work.rep()
    assert work.spend(21) == ["Slide one heel towards you."]


# With poses.


def test_a_hold_in_a_session_is_counted_down() -> None:
    player = reached(
        Stage.WORKING, item("knee-to-chest", sides=("left",), reps=1, hold_s=12), slug="knee-to-chest"
    )
    player.forget()
    player.play(done("knee-to-chest", reps=1, hold_s=13.0))
    assert player.heard[:8] == [
        "~tick",
        "Five.",
        "~tick",
        "~tick",
        "~tick",
        "~hold_reached",
        "And relax.",
        "~rep",
    ]
    assert player.view.sets[0].held_s[0] == pytest.approx(13.0, abs=1.2)
    assert player.stage is Stage.DONE


def test_a_heel_that_lifts_is_told_once_in_a_session() -> None:
    performance = perform(Doing("heel-slides", "left", reps=2, tempo_s=4.0, hold_s=1.0, settle_s=1.2))
    keys = Keyed(((0.0, 0.0),))
    for rep in performance.reps:
        keys = Keyed(
            (
                *keys.keys,
                (rep.start_s, 0.0),
                (rep.hold_start_s, 32.0),
                (rep.hold_end_s, 32.0),
                (rep.end_s, 0.0),
            )
        )
    hips = performance.puppet.hip
    lifting = replace(performance.puppet, hip=(summed(hips[0], keys), hips[1]))
    player = reached(Stage.WORKING, item(sides=("left",), reps=3))
    began_s = player.time_s
    player.play(Scene().film(lifting, np.arange(0, performance.duration_s, 1 / RATE)))
    assert player.said.count("Keep the heel on the floor.") == 1
    assert player.times("Keep the heel on the floor.")[0] - began_s < performance.reps[0].hold_end_s + 1
    assert player.view.sets[0].faults[0] == ("keep the heel on the floor", 2)
