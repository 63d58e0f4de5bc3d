"""`repose calibrate`: what counts, for whom, since when and why."""

import typer

from repose.cli.calibrate import capture, profiles

app = typer.Typer(
    help="What counts as a rep: thresholds for everybody, for the clinic, for each person and each side.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
profiles.register(app)
app.command("capture")(capture.capture)
