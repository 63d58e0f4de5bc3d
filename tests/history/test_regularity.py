"""Days with exercise, counted without blame."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.history import words
from repose.history.plan import DayState
from repose.history.regularity import month_of, regularity, runs

TODAY = date(2026, 3, 31)


def ago(*days: int) -> set[date]:
    return {TODAY - timedelta(days=each) for each in days}


def test_days_of_the_last_four_weeks_today_among_them() -> None:
    # 27 days ago is the first of the 28 days that end today.
    found = regularity(ago(0, 3, 27, 28, 400), TODAY)
    assert (found.recent, found.of, found.total) == (3, 28, 5)


def test_who_has_just_begun_is_measured_by_the_days_since_then() -> None:
    found = regularity(ago(0, 1, 4), TODAY)
    assert (found.recent, found.of) == (3, 5)


def test_the_longest_run_is_ever_and_the_latest_of_equals() -> None:
    found = regularity(ago(0, 10, 11, 50, 51), TODAY)
    assert found.longest is not None
    assert (found.longest.first, found.longest.last, found.longest.days) == (
        TODAY - timedelta(days=11),
        TODAY - timedelta(days=10),
        2,
    )


@pytest.mark.parametrize("days", [(), (0,), (1, 2), (40, 41), tuple(range(60))])
def test_no_word_blames_anybody_for_a_day_of_rest(days: tuple[int, ...]) -> None:
    said = " ".join(words.regular(regularity(ago(*days), TODAY))).lower()
    assert said
    for word in ("lost", "broke", "missed", "fail", "only", "streak", "should", "!"):
        assert word not in said


def test_after_a_long_rest_the_longest_run_stays() -> None:
    said = words.regular(regularity(ago(40, 41, 42), TODAY))
    assert said[0] == "No session in the last 28 days. Any day is a good one to go on."
    assert said[1] == "The longest run: 3 days, 17 Feb to 19 Feb 2026."


def test_a_month_has_weeks_from_monday_and_no_state_for_the_future() -> None:
    month = month_of(date(2026, 3, 15), {date(2026, 3, 2): DayState.ALL}, date(2026, 3, 20))
    assert [None if field is None else field.day.day for field in month.weeks[0]] == [None] * 6 + [1]
    fields = {field.day.day: field.state for week in month.weeks for field in week if field}
    assert (fields[2], fields[3], fields[20], fields[21]) == (
        DayState.ALL,
        DayState.NONE,
        DayState.NONE,
        None,
    )
    assert len(fields) == 31


@given(st.sets(st.dates(date(2024, 1, 1), date(2026, 3, 31)), max_size=60))
def test_runs_are_the_days_themselves(days: set[date]) -> None:
    found = runs(days)
    assert sum(run.days for run in found) == len(days)
    assert all(run.first in days and run.last in days for run in found)
    # Between two runs there is at least a day of rest.
    assert all((b.first - a.last).days > 1 for a, b in pairwise(found))
    counted = regularity(days, TODAY)
    assert 0 <= counted.recent <= counted.of <= 28
    assert counted.total == len(days)
