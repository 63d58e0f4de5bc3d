"""The figures of a corrected session: what the reviewer holds to be right."""

import math
from pathlib import Path

from repose.history.held_right import figures_of
from tests.judged import a_rep, a_set, begin, key, say
from tests.kept import kept_store


def test_without_changes_they_are_what_the_database_adds_up(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    session = begin(store, "Ada")
    a_set(
        store,
        session,
        [a_rep(3, angle=80, hold_s=1), a_rep(9, angle=100, hold_s=2), a_rep(15, reason="range_not_full")],
    )
    a_set(store, session, [], position=1, side="right")
    kept = store.session(session)
    assert figures_of(kept) == store.set_figures(kept.person.id)
    left, right = figures_of(kept)
    assert (left.complete, left.partials, left.angle_deg, left.tempo_s, left.held_s) == (2, 1, 90, 4, 1.5)
    assert (right.side, right.complete, right.angle_deg) == ("right", 0, None)
    store.close()


def test_a_rejected_rep_counts_no_more_and_an_added_one_has_no_angle(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    session = begin(store, "Ada")
    one = a_set(store, session, [a_rep(3, angle=80), a_rep(9, angle=100)])
    say(store, session, type="reject", event=key(store.session(session), 0, 0))
    say(store, session, type="add", set_id=one, side="left", start_s=14, peak_s=15, end_s=20)
    (found,) = figures_of(store.session(session))
    # Of the reps at 9 s (4 s long) and 15 s (6 s long), only the first has an angle and a hold.
    assert [found.complete, found.angle_deg, found.tempo_s, found.held_s] == [2, 100, 5, 1]
    (machine,) = store.set_figures(store.session(session).person.id)
    assert (machine.complete, machine.angle_deg) == (2, 90), "the machine's own figures stay as they are"
    store.close()


def test_an_angle_that_was_not_seen_has_no_part(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    session = begin(store, "Ada")
    a_set(store, session, [a_rep(3, angle=math.nan), a_rep(9, angle=100)])
    a_set(store, session, [a_rep(43, angle=math.nan)], position=1)
    kept = store.session(session)
    assert [one.angle_deg for one in figures_of(kept)] == [100, None]
    assert figures_of(kept) == store.set_figures(kept.person.id)
    store.close()


def test_a_rep_of_the_other_side_goes_there(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    session = begin(store, "Ada")
    a_set(store, session, [a_rep(3), a_rep(9)])
    say(store, session, type="side", event=key(store.session(session), 0, 1), side="right")
    assert [(one.side, one.complete) for one in figures_of(store.session(session))] == [
        ("left", 1),
        ("right", 1),
    ]
    store.close()
