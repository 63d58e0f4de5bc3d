"""The flow of a programme: its stages, what is said, and what counts."""

from dataclasses import replace

import numpy as np
import pytest

from repose.coaching.commands import Pause, Resume, Skip, Start, Stop
from repose.coaching.messages import Check, Say, Stage, Tone, Urgency, View
from repose.coaching.placement import Placement
from repose.coaching.programme import Item
from repose.coaching.session import Session
from repose.counting.counter import Counter, count
from repose.counting.result import Phase, Side
from repose.errors import ReposeError
from repose.exercises import Exercise, load_exercise
from repose.pose.landmarks import PoseTrack
from repose.sessions.recording import load_recording
from tests.coaching.play import (
    ENDED,
    GONE,
    RATE,
    SLOW,
    Player,
    done,
    item,
    programme,
    reached,
    resting,
)
from tests.counting.update_golden import GOLDEN
from tests.puppet import Doing, perform
from tests.puppet.damage import joined, picked

LEFT = item(sides=("left",))


def working(*items: Item, slug: str = "heel-slides") -> Player:
    """A player at the begin of the first set."""
    return reached(Stage.WORKING, *(items or (LEFT,)), slug=slug)


# The whole of it.


def test_a_programme_from_left_to_right_to_the_next_exercise() -> None:
    player = Player()
    player.start(item(), item("backwards-stretch", hold_s=1))
    player.play(done(side="left"), until=lambda view: view.current == 1)
    player.play(done(side="right"), until=lambda view: view.current == 2)
    player.play(done("backwards-stretch", "both", hold_s=2.0))
    assert player.stage is Stage.DONE
    assert player.reps == [2, 2, 2]
    assert [rep.side for rep in player.counted] == ["left", "left", "right", "right", "both", "both"]
    assert all(rep.reason is None for rep in player.counted)
    first = [Stage.POSITIONING, Stage.COUNTDOWN, Stage.WORKING, Stage.RESTING]
    assert player.stages == [
        Stage.IDLE, Stage.WELCOME, Stage.PLACING, *first, *first,
        Stage.PLACING, *first[:3], Stage.DONE,
    ]  # fmt: skip
    assert not any(one.skipped for one in player.view.sets)
    assert player.said[-1] == ("All done. Heel slides: 2 left, 2 right. Backwards stretch: 2. Well done.")


def test_what_is_heard_in_order() -> None:
    player = Player()
    player.start(item())
    player.play(done(side="left"), until=lambda view: view.current == 1)
    assert player.heard == [
        "Repose counts the exercises that your clinician prescribed. It is no medical device.",
        "Stop if it hurts.",
        "Good, I can see you.",
        "Heel slides, left leg. Two times. Lie on the back, legs straight.",
        "~tick", "Three.", "~tick", "Two.", "~tick", "One.",
        "~begin", "Begin.", "Slide one heel towards you.",
        "~rep", "One.",
        "~rep", "~set_done", "Two. Set done. Rest 4 seconds. Then the right leg.",
        "Heel slides, right leg. Two times. Lie on the back, legs straight.",
    ]  # fmt: skip


def test_outputs_come_in_order_of_time() -> None:
    player = Player()
    player.start(LEFT)
    player.play(done())
    times = [output.time_s for output, _ in player.outputs]
    assert times == sorted(times)
    assert times[-1] <= player.time_s


def test_the_use_is_said_before_the_first_session_only() -> None:
    player = Player()
    player.start(LEFT)
    player.command(Stop())
    player.forget()
    player.start(LEFT)
    player.reach(Stage.PLACING)
    assert player.said == ["Stop if it hurts."]


def test_a_pause_between_utterances_long_enough_to_say_them() -> None:
    player = Player()
    player.start(item())
    player.play(done(side="left"), until=lambda view: view.current == 1)
    flow = [out for out, _ in player.outputs if isinstance(out, Say) and out.urgency is Urgency.FLOW]
    countdown = next(out for out in flow if out.text == "Three.")
    before = [out for out in flow if out.time_s < countdown.time_s]
    words = sum(len(out.text.split()) for out in before)
    assert countdown.time_s >= words / 2.5


def test_the_same_input_gives_the_same_output() -> None:
    def run() -> tuple[object, View]:
        player = Player()
        player.start(LEFT)
        player.play(done())
        return player.outputs, player.view

    assert run() == run()


