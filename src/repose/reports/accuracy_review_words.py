"""What is said of the accuracy of kept sessions: tables of words, for a page, a file and a terminal.

Where there are too few data, a cell says so instead of giving a number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from repose.evaluation.agreement import Kappa, together
from repose.evaluation.enough import (
    FEWEST_ANGLES,
    FEWEST_EACH,
    FEWEST_EVENTS,
    FEWEST_HOLDS,
    FEWEST_RATED,
    FEWEST_SETS,
    WIDEST,
    enough_sets,
)
from repose.evaluation.kept_accuracy import Accuracy, Case, Group
from repose.evaluation.metrics import Agreement, Share, Summary
from repose.exercises.load import known, name_of
from repose.reports.accuracy_words import UNKNOWN, counts_in_words, number, percent, remarks, signed

TOO_FEW: Final = "too few to tell"

MOST_REMARKS: Final = 6

BIAS: Final = (
    "Sets that were signed off were looked at with the machine's answer in sight: what machine and reviewer "
    "both overlooked is in no number here, so these are rather too good, and most so for faults. Sets that "
    "were annotated, and clips, were labelled without regard to the machine."
)

RULES: Final = (
    f"Too few to tell: fewer than {FEWEST_SETS} sets, or a 95 % interval wider than {100 * WIDEST:.0f} "
    f"points; for reps, fewer than {FEWEST_EVENTS} of them; for holds, fewer than {FEWEST_HOLDS}; for "
    f"angles, fewer than {FEWEST_ANGLES} sets; for kappa, fewer than {FEWEST_RATED} reps, or fewer than "
    f"{FEWEST_EACH} with or without the fault in the eyes of either."
)

HOW: Final = (
    "Reps are matched one to one, on the same side, within 0.5 s of the end position. Shares come with 95 % "
    "Wilson intervals, which take sets as independent; those of one person are not quite. Hold errors come "
    "from annotations and clips alone. A set counts for each side that did something in it."
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        key, title: for programs, and for people.
        heads: of the columns; the first is what the rows are about.
        rows: of texts.
        note: what is to be said below; "" for nothing.
    """

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


_COLUMNS: Final[tuple[tuple[str, Callable[[Summary], str]], ...]] = (
    ("sets", lambda of: str(of.clips)),
    ("counted exactly", lambda of: share(of.exact)),
    ("at most one off", lambda of: share(of.off_by_one)),
    ("mean error", lambda of: _mean_error(of)),
    ("precision", lambda of: _of_events(of.precision, of.matched + of.false)),
    ("recall", lambda of: _of_events(of.recall, of.matched + of.missed)),
    ("F1", lambda of: _of_events(of.f1, min(of.matched + of.false, of.matched + of.missed))),
    ("hold error", lambda of: _hold(of)),
    ("not measured", lambda of: _unmeasured(of)),
)


def group_name(key: str) -> str:
    """What the groups of a table are."""
    return {
        "basis": "how it is known",
        "exercise": "exercise",
        "side": "side",
        "person": "person",
        "view": "camera",
        "model": "model",
        "thresholds": "thresholds",
        "month": "month",
    }[key]


def groups(of: Accuracy) -> dict[str, tuple[Group, ...]]:
    """The groups of every kind, by its key."""
    return {
        "basis": of.by(lambda case: case.basis.value),
        "exercise": of.by(lambda case: exercise_name(case.score.truth.exercise)),
        "side": of.sides,
        "person": of.by(lambda case: case.person),
        "view": of.by(lambda case: case.view or "not known"),
        "model": of.by(lambda case: case.model),
        "thresholds": of.by(
            lambda case: f"{exercise_name(case.score.truth.exercise)} {case.thresholds or 'of the clip'}"
        ),
        "month": of.by(month),
    }


def month(case: Case) -> str | None:
    """The month in which a session began, such as "2026-11"."""
    return f"{case.begun_at.astimezone():%Y-%m}" if case.begun_at else None


def tables(of: Accuracy, members_of: dict[str, tuple[Group, ...]]) -> tuple[Table, ...]:
    """All tables of groups; a kind with nothing in it has none.

    Args:
        of: the accuracy.
        members_of: its `groups`.
    """
    heads = tuple(head for head, _ in _COLUMNS)
    everything = Table("all", "All together", ("", *heads), (("all", *_values(of.total)),))
    found = [everything]
    for key, members in members_of.items():
        if members:
            rows = tuple((each.name, *_values(each.summary)) for each in members)
            found.append(Table(key, f"By {group_name(key)}", (group_name(key), *heads), rows))
    return tuple(found)


def fault_table(of: Accuracy) -> Table | None:
    """Agreement on form faults; None where nobody judged any."""
    if not of.faults:
        return None
    rows = [(f"{exercise_name(one.exercise)}: {one.text}", *_kappa(one.kappa)) for one in of.faults]
    rows.append(("all faults together", *_kappa(together(of.faults))))
    return Table(
        "faults",
        "Agreement on form faults",
        ("fault", "reps", "both saw it", "only the machine", "only the reviewer", "neither", "Cohen's kappa"),
        tuple(rows),
        "Of reps that both counted. Kappa is agreement beyond chance: 1 is perfect, 0 is chance.",
    )


