"""The overlay's colours: those of Okabe and Ito, which people with any kind of colour vision tell apart.

Whatever a colour says is also said in words or by shape.
"""

from typing import Final

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""

OUTLINE: Final[Colour] = (16, 20, 24)
LEFT: Final[Colour] = (86, 180, 233)
RIGHT: Final[Colour] = (255, 176, 32)
MIDDLE: Final[Colour] = (240, 240, 240)
REACHED: Final[Colour] = (0, 200, 150)
ATTENTION: Final[Colour] = (240, 228, 66)
FAINT: Final[Colour] = (150, 156, 162)

SIDE_COLOURS: Final[dict[str, Colour]] = {"left": LEFT, "right": RIGHT, "both": MIDDLE}
