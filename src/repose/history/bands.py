"""What the camera can tell: changes smaller than these are not called progress.

Where they come from: the 74 rendered clips with exact truth that the full model measured (12 to 22 of each
exercise; many bodies, clothes, lights and places of the camera), each with the mean error of its reps. The
band is 1.96 · √2 · SD between clips, rounded up; `repose evaluate --json` gives it for any clips, as
`smallest_change`. A patient whose camera stays in its place is measured better than that. How much a person
differs from day to day is not in it.
"""

from typing import Final, NamedTuple

CLIPS: Final = 74


class Band(NamedTuple):
    """Smallest change that can be told.

    Attributes:
        angle_deg: of the working angle at the end position.
        tempo_s: of the time a rep takes.
        hold_s: of the hold.
    """

    angle_deg: float
    tempo_s: float
    hold_s: float


BANDS: Final = {
    # SD between clips: 9.2°, 0.13 s, 0.09 s (19 clips).
    "ankle-pumps": Band(26.0, 0.4, 0.3),
    # 5.8°, 0.42 s, 0.07 s (22 clips).
    "heel-slides": Band(17.0, 1.2, 0.2),
    # 7.8°, 0.34 s, 0.14 s (21 clips).
    "knee-to-chest": Band(22.0, 1.0, 0.4),
    # 2.6°, 0.14 s, 0.14 s (12 clips).
    "backwards-stretch": Band(8.0, 0.4, 0.4),
}
"""By slug of the exercise."""

UNKNOWN: Final = Band(*map(max, zip(*BANDS.values(), strict=True)))
"""Of an exercise that was never measured: the widest of those that were."""


def band_of(exercise: str) -> Band:
    """The band of an exercise."""
    return BANDS.get(exercise, UNKNOWN)
