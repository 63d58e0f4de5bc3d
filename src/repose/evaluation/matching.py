"""Which counted event is which true event: one to one, as many as possible, as near as possible."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from repose.counting.result import CountResult, Rep, Side
from repose.evaluation.truth import TrueRep, Truth

TOLERANCE_S: Final = 0.5
"""How far a counted peak may lie from the true end position (DESIGN, targets)."""

T = TypeVar("T")
Pair = tuple[int, int]
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Matching:
    """What became of every true and every counted event of one clip.

    Attributes:
        reps: true complete reps with the counted reps that are theirs.
        partials: true partials with the counted partials that are theirs.
        missed: true complete reps that were not counted.
        false: counted reps that did not happen.
        missed_partials: true partials that were not seen as partials.
        false_partials: counted partials that are no true partials.
        wrong_side: counted reps, among `false`, that fit a missed rep in time but not in side.
        partials_counted: counted reps, among `false`, that fit a missed partial.
        reps_as_partials: counted partials, among `false_partials`, that fit a missed rep.
    """

    reps: tuple[tuple[TrueRep, Rep], ...]
    partials: tuple[tuple[TrueRep, Rep], ...]
    missed: tuple[TrueRep, ...]
    false: tuple[Rep, ...]
    missed_partials: tuple[TrueRep, ...]
    false_partials: tuple[Rep, ...]
    wrong_side: tuple[Rep, ...]
    partials_counted: tuple[Rep, ...]
    reps_as_partials: tuple[Rep, ...]


def distance_s(span: Span, moment: float) -> float:
    """Seconds from a moment to a span of time; 0 inside it."""
    return max(0.0, span[0] - moment, moment - span[1])


def assign(spans: Sequence[Span], moments: Sequence[float], tolerance_s: float = TOLERANCE_S) -> list[Pair]:
    """Assign moments to spans one to one: the most pairs possible, and of those the least total distance.

    Exact, if both ends of the spans are in order (none lies inside another): then uncrossing two
    crossing pairs keeps both within the tolerance and never adds distance, so it is enough to look at
    assignments in order of time, by dynamic programming.

    Args:
        spans: (start, end) in seconds, ordered by start and by end.
        moments: seconds, in any order.
        tolerance_s: greatest distance of a pair.

    Returns:
        Pairs (index of span, index of moment), in order of time.
    """
    order = sorted(range(len(moments)), key=lambda index: moments[index])
    in_order = list(enumerate(order))
    if len(spans) == len(order) and all(distance_s(spans[i], moments[j]) == 0 for i, j in in_order):
        return in_order  # nothing can be better, and most sets of a good day are like that
    if not spans or not order:
        return []
    # best[i][j]: pairs and minus the distance of the best assignment of the first i spans and j moments.
    best = [[(0, 0.0)] * (len(order) + 1) for _ in range(len(spans) + 1)]

    def paired(i: int, j: int) -> tuple[int, float]:
        away = distance_s(spans[i - 1], moments[order[j - 1]])
        if away > tolerance_s:
            return (-1, 0.0)
        pairs, nearness = best[i - 1][j - 1]
        return (pairs + 1, nearness - away)

    for i in range(1, len(spans) + 1):
        for j in range(1, len(order) + 1):
            best[i][j] = max(best[i - 1][j], best[i][j - 1], paired(i, j))
    pairs: list[Pair] = []
    i, j = len(spans), len(order)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            pairs.append((i - 1, order[j - 1]))
            i, j = i - 1, j - 1
    return pairs[::-1]


def match(truth: Truth, result: CountResult, tolerance_s: float = TOLERANCE_S) -> Matching:
    """Match what was counted with what truly happened, by time and side."""
    reps, missed, false = _by_side(truth.complete, result.reps, tolerance_s)
    partials, missed_partials, false_partials = _by_side(truth.partials, result.partials, tolerance_s)
    wrong_side, _, _ = _pair(missed, false, tolerance_s)
    partials_counted, _, _ = _by_side(missed_partials, false, tolerance_s)
    reps_as_partials, _, _ = _by_side(missed, false_partials, tolerance_s)
    return Matching(
        reps=reps,
        partials=partials,
        missed=missed,
        false=false,
        missed_partials=missed_partials,
        false_partials=false_partials,
        wrong_side=tuple(counted for _, counted in wrong_side),
        partials_counted=tuple(counted for _, counted in partials_counted),
        reps_as_partials=tuple(counted for _, counted in reps_as_partials),
    )


_Matched = tuple[tuple[tuple[TrueRep, Rep], ...], tuple[TrueRep, ...], tuple[Rep, ...]]


def _by_side(true: Sequence[TrueRep], counted: Sequence[Rep], tolerance_s: float) -> _Matched:
    """Matched pairs of equal sides, true events left over, counted events left over; in order of time."""
    sides: tuple[Side, ...] = ("left", "right", "both")
    parts = [
        _pair(
            [event for event in true if event.side == side],
            [event for event in counted if event.side == side],
            tolerance_s,
        )
        for side in sides
    ]
    return (
        _ordered([pair for pairs, _, _ in parts for pair in pairs], lambda pair: pair[1].peak_s),
        _ordered([event for _, missed, _ in parts for event in missed], lambda event: event.peak[0]),
        _ordered([event for _, _, false in parts for event in false], lambda event: event.peak_s),
    )


def _pair(true: Sequence[TrueRep], counted: Sequence[Rep], tolerance_s: float) -> _Matched:
    """The same without regard to side."""
    pairs = assign([event.peak for event in true], [event.peak_s for event in counted], tolerance_s)
    taken_true, taken_counted = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    return (
        tuple((true[i], counted[j]) for i, j in pairs),
        tuple(event for i, event in enumerate(true) if i not in taken_true),
        tuple(event for j, event in enumerate(counted) if j not in taken_counted),
    )


def _ordered(events: list[T], time_s: Callable[[T], float]) -> tuple[T, ...]:
    return tuple(sorted(events, key=time_s))