def _all_at_once(track: PoseTrack, chunk: int) -> tuple[list[object], View]:
    session = Session()
    session.command(Start(programme=programme()), 0.0)
    session.pass_time(8.0)
    outputs: list[object] = []
    for k in range(0, len(track.time_s), chunk):
        part = picked(track, slice(k, k + chunk))
        outputs += session.see(replace(part, time_s=part.time_s + 8.0), 1)
    return outputs, session.view()


def test_the_size_of_the_chunks_does_not_matter() -> None:
    track = joined(*[resting()] * 17, done())
    alone, view = _all_at_once(track, 1)
    assert view.stage is Stage.DONE
    assert view.sets[0].reps == 2
    assert _all_at_once(track, 7) == (alone, view)
    assert _all_at_once(track, len(track.time_s)) == (alone, view)


@pytest.mark.parametrize("slug", ["heel-slides", "ankle-pumps", "backwards-stretch"])
def test_what_counts_is_what_a_counter_counts(slug: str) -> None:
    sides = ("left",) if slug == "heel-slides" else ()
    side = "left" if slug == "heel-slides" else "both"
    asked = item(slug, sides=sides, reps=5)
    film = done(slug, side, reps=4, share=(1.0, 0.3, 1.0, 1.0), ghost=0.2)
    player = working(asked, slug=slug)
    counter = Counter(load_exercise(slug), film.frame_size, side)  # type: ignore[arg-type]
    before = picked(resting(slug), slice(0, 1))
    for k in range(20):
        counter.push(replace(before, time_s=np.array([player.time_s - 1.9 + k / 10])))
    for k in range(len(film.time_s)):
        player.show(film, k)
        counter.push(replace(picked(film, slice(k, k + 1)), time_s=np.array([player.time_s])))
    assert [rep.reason for rep in player.counted].count(None) == 3
    assert [rep for rep in player.counted if rep.reason is None] == list(counter.result().reps)
    assert player.view.sets[0].partials == len(counter.result().partials)


# Nothing counts before the begin.


def test_moving_before_the_begin_counts_nothing() -> None:
    moving = done(reps=4, settle_s=0.5)
    player = reached(Stage.PLACING, LEFT)
    player.move(moving)
    player.move(moving)
    assert player.stage is Stage.POSITIONING
    assert player.reps == [0]
    assert player.counted == []
    player.reach(Stage.WORKING)
    assert player.reps == [0]


def test_moving_in_the_countdown_goes_back_to_the_start_position() -> None:
    player = reached(Stage.COUNTDOWN, LEFT)
    player.forget()
    player.move(done(reps=1))
    assert "Keep still until I say begin." in player.said
    assert "Begin." not in player.said
    player.reach(Stage.WORKING)
    assert player.counted == []
    player.play(done())
    assert player.reps == [2]


def test_a_rep_that_went_by_before_the_begin_is_not_counted_after_it() -> None:
    player = reached(Stage.POSITIONING, LEFT)
    player.move(done(reps=1))
    assert player.stage is Stage.POSITIONING
    player.reach(Stage.WORKING)
    player.keep(resting(), 3, 0)
    assert player.counted == []


def test_the_start_position_is_held_and_reminded_of() -> None:
    player = reached(Stage.POSITIONING, LEFT)
    bent = done("knee-to-chest")
    player.keep(bent, 40, 0)
    assert player.stage is Stage.POSITIONING
    assert player.said.count("Lie on the back, legs straight.") >= 2
    assert player.view.cue == "Lie on the back, legs straight"
    player.reach(Stage.WORKING)


def test_nobody_in_the_start_position_leads_back_to_placing() -> None:
    player = reached(Stage.POSITIONING, LEFT)
    player.vanish(3)
    assert player.stage is Stage.PLACING
    assert player.said[-1] == "Come into the picture, with your whole body, from the side."


# Placement.


class Complaining(Placement):
    """Complains about what the test says, and about nothing else."""

    now: Check | None = None

    def complaint(self) -> Check | None:
        return Complaining.now

    @property
    def good(self) -> bool:
        return Complaining.now is None


