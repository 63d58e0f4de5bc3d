"""`repose bench live`: how fast the live coach is."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape

from repose.cli.clips import clip_and_exercise
from repose.cli.console import output, table, time_progress
from repose.cli.options import Model

if TYPE_CHECKING:
    from repose.bench.figures import LiveFigures, Reps

LONGEST_MIN: Final = 240.0


def live(
    clip: Annotated[
        Path | None,
        typer.Argument(help="A video of reps of one side, with its truth file; a sample if not given."),
    ] = None,
    exercise: Annotated[
        str | None, typer.Option(metavar="SLUG", help="What the clip shows, if it has no truth file.")
    ] = None,
    minutes: Annotated[
        float, typer.Option(min=0.1, max=LONGEST_MIN, help="How long the clip is played again and again.")
    ] = 10.0,
    model: Model = "full",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
) -> None:
    """Measure the live coach. A video in real time as the camera, a browser without a window as the page."""
    from repose.bench.browser import find_chromium
    from repose.bench.live import measure_live

    clip, slug = clip_and_exercise(clip, exercise)
    find_chromium()
    with time_progress() as show:
        figures = measure_live(clip, slug, minutes=minutes, model=model, on_progress=show)
    if as_json:
        typer.echo(json.dumps(_as_json(figures), indent=2))
    else:
        _print(output(), figures)


def _as_json(figures: "LiveFigures") -> dict[str, object]:
    memory = figures.memory_mb
    return {
        "clip": figures.clip,
        "model": figures.model,
        "size": figures.size,
        "seconds": round(figures.duration_s, 1),
        "camera_to_screen_ms": _spread(figures.latencies_ms),
        "rep_to_tone_ms": _spread(figures.tones_ms),
        "fps": {
            "camera": figures.frame_rate,
            "analysed": round(figures.analysed_fps, 2),
            "shown": round(figures.shown_fps, 2),
        },
        "dropped": figures.dropped,
        "server_cpu_cores": figures.cpu_share and round(figures.cpu_share, 3),
        "server_memory_mb": memory
        and {
            "begin": round(memory.begin_mb, 1),
            "end": round(memory.end_mb, 1),
            "slope_per_minute": round(memory.slope_mb_per_min, 3),
        },
        "reps": {
            "live": _counts(figures.live),
            "counted": _counts(figures.counted),
            "same": figures.same_reps,
        },
        "notes": figures.notes,
    }


def _spread(values: tuple[float, ...]) -> dict[str, float | int | None]:
    from repose.bench.figures import percentile

    return {
        "median": percentile(values, 50),
        "p95": percentile(values, 95),
        "max": percentile(values, 100),
        "n": len(values),
    }


def _counts(reps: "Reps") -> dict[str, int]:
    complete = sum(complete for _, complete in reps)
    return {"complete": complete, "partial": len(reps) - complete}


def _print(console: Console, figures: "LiveFigures") -> None:
    from repose.bench.figures import LATENCY_TARGET_MS, TONE_TARGET_MS, percentile

    width, height = figures.size
    console.print(
        f"[bold]{escape(figures.clip)}[/bold] for {figures.duration_s / 60:.1f} min, {figures.model} model, "
        f"{width} x {height} pixels, {figures.frame_rate:.0f} pictures a second"
    )
    rows = table("", "")
    rows.add_column("measured", justify="right")
    rows.add_column("target", justify="right")

    def delays(name: str, values: tuple[float, ...], target_ms: float) -> None:
        for title, share in (("median", 50), ("95th percentile", 95)):
            measured = percentile(values, share)
            said = "not measured" if measured is None else f"{measured:.0f} ms"
            rows.add_row(name, title, said, f"≤ {target_ms:.0f} ms" if share == 95 else "")

    delays("camera to screen", figures.latencies_ms, LATENCY_TARGET_MS)
    delays("rep to tone", figures.tones_ms, TONE_TARGET_MS)
    rows.add_row("pictures a second", "analysed", f"{figures.analysed_fps:.1f}", "")
    rows.add_row("", "shown", f"{figures.shown_fps:.1f}", "")
    rows.add_row("", "dropped in all", str(figures.dropped), "")
    if figures.cpu_share is not None:
        rows.add_row("server", "CPU, share of a core", f"{figures.cpu_share:.0%}", "")
    if figures.memory_mb is not None:
        memory = figures.memory_mb
        rows.add_row("", "memory, begin", f"{memory.begin_mb:.0f} MB", "")
        rows.add_row("", "memory, end", f"{memory.end_mb:.0f} MB", "")
        rows.add_row("", "memory, slope", f"{memory.slope_mb_per_min:+.2f} MB a minute", "does not grow")
    live, counted = _counts(figures.live), _counts(figures.counted)
    for title in ("complete", "partial"):
        rows.add_row("reps" if title == "complete" else "", title, str(live[title]), f"= {counted[title]}")
    console.print(rows)
    console.print(
        "Live, the same reps in the same order as `repose count` finds."
        if figures.same_reps
        else "Live, NOT the same reps as `repose count` finds."
    )
    for note in figures.notes:
        console.print(f"The coach says: {note}", markup=False)
