"""What other thresholds would have counted in kept sets, and that nothing is changed by asking."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from repose.calibration.fitting.numbers import with_numbers
from repose.errors import ReposeError
from repose.evaluation.kept_accuracy import Basis
from repose.exercises import Exercise, load_exercise
from repose.review.past import PastSet, as_then, past_of, sides
from repose.sessions.records import KeptSession, KeptSet, Purpose, Selection
from repose.sessions.sql_store import SqlStore
from tests.kept import BEGUN_AT, a_session, kept_store
from tests.said import annotate


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = kept_store(tmp_path)
    yield made
    made.close()


def by_default(session: KeptSession, one: KeptSet) -> Exercise:
    return load_exercise(one.head.exercise)


def forgiving(session: KeptSession, one: KeptSet) -> Exercise:
    """Counts the movements that the puppet's partials are."""
    found = with_numbers(load_exercise(one.head.exercise), {"complete_share": 0.35, "own_best_share": 0.3})
    assert found is not None
    return found


def strict(session: KeptSession, one: KeptSet) -> Exercise:
    """Asks for a knee bent as far as none is."""
    found = with_numbers(load_exercise(one.head.exercise), {"target_deg": 179.0, "complete_share": 0.9})
    assert found is not None
    return found


def only(found: Iterator[PastSet]) -> PastSet:
    (one,) = found
    return one


def test_by_the_same_thresholds_nothing_differs(store: SqlStore) -> None:
    a_session(store, sides=("left", "right"))
    for one in past_of(store, Selection(), by_default):
        assert one.new == one.old
        assert one.differences == ()
        assert one.anew == one.counted


def test_more_forgiving_thresholds_count_the_partials_too(store: SqlStore) -> None:
    a_session(store)
    one = only(past_of(store, Selection(), forgiving))
    assert (one.counted.sides, one.counted.totals.partials) == ({"left": 3}, 1)
    assert one.anew is not None
    assert (one.anew.sides, one.anew.totals.partials) == ({"left": 4}, 0)
    (gained,) = [each for each in one.differences if each.kind == "rep"]
    assert gained.better
    assert gained.time_s == pytest.approx(one.old[3].peak_s, abs=0.2)


def test_stricter_thresholds_count_none(store: SqlStore) -> None:
    a_session(store)
    one = only(past_of(store, Selection(), strict))
    assert one.anew is not None
    assert one.anew.totals.reps == 0
    assert [each.better for each in one.differences if each.kind == "rep"] == [False] * 3


def test_a_set_goes_on_beyond_the_reps_that_were_to_be_done(store: SqlStore) -> None:
    a_session(store, reps=3, partials=1, target=3)
    one = only(past_of(store, Selection(), forgiving))
    assert one.anew is not None
    assert one.anew.totals.reps == 4


def test_the_annotation_stands_beside_it(store: SqlStore) -> None:
    session = a_session(store)
    assert only(past_of(store, Selection(), by_default)).reviewer is None
    annotate(store, session)
    one = only(past_of(store, Selection(), by_default))
    assert one.basis is Basis.ANNOTATED
    assert one.reviewer is not None
    assert one.reviewer.sides == {"left": 4}
    assert (one.reviewer.totals.partials, one.reviewer.totals.hold_s) == (0, None)


def test_a_reviewed_set_stands_beside_it(store: SqlStore) -> None:
    session = a_session(store)
    kept = store.session(session)
    reject = {"type": "reject", "event": f"m{kept.sets[0].reps[0].id}"}
    first = store.add_change(session, "Rita", "", reject, after=None)
    assert only(past_of(store, Selection(), by_default)).reviewer is None, "not signed off yet"
    sign_off = {"type": "sign_off", "set_id": kept.sets[0].id}
    store.add_change(session, "Rita", "", sign_off, after=first.id)
    one = only(past_of(store, Selection(), by_default))
    assert one.basis is Basis.SIGNED_OFF
    assert one.reviewer is not None
    assert one.reviewer.sides == {"left": 2}


def test_without_landmarks_it_is_not_possible(store: SqlStore) -> None:
    a_session(store, recorded=False)
    one = only(past_of(store, Selection(), by_default))
    assert (one.new, one.anew, one.differences) == (None, None, ())
    assert "not kept" in one.why_not
    assert one.counted.sides == {"left": 3}


def test_damaged_landmarks_make_it_impossible(store: SqlStore, tmp_path: Path) -> None:
    a_session(store)
    with sqlite3.connect(tmp_path / "repose.db") as database:
        database.execute("UPDATE chunks SET data = substr(data, 1, 40) WHERE first_s BETWEEN 4 AND 6")
    assert "cannot be read" in only(past_of(store, Selection(), by_default)).why_not


def test_what_cannot_count_it_says_why(store: SqlStore) -> None:
    def unknown(session: KeptSession, one: KeptSet) -> Exercise:
        raise ReposeError("nobody knows this exercise any more")

    a_session(store)
    assert only(past_of(store, Selection(), unknown)).why_not == "nobody knows this exercise any more"


def test_sets_of_other_exercises_and_of_calibration_are_passed_over(store: SqlStore) -> None:
    session = a_session(store)
    head = replace(store.session(session).head, purpose=Purpose.CALIBRATION)
    a_session(store, exercise="ankle-pumps", sides=("both",))
    shown = store.begin_session(head)
    store.begin_set(shown, store.session(session).sets[0].head, store.session(session).sets[0].state)
    found = list(past_of(store, Selection(exercise="heel-slides"), by_default))
    assert [one.session.id for one in found] == [session]


def test_sessions_come_newest_first_and_no_more_than_wanted(store: SqlStore) -> None:
    a_session(store)
    new = a_session(store, begun_at=BEGUN_AT.replace(day=3))
    told: list[tuple[int, int]] = []
    found = past_of(
        store, Selection(), by_default, limit=1, on_session=lambda done, total, _: told.append((done, total))
    )
    assert only(found).session.id == new
    assert told == [(0, 1)]


def test_an_exercise_that_has_changed_counts_as_it_was(store: SqlStore) -> None:
    one = store.session(a_session(store)).sets[0]
    usual = load_exercise("heel-slides")
    assert as_then(one, usual) is usual
    was = usual.definition.model_copy(update={"of_programme": False, "name": "Slides of old"})
    kept = replace(one, head=replace(one.head, definition=was))
    assert as_then(kept, usual).definition == was
    without = was.model_copy(update={"guards": ()})
    unguarded = one.head.thresholds.model_copy(update={"guards": {}})
    head = replace(one.head, definition=without, thresholds=unguarded)
    with pytest.raises(ReposeError, match="defined differently then"):
        as_then(replace(one, head=head), usual)


def test_nothing_that_is_kept_changes(store: SqlStore, tmp_path: Path) -> None:
    session = a_session(store, sides=("left", "right"))
    annotate(store, session)
    path = tmp_path / "repose.db"

    def content() -> list[str]:
        with sqlite3.connect(path) as database:
            return list(database.iterdump())

    def on_disk() -> dict[str, bytes]:
        # Which readers there are is noted in shared memory; that is nothing that is kept.
        files = [file for file in tmp_path.iterdir() if file.is_file() and not file.name.endswith("-shm")]
        return {file.name: file.read_bytes() for file in files}

    rows, files = content(), on_disk()
    for under in (forgiving, strict):
        assert len([one for one in past_of(store, Selection(), under) if one.differences]) == 2
    assert on_disk() == files
    assert content() == rows


def test_reps_are_counted_by_side() -> None:
    assert sides(()) == {}
