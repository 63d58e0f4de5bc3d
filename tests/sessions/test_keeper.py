"""Live sessions are kept as they happen, whatever happens."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from repose.coaching.commands import Pause, Resume, Skip, Start, Stop
from repose.coaching.messages import Done, Output, Stage
from repose.coaching.session import Session
from repose.counting.result import Rep, Unmeasured
from repose.errors import ReposeError
from repose.exercises import Exercise, load_exercise
from repose.pose.landmarks import PoseTrack
from repose.sessions.continuing import interrupted, latest_interrupted
from repose.sessions.keeper import DELETED, Keeper
from repose.sessions.persons import usual_name
from repose.sessions.records import USUAL_PERSON, KeptSession, Origin, SetHead
from repose.sessions.recount import recount
from repose.sessions.sql_store import SqlStore
from repose.sessions.writes import Writes
from tests.coaching.play import GONE, done, item, programme, resting
from tests.puppet.damage import picked
from tests.sessions.keeping import BEGUN_AT, KeptPlayer, Moody, a_store, all_kept, player_of, reps_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with_it = a_store(tmp_path)
    yield with_it
    with_it.close()


def by_default(slug: str, person: str) -> Exercise:
    """The same thresholds for everybody."""
    return load_exercise(slug)


def the_only(store: SqlStore) -> KeptSession:
    (kept,) = all_kept(store)
    return kept


def landmarks(store: SqlStore, kept: KeptSession) -> PoseTrack:
    tracks = list(store.landmarks(kept.id))
    return replace(
        tracks[0],
        time_s=np.concatenate([track.time_s for track in tracks]),
        points=np.concatenate([track.points for track in tracks]),
        light=np.concatenate([track.light for track in tracks]),
    )


def assert_counts_again(store: SqlStore, kept: KeptSession) -> None:
    """Counting the recording anew gives what was kept, to the last bit."""
    tracks = list(store.landmarks(kept.id))
    for one in kept.sets:
        assert recount(one.head, one.state, tracks).reps == tuple(each.rep for each in one.reps)


def test_a_session_is_kept_as_it_was_announced(store: SqlStore) -> None:
    player = player_of(store)
    player.start(item(sides=("left",), sets=2))
    player.play(done())
    player.play(done())
    assert player.stage is Stage.DONE
    kept = the_only(store)
    assert reps_of(kept) == player.announced[0]
    assert [len(reps) for reps in player.announced[0].values()] == [2, 2]
    assert kept.head.origin is Origin.LIVE
    assert kept.head.begun_at == BEGUN_AT
    assert kept.ended_at == BEGUN_AT + timedelta(seconds=player.time_s)
    assert (kept.head.source, kept.head.model, kept.head.software) == ("camera:0", "full", {"repose": "0"})
    assert kept.head.programme == programme(item(sides=("left",), sets=2))
    assert kept.person.name == USUAL_PERSON
    first, second = kept.sets
    assert first.head == SetHead(
        position=0,
        exercise="heel-slides",
        prescribed="left",
        number=1,
        of=2,
        target=2,
        hold_s=0.0,
        begun_s=first.head.begun_s,
        thresholds=load_exercise("heel-slides").thresholds,
    )
    for one in (first, second):
        (from_s,) = one.state.counted_from
        assert one.state.ended_s is not None
        assert from_s < one.head.begun_s < one.reps[0].rep.start_s < one.state.ended_s
        assert not one.state.skipped
        assert one.state.unmeasured == ()
        assert one.state.view == "from the side, right side nearer"
    assert_counts_again(store, kept)


def test_what_is_kept_of_the_landmarks_is_what_was_counted(store: SqlStore) -> None:
    player = player_of(store)
    player.start(item(sides=("left",), sets=2))
    player.play(done())
    player.play(done())
    kept = the_only(store)
    recorded = landmarks(store, kept)
    assert kept.recorded_s == (recorded.time_s[0], recorded.time_s[-1])
    inside = np.zeros(len(recorded.time_s), np.bool_)
    for one in kept.sets:
        inside |= (recorded.time_s >= one.state.counted_from[0]) & (
            recorded.time_s <= (one.state.ended_s or 0)
        )
    assert inside.all()
    sizes = [len(track.time_s) for track in store.landmarks(kept.id)]
    # Ten pictures a second; what was seen before the "begin" comes at once, but in no large pieces.
    assert max(sizes) <= 101
    assert sorted(sizes)[len(sizes) // 2] in (9, 10)


def test_a_rep_is_on_the_disk_before_it_is_announced(tmp_path: Path, store: SqlStore) -> None:
    other = a_store(tmp_path)

    class Watching(KeptPlayer):
        seen = 0

        def note(self, outputs: list[Output]) -> list[Output]:
            outputs = super().note(outputs)
            if any(isinstance(output, Done) for output in outputs):
                kept = the_only(other)
                assert reps_of(kept) == self.announced[0]
                assert kept.recorded_s is not None
                assert kept.recorded_s[1] == self.time_s
                self.seen += 1
            return outputs

    player = Watching(player_of(store).keeper)
    player.start()
    player.play(done())
    assert player.seen == 2
    other.close()


def test_nothing_is_kept_of_a_session_in_which_no_set_began(store: SqlStore) -> None:
    player = player_of(store)
    player.start()
    player.reach(Stage.COUNTDOWN)
    player.command(Stop())
    assert player.keeper.settle()
    assert store.sessions() == ()
    assert player.keeper.session_id is None


def test_pauses_are_not_kept_and_counting_anew_gives_the_same(store: SqlStore) -> None:
    player = player_of(store)
    player.start(item(sides=("left",), reps=3))
    film = done(reps=3)
    player.reach(Stage.WORKING)
    player.move(picked(film, slice(12, 45)))
    player.command(Pause())
    paused_s = player.time_s
    player.move(film)  # what is done in a pause does not count, and is nobody's business
    player.command(Resume())
    resumed_s = player.time_s
    player.move(picked(film, slice(12, 40)))  # nor does what is done before the begin
    player.reach(Stage.WORKING)
    player.play(picked(film, slice(12, None)))
    kept = the_only(store)
    (one,) = kept.sets
    assert len(one.state.counted_from) == 2
    assert reps_of(kept) == player.announced[0]
    assert [each.rep.reason for each in one.reps].count(None) == 3
    times = landmarks(store, kept).time_s
    assert not ((times > paused_s) & (times < one.state.counted_from[1])).any()
    assert one.state.counted_from[1] > resumed_s
    assert_counts_again(store, kept)


def test_troubles_gaps_and_another_picture_are_kept_with_their_reasons(store: SqlStore) -> None:
    player = player_of(store)
    film = done(reps=4)
    player.start(item(sides=("left",), reps=4))
    player.reach(Stage.WORKING)
    player.move(picked(film, slice(12, 40)))
    player.vanish(5)
    player.keep(film, 3, k=0)
    gap_s = player.time_s
    player.time_s += 8  # asleep
    player.keep(film, 3, k=0)
    player.trouble(GONE)
    player.keep(film, 2, k=0)
    player.trouble(None)
    player.keep(film, 3, k=0)
    turned = replace(film, frame_size=(film.frame_size[1], film.frame_size[0]))
    player.keep(turned, 2, k=0)
    player.keep(film, 3, k=0)
    player.play(picked(film, slice(12, 40)))
    player.command(Stop())
    kept = the_only(store)
    (one,) = kept.sets
    assert reps_of(kept) == player.announced[0]
    reasons = [span.reason for span in one.state.unmeasured]
    assert "no_body" in reasons
    assert any(span.start_s == gap_s and span.end_s > gap_s + 8 for span in one.state.unmeasured)
    spans = one.state.unmeasured
    assert all(before.end_s <= after.start_s for before, after in pairwise(spans))
    assert sum(span.end_s - span.start_s for span in spans) == player.view.sets[0].not_measured_s
    assert len(one.state.counted_from) == 4
    assert one.state.skipped
    assert_counts_again(store, kept)


def test_spans_not_measured_are_merged() -> None:
    from repose.coaching.record import to_do

    (record,) = to_do(programme(), load_exercise)
    for start_s, end_s, why in ((1, 2, "a"), (2, 3, "a"), (3, 3, "b"), (3, 4, "b"), (5, 6, "b")):
        record = record.unseen(start_s, end_s, why)
    assert record.unmeasured == (Unmeasured(1, 3, "a"), Unmeasured(3, 4, "b"), Unmeasured(5, 6, "b"))
    assert record.view().not_measured_s == 4


def test_a_set_that_is_skipped_is_kept_as_such(store: SqlStore) -> None:
    player = player_of(store)
    player.start(item(sides=("left", "right")), item("backwards-stretch", hold_s=1))
    player.reach(Stage.WORKING)
    player.command(Skip())
    player.command(Skip())
    player.command(Stop())
    kept = the_only(store)
    assert [(one.head.position, one.state.skipped) for one in kept.sets] == [(0, True)]
    assert kept.sets[0].state.ended_s is not None
    assert kept.ended_at is not None


def test_starting_anew_ends_the_session_under_way(store: SqlStore) -> None:
    player = player_of(store)
    player.start()
    player.reach(Stage.WORKING)
    player.keep(resting(), 2)
    player.start()
    player.play(done())
    first, second = all_kept(store)
    assert reps_of(first) == {0: []}
    assert first.ended_at is not None
    assert first.sets[0].state.ended_s is not None
    assert first.sets[0].state.skipped
    assert reps_of(second) == player.announced[1]


def test_whoever_exercised_last_exercises_again(store: SqlStore) -> None:
    player = player_of(store)
    player.command(Start(programme=programme(), person="  Ada  \u201cthe first\u201d <b>\U0001f600"))
    player.play(done())
    assert usual_name(store) == the_only(store).person.name
    player.start()
    player.play(done())
    assert {kept.person.name for kept in all_kept(store)} == {"Ada \u201cthe first\u201d <b>\U0001f600"}


def test_doses_become_the_persons_programme_only_if_asked_for(store: SqlStore) -> None:
    player = player_of(store)
    player.command(Start(programme=programme(), person="Ada"))
    player.command(Start(programme=programme(item(reps=7)), person="Ada", prescribe=True))
    assert player.keeper.settle()
    (prescription,) = store.prescriptions(store.person_named("Ada").id)
    assert prescription.programme == programme(item(reps=7))


def test_what_a_store_cannot_take_now_is_kept_later_in_order(store: SqlStore) -> None:
    moody = Moody(store)
    player = player_of(moody)
    player.start(item(sides=("left",), reps=4))
    film = done(reps=4)
    player.reach(Stage.WORKING)
    player.move(picked(film, slice(12, 45)))
    moody.broken = "repose.db: the disk is full; make room, then try again"
    player.play(picked(film, slice(45, None)))
    assert player.stage is Stage.DONE
    assert player.reps == [4]
    assert player.keeper.unsaved == moody.broken
    assert len(reps_of(the_only(store))[0]) < 4
    assert the_only(store).ended_at is None
    moody.broken = None
    await_saved(player.keeper)
    kept = the_only(store)
    assert reps_of(kept) == player.announced[0]
    assert kept.ended_at is not None
    assert_counts_again(store, kept)


def await_saved(keeper: Keeper) -> None:
    until_s = time.monotonic() + 30
    while keeper.unsaved is not None:
        assert time.monotonic() < until_s, keeper.unsaved
        time.sleep(0.01)


def test_a_store_that_fails_from_the_start_is_told_at_once(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    moody = Moody(store)
    moody.broken = "no disk"
    player = player_of(moody)
    player.start()
    player.play(done())
    assert player.keeper.unsaved == "no disk"
    assert not player.keeper.kept
    assert caplog.text.count("the session is not being saved: no disk") == 1
    player.start()  # the next one waits behind it
    player.play(done())
    moody.broken = None
    await_saved(player.keeper)
    assert [reps_of(kept) for kept in all_kept(store)] == player.announced
    assert caplog.text.count("is being saved again") == 1


def test_a_slow_store_holds_nothing_up(store: SqlStore) -> None:
    go_on = threading.Event()

    class Slow(Moody):
        def __getattr__(self, name: str) -> object:
            if name == "keep_rep":
                assert go_on.wait(30)
            return super().__getattr__(name)

    player = player_of(Slow(store), patience_s=0.05)
    player.start()
    player.play(done())
    assert player.reps == [2]
    assert player.keeper.unsaved is not None
    assert "slow" in player.keeper.unsaved
    assert reps_of(the_only(store)) == {0: []}
    go_on.set()
    await_saved(player.keeper)
    assert reps_of(the_only(store)) == player.announced[0]


def test_what_can_never_be_kept_holds_up_nothing_else(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    class Odd(Moody):
        def keep_landmarks(self, *_: object) -> None:
            raise ValueError("not later")

    player = player_of(Odd(store))
    player.start()
    player.play(done())
    assert player.keeper.unsaved is None
    assert reps_of(the_only(store)) == player.announced[0]
    assert "could not be kept" in caplog.text


def test_a_number_that_is_none_holds_up_nothing_else(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    """The database refuses it for ever."""

    class Odd(Moody):
        def keep_rep(self, set_id: int, rep: Rep) -> None:
            number = len(store.session(all_kept(store)[0].id).sets[0].reps)
            store.keep_rep(set_id, replace(rep, confidence=float("nan")) if number == 1 else rep)

    player = player_of(Odd(store))
    player.start(item(sides=("left",), reps=3))
    player.play(done(reps=3))
    assert player.keeper.settle()
    assert reps_of(the_only(store))[0] == player.announced[0][0][:1]
    assert the_only(store).ended_at is not None
    assert "could not be kept" in caplog.text


def test_landmarks_that_wait_are_bounded_and_reps_are_not(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repose.sessions.keeper.MOST_WAITING", 60_000)
    moody = Moody(store)
    player = player_of(moody)
    player.start(item(sides=("left",), reps=6))
    player.reach(Stage.WORKING)
    moody.broken = "the disk is full"
    player.play(done(reps=6))
    assert player.keeper._writes.size <= 60_000
    assert player.keeper.unsaved == (
        "the disk is full; the body's points of 1 min were left out: there was no more room"
    )
    moody.broken = None
    assert player.keeper.close()
    assert player.keeper._writes.size == 0
    assert reps_of(the_only(store)) == player.announced[0]
    kept = the_only(store)
    assert kept.recorded_s is not None
    assert kept.recorded_s[1] < player.time_s - 5


def test_a_session_that_is_deleted_while_it_runs_is_let_go(store: SqlStore) -> None:
    player = player_of(store)
    player.start(item(sides=("left",), reps=4))
    player.reach(Stage.WORKING)
    player.keep(resting(), 2)
    assert player.keeper.settle()
    store.delete_session(the_only(store).id)
    player.play(done(reps=4))
    assert player.reps == [4]
    assert player.keeper.unsaved == DELETED
    assert store.sessions() == ()
    player.start()
    player.play(done())
    assert player.keeper.unsaved is None
    assert reps_of(the_only(store)) == player.announced[1]


def test_what_is_left_at_the_end_is_written_or_its_loss_told(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    player = player_of(store)
    player.start()
    player.reach(Stage.WORKING)
    player.keep(resting(), 0.5)
    last_s = player.time_s
    assert player.keeper.close()
    kept = the_only(store)
    assert kept.recorded_s is not None
    assert kept.recorded_s[1] == last_s
    assert kept.ended_at is None

    writes = Writes(again_s=0.01)

    def fail() -> None:
        raise ReposeError("no disk")

    writes.put(fail)
    assert not writes.close(patience_s=0.1)
    assert "1 writes of the session are lost: no disk" in caplog.text


# Going on.


def broken_off(store: SqlStore) -> KeptPlayer:
    """A session of two sets that was killed after one rep of the second."""
    player = player_of(store)
    player.start(item(sides=("left", "right"), reps=2))
    player.play(done())
    film = done(side="right")
    player.play(film, until=lambda view: view.sets[1].reps == 1)
    assert player.reps == [2, 1]
    assert player.keeper.settle()
    return player


def test_an_interrupted_session_goes_on_where_it_was(store: SqlStore) -> None:
    before = broken_off(store)
    kept = the_only(store)
    found = latest_interrupted(store, by_default, BEGUN_AT + timedelta(hours=1), None)
    assert found is not None
    assert (found.kept, found.sets_done) == (kept, 1)
    assert kept.recorded_s is not None
    assert found.from_s > kept.recorded_s[1]
    player = player_of(store)
    player.announced = before.announced
    player.time_s = found.from_s
    outputs = player.session.start(found.records, found.from_s)
    player.keeper.go_on(found.kept, found.records)
    player.note(outputs)
    assert player.view.current == 1
    assert player.reps == [2, 1]
    player.play(done(side="right"))
    assert player.stage is Stage.DONE
    assert player.reps == [2, 2]
    after = the_only(store)
    assert after.id == kept.id
    assert after.ended_at is not None
    assert reps_of(after) == player.announced[0]
    assert len(after.sets[1].state.counted_from) == 2
    assert not after.sets[1].state.skipped
    # The very first counter of the broken set may find the rep under which the program was killed.
    first, second = after.sets
    tracks = list(store.landmarks(after.id))
    assert recount(first.head, first.state, tracks).reps == tuple(each.rep for each in first.reps)
    again = recount(second.head, second.state, tracks).reps
    assert set(map(repr, (each.rep for each in second.reps))) <= set(map(repr, again))


def test_only_a_live_session_of_today_that_was_not_ended_is_gone_on_with(store: SqlStore) -> None:
    broken_off(store)
    kept = the_only(store)
    now = BEGUN_AT + timedelta(hours=1)
    assert latest_interrupted(store, by_default, now, kept.id) is None
    assert latest_interrupted(store, by_default, now + timedelta(hours=12), None) is None
    assert latest_interrupted(store, by_default, now, None) is not None
    store.end_session(kept.id, now)
    assert latest_interrupted(store, by_default, now, None) is None
    with pytest.raises(ReposeError, match="is over"):
        interrupted(store, kept.id, by_default)
    with pytest.raises(ReposeError, match="no session"):
        interrupted(store, "0" * 32, by_default)


def test_nothing_is_left_of_a_session_whose_last_rep_was_kept(store: SqlStore) -> None:
    player = player_of(store)
    player.start()
    player.play(done(), until=lambda view: view.sets[0].reps == 2)
    assert player.keeper.settle()
    kept = the_only(store)
    store.end_session(kept.id, None)
    store.update_set(kept.sets[0].id, replace(kept.sets[0].state, ended_s=None))
    assert latest_interrupted(store, by_default, BEGUN_AT, None) is None


def test_a_set_that_was_over_but_not_told_so_is_over_when_gone_on_with(store: SqlStore) -> None:
    player = player_of(store)
    player.start(item(sides=("left", "right")))
    player.play(done(), until=lambda view: view.sets[0].reps == 2)
    assert player.keeper.settle()
    (one,) = the_only(store).sets
    store.update_set(one.id, replace(one.state, ended_s=None))
    found = latest_interrupted(store, by_default, BEGUN_AT, None)
    assert found is not None
    assert found.sets_done == 1
    session = Session()
    session.start(found.records, found.from_s)
    assert session.view().current == 1
