"""What two counts of one set differ in."""

from dataclasses import replace

import pytest

from repose.counting.result import Rep
from repose.evaluation.truth import TrueRep, Truth
from repose.review.differences import against_truth, changed, totals, true_totals
from tests.judged import a_rep


def truth(*reps: TrueRep) -> Truth:
    return Truth.model_validate(
        {"format": "repose-truth", "version": 1, "exercise": "heel-slides", "reps": reps}, strict=False
    )


def true_rep(peak_s: float, **more: object) -> TrueRep:
    return TrueRep.model_validate({"side": "left", "peak_s": peak_s, **more})


def partial(peak_s: float, reason: str = "turned_back_early") -> Rep:
    return a_rep(peak_s, reason=reason)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([a_rep(3)], [a_rep(3)], []),
        ([], [a_rep(3)], [("rep", True, "new rep left")]),
        ([a_rep(3)], [], [("rep", False, "rep left is gone")]),
        ([], [partial(3)], [("partial", None, "new partial left (turned back early)")]),
        ([partial(3)], [], [("partial", None, "partial left is gone")]),
        ([partial(3)], [a_rep(3)], [("rep", True, "partial is now a rep (was: turned back early)")]),
        ([a_rep(3)], [partial(3)], [("rep", False, "rep is now a partial (turned back early)")]),
        (
            [partial(3)],
            [partial(3, "hold_too_short")],
            [("partial", None, "partial: hold too short (was: turned back early)")],
        ),
        ([a_rep(3)], [a_rep(3, "right")], [("side", None, "side right (was left)")]),
        ([a_rep(3)], [a_rep(3, hold_s=1.05)], []),
        ([a_rep(3)], [a_rep(3, hold_s=2.0)], [("hold", None, "held 2.0 s (was 1.0 s)")]),
        (
            [a_rep(3)],
            [a_rep(3, faults=("heel_lifts",))],
            [("faults", None, "faults: heel lifts (was none)")],
        ),
    ],
)
def test_each_kind_of_change_is_told(
    before: list[Rep], after: list[Rep], said: list[tuple[str, bool | None, str]]
) -> None:
    assert [(one.kind, one.better, one.text) for one in changed(before, after)] == said


def test_the_same_movement_is_found_though_its_times_differ() -> None:
    before = [a_rep(peak_s) for peak_s in (3, 9, 15)]
    shifted = [replace(rep, start_s=rep.start_s - 1, peak_s=rep.peak_s + 0.7) for rep in before]
    assert changed(before, shifted) == ()
    # One long movement where there were two: the one that shares more of it is the same, the other is gone.
    long = replace(a_rep(3), end_s=10.5)
    (gone,) = changed(before[:2], [long])
    assert (gone.time_s, gone.text) == (9, "rep left is gone")
    assert [one.time_s for one in changed([], before)] == [3, 9, 15], "in order of time"


def test_what_is_not_as_somebody_said_is_told_once() -> None:
    said = truth(
        true_rep(3),
        true_rep(9),
        true_rep(15, complete=False, reason="turned_back_early"),
        true_rep(21),
        true_rep(27, hold_s=5.0, faults=("heel_lifts",)),
    )
    counted = [a_rep(3, "right"), partial(9), a_rep(15), a_rep(27, hold_s=1.0), a_rep(60)]
    assert [(one.time_s, one.text) for one in against_truth(said, counted)] == [
        (3, "rep counted for the wrong side (right)"),
        (9, "a rep, told as a partial (turned back early)"),
        (15, "a partial, counted as a rep"),
        (21, "rep left not counted"),
        (27, "held 1.0 s, truly 5.0 s"),
        (27, "faults: none; truly heel lifts"),
        (60, "rep left that did not happen"),
    ]
    right = [a_rep(3), a_rep(9), partial(15), a_rep(21), a_rep(27, hold_s=4.9, faults=("heel_lifts",))]
    assert against_truth(said, right) == ()


def test_totals() -> None:
    counted = totals([a_rep(3, hold_s=2.0, faults=("jerky",)), a_rep(9, hold_s=1.5), partial(15)])
    assert (counted.reps, counted.partials, counted.hold_s, counted.faults) == (2, 1, 3.5, 1)
    silent = true_totals(truth(true_rep(3), true_rep(9, complete=False)))
    assert (silent.reps, silent.partials, silent.hold_s, silent.faults) == (1, 1, None, None)
    full = true_totals(truth(true_rep(3, hold_s=2.0, faults=("jerky",)), true_rep(9, hold_s=1.0, faults=())))
    assert (full.hold_s, full.faults) == (3.0, 1)
