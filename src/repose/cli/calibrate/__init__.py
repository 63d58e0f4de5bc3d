"""`repose calibrate`: what counts, for whom, since when and why."""

import typer

from repose.cli.calibrate import capture, fit, profiles, recount

app = typer.Typer(
    help="What counts as a rep: thresholds for everybody, for the clinic, for each person and each side.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
profiles.register(app)
app.command("capture")(capture.capture)
app.command("fit")(fit.fit)
app.command("recount")(recount.recount)
