"""Sessions that find out how far a person can go: kept and listed, but no exercise."""

from datetime import timedelta
from pathlib import Path

import pytest

from repose.calibration.capture import Proposal, capture
from repose.coaching.commands import Calibrate
from repose.coaching.messages import Stage
from repose.evaluation.of_store import accuracy_of
from repose.exercises import load_exercise
from repose.pose.landmarks import joined
from repose.reports.session_source import session_facts
from repose.sessions.continuing import latest_interrupted
from repose.sessions.keeper import Beginning
from repose.sessions.records import Purpose, Selection, SetState
from repose.sessions.recount import recount, span_of
from repose.sessions.sql_store import SqlStore
from tests.coaching.play import done
from tests.kept import a_session, kept_store
from tests.program import RunCli
from tests.sessions.keeping import player_of, reps_of
from tests.sessions.made import NOON, a_head, a_rep, a_set_head


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return kept_store(tmp_path)


def a_calibration(store: SqlStore, begun_at: object = NOON, *, ended: bool = True) -> str:
    """Three tries of Ada's."""
    person_id = store.person_named("Ada").id
    head = a_head(person_id, programme=None, purpose=Purpose.CALIBRATION, begun_at=begun_at)
    session_id = store.begin_session(head)
    set_id = store.begin_set(session_id, a_set_head(), SetState(ended_s=20.0))
    for number in range(3):
        store.keep_rep(set_id, a_rep(5.0 + 5 * number))
    store.add_annotation(set_id, "Bob", {"reps": []})
    if ended:
        store.end_session(session_id, NOON + timedelta(minutes=1))
    return session_id


def test_it_is_in_the_list_and_can_be_told(store: SqlStore) -> None:
    calibration, session = a_calibration(store), a_session(store)
    assert {entry.id for entry in store.sessions()} == {calibration, session}
    (only,) = store.sessions(Selection(purpose=Purpose.CALIBRATION))
    assert (only.id, only.head.purpose, only.reps) == (calibration, Purpose.CALIBRATION, 3)
    (other,) = store.sessions(Selection(purpose=Purpose.EXERCISE))
    assert other.id == session


def test_it_is_in_no_figure(store: SqlStore) -> None:
    a_calibration(store)
    person_id = store.person_named("Ada").id
    assert store.side_figures(person_id) == ()
    assert store.set_figures(person_id) == ()
    assert store.exercised(person_id) == {}
    assert list(store.corrected(person_id)) == []
    session = a_session(store)
    assert {one.session_id for one in store.set_figures(person_id)} == {session}
    assert list(store.exercised(person_id)) == [session]


def test_it_is_in_no_trend_of_a_report(store: SqlStore) -> None:
    session = a_session(store)
    before = session_facts(store, session)
    a_calibration(store, NOON - timedelta(days=400))
    assert session_facts(store, session) == before


def test_it_is_in_no_accuracy(store: SqlStore) -> None:
    calibration = a_calibration(store)
    assert list(store.judged(Selection()).sets) == [calibration]
    assert accuracy_of(store, Selection()).others == 0


def test_it_hides_no_interrupted_session(store: SqlStore) -> None:
    session = a_session(store, ended=False, begun_at=NOON)
    a_calibration(store, NOON + timedelta(hours=1), ended=False)

    def load(slug: str, _: str) -> object:
        return load_exercise(slug)

    found = latest_interrupted(store, load, NOON + timedelta(hours=2), None)  # type: ignore[arg-type]
    assert found is not None
    assert found.kept.id == session


def test_the_list_on_the_command_line_tells(run_cli: RunCli, store: SqlStore, tmp_path: Path) -> None:
    a_calibration(store)
    said = run_cli("sessions", "--database", str(tmp_path / "repose.db"))
    assert "calibration" in said.out


def test_a_capture_is_kept_with_what_it_was_counted_by(store: SqlStore) -> None:
    player = player_of(store)
    player.session.command(Calibrate(exercise="heel-slides", side="left"), 0.0)
    player.keeper.begin(Beginning("Ada", None, prescribe=True, source="camera:0", model="full", software={}))
    player.announced.append({})
    player.play(done(share=0.4, reps=3, hold_s=2.0, pause_s=1.5, tempo_s=4.0))
    assert player.stage is Stage.DONE
    assert player.keeper.close()

    (entry,) = store.sessions()
    kept = store.session(entry.id)
    assert kept.head.purpose is Purpose.CALIBRATION
    assert kept.head.programme is None
    assert kept.ended_at is not None
    assert store.prescriptions(kept.person.id) == ()
    (one,) = kept.sets
    assert len(reps_of(kept)[0]) == 3
    tracks = list(store.landmarks(entry.id, *span_of(kept, one.id)))
    assert recount(one.head, one.state, tracks).reps == tuple(rep.rep for rep in one.reps)

    live = player.session.found
    assert isinstance(live, Proposal)
    again = capture(joined(tracks), load_exercise("heel-slides"), one.head.prescribed)
    assert isinstance(again, Proposal)
    assert again.tries == live.tries
    assert again.suggestions == live.suggestions
