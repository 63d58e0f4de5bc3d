"""A count as a table for people."""

from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from repose.cli.console import table
from repose.counting.result import CountResult, Rep
from repose.exercises import Definition
from repose.exercises.load import known
from repose.kinematics.quality import ADVICE, Sight

_SIGHTS: Final = {sight.name.lower(): sight for sight in Sight}


def print_count(
    console: Console, result: CountResult, source: str, definition: Definition | None = None
) -> None:
    """Print counts, a row for each rep and partial, and what could not be measured.

    Args:
        console: where to.
        result: the count.
        source: name of the source, without folders.
        definition: the exercise; None for the known one of that name.
    """
    definition = definition or known()[result.exercise]
    console.print(f"[bold]{escape(definition.name)}[/bold] in {escape(source)}, {result.duration_s:.1f} s")
    console.print(f"[bold]{_counts(result)}[/bold]")
    if result.reps or result.partials:
        console.print(_rep_table(result, definition))
    if result.unmeasured:
        console.print(f"Not measured: {result.not_measured_s:.1f} s of {result.duration_s:.1f} s")
        for span in result.unmeasured:
            why = escape(reason_in_words(span.reason))
            console.print(f"  {span.start_s:.1f} to {span.end_s:.1f} s: {why}")
    for fault in definition.unseen:
        console.print(f"Not measured: {in_words(fault.name)}; {escape(fault.why)}", style="dim")


def in_words(name: str) -> str:
    """A name such as "knee_flexion" as people write it."""
    return name.replace("_", " ")


def reason_in_words(reason: str) -> str:
    """Why time was not measured, and what to change."""
    return ADVICE.get(_SIGHTS.get(reason, Sight.GOOD), in_words(reason))


def _counts(result: CountResult) -> str:
    """The counts in a line: "3 reps: 1 left, 2 right; 1 partial"."""
    counts = result.counts
    text = _number(counts["total"], "rep")
    if counts["left"] or counts["right"]:
        text += ": " + ", ".join(
            f"{counts[side]} {side}" for side in ("left", "right", "both") if counts[side]
        )
    if result.partials:
        text += "; " + _number(len(result.partials), "partial")
    return text


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _rep_table(result: CountResult, definition: Definition) -> Table:
    rows = table()
    rows.add_column("rep", justify="right", no_wrap=True)
    rows.add_column("side", no_wrap=True)
    for title in ("start s", "peak s", "end s", "hold s"):
        rows.add_column(title, justify="right", no_wrap=True)
    rows.add_column("range", justify="right", no_wrap=True)
    rows.add_column("sure", justify="right", no_wrap=True)
    rows.add_column("angles at the peak, remarks")
    numbered = [(str(number), rep) for number, rep in enumerate(result.reps, 1)]
    numbered += [("-", rep) for rep in result.partials]
    for number, rep in sorted(numbered, key=lambda row: (row[1].start_s, row[1].end_s)):
        rows.add_row(
            number,
            rep.side,
            *(f"{moment:.1f}" for moment in (rep.start_s, rep.peak_s, rep.end_s, rep.hold_s)),
            f"{100 * rep.excursion:.0f} %",
            f"{100 * rep.confidence:.0f} %",
            escape(_remarks(rep, definition)),
            style="dim" if rep.reason else None,
        )
    return rows


def _remarks(rep: Rep, definition: Definition) -> str:
    """The angles, why it did not count, and each fault with what to do about it, a line each."""
    advice = {fault.name: fault.text for fault in definition.faults}
    lines = [", ".join(f"{in_words(name)} {angle:.0f}°" for name, angle in rep.peak.items())]
    lines += [f"partial: {in_words(rep.reason)}"] if rep.reason else []
    lines += [f"{in_words(fault)}: {advice[fault]}" for fault in rep.faults]
    return "\n".join(lines)
