"""Matching events one to one: by hand, and against every assignment there is."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.counting.result import CountResult, Rep, Side, Trace
from repose.evaluation.matching import Span, assign, distance_s, match
from repose.evaluation.truth import TrueRep, Truth


def counted(side: Side, peak_s: float, reason: str | None = None) -> Rep:
    return Rep(side, peak_s - 1, peak_s, peak_s + 1, peak_s, 0.5, {}, 1.0, 1.0, (), peak_s + 1, reason)


def counting(*reps: Rep) -> CountResult:
    none = np.empty(0)
    return CountResult(
        "heel-slides",
        tuple(rep for rep in reps if rep.reason is None),
        tuple(rep for rep in reps if rep.reason is not None),
        (),
        Trace(none, none, none, ()),
        {},
        60.0,
    )


def happened(*reps: TrueRep) -> Truth:
    return Truth(format="repose-truth", version=1, exercise="heel-slides", reps=reps)


def true(side: Side, start_s: float, end_s: float, complete: bool = True) -> TrueRep:
    return TrueRep(side=side, peak_start_s=start_s, peak_end_s=end_s, complete=complete)


@pytest.mark.parametrize(("moment", "away"), [(1.0, 1.0), (2.0, 0.0), (2.5, 0.0), (3.0, 0.0), (3.25, 0.25)])
def test_distance_is_to_the_nearer_end_of_the_pause(moment: float, away: float) -> None:
    assert distance_s((2.0, 3.0), moment) == away


def test_the_tolerance_is_half_a_second_and_includes_its_end() -> None:
    assert assign([(2.0, 3.0)], [3.5]) == [(0, 0)]
    assert assign([(2.0, 3.0)], [1.5]) == [(0, 0)]
    assert assign([(2.0, 3.0)], [3.501]) == []


def test_each_event_is_matched_once() -> None:
    assert assign([(2.0, 3.0)], [2.2, 2.4]) in ([(0, 0)], [(0, 1)])
    assert assign([(2.0, 2.0), (2.4, 2.4)], [2.2]) in ([(0, 0)], [(1, 0)])


def test_more_pairs_go_before_nearer_pairs() -> None:
    # Taking the nearest first, 2.4 for the span at 2.3, would leave the other two without a partner.
    assert assign([(2.0, 2.0), (2.3, 2.3)], [2.4, 2.7]) == [(0, 0), (1, 1)]


def test_moments_may_come_in_any_order() -> None:
    assert assign([(2.0, 2.0), (5.0, 5.0)], [5.1, 2.1]) == [(0, 1), (1, 0)]


def best_by_trying_all(spans: list[Span], moments: list[float], tolerance: float) -> tuple[int, float]:
    for size in range(min(len(spans), len(moments)), 0, -1):
        totals = [
            sum(away)
            for chosen in combinations(spans, size)
            for given_moments in permutations(moments, size)
            if max(away := [distance_s(s, m) for s, m in zip(chosen, given_moments, strict=True)])
            <= tolerance
        ]
        if totals:
            return size, min(totals)
    return 0, 0.0


# Quarters of a second: exact in binary, with many ties and crossings.
quarters = st.integers(0, 16).map(lambda quarter: quarter / 4)
ordered_spans = st.lists(quarters, unique=True, max_size=10).map(
    lambda ends: list(zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False))
)


@given(ordered_spans, st.lists(quarters, max_size=5), st.sampled_from([0.25, 0.5, 2.0]))
def test_no_assignment_is_better(spans: list[Span], moments: list[float], tolerance: float) -> None:
    pairs = assign(spans, moments, tolerance)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    away = [distance_s(spans[i], moments[j]) for i, j in pairs]
    assert all(each <= tolerance for each in away)
    assert (len(pairs), sum(away)) == best_by_trying_all(spans, moments, tolerance)


def test_right_missed_and_false_reps() -> None:
    found = match(
        happened(true("left", 2, 3), true("left", 6, 7), true("left", 10, 11)),
        counting(counted("left", 2.5), counted("left", 7.4), counted("left", 14)),
    )
    assert [(t.peak[0], c.peak_s) for t, c in found.reps] == [(2, 2.5), (6, 7.4)]
    assert [rep.peak[0] for rep in found.missed] == [10]
    assert [rep.peak_s for rep in found.false] == [14]
    assert found.wrong_side == ()


def test_the_wrong_side_is_both_missed_and_false_and_told() -> None:
    found = match(happened(true("left", 2, 3)), counting(counted("right", 2.5)))
    assert found.reps == ()
    assert len(found.missed) == len(found.false) == len(found.wrong_side) == 1


def test_sides_working_at_once_do_not_disturb_each_other() -> None:
    found = match(
        happened(true("left", 2, 6), true("right", 3, 4)), counting(counted("right", 3.5), counted("left", 4))
    )
    assert {(t.side, c.side) for t, c in found.reps} == {("left", "left"), ("right", "right")}
    assert not found.missed
    assert not found.false
    assert not found.wrong_side


def test_partials_are_matched_with_partials() -> None:
    found = match(
        happened(true("left", 2, 3), true("left", 6, 7, complete=False)),
        counting(
            counted("left", 2.5), counted("left", 6.5, "turned_back_early"), counted("left", 9, "too_fast")
        ),
    )
    assert [c.peak_s for _, c in found.partials] == [6.5]
    assert [c.peak_s for c in found.false_partials] == [9]
    assert not found.missed_partials
    assert not found.reps_as_partials
    assert not found.partials_counted


def test_a_partial_counted_as_a_rep_and_a_rep_as_a_partial_are_told() -> None:
    found = match(
        happened(true("left", 2, 3), true("left", 6, 7, complete=False)),
        counting(counted("left", 2.5, "turned_back_early"), counted("left", 6.5)),
    )
    assert [c.peak_s for c in found.partials_counted] == [6.5]
    assert [c.peak_s for c in found.reps_as_partials] == [2.5]
    assert (
        len(found.missed) == len(found.false) == len(found.missed_partials) == len(found.false_partials) == 1
    )
