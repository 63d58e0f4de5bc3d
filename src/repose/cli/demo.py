"""`repose demo`: one sample clip of each exercise, beside its truth."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from repose.cli.console import clip_progress, notes, output, table
from repose.cli.options import Model

if TYPE_CHECKING:
    from repose.evaluation.metrics import ClipScore


def demo(
    model: Model = "full",
    fresh: Annotated[bool, typer.Option("--fresh", help="Run the pose model again.")] = False,
) -> None:
    """Count the samples. One clip of each exercise, beside what truly happened."""
    from repose.demo import CACHE, CachedCounter, samples
    from repose.evaluation.evaluate import evaluate

    folder = samples()
    with clip_progress() as (on_clip, on_frame):
        counter = CachedCounter(CACHE, fresh, on_frame)
        evaluation = evaluate(folder, count_clip=counter, model=model, on_clip=on_clip)
    if counter.from_cache:
        notes().print("landmarks from the cache; run `repose demo --fresh` to run the pose model again")
    console = output()
    console.print(_table(evaluation.clips))
    wrong = [clip.name for clip in evaluation.clips if not clip.right]
    if wrong:
        console.print(f"[bold red]counted wrong: {', '.join(wrong)}[/bold red]")
        raise typer.Exit(1)
    console.print("[bold]every sample is counted exactly[/bold]")


def _table(clips: "tuple[ClipScore, ...]") -> Table:
    rows = table()
    rows.add_column("exercise", no_wrap=True)
    rows.add_column("side")
    rows.add_column("counted", justify="right")
    rows.add_column("true", justify="right")
    rows.add_column("partials (true)")
    rows.add_column("hold, s (true)")
    for clip in clips:
        rows.add_row(
            clip.truth.exercise,
            _sides(clip),
            str(clip.counts["total"]),
            str(clip.truth.counts["total"]),
            escape(_partials(clip)),
            escape(_holds(clip)),
        )
    return rows


def _sides(clip: "ClipScore") -> str:
    counts = clip.counts
    return ", ".join(side for side in ("left", "right", "both") if counts[side]) or "-"


def _partials(clip: "ClipScore") -> str:
    """How many partials, why, and how many there truly are."""
    from repose.cli.count_table import in_words

    if clip.result is None:
        return clip.error or ""
    reasons = Counter(in_words(rep.reason or "") for rep in clip.result.partials)
    text = ", ".join(f"{number} {reason}" for reason, number in reasons.items()) or "0"
    return f"{text} ({len(clip.truth.partials)})"


def _holds(clip: "ClipScore") -> str:
    pairs = [
        f"{rep.hold_s:.1f} ({true.hold_s:.1f})" for true, rep in clip.matching.reps if true.hold_s is not None
    ]
    return ", ".join(pairs)
