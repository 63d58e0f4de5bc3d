"""What is measured once and counted again is what the counter counts."""

from typing import Any, Literal

import numpy as np
import pytest

from repose.counting.counter import count
from repose.counting.replay import count_prepared, prepare
from repose.counting.result import Side
from repose.exercises import Exercise, load_exercise
from repose.pose.landmarks import as_track
from tests.puppet import Doing, perform


def other(exercise: Exercise, **numbers: Any) -> Exercise:
    return exercise.model_copy(update={"thresholds": exercise.thresholds.model_copy(update=numbers)})


@pytest.mark.parametrize("slug", ["ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch"])
def test_the_same_poses_counted_again_by_other_thresholds(slug: str) -> None:
    side: Side = "left" if slug in ("heel-slides", "knee-to-chest") else "both"
    track = perform(Doing(slug, side, reps=3, share=(1.0, 0.45, 1.0), hold_s=1.0)).film(25)
    prepared = prepare(track)
    exercise = load_exercise(slug)
    for by in (
        exercise,
        other(exercise, complete_share=0.3, one_side_share=0.3, own_best_share=0.0),
        exercise,
    ):
        expected, found = count(track, by), count_prepared(prepared, by)
        assert (found.reps, found.partials) == (expected.reps, expected.partials)
        assert (found.unmeasured, found.duration_s) == (expected.unmeasured, expected.duration_s)
        np.testing.assert_array_equal(found.trace.angle, expected.trace.angle)
    easier = count_prepared(
        prepared, other(exercise, complete_share=0.3, one_side_share=0.3, own_best_share=0.0)
    )
    assert len(easier.reps) > len(count_prepared(prepared, exercise).reps)


def test_no_poses() -> None:
    result = count_prepared(prepare(as_track([], (640, 480), "", "", {})), load_exercise("heel-slides"))
    assert (result.reps, result.partials, result.duration_s) == ((), (), 0.0)


def test_without_a_trace_the_reps_are_the_same() -> None:
    prepared = prepare(perform(Doing("heel-slides", "right", reps=2)).film(20))
    exercise = load_exercise("heel-slides")
    whole, bare = count_prepared(prepared, exercise), count_prepared(prepared, exercise, keep_trace=False)
    assert (bare.reps, bare.partials, bare.unmeasured) == (whole.reps, whole.partials, whole.unmeasured)
    assert len(bare.trace.time_s) <= 1


def test_a_side_is_counted_by_its_own_thresholds() -> None:
    """Half the way of a stiff left knee is a rep; half the way of the right one is not."""
    exercise = load_exercise("heel-slides")
    stiff = exercise.model_validate(
        exercise.model_dump()
        | {"thresholds": exercise.thresholds.model_dump() | {"left": {"target_deg": 58.0}}}
    )
    expected: tuple[tuple[Literal["left", "right"], int], ...] = (("left", 3), ("right", 0))
    for side, complete in expected:
        prepared = prepare(perform(Doing("heel-slides", side, reps=3, share=(0.5,) * 3)).film(25))
        result = count_prepared(prepared, stiff)
        assert len(result.reps) == complete
        assert {rep.side for rep in (*result.reps, *result.partials)} == {side}
        assert len(count_prepared(prepared, exercise).reps) == 0
