"""`repose doctor`: whether this machine can run Repose, and how to mend what is wrong."""

import typer

from repose.cli.options import Model


def doctor(model: Model = "full") -> None:
    """Check this machine. Python, MediaPipe, OpenCV, pose model, cameras; failures say how to mend them."""
    from repose.doctor import failed, render, run_checks

    checks = run_checks(model)
    typer.echo(render(checks))
    if failed(checks):
        raise typer.Exit(1)
