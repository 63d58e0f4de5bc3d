"""An evaluation as tables for people at a terminal."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from repose.evaluation.evaluate import Evaluation
from repose.evaluation.metrics import AbsoluteError, Agreement, ClipScore, Summary, summarise
from repose.reports.accuracy_words import (
    INTENDED_USE,
    METHOD,
    UNKNOWN,
    answer,
    failures_first,
    figures,
    headline,
    number,
    remarks,
    short_counts,
    signed,
)

BAD, DOUBTFUL = "bold red", "yellow"


def print_evaluation(console: Console, evaluation: Evaluation) -> None:
    """Print the clips, wrong ones first, what is to be said of them, and the summary."""
    clips = failures_first(evaluation.clips)
    console.print(_clips(clips))
    for clip in clips:
        if said := remarks(clip):
            console.print(Text.assemble((clip.name, _style(clip)), ": ", " ".join(said)))
    console.print(_summary(evaluation))
    total = evaluation.total
    console.print(Text(headline(total), style="bold" if total.right.count == total.clips else BAD))
    console.print(Text(f"Model: {evaluation.model}. {METHOD}", style="dim"))
    console.print(Text(INTENDED_USE, style="dim"))


def _clips(clips: list[ClipScore]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("clip", overflow="fold")
    table.add_column("answer", no_wrap=True)
    for heading in (
        "counted\n/ true",
        "precision,\nrecall, F1",
        "partials\nseen",
        "hold (s)\nmed, p95",
        "angle (°)\nMAE bias±LoA",
        "unseen\n(s)",
        "ms/frame\npose+rest",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for clip in clips:
        own = summarise([clip])
        table.add_row(
            Text(clip.name, style=_style(clip)),
            Text(answer(clip), style=_style(clip)),
            f"{short_counts(clip.counts)} / {short_counts(clip.truth.counts)}",
            " ".join(number(value, 2) for value in (own.precision, own.recall, own.f1)),
            f"{own.partials.count} of {own.partials.of}" if own.partials.of else UNKNOWN,
            _hold(own.hold),
            _angle(own.angle),
            number(own.not_measured_s, 1),
            _time(own),
        )
    return table


def _style(clip: ClipScore) -> str:
    if not clip.right:
        return BAD
    return DOUBTFUL if clip.by_luck else ""


def _hold(hold: AbsoluteError) -> str:
    return f"{number(hold.median, 2)} {number(hold.p95, 2)}" if hold.n else UNKNOWN


def _angle(angle: Agreement) -> str:
    if angle.bias is None or angle.high is None:
        return UNKNOWN
    return f"{number(angle.mae, 1)} {signed(angle.bias)}±{number(angle.high - angle.bias, 1)}"


def _time(summary: Summary) -> str:
    if not summary.frames:
        return UNKNOWN
    return f"{number(summary.landmarker_ms, 1)}+{number(summary.outside_ms, 1)}"


def _summary(evaluation: Evaluation) -> Table:
    columns, lines = figures(evaluation)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("in numbers", no_wrap=True)
    for column in columns:
        table.add_column(column.replace("-", " "), justify="right", min_width=14)
    table.add_column("target", no_wrap=True)
    for line in lines:
        table.add_row(line.label, *line.values, line.target)
    return table
