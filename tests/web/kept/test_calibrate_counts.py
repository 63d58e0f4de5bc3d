"""Remembering measured sets and their counts, and work in the background."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from repose.errors import NotThereError, ReposeError
from repose.exercises import load_exercise
from repose.sessions.recount import recount
from repose.sessions.sql_store import SqlStore
from repose.web.kept import calibrate_counts
from repose.web.kept.calibrate_counts import Counts
from repose.web.kept.calibrate_jobs import MOST_JOBS, Job, Jobs, OnProgress
from repose.web.kept.calibrate_words import groups, key_in_words, unit_of
from tests.kept import a_session, kept_store


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return kept_store(tmp_path)


def test_a_set_counts_to_the_very_reps_of_its_recount(store: SqlStore) -> None:
    session = store.session(a_session(store, reps=1, partials=1, rate=15.0))
    one = session.sets[0]
    counts = Counts(store)
    count = counts.of(session, one).count(one.head.counted_by)
    assert count.reps == recount(one.head, one.state, store.landmarks(session.id)).reps
    assert count.rest_deg == pytest.approx(5, abs=1)
    assert counts.of(session, one) is counts.of(session, one), "it is measured once"
    assert counts.of(session, one).count(one.head.counted_by) is count, "and counted once"


def test_no_more_is_remembered_than_fits(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    session = store.session(a_session(store, reps=1, partials=0, rate=15.0, sides=("left", "right")))
    counts = Counts(store)
    first = counts.of(session, session.sets[0])
    assert counts.of(session, session.sets[1]) is not first
    assert counts.of(session, session.sets[0]) is first
    monkeypatch.setattr(calibrate_counts, "MOST_TICKS", first.ticks)
    other = store.session(a_session(store, reps=1, partials=0, rate=15.0))
    last = counts.of(other, other.sets[0])
    assert counts.of(other, other.sets[0]) is last, "the last one always fits"
    assert counts.of(session, session.sets[0]) is not first


@pytest.mark.parametrize("slug", ["heel-slides", "ankle-pumps", "knee-to-chest", "backwards-stretch"])
def test_every_threshold_of_an_exercise_has_a_name_a_unit_and_a_range(slug: str) -> None:
    definition = load_exercise(slug).definition
    numbers = [number for group in groups(definition) for number in group.numbers]
    assert len({number.key for number in numbers}) == len(numbers)
    for number in numbers:
        assert number.means, number.key
        assert number.name == key_in_words(number.key, definition)
        assert number.unit == unit_of(number.key, definition)
        assert number.least < number.most
        assert 0 < number.step < number.most - number.least
    standing = slug == "backwards-stretch"
    assert ("turn_deg" in {number.key for number in numbers}) == standing
    assert any(number.sided for number in numbers) != standing


def test_numbers_of_an_exercise_that_is_gone_are_still_told() -> None:
    assert key_in_words("left.faults.heel_lifts", None) == "Heel lifts, left"
    assert unit_of("left.target_deg", None) == "°"
    assert unit_of("faults.heel_lifts", None) == ""


def wait(until: Callable[[], bool]) -> None:
    for _ in range(3000):
        if until():
            return
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def finished(jobs: Jobs[str], id_: str) -> Job[str]:
    wait(lambda: jobs.of(id_).over)
    return jobs.of(id_)


def test_work_goes_on_in_the_background_one_piece_at_a_time() -> None:
    jobs: Jobs[str] = Jobs()
    go_on = threading.Event()

    def work(on_progress: OnProgress) -> str:
        on_progress(1, 3, "reading")
        assert go_on.wait(30)
        return "done"

    job = jobs.begin(work)
    wait(lambda: jobs.of(job.id).done == 1)
    assert (jobs.of(job.id).of, jobs.of(job.id).doing, jobs.of(job.id).over) == (3, "reading", False)
    with pytest.raises(ReposeError, match="another fit is under way"):
        jobs.begin(work)
    go_on.set()
    assert finished(jobs, job.id).result == "done"
    with pytest.raises(NotThereError):
        jobs.of("unknown")


def test_work_that_fails_says_why_and_lets_the_next_begin() -> None:
    jobs: Jobs[str] = Jobs()

    def refuse(_: OnProgress) -> str:
        raise ReposeError("annotate a set first")

    first = jobs.begin(refuse)
    assert finished(jobs, first.id).problem == "annotate a set first"
    for _ in range(MOST_JOBS):
        assert finished(jobs, jobs.begin(lambda _: "fine").id).result == "fine"
    with pytest.raises(NotThereError):
        jobs.of(first.id)
