"""A day against the plan, by hand."""

from datetime import UTC, date, datetime, timedelta, timezone

from repose.coaching.programme import Item, Programme
from repose.counting.result import Side
from repose.history.history import day_states, day_view
from repose.history.plan import DayState, against, in_force, local_day, state
from repose.sessions.figures import SetFigures
from repose.sessions.records import Prescription

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

PROGRAMME = Programme(
    items=(Item(exercise="heel-slides", sets=2, reps=10), Item(exercise="ankle-pumps", sets=1, reps=10))
)
"""Two sets of ten heel slides for each leg, and ten ankle pumps of both together."""


def done(exercise: str, side: Side, complete: int, set_id: int = 1, begun_at: datetime = NOON) -> SetFigures:
    return SetFigures(
        session_id=f"s{begun_at:%d}",
        set_id=set_id,
        begun_at=begun_at,
        exercise=exercise,
        side=side,
        target=10,
        hold_target_s=0.0,
        model="full",
        fingerprint="f",
        complete=complete,
        partials=0,
        angle_deg=90.0,
        tempo_s=4.0,
        held_s=1.0,
        unmeasured_s=2.0,
    )


def test_each_side_is_counted_against_its_own_dose() -> None:
    lines = against(
        PROGRAMME,
        [
            done("heel-slides", "left", 10, 1),
            done("heel-slides", "left", 7, 2),
            done("heel-slides", "right", 12, 3),
        ],
    )
    said = [(line.exercise, line.side, line.reps, line.planned_reps, line.sets, line.left) for line in lines]
    assert said == [
        ("heel-slides", "left", 17, 20, 1, 3),
        ("heel-slides", "right", 12, 20, 1, 8),
        ("ankle-pumps", "both", 0, 10, 0, 10),
    ]
    assert state(lines) is DayState.PART


def test_too_many_reps_of_one_side_do_not_make_up_for_the_other() -> None:
    figures = [
        done("heel-slides", "left", 40, 1),
        done("heel-slides", "right", 19, 2),
        done("ankle-pumps", "both", 10, 3),
    ]
    assert state(against(PROGRAMME, figures)) is DayState.PART
    figures.append(done("heel-slides", "right", 1, 4))
    assert state(against(PROGRAMME, figures)) is DayState.ALL


def test_one_foot_alone_counts_for_a_pair_that_was_prescribed_together() -> None:
    pumps = against(PROGRAMME, [done("ankle-pumps", "left", 4, 1), done("ankle-pumps", "both", 6, 1)])[2]
    assert (pumps.reps, pumps.sets, pumps.done) == (10, 1, True)


def test_what_was_done_beside_the_plan_is_told_but_is_no_part_of_it() -> None:
    lines = against(PROGRAMME, [done("backwards-stretch", "both", 3)])
    assert (lines[-1].exercise, lines[-1].reps, lines[-1].planned_reps) == ("backwards-stretch", 3, 0)
    assert state(lines) is DayState.PART


def test_without_a_plan_a_day_has_exercise_or_none() -> None:
    assert state(against(None, [done("heel-slides", "left", 1)])) is DayState.UNPLANNED
    assert against(None, [done("heel-slides", "left", 0)]) == ()
    assert state(()) is DayState.NONE
    assert state(against(PROGRAMME, [done("heel-slides", "left", 0)])) is DayState.NONE


def test_the_programme_in_force_is_the_newest_of_that_day() -> None:
    more = Programme(items=(Item(exercise="heel-slides", sets=3),))
    given = (Prescription(NOON, PROGRAMME), Prescription(NOON + timedelta(days=2), more))
    day = NOON.date()
    assert in_force(given, day - timedelta(days=1), UTC) is None
    assert in_force(given, day, UTC) is PROGRAMME
    assert in_force(given, day + timedelta(days=1), UTC) is PROGRAMME
    assert in_force(given, day + timedelta(days=2), UTC) is more


def test_a_day_is_one_of_local_time() -> None:
    auckland = timezone(timedelta(hours=13))
    late = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
    assert local_day(late, auckland) == date(2026, 3, 3)
    states = day_states([done("heel-slides", "left", 1, begun_at=late)], (), auckland)
    assert states == {date(2026, 3, 3): DayState.UNPLANNED}


def test_a_set_that_both_sides_worked_in_was_not_seen_only_once() -> None:
    figures = [done("ankle-pumps", "left", 1, 7), done("ankle-pumps", "right", 1, 7)]
    shown = day_view(NOON.date(), figures, (), UTC)
    assert (shown.unmeasured_s, shown.sessions) == (2.0, ("s02",))
    assert day_view(NOON.date() + timedelta(days=1), figures, (), UTC).sessions == ()
