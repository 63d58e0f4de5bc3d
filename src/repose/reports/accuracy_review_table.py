"""The accuracy of kept sessions as tables for people at a terminal."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from repose import INTENDED_USE
from repose.evaluation.kept_accuracy import Accuracy
from repose.reports import accuracy_review_words as words

MOST_WORST = 10


def print_accuracy(console: Console, of: Accuracy) -> None:
    """Print the worst cases, the tables and the headline; nothing but the latter without any case."""
    if of.cases:
        for table in words.tables(of, words.groups(of)):
            _print(console, table)
        for extra in (words.fault_table(of), words.angle_table(of)):
            if extra:
                _print(console, extra)
        if of.worst:
            console.print(Text("Worst cases first", style="bold"))
        for case in of.worst[:MOST_WORST]:
            where = f" [{case.session_id[:8]}]" if case.session_id else ""
            console.print(Text(f"{words.case_title(case)}{where}: {words.case_counts(case)}"))
            for said in words.case_remarks(case):
                console.print(Text(f"  {said}", style="dim"))
        console.print(Text(words.BIAS, style="dim"))
        console.print(Text(words.RULES, style="dim"))
    console.print(Text(words.headline(of), style="bold"))
    console.print(Text(INTENDED_USE, style="dim"))


def _print(console: Console, table: words.Table) -> None:
    console.print(Text(table.title, style="bold"))
    shown = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for head in table.heads:
        shown.add_column(head, overflow="fold")
    for row in table.rows:
        shown.add_row(*map(Text, row))
    console.print(shown)
