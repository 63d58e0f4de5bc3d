"""`repose bench soak`: whether the live coach is after hours as it was at the begin."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape

from repose.cli.clips import RestToRest, clip_and_truth
from repose.cli.console import notes, output, table, time_progress
from repose.cli.options import Model

if TYPE_CHECKING:
    from repose.bench.soak import Sample, SoakFigures

LONGEST_H: Final = 8.0

LINE_EVERY_S: Final = 300.0
"""Time between two lines about how it goes, where there is no terminal for a bar."""


def soak(
    hours: Annotated[
        float, typer.Option(min=0.005, max=LONGEST_H, help="How long the clip is played again and again.")
    ] = 2.0,
    clip: RestToRest = None,
    model: Model = "full",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
) -> None:
    """Run one live session for hours. Exit code 1 if the count is wrong or anything grows.

    A video in real time as the camera, the pose model, the server, the database and a page that watches.
    """
    from repose.bench.soak import soak as run

    clip, truth = clip_and_truth(clip, "what must be counted")
    said = notes()
    told_s = -LINE_EVERY_S

    def tell(sample: "Sample", reps: int) -> None:
        nonlocal told_s
        if not sys.stderr.isatty() and sample.at_s - told_s >= LINE_EVERY_S:
            told_s = sample.at_s
            said.print(_line(sample, reps))

    with time_progress() as show:
        figures = run(clip, truth, hours=hours, model=model, on_progress=show, on_sample=tell)
    if as_json:
        typer.echo(json.dumps(_as_json(figures), indent=2))
    else:
        _print(output(), figures)
    if not figures.held:
        raise typer.Exit(1)


def _line(sample: "Sample", reps: int) -> str:
    used = sample.usage
    machine = ""
    if used is not None:
        machine = f", {used.memory_mb:.0f} MB, {used.files} files, {used.threads} threads"
    return f"after {sample.at_s / 60:.0f} min: {reps} reps{machine}, database {sample.stored_mb:.1f} MB"


def _as_json(figures: "SoakFigures") -> dict[str, object]:
    return {
        "clip": figures.clip,
        "rounds": figures.rounds,
        "model": figures.model,
        "seconds": round(figures.duration_s, 1),
        "compared_seconds": round(figures.window_s, 1),
        "reps": {
            name: {"complete": tally.complete, "partial": tally.partial}
            for name, tally in (
                ("truth", figures.truth),
                ("announced", figures.announced),
                ("kept", figures.kept),
            )
        },
        "rows": [
            {"name": row.name, "first": row.first, "last": row.last, "most": row.most, "held": row.held}
            for row in figures.rows
        ],
        "surprises": figures.surprises,
        "troubles": figures.troubles,
        "notes": figures.notes,
        "held": figures.held,
    }


def _print(console: Console, figures: "SoakFigures") -> None:
    console.print(
        f"[bold]{escape(figures.clip)}[/bold] {figures.rounds} times, {figures.duration_s / 60:.1f} min, "
        f"{figures.model} model; the first and the last {figures.window_s / 60:.1f} min beside each other"
    )
    rows = table("")
    for title in ("first", "last", "at most", "held"):
        rows.add_column(title, justify="right")
    for row in figures.rows:
        held = "" if row.most is None else "yes" if row.held else "NO"
        rows.add_row(row.name, _figure(row.first), _figure(row.last), _figure(row.most), held)
    console.print(rows)
    reps = table("reps")
    for title in ("complete", "partial", "held"):
        reps.add_column(title, justify="right")
    for name, tally in (
        ("truth", figures.truth),
        ("announced", figures.announced),
        ("kept", figures.kept),
    ):
        held = "yes" if tally == figures.truth else "NO"
        reps.add_row(name, str(tally.complete), str(tally.partial), held)
    console.print(reps)
    for surprise in figures.surprises:
        console.print(surprise, markup=False)
    for trouble in figures.troubles:
        console.print(f"Trouble: {trouble}", markup=False)
    for note in figures.notes:
        console.print(f"The coach says: {note}", markup=False)
    console.print("All of it held." if figures.held else "NOT all of it held.")


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}"
