"""The worked examples before the live coach: postures and words that the programme does not have."""

from pathlib import Path
from typing import Final

import numpy as np
import pytest

from repose.coaching.messages import Stage
from repose.coaching.placement import Placement
from repose.exercises import load_exercise
from repose.pose.landmarks import PoseTrack
from repose.sessions.recording import load_recording
from tests.coaching.play import Player, item, resting
from tests.puppet import Doing, perform

DEMONSTRATIONS: Final = Path(__file__).parents[1] / "exercises" / "demonstrations"


def demonstration(slug: str) -> PoseTrack:
    return load_recording(DEMONSTRATIONS / f"{slug}.parquet")


@pytest.mark.parametrize(
    ("slug", "side", "begin", "position"),
    [
        ("straight-leg-raise", "left", "Lift the straight leg.", "Lie on the back, one leg straight"),
        ("bridge", "both", "Lift your hips.", "Lie on the back, both knees bent"),
        ("seated-knee-extension", "right", "Straighten one knee.", "Sit upright on a chair"),
        ("squat", "both", "Bend your knees, hips back.", "Stand with the feet apart"),
    ],
)
def test_an_example_is_coached(slug: str, side: str, begin: str, position: str) -> None:
    film = demonstration(slug)
    player = Player()
    hold_s = load_exercise(slug).definition.dose.hold_s
    player.start(item(slug, reps=3, hold_s=hold_s, sides=(side,)))
    for _ in range(120):
        if player.stage is Stage.WORKING:
            break
        if player.stage is Stage.WELCOME:
            player.wait(0.5)
        else:
            player.keep(film, 0.5, 0)
    player.play(film)
    assert player.reps == [3]
    assert [rep.reason for rep in player.counted if rep.reason] == ["turned_back_early"]
    assert begin in player.said
    assert any(position in text for text in player.said)
    assert "A little further." in player.said
    assert player.said[-1].endswith("Well done.")
    assert player.tones.count("hold_reached") == (3 if hold_s else 0)


def placed(slug: str, film: PoseTrack) -> Placement:
    placement = Placement(load_exercise(slug), film.frame_size)
    placement.see(film.part(slice(0, 15)))
    return placement


@pytest.mark.parametrize("slug", ["bridge", "seated-knee-extension", "squat", "straight-leg-raise"])
def test_in_its_start_position_all_is_well(slug: str) -> None:
    checks = {check.name: check.ok for check in placed(slug, demonstration(slug)).checks()}
    assert checks["side_view"] is True
    assert all(ok is not False for ok in checks.values())


@pytest.mark.parametrize(
    ("slug", "film"),
    [
        ("seated-knee-extension", resting()),
        ("squat", demonstration("seated-knee-extension")),
        ("bridge", demonstration("squat")),
    ],
)
def test_in_another_posture_the_view_is_not_judged_yet(slug: str, film: PoseTrack) -> None:
    checks = {check.name: check.ok for check in placed(slug, film).checks()}
    assert checks["side_view"] is None


def test_who_is_not_seen_is_told_where_to_sit() -> None:
    seen = demonstration("seated-knee-extension").part(slice(0, 15))
    nobody = PoseTrack(
        seen.time_s,
        np.full_like(seen.points, np.nan),
        seen.light,
        seen.frame_size,
        "nobody",
        "full",
        {},
    )
    advice = {check.name: check.advice for check in placed("seated-knee-extension", nobody).checks()}
    assert "Sit sideways to the camera" in advice["body"]


def test_who_sits_facing_the_camera_is_to_turn_with_the_chair() -> None:
    exercise = load_exercise("seated-knee-extension")
    stricter = exercise.thresholds.model_copy(update={"turn_deg": 89.9})
    film = demonstration("seated-knee-extension").part(slice(0, 15))
    placement = Placement(exercise.model_copy(update={"thresholds": stricter}), film.frame_size)
    placement.see(film)
    advice = {check.name: check.advice for check in placement.checks()}
    assert advice["side_view"].startswith("Turn sideways with the chair")


def test_a_movement_of_another_kind_is_told_with_the_exercises_own_words() -> None:
    bent = perform(Doing("knee-to-chest", "left", reps=2, tempo_s=2.4, settle_s=1.2)).film(10.0)
    player = Player()
    player.start(item("bridge", reps=3, sides=("both",)))
    for _ in range(120):
        if player.stage is Stage.WORKING:
            break
        if player.stage is Stage.WELCOME:
            player.wait(0.5)
        else:
            player.keep(bent, 0.5, 0)
    assert player.stage is Stage.WORKING
    player.move(bent)
    assert player.reps == [0]
    assert "One knee to the chest, and bent." not in player.said
