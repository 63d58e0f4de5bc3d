"""Light and size of pictures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.capture.pictures import light, shrink


@pytest.mark.parametrize(
    ("bgr", "expected"),
    [
        ((0, 0, 0), 0.0),
        ((255, 255, 255), 1.0),
        ((51, 51, 51), 0.2),
        ((255, 0, 0), 0.114),
        ((0, 255, 0), 0.587),
        ((0, 0, 255), 0.299),
    ],
)
def test_light_of_one_colour(bgr: tuple[int, int, int], expected: float) -> None:
    assert light(np.full((48, 64, 3), bgr, np.uint8)) == pytest.approx(expected)


def test_light_sees_the_whole_picture() -> None:
    image = np.zeros((480, 848, 3), np.uint8)
    image[:, 424:] = 200
    assert light(image) == pytest.approx(0.5 * 200 / 255, rel=0.03)


@given(st.integers(1, 200), st.integers(1, 200))
def test_light_of_any_size(width: int, height: int) -> None:
    assert light(np.full((height, width, 3), 255, np.uint8)) == pytest.approx(1)


def test_a_small_picture_passes_untouched() -> None:
    image = np.zeros((720, 1280, 3), np.uint8)
    assert shrink(image) is image


@pytest.mark.parametrize(
    ("size", "expected"), [((3840, 2160), (1280, 720)), ((2160, 3840), (720, 1280)), ((2000, 3), (1280, 2))]
)
def test_a_large_picture_keeps_its_proportions(size: tuple[int, int], expected: tuple[int, int]) -> None:
    width, height = size
    image = np.zeros((height, width, 3), np.uint8)
    image[:, width // 2 :] = 255
    small = shrink(image)
    assert (small.shape[1], small.shape[0]) == expected
    assert small.dtype == np.uint8
    assert small[:, : expected[0] // 2 - 2].max() == 0
    assert small[:, expected[0] // 2 + 2 :].min() == 255
