"""`repose exercise copy`: an exercise of one's own that begins as another one."""

from pathlib import Path
from typing import Annotated

import typer

from repose.cli.exercise.show import Named

To = Annotated[
    Path | None,
    typer.Option("--to", metavar="FILE.toml", help="Write it there, not into your folder of exercises."),
]


def copy(
    exercise: Named,
    new: Annotated[
        str | None, typer.Argument(metavar="NEW", help="Slug of the copy; an example may keep its own.")
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="Its name for people.")] = None,
    to: To = None,
) -> None:
    """Copy an exercise's definition into a file to edit, with a comment for each key.

    In your folder of exercises it can be counted and put into a programme at once.
    """
    from repose.exercises import load_exercise
    from repose.exercises.keep import keep, place_for
    from repose.exercises.own import chosen
    from repose.exercises.writing import copy_of, text_of

    source = load_exercise(chosen(exercise))
    mine = copy_of(source, new or source.slug, name)
    path = place_for(mine.slug, to)
    notes = (
        f"{mine.name}: began as a copy of {source.slug}. Change what you like, and then:",
        f"  repose exercise check {path}",
    )
    keep(path, text_of(mine, notes))
    typer.echo(f"{path}: written; edit it, then `repose exercise check {path}`")
    count = mine.slug if to is None else path
    typer.echo(f"`repose count CLIP --exercise {count}` counts with it")
