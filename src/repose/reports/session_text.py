"""The report in short, for the terminal."""

from rich.console import Console
from rich.markup import escape

from repose import INTENDED_USE
from repose.cli.console import table
from repose.reports import session_words as words
from repose.reports.session_facts import Facts

FLAGS_SHOWN = 5


def print_session(console: Console, facts: Facts) -> None:
    """Print what the page tells, but for its pictures."""
    head = facts.session.head
    console.print(escape(f"{facts.session.person.name}, {words.day(head.begun_at)}, {words.when(facts)}"))
    console.print(escape(words.verdict(facts)))
    if note := words.not_ended(facts):
        console.print(note)
    if facts.lines:
        lines = table("exercise", "side", "sets", "reps", "machine", "range", "target", "hold", "holds kept")
        for line in facts.lines:
            lines.add_row(
                words.exercise(line.exercise),
                words.side(line.exercise, line.side),
                words.sets(line),
                words.dose(line),
                str(line.machine),
                words.spread_deg(line.angle),
                words.UNKNOWN if line.target_deg is None else words.degrees(line.target_deg),
                words.hold(line),
                words.held(line) if line.hold_asked_s else words.UNKNOWN,
            )
        console.print(lines)
    if facts.faults:
        faults = ", ".join(f"{words.fault(one)} ({one.reps} of {one.of})" for one in facts.faults)
        console.print(escape(f"Form faults: {faults}."))
    if facts.unseen:
        unseen = ", ".join(
            f"{words.unseen(one.reason)} ({words.length(one.seconds)})" for one in facts.unseen
        )
        console.print(escape(f"Not measured: {unseen}."))
    for flag in facts.flags[:FLAGS_SHOWN]:
        console.print(
            escape(f"Worth a look: {words.clock(flag.peak_s)}, {words.of_set(flag)}: {words.flagged(flag)}")
        )
    if (more := len(facts.flags) - FLAGS_SHOWN) > 0:
        console.print(f"and {words.number(more, 'more rep')}.")
    console.print(escape(f"{words.review(facts)} {words.kept(facts)}"))
    console.print(escape(words.versions(facts)), style="dim")
    console.print(INTENDED_USE, style="dim")
