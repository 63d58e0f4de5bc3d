"""A reviewer's changes stand beside the machine's count, can be undone, and never alter it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repose.errors import ReposeError
from repose.review.changes import CHANGE
from repose.review.reviewed import APART_S, UNSAID, Event, check, review
from repose.sessions.records import KeptSession
from tests.review.made_up import changed, kept_set, rep, session, usual

ADD: dict[str, Any] = {
    "type": "add",
    "set_id": 1,
    "side": "left",
    "start_s": 20,
    "peak_s": 22,
    "end_s": 24,
}


def after(*changes: dict[str, Any]) -> dict[str, Event]:
    """The events by key, of the usual session with these changes; none of them may be void."""
    reviewed = review(changed(usual(), *changes))
    assert not reviewed.void
    return {event.key: event for event in (*reviewed.events, *reviewed.rejected)}


def told(kept: KeptSession) -> list[tuple[str, str, str | None]]:
    return [(event.key, event.verdict, event.reason) for event in review(kept).events]


def test_without_changes_the_machine_is_believed() -> None:
    reviewed = review(usual())
    assert [(event.key, event.verdict) for event in reviewed.events] == [
        ("m1", "unreviewed"),
        ("m2", "unreviewed"),
        ("m3", "unreviewed"),
        ("m4", "unreviewed"),
    ]
    assert [event.complete for event in reviewed.of(1)] == [True, True, False]
    assert (reviewed.rejected, reviewed.signed_off, reviewed.in_force, reviewed.void) == (
        (),
        frozenset(),
        frozenset(),
        frozenset(),
    )
    assert reviewed.undo is reviewed.redo is None


def test_accepting_and_rejecting() -> None:
    events = after({"type": "accept", "event": "m1"}, {"type": "reject", "event": "m2"})
    assert (events["m1"].verdict, events["m1"].changes) == ("accepted", (1,))
    assert (events["m2"].verdict, events["m2"].complete, events["m2"].reason) == ("rejected", False, None)


def test_what_was_rejected_can_be_accepted_again_as_it_stood() -> None:
    moved = {"type": "move", "event": "m1", "start_s": 2.5, "peak_s": 4, "end_s": 6}
    events = after(moved, {"type": "reject", "event": "m1"}, {"type": "accept", "event": "m1"})
    assert (events["m1"].verdict, events["m1"].start_s) == ("changed", 2.5)
    events = after({"type": "reject", "event": "m1"}, {"type": "accept", "event": "m1"})
    assert events["m1"].verdict == "accepted"
    events = after(ADD, {"type": "reject", "event": "c1"}, {"type": "accept", "event": "c1"})
    assert events["c1"].verdict == "added"


def test_a_change_of_something_rejected_says_that_it_happened() -> None:
    events = after({"type": "reject", "event": "m1"}, {"type": "side", "event": "m1", "side": "right"})
    assert (events["m1"].verdict, events["m1"].side) == ("changed", "right")


def test_a_partial_becomes_complete_and_a_rep_a_partial() -> None:
    events = after(
        {"type": "judge", "event": "m3", "complete": True},
        {"type": "judge", "event": "m1", "complete": False, "reason": "hold_too_short"},
        {"type": "judge", "event": "m2", "complete": False},
    )
    assert (events["m3"].reason, events["m3"].complete) == (None, True)
    assert events["m1"].reason == "hold_too_short"
    assert events["m2"].reason == UNSAID
    assert all(events[key].verdict == "changed" for key in ("m1", "m2", "m3"))


def test_a_partial_without_a_new_reason_keeps_its_own() -> None:
    assert after({"type": "judge", "event": "m3", "complete": False})["m3"].reason == "turned_back_early"


def test_adding_a_rep_and_a_partial() -> None:
    events = after(ADD, ADD | {"start_s": 30, "peak_s": 31, "end_s": 32, "complete": False})
    assert (events["c1"].verdict, events["c1"].machine, events["c1"].hold_s, events["c1"].complete) == (
        "added",
        None,
        None,
        True,
    )
    assert (events["c2"].reason, events["c2"].complete) == (UNSAID, False)


def test_moving_gives_up_the_hold_that_was_measured() -> None:
    event = after({"type": "move", "event": "m1", "start_s": 1, "peak_s": 2, "end_s": 3})["m1"]
    assert (event.start_s, event.peak_s, event.end_s, event.hold_s) == (1, 2, 3, None)
    assert event.machine is not None
    assert event.machine.start_s == 2


def test_splitting_makes_two_in_place_of_one() -> None:
    events = after({"type": "split", "event": "m1", "at_s": 3.0})
    assert "m1" not in events
    first, second = events["c1"], events["c1.1"]
    assert (first.start_s, first.peak_s, first.end_s) == (2, 2.5, 3)
    assert (second.start_s, second.peak_s, second.end_s) == (3, 4, 6), (
        "its own end position lies in the second"
    )
    assert first.machine is second.machine is None
    assert first.side == second.side == "left"


def test_merging_makes_one_of_neighbours_in_any_order() -> None:
    for first, second in (("m2", "m3"), ("m3", "m2")):
        events = after({"type": "merge", "first": first, "second": second})
        assert not {"m2", "m3"} & set(events)
        merged = events["c1"]
        assert (merged.start_s, merged.peak_s, merged.end_s) == (8, 10, 18)
        assert merged.complete, "the better of both says what it was"


def test_merging_collects_the_faults_in_the_exercises_order() -> None:
    one = session(
        kept_set(1, [rep(2, faults=("too_fast",)), rep(8, faults=("heel_lifts", "too_fast"))]),
        changes=[{"type": "merge", "first": "m1", "second": "m2"}],
    )
    assert review(one).events[0].faults == ("heel_lifts", "too_fast")


def test_only_neighbours_of_one_set_are_merged() -> None:
    for first, second in (("m1", "m3"), ("m1", "m4"), ("m1", "m1")):
        with pytest.raises(ReposeError):
            check(usual(), CHANGE.validate_python({"type": "merge", "first": first, "second": second}))
    without = changed(usual(), {"type": "reject", "event": "m2"})
    check(without, CHANGE.validate_python({"type": "merge", "first": "m1", "second": "m3"}))


def test_faults_come_in_the_exercises_order_and_are_its_own() -> None:
    event = after({"type": "faults", "event": "m1", "faults": ["too_fast", "heel_lifts"]})["m1"]
    assert event.faults == ("heel_lifts", "too_fast")
    assert after({"type": "faults", "event": "m1", "faults": []})["m1"].faults == ()


def test_signing_off() -> None:
    reviewed = review(changed(usual(), {"type": "sign_off", "set_id": 2}))
    assert reviewed.signed_off == {2}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "accept", "event": "m9"}, "not there any more"),
        ({"type": "split", "event": "m1", "at_s": 2.0}, "within it"),
        ({"type": "split", "event": "m1", "at_s": 7.0}, "within it"),
        ({"type": "move", "event": "m1", "start_s": 3, "peak_s": 2, "end_s": 4}, "in this order"),
        ({"type": "move", "event": "m1", "start_s": 3, "peak_s": 3, "end_s": 3}, "in this order"),
        ({"type": "move", "event": "m1", "start_s": 61, "peak_s": 62, "end_s": 63}, "within its set"),
        ({"type": "move", "event": "m4", "start_s": 61, "peak_s": 62, "end_s": 63}, "within its set"),
        ({"type": "move", "event": "m1", "start_s": 8, "peak_s": 10, "end_s": 12}, "end position already"),
        ({"type": "side", "event": "m1", "side": "both"}, "no side 'both'"),
        ({"type": "faults", "event": "m1", "faults": ["slouching"]}, "no fault 'slouching'"),
        ({"type": "sign_off", "set_id": 7}, "no set 7"),
        ({"type": "undo", "change": 5}, "no change 5"),
        (ADD | {"set_id": 7}, "no set 7"),
        (ADD | {"side": "both"}, "no side"),
        (ADD | {"start_s": 8, "peak_s": 10 + APART_S / 2, "end_s": 12}, "end position already"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ReposeError, match=said) as refused:
        check(usual(), CHANGE.validate_python(change))
    assert "\n" not in str(refused.value)


def test_what_was_rejected_is_neither_split_nor_merged() -> None:
    kept = changed(usual(), {"type": "reject", "event": "m1"})
    for change in (
        {"type": "split", "event": "m1", "at_s": 4},
        {"type": "merge", "first": "m1", "second": "m2"},
    ):
        with pytest.raises(ReposeError, match="rejected"):
            check(kept, CHANGE.validate_python(change))


def test_a_rejected_rep_leaves_its_place_to_another() -> None:
    kept = changed(usual(), {"type": "reject", "event": "m1"})
    at_its_place = ADD | {"start_s": 2, "peak_s": 4, "end_s": 6}
    check(kept, CHANGE.validate_python(at_its_place))
    kept = changed(kept, at_its_place)
    with pytest.raises(ReposeError, match="end position already"):
        check(kept, CHANGE.validate_python({"type": "accept", "event": "m1"}))


def test_undo_redo_and_undo_again() -> None:
    kept = changed(usual(), {"type": "reject", "event": "m1"})
    assert (review(kept).undo, review(kept).redo) == (1, None)
    kept = changed(kept, {"type": "undo", "change": 1})
    assert told(kept) == told(usual())
    assert (review(kept).undo, review(kept).redo) == (None, 2)
    kept = changed(kept, {"type": "undo", "change": 2})
    assert [event.key for event in review(kept).rejected] == ["m1"]
    assert (review(kept).undo, review(kept).redo) == (1, None)
    kept = changed(kept, {"type": "undo", "change": 1})
    assert told(kept) == told(usual())
    assert (review(kept).undo, review(kept).redo) == (None, 4)


def test_several_steps_are_taken_back_and_done_again_in_order() -> None:
    kept = changed(usual(), {"type": "accept", "event": "m1"}, {"type": "reject", "event": "m2"})
    for _ in range(2):
        undo = review(kept).undo
        assert undo is not None
        kept = changed(kept, {"type": "undo", "change": undo})
    assert told(kept) == told(usual())
    again = []
    while (redo := review(kept).redo) is not None:
        kept = changed(kept, {"type": "undo", "change": redo})
        again.append([event.verdict for event in review(kept).events])
    assert again == [
        ["accepted", "unreviewed", "unreviewed", "unreviewed"],
        ["accepted", "unreviewed", "unreviewed"],
    ]


def test_after_a_new_change_nothing_is_left_to_redo() -> None:
    kept = changed(
        usual(),
        {"type": "reject", "event": "m1"},
        {"type": "undo", "change": 1},
        {"type": "accept", "event": "m2"},
    )
    assert (review(kept).undo, review(kept).redo) == (3, None)


def test_a_change_is_undone_once() -> None:
    kept = changed(usual(), {"type": "reject", "event": "m1"}, {"type": "undo", "change": 1})
    with pytest.raises(ReposeError, match="undone already"):
        check(kept, CHANGE.validate_python({"type": "undo", "change": 1}))


def test_what_builds_on_an_undone_split_says_nothing_any_more_and_comes_back_with_it() -> None:
    kept = changed(
        usual(),
        {"type": "split", "event": "m1", "at_s": 3.0},
        {"type": "reject", "event": "c1.1"},
        {"type": "accept", "event": "m2"},
        {"type": "undo", "change": 1},
    )
    reviewed = review(kept)
    assert reviewed.void == {2}
    assert [event.key for event in reviewed.of(1)] == ["m1", "m2", "m3"]
    assert reviewed.events[1].verdict == "accepted"
    back = review(changed(kept, {"type": "undo", "change": 4}))
    assert back.void == frozenset()
    assert [event.key for event in back.rejected] == ["c1.1"]


def test_a_change_that_this_version_does_not_know_is_void_and_harms_nothing() -> None:
    kept = changed(usual(), {"type": "accept", "event": "m1"})
    strange = replace(kept.changes[0], id=2, change={"type": "blend", "event": "m1"})
    reviewed = review(replace(kept, changes=(*kept.changes, strange)))
    assert reviewed.void == {2}
    assert reviewed.events[0].verdict == "accepted"


# Properties: anything a reviewer may do, in any order.

KEYS = st.sampled_from(["m1", "m2", "m3", "m4", "c1", "c2", "c2.1", "c3", "c3.1", "c5"])
TIMES = st.lists(st.floats(0, 95), min_size=3, max_size=3).map(sorted)
CHANGES = st.one_of(
    st.builds(lambda key: {"type": "accept", "event": key}, KEYS),
    st.builds(lambda key: {"type": "reject", "event": key}, KEYS),
    st.builds(lambda key, whole: {"type": "judge", "event": key, "complete": whole}, KEYS, st.booleans()),
    st.builds(
        lambda key, times: {
            "type": "move",
            "event": key,
            "start_s": times[0],
            "peak_s": times[1],
            "end_s": times[2],
        },
        KEYS,
        TIMES,
    ),
    st.builds(lambda key, at: {"type": "split", "event": key, "at_s": at}, KEYS, st.floats(0, 95)),
    st.builds(lambda a, b: {"type": "merge", "first": a, "second": b}, KEYS, KEYS),
    st.builds(
        lambda key, side: {"type": "side", "event": key, "side": side},
        KEYS,
        st.sampled_from(["left", "right"]),
    ),
    st.builds(lambda key: {"type": "faults", "event": key, "faults": ["jerky"]}, KEYS),
    st.builds(lambda number: {"type": "sign_off", "set_id": number}, st.integers(1, 3)),
    st.builds(
        lambda times: ADD | {"start_s": times[0], "peak_s": times[1], "end_s": times[2]},
        TIMES,
    ),
)
ANY = st.lists(
    st.one_of(CHANGES, st.builds(lambda n: {"type": "undo", "change": n}, st.integers(1, 12))), max_size=12
)
THOROUGH = settings(max_examples=150, deadline=None, derandomize=True)


def sensible(changes: list[dict[str, Any]]) -> KeptSession:
    """The usual session with those of the changes that were let through when they were made."""
    kept = usual()
    for change in changes:
        try:
            check(kept, CHANGE.validate_python(change))
        except ReposeError:
            continue
        kept = changed(kept, change)
    return kept


@THOROUGH
@given(ANY)
def test_the_machines_count_is_never_altered(changes: list[dict[str, Any]]) -> None:
    kept = changed(usual(), *changes)
    before = repr(kept.sets)
    reviewed = review(kept)
    assert repr(kept.sets) == before
    machine = {one.id: one.rep for each in kept.sets for one in each.reps}
    for event in (*reviewed.events, *reviewed.rejected):
        if event.machine is not None:
            assert event.machine is machine[int(event.key[1:])]


@THOROUGH
@given(ANY)
def test_what_was_let_through_is_sound(changes: list[dict[str, Any]]) -> None:
    kept = sensible(changes)
    reviewed = review(kept)
    for event in (*reviewed.events, *reviewed.rejected):
        assert event.start_s <= event.peak_s <= event.end_s
        assert event.start_s < event.end_s
    for one in reviewed.events:
        for other in reviewed.events:
            if one.key < other.key and (one.set_id, one.side) == (other.set_id, other.side):
                assert one.peak_s != other.peak_s
    assert reviewed.void <= reviewed.in_force


@THOROUGH
@given(ANY, st.data())
def test_what_is_let_through_is_in_force_and_not_void(
    changes: list[dict[str, Any]], data: st.DataObject
) -> None:
    kept = sensible(changes)
    change = data.draw(CHANGES)
    try:
        check(kept, CHANGE.validate_python(change))
    except ReposeError:
        return
    number = len(kept.changes) + 1
    reviewed = review(changed(kept, change))
    assert number in reviewed.in_force - reviewed.void


@THOROUGH
@given(ANY)
def test_undo_takes_back_exactly_and_redo_brings_back_exactly(changes: list[dict[str, Any]]) -> None:
    kept = sensible(changes)
    reviewed = review(kept)
    if reviewed.undo is None:
        return
    undone = changed(kept, {"type": "undo", "change": reviewed.undo})
    redo = review(undone).redo
    assert redo == len(undone.changes)
    again = review(changed(undone, {"type": "undo", "change": redo}))
    assert (again.events, again.rejected, again.signed_off) == (
        reviewed.events,
        reviewed.rejected,
        reviewed.signed_off,
    )


@THOROUGH
@given(ANY)
def test_undoing_everything_leads_back_to_the_machines_count(changes: list[dict[str, Any]]) -> None:
    kept = sensible(changes)
    for _ in range(len(kept.changes)):
        undo = review(kept).undo
        if undo is None:
            break
        kept = changed(kept, {"type": "undo", "change": undo})
    reviewed = review(kept)
    assert reviewed.events == review(usual()).events
    assert (reviewed.rejected, reviewed.signed_off) == ((), frozenset())


OF_ONE = st.sampled_from(["accept", "reject", "judge", "side", "faults"])


def about(kind: str, key: str) -> dict[str, Any]:
    more: dict[str, dict[str, Any]] = {
        "judge": {"complete": False},
        "side": {"side": "right"},
        "faults": {"faults": ["jerky"]},
    }
    return {"type": kind, "event": key} | more.get(kind, {})


@THOROUGH
@given(OF_ONE, OF_ONE, OF_ONE)
def test_changes_of_different_reps_may_come_in_any_order(first: str, second: str, third: str) -> None:
    one, two, three = about(first, "m1"), about(second, "m2"), about(third, "m4")

    def outcome(*changes: dict[str, Any]) -> list[Event]:
        reviewed = review(changed(usual(), *changes))
        return [replace(event, changes=()) for event in (*reviewed.events, *reviewed.rejected)]

    assert outcome(one, two, three) == outcome(three, two, one) == outcome(two, three, one)
