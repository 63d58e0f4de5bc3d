"""Scanning and choosing, on scores that are known."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.calibration.fitting.search import Axis, Curve, Plateau, Score, choose, scan

SHARE = Axis(0.1, 1.0, 0.01, 5, 0.03)


def valley(low: float, high: float) -> Score:
    """0 from one value to the other, both included, and the worse the further away."""

    def score(value: float) -> int:
        return round(100 * max(0.0, low - value, value - high) + 0.4999)

    return score


def curve_of(score: Callable[[float], int | None], present: float, axis: Axis = SHARE) -> Curve:
    return scan(axis, score, (present,))


def test_the_round_values_are_tried_and_the_fine_ones_where_the_score_changes() -> None:
    tried: list[float] = []

    def score(value: float) -> int:
        tried.append(value)
        return int(value >= 0.63)

    curve = scan(SHARE, score)
    assert sorted(tried) == sorted(set(tried))
    assert {0.6, 0.61, 0.62, 0.63, 0.64, 0.65} <= set(tried)
    assert len(tried) == 19 + 4
    assert curve.plateau(0.1) == Plateau(0.1, 0.62, open_low=True, open_high=False)
    assert curve.plateau(0.9) == Plateau(0.63, 1.0, open_low=False, open_high=True)


def test_the_middle_of_the_plateau_is_taken() -> None:
    curve = curve_of(valley(0.32, 0.58), present=0.8)
    assert curve.plateau(0.45) == Plateau(0.32, 0.58, open_low=False, open_high=False)
    assert curve.plateau(0.45).width == pytest.approx(0.26)
    assert choose(SHARE, curve, 0.8) == 0.45


def test_of_two_plateaus_the_wider_one_is_taken() -> None:
    def score(value: float) -> int:
        return 0 if 0.2 <= value <= 0.24 or 0.6 <= value <= 0.8 else 1

    curve = curve_of(score, present=0.22 + 0.1)
    assert len(curve.plateaus()) == 2
    assert choose(SHARE, curve, 0.32) == 0.7


def test_the_present_value_is_kept_where_none_is_better() -> None:
    score = valley(0.3, 0.6)
    assert choose(SHARE, curve_of(score, 0.59), 0.59) == 0.59
    assert choose(SHARE, curve_of(score, 0.3), 0.3) == 0.3


def test_a_present_value_between_the_steps_is_kept_too() -> None:
    assert choose(SHARE, curve_of(valley(0.3, 0.6), 0.5551), 0.5551) == 0.5551


@pytest.mark.parametrize(
    ("low", "high", "least", "most"),
    [(0.1, 0.5, 0.38, 0.42), (0.6, 1.0, 0.7, 0.75)],
)
def test_where_one_end_is_not_known_it_stays_well_away_from_the_other(
    low: float, high: float, least: float, most: float
) -> None:
    present = 0.8 if high < 0.8 else 0.2
    value = choose(SHARE, curve_of(valley(low, high), present), present)
    assert least <= value <= most


def test_values_that_are_not_allowed_are_no_part_of_it() -> None:
    curve = curve_of(lambda value: None if value < 0.37 else 3, present=0.5)
    assert curve.values[0] == 0.37
    assert curve.plateau(0.5).open_low
    assert curve.plateau(0.5).room(0.5) is None


def test_the_room_is_up_to_the_nearer_end_that_is_known() -> None:
    closed = Plateau(0.2, 0.5, open_low=False, open_high=False)
    assert closed.room(0.24) == pytest.approx(0.04)
    assert Plateau(0.2, 0.5, open_low=True, open_high=False).room(0.24) == pytest.approx(0.26)


STEPS = st.lists(st.tuples(st.integers(10, 100), st.integers(0, 4)), max_size=6)


def stairs(steps: list[tuple[int, int]]) -> Score:
    """Piecewise constant: from each hundredth on, another score."""
    ordered = sorted(dict(steps).items())

    def score(value: float) -> int:
        passed = [found for begin, found in ordered if begin <= round(value * 100)]
        return passed[-1] if passed else 2

    return score


@given(STEPS, st.integers(10, 100))
def test_what_is_chosen_is_never_worse_and_lies_on_its_plateau(
    steps: list[tuple[int, int]], hundredths: int
) -> None:
    score, present = stairs(steps), hundredths / 100
    curve = curve_of(score, present)
    value = choose(SHARE, curve, present)
    assert value in curve.values
    found, before = score(value), score(present)
    assert found is not None
    assert before is not None
    assert found <= before
    assert found == curve.best
    assert value in curve.plateau(value)
    assert value == present or found < before


@given(STEPS, st.integers(10, 100))
def test_a_plateau_scores_the_same_at_all_that_was_tried(
    steps: list[tuple[int, int]], hundredths: int
) -> None:
    score = stairs(steps)
    curve = curve_of(score, hundredths / 100)
    for value, found in zip(curve.values, curve.scores, strict=True):
        plateau = curve.plateau(value)
        assert {score(each) for each in curve.values if each in plateau} == {found}
