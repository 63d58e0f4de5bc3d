"""`repose exercise show`: an exercise in words."""

from typing import Annotated

import typer

from repose.cli.console import output

Named = Annotated[str, typer.Argument(metavar="SLUG|FILE", help="Its name, or the path of its file.")]


def show(exercise: Named) -> None:
    """Say in plain sentences what an exercise is, and what counts."""
    from rich.markup import escape
    from rich.table import Table

    from repose.exercises import load_exercise
    from repose.exercises.describe import describe
    from repose.exercises.own import chosen, others

    found = load_exercise(chosen(exercise))
    rows = Table.grid(padding=(0, 2))
    for heading, text in describe(found):
        rows.add_row(escape(heading), escape(text))
    output().print(rows)
    if (file := others().get(found.slug)) is not None:
        typer.echo(f"in {file.path}")
    typer.echo(f"`repose calibrate show --exercise {found.slug}` tells every number in force")
