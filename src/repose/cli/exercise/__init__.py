"""`repose exercise`: exercises of one's own, from a copy or from a demonstration."""

import typer

from repose.cli.exercise.check import check
from repose.cli.exercise.copy import copy
from repose.cli.exercise.new import new
from repose.cli.exercise.show import show
from repose.cli.exercises import exercises

app = typer.Typer(
    help="Exercises of your own, without code: copy one, or show one to the camera, and change its file.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for _name, _command, _examples in (
    ("list", exercises, ("list",)),
    ("show", show, ("show squat", "show my-exercise.toml")),
    ("copy", copy, ("copy squat", "copy knee-to-chest gentle-knee-to-chest")),
    ("check", check, ("check my-exercise.toml", "check")),
    ("new", new, ("new --from demonstration.mp4 --name 'Side step'",)),
):
    _lines = "\n".join(f"  repose exercise {example}" for example in _examples)
    app.command(_name, epilog=f"\b\nExamples:\n{_lines}")(_command)
