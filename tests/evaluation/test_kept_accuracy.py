"""The accuracy of kept sessions, computed by hand.

The example of `tests/judged.py`: 30 signed-off sets, in which the machine counted 5 reps each, 150 in all.
One was false (the rejected one), three were missed (the added ones); true are 150 - 1 + 3 = 152.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from repose.evaluation.enough import enough_sets
from repose.evaluation.kept_accuracy import Accuracy, Basis
from repose.evaluation.metrics import Share
from repose.evaluation.of_store import accuracy_of
from repose.sessions.records import Selection
from repose.sessions.sql_store import SqlStore
from tests.judged import BEGUN_AT, NAME, REPS, SETS, a_rep, a_set, begin, judged_example, key, say
from tests.kept import kept_store


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Accuracy:
    store = kept_store(tmp_path_factory.mktemp("kept"))
    judged_example(store)
    found = accuracy_of(store, Selection())
    store.close()
    return found


def test_sets(example: Accuracy) -> None:
    total = example.total
    # Three of the thirty sets have another number of reps than was counted.
    assert (total.exact.count, total.exact.of) == (27, 30)
    # Wilson, p = 0.9, n = 30, z² = 3.841459: centre 0.9 + z²/60 = 0.964024, divisor 1 + z²/30 = 1.128049,
    # margin 1.959964 · √(0.09/30 + z²/3600) = 0.124994.
    assert total.exact.interval == pytest.approx((0.743789, 0.965400), abs=1e-6)
    # The third set is two off, the first two are one off: OBO 29 of 30, MAE (1 + 1 + 2) / 30.
    assert (total.off_by_one.count, total.off_by_one.of) == (29, 30)
    assert total.mae == pytest.approx(4 / 30)
    assert example.others == 1


def test_reps(example: Accuracy) -> None:
    total = example.total
    assert (total.counted_reps, total.true_reps) == (SETS * REPS, SETS * REPS - 1 + 3)
    assert (total.matched, total.false, total.missed) == (149, 1, 3)
    assert total.precision == pytest.approx(149 / 150)
    assert total.recall == pytest.approx(149 / 152)
    assert total.f1 == pytest.approx(298 / 302)
    # Each set lasts 40 s, of which 1 s was not measured.
    assert (total.not_measured_s, total.duration_s) == (30.0, 1200.0)
    assert total.hold.n == 0, "nobody measures a hold by looking at the machine's"


def test_faults(example: Accuracy) -> None:
    # Of the 149 reps that both counted, the machine found 30 too fast, one in each set. The reviewer cleared
    # one and found another: both 29, machine only 1, reviewer only 1, neither 118.
    kappa = next(one.kappa for one in example.faults if one.fault == "too_fast")
    assert (kappa.both, kappa.machine, kappa.reviewer, kappa.neither) == (29, 1, 1, 118)
    # Agreed 147 / 149; by chance (30 · 30 + 119 · 119) / 149² = 15061 / 22201.
    assert kappa.value == pytest.approx((147 / 149 - 15061 / 22201) / (1 - 15061 / 22201))
    assert kappa.value == pytest.approx(0.9583, abs=5e-5)
    other = next(one.kappa for one in example.faults if one.fault == "jerky")
    assert (other.neither, other.value) == (149, None)


def test_worst_first(example: Accuracy) -> None:
    assert [(case.number, case.mistakes) for case in example.worst] == [(3, (2, 0)), (1, (1, 0)), (2, (1, 0))]


def test_groups(example: Accuracy) -> None:
    (person,) = example.by(lambda case: case.person)
    assert (person.name, person.summary) == (NAME, example.total)
    (side,) = example.sides
    assert (side.name, side.summary.exact) == ("left", Share(27, 30))
    assert example.by(lambda _: None) == ()


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return kept_store(tmp_path)


def truth(*peaks: float, hold_s: float | None = None, faults: list[str] | None = None) -> dict[str, object]:
    reps: list[dict[str, object]] = [{"side": "left", "peak_s": peak_s} for peak_s in peaks]
    for rep in reps:
        if hold_s is not None:
            rep["hold_s"] = hold_s
        if faults is not None:
            rep["faults"] = faults
    return {"format": "repose-truth", "version": 1, "exercise": "heel-slides", "reps": reps}


def test_an_annotation_wins_over_a_sign_off_and_the_newest_over_older_ones(store: SqlStore) -> None:
    session = begin(store)
    one = a_set(store, session, [a_rep(3, hold_s=1.25), a_rep(9, faults=["jerky"])])
    say(store, session, type="sign_off", set_id=one)
    store.add_annotation(one, "Rita", truth(3))
    store.add_annotation(one, "Rita", truth(3.1, 9, 20, hold_s=1.0))
    (case,) = accuracy_of(store, Selection()).cases
    assert case.basis is Basis.ANNOTATED
    assert case.mistakes == (1, 0), "the rep at 20 s was missed"
    assert case.score.hold_errors.tolist() == [0.25, 0.0]
    assert accuracy_of(store, Selection()).faults == (), "nobody has judged faults"
    store.close()


def test_a_sign_off_that_was_undone_judges_nothing(store: SqlStore) -> None:
    session = begin(store)
    one = a_set(store, session, [a_rep(3)])
    say(store, session, type="sign_off", set_id=one)
    assert len(accuracy_of(store, Selection()).cases) == 1
    say(store, session, type="undo", change=store.session(session).changes[-1].id)
    found = accuracy_of(store, Selection())
    assert (found.cases, found.others) == ((), 1)
    assert found.total.exact.value is None
    store.close()


def test_a_rep_on_the_wrong_side_is_false_there_and_missed_here(store: SqlStore) -> None:
    session = begin(store)
    one = a_set(store, session, [a_rep(3), a_rep(9)])
    say(store, session, type="side", event=key(store.session(session), 0, 1), side="right")
    say(store, session, type="sign_off", set_id=one)
    found = accuracy_of(store, Selection())
    assert (found.total.wrong_side, found.total.exact) == (1, Share(0, 1))
    left, right = found.sides
    assert (left.name, left.summary.matched, left.summary.false, left.summary.missed) == ("left", 1, 1, 0)
    assert (right.name, right.summary.matched, right.summary.false, right.summary.missed) == (
        "right",
        0,
        0,
        1,
    )
    store.close()


def test_a_rep_that_was_moved_by_more_than_the_tolerance_is_missed_there_and_false_here(
    store: SqlStore,
) -> None:
    session = begin(store)
    one = a_set(store, session, [a_rep(3), a_rep(9), a_rep(15)])
    kept = store.session(session)
    say(store, session, type="move", event=key(kept, 0, 1), start_s=7, peak_s=9.5, end_s=11)
    say(store, session, type="move", event=key(kept, 0, 2), start_s=13, peak_s=15.6, end_s=17)
    say(store, session, type="sign_off", set_id=one)
    (case,) = accuracy_of(store, Selection()).cases
    assert case.mistakes == (2, 0), "half a second is near enough"
    assert case.score.by_luck
    store.close()


def test_a_set_that_was_never_ended_lasts_as_long_as_is_known(store: SqlStore) -> None:
    from repose.exercises import load_exercise
    from repose.sessions.records import SetHead, SetState

    session = begin(store)
    thresholds = load_exercise("heel-slides").thresholds
    head = SetHead(0, "heel-slides", "left", 1, 1, 5, 0.0, 1.0, thresholds)
    one = store.begin_set(session, head, SetState())
    store.keep_rep(one, a_rep(9))
    say(store, session, type="sign_off", set_id=one)
    assert accuracy_of(store, Selection()).total.duration_s == pytest.approx(9 + 2.1 - 1)
    store.close()


def test_a_signed_off_set_in_which_nothing_happened_is_exact(store: SqlStore) -> None:
    session = begin(store)
    say(store, session, type="sign_off", set_id=a_set(store, session, []))
    found = accuracy_of(store, Selection())
    assert (found.total.exact, found.total.f1, found.sides) == (Share(1, 1), None, ())
    store.close()


def test_a_selection_counts_only_what_is_in_it(store: SqlStore) -> None:
    for day, name in enumerate(("Ada", "Bob")):
        session = begin(store, name, BEGUN_AT + timedelta(days=day))
        say(store, session, type="sign_off", set_id=a_set(store, session, [a_rep(3)]))
    bob = store.person_named("Bob").id
    assert [case.person for case in accuracy_of(store, Selection(person_id=bob)).cases] == ["Bob"]
    assert [case.person for case in accuracy_of(store, Selection()).cases] == ["Bob", "Ada"]
    assert accuracy_of(store, Selection(exercise="ankle-pumps")).cases == ()
    store.close()


def test_the_newest_sessions_are_read_first_when_there_are_too_many(store: SqlStore) -> None:
    for day in range(3):
        session = begin(store, "Ada", BEGUN_AT + timedelta(days=day))
        for position in range(2):
            one = a_set(store, session, [a_rep(40 * position + 3)], position=position)
            say(store, session, type="sign_off", set_id=one)
    a_set(store, session, [], position=2)
    # Two sets a session: the third set is in the second newest session, which is read as a whole.
    found = accuracy_of(store, Selection(), most=3)
    assert [case.begun_at.day for case in found.cases if case.begun_at] == [4, 4, 3, 3]
    assert (found.others, found.left_out) == (1, 2)
    assert accuracy_of(store, Selection(), most=6).left_out == 0
    store.close()


@pytest.mark.parametrize(
    ("share", "enough"),
    [
        (Share(0, 0), False),
        (Share(3, 3), False),
        (Share(9, 9), False),  # nine sets
        (Share(10, 10), True),  # 72 to 100 %: 28 points wide
        (Share(12, 15), False),  # 55 to 93 %: 38 points wide
        (Share(27, 30), True),  # 74 to 97 %: 22 points wide
    ],
)
def test_how_many_sets_are_worth_a_percentage(share: Share, enough: bool) -> None:
    assert enough_sets(share) is enough
