"""`repose bench counting`: speed and memory of counting."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from repose.cli.clips import clip_and_exercise
from repose.cli.console import notes, output, progress, table
from repose.errors import ReposeError

if TYPE_CHECKING:
    from repose.bench.counting import Cost, Recount


def counting(
    clip: Annotated[
        Path | None, typer.Argument(help="A video with its truth file beside it; a sample if not given.")
    ] = None,
    exercise: Annotated[
        str | None, typer.Option(metavar="SLUG", help="What the clip shows, if it has no truth file.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each model.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
) -> None:
    """Measure speed and memory. A video beside the bare landmarker, and a recording counted again."""
    from repose.bench.counting import MODELS, measure_cost, measure_recount
    from repose.pipeline import count_source

    clip, slug = clip_and_exercise(clip, exercise)
    tell = notes()
    costs: list[Cost] = []
    missing: dict[str, str] = {}
    with tell.status("") as status:

        def on_step(step: str) -> None:
            status.update(step)

        for model in MODELS:
            try:
                costs.append(measure_cost(clip, slug, model, rounds, on_step))
            except ReposeError as error:
                missing[model] = str(error)
    if not costs:
        raise ReposeError(missing[MODELS[0]])
    with progress("reading the landmarks") as on_frame:
        _, track, _ = count_source(str(clip), slug, model=costs[0].model, on_frame=on_frame)
    with tell.status("an hour of recording"):
        recount = measure_recount(track, slug, 3600.0)
    if as_json:
        typer.echo(json.dumps(_as_json(clip, costs, missing, recount), indent=2))
    else:
        _print(output(), clip, costs, missing, recount)


def _as_json(
    clip: Path, costs: "list[Cost]", missing: dict[str, str], recount: "Recount"
) -> dict[str, object]:
    from repose.bench.counting import summary

    return {
        "clip": clip.name,
        "models": {
            cost.model: {
                "frames": cost.frames,
                "ratio": summary(cost.ratios),
                "bare_ms_per_frame": summary([1000 * each / cost.frames for each in cost.bare_s]),
                "repose_ms_per_frame": summary([1000 * each / cost.frames for each in cost.repose_s]),
            }
            for cost in costs
        },
        "not_obtainable": missing,
        "recount": {
            "recorded_s": round(recount.recorded_s, 3),
            "frames": recount.frames,
            "count_s": round(recount.count_s, 3),
            "times_real_time": round(recount.times_real_time),
            "process_s": round(recount.process_s, 3),
            "peak_mb": round(recount.peak_mb, 1),
        },
    }


def _print(
    console: Console, clip: Path, costs: "list[Cost]", missing: dict[str, str], recount: "Recount"
) -> None:
    from repose.bench.counting import summary

    rows = table()
    rows.add_column("model")
    for title in ("bare loop, ms a frame", "Repose, ms a frame", "Repose / bare: median", "min", "max"):
        rows.add_column(title, justify="right")
    for cost in costs:
        ratio = summary(cost.ratios)
        per_frame = [summary(each)["median"] * 1000 / cost.frames for each in (cost.bare_s, cost.repose_s)]
        rows.add_row(
            cost.model,
            *(f"{each:.1f}" for each in per_frame),
            *(f"{ratio[key]:.3f}" for key in ("median", "min", "max")),
        )
    console.print(f"[bold]{escape(clip.name)}[/bold], wall time, {len(costs[0].bare_s)} rounds")
    console.print(rows)
    for model, why in missing.items():
        console.print(f"{model}: not measured, {why}", markup=False)
    console.print(
        f"re-counting {recount.recorded_s / 3600:.1f} h of recording ({recount.frames} frames): "
        f"{recount.count_s:.2f} s, {recount.times_real_time:.0f} times real time; "
        f"{recount.process_s:.2f} s with Python's start; peak memory {recount.peak_mb:.0f} MB"
    )
