"""The summary that is spoken at the end."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from repose.coaching.record import SetRecord
from repose.coaching.wording import sentence

OFTEN: Final = 1 / 3
"""Share of all reps from which on a fault is worth a word at the end."""


def summary(records: Sequence[SetRecord], ending: str = "") -> str:
    """What was done, in a few sentences.

    Args:
        records: the whole programme.
        ending: why it ended early, in a sentence; "" when all of it was gone through.
    """
    parts = [ending or "All done."]
    for _, group in groupby(records, key=lambda record: record.planned.exercise):
        line = _exercise(list(group))
        if line:
            parts.append(line)
    if len(parts) == 1:
        return f"{ending} Nothing was counted.".strip()
    if fault := _frequent_fault(records):
        parts.append(f"Next time, {fault}.")
    if all(record.complete for record in records):
        parts.append("Well done.")
    return " ".join(parts)


def _exercise(records: list[SetRecord]) -> str:
    """Such as "Heel slides: 10 left, 4 of 10 right."; "" when nothing of it was done."""
    if not any(record.reps for record in records):
        return ""
    sided = len({record.planned.side for record in records}) > 1 or records[0].planned.side != "both"
    done = []
    for side, group in groupby(records, key=lambda record: record.planned.side):
        sets = list(group)
        reps, target = sum(len(r.reps) for r in sets), sum(r.planned.reps for r in sets)
        number = str(reps) if reps >= target else f"{reps} of {target}"
        done.append(f"{number} {side}" if sided else number)
    return sentence(f"{records[0].exercise.name}: {', '.join(done)}")


def _frequent_fault(records: Sequence[SetRecord]) -> str | None:
    """The text of the most frequent fault, if a good part of the reps showed it."""
    counts: Counter[str] = Counter()
    for record in records:
        counts.update(dict(record.fault_counts()))
    reps = sum(len(record.reps) for record in records)
    if not counts:
        return None
    text, often = counts.most_common(1)[0]
    return text if often >= max(OFTEN * reps, 2) else None