def test_placement_advice_is_repeated_but_not_nagging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repose.coaching.flow.Placement", Complaining)
    far = Check("distance", False, "Right distance", "Come nearer.")
    dark = Check("light", False, "Enough light", "Switch on a light.")
    monkeypatch.setattr(Complaining, "now", far)
    player = reached(Stage.PLACING, LEFT)
    player.keep(resting(), 14)
    assert len(player.times("Come nearer.")) == 3
    assert min(np.diff(player.times("Come nearer."))) >= 6
    assert (player.view.advice, player.view.cue) == ("Come nearer.", "Come nearer")
    monkeypatch.setattr(Complaining, "now", dark)
    player.keep(resting(), 2)
    assert len(player.times("Switch on a light.")) == 1
    assert not player.session.holds_video
    monkeypatch.setattr(Complaining, "now", None)
    player.keep(resting(), 0.5)
    assert player.session.holds_video
    assert player.stage is Stage.PLACING
    player.keep(resting(), 1)
    assert player.stage is Stage.POSITIONING
    assert "Good, I can see you." in player.said


def test_people_are_wanted_and_checks_shown_while_placing() -> None:
    player = Player()
    assert not player.session.wants_people
    player.start(LEFT)
    player.reach(Stage.PLACING)
    player.keep(resting(), 1)
    assert player.session.wants_people
    assert len(player.view.checks) == 7
    assert all(check.ok for check in player.view.checks)
    player.reach(Stage.POSITIONING)
    assert not player.session.wants_people
    assert player.view.checks == ()


# Rests.


def test_ten_seconds_before_the_end_of_a_rest() -> None:
    player = working(item(rest_s=30))
    player.play(done(), until=lambda view: view.stage is Stage.RESTING)
    began_s = player.time_s
    assert player.view.left_s == pytest.approx(30, abs=0.1)
    assert (player.view.cue, player.view.next) == ("Rest", "then the right leg")
    assert player.session.holds_video
    player.wait(31)
    (said_s,) = player.times("Ten seconds.")
    assert said_s == pytest.approx(began_s + 20, abs=0.6)
    assert player.view.stage is Stage.POSITIONING
    assert player.view.current == 1


def test_no_rest_goes_on_at_once() -> None:
    player = working(item(rest_s=0))
    player.play(done(), until=lambda view: view.current == 1)
    assert "Two. Set done. Then the right leg." in player.said
    assert player.stages[-1] is Stage.POSITIONING


def test_sets_are_numbered() -> None:
    player = working(item(sides=("left",), sets=2))
    player.play(done(), until=lambda view: view.current == 1)
    assert "Heel slides, left leg, set 1 of 2. Two times. Lie on the back, legs straight." in player.said
    assert "Two. Set done. Rest 4 seconds. Then set 2 of 2." in player.said
    assert player.said[-1] == "Heel slides, left leg, set 2 of 2. Two times."


# The view is lost.


def test_a_person_who_leaves_and_comes_back() -> None:
    player = working(item(sides=("left",), reps=3))
    film = done(reps=1)
    player.play(film)
    assert player.reps == [1]
    player.forget()
    player.vanish(6)
    assert player.said == ["I cannot see you. Come into the picture, with your whole body, from the side."]
    assert player.tones == ["trouble"]
    view = player.view
    assert view.stage is Stage.WORKING
    assert (view.paused, view.can_resume) == ("I cannot see you.", False)
    assert view.advice == "Come into the picture, with your whole body, from the side."
    assert not player.session.holds_video
    player.vanish(14)
    assert len(player.said) == 2
    player.keep(resting(), 3, 0)
    assert player.said[-1] == "Welcome back. One done, go on."
    assert player.view.paused is None
    player.play(done(reps=2))
    assert player.stage is Stage.DONE
    assert player.reps == [3]
    assert player.view.sets[0].not_measured_s == pytest.approx(20, abs=1)


def test_a_short_dropout_is_no_pause() -> None:
    player = working()
    player.vanish(2.5)
    player.keep(resting(), 3, 0)
    assert not any("Welcome back" in text for text in player.said)
    assert player.view.paused is None


def test_somebody_who_sits_up_has_left_the_position() -> None:
    player = working()
    player.forget()
    standing = done("backwards-stretch", "both")
    player.keep(standing, 5, 0)
    assert player.view.paused == "You left the start position."
    assert player.said == ["You left the start position. Lie on the back, legs straight."]
    player.keep(resting(), 4, 0)
    assert player.said[-1] == "Welcome back. Go on."


def test_a_closed_lid_is_a_pause() -> None:
    player = working(item(sides=("left",), reps=3))
    player.play(done(reps=1))
    player.time_s += 3 * 3600
    player.forget()
    player.keep(resting(), 0.5, 0)
    assert player.stage is Stage.WORKING
    assert player.view.paused == "The picture was away for a while."
    player.keep(resting(), 3, 0)
    assert player.said == ["Welcome back. One done, go on."]
    player.play(done(reps=2))
    assert player.reps == [3]


