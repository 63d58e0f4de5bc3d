"""Cohen's kappa against known values, and when it says nothing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.evaluation.agreement import Kappa

COUNTS = st.integers(0, 200)


def test_the_textbook_example() -> None:
    # 50 proposals, read by two: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no.
    # Agreed: 35 / 50 = 0.7. By chance: 25/50 * 30/50 + 25/50 * 20/50 = 0.5. (0.7 - 0.5) / (1 - 0.5) = 0.4.
    kappa = Kappa(20, 5, 10, 15)
    assert kappa.agreed == pytest.approx(0.7)
    assert kappa.value == pytest.approx(0.4)
    assert kappa.enough


@pytest.mark.parametrize(("counts", "value"), [((45, 15, 25, 15), 0.1304), ((25, 35, 5, 35), 0.2593)])
def test_equal_agreement_beyond_different_chance(counts: tuple[int, int, int, int], value: float) -> None:
    # Two tables of 100 with 60 % agreement each, known from the literature on kappa.
    assert Kappa(*counts).agreed == pytest.approx(0.6)
    assert Kappa(*counts).value == pytest.approx(value, abs=5e-5)


def test_perfect_and_worst() -> None:
    assert Kappa(10, 0, 0, 20).value == 1.0
    assert Kappa(0, 15, 15, 0).value == -1.0


@pytest.mark.parametrize("kappa", [Kappa(0, 0, 0, 40), Kappa(40, 0, 0, 0), Kappa(0, 0, 0, 0)])
def test_only_one_answer_is_nothing_to_agree_on(kappa: Kappa) -> None:
    assert kappa.value is None
    assert not kappa.enough


@pytest.mark.parametrize(
    ("kappa", "enough"),
    [
        (Kappa(5, 0, 0, 25), True),
        (Kappa(5, 0, 0, 24), False),  # 29 reps
        (Kappa(4, 1, 0, 25), False),  # the reviewer saw four
        (Kappa(4, 0, 1, 25), False),  # the machine saw four
        (Kappa(25, 0, 0, 5), True),
        (Kappa(26, 0, 0, 4), False),  # four without
    ],
)
def test_too_few_say_so(kappa: Kappa, enough: bool) -> None:
    assert kappa.enough is enough


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_kappa_is_symmetric_and_never_beyond_one(both: int, one: int, other: int, neither: int) -> None:
    kappa = Kappa(both, one, other, neither)
    assert kappa.value == Kappa(both, other, one, neither).value == Kappa(neither, one, other, both).value
    if kappa.value is not None:
        assert -1.0 <= kappa.value <= 1.0
        assert (kappa.value == 1.0) == (one == other == 0)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=50))
def test_counts_add_up(judged: Sequence[tuple[bool, bool]]) -> None:
    half = len(judged) // 2
    assert Kappa.of(judged[:half]) + Kappa.of(judged[half:]) == Kappa.of(judged)
    assert Kappa.of(judged).n == len(judged)
