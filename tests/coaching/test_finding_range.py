"""Finding out how far a person can go: hands-free, spoken, three times, and again if it gave nothing."""

import numpy as np
import pytest

from repose.calibration.capture import Proposal, Refusal, Why, capture
from repose.coaching.commands import Calibrate, Pause, Resume, Skip, Stop
from repose.coaching.messages import Say, Stage, View
from repose.errors import ReposeError
from repose.exercises import load_exercise
from repose.pose.landmarks import PoseTrack
from repose.pose.landmarks import joined as track_of
from tests.coaching.play import Player, done, programme, resting
from tests.puppet.damage import shifted

HELD = {"hold_s": 2.5, "pause_s": 1.5, "settle_s": 1.5, "tempo_s": 4.0, "reps": 3}
"""How a careful person does it."""


def tries(slug: str = "heel-slides", side: str = "left", **how: object) -> PoseTrack:
    return done(slug, side, **{"share": 0.4, **HELD, **how})


def begun(slug: str = "heel-slides", side: str | None = "left") -> Player:
    player = Player()
    player.command(Calibrate(exercise=slug, side=side))
    return player


def spoken(player: Player, stage: Stage) -> list[str]:
    return [output.text for output, at in player.outputs if isinstance(output, Say) and at is stage]


@pytest.mark.parametrize(
    ("slug", "side", "share"),
    [
        ("heel-slides", "right", 0.4),
        ("knee-to-chest", "left", 0.4),
        ("ankle-pumps", None, 0.35),
        ("ankle-pumps", "left", 0.6),
        ("backwards-stretch", None, 0.5),
    ],
)
def test_three_tries_end_it_with_a_proposal(slug: str, side: str | None, share: float) -> None:
    player = begun(slug, side)
    player.play(tries(slug, side or "both", share=share))
    assert player.stage is Stage.DONE
    found = player.session.found
    assert isinstance(found, Proposal), found
    assert found.side == (side or "both")
    limits = load_exercise(slug).thresholds
    way = found.end_deg - found.rest_deg
    assert way == pytest.approx(share * (limits.target_deg - limits.rest_deg), rel=0.1)
    assert player.reps == [3]


def test_what_is_heard() -> None:
    player = begun()
    player.play(tries())
    words = " ".join(spoken(player, Stage.POSITIONING))
    assert "how far you can go. Heel slides, left leg. Lie on the back" in words
    working = spoken(player, Stage.WORKING)
    assert working[:2] == [
        "Begin.",
        "Slide one heel towards you as far as is comfortable, stay for a moment, and go back.",
    ]
    each = ["Stay there.", "Straighten the leg."]
    assert working[2:] == [*each, "Rest. And two more times.", *each, "Rest. And once more.", *each]
    (last,) = spoken(player, Stage.DONE)
    assert last.startswith("The range is 41 degrees, and the tries differ by less than 1 degree.")
    assert "Nothing is changed yet" in last
    assert not {"More slowly.", "Straighten the leg fully."} & set(player.said)


def test_the_page_gets_each_threshold_with_its_reason() -> None:
    player = begun()
    player.play(tries())
    found = player.view.found
    assert found is not None
    assert player.view.finding
    assert found.proposed
    assert (found.name, found.side, found.advice) == ("Heel slides", "left", "")
    assert [one.key for one in found.thresholds][:2] == ["left.rest_deg", "left.target_deg"]
    assert all(one.text.endswith(".") for one in found.thresholds)


def test_there_is_no_target_to_reach() -> None:
    gauges: list[View] = []

    def watch(view: View) -> bool:
        gauges.append(view)
        return False

    player = begun()
    player.play(tries(), until=watch)
    shown = [view.gauge for view in gauges if view.gauge is not None]
    assert shown
    assert all(gauge.zones == () for gauge in shown)
    cues = {view.cue for view in gauges if view.stage is Stage.WORKING}
    assert {
        "Slide one heel towards you",
        "As far as is comfortable",
        "Stay there",
        "Straighten the leg",
    } <= cues


