"""The commands, and what happens to errors."""

import logging
import sys
from typing import Annotated

import typer

from repose import __version__
from repose.cli import (
    account,
    accuracy,
    audit,
    bench,
    calibrate,
    count,
    delete,
    demo,
    doctor,
    evaluate,
    exercise,
    exercises,
    export,
    licences,
    live,
    migrate,
    report,
    review,
    sessions,
)
from repose.errors import ReposeError

app = typer.Typer(
    help="Counts rehabilitation exercises in a video, a camera or a recording. "
    "It counts what a clinician prescribed; it does not diagnose and is not a medical device.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("count")(count.count)
app.command("live")(live.live)
app.add_typer(calibrate.app, name="calibrate")
app.command("sessions")(sessions.sessions)
app.command("review")(review.review)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("delete")(delete.delete)
app.command("migrate")(migrate.migrate)
app.add_typer(account.app, name="account")
app.add_typer(audit.app, name="audit")
app.command("accuracy")(accuracy.accuracy)
app.command("evaluate")(evaluate.evaluate)
app.command("exercises")(exercises.exercises)
app.add_typer(exercise.app, name="exercise")
app.command("doctor")(doctor.doctor)
app.command("licences")(licences.licences)
app.add_typer(bench.app, name="bench")
app.command("demo")(demo.demo)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"repose {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


class _Notes(logging.Handler):
    """Prints what the rooms log for the user, one line each."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print to what stderr is now: a progress bar may have put itself in between."""
        typer.echo(f"repose: {record.getMessage()}", err=True)


def main() -> None:
    """Run the command line; what the user can mend is told in one line, with exit code 2."""
    log, handler = logging.getLogger("repose"), _Notes(logging.WARNING)
    log.addHandler(handler)
    try:
        app()
    except ReposeError as error:
        typer.echo(f"repose: {error}", err=True)
        sys.exit(2)
    finally:
        log.removeHandler(handler)
