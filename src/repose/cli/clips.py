"""The clip that a measurement is made on."""

from pathlib import Path

from repose.errors import ReposeError


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
