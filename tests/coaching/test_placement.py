"""The placement checks, on a puppet whose place, size and direction are known."""

from dataclasses import replace

import numpy as np
import pytest

from repose.coaching.messages import Check
from repose.coaching.placement import Placement
from repose.counting.counter import Counter
from repose.counting.result import Phase
from repose.exercises import load_exercise
from repose.pose.landmarks import LANDMARKS, VISIBILITY, PoseTrack, X, Y
from tests.puppet import Curve, Puppet, Scene, still
from tests.puppet.body import both
from tests.puppet.damage import joined, lost, mirrored, picked
from tests.puppet.movement import Keyed

SUPINE = ("ankle-pumps", "heel-slides", "knee-to-chest")
STANDING = "backwards-stretch"
NAMES = ("light", "body", "alone", "framed", "distance", "side_view", "level")

LYING = Puppet()
CROOK = Puppet(knee=both(100), hip=both(50))
UPRIGHT = Puppet(posture="standing")

FEET = [
    LANDMARKS.index(f"{side}_{joint}")
    for side in ("left", "right")
    for joint in ("ankle", "heel", "foot_index")
]


def film(puppet: Puppet, scene: Scene | None = None, seconds: float = 3.0, rate: float = 15.0) -> PoseTrack:
    return (scene or Scene()).film(puppet, np.arange(0, seconds, 1 / rate))


def placed(track: PoseTrack, slug: str = "heel-slides", people: int | None = None) -> Placement:
    placement = Placement(load_exercise(slug), track.frame_size)
    placement.see(track, people)
    return placement


def check(placement: Placement, name: str) -> Check:
    return next(one for one in placement.checks() if one.name == name)


def advice(placement: Placement, name: str) -> str:
    """The advice of the one check that fails."""
    complaint = placement.complaint()
    assert complaint is not None
    assert [one.name for one in placement.checks() if one.ok is False] == [name]
    assert complaint.name == name
    assert not placement.good
    return complaint.advice


# What is well placed.


@pytest.mark.parametrize("slug", SUPINE)
@pytest.mark.parametrize("puppet", [LYING, CROOK], ids=["straight", "crook"])
@pytest.mark.parametrize("facing", ["left", "right"])
def test_a_lying_person_at_the_side_is_well_placed(slug: str, puppet: Puppet, facing: str) -> None:
    placement = placed(film(puppet, Scene(facing="left" if facing == "left" else "right")), slug, people=1)
    assert placement.good
    assert placement.complaint() is None
    assert [(one.name, one.ok, one.advice) for one in placement.checks()] == [
        (name, True, "") for name in NAMES
    ]


def test_a_standing_person_at_the_side_is_well_placed() -> None:
    placement = placed(film(UPRIGHT, Scene(px_per_m=210)), STANDING, people=1)
    assert placement.good
    assert [one.ok for one in placement.checks()] == [True] * 7


@pytest.mark.parametrize("rate", [5.0, 15.0, 30.0, 60.0])
def test_good_takes_a_second_and_a_half_at_any_rate(rate: float) -> None:
    track = film(LYING, rate=rate)
    placement = Placement(load_exercise("heel-slides"), track.frame_size)
    good_s = []
    for index in range(len(track.time_s)):
        placement.see(picked(track, slice(index, index + 1)))
        if placement.good:
            good_s.append(float(track.time_s[index]))
    assert 1.3 < good_s[0] < 2.0
    assert len(good_s) == int((track.time_s >= good_s[0]).sum())


def test_poses_one_by_one_or_all_at_once() -> None:
    track = joined(film(LYING, seconds=1.5), film(LYING, Scene(roll_deg=25), seconds=1.5))
    at_once = placed(track)
    one_by_one = Placement(load_exercise("heel-slides"), track.frame_size)
    for index in range(len(track.time_s)):
        one_by_one.see(picked(track, slice(index, index + 1)))
    assert one_by_one.checks() == at_once.checks()
    assert one_by_one.complaint() == at_once.complaint()
    assert one_by_one.good == at_once.good


# Nobody, and the dark.


def test_nothing_seen_yet_tells_nothing() -> None:
    placement = Placement(load_exercise("heel-slides"), (640, 480))
    assert [one.name for one in placement.checks()] == list(NAMES)
    assert {one.ok for one in placement.checks()} == {None}
    assert placement.complaint() is None
    assert not placement.good


