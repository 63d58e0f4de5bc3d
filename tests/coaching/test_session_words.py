"""The words of a session: numbers, announcements, the summary, and how long they take to say."""

from dataclasses import replace
from typing import get_args

import pytest

from repose.coaching import wording
from repose.coaching.messages import Urgency
from repose.coaching.programme import PlannedSet, plan, usual_programme
from repose.coaching.record import SetRecord
from repose.coaching.speech import Cooldown, Voice, speech_s
from repose.coaching.summary import summary
from repose.counting.result import Rep, Side
from repose.exercises import definitions, load_exercise
from repose.kinematics.quality import Sight


def planned(slug: str = "heel-slides", side: Side = "left", **dose: object) -> PlannedSet:
    usual = {"number": 1, "of": 1, "reps": 10, "hold_s": 0.0, "rest_s": 15.0}
    return PlannedSet.model_validate({"exercise": slug, "side": side, **usual, **dose})


def record(asked: PlannedSet, reps: int, *faults: str) -> SetRecord:
    rep = Rep(asked.side, 0, 1, 2, 1, 0, {}, 1, 1, faults, 2)
    return SetRecord(asked, load_exercise(asked.exercise), done=(rep,) * reps)


@pytest.mark.parametrize(
    ("value", "word"),
    [(0, "zero"), (1, "one"), (12, "twelve"), (20, "twenty"), (21, "twenty-one"), (99, "ninety-nine"),
     (100, "100")],
)  # fmt: skip
def test_numbers_in_words(value: int, word: str) -> None:
    assert wording.number(value) == word


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.6, "1 second"), (15, "15 seconds"), (90, "90 seconds"), (119, "119 seconds"), (120, "2 minutes")],
)
def test_times_in_words(value: float, words: str) -> None:
    assert wording.seconds(value) == words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (planned(), "Heel slides, left leg. Ten times. Lie on the back, legs straight."),
        (
            planned("knee-to-chest", "right", reps=5, hold_s=20.0),
            "Single knee to chest, right leg. Five times. Hold each for 20 seconds. "
            "Lie on the back, both knees bent, feet flat.",
        ),
        (
            planned("ankle-pumps", "both", of=10),
            "Ankle pumps, both feet, set 1 of 10. Ten times. Lie on the back, legs straight.",
        ),
        (
            planned("backwards-stretch", "both", reps=1, hold_s=1.0),
            "Backwards stretch. Once. Standing, feet slightly apart, hands in the small of the back.",
        ),
    ],
)
def test_announcements(asked: PlannedSet, words: str) -> None:
    definition = definitions()[asked.exercise]
    assert wording.announcement(asked, definition, asked.reps, whole=True) == words


def test_an_announcement_after_a_pause() -> None:
    definition = definitions()["heel-slides"]
    words = wording.announcement(planned(), definition, 6, whole=False)
    assert words == "Heel slides, left leg. Six more."


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (planned(side="right"), "the right leg"),
        (planned(number=2, of=3), "set 2 of 3"),
        (planned("backwards-stretch", "both"), "the backwards stretch"),
        (planned("knee-to-chest"), "the single knee to chest, left leg"),
        (planned("ankle-pumps", "both"), "ankle pumps, both feet"),
    ],
)
def test_what_comes(then: PlannedSet, words: str) -> None:
    assert wording.coming(planned(), then, definitions()[then.exercise]) == words


def test_there_is_advice_for_every_way_of_not_seeing() -> None:
    assert set(wording.LOST) == set(Sight) - {Sight.GOOD}


def test_every_announcement_of_the_usual_programme_is_short() -> None:
    for asked in plan(usual_programme()):
        definition = definitions()[asked.exercise]
        assert speech_s(wording.announcement(asked, definition, asked.reps, whole=True)) < 10


def test_welcome_back() -> None:
    assert wording.welcome_back(4) == "Welcome back. Four done, go on."
    assert wording.welcome_back(0) == "Welcome back. Go on."


# The summary.


def test_the_summary_of_a_whole_programme() -> None:
    records = [record(planned(side=side), 10) for side in get_args(Side)[:2]]
    pumps = [record(planned("ankle-pumps", "both", number=n, of=2), 10) for n in (1, 2)]
    assert summary([*records, *pumps]) == (
        "All done. Heel slides: 10 left, 10 right. Ankle pumps: 20. Well done."
    )


def test_the_summary_of_a_session_that_was_stopped() -> None:
    asked = planned(), planned(side="right"), planned("ankle-pumps", "both")
    records = [record(one, reps) for one, reps in zip(asked, (4, 0, 0), strict=True)]
    assert summary(records, "Stopped.") == "Stopped. Heel slides: 4 of 10 left, 0 of 10 right."
    nothing = [replace(one, done=()) for one in records]
    assert summary(nothing, "Stopped.") == "Stopped. Nothing was counted."
    assert summary(nothing) == "Nothing was counted."


def test_the_summary_names_a_frequent_fault_only() -> None:
    asked = planned(reps=4)
    assert "Next time, keep the heel on the floor." in summary([record(asked, 4, "heel_lifts")])
    rare = record(asked, 4)
    rare = replace(rare, done=(replace(rare.done[0], faults=("heel_lifts",)), *rare.done[1:]))
    assert summary([rare]) == "All done. Heel slides: 4 left. Well done."


def test_faults_of_a_set_the_most_frequent_first() -> None:
    one, other = record(planned(), 2, "heel_lifts"), record(planned(), 3, "too_fast")
    both = replace(one, done=one.done + other.done)
    assert both.view().faults == (("more slowly", 3), ("keep the heel on the floor", 2))


# Speaking.


def test_words_wait_for_those_before_them() -> None:
    voice = Voice()
    voice.say(1.0, "ten words are said here one after the other now", Urgency.FLOW, "flow")
    assert voice.free_s == pytest.approx(5.3)
    assert not voice.is_free(5.0)
    voice.say(2.0, "and these", Urgency.FLOW, "flow")
    _, second = voice.take()
    assert voice.take() == []
    assert getattr(second, "lasts_s") == pytest.approx(3.3 + 4)  # noqa: B009
    assert voice.is_free(6.5)


def test_a_cooldown() -> None:
    cooldown = Cooldown(same_s=6, any_s=2)
    said = [
        (what, at)
        for what, at in (("a", 0), ("b", 1), ("b", 2), ("a", 5), ("a", 6))
        if cooldown.allows(what, at)
    ]
    assert said == [("a", 0), ("b", 2), ("a", 6)]