@pytest.mark.parametrize(
    "stage", [Stage.WELCOME, Stage.PLACING, Stage.POSITIONING, Stage.COUNTDOWN, Stage.RESTING]
)
def test_a_closed_lid_ends_nothing_in_any_stage(stage: Stage) -> None:
    player = Player()
    player.start(item())
    if stage is Stage.RESTING:
        player.reach(Stage.WORKING)
        player.play(done(), until=lambda view: view.stage is stage)
    else:
        player.reach(stage)
    player.time_s += 3 * 3600
    player.keep(resting(), 0.5, 0)
    assert player.view.stage not in (Stage.DONE, Stage.IDLE)
    player.reach(Stage.WORKING)


def test_a_smaller_picture_of_the_same_shape_changes_nothing() -> None:
    player = working(item(sides=("left",), reps=3))
    track = done(reps=1)
    half = len(track.time_s) // 2
    player.play(picked(track, slice(0, half)))
    player.play(replace(picked(track, slice(half, None)), frame_size=(320, 240)))
    assert player.reps == [1]


# Trouble with the camera.


def test_trouble_is_said_at_once_and_counting_goes_on_after_it() -> None:
    player = working(item(sides=("left",), reps=3))
    player.play(done(reps=1))
    player.forget()
    player.trouble(GONE)
    assert [(type(output), output.time_s) for output, _ in player.outputs] == [
        (Tone, player.time_s), (Say, player.time_s),
    ]  # fmt: skip
    assert player.heard == ["~trouble", GONE.text]
    assert player.outputs[1][0].urgency is Urgency.TROUBLE  # type: ignore[union-attr]
    assert player.view.paused == GONE.text
    assert player.view.cue == GONE.text.rstrip(".")
    assert not player.view.can_resume
    player.trouble(GONE)
    player.wait(20)
    assert player.heard == ["~trouble", GONE.text]
    player.trouble(None)
    assert player.said[-1] == "The camera is back."
    player.keep(resting(), 3, 0)
    assert player.said[-1] == "Welcome back. One done, go on."
    player.play(done(reps=2))
    assert player.reps == [3]
    assert player.view.sets[0].not_measured_s >= 20


def test_trouble_that_lasts_is_repeated() -> None:
    player = working()
    player.trouble(GONE)
    player.wait(65)
    assert player.said.count(GONE.text) == 3


def test_a_slow_camera_is_told_once_and_counting_goes_on() -> None:
    player = working(item(sides=("left",), reps=3))
    player.trouble(SLOW)
    player.play(done(reps=1))
    player.trouble(None)
    player.trouble(SLOW)
    player.trouble(None)
    assert player.said.count(SLOW.text) == 1
    assert "The camera is back." not in player.said
    assert player.reps == [1]


def test_poses_during_trouble_count_nothing() -> None:
    player = working()
    player.trouble(GONE)
    player.play(done())
    assert player.counted == []


def _just_back(reps: int) -> PoseTrack:
    """A film that ends when the last rep does."""
    performance = perform(Doing("heel-slides", "left", reps=reps, tempo_s=2.4, settle_s=1.2))
    track = performance.film(RATE)
    return picked(track, track.time_s <= performance.reps[-1].end_s - 0.2)


def test_the_end_of_a_video_counts_its_last_rep() -> None:
    player = working(item(sides=("left",), reps=3))
    player.play(_just_back(2))
    before = len(player.counted)
    player.trouble(ENDED)
    assert before == 1
    assert player.reps == [2]
    assert player.stage is Stage.DONE
    assert player.said[-1] == "The video has ended. Heel slides: 2 of 3 left."
    assert player.view.sets[0].skipped
    assert player.tones[-1] == "session_done"


def test_the_last_rep_of_a_video_completes_the_programme() -> None:
    player = working()
    player.play(_just_back(2))
    player.trouble(ENDED)
    assert player.said[-1] == "All done. Heel slides: 2 left. Well done."


def test_a_start_while_there_is_trouble_waits_for_its_end() -> None:
    player = Player()
    player.trouble(GONE)
    player.start(LEFT)
    player.wait(20)
    assert player.stage is Stage.WELCOME
    assert player.view.paused == GONE.text
    player.trouble(None)
    player.reach(Stage.WORKING)


# Commands.


