"""Dark pictures become bright enough; bright ones stay the very same."""

from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from repose.pose.exposure import BRIGHT, MAX_GAIN, brightened

SIZES: Final = [(48, 64), (480, 848), (720, 1280), (1280, 720)]


def flat(level: float, size: tuple[int, int] = (96, 128)) -> NDArray[np.uint8]:
    return np.full((*size, 3), level, np.uint8)


@given(level=st.integers(BRIGHT, 255))
def test_a_bright_picture_is_not_touched(level: int) -> None:
    picture = flat(level)
    assert brightened(picture) is picture


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("level", [20, 40, 80, 119])
def test_a_dark_picture_is_brought_up(level: int, size: tuple[int, int]) -> None:
    picture = flat(level, size)
    bright = brightened(picture)
    shrunk = 2 if max(size) > 1000 else 1
    assert bright.shape == (size[0] // shrunk, size[1] // shrunk, 3)
    assert bright.dtype == np.uint8
    assert abs(int(bright[0, 0, 0]) - BRIGHT) <= 1
    assert (picture == level).all(), "the picture handed in is left alone"


@given(level=st.integers(0, round(BRIGHT / MAX_GAIN)))
def test_nearly_black_is_not_blown_up(level: int) -> None:
    assert int(brightened(flat(level)).max()) == round(level * MAX_GAIN)


def test_a_window_does_not_hide_how_dark_the_room_is() -> None:
    picture = flat(30)
    picture[:40, :40] = 255
    assert int(brightened(picture)[80, 100, 1]) == BRIGHT


def test_noise_is_averaged_out() -> None:
    noise = np.random.default_rng(1).normal(40, 8, (480, 848, 3))
    picture = noise.clip(0, 255).astype(np.uint8)
    share = brightened(picture).std() / brightened(picture).mean()
    assert share < 0.4 * picture.std() / picture.mean()


def test_the_edges_of_things_stay_where_they_are() -> None:
    picture = flat(10, (480, 848))
    picture[:, 424:] = 60
    row = brightened(picture)[200, :, 1].astype(int)
    assert abs(int(np.argmax(np.diff(row))) - 423) <= 1
