"""What the database adds up, on each kind of it."""

from datetime import UTC, datetime, timedelta

import pytest

from repose.counting.result import Unmeasured
from repose.review.reviewed import review
from repose.sessions.records import Selection
from repose.sessions.sql_store import SqlStore
from tests.judged import BEGUN_AT, NAME, a_rep, a_set, begin, key, say


def person_id(store: SqlStore, name: str = NAME) -> str:
    return store.person_named(name).id


def test_sums_of_each_set_and_side(store: SqlStore) -> None:
    session = begin(store)
    first = a_set(
        store,
        session,
        [
            a_rep(3, angle=80, hold_s=1),
            a_rep(9, angle=100, hold_s=2),
            a_rep(15, angle=10, reason="range_not_full"),
            a_rep(21, "right", angle=70),
        ],
        unmeasured=(Unmeasured(30, 31.5, "not seen"), Unmeasured(35, 36, "not seen")),
    )
    second = a_set(store, session, [], position=1, side="right")
    left, right, empty = store.set_figures(person_id(store))
    assert (left.set_id, left.side, left.complete, left.partials) == (first, "left", 2, 1)
    # The partial's 10° have no part: (80 + 100) / 2.
    assert [left.angle_deg, left.tempo_s, left.held_s] == pytest.approx([90, 4, 1.5])
    assert (right.side, right.complete, right.angle_deg) == ("right", 1, 70)
    assert (left.unmeasured_s, right.unmeasured_s) == (2.5, 2.5)
    assert (empty.set_id, empty.side, empty.complete, empty.angle_deg) == (second, "right", 0, None)
    assert left.begun_at == BEGUN_AT


def test_sums_of_each_session_exercise_and_side(store: SqlStore) -> None:
    session = begin(store)
    a_set(store, session, [a_rep(3, angle=80), a_rep(9, angle=95, reason="range_not_full")])
    a_set(store, session, [a_rep(43, angle=90), a_rep(49, angle=100, hold_s=4)], position=1)
    a_set(store, session, [a_rep(83, "right", angle=70)], position=2, side="right")
    a_set(store, session, [], position=3)
    later = begin(store, begun_at=BEGUN_AT + timedelta(days=1), model="heavy")
    a_set(store, later, [a_rep(3)])
    left, right, other = store.side_figures(person_id(store))
    # Of both sets: angles 80, 90 and 100, holds 1, 1 and 4.
    assert (left.session_id, left.side, left.complete, left.partials) == (session, "left", 3, 1)
    assert [left.angle_deg, left.tempo_s, left.held_s] == pytest.approx([90, 4, 2])
    assert (right.side, right.complete, right.angle_deg) == ("right", 1, 70)
    assert (other.begun_at, other.model) == (BEGUN_AT + timedelta(days=1), "heavy")
    assert store.side_figures(person_id(store), since=other.begun_at) == (other,)
    assert store.side_figures(person_id(store), until=other.begun_at) == (left, right)


def test_only_of_this_person_and_this_time(store: SqlStore) -> None:
    days = [BEGUN_AT + timedelta(days=day) for day in range(3)]
    for day in days:
        a_set(store, begin(store, "Ada", day), [a_rep(3)])
    a_set(store, begin(store, "Bob", days[1]), [a_rep(3)])
    found = store.set_figures(person_id(store, "Ada"), since=days[1], until=days[2])
    assert [one.begun_at for one in found] == [days[1]]
    assert len(store.set_figures(person_id(store, "Ada"))) == 3
    assert store.set_figures("nobody") == ()


def test_only_sessions_with_a_complete_rep_were_exercise(store: SqlStore) -> None:
    nothing = begin(store, "Ada", BEGUN_AT)
    a_set(store, nothing, [])
    partial = begin(store, "Ada", BEGUN_AT + timedelta(days=1))
    a_set(store, partial, [a_rep(3, reason="range_not_full")])
    done = begin(store, "Ada", BEGUN_AT + timedelta(days=2))
    a_set(store, done, [a_rep(3)])
    assert store.exercised(person_id(store, "Ada")) == {done: BEGUN_AT + timedelta(days=2)}


def test_a_session_is_corrected_when_a_rep_is_changed_not_when_it_is_approved(store: SqlStore) -> None:
    approved, changed = (begin(store, "Ada", BEGUN_AT + timedelta(days=day)) for day in range(2))
    for session in (approved, changed):
        one = a_set(store, session, [a_rep(3), a_rep(9)])
        say(store, session, type="accept", event=key(store.session(session), 0, 0))
        say(store, session, type="sign_off", set_id=one)
    assert list(store.corrected(person_id(store, "Ada"))) == []
    say(store, changed, type="reject", event=key(store.session(changed), 0, 1))
    (found,) = store.corrected(person_id(store, "Ada"))
    assert found.id == changed
    assert review(found) == review(store.session(changed))


def test_judged_are_sets_that_were_signed_off_or_annotated(store: SqlStore) -> None:
    older, newer = (begin(store, "Ada", BEGUN_AT + timedelta(days=day)) for day in range(2))
    kept = {
        session: [a_set(store, session, [a_rep(3)], position=k) for k in range(3)]
        for session in (older, newer)
    }
    say(store, older, type="sign_off", set_id=kept[older][1])
    say(store, newer, type="reject", event=key(store.session(newer), 0, 0))
    store.add_annotation(kept[newer][2], "Rita", {"any": "truth"})
    store.add_annotation(kept[newer][2], "Rita", {"another": "truth"})
    judged = store.judged()
    assert judged.sets == {newer: frozenset({kept[newer][2]}), older: frozenset({kept[older][1]})}
    assert list(judged.sets) == [newer, older], "newest first"
    assert judged.others == 4
    since = store.judged(Selection(since=BEGUN_AT + timedelta(days=1)))
    assert (list(since.sets), since.others) == ([newer], 2)
    assert store.judged(Selection(exercise="ankle-pumps")).others == 0
    assert store.judged(Selection(ids=(older,))).others == 2


def test_many_sessions_at_once_are_the_same_as_one_by_one(store: SqlStore) -> None:
    ids = [begin(store, name, BEGUN_AT) for name in ("Ada", "Bob", "Cy")]
    sets = {
        session: [a_set(store, session, [a_rep(3), a_rep(9)], position=k) for k in range(2)]
        for session in ids
    }
    say(store, ids[0], type="reject", event=key(store.session(ids[0]), 0, 0))
    store.add_annotation(sets[ids[1]][1], "Rita", {"any": "truth"})
    everything = {session: frozenset(sets[session]) for session in ids}
    assert list(store.with_sets(everything)) == [store.session(session) for session in ids]
    (part,) = store.with_sets({ids[1]: frozenset({sets[ids[1]][1]})})
    assert [one.id for one in part.sets] == [sets[ids[1]][1]]
    assert part.annotations == store.session(ids[1]).annotations
    assert list(store.with_sets({"nothing of the kind": frozenset()})) == []


def test_times_of_day_come_back_in_utc(store: SqlStore) -> None:
    session = begin(store, "Ada", datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    a_set(store, session, [a_rep(3)])
    (found,) = store.set_figures(person_id(store, "Ada"))
    assert found.begun_at.utcoffset() == timedelta(0)
