"""Fits whose answer is known: on made-up movements, and on the puppet."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repose.calibration.fitting.fit import Verdict, fit
from repose.calibration.fitting.numbers import axis_of, usual_keys, with_numbers
from repose.calibration.fitting.score import Mistakes, mistakes
from repose.errors import ReposeError
from repose.evaluation.truth import TrueRep
from repose.exercises import Exercise, load_exercise
from tests.calibration.fitting.examples import Made, made, of_puppet, truth_of

SLIDES = load_exercise("heel-slides")
PRESENT = SLIDES.thresholds.complete_share
ONE = ("complete_share",)
TRUE = TrueRep(side="left", peak_s=10.0)
PARTIAL = TrueRep(side="left", peak_s=30.0, complete=False)
MISSED = TrueRep(side="left", peak_s=50.0)


def stiff() -> list[tuple[str, list[float], list[float]]]:
    """Six days of a patient whose reps go 0.46 of the way at least, whose partials 0.3 at most."""
    return [(f"day {k}", [0.5, 0.46 + k / 100, 0.55], [0.3, 0.2]) for k in range(6)]


def test_the_plateau_of_a_stiff_patient_is_found() -> None:
    found = fit(SLIDES, [made(*one) for one in stiff()], ONE)
    (one,) = found.thresholds
    assert (one.present, one.fitted) == (PRESENT, 0.4)
    assert (one.plateau.low, one.plateau.high) == (0.31, 0.46)
    assert one.steps == 15
    assert not one.plateau.open_low
    assert not one.plateau.open_high
    assert not one.on_a_cliff
    assert (found.present.missed, found.fitted.points, found.left_out) == (18, 0, found.fitted)
    assert (found.better, found.worse, found.chance) == (6, 0, 1 / 64)
    assert found.verdict is Verdict.BETTER
    assert found.changes == {"complete_share": 0.4}


def test_the_curve_tells_what_each_value_costs() -> None:
    found = fit(SLIDES, [made("a", [0.5, 0.6], [0.3])], ONE)
    curve = dict(zip(found.thresholds[0].curve.values, found.thresholds[0].curve.scores, strict=True))
    # A missed rep is told as a partial that is none: 4 points and 1; so is a partial that counts.
    assert (curve[0.3], curve[0.31], curve[0.5], curve[0.51], curve[0.61], curve[1.0]) == (5, 0, 0, 5, 10, 10)


def test_where_the_present_thresholds_count_all_right_there_is_nothing_to_gain() -> None:
    found = fit(SLIDES, [made(f"{k}", [0.8, 0.9], [0.4]) for k in range(6)])
    assert found.verdict is Verdict.NOTHING
    assert found.changes == {}
    assert [one.fitted for one in found.thresholds] == [one.present for one in found.thresholds]


def test_no_more_thresholds_change_than_need_to() -> None:
    found = fit(SLIDES, [made(*one) for one in stiff()])
    assert [one.key for one in found.thresholds] == ["complete_share", "own_best_share", "partial_share"]
    assert set(found.changes) == {"complete_share"}


def test_two_thresholds_are_fitted_together_where_it_takes_both() -> None:
    # Movements of 0.12 are to be told as partials, which the default 0.15 does not.
    examples = [made(f"{k}", [0.5, 0.55], [0.12, 0.3]) for k in range(6)]
    found = fit(SLIDES, examples)
    assert set(found.changes) == {"complete_share", "partial_share"}
    assert found.changes["partial_share"] <= 0.12
    assert found.fitted.points == 0


def tiring(day: int) -> tuple[str, list[float], list[float]]:
    """Three large reps, then small ones that are below 0.64 of the way and below 0.7 of the large ones."""
    return f"day {day}", [0.9, 0.92, 0.9, 0.5, 0.48 + day / 100, 0.5], [0.3, 0.25]


def test_two_thresholds_that_only_help_together_are_found() -> None:
    examples = [made(*tiring(day), own_best=True) for day in range(6)]
    for alone in ("complete_share", "own_best_share"):
        assert fit(SLIDES, examples, (alone,)).changes == {}
    found = fit(SLIDES, examples)
    assert (found.present.missed, found.fitted.points) == (18, 0)
    assert found.verdict is Verdict.BETTER
    assert set(found.changes) == {"complete_share", "own_best_share"}
    assert 0.3 < found.changes["complete_share"] <= 0.48
    assert found.changes["own_best_share"] <= 0.53
    assert not any(one.on_a_cliff for one in found.thresholds)


def test_thresholds_of_a_side_that_only_help_together_are_found() -> None:
    keys = usual_keys(SLIDES, "left")
    found = fit(SLIDES, [made(*tiring(day), own_best=True) for day in range(5)], keys)
    assert found.fitted.points == 0
    assert set(found.changes) == {"left.complete_share", "left.own_best_share"}


def test_missed_reps_are_not_hidden_by_a_threshold_for_partials() -> None:
    # Nothing tells the reps from the partials, and not to tell either of them would only hide that.
    examples = [made(f"{k}", [0.9, 0.4, 0.42], [0.5, 0.55, 0.52]) for k in range(6)]
    found = fit(SLIDES, examples)
    assert found.present.missed == found.present.reps_as_partials == 12
    assert found.changes == {}
    partials = found.thresholds[-1]
    assert (partials.fitted, partials.left_alone) == (partials.present, True)


def test_a_threshold_for_partials_is_fitted_to_partials_only() -> None:
    # Small movements that nobody said anything of are told, or not, as they are now.
    unsaid = [
        replace(made(f"{k}", [0.9], [0.2, 0.25]), truth=truth_of("heel-slides", [TRUE])) for k in range(6)
    ]
    assert fit(SLIDES, unsaid).changes == {}
    said = [
        replace(made(f"{k}", [0.9], [0.2, 0.4]), truth=truth_of("heel-slides", [TRUE, PARTIAL]))
        for k in range(6)
    ]
    found = fit(SLIDES, said)
    assert set(found.changes) == {"partial_share"}
    assert 0.2 < found.changes["partial_share"] <= 0.4
    # Where a rep is missed as well, that comes first.
    missed = [replace(one, truth=truth_of("heel-slides", [TRUE, PARTIAL, MISSED])) for one in said]
    assert fit(SLIDES, missed).changes == {}


def test_what_fits_one_day_only_is_no_better_than_chance() -> None:
    # On one day of eight a movement of 0.5 counts; on the others it does not.
    examples = [made("odd", [0.8, 0.5])] + [made(f"{k}", [0.8, 0.9], [0.5 + k / 100]) for k in range(1, 8)]
    found = fit(SLIDES, examples, ONE)
    assert found.verdict in (Verdict.CHANCE, Verdict.NOTHING)
    assert found.changes == {}


def test_noise_is_called_noise() -> None:
    # How far a movement goes has nothing to do with whether it counts.
    shares = [0.35, 0.75, 0.5, 0.45, 0.7, 0.4, 0.55, 0.62]
    examples = [made(f"{k}", [share], [1.05 - share]) for k, share in enumerate(shares)]
    found = fit(SLIDES, examples, ONE)
    assert found.left_out is not None
    assert found.left_out.points >= found.fitted.points
    assert found.verdict is not Verdict.BETTER
    assert found.changes == {}


def test_of_one_session_nothing_is_worth_saving() -> None:
    twice = [made("first set", [0.5, 0.52], [0.3], session="s"), made("second", [0.5], [0.2], session="s")]
    found = fit(SLIDES, twice, ONE)
    assert found.left_out is None
    assert found.verdict is Verdict.FEW
    assert found.thresholds[0].fitted != PRESENT
    assert found.changes == {}


def test_the_sets_of_a_session_are_left_out_together() -> None:
    # Both sets of the odd session agree; the others know nothing of movements below 0.7.
    odd = [made(f"odd {k}", [0.4, 0.42], [0.2], session="odd") for k in range(2)]
    found = fit(SLIDES, [*odd, *(made(f"{k}", [0.7, 0.9], [0.3]) for k in range(5))], ONE)
    left_out = {one.name: one.left_out for one in found.recordings}
    assert left_out["odd 0"] == found.recordings[-1].present != Mistakes()
    assert found.changes == {}


def test_few_sessions_that_all_get_better_are_worth_a_try() -> None:
    found = fit(SLIDES, [made(*one) for one in stiff()[:3]], ONE)
    assert found.verdict is Verdict.FEW
    assert found.changes == {"complete_share": 0.4}


def test_a_side_of_its_own_is_fitted_to_that_side() -> None:
    left = [made(f"left {k}", [0.45, 0.5], [0.3]) for k in range(5)]
    right = [made(f"right {k}", [0.8, 0.9], [0.5], side="right") for k in range(5)]
    found = fit(SLIDES, [*left, *right], ("left.complete_share",))
    assert {one.name for one in found.recordings} == {one.name for one in left}
    assert 0.3 < found.changes["left.complete_share"] <= 0.45
    both = fit(SLIDES, [*left, *right], ("left.complete_share", "complete_share"))
    assert set(both.changes) == {"left.complete_share"}
    assert both.fitted.points == 0


def test_nothing_is_counted_twice() -> None:
    example = made("a", [0.5], [0.3])
    fit(SLIDES, [example], ONE)
    assert isinstance(example.count, Made)
    assert len(example.count.asked) == len(set(example.count.asked))


def test_the_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    fit(SLIDES, [made(*one) for one in stiff()[:3]], ONE, lambda done, total: told.append((done, total)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("hold_deg", "cannot be fitted"),
        ("guards.thigh_too_high", "cannot be fitted"),
        ("left.leave_share", "same on both sides"),
        ("opposite_deg", "has no opposite_deg"),
    ],
)
def test_what_reps_say_nothing_of_cannot_be_fitted(key: str, said: str) -> None:
    with pytest.raises(ReposeError, match=said):
        fit(SLIDES, [made("a", [0.5])], (key,))


def test_an_exercise_without_sides_has_none_to_fit() -> None:
    with pytest.raises(ReposeError, match="has no sides"):
        fit(load_exercise("backwards-stretch"), [made("a", [0.5])], ("left.complete_share",))


def test_without_recordings_there_is_nothing_to_fit_to() -> None:
    with pytest.raises(ReposeError, match="no annotated recording of heel-slides"):
        fit(SLIDES, [])


def test_a_pair_has_a_threshold_for_one_side_alone() -> None:
    pumps = load_exercise("ankle-pumps")
    assert usual_keys(pumps) == ("complete_share", "one_side_share", "own_best_share", "partial_share")
    assert usual_keys(pumps, "left") == (
        "left.one_side_share", "left.own_best_share", "left.partial_share"
    )  # fmt: skip
    assert usual_keys(SLIDES, "right") == (
        "right.complete_share", "right.own_best_share", "right.partial_share"
    )  # fmt: skip


def test_numbers_that_do_not_go_together_are_not_tried() -> None:
    assert with_numbers(SLIDES, {"complete_share": 0.1}) is None
    changed = with_numbers(SLIDES, {"complete_share": 0.3, "left.target_deg": 80.0})
    assert changed is not None
    assert changed.thresholds.of("left").target_deg == 80
    assert changed.thresholds.of("right").complete_share == 0.3
    assert SLIDES.thresholds.complete_share == PRESENT


def test_an_axis_is_in_the_unit_of_its_threshold() -> None:
    target = axis_of(SLIDES, "target_deg")
    assert (target.least, target.most, target.step) == (10, 180, 1)
    opposite = axis_of(load_exercise("ankle-pumps"), "opposite_deg")
    assert (opposite.least, opposite.most) == (-72, -23)


# The puppet.


@pytest.mark.parametrize("slug", ["heel-slides", "backwards-stretch"])
def test_a_patient_with_part_of_the_range_is_counted_after_the_fit(slug: str) -> None:
    exercise = load_exercise(slug)
    examples = [
        of_puppet("monday", slug, [0.5, 0.54], [0.33], seed=1),
        of_puppet("tuesday", slug, [0.52, 0.5], [0.3], seed=2),
    ]
    found = fit(exercise, examples, ONE)
    assert found.present.missed == 4
    assert found.fitted.reps == 0
    assert found.left_out is not None
    assert found.left_out.reps == 0
    (one,) = found.thresholds
    assert 0.3 < one.fitted < 0.5
    assert one.fitted in one.plateau


def test_a_patient_who_tires_is_counted_after_the_fit() -> None:
    reps = [0.85, 0.85, 0.85, 0.5, 0.52]
    found = fit(SLIDES, [of_puppet(f"{seed}", "heel-slides", reps, [0.3], seed=seed) for seed in (1, 2)])
    assert (found.present.missed, found.fitted.points) == (4, 0)
    assert set(found.changes) == {"complete_share", "own_best_share"}


# Whatever the recordings are.

SHARES = st.lists(st.integers(12, 100).map(lambda share: share / 100), max_size=3)
RECORDINGS = st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=4)


def recordings(shares: list[tuple[list[float], list[float]]]) -> list[tuple[str, list[float], list[float]]]:
    return [(f"r{k}", reps, partials) for k, (reps, partials) in enumerate(shares)]


@settings(max_examples=25, deadline=None)
@given(RECORDINGS)
def test_the_fitted_numbers_are_never_worse_on_what_they_know(
    shares: list[tuple[list[float], list[float]]],
) -> None:
    found = fit(SLIDES, [made(*one) for one in recordings(shares)])
    assert found.fitted.points <= found.present.points
    changed = {one.key: one.fitted for one in found.thresholds if one.fitted != one.present}
    assert bool(changed) == (found.fitted.points < found.present.points)
    again = with_numbers(SLIDES, changed)
    assert again is not None
    assert found.fitted.points == total(again, shares)
    for one in found.thresholds:
        assert one.fitted in one.plateau
        assert one.present in one.present_plateau
    assert set(found.changes) <= set(changed)


@settings(max_examples=15, deadline=None)
@given(RECORDINGS, st.randoms(use_true_random=False))
def test_the_order_of_the_recordings_does_not_matter(
    shares: list[tuple[list[float], list[float]]], chance: object
) -> None:
    examples = [made(*one) for one in recordings(shares)]
    shuffled = list(examples)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = fit(SLIDES, examples), fit(SLIDES, shuffled)
    assert one.thresholds == other.thresholds
    assert one.recordings == other.recordings
    assert (one.verdict, one.changes) == (other.verdict, other.changes)


def total(exercise: Exercise, shares: list[tuple[list[float], list[float]]]) -> int:
    examples = [made(*one) for one in recordings(shares)]
    return sum(mistakes(one.truth, one.count(exercise)).points for one in examples)
