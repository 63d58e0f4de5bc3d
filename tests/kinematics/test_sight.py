"""Which frames can be measured, and why not."""

from dataclasses import replace

import numpy as np
import pytest

from repose.kinematics.quality import ADVICE, DARK, MARGIN, SEEN, Sight, sight
from repose.pose.landmarks import LANDMARKS, VISIBILITY, PoseTrack, X, Y
from tests.puppet import Puppet, Scene
from tests.puppet.damage import lost


def track(**scene: float) -> PoseTrack:
    return Scene(**scene).film(Puppet(), np.arange(4) / 30)  # type: ignore[arg-type]


def with_points(original: PoseTrack, names: tuple[str, ...], column: int, value: float) -> PoseTrack:
    points = original.points.copy()
    points[:, [LANDMARKS.index(name) for name in names], column] = value
    return replace(original, points=points)


def test_a_whole_body_is_good() -> None:
    assert sight(track()).tolist() == [Sight.GOOD] * 4


def test_no_body_by_light_and_in_darkness() -> None:
    assert sight(lost(track(), 0.03, 9)).tolist() == [0, Sight.NO_BODY, Sight.NO_BODY, Sight.NO_BODY]
    assert sight(lost(track(), 0.03, 9, light=DARK - 0.01))[1:].tolist() == [Sight.TOO_DARK] * 3
    assert sight(lost(track(), 0.03, 9, light=DARK + 0.01))[1:].tolist() == [Sight.NO_BODY] * 3


def test_a_dark_picture_with_a_body_is_good() -> None:
    assert sight(track(light=0.02)).tolist() == [Sight.GOOD] * 4


@pytest.mark.parametrize("name", ["left_shoulder", "right_hip", "left_knee", "right_heel", "left_foot_index"])
@pytest.mark.parametrize(("column", "edge", "outwards"), [(X, 0, -1), (X, 1, 1), (Y, 0, -1), (Y, 1, 1)])
def test_any_joint_outside_the_picture_cuts_off(name: str, column: int, edge: float, outwards: int) -> None:
    outside = with_points(track(), (name,), column, edge + outwards * (MARGIN + 0.01))
    assert sight(outside).tolist() == [Sight.CUT_OFF] * 4
    barely = with_points(track(), (name,), column, edge + outwards * (MARGIN - 0.01))
    assert sight(barely).tolist() == [Sight.GOOD] * 4


def test_a_hand_may_leave_the_picture() -> None:
    assert sight(with_points(track(), ("left_wrist", "nose"), X, 1.5)).tolist() == [Sight.GOOD] * 4


def test_one_leg_must_be_seen() -> None:
    near, far = ("right_hip", "right_knee"), ("left_hip", "left_knee")
    assert sight(with_points(track(), far, VISIBILITY, 0.1)).tolist() == [Sight.GOOD] * 4
    neither = with_points(with_points(track(), far, VISIBILITY, 0.1), near, VISIBILITY, SEEN - 0.01)
    assert sight(neither).tolist() == [Sight.HIDDEN] * 4


def test_everything_that_is_not_measured_comes_with_advice() -> None:
    assert set(ADVICE) == set(Sight) - {Sight.GOOD}
    assert all(": " in advice and "\n" not in advice for advice in ADVICE.values())