def angle_table(of: Accuracy) -> Table | None:
    """Agreement of angles where they are known; None where they never are."""
    rows = []
    for slug, definition in known().items():
        scores = [case.score for case in of.cases if case.score.truth.exercise == slug]
        for what, errors in (
            ("at the end position", [one.peak_errors for one in scores if len(one.peak_errors)]),
            ("over time", [one.angle_errors for one in scores if len(one.angle_errors)]),
        ):
            if errors:
                agreement = Agreement.of(np.concatenate(errors))
                counts = (str(len(errors)), str(agreement.n))
                rows.append((f"{definition.name}, {what}", *counts, *limits(agreement, len(errors))))
    if not rows:
        return None
    return Table(
        "angles",
        "Agreement of angles (Bland and Altman)",
        ("angle", "sets", "values", "mean difference", "limits of agreement", "mean error"),
        tuple(rows),
        "Degrees, counted minus true, where an annotation or a clip knows the true angle. Limits: ±1.96 SD.",
    )


def headline(of: Accuracy) -> str:
    """The answer in a sentence or two."""
    exact = of.total.exact
    has = "has" if of.others == 1 else "have"
    others = (
        f" {of.others} {_sets(of.others)} that nobody has judged {has} no part in it." if of.others else ""
    )
    if of.left_out:
        others += (
            f" These are the newest; older ones that were judged ({of.left_out} {_sets(of.left_out)}) are "
            "left out: choose a shorter time, or run `repose accuracy` for all of them."
        )
    if not of.cases:
        return f"No set has been judged yet.{others}"
    said = f"{exact.count} of {exact.of} judged {_sets(exact.of)} counted exactly"
    if enough_sets(exact) and exact.value is not None and exact.interval is not None:
        low, high = map(percent, exact.interval)
        return f"{said}: {percent(exact.value)} % (95 % interval {low} to {high} %).{others}"
    return f"{said}: {TOO_FEW} how good the counting is.{others}"


def case_title(case: Case) -> str:
    """Whose set, and which."""
    name = exercise_name(case.score.truth.exercise)
    if case.begun_at is None:
        return f"{case.score.name}: {name}"
    at = case.begun_at.astimezone()
    which = f", set {case.number} of {case.of}" if case.of and case.of > 1 else ""
    return f"{case.person}, {at.day} {at:%b %Y %H:%M}: {name}{which}"


def case_counts(case: Case) -> str:
    """What was counted, and what is true."""
    counted = counts_in_words(case.score.counts)
    return f"counted {counted}, truly {counts_in_words(case.score.truth.counts)} ({case.basis.value})"


def case_remarks(case: Case) -> tuple[str, ...]:
    """What went wrong."""
    said = remarks(case.score)
    if len(said) <= MOST_REMARKS:
        return said
    return (*said[:MOST_REMARKS], f"And {len(said) - MOST_REMARKS} more.")


def exercise_name(slug: str) -> str:
    """An exercise's name for people."""
    return name_of(slug)


def share(of: Share) -> str:
    """Such as "96 % (93–98)" and below it "231 of 240", or that there are too few."""
    if of.value is None or of.interval is None:
        return UNKNOWN
    if not enough_sets(of):
        return f"{TOO_FEW}:\n{of.count} of {of.of} {_sets(of.of)}"
    low, high = map(percent, of.interval)
    return f"{percent(of.value)} % ({low}–{high})\n{of.count} of {of.of}"


def limits(of: Agreement, sets: int) -> tuple[str, str, str]:
    """Mean difference, limits of agreement and mean error of values from so many sets."""
    if sets < FEWEST_ANGLES:
        return (TOO_FEW, TOO_FEW, TOO_FEW)
    return signed(of.bias), f"{signed(of.low)} … {signed(of.high)}", number(of.mae, 1)


def _values(of: Summary) -> tuple[str, ...]:
    return tuple(value(of) for _, value in _COLUMNS)


def _mean_error(of: Summary) -> str:
    if of.mae is None:
        return UNKNOWN
    return TOO_FEW if of.exact.of < FEWEST_SETS else f"{of.mae:.2f} reps"


def _of_events(value: float | None, events: int) -> str:
    if value is None:
        return UNKNOWN
    return (
        f"{TOO_FEW}:\n{events} {'rep' if events == 1 else 'reps'}"
        if events < FEWEST_EVENTS
        else f"{value:.3f}"
    )


def _hold(of: Summary) -> str:
    if not of.hold.n:
        return UNKNOWN
    if of.hold.n < FEWEST_HOLDS:
        return f"{TOO_FEW}:\n{of.hold.n} {'hold' if of.hold.n == 1 else 'holds'}"
    return f"{number(of.hold.median, 2)} s\n95 % within {number(of.hold.p95, 2)} s"


def _unmeasured(of: Summary) -> str:
    if not of.duration_s:
        return UNKNOWN
    return f"{percent(of.not_measured_s / of.duration_s)} % of {_duration(of.duration_s)}"


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def _kappa(of: Kappa) -> tuple[str, ...]:
    counts = tuple(map(str, (of.n, of.both, of.machine, of.reviewer, of.neither)))
    if of.value is None:
        return (*counts, "only ever one answer: nothing to compare" if of.n else UNKNOWN)
    return (*counts, f"{of.value:.2f}".replace("-", "−") if of.enough else TOO_FEW)


def _sets(number: int) -> str:
    return "set" if number == 1 else "sets"
