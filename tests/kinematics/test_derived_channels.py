"""Channels that follow from joint angles, and the names that a definition may use."""

import numpy as np
import pytest

from repose.kinematics.channels import (
    ANGLES,
    CHANNELS,
    COLUMN,
    COLUMNS,
    DERIVED,
    SIDES,
    SIGNALS,
    angle_of,
    derived,
    is_sided,
    joint_of,
)


def rows(count: int = 3) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    values = np.random.default_rng(1).normal(0, 40, (count, len(COLUMNS)))
    values[1] = np.nan
    return values


def test_the_measured_channels_stay_where_and_what_they_are() -> None:
    measured = rows()
    all_of_them = derived(measured)
    assert all_of_them.shape == (3, len(COLUMN))
    np.testing.assert_array_equal(all_of_them[:, : len(COLUMNS)], measured)
    assert [COLUMN[name] for name in COLUMNS] == list(range(len(COLUMNS)))


@pytest.mark.parametrize("name", DERIVED)
def test_a_derived_channel_is_its_angle_turned_or_averaged(name: str) -> None:
    measured, of = rows(), DERIVED[name]
    found = derived(measured)
    if of.both:
        left, right = (measured[:, COLUMN[f"{of.angle}.{side}"]] for side in SIDES)
        np.testing.assert_array_equal(found[:, COLUMN[name]], of.sign * (left + right) / 2)
    elif is_sided(name):
        for side in SIDES:
            expected = of.sign * measured[:, COLUMN[f"{of.angle}.{side}"]]
            np.testing.assert_array_equal(found[:, COLUMN[f"{name}.{side}"]], expected)
    else:
        np.testing.assert_array_equal(found[:, COLUMN[name]], of.sign * measured[:, COLUMN[of.angle]])
    assert np.isnan(found[1, len(COLUMNS) :]).all()


def test_nothing_is_nothing() -> None:
    assert derived(np.empty((0, len(COLUMNS)))).shape == (0, len(COLUMN))


def test_the_words_of_a_definition() -> None:
    assert set(SIGNALS) == {*ANGLES, *DERIVED}
    assert set(SIGNALS) <= set(CHANNELS)
    assert not {"trunk_px", "hip_x_px", "hip_y_px"} & set(CHANNELS), "pixels depend on the picture"
    assert (angle_of("knees_extension"), joint_of("knees_extension")) == ("knee_flexion", "knee")
    assert (angle_of("trunk_flexion"), joint_of("trunk_flexion")) == ("trunk_extension", "trunk")
    assert [is_sided(name) for name in ("knee_extension", "knees_extension", "trunk_flexion")] == [
        True,
        False,
        False,
    ]