def test_nobody_in_the_light() -> None:
    placement = placed(lost(film(LYING), 0, 99))
    assert advice(placement, "body").startswith("I can't see you. Put the camera at your side, two metres")
    assert [one.ok for one in placement.checks()] == [True, False, None, None, None, None, None]


def test_nobody_standing_is_told_how_to_stand() -> None:
    placement = placed(lost(film(UPRIGHT), 0, 99), STANDING)
    assert "Stand sideways" in advice(placement, "body")


def test_nobody_in_the_dark_is_put_down_to_the_dark() -> None:
    placement = placed(lost(film(LYING), 0, 99, light=0.05))
    complaint = placement.complaint()
    assert complaint is not None
    assert complaint.advice == "It is too dark. Switch on a light in front of you."
    assert not placement.good


def test_who_is_found_in_the_dark_may_begin() -> None:
    placement = placed(film(LYING, Scene(light=0.05)))
    assert check(placement, "light").ok
    assert placement.good


# Parts outside the picture.


@pytest.mark.parametrize(("facing", "x"), [("left", 0.92), ("right", 0.08)])
def test_feet_outside(facing: str, x: float) -> None:
    scene = Scene(
        facing="left" if facing == "left" else "right", centre=(x - 0.12 if x > 0.5 else x + 0.12, 0.55)
    )
    text = advice(placed(film(LYING, scene)), "framed")
    assert text == "I can't see your feet. Turn the camera towards your feet, or move it further back."


def test_legs_outside() -> None:
    text = advice(placed(film(LYING, Scene(centre=(0.95, 0.55)))), "framed")
    assert text.startswith("I can't see your legs. Turn the camera towards your feet")


def test_head_outside() -> None:
    text = advice(placed(film(LYING, Scene(centre=(0.18, 0.55)))), "framed")
    assert text == "I can't see your head. Turn the camera towards your head, or move it further back."


def test_both_ends_outside() -> None:
    complaint = placed(film(LYING, Scene(px_per_m=430, centre=(0.46, 0.55)))).complaint()
    assert complaint is not None
    assert complaint.advice == "I can't see your head and your feet. Move the camera further back."


def test_a_lying_body_below_the_picture() -> None:
    text = advice(placed(film(LYING, Scene(centre=(0.5, 0.99)))), "framed")
    assert "Tilt the camera down" in text


def test_feet_of_a_standing_person_outside() -> None:
    text = advice(placed(film(UPRIGHT, Scene(centre=(0.5, 0.68))), STANDING), "framed")
    assert text == "I can't see your feet. Tilt the camera down, or move it further back."


def test_head_of_a_standing_person_outside() -> None:
    text = advice(placed(film(UPRIGHT, Scene(centre=(0.5, 0.3))), STANDING), "framed")
    assert text == "I can't see your head. Tilt the camera up, or move it further back."


def test_a_standing_person_at_the_edge() -> None:
    text = advice(placed(film(UPRIGHT, Scene(centre=(0.03, 0.55))), STANDING), "framed")
    assert text.endswith("Step to the middle of the picture, or move the camera further back.")


def test_a_standing_person_too_large_for_the_picture() -> None:
    text = advice(placed(film(UPRIGHT, Scene(px_per_m=270, centre=(0.5, 0.65))), STANDING), "framed")
    assert text == "I can't see your feet. Move the camera further back."


def test_an_arm_outside_does_not_matter() -> None:
    track = film(LYING)
    track.points[:, [LANDMARKS.index("left_wrist"), LANDMARKS.index("left_elbow")], Y] = 1.2
    assert placed(track).good


def test_feet_that_are_only_guessed() -> None:
    track = film(LYING)
    track.points[:, FEET, VISIBILITY] = 0.4
    text = advice(placed(track), "framed")
    assert (
        text == "I can't see your feet. Your whole body must be in the picture, with nothing in front of it."
    )


def test_one_hidden_foot_does_not_matter() -> None:
    track = film(LYING)
    track.points[:, FEET[:3], VISIBILITY] = 0.1
    assert placed(track).good


def test_somebody_close_by_who_has_yet_to_lie_down() -> None:
    text = advice(placed(film(UPRIGHT, Scene(px_per_m=230, centre=(0.5, 0.3)))), "framed")
    assert text == "I can't see all of you. Get into position: on the back, legs straight."


