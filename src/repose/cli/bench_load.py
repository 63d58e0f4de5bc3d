"""`repose bench load`: what the live coach holds besides coaching."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape

from repose.cli.clips import RestToRest, clip_and_truth
from repose.cli.console import output, table, time_progress
from repose.cli.options import Model

if TYPE_CHECKING:
    from repose.bench.load import LoadFigures

RATES: Final = (10.0, 25.0, 50.0, 100.0)


def load(
    seconds: Annotated[float, typer.Option(min=2, max=600, help="How long each part lasts.")] = 30.0,
    pages: Annotated[
        int, typer.Option(min=0, max=40, help="Pages that watch, beside the one that controls.")
    ] = 20,
    rate: Annotated[
        list[float] | None,
        typer.Option(min=0.1, max=2000, help="History requests a second, once for each part. 10 25 50 100"),
    ] = None,
    clip: RestToRest = None,
    model: Model = "full",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
) -> None:
    """Measure what the live coach holds: watching pages, and requests over a year of kept sessions.

    First the coach alone, then with the pages, then with more and more requests besides.
    """
    from repose.bench.load import Wish, measure_load

    clip, truth = clip_and_truth(clip, "which exercise it shows")
    wishes = [Wish(pages, 0.0), *(Wish(pages, each) for each in sorted(rate or RATES))]
    with time_progress() as show:
        figures = measure_load(clip, truth, wishes, seconds=seconds, model=model, on_progress=show)
    if as_json:
        said = asdict(figures)
        for part, measured in zip(said["parts"], figures.parts, strict=True):
            part["held"] = figures.held(measured)
        typer.echo(json.dumps(said, indent=2))
    else:
        _print(output(), figures)


def _print(console: Console, figures: "LoadFigures") -> None:
    console.print(f"[bold]{escape(figures.clip)}[/bold], {figures.seconds:g} s each part")
    rows = table()
    for title in (
        "pages",
        "requests/s",
        "coach fps",
        "left out/s",
        "page fps",
        "picture ms",
        "answered/s",
        "answer ms",
        "refused",
        "failed",
        "held",
    ):
        rows.add_column(title, justify="right")
    for part in figures.parts:
        asked = part.wish.rate > 0
        least, middle, _ = part.shown_fps
        rows.add_row(
            str(part.wish.pages),
            f"{part.wish.rate:g}",
            f"{part.analysed_fps:.1f}",
            f"{part.dropped_a_second:.1f}",
            f"{middle:.1f} (≥ {least:.1f})",
            _pair(part.picture_ms),
            f"{part.answered_a_second:.1f}" if asked else "",
            _pair(part.page_ms) if asked else "",
            str(part.refused) if asked else "",
            str(part.failed) if asked else "",
            "yes" if figures.held(part) else "NO",
        )
    console.print(rows)
    console.print("Milliseconds: median and 95th percentile, of requests from the moment that they are due.")
    for note in figures.parts[-1].notes:
        console.print(f"The coach says: {note}", markup=False)


def _pair(values: tuple[float | None, float | None]) -> str:
    return " / ".join("–" if value is None else f"{value:.0f}" for value in values)
