"""Finding and reading the definitions of exercises."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from repose.calibration.layers import Layer
from repose.calibration.load import default_layer, explain, read_calibration, thresholds_of
from repose.errors import ReposeError
from repose.exercises.definition import Definition, Exercise


@cache
def definitions() -> dict[str, Definition]:
    """The exercises of the programme, by slug, in the programme's order."""
    folder = files("repose.exercises") / "programme"
    found = {}
    for name in ("ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch"):
        definition = Definition.model_validate(
            tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) | {"of_programme": True},
            strict=False,
        )
        found[definition.slug] = definition
    return found


def slugs() -> tuple[str, ...]:
    """The names of all exercises."""
    return tuple(definitions())


def load_exercise(slug: str, calibration: Path | None = None) -> Exercise:
    """An exercise of the programme with the default thresholds.

    Args:
        slug: name of the exercise.
        calibration: file whose numbers replace the defaults.

    Raises:
        ReposeError: for an unknown exercise, or a calibration that is not right.
    """
    if slug not in definitions():
        raise ReposeError(f"unknown exercise {slug!r}: known are {', '.join(slugs())}")
    layers = [default_layer()]
    if calibration is not None:
        named = read_calibration(calibration)
        layers.append(Layer("file", calibration, named))
        if unknown := sorted(set(named) - set(slugs())):
            raise ReposeError(
                f"{calibration}: unknown exercise [{unknown[0]}]: known are {', '.join(slugs())}"
            )
        # A mistake anywhere in the file is told now, not when that exercise's turn comes.
        for other in sorted(set(named) - {slug}):
            checked_exercise(other, layers)
    return checked_exercise(slug, layers)


def checked_exercise(slug: str, layers: list[Layer]) -> Exercise:
    """An exercise with the thresholds that follow from layers, the later ones before the earlier.

    Raises:
        ReposeError: naming file, key, value and what is allowed.
    """
    if slug not in definitions():
        raise ReposeError(f"unknown exercise {slug!r}: known are {', '.join(slugs())}")
    try:
        return Exercise(definition=definitions()[slug], thresholds=thresholds_of(slug, layers))
    except ValidationError as error:
        raise ReposeError(explain(layers[-1].path, error, (slug,))) from error
