"""Choosing two numbers together, on grids that are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.calibration.fitting.together import choose_pair

TENTHS = [k / 10 for k in range(1, 10)]


def grid(*best: tuple[float, float]) -> dict[tuple[float, float], int]:
    """1 everywhere, but for the best."""
    return {(one, other): int((one, other) not in best) for one in TENTHS for other in TENTHS}


def test_a_ridge_along_the_diagonal_is_found() -> None:
    ridge = {(one, other): round(100 * abs(one - other) + 10 * one) for one, other in grid()}
    assert choose_pair(ridge, (0.8, 0.8)) == (0.1, 0.1)


def test_the_present_pair_is_kept_where_none_is_better() -> None:
    assert choose_pair(grid((0.8, 0.8), (0.3, 0.3), (0.3, 0.4)), (0.8, 0.8)) == (0.8, 0.8)


def test_a_present_number_is_kept_where_it_is_as_good() -> None:
    square = [(one, other) for one in (0.2, 0.3, 0.4) for other in (0.6, 0.7, 0.8)]
    assert choose_pair(grid(*square), (0.9, 0.8)) == (0.3, 0.8)


def test_the_middle_of_the_largest_plateau_is_taken() -> None:
    square = [(one, other) for one in (0.2, 0.3, 0.4) for other in (0.5, 0.6, 0.7)]
    line = [(0.7, k / 10) for k in range(1, 6)]
    assert choose_pair(grid(*square, *line), (0.9, 0.9)) == (0.3, 0.6)
    assert choose_pair(grid(*line), (0.9, 0.9)) == (0.7, 0.3)


SCORES = st.lists(st.integers(0, 3), min_size=81, max_size=81)


@pytest.mark.parametrize("missing", [0, 20])
@given(SCORES, st.integers(0, 80))
def test_what_is_chosen_is_the_best_there_is(missing: int, scores: list[int], at: int) -> None:
    pairs = list(grid())
    present = pairs[at]
    known = {pair: score for k, (pair, score) in enumerate(zip(pairs, scores, strict=True)) if k >= missing}
    known[present] = scores[at]
    chosen = choose_pair(known, present)
    assert known[chosen] == min(known.values())
    assert chosen == present or known[chosen] < known[present]
    assert chosen == choose_pair(dict(reversed(known.items())), present)
