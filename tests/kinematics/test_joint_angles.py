"""Every angle, on a puppet whose angles are known."""

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.kinematics import angles, view
from repose.kinematics.channels import ANGLES, COLUMN, COLUMNS, MIDLINE, SIDED, measure
from repose.kinematics.geometry import Body, angle_between, cross, dot, elevation, length
from repose.pose.landmarks import PoseTrack
from tests.puppet import Puppet, Scene, still
from tests.puppet.damage import lost, mirrored
from tests.puppet.expect import FAST

Facing = Literal["left", "right"]
facings = st.sampled_from(("left", "right"))
NOW = np.array([0.0])
EXACT = 0.02
"""Degrees: what 32 bits leave of the landmarks."""


def body(puppet: Puppet, scene: Scene | None = None) -> Body:
    track = (scene or Scene()).film(puppet, NOW)
    return Body(track.points, track.frame_size)


@FAST
@given(
    left=st.floats(0, 150),
    right=st.floats(0, 150),
    facing=facings,
    roll=st.floats(-180, 180),
    posture=st.sampled_from(("supine", "standing")),
)
def test_knee_flexion(
    left: float, right: float, facing: Facing, roll: float, posture: Literal["supine", "standing"]
) -> None:
    puppet = Puppet(posture, knee=(still(left), still(right)), hip=(still(left / 2), still(right / 2)))
    seen = body(puppet, Scene(facing, roll_deg=roll))
    # An arccos near a straight line turns the last bits of a landmark into tenths of a degree.
    assert angles.knee_flexion(seen, "left")[0] == pytest.approx(left, abs=0.15)
    assert angles.knee_flexion(seen, "right")[0] == pytest.approx(right, abs=0.15)


@FAST
@given(flexion=st.floats(-25, 135), facing=facings, roll=st.floats(-30, 30), knee=st.floats(0, 120))
def test_hip_flexion_has_a_sign(flexion: float, facing: Facing, roll: float, knee: float) -> None:
    puppet = Puppet(knee=(still(knee), still(knee)), hip=(still(flexion), still(flexion)))
    seen = body(puppet, Scene(facing, roll_deg=roll))
    for side in ("left", "right"):
        assert angles.hip_flexion(seen, side)[0] == pytest.approx(flexion, abs=0.3)


@FAST
@given(left=st.floats(-60, 40), right=st.floats(-60, 40), knee=st.floats(0, 100), facing=facings)
def test_ankle_dorsiflexion(left: float, right: float, knee: float, facing: Facing) -> None:
    puppet = Puppet(ankle=(still(left), still(right)), knee=(still(knee), still(0)))
    seen = body(puppet, Scene(facing))
    assert angles.ankle_dorsiflexion(seen, "left")[0] == pytest.approx(left, abs=EXACT * 3)
    assert angles.ankle_dorsiflexion(seen, "right")[0] == pytest.approx(right, abs=EXACT * 3)


@FAST
@given(lean=st.floats(-50, 40), facing=facings, towards=st.floats(-55, 55))
def test_trunk_extension_is_corrected_for_the_view(lean: float, facing: Facing, towards: float) -> None:
    puppet = Puppet("standing", trunk=still(lean), hip=(still(-lean), still(-lean)))
    seen = body(puppet, Scene(facing, towards_deg=towards))
    assert angles.trunk_extension(seen)[0] == pytest.approx(lean, abs=EXACT * 3)


@FAST
@given(lean=st.floats(-40, 40), neck=st.floats(-40, 40), facing=facings)
def test_neck_extension_is_against_the_trunk(lean: float, neck: float, facing: Facing) -> None:
    puppet = Puppet("standing", trunk=still(lean), neck=still(neck), hip=(still(-lean), still(-lean)))
    assert angles.neck_extension(body(puppet, Scene(facing)))[0] == pytest.approx(neck, abs=EXACT * 3)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("posture", ["supine", "standing"])
def test_facing_turns_over_with_the_picture(facing: Facing, posture: Literal["supine", "standing"]) -> None:
    track = Scene(facing).film(Puppet(posture), NOW)
    way = angles.facing(Body(track.points, track.frame_size))[0]
    swapped = mirrored(track)
    assert angles.facing(Body(swapped.points, swapped.frame_size))[0] == -way


@FAST
@given(towards=st.floats(-80, 80), facing=facings)
def test_trunk_depth_is_where_the_camera_stands(towards: float, facing: Facing) -> None:
    assert view.trunk_depth(body(Puppet(), Scene(facing, towards_deg=towards)))[0] == pytest.approx(
        towards, abs=EXACT
    )


