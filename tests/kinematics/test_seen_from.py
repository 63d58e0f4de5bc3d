"""From where the camera sees the person, in words."""

from dataclasses import replace

import numpy as np
import pytest

from repose.kinematics.view import seen_from
from repose.pose.landmarks import WORLD_Z
from tests.puppet.body import Puppet, Scene

TIMES = np.arange(20) / 10.0


def said(scene: Scene, *, standing: bool = False) -> str | None:
    puppet = Puppet(posture="standing" if standing else "supine")
    track = scene.film(puppet, TIMES)
    return seen_from(track.points, track.frame_size, standing=standing)


@pytest.mark.parametrize(
    ("towards_deg", "words"),
    [
        (0, "from the side"),
        (8, "from the side"),
        (-8, "from the side"),
        (25, "from the side, towards the feet end"),
        (40, "from the side, towards the feet end"),
        (-25, "from the side, towards the head end"),
    ],
)
def test_lying(towards_deg: float, words: str) -> None:
    # Who lies on the back with the head to the left of the picture has the right side in front.
    assert said(Scene(facing="left", towards_deg=towards_deg)) == f"{words}, right side nearer"
    assert said(Scene(facing="right", towards_deg=towards_deg)) == f"{words}, left side nearer"


@pytest.mark.parametrize(
    ("towards_deg", "words"),
    [
        (0, "from the side, left side nearer"),
        (20, "from the side, left side nearer"),
        (45, "obliquely, left side nearer"),
        (88, "from the front"),
    ],
)
def test_standing(towards_deg: float, words: str) -> None:
    assert said(Scene(facing="left", towards_deg=towards_deg), standing=True) == words


def test_frames_without_a_body_do_not_matter() -> None:
    track = Scene().film(Puppet(), TIMES)
    half = replace(track, points=track.points.copy())
    half.points[::2] = np.nan
    assert seen_from(half.points, half.frame_size, standing=False) == "from the side, right side nearer"
    half.points[:] = np.nan
    assert seen_from(half.points, half.frame_size, standing=False) is None
    assert seen_from(half.points[:0], half.frame_size, standing=False) is None


def test_landmarks_that_stray_for_moments_do_not_matter() -> None:
    track = Scene().film(Puppet(), TIMES)
    track.points[3:8, :, WORLD_Z] *= -1
    assert seen_from(track.points, track.frame_size, standing=False) == "from the side, right side nearer"
