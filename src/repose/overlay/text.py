"""Text on pictures: any size, outlined so that it reads on any background, with the degree sign."""

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from repose.overlay.palette import OUTLINE, Colour

Anchor = Literal["left", "centre", "right"]


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101 - a size asks for the scalable font
    return font


@lru_cache(maxsize=512)
def _rendered(text: str, size: int, colour: Colour) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The text as (height, width, 3) BGR and its (height, width, 1) coverage, 0 to 1."""
    font, outline, weight = _font(size), max(2, round(size / 9)), size / 110
    # Set letter by letter, a little apart: bold letters with an outline need more room than the font gives.
    steps = np.array([font.getlength(letter) + (2 if letter == " " else 1) * size / 24 for letter in text])
    places = outline + np.concatenate([[0], np.cumsum(steps)])
    ascent, descent = font.getmetrics()
    picture = Image.new(
        "RGBA", (max(1, round(places[-1]) + outline), ascent + descent + 2 * outline), (*OUTLINE, 0)
    )
    pen = ImageDraw.Draw(picture)
    # The built-in font is a regular one; a thin stroke of its own colour makes it bold.
    for ink, stroke in ((OUTLINE, float(outline)), (colour, weight)):
        for letter, x in zip(text, places, strict=False):
            pen.text((float(x), outline), letter, font=font, fill=ink, stroke_width=stroke, stroke_fill=ink)
    pixels = np.asarray(picture, np.float32)
    return pixels[:, :, 2::-1], pixels[:, :, 3:] / np.float32(255)


def text_size(text: str, size: int) -> tuple[int, int]:
    """Width and height in pixels that `write` would cover."""
    colours, _ = _rendered(text, size, (255, 255, 255))
    return colours.shape[1], colours.shape[0]


def write(
    image: NDArray[np.uint8],
    text: str,
    at: tuple[int, int],
    size: int,
    colour: Colour,
    anchor: Anchor = "left",
) -> None:
    """Write one line onto an image, in place; moved inwards where it would leave the picture.

    Args:
        image: (height, width, 3) uint8, BGR.
        text: one line.
        at: x of the anchor and y of the top of the line, in pixels.
        size: font size in pixels.
        colour: of the letters; the outline is dark.
        anchor: which end of the line `at` names.
    """
    colours, coverage = _rendered(text, size, colour)
    height, width = image.shape[:2]
    shift = {"left": 0, "centre": colours.shape[1] // 2, "right": colours.shape[1]}[anchor]
    left = max(0, min(at[0] - shift, width - colours.shape[1]))
    top = max(0, min(at[1], height - colours.shape[0]))
    there = image[top : top + colours.shape[0], left : left + colours.shape[1]]
    part = coverage[: there.shape[0], : there.shape[1]]
    colours = colours[: there.shape[0], : there.shape[1]]
    there[:] = (there * (1 - part) + colours * part + 0.5).astype(np.uint8)