def test_nothing_counts_in_a_pause_and_the_position_is_held_again_after_it() -> None:
    player = working(item(sides=("left",), reps=3))
    player.play(done(reps=1))
    player.command(Pause())
    assert (player.view.paused, player.view.can_resume) == ("Paused.", True)
    assert player.session.holds_video
    player.move(done())
    assert player.reps == [1]
    player.forget()
    player.command(Resume())
    assert player.stage is Stage.POSITIONING
    assert player.said == ["Heel slides, left leg. Two more. Lie on the back, legs straight."]
    player.reach(Stage.WORKING)
    player.play(done(reps=2))
    assert player.view.stage is Stage.DONE
    assert player.reps == [3]


def test_a_rest_waits_while_paused() -> None:
    player = working(item(rest_s=10))
    player.play(done(), until=lambda view: view.stage is Stage.RESTING)
    player.wait(3)
    player.command(Pause())
    player.wait(60)
    assert player.stage is Stage.RESTING
    assert player.view.left_s == pytest.approx(7)
    player.command(Resume())
    assert player.view.left_s == pytest.approx(7)
    player.wait(6)
    assert player.stage is Stage.RESTING
    player.wait(2)
    assert player.view.stage is Stage.POSITIONING


def test_a_skipped_rest_leads_to_the_next_set_at_once() -> None:
    player = working(item(rest_s=60))
    player.play(done(), until=lambda view: view.stage is Stage.RESTING)
    player.command(Skip())
    assert player.stage is Stage.POSITIONING
    assert player.view.current == 1
    assert [one.skipped for one in player.view.sets] == [False, False]


def test_a_skipped_set_is_marked() -> None:
    player = working(item())
    player.play(done(reps=1))
    player.command(Skip())
    assert (player.stage, player.view.current) == (Stage.POSITIONING, 1)
    assert [(one.reps, one.skipped) for one in player.view.sets] == [(1, True), (0, False)]
    player.command(Skip())
    assert player.stage is Stage.DONE
    assert [one.skipped for one in player.view.sets] == [True, True]
    assert player.said[-1] == "All done. Heel slides: 1 of 2 left, 0 of 2 right."


def test_stop_gives_the_summary_of_what_was_done() -> None:
    player = working(item(sides=("left",), reps=3))
    player.play(done(reps=1))
    player.command(Stop())
    assert player.stage is Stage.DONE
    assert player.said[-1] == "Stopped. Heel slides: 1 of 3 left."
    assert player.view.current is None


@pytest.mark.parametrize("stage", [Stage.WELCOME, Stage.PLACING, Stage.POSITIONING, Stage.COUNTDOWN])
def test_stop_before_the_first_begin_leads_back_to_the_choice(stage: Stage) -> None:
    player = reached(stage, LEFT)
    player.command(Stop())
    assert player.stage is Stage.IDLE
    assert player.view.sets == ()


@pytest.mark.parametrize(
    "stage",
    [Stage.WELCOME, Stage.PLACING, Stage.POSITIONING, Stage.COUNTDOWN, Stage.WORKING],
)
def test_every_stage_can_be_paused_and_taken_up_again(stage: Stage) -> None:
    player = reached(stage, LEFT)
    player.command(Pause())
    player.command(Pause())
    player.wait(30)
    assert player.stage is stage
    assert player.view.paused == "Paused."
    player.command(Resume())
    assert player.view.paused is None
    player.reach(Stage.WORKING)
    player.play(done())
    assert player.reps == [2]


def test_commands_that_make_no_sense_are_ignored() -> None:
    player = Player()
    for command in (Pause(), Resume(), Skip(), Stop()):
        assert player.command(command) == []
    assert player.view == View()
    player.start(LEFT)
    player.command(Skip())
    assert player.stage is Stage.WELCOME


def test_a_new_start_ends_the_session_under_way() -> None:
    player = working()
    player.command(Pause())
    player.start(item("backwards-stretch"))
    assert player.stage is Stage.WELCOME
    assert player.view.paused is None
    assert [one.exercise for one in player.view.sets] == ["backwards-stretch"]


def test_an_exercise_that_cannot_be_loaded_changes_nothing() -> None:
    def broken(slug: str) -> Exercise:
        raise ReposeError("calibration: no such file")

    player = Player(Session(broken))
    with pytest.raises(ReposeError):
        player.start(LEFT)
    assert player.stage is Stage.IDLE


# Nobody there.


