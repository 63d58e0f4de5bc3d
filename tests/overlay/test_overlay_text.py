from itertools import product

import numpy as np
import pytest

from repose.overlay.text import text_size, write


def grey(width: int = 200, height: int = 80) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((height, width, 3), 128, np.uint8)


def test_text_is_written_in_its_colour_with_a_dark_outline() -> None:
    image = grey()
    write(image, "108°", (10, 10), 40, (240, 0, 0))
    assert (image == (0, 0, 240)).all(axis=2).any()
    assert (image.max(axis=2) < 40).any()
    assert (image[:, 150:] == 128).all()


def test_the_degree_sign_is_a_ring_high_up_and_not_a_box() -> None:
    image = grey()
    write(image, "°", (0, 0), 60, (255, 255, 255))
    rows = np.flatnonzero((image == 255).all(axis=2).any(axis=1))
    assert rows.max() < 40


@pytest.mark.parametrize("anchor", ["left", "centre", "right"])
def test_text_covers_what_text_size_says(anchor: str) -> None:
    image = grey()
    width, height = text_size("12", 30)
    write(image, "12", (100, 20), 30, (255, 255, 255), anchor)  # type: ignore[arg-type]
    changed = (image != 128).any(axis=2)
    columns, rows = np.flatnonzero(changed.any(axis=0)), np.flatnonzero(changed.any(axis=1))
    left = {"left": 100, "centre": 100 - width // 2, "right": 100 - width}[anchor]
    assert left <= columns.min() <= columns.max() < left + width
    assert 20 <= rows.min() <= rows.max() < 20 + height


@pytest.mark.parametrize(("x", "y"), list(product([-500, 0, 195, 900], [-500, 75, 900])))
def test_text_never_leaves_the_picture(x: int, y: int) -> None:
    image = grey()
    write(image, "hold 2 s", (x, y), 20, (255, 255, 255))
    assert (image == 255).all(axis=2).any()


def test_text_larger_than_the_picture_is_cut() -> None:
    image = grey(20, 10)
    write(image, "a long line", (0, 0), 16, (255, 255, 255))
    assert image.shape == (10, 20, 3)
    assert (image != 128).any()
