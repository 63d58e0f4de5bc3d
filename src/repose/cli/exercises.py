"""`repose exercises`: what can be counted."""

from typing import TYPE_CHECKING

from repose.cli.console import output, table

if TYPE_CHECKING:
    from repose.exercises.definition import Dose


def exercises() -> None:
    """List the exercises and their doses."""
    from repose.exercises import load_exercise, slugs

    rows = table("exercise", "name", "position", "dose")
    for slug in slugs():
        exercise = load_exercise(slug)
        definition = exercise.definition
        rows.add_row(slug, definition.name, definition.position, _dose(definition.dose))
    output().print(rows)


def _dose(dose: "Dose") -> str:
    """Such as "5 reps each leg, hold 20 s"."""
    text = f"{dose.reps} reps" + (" each leg" if dose.each_side else "")
    if dose.sets > 1:
        text += f", {dose.sets} sets"
    if dose.hold_s > 0:
        text += f", hold {dose.hold_s:g} s"
    return text
