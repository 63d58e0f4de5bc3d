"""Judging the movements of one way again gives the very reps of counting anew."""

from typing import Any

import numpy as np
import pytest

from repose.counting.rejudge import JUDGING, WAYS, Replay
from repose.counting.replay import count_prepared, prepare
from repose.counting.result import Rep, Side
from repose.exercises import Exercise, load_exercise
from repose.pose.landmarks import as_track
from tests.puppet import Doing, perform

SLUGS = ("ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch")


def side_of(slug: str) -> Side:
    return "left" if slug in ("heel-slides", "knee-to-chest") else "both"


def performed(slug: str, seed: int = 3) -> Any:
    """Reps, partials and small ones, with landmarks that shake."""
    shares = (1.0, 0.45, 0.9, 0.3, 0.7, 1.0)
    doing = Doing(slug, side_of(slug), reps=len(shares), share=shares, hold_s=1.0, tempo_s=3.0)
    track = perform(doing).film(15)
    track.points[:, :, :2] += np.random.default_rng(seed).normal(0, 0.002, track.points[:, :, :2].shape)
    return prepare(track)


def drafted(exercise: Exercise, **numbers: Any) -> Exercise:
    """The exercise with other numbers; dotted keys with two underscores."""
    tables = exercise.thresholds.model_dump()
    for key, number in numbers.items():
        *groups, name = key.split("__")
        here = tables
        for group in groups:
            here[group] = here[group] or {}
            here = here[group]
        here[name] = number
    return exercise.model_validate({"definition": exercise.definition, "thresholds": tables})


def whole(prepared: Any, exercise: Exercise, side: Side) -> tuple[Rep, ...]:
    result = count_prepared(prepared, exercise, side)
    return tuple(sorted((*result.reps, *result.partials), key=lambda rep: rep.decided_s))


@pytest.mark.parametrize("slug", SLUGS)
def test_each_draft_counts_as_if_it_were_counted_anew(slug: str) -> None:
    prepared, exercise, side = performed(slug), load_exercise(slug), side_of(slug)
    replay = Replay(prepared, side)
    fault = exercise.definition.faults[0].name
    drafts = [
        {},
        {"complete_share": 0.3},
        {"complete_share": 0.3, "own_best_share": 0.0},
        {"partial_share": 0.05},
        {"partial_share": 0.5, "complete_share": 0.8},
        {"shortest_rep_s": 3.5},
        {"hold_deg": 0.5},
        {"hold_share": 0.3, "hold_dropout_s": 0.0, "hold_least_s": 0.8},
        {f"faults__{fault}": 0.01},
        {"target_deg": exercise.thresholds.target_deg + 9},
        {"leave_share": 0.2, "return_share": 0.6},
        {"still_deg": 2.0, "complete_share": 0.4},
        {"rest_to_deg": exercise.thresholds.rest_to_deg - 2},
    ]
    if slug != "backwards-stretch":
        drafts += [{"left__complete_share": 0.3}, {"left__target_deg": exercise.thresholds.target_deg - 9}]
    counted = set()
    for numbers in (*drafts, *reversed(drafts)):
        by = drafted(exercise, **numbers)
        found, way = replay.count(by)
        assert found == whole(prepared, by, side), numbers
        trace = count_prepared(prepared, by, side).trace
        np.testing.assert_array_equal(way.angle, trace.angle)
        np.testing.assert_array_equal(way.excursion, trace.excursion)
        counted.add(sum(rep.reason is None for rep in found))
    assert len(counted) >= 3, "the drafts count differently"


def test_what_only_the_judge_reads_does_not_go_the_way_again() -> None:
    prepared, exercise = performed("heel-slides"), load_exercise("heel-slides")
    replay = Replay(prepared, "left")
    way = replay.count(exercise)[1]
    numbers = {key: number for key in JUDGING if (number := exercise.thresholds.flat().get(key)) is not None}
    for key, number in numbers.items():
        assert replay.count(drafted(exercise, **{key: number * 0.9}))[1] is way, key
    assert replay.count(drafted(exercise, left__complete_share=0.5))[1] is way
    assert replay.count(drafted(exercise, target_deg=100.0))[1] is not way
    assert replay.count(drafted(exercise, left__target_deg=100.0))[1] is not way
    assert replay.count(exercise)[1] is way
    for turn in range(WAYS):
        replay.count(drafted(exercise, target_deg=90.0 + turn))
    assert replay.count(exercise)[1] is not way, "only the latest are kept"


def test_where_a_leg_halts_on_its_way_the_share_of_a_rep_decides_the_way() -> None:
    """Still for twelve seconds where a rest can be: a new rest, or a long rep, as the share says."""
    exercise = load_exercise("heel-slides")
    doing = Doing("heel-slides", "left", reps=3, share=(0.28, 0.28, 1.0), hold_s=12.0, tempo_s=4.0)
    prepared = prepare(perform(doing).film(15))
    replay = Replay(prepared, "left")
    usual, usual_way = replay.count(exercise)
    assert usual_way.halts
    easy = drafted(exercise, complete_share=0.2, own_best_share=0.0)
    found, way = replay.count(easy)
    assert way is not usual_way
    assert found == whole(prepared, easy, "left")
    assert usual == whole(prepared, exercise, "left")
    assert len(found) > len(usual)


def test_no_poses() -> None:
    nothing = prepare(as_track([], (640, 480), "", "", {}))
    found, way = Replay(nothing).count(load_exercise("heel-slides"))
    assert (found, len(way.time_s)) == ((), 0)
