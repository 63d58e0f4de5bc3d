"""What is no exercise of the programme is no rep."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from repose.counting.counter import count
from repose.exercises import load_exercise
from repose.pose.landmarks import PoseTrack
from tests.puppet import Doing, perform
from tests.puppet.expect import assert_sound, said
from tests.puppet.other import LYING, STANDING
from tests.puppet.programme import SLUGS


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("movement", LYING + STANDING, ids=lambda movement: movement.__name__)
def test_no_reps(movement: Callable[[], PoseTrack], slug: str) -> None:
    result = count(movement(), load_exercise(slug))
    assert_sound(result)
    assert result.reps == (), said(result)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("movement", [LYING[0], STANDING[1]], ids=lambda movement: movement.__name__)
def test_rest_is_not_worth_a_word(movement: Callable[[], PoseTrack], slug: str) -> None:
    result = count(movement(), load_exercise(slug))
    assert result.partials == (), said(result)
    assert result.not_measured_s == 0


@pytest.mark.parametrize(
    ("done", "counted"),
    [(done, counted) for done in SLUGS for counted in SLUGS if done != counted],
)
@pytest.mark.parametrize("tempo_s", [2.0, 4.0, 8.0])
def test_one_exercise_is_not_another(done: str, counted: str, tempo_s: float) -> None:
    doing = Doing(done, "both", tempo_s=tempo_s)
    if done in ("heel-slides", "knee-to-chest"):
        doing = replace(doing, side="left", ghost=0.4)
    performance = perform(doing)
    result = count(performance.film(noise_m=0.004), load_exercise(counted))
    assert result.reps == (), said(result)


def test_knee_to_chest_from_straight_legs_is_no_heel_slide() -> None:
    performance = perform(Doing("knee-to-chest", "right", rest_deg=5.0, ghost=0.4))
    result = count(performance.film(noise_m=0.004), load_exercise("heel-slides"))
    assert result.reps == (), said(result)