# Distance.


def test_too_far() -> None:
    text = advice(placed(film(LYING, Scene(px_per_m=60))), "distance")
    assert text == "You are too far away. Move the camera closer to you."


def test_too_close_for_standing_up() -> None:
    sitting = Puppet(posture="standing", hip=both(90), knee=both(90))
    placement = placed(film(sitting, Scene(px_per_m=330, centre=(0.5, 0.6))), STANDING)
    assert advice(placement, "distance") == "You are too close. Move the camera further back."


# Direction.


@pytest.mark.parametrize("slug", SUPINE)
@pytest.mark.parametrize("towards", [-75, -62, -55, -40, 0, 20, 28, 40, 55, 62, 75])
def test_the_view_is_refused_where_counting_refuses_it(slug: str, towards: float) -> None:
    exercise = load_exercise(slug)
    limits = exercise.thresholds
    scene = Scene(towards_deg=towards)
    placement = placed(film(LYING, scene), slug)
    fits = -limits.head_end_deg <= towards <= limits.feet_end_deg
    assert check(placement, "side_view").ok is fits
    counter = Counter(exercise, scene.frame_size)
    counter.push(film(CROOK if slug == "knee-to-chest" else LYING, scene))
    assert (counter.status().phase is not Phase.NOT_MEASURED) is fits


@pytest.mark.parametrize(("towards", "there", "back"), [(65, "feet", "head"), (-65, "head", "feet")])
def test_the_end_at_which_the_camera_stands_is_named(towards: float, there: str, back: str) -> None:
    text = advice(placed(film(LYING, Scene(towards_deg=towards, px_per_m=240))), "side_view")
    assert f"too far towards your {there}. Move it towards your {back}" in text


@pytest.mark.parametrize(("towards", "fits"), [(0, True), (45, True), (55, True), (65, False), (90, False)])
def test_a_standing_person_must_stand_sideways(towards: float, fits: bool) -> None:
    placement = placed(film(UPRIGHT, Scene(towards_deg=towards)), STANDING)
    assert check(placement, "side_view").ok is fits
    if not fits:
        assert advice(placement, "side_view").startswith("Turn sideways")


def test_a_view_that_was_refused_must_be_clearly_better() -> None:
    def seen_from(towards: float) -> PoseTrack:
        return film(LYING, Scene(towards_deg=towards), seconds=2)

    placement = placed(joined(seen_from(27), seen_from(22)), "ankle-pumps")
    assert check(placement, "side_view").ok is False
    placement = placed(joined(seen_from(27), seen_from(18)), "ankle-pumps")
    assert check(placement, "side_view").ok
    assert check(placed(seen_from(22), "ankle-pumps"), "side_view").ok


@pytest.mark.parametrize("slug", SUPINE)
def test_who_still_stands_cannot_be_told_about_the_view(slug: str) -> None:
    placement = placed(film(UPRIGHT, Scene(towards_deg=90)), slug)
    assert check(placement, "side_view").ok is None
    assert placement.good


def test_who_still_sits_cannot_be_told_about_the_view() -> None:
    sitting = Puppet(posture="standing", hip=both(90), knee=both(20))
    placement = placed(film(sitting), "heel-slides")
    assert check(placement, "side_view").ok is None
    assert check(placement, "level").ok is None
    assert placement.good


def test_who_still_lies_cannot_be_told_how_to_stand() -> None:
    assert check(placed(film(LYING), STANDING), "side_view").ok is None


# Level.


@pytest.mark.parametrize("roll", [-25, -20, 20, 25])
@pytest.mark.parametrize("puppet", [LYING, CROOK, UPRIGHT], ids=["straight", "crook", "standing"])
def test_a_tilted_camera(roll: float, puppet: Puppet) -> None:
    slug = STANDING if puppet is UPRIGHT else "knee-to-chest"
    track = film(puppet, Scene(roll_deg=roll))
    for seen in (track, mirrored(track)):
        assert advice(placed(seen, slug), "level") == "The camera is tilted. Put it level."


@pytest.mark.parametrize("roll", [-10, -5, 5, 10])
def test_a_camera_nearly_level_will_do(roll: float) -> None:
    assert placed(film(LYING, Scene(roll_deg=roll))).good
    assert placed(film(UPRIGHT, Scene(roll_deg=roll)), STANDING).good


