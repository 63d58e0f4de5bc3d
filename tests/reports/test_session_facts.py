"""The numbers of a report equal those that are computed by hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from repose.coaching.programme import Item, Programme
from repose.counting.result import Unmeasured
from repose.reports.session_facts import Facts, Line, Past, Spread, facts
from repose.reports.session_flags import Kind
from tests.reports.session_example import BEGUN_AT, a_rep, a_session, a_set, earlier

PROGRAMME = Programme(
    items=(
        Item(exercise="heel-slides", sets=2, reps=3),
        Item(exercise="knee-to-chest", sets=1, reps=2, hold_s=20),
    )
)

SLIDES = [
    a_set(
        1,
        "heel-slides",
        "left",
        [
            a_rep("heel-slides", "left", 5, 100, faults=("heel_lifts",)),
            a_rep("heel-slides", "left", 10, 104, confidence=0.5),
            a_rep("heel-slides", "left", 15, 70, reason="turned_back_early"),
            a_rep("heel-slides", "right", 20, 90, reason="other_side", faults=("heel_lifts", "too_fast")),
            a_rep("heel-slides", "left", 25, 108),
        ],
        0,
        40,
        target=3,
        of=(1, 2),
        unmeasured=(
            Unmeasured(30, 32.5, "hidden"),
            Unmeasured(33, 34, "no_body"),
            Unmeasured(35, 36, "hidden"),
        ),
    ),
    a_set(2, "heel-slides", "right", [a_rep("heel-slides", "right", 55, 110)], 50, 70, target=3, of=(1, 2)),
]

CHEST = a_set(
    3,
    "knee-to-chest",
    "left",
    [a_rep("knee-to-chest", "left", 100, 110, 20.5), a_rep("knee-to-chest", "left", 130, 112, 19.7)],
    80,
    150,
    target=2,
    hold_s=20,
)


def line(found: Facts, exercise: str, side: str) -> Line:
    """The one line of an exercise and side."""
    (one,) = [line for line in found.lines if (line.exercise, line.side) == (exercise, side)]
    return one


def test_each_exercise_and_side_is_told_against_its_dose() -> None:
    found = facts(a_session([*SLIDES, CHEST], programme=PROGRAMME))
    assert [(one.exercise, one.side) for one in found.lines] == [
        ("heel-slides", "left"),
        ("heel-slides", "right"),
        ("knee-to-chest", "left"),
        ("knee-to-chest", "right"),
    ]
    left = line(found, "heel-slides", "left")
    assert (left.done, left.machine, left.prescribed, left.partials) == (3, 3, 6, 2)
    assert (left.sets, left.sets_asked) == (1, 2)
    assert left.angle == Spread(3, 104, 100, 108)
    assert (left.rest_deg, left.target_deg) == (5, 108)
    assert (left.hold_asked_s, left.hold) == (0, None)
    chest = line(found, "knee-to-chest", "left")
    # 19.7 s are shorter than the prescribed 20 s by more than the tolerance of 0.25 s.
    assert (chest.done, chest.prescribed, chest.held) == (2, 2, 1)
    assert chest.hold is not None
    assert (chest.hold.n, chest.hold.low, chest.hold.high) == (2, 19.7, 20.5)
    assert chest.hold.mean == pytest.approx(20.1)
    undone = line(found, "knee-to-chest", "right")
    assert (undone.done, undone.prescribed, undone.sets, undone.angle, undone.target_deg) == (
        0,
        2,
        0,
        None,
        None,
    )
    # 3 of 6, 1 of 6, 2 of 2, 0 of 2.
    assert (found.done, found.prescribed, found.done_of_dose) == (6, 16, 6)


def test_reps_beyond_the_dose_do_not_make_up_for_others() -> None:
    reps = [a_rep("heel-slides", "left", 5.0 * k, 100) for k in range(1, 9)]
    found = facts(a_session([a_set(1, "heel-slides", "left", reps, target=3)], programme=PROGRAMME))
    assert (found.done, found.done_of_dose) == (8, 6)


def test_time_not_measured_is_added_up_by_reason() -> None:
    found = facts(a_session(SLIDES))
    assert [(one.reason, one.seconds) for one in found.unseen] == [("hidden", 3.5), ("no_body", 1.0)]
    assert (found.unseen_s, found.set_s) == (4.5, 60)


def test_faults_are_counted_in_reps_and_partials() -> None:
    found = facts(a_session(SLIDES))
    assert [(one.fault, one.reps, one.of) for one in found.faults] == [
        ("heel_lifts", 2, 6),
        ("too_fast", 1, 6),
    ]


def test_what_review_says_counts_and_the_machines_count_stays_beside_it() -> None:
    changes: list[dict[str, Any]] = [
        {"type": "reject", "event": "m100"},
        {"type": "judge", "event": "m102", "complete": True},
        {"type": "move", "event": "m104", "start_s": 23.0, "peak_s": 26.0, "end_s": 28.0},
        {"type": "add", "set_id": 1, "side": "left", "start_s": 37.0, "peak_s": 38.0, "end_s": 39.0},
    ]
    found = facts(a_session(SLIDES, changes, programme=PROGRAMME))
    left = line(found, "heel-slides", "left")
    # Rejected one of three, accepted a partial, added one: the moved and the added have no measured angle.
    assert (left.done, left.machine, left.partials) == (4, 3, 1)
    assert left.angle == Spread(2, 87, 70, 104)
    assert [flag.kind for flag in found.flags] == [
        Kind.REJECTED,
        Kind.CHANGED,
        Kind.CHANGED,
        Kind.ADDED,
        Kind.DOUBTFUL,
        Kind.PARTIAL,
    ]
    assert found.reviewers == ("Dr. Grace Hopper",)
    assert found.reviewed_at == BEGUN_AT + timedelta(days=1, minutes=4)


def test_undone_changes_change_nothing() -> None:
    changes: list[dict[str, Any]] = [{"type": "reject", "event": "m100"}, {"type": "undo", "change": 1}]
    assert facts(a_session(SLIDES, changes)).done == facts(a_session(SLIDES)).done == 4


def test_a_saved_video_has_no_dose_and_its_sides_are_those_that_worked() -> None:
    reps = [a_rep("heel-slides", "left", 5, 100), a_rep("heel-slides", "right", 10, 90)]
    partial = a_rep("heel-slides", "right", 15, 50, reason="turned_back_early")
    found = facts(a_session([a_set(1, "heel-slides", "auto", [*reps, partial], target=None)]))
    assert [(one.side, one.done, one.partials, one.prescribed) for one in found.lines] == [
        ("left", 1, 0, None),
        ("right", 1, 1, None),
    ]
    assert found.prescribed is None


def test_a_session_without_a_rep_still_says_what_was_asked() -> None:
    found = facts(a_session([a_set(1, "heel-slides", "left", [], target=3, of=(1, 2))], programme=PROGRAMME))
    assert (found.done, found.prescribed, found.flags) == (0, 16, ())
    nothing = facts(a_session([], ended=False))
    assert (nothing.lines, nothing.done, nothing.prescribed) == ((), 0, None)


def test_the_trend_goes_through_earlier_sessions_measured_in_the_same_way() -> None:
    session = a_session(SLIDES)
    before = earlier(session, days=3, better={"heel-slides": 9.0})
    left = line(facts(session, before), "heel-slides", "left")
    # Three, two and one day before: 106 less 9, 6 and 3 degrees, and 0, 2 and 1 more.
    assert left.past == (
        Past(BEGUN_AT - timedelta(days=3), 97),
        Past(BEGUN_AT - timedelta(days=2), 102),
        Past(BEGUN_AT - timedelta(days=1), 104),
        Past(BEGUN_AT, 104),
    )


def test_a_session_counted_with_another_model_is_no_part_of_the_trend() -> None:
    session = a_session(SLIDES)
    heavy = [replace(one, model="heavy") for one in earlier(session, days=3)]
    left = line(facts(session, heavy), "heel-slides", "left")
    assert left.past == (Past(BEGUN_AT, 104),)


def test_the_time_of_a_set_that_was_broken_off_goes_up_to_what_is_known_last() -> None:
    broken = a_set(1, "heel-slides", "left", [a_rep("heel-slides", "left", 5, 100)], 2.0, None)
    # The rep was decided at 5 + 1.6 + 0.5 s.
    assert facts(a_session([broken], ended=False)).set_s == pytest.approx(5.1)
