"""What two counts of one set differ in. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from repose.calibration.fitting.score import as_result
from repose.counting.result import Rep
from repose.evaluation.matching import match
from repose.evaluation.truth import TrueRep, Truth
from repose.review.words import reason_in_words

HOLD_S: Final = 0.1
"""A hold that changes by less has not changed: it is shown with one decimal."""

TRUE_HOLD_S: Final = 0.5
"""A hold that differs by less from what somebody annotated is right: nobody taps to the tenth."""

Kind = Literal["rep", "partial", "hold", "faults", "side"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One event that is not as it was, or not as it should be.

    Attributes:
        time_s: of its end position.
        kind: what the difference is about.
        better: whether a rep was gained (True) or lost (False); None for neither.
        text: in words.
    """

    time_s: float
    kind: Kind
    better: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Totals:
    """A count in numbers: complete reps, partials, seconds held in complete reps, reps with a fault."""

    reps: int
    partials: int
    hold_s: float | None
    faults: int | None


def totals(reps: Sequence[Rep]) -> Totals:
    """The numbers of a count."""
    complete = [rep for rep in reps if rep.reason is None]
    return Totals(
        reps=len(complete),
        partials=len(reps) - len(complete),
        hold_s=sum(rep.hold_s for rep in complete),
        faults=sum(bool(rep.faults) for rep in complete),
    )


def true_totals(truth: Truth) -> Totals:
    """The numbers of what somebody says happened; None for what they did not say."""
    complete = truth.complete
    held = [rep.hold_s for rep in complete if rep.hold_s is not None]
    told = [rep.faults for rep in complete if rep.faults is not None]
    return Totals(
        reps=len(complete),
        partials=len(truth.partials),
        hold_s=sum(held) if complete and len(held) == len(complete) else None,
        faults=sum(map(bool, told)) if len(told) == len(complete) else None,
    )


def changed(before: Sequence[Rep], after: Sequence[Rep]) -> tuple[Difference, ...]:
    """What another set of thresholds changes, in order of time."""
    pairs, lost, new = _overlapping(before, after)
    found = [
        _at(rep.peak_s, _what(rep), False if rep.reason is None else None, f"{_name(rep)} is gone")
        for rep in lost
    ]
    found += [
        _at(rep.peak_s, _what(rep), True if rep.reason is None else None, f"new {_name(rep)}{_why(rep)}")
        for rep in new
    ]
    for old, rep in pairs:
        found += _between(old, rep)
    return tuple(sorted(found, key=lambda one: one.time_s))


def against_truth(truth: Truth, counted: Sequence[Rep]) -> tuple[Difference, ...]:
    """What is not as somebody says that it happened, in order of time."""
    matching = match(truth, as_result(truth.exercise, counted))
    found = []
    told: set[int] = set()
    for rep in matching.wrong_side:
        told.add(id(rep))
        found.append(_at(rep.peak_s, "side", False, f"rep counted for the wrong side ({rep.side})"))
    for rep in matching.partials_counted:
        told.add(id(rep))
        found.append(_at(rep.peak_s, "rep", False, "a partial, counted as a rep"))
    for rep in matching.reps_as_partials:
        told.add(id(rep))
        found.append(_at(rep.peak_s, "rep", False, f"a rep, told as a partial{_why(rep)}"))
    known = [
        rep.peak_s for rep in (*matching.wrong_side, *matching.partials_counted, *matching.reps_as_partials)
    ]
    for rep in (*matching.false, *matching.false_partials):
        if id(rep) not in told:
            found.append(_at(rep.peak_s, _what(rep), False, f"{_name(rep)} that did not happen"))
    for true in (*matching.missed, *matching.missed_partials):
        if not any(true.peak[0] - 1 <= peak_s <= true.peak[1] + 1 for peak_s in known):
            what: Literal["rep", "partial"] = "rep" if true.complete else "partial"
            found.append(_at(_middle(true), what, False, f"{what}{_of(true.side)} not counted"))
    for true, rep in matching.reps:
        if true.hold_s is not None and abs(rep.hold_s - true.hold_s) >= TRUE_HOLD_S:
            text = f"held {rep.hold_s:.1f} s, truly {true.hold_s:.1f} s"
            found.append(_at(rep.peak_s, "hold", False, text))
        if true.faults is not None and set(true.faults) != set(rep.faults):
            text = f"faults: {_listed(rep.faults)}; truly {_listed(true.faults)}"
            found.append(_at(rep.peak_s, "faults", False, text))
    return tuple(sorted(found, key=lambda one: one.time_s))


