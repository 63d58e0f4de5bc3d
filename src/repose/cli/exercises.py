"""`repose exercises`: what can be counted."""

from typing import TYPE_CHECKING

import typer

from repose.cli.console import output, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from repose.exercises import Definition
    from repose.exercises.definition import Dose


def exercises() -> None:
    """List the exercises and their doses: the programme's, your own, and examples to copy."""
    from repose.exercises.load import programme
    from repose.exercises.own import examples, own, own_folder

    mine = own()
    _print("The programme", programme().values())
    if mine.good:
        _print("Your own", [one.definition for one in mine.good.values()])
    left = [one.definition for slug, one in examples().items() if slug not in mine.good]
    _print("Examples, not of the programme: `repose exercise copy squat` makes one your own", left)
    typer.echo(f"Exercises of your own are in {own_folder()}")


def _print(title: str, definitions: "Iterable[Definition]") -> None:
    from rich.markup import escape

    rows = table("exercise", "name", "position", "dose")
    for definition in definitions:
        rows.add_row(
            definition.slug, escape(definition.name), escape(definition.position), _dose(definition.dose)
        )
    if rows.row_count:
        output().print(f"[bold]{escape(title)}[/bold]")
        output().print(rows)


def _dose(dose: "Dose") -> str:
    """Such as "5 reps each leg, hold 20 s"."""
    text = f"{dose.reps} reps" + (" each leg" if dose.each_side else "")
    if dose.sets > 1:
        text += f", {dose.sets} sets"
    if dose.hold_s > 0:
        text += f", hold {dose.hold_s:g} s"
    return text
