"""Finding and reading the definitions of exercises."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from repose.calibration.load import explain, load_thresholds, read_calibration
from repose.errors import ReposeError
from repose.exercises.definition import Definition, Exercise


@cache
def definitions() -> dict[str, Definition]:
    """The exercises of the programme, by slug, in the programme's order."""
    folder = files("repose.exercises") / "programme"
    found = {}
    for name in ("ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch"):
        definition = Definition.model_validate(
            tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")), strict=False
        )
        found[definition.slug] = definition
    return found


def slugs() -> tuple[str, ...]:
    """The names of all exercises."""
    return tuple(definitions())


def load_exercise(slug: str, calibration: Path | None = None) -> Exercise:
    """An exercise of the programme with the thresholds in force.

    Args:
        slug: name of the exercise.
        calibration: file whose numbers replace the defaults.

    Raises:
        ReposeError: for an unknown exercise, or a calibration that is not right.
    """
    if slug not in definitions():
        raise ReposeError(f"unknown exercise {slug!r}: known are {', '.join(slugs())}")
    if calibration is not None:
        named = read_calibration(calibration)
        if unknown := sorted(set(named) - set(slugs())):
            raise ReposeError(
                f"{calibration}: unknown exercise [{unknown[0]}]: known are {', '.join(slugs())}"
            )
        # A mistake anywhere in the file is told now, not when that exercise's turn comes.
        for other in sorted(set(named) - {slug}):
            _checked(other, calibration)
    return _checked(slug, calibration)


def _checked(slug: str, calibration: Path | None) -> Exercise:
    try:
        return Exercise(definition=definitions()[slug], thresholds=load_thresholds(slug, calibration))
    except ValidationError as error:
        raise ReposeError(explain(calibration or Path("calibration/default.toml"), error, (slug,))) from error
