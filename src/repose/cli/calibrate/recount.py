"""`repose calibrate recount`: what other thresholds would have counted in kept sessions."""

import json
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from repose.cli.console import output, time_progress
from repose.cli.options import Database
from repose.cli.selecting import OfExercise, OfPerson, Since, Until, selected

if TYPE_CHECKING:
    from repose.calibration.layers import Layer
    from repose.exercises import Exercise
    from repose.review.past import Under


def recount(
    person: OfPerson = None,
    exercise: OfExercise = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most the newest N sessions.")
    ] = None,
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="PROFILE",
            help='The thresholds to count by: a profile ("clinic", a name), one at a version ("clinic@3"), '
            '"default", or a calibration file. Without it, what is in force now for who is seen.',
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
    database: Database = None,
) -> None:
    """Count kept sessions anew by other thresholds. Shows both counts and the reviewer's; changes nothing."""
    from repose.cli.calibrate.recount_table import print_recount, recount_json
    from repose.review.past import past_of
    from repose.sessions.open_store import open_store

    under = _under(as_)
    with closing(open_store(database)) as store:
        selection = selected(store, person, exercise, since, until)
        with time_progress() as on_seconds:
            found = list(
                past_of(
                    store,
                    selection,
                    under,
                    limit=limit,
                    on_session=lambda done, total, day: on_seconds(f"counting {day}", done, total),
                )
            )
    if as_json:
        said = {"as": as_} | recount_json(found)
        typer.echo(json.dumps(said, allow_nan=False, indent=2, ensure_ascii=False))
        return
    if not found:
        typer.echo("No kept set is like that.")
        return
    print_recount(output(), found)


def _under(text: str | None) -> "Under":
    """What counts a set, from what was named."""
    from repose.calibration.profiles import in_force
    from repose.review.past import as_then

    layers = _layers(text)

    @cache
    def named(slug: str, person: str) -> "Exercise":
        return in_force(slug, layers(person)).exercise

    return lambda session, one: as_then(one, named(one.head.exercise, session.person.name))


def _layers(text: str | None) -> "Callable[[str], list[Layer]]":
    """The layers in force for a person.

    Raises:
        ReposeError: there is no such profile, version or file.
    """
    from repose.calibration.compare import Sheet
    from repose.calibration.profiles import Profiles

    profiles = Profiles()
    if text is None:
        return cache(profiles.layers)
    if Path(text).suffix == ".toml":
        file = Path(text)
        profiles.layers(None, file)  # a mistake in it is told before the work
        return cache(lambda person: profiles.layers(person, file))
    sheet = Sheet.of(profiles, text)
    return lambda _: list(sheet.layers)
