"""The clip that a measurement is made on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from repose.errors import ReposeError

if TYPE_CHECKING:
    from repose.evaluation.truth import Truth

RestToRest = Annotated[
    Path | None,
    typer.Option(
        "--clip",
        metavar="FILE",
        help="A video of reps of one side that begins and ends at rest, with its truth file; a sample if "
        "not given.",
    ),
]
"""A clip that can be played again and again."""


def clip_and_exercise(clip: Path | None, exercise: str | None) -> tuple[Path, str]:
    """The clip, a sample if none is given, and what it shows, by its truth file if nobody says.

    Raises:
        ReposeError: there is no truth file either, or it cannot be read; or there are no samples.
    """
    from repose.demo import samples
    from repose.evaluation.truth import read_truth

    clip = clip or samples() / "heel-slides.mp4"
    if exercise is None:
        truth = clip.with_suffix(".truth.json")
        if not truth.is_file():
            raise ReposeError(f"{clip}: has no {truth.name} beside it; say what it shows with --exercise")
        exercise = read_truth(truth).exercise
    return clip, exercise


def clip_and_truth(clip: Path | None, which_says: str) -> "tuple[Path, Truth]":
    """The clip, a sample if none is given, and its truth.

    Args:
        clip: that was named.
        which_says: what the truth is needed for, to be told if there is none.

    Raises:
        ReposeError: there is no truth file, or it cannot be read; or there are no samples.
    """
    from repose.demo import samples
    from repose.evaluation.truth import SUFFIX, read_truth

    clip = clip or samples() / "heel-slides.mp4"
    truth = clip.with_suffix(SUFFIX)
    if not truth.is_file():
        raise ReposeError(f"{clip}: has no {truth.name} beside it, which says {which_says}")
    return clip, read_truth(truth)