@pytest.mark.parametrize(
    "puppet",
    [
        Puppet(hip=both(60), knee=both(5)),
        Puppet(hip=(still(75), still(0))),
        Puppet(trunk=still(-35), hip=both(35)),
    ],
    ids=["both legs up", "one leg up", "leaning up"],
)
def test_a_raised_limb_is_no_tilted_camera(puppet: Puppet) -> None:
    assert check(placed(film(puppet)), "level").ok is not False


def test_a_bend_backwards_is_no_tilted_camera() -> None:
    bent = Puppet(posture="standing", trunk=still(30), hip=both(-30))
    assert check(placed(film(bent), STANDING), "level").ok


def test_from_the_feet_a_slope_says_nothing_of_the_camera() -> None:
    assert check(placed(film(LYING, Scene(towards_deg=40))), "level").ok is None


# Others in the picture.


def test_two_people() -> None:
    text = advice(placed(film(LYING), people=2), "alone")
    assert text == "I see two people. Only you should be in the picture."


def test_a_further_person_who_has_left() -> None:
    track = film(LYING, seconds=8)
    placement = Placement(load_exercise("heel-slides"), track.frame_size)
    seen = []
    for second, people in enumerate((1, 1, 2, 2, 1, 1, 1, 1)):
        placement.see(picked(track, slice(second * 15, second * 15 + 1)), people)
        placement.see(picked(track, slice(second * 15 + 1, second * 15 + 15)))
        seen.append(check(placement, "alone").ok)
    assert seen == [True, True, True, False, False, True, True, True]
    assert placement.good


def test_nobody_looked_for_others() -> None:
    placement = placed(film(LYING))
    assert check(placement, "alone").ok is None
    assert placement.good


# Steadiness.


def test_a_moment_is_not_complained_about() -> None:
    track = joined(
        film(LYING, seconds=2), film(LYING, Scene(roll_deg=30), seconds=0.4), film(LYING, seconds=2)
    )
    placement = Placement(load_exercise("heel-slides"), track.frame_size)
    for index, time_s in enumerate(track.time_s.tolist()):
        placement.see(picked(track, slice(index, index + 1)))
        assert placement.complaint() is None
        assert placement.good or time_s < 1.6


@pytest.mark.parametrize("share", [0.3, 0.45])
def test_poses_lost_here_and_there_do_not_matter(share: float) -> None:
    track = film(LYING, seconds=4)
    track.points[np.random.default_rng(3).permutation(len(track.time_s))[: int(share * 60)]] = np.nan
    placement = placed(track)
    assert check(placement, "body").ok
    assert placement.complaint() is None


def test_outliers_do_not_matter() -> None:
    track = film(LYING, seconds=4)
    track.points[::4, :, X] += 0.6
    assert placed(track).good


def test_a_complaint_comes_within_two_seconds_and_goes_again() -> None:
    away, back = film(LYING, Scene(centre=(0.18, 0.55)), seconds=3), film(LYING, seconds=4)
    track = joined(film(LYING), away, back)
    placement = Placement(load_exercise("heel-slides"), track.frame_size)
    complained, good = [], []
    for index, time_s in enumerate(track.time_s.tolist()):
        placement.see(picked(track, slice(index, index + 1)))
        if placement.complaint():
            complained.append(time_s)
        if placement.good:
            good.append(time_s)
    assert 3.7 <= complained[0] <= 5.0
    assert complained[-1] <= 7.5
    assert not [time_s for time_s in good if 4.0 <= time_s <= 7.0]
    assert good[-1] == track.time_s[-1]


def test_pictures_that_stopped_coming_say_nothing_of_now() -> None:
    track = film(LYING)
    placement = placed(track)
    assert placement.good
    placement.see(replace(picked(track, slice(0, 1)), time_s=np.array([60.0])))
    assert not placement.good
    assert placement.complaint() is None


def test_lying_down_is_well_placed_in_the_end() -> None:
    tilt: Curve = Keyed(((0, 90), (2, 90), (5, 0), (8, 0)))
    placement = placed(film(Puppet(tilt=tilt), Scene(px_per_m=150), seconds=8))
    assert [one.ok for one in placement.checks() if one.name in ("side_view", "level")] == [True, True]
    assert placement.good