def _between(old: Rep, rep: Rep) -> list[Difference]:
    """What became of one event."""
    found = []
    if old.reason is not None and rep.reason is None:
        found.append(_at(rep.peak_s, "rep", True, f"partial is now a rep (was: {_reason(old)})"))
    elif old.reason is None and rep.reason is not None:
        found.append(_at(rep.peak_s, "rep", False, f"rep is now a partial{_why(rep)}"))
    elif old.reason != rep.reason:
        found.append(_at(rep.peak_s, "partial", None, f"partial: {_reason(rep)} (was: {_reason(old)})"))
    if old.side != rep.side:
        found.append(_at(rep.peak_s, "side", None, f"side {rep.side} (was {old.side})"))
    if abs(old.hold_s - rep.hold_s) >= HOLD_S:
        found.append(_at(rep.peak_s, "hold", None, f"held {rep.hold_s:.1f} s (was {old.hold_s:.1f} s)"))
    if set(old.faults) != set(rep.faults):
        found.append(
            _at(rep.peak_s, "faults", None, f"faults: {_listed(rep.faults)} (was {_listed(old.faults)})")
        )
    return found


def _overlapping(
    before: Sequence[Rep], after: Sequence[Rep]
) -> tuple[list[tuple[Rep, Rep]], list[Rep], list[Rep]]:
    """Events of two counts that are the same movement, and those that only one has.

    Both counts are of the same signal: the same movement is there for most of the same time.
    """
    old, new = sorted(before, key=_start), sorted(after, key=_start)
    shared: list[tuple[float, int, int]] = []
    first = 0
    for i, rep in enumerate(old):
        while first < len(new) and new[first].end_s < rep.start_s - _LONGEST_S:
            first += 1
        for j in range(first, len(new)):
            if new[j].start_s >= rep.end_s:
                break
            common_s = min(rep.end_s, new[j].end_s) - max(rep.start_s, new[j].start_s)
            if common_s > 0:
                shared.append((common_s, i, j))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(shared, reverse=True):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return (
        [(old[i], new[j]) for i, j in sorted(pairs.items())],
        [rep for i, rep in enumerate(old) if i not in pairs],
        [rep for j, rep in enumerate(new) if j not in taken],
    )


_LONGEST_S: Final = 600.0
"""No rep is longer, see `LongestRepS`."""


def _at(time_s: float, kind: Kind, better: bool | None, text: str) -> Difference:
    """To the millisecond, as the events themselves are told to the page."""
    return Difference(round(time_s, 3), kind, better, text)


def _start(rep: Rep) -> float:
    return rep.start_s


def _middle(true: TrueRep) -> float:
    return (true.peak[0] + true.peak[1]) / 2


def _what(rep: Rep) -> Literal["rep", "partial"]:
    return "rep" if rep.reason is None else "partial"


def _name(rep: Rep) -> str:
    return f"{_what(rep)}{_of(rep.side)}"


def _of(side: str) -> str:
    return "" if side == "both" else f" {side}"


def _reason(rep: Rep) -> str:
    return reason_in_words(rep.reason or "")


def _why(rep: Rep) -> str:
    return "" if rep.reason is None else f" ({_reason(rep)})"


def _listed(faults: Sequence[str]) -> str:
    return ", ".join(fault.replace("_", " ") for fault in faults) or "none"
