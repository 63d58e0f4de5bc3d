"""Finding exercises: those of the programme, a clinic's own, and the examples."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from repose.calibration import load as calibration_files
from repose.calibration.layers import Layer
from repose.calibration.load import explain, read_calibration, thresholds_of
from repose.errors import ReposeError
from repose.exercises import own
from repose.exercises.definition import PROGRAMME, Definition, Exercise

_remembered: dict[str, Definition] = {}


@cache
def programme() -> dict[str, Definition]:
    """The exercises of the programme, by slug, in the programme's order."""
    folder = files("repose.exercises") / "programme"
    found = {}
    for name in PROGRAMME:
        definition = Definition.model_validate(
            tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) | {"of_programme": True},
            strict=False,
        )
        found[definition.slug] = definition
    return found


def slugs() -> tuple[str, ...]:
    """The names of the exercises of the programme."""
    return PROGRAMME


def definitions() -> dict[str, Definition]:
    """All exercises that can be counted: those of the programme, a clinic's own, and the examples."""
    return programme() | {slug: one.definition for slug, one in own.others().items()}


def offered() -> dict[str, Definition]:
    """What can be put into a programme: its exercises, and a clinic's own."""
    return programme() | {slug: one.definition for slug, one in own.own().good.items()}


def known() -> dict[str, Definition]:
    """All exercises that can be told of: also those of kept sets whose file is gone."""
    return _remembered | definitions() if _remembered else definitions()


def known_as(slug: str) -> Definition | None:
    """What is known of one exercise. Of those of the programme, no file need be looked for."""
    return programme().get(slug) or known().get(slug)


def remember(definition: Definition) -> None:
    """Be able to tell of an exercise that was kept with a set, should its file be gone."""
    _remembered[definition.slug] = definition


def name_of(slug: str) -> str:
    """An exercise's name for people; its slug if nothing else is known of it."""
    found = known_as(slug)
    return found.name if found else slug


def signal_of(slug: str) -> str:
    """The joint angle that an exercise is counted on; "" if nothing is known of it."""
    found = known_as(slug)
    return found.signal if found else ""


def default_layer() -> Layer:
    """What is in force for everybody: the thresholds of the programme, and each other exercise's own."""
    layer = calibration_files.default_layer()
    own_limits = {slug: one.limits for slug, one in own.others().items()}
    return Layer(layer.name, layer.path, layer.tables | own_limits)


def load_exercise(slug: str, calibration: Path | None = None) -> Exercise:
    """An exercise with its default thresholds.

    Args:
        slug: name of the exercise.
        calibration: file whose numbers replace the defaults.

    Raises:
        ReposeError: for an unknown exercise, or a calibration that is not right.
    """
    _check_known(slug)
    layers = [default_layer()]
    if calibration is not None:
        named = read_calibration(calibration)
        layers.append(Layer("file", calibration, named))
        if unknown := sorted(set(named) - set(definitions())):
            raise ReposeError(
                f"{calibration}: unknown exercise [{unknown[0]}]: known are {', '.join(definitions())}"
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
    definition = _check_known(slug)
    try:
        return Exercise(definition=definition, thresholds=thresholds_of(slug, layers))
    except ValidationError as error:
        raise ReposeError(explain(layers[-1].path, error, (slug,))) from error


def _check_known(slug: str) -> Definition:
    if slug not in PROGRAMME and (why := own.why_not(slug)):
        raise ReposeError(why)
    countable = definitions()
    if slug in countable:
        return countable[slug]
    if slug in _remembered:
        raise ReposeError(
            f"the file of the exercise {slug!r} is gone from {own.own_folder()}; put it back to count with it"
        )
    raise ReposeError(f"unknown exercise {slug!r}: known are {', '.join(countable)}")