def test_what_gave_nothing_is_said_and_tried_again() -> None:
    player = begun()
    player.play(tries(share=(0.9, 0.4, 0.7)))
    refused = player.session.found
    assert isinstance(refused, Refusal)
    assert refused.why is Why.TRIES_DISAGREE
    said = next(text for text in player.said if "differ too much" in text)
    assert "as far as is comfortable each time" in said
    assert "Let us try again." in said
    assert Stage.DONE not in player.stages
    player.play(tries())
    assert isinstance(player.session.found, Proposal)
    assert player.stage is Stage.DONE
    assert player.reps == [3, 3]


def test_after_three_attempts_somebody_has_to_help() -> None:
    player = begun()
    for _ in range(3):
        assert player.stage is not Stage.DONE
        player.play(tries(share=(0.9, 0.4, 0.7)))
    assert player.stage is Stage.DONE
    found = player.view.found
    assert found is not None
    assert not found.proposed
    assert "differ too much" in found.text
    assert found.advice
    assert spoken(player, Stage.DONE)[-1].startswith("The tries went to")


def test_the_same_is_proposed_from_what_is_kept() -> None:
    """The poses that a counter of the set saw, in order, are what a store keeps of it."""
    player = begun()
    shown: list[PoseTrack] = []
    see = player.session.see

    def keep(track: PoseTrack, people: int | None = None) -> list[object]:
        shown.append(track)
        return see(track, people)  # type: ignore[return-value]

    player.session.see = keep  # type: ignore[method-assign, assignment]
    player.play(tries())
    watched = player.session.progress().records[0].watched
    kept = track_of([one for one in shown if watched[0].first_s <= one.time_s[0] <= watched[-1].last_s])
    again = capture(kept, load_exercise("heel-slides"), "left")
    live = player.session.found
    assert isinstance(live, Proposal)
    assert isinstance(again, Proposal)
    assert again.tries == live.tries
    assert again.suggestions == live.suggestions


def test_the_other_leg_is_told() -> None:
    player = begun(side="right")
    player.play(tries())
    assert "The right leg, please." in player.said
    assert player.stage is Stage.WORKING


def test_stopped_before_the_tries_are_made() -> None:
    player = begun()
    player.play(tries(reps=2), until=lambda view: view.stage is Stage.WORKING and view.sets[0].reps == 1)
    player.command(Stop())
    assert player.stage is Stage.DONE
    found = player.session.found
    assert isinstance(found, Refusal)
    assert found.why is Why.TOO_FEW
    assert spoken(player, Stage.DONE)[-1].startswith("Stopped. I saw one try")


def test_skipped_before_anything_was_seen() -> None:
    player = begun()
    player.reach(Stage.POSITIONING)
    player.command(Skip())
    assert player.stage is Stage.DONE
    assert player.session.found is None
    assert player.view.found is None


def test_a_pause_between_two_tries_costs_nothing() -> None:
    player = begun()
    player.play(tries(reps=1))
    player.command(Pause())
    player.wait(5.0)
    player.command(Resume())
    player.play(tries(reps=2))
    found = player.session.found
    assert isinstance(found, Proposal), found
    assert len(found.tries) == 3


def test_a_programme_afterwards_is_counted_as_usual() -> None:
    player = begun()
    player.play(tries())
    player.start()
    assert not player.view.finding
    assert player.view.found is None
    assert player.session.found is None
    player.play(done())
    assert player.reps == [2]
    assert programme().items[0].reps == 2


@pytest.mark.parametrize(
    ("slug", "side", "reason"),
    [
        ("heel-slides", None, "which side"),
        ("heel-slides", "both", "no side 'both'"),
        ("backwards-stretch", "left", "no side 'left'"),
        ("pull-ups", None, "unknown exercise"),
    ],
)
def test_what_cannot_be_found_is_refused(slug: str, side: str | None, reason: str) -> None:
    player = Player()
    with pytest.raises(ReposeError, match=reason):
        begun(slug, side)
    assert player.stage is Stage.IDLE


def test_moving_before_the_begin_starts_the_rest_anew() -> None:
    player = begun()
    player.reach(Stage.COUNTDOWN)
    film = tries(reps=1)
    player.move(shifted(film, 0.0))
    assert "Keep still until I say begin." in player.said
    player.play(tries())
    found = player.session.found
    assert isinstance(found, Proposal)
    assert len(found.tries) == 3


def test_nobody_there_ends_it() -> None:
    player = begun()
    player.reach(Stage.WORKING)
    still = resting()
    assert np.isfinite(still.points).all()
    player.wait(700.0)
    assert player.stage is Stage.DONE
