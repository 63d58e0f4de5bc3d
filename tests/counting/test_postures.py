"""In which position of the body an exercise counts at all."""

import pytest

from repose.counting.sighting import Sighting
from repose.exercises import load_exercise
from repose.kinematics.channels import COLUMN

LYING = {"trunk_pitch": 3.0, "thigh_pitch": 10.0, "leg_pitch": 5.0}
BRIDGING = {"trunk_pitch": 35.0, "thigh_pitch": 12.0, "leg_pitch": 30.0}
SITTING = {"trunk_pitch": 86.0, "thigh_pitch": 9.0, "leg_pitch": 52.0}
SITTING_ONE_LEG_UP = {"trunk_pitch": 80.0, "thigh_pitch": 30.0, "leg_pitch": 35.0}
STANDING = {"trunk_pitch": 88.0, "thigh_pitch": 87.0, "leg_pitch": 88.0}
SQUATTING = {"trunk_pitch": 42.0, "thigh_pitch": 15.0, "leg_pitch": 72.0}
BENT_DOUBLE = {"trunk_pitch": 15.0, "thigh_pitch": 80.0, "leg_pitch": 80.0}

ALLOWED = {
    "bridge": (LYING, BRIDGING, BENT_DOUBLE),
    "seated-knee-extension": (SITTING, SITTING_ONE_LEG_UP),
    "squat": (SITTING, SITTING_ONE_LEG_UP, STANDING, SQUATTING, BRIDGING),
    "backwards-stretch": (STANDING,),
}
"""By trunk and legs alone: what else must be so, such as a rest with straight knees, is for others to say."""


@pytest.mark.parametrize("slug", ALLOWED)
@pytest.mark.parametrize(
    "body", [LYING, BRIDGING, SITTING, SITTING_ONE_LEG_UP, STANDING, SQUATTING, BENT_DOUBLE]
)
def test_postures(slug: str, body: dict[str, float]) -> None:
    row = [0.0] * len(COLUMN)
    for name, value in body.items():
        row[COLUMN[name]] = value
    assert Sighting(load_exercise(slug)).in_posture(tuple(row)) == (body in ALLOWED[slug])