@FAST
@given(towards=st.floats(-90, 90), facing=facings)
def test_shoulder_turn_is_90_from_the_side(towards: float, facing: Facing) -> None:
    seen = body(Puppet("standing"), Scene(facing, towards_deg=towards))
    assert view.shoulder_turn(seen)[0] == pytest.approx(90 - abs(towards), abs=EXACT)


@FAST
@given(tilt=st.floats(0, 90), facing=facings)
def test_pitches_tell_lying_from_standing(tilt: float, facing: Facing) -> None:
    seen = body(Puppet(tilt=still(tilt)), Scene(facing))
    assert view.trunk_pitch(seen)[0] == pytest.approx(tilt, abs=EXACT)
    assert view.leg_pitch(seen)[0] == pytest.approx(tilt, abs=EXACT)


def test_a_sitting_person_has_an_upright_trunk_and_level_legs() -> None:
    seen = body(Puppet(trunk=still(-90), hip=(still(90), still(90))))
    assert view.trunk_pitch(seen)[0] == pytest.approx(90, abs=EXACT)
    assert view.leg_pitch(seen)[0] == pytest.approx(0, abs=EXACT)


def test_the_size_of_the_picture_and_the_person_does_not_matter() -> None:
    puppet = Puppet(knee=(still(70), still(20)), hip=(still(35), still(10)), ankle=(still(5), still(-30)))
    small, large = (
        _named(Scene(px_per_m=size, frame_size=frame).film(puppet, NOW))
        for size, frame in ((60, (320, 180)), (700, (1920, 1080)))
    )
    for name in (f"{angle}.{side}" for angle in ANGLES[:3] for side in ("left", "right")):
        assert large[name] == pytest.approx(small[name], abs=0.05)


def _named(track: PoseTrack) -> dict[str, float]:
    row = measure(track.points, track.frame_size, np.zeros(1, np.bool_))[0]
    return dict(zip(COLUMNS, map(float, row), strict=True))


def test_every_channel_has_a_column() -> None:
    track = Scene().film(Puppet(), np.arange(3) / 30)
    table = measure(track.points, track.frame_size, np.array([False, True, False]))
    assert table.shape == (3, len(COLUMNS))
    assert len(COLUMNS) == 2 * len(SIDED) + len(MIDLINE) + 3
    assert len(set(COLUMNS)) == len(COLUMNS)
    assert np.isfinite(table).all()
    assert table[:, COLUMN["exchanged"]].tolist() == [0, 1, 0]
    assert table[0, COLUMN["leg_visibility.right"]] == pytest.approx(0.95)
    assert table[0, COLUMN["leg_visibility.left"]] == pytest.approx(0.75)


def test_one_frame_gives_the_same_bits_as_a_thousand() -> None:
    sway = Puppet(
        knee=(lambda t: 50 + 40 * np.sin(t), still(7)), hip=(lambda t: 25 + 20 * np.sin(t), still(3))
    )
    track = Scene().film(sway, np.arange(1000) / 30)
    none = np.zeros(1000, np.bool_)
    whole = measure(track.points, track.frame_size, none)
    single = [measure(track.points[k : k + 1], track.frame_size, none[:1]) for k in range(0, 1000, 37)]
    assert whole[::37].tobytes() == np.concatenate(single).tobytes()


def test_no_body_gives_nan_in_every_channel_of_the_body() -> None:
    track = lost(Scene().film(Puppet(), np.arange(3) / 30), 0.03, 0.05)
    table = measure(track.points, track.frame_size, np.zeros(3, np.bool_))
    assert np.isnan(table[1, : COLUMN["exchanged"]]).all()
    assert np.isfinite(table[[0, 2]]).all()


def test_a_limb_without_length_gives_no_angle() -> None:
    track = Scene().film(Puppet(), NOW)
    points = track.points.copy()
    points[:, 27] = points[:, 25]
    flat = replace(track, points=points)
    assert np.isnan(angles.knee_flexion(Body(flat.points, flat.frame_size), "left")[0])


def test_plane_geometry() -> None:
    a, b = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[0.0, 1.0], [0.0, -3.0]])
    assert dot(a, b).tolist() == [0, -6]
    assert cross(a, b).tolist() == [1, 0]
    assert length(a).tolist() == [1, 2]
    assert angle_between(a, b).tolist() == [90, 180]
    assert elevation(np.array([[-1.0, 1.0], [0.0, -5.0], [2.0, 0.0]])).tolist() == pytest.approx([45, 90, 0])


def test_the_middle_of_both_sides() -> None:
    seen = body(Puppet(knee=(still(90), still(0)), hip=(still(45), still(0))))
    middle = (seen.image("left_knee") + seen.image("right_knee")) / 2
    assert seen.image("knee").tolist() == middle.tolist()
    assert np.abs(seen.world("hip")).max() < 1e-6