@pytest.mark.parametrize("why", ["asked", "gone", "lost"])
def test_a_pause_of_more_than_ten_minutes_ends_the_session(why: str) -> None:
    player = working()
    if why == "asked":
        player.command(Pause())
    elif why == "gone":
        player.trouble(GONE)
    else:
        player.vanish(4)
    player.wait(595)
    assert player.stage is Stage.WORKING
    player.wait(10)
    assert player.view.stage is Stage.DONE
    assert player.view.paused is None
    assert "Nothing was counted." in player.said[-1]


def test_a_camera_that_is_never_placed_ends_the_session() -> None:
    player = reached(Stage.PLACING, LEFT)
    player.wait(620)
    assert player.stage is Stage.DONE


# The page.


def test_the_view_through_a_set() -> None:
    player = Player()
    assert player.view == View()
    assert player.session.holds_video
    player.start(item("knee-to-chest", sides=("left",), hold_s=3))
    assert player.view.next == "then the camera is placed"
    player.reach(Stage.PLACING, "knee-to-chest")
    assert player.view.next == "then the single knee to chest, left leg"
    player.reach(Stage.POSITIONING, "knee-to-chest")
    player.keep(resting("knee-to-chest"), 2)
    view = player.view
    assert (view.cue, view.next) == ("Stay like this", "then 2 reps")
    assert view.position == "Lie on the back, both knees bent, feet flat."
    assert (view.joint, view.current, view.phase) == ("hip", 0, Phase.REST)
    assert player.session.holds_video
    player.reach(Stage.COUNTDOWN, "knee-to-chest")
    assert (player.view.cue, player.view.left_s) == ("Get ready", 3.0)
    player.reach(Stage.WORKING, "knee-to-chest")
    assert not player.session.holds_video
    assert player.view.next == "then 1 more"
    film = done("knee-to-chest", "left", hold_s=4.0)
    player.play(film, until=lambda view: view.phase is Phase.HOLDING)
    view = player.view
    assert view.gauge is not None
    (zone,) = view.gauge.zones
    assert view.gauge.low < 0 < zone[0] < zone[1] < view.gauge.high
    assert view.gauge.value == pytest.approx(1, abs=0.2)
    assert view.gauge.angle_deg == pytest.approx(112, abs=10)
    assert view.working_side == "left"
    player.play(picked(film, slice(60, None)), until=lambda view: view.hold is not None and view.hold.running)
    hold = player.view.hold
    assert hold is not None
    assert (hold.target_s, hold.running) == (3.0, True)
    assert player.view.seen == pytest.approx(0.95, abs=0.02)
    player.vanish(5)
    assert player.view.seen < 0.05


def test_a_gauge_with_two_ends_has_two_zones() -> None:
    player = working(item("ankle-pumps", rest_s=0), slug="ankle-pumps")
    gauge = player.view.gauge
    assert gauge is not None
    above, below = gauge.zones
    assert gauge.low < below[0] < below[1] < 0 < above[0] < above[1] < gauge.high


def test_no_pictures_are_not_good_pictures() -> None:
    player = working()
    assert player.view.seen > 0.9
    player.wait(2)
    assert player.view.seen == 0
    assert player.view.phase is Phase.NOT_MEASURED
    player.wait(3)
    assert player.view.paused == "No picture comes from the camera."


def test_poses_that_are_not_later_are_left_out() -> None:
    player = working()
    assert player.session.see(resting()) == []
    assert RATE * player.view.time_s == pytest.approx(RATE * player.time_s)


@pytest.mark.parametrize(
    ("slug", "side"),
    [
        ("ankle-pumps", "both"),
        ("heel-slides", "right"),
        ("knee-to-chest", "left"),
        ("backwards-stretch", "both"),
    ],
)
def test_a_sample_counts_live_as_it_counts_at_once(slug: str, side: Side) -> None:
    track = load_recording(GOLDEN / f"{slug}.parquet")
    at_once = count(track, load_exercise(slug), side)
    player = Player()
    player.start(item(slug, sides=(side,), reps=20))
    assert player.play(track) == len(track.time_s)
    player.trouble(ENDED)
    assert player.reps == [len(at_once.reps)]
    assert [rep.reason for rep in player.counted if rep.reason] == [rep.reason for rep in at_once.partials]
    assert [rep.hold_s for rep in player.counted if rep.reason is None] == pytest.approx(
        [rep.hold_s for rep in at_once.reps], abs=0.1
    )
