"""Where limbs are, in trunk lengths, on a puppet whose places are known."""

from typing import Literal

import numpy as np
import pytest

from repose.kinematics import evidence
from repose.kinematics.geometry import Body
from tests.puppet import Puppet, Scene, still
from tests.puppet.body import NECK, SHIN, THIGH, TRUNK

Facing = Literal["left", "right"]


def body(puppet: Puppet, facing: Facing = "left", px_per_m: float = 200) -> Body:
    track = Scene(facing, px_per_m=px_per_m).film(puppet, np.array([0.0]))
    return Body(track.points, track.frame_size)


@pytest.mark.parametrize("px_per_m", [80, 200, 240])
def test_trunk_length_in_pixels(px_per_m: float) -> None:
    assert evidence.trunk_length(body(Puppet(), px_per_m=px_per_m))[0] == pytest.approx(
        TRUNK * px_per_m, rel=1e-4
    )


def test_height_of_a_raised_foot() -> None:
    raised = body(Puppet(hip=(still(30), still(0))))
    assert evidence.height(raised, "left_ankle")[0] == pytest.approx((THIGH + SHIN) / 2 / TRUNK, abs=1e-3)
    assert evidence.height(raised, "right_ankle")[0] == pytest.approx(0, abs=1e-3)


def test_height_of_a_lifted_head() -> None:
    lifted = body(Puppet(neck=still(-45)))
    assert evidence.height(lifted, "ear")[0] == pytest.approx(NECK * np.sin(np.pi / 4) / TRUNK, abs=1e-3)


@pytest.mark.parametrize("facing", ["left", "right"])
def test_hands_at_the_thigh_and_beside_the_hips(facing: Facing) -> None:
    bent = (still(110.0), still(50.0))
    held = body(Puppet(hip=bent, knee=(still(120), still(100)), hands_on=(still(1), still(0))), facing)
    free = body(Puppet(hip=bent, knee=(still(120), still(100))), facing)
    assert evidence.hand_gap(held, "left")[0] == pytest.approx(0, abs=1e-3)
    assert evidence.hand_gap(free, "left")[0] > 0.1
    assert evidence.hand_gap(held, "right")[0] > 0.2


def test_one_hand_is_enough() -> None:
    track = Scene().film(Puppet(hands_on=(still(1), still(0))), np.array([0.0]))
    points = track.points.copy()
    points[:, 15, 1] -= 0.4
    assert evidence.hand_gap(Body(points, track.frame_size), "left")[0] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("facing", ["left", "right"])
def test_hips_in_front_of_the_ankles(facing: Facing) -> None:
    lean = np.degrees(np.arcsin(0.1 / (THIGH + SHIN)))
    forwards = Puppet("standing", hip=(still(-lean), still(-lean)))
    straight = Puppet("standing")
    assert evidence.hip_shift(body(straight, facing))[0] == pytest.approx(0, abs=1e-3)
    assert evidence.hip_shift(body(forwards, facing))[0] == pytest.approx(0.1 / TRUNK, abs=1e-2)
