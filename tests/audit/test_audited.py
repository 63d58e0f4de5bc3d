"""Every method of the store has a decision: what the log says of it, or that it says nothing."""

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from repose.accounts.account import Accounts
from repose.accounts.acting import Acting, Doing, acting, doing
from repose.accounts.roles import Role
from repose.audit.audited import Audited
from repose.audit.check import check
from repose.audit.entry import AuditLog, Entry
from repose.audit.views import AGAIN_S, SAME_S
from repose.coaching.programme import usual_programme
from repose.errors import NotThereError, ReposeError
from repose.exercises import load_exercise
from repose.sessions import retention
from repose.sessions.records import Selection, SetState
from repose.sessions.saved_count import save_count
from repose.sessions.sql_store import SqlStore
from repose.sessions.store import Store
from tests.kept import counted, played
from tests.sessions.made import NOON, a_head, a_rep, a_session, a_set_head, a_track

ANN: Final = Acting("ann", Role.REVIEWER)


@dataclass
class Watched:
    """A store that is watched, the one behind it, and the time for the watcher.

    Attributes:
        store: watched.
        plain: the one behind it.
        person, session, set: ids that there are.
    """

    store: Audited
    plain: SqlStore
    person: str
    session: str
    set: int
    at_s: float = 0.0

    def told(self) -> list[tuple[str, str, str | None, str | None]]:
        """What the log says: doing, what, whose and of which session."""
        return [(one.doing.value, one.what, one.person_id, one.session_id) for one in self.log()]

    def log(self) -> list[Entry]:
        assert check(self.plain.audit).problems == ()
        return list(self.plain.audit.chain())


@pytest.fixture(scope="module")
def with_a_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database to be copied."""
    path = tmp_path_factory.mktemp("made") / "repose.db"
    with closing(SqlStore(str(path), path.parent)) as store:
        a_session(store)
    return path


@pytest.fixture
def watched(with_a_session: Path, tmp_path: Path) -> Iterator[Watched]:
    copy = shutil.copy(with_a_session, tmp_path / "repose.db")
    with closing(SqlStore(str(copy), tmp_path / "videos")) as plain:
        (session,) = plain.session_ids("")
        kept = plain.session(session)
        made = Watched(Audited(plain, lambda: made.at_s), plain, kept.person.id, session, kept.sets[0].id)
        yield made


Call = Callable[[Store, Watched], object]

VIEW, EDIT, DELETE = "view", "edit", "delete"
PERSON, SESSION = "person", "session"

NOTHING: Final[tuple[()]] = ()

DECISIONS: Final[dict[str, tuple[Call, tuple[tuple[str, str, bool, bool], ...]]]] = {
    "persons": (lambda store, _: store.persons(), ((VIEW, "persons", False, False),)),
    "person": (lambda store, it: store.person(it.person), ((VIEW, "person", True, False),)),
    "person_named": (lambda store, _: store.person_named("New"), ((EDIT, "new person", False, False),)),
    "rename_person": (
        lambda store, it: store.rename_person(it.person, "New"),
        ((EDIT, "name", True, False),),
    ),
    "prescribe": (
        lambda store, it: store.prescribe(it.person, usual_programme(), NOON),
        ((EDIT, "programme", True, False),),
    ),
    "prescriptions": (
        lambda store, it: store.prescriptions(it.person),
        ((VIEW, "programmes", True, False),),
    ),
    "begin_set": (
        lambda store, it: store.begin_set(it.session, a_set_head(1), SetState()),
        ((EDIT, "session", True, True),),
    ),
    "update_set": (lambda store, it: store.update_set(it.set, SetState()), ((EDIT, "session", True, True),)),
    "keep_rep": (lambda store, it: store.keep_rep(it.set, a_rep()), ((EDIT, "session", True, True),)),
    "keep_landmarks": (
        lambda store, it: store.keep_landmarks(it.session, a_track(3, 50.0)),
        ((EDIT, "session", True, True),),
    ),
    "keep_video": (lambda store, it: store.keep_video(it.session, "x.mp4"), ((EDIT, "session", True, True),)),
    "end_session": (lambda store, it: store.end_session(it.session, NOON), ((EDIT, "session", True, True),)),
    "sessions": (lambda store, _: store.sessions(), ((VIEW, "sessions", False, False),)),
    "session_ids": (lambda store, it: store.session_ids(it.session[:8]), NOTHING),
    "person_of": (lambda store, it: store.person_of(it.session), NOTHING),
    "session_of": (lambda store, it: store.session_of(it.set), NOTHING),
    "session": (lambda store, it: store.session(it.session), ((VIEW, "session", True, True),)),
    "landmarks": (lambda store, it: list(store.landmarks(it.session)), ((VIEW, "landmarks", True, True),)),
    "side_figures": (lambda store, it: store.side_figures(it.person), ((VIEW, "figures", True, False),)),
    "set_figures": (lambda store, it: store.set_figures(it.person), ((VIEW, "figures", True, False),)),
    "exercised": (lambda store, it: store.exercised(it.person), ((VIEW, "figures", True, False),)),
    "corrected": (lambda store, it: list(store.corrected(it.person)), ((VIEW, "figures", True, False),)),
    "judged": (lambda store, _: store.judged(), ((VIEW, "reviews", False, False),)),
    "with_sets": (
        lambda store, it: list(store.with_sets({it.session: frozenset({it.set})})),
        ((VIEW, "figures", True, False),),
    ),
    "add_change": (
        lambda store, it: store.add_change(it.session, "R", "why", {"type": "accept"}, after=None),
        ((EDIT, "review", True, True),),
    ),
    "add_annotation": (
        lambda store, it: store.add_annotation(it.set, "R", {}),
        ((EDIT, "annotation", True, True),),
    ),
    "audit": (lambda store, _: store.audit, NOTHING),
    "accounts": (lambda store, _: store.accounts.all(), NOTHING),
    "setting": (lambda store, _: store.setting("retention"), NOTHING),
    "set_setting": (lambda store, _: store.set_setting("retention", 1), ((EDIT, "setting", False, False),)),
    "videos": (lambda store, _: store.videos, NOTHING),
    "usage": (lambda store, _: store.usage(), ((VIEW, "usage", False, False),)),
    "place": (lambda store, _: store.place, NOTHING),
    "delete_session": (
        lambda store, it: store.delete_session(it.session),
        ((DELETE, "session", True, True),),
    ),
    "delete_person": (lambda store, it: store.delete_person(it.person), ((DELETE, "person", True, False),)),
    "delete_landmarks": (
        lambda store, it: store.delete_landmarks(it.session),
        ((DELETE, "recording", True, True),),
    ),
    "close": (lambda store, _: store.close(), NOTHING),
}
"""What is called, and what the log says of it: doing, what, whether it names the person and the session."""

ELSEWHERE: Final = {"begin_session", "video_file", "delete_backups"}
"""Methods with a test of their own below."""


def methods(port: type) -> set[str]:
    return {name for name in vars(port) if not name.startswith("_")}


def test_every_method_has_a_decision() -> None:
    assert set(DECISIONS) | ELSEWHERE == methods(Store), "decide what the log says of a new method"
    assert methods(Store) <= methods(Audited)
    assert methods(AuditLog) == {"witness", "append", "entries", "chain"}
    assert methods(Accounts) == {"all", "named", "add", "set_password", "remove"}


@pytest.mark.parametrize("method", DECISIONS)
def test_the_log_says_what_was_decided(method: str, watched: Watched) -> None:
    call, expected = DECISIONS[method]
    call(watched.store, watched)
    assert watched.told() == [
        (what, of, watched.person if person else None, watched.session if session else None)
        for what, of, person, session in expected
    ]


def test_a_session_that_begins_is_noted_with_its_id(watched: Watched) -> None:
    with acting(ANN):
        session = watched.store.begin_session(a_head(watched.person))
    assert watched.told() == [("edit", "session", watched.person, session)]
    assert watched.log()[0].who == "ann"


def test_a_video_is_noted_where_there_is_one(watched: Watched) -> None:
    assert watched.store.video_file(watched.session) is None
    watched.plain.keep_video(watched.session, "x.mp4")
    watched.plain.videos.mkdir()
    (watched.plain.videos / "x.mp4").write_bytes(b"film")
    assert watched.store.video_file(watched.session) is not None
    assert watched.told() == [("view", "video", watched.person, watched.session)]


def test_copies_that_are_deleted_are_noted(watched: Watched, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.touch()
    watched.store.delete_backups(())
    watched.store.delete_backups([copy])
    assert watched.told() == [("delete", "copies of the database", None, None)]


def test_what_gives_the_same_as_the_store_behind_it(watched: Watched) -> None:
    store, plain = watched.store, watched.plain
    assert store.session(watched.session) == plain.session(watched.session)
    assert store.persons() == plain.persons()
    assert store.sessions(Selection(person_id=watched.person), limit=1) == plain.sessions()
    assert store.side_figures(watched.person) == plain.side_figures(watched.person)
    assert [len(track.time_s) for track in store.landmarks(watched.session, 0.5, 1.5)] == [15, 16]
    assert store.usage() == plain.usage()
    assert store.place == plain.place


# Who, and what for.


def test_what_is_read_to_take_it_along_is_an_export_and_of_an_edit_there_is_one_entry(
    watched: Watched,
) -> None:
    with acting(replace(ANN, doing=Doing.EXPORT)):
        watched.store.session(watched.session)
    with acting(replace(ANN, doing=Doing.EDIT)):
        watched.store.session(watched.session)
        watched.store.persons()
        watched.store.add_change(watched.session, "R", "", {"type": "accept"}, after=None)
    assert watched.told() == [
        ("export", "session", watched.person, watched.session),
        ("edit", "review", watched.person, watched.session),
    ]
    assert {(one.who, one.role) for one in watched.log()} == {("ann", "reviewer")}


def test_a_patients_list_of_everybody_is_of_themselves(watched: Watched) -> None:
    with acting(Acting("ada", Role.PATIENT, watched.person)):
        watched.store.persons()
    assert watched.told() == [("view", "persons", watched.person, None)]
    assert watched.log()[0].who == watched.person, "a patient's name may have to be deleted"


def test_the_same_view_within_ten_minutes_is_the_same(watched: Watched) -> None:
    for at_s in (0.0, SAME_S - 1, SAME_S, 2 * SAME_S - 1):
        watched.at_s = at_s
        with acting(ANN):
            watched.store.session(watched.session)
    assert len(watched.log()) == 2, "counted from the first, not the last"
    with acting(replace(ANN, name="bob")):
        watched.store.session(watched.session)
    with acting(replace(ANN, doing=Doing.EXPORT)):
        watched.store.session(watched.session)
    watched.store.session(watched.session)
    with acting(ANN):
        list(watched.store.landmarks(watched.session))
        watched.store.session(a_session(watched.plain, "Bob"))
    assert len(watched.log()) == 7, "others, other reasons and other data are other views"


def test_a_hundred_requests_at_once_are_one_entry(watched: Watched) -> None:
    def look(_: int) -> None:
        with acting(ANN):
            watched.store.side_figures(watched.person)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, range(100)))
    assert watched.told() == [("view", "figures", watched.person, None)]


def test_many_views_need_no_more_memory(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repose.audit.views.MOST", 2)
    for name in ("a", "b", "c", "a"):
        with acting(Acting(name)):
            watched.store.persons()
    assert [one.who for one in watched.log()] == ["a", "b", "c", "a"], "what is forgotten is noted again"


def test_a_kept_session_is_one_entry_however_long(watched: Watched) -> None:
    watched.store.begin_session(a_head(watched.person))
    session = watched.store.begin_session(a_head(watched.person))
    of_set = watched.store.begin_set(session, a_set_head(), SetState())
    for second in range(20):
        watched.store.keep_landmarks(session, a_track(30, second))
        watched.store.keep_rep(of_set, a_rep(5.0 + second))
        watched.store.update_set(of_set, SetState(view="from the side"))
    watched.store.end_session(session, NOON)
    assert watched.told()[1:] == [("edit", "session", watched.person, session)]


def test_who_ends_the_session_of_somebody_else_is_noted(watched: Watched) -> None:
    with acting(ANN):
        session = watched.store.begin_session(a_head(watched.person))
    with acting(replace(ANN, name="bob")):
        watched.store.end_session(session, NOON)
    assert [one.who for one in watched.log()] == ["ann", "bob"]


def test_who_reads_many_sessions_is_noted_for_each_person(watched: Watched) -> None:
    other = a_session(watched.plain, "Bob")
    bob = watched.plain.person_of(other)
    sets = {
        id_: frozenset(one.id for one in watched.plain.session(id_).sets) for id_ in (watched.session, other)
    }
    with acting(ANN):
        reading = watched.store.with_sets(sets)
    with acting(Acting("somebody who acts when it is read")):
        assert len(list(reading)) == 2
    assert {(one.who, one.person_id) for one in watched.log()} == {("ann", watched.person), ("ann", bob)}


def test_retention_notes_what_it_deletes_and_not_what_it_reads(watched: Watched) -> None:
    watched.plain.end_session(watched.session, NOON)
    retention.write(watched.plain, retention.Retention(sessions_days=1))
    retention.apply(watched.store, NOON.replace(year=2030))
    assert watched.told() == [("delete", "session", watched.person, watched.session)]


def test_accounts_that_are_made_changed_and_removed_are_noted(watched: Watched) -> None:
    accounts = watched.store.accounts
    with acting(Acting("root", Role.ADMIN)):
        made = accounts.add("ada", Role.PATIENT, "a hash", watched.person)
        accounts.set_password(made.id, "another hash")
        accounts.set_password(made.id, "the same, hashed better", instead_of="another hash")
        assert accounts.named("ada") == accounts.all()[0]
        accounts.remove(made.id)
    assert watched.told() == [
        ("edit", "new account, patient", watched.person, None),
        ("edit", "password", watched.person, None),
        ("delete", "account", watched.person, None),
    ]
    assert "ada" not in {one.who for one in watched.log()}


# When it goes wrong.


def test_what_is_not_there_was_not_seen_and_not_changed(watched: Watched) -> None:
    nobody, nothing = "0" * 32, 10**6
    calls: tuple[Callable[[], object], ...] = (
        lambda: watched.store.person(nobody),
        lambda: watched.store.session(nobody),
        lambda: watched.store.landmarks(nobody),
        lambda: watched.store.rename_person(nobody, "X"),
        lambda: watched.store.prescribe(nobody, usual_programme(), NOON),
        lambda: watched.store.keep_rep(nothing, a_rep()),
        lambda: watched.store.add_annotation(nothing, "R", {}),
        lambda: watched.store.add_change(nobody, "R", "", {}, after=None),
        lambda: watched.store.delete_session(nobody),
        lambda: watched.store.delete_person(nobody),
        lambda: watched.store.delete_landmarks(nobody),
    )
    for call in calls:
        with pytest.raises(NotThereError):
            call()
    assert watched.told() == []


def test_a_deed_that_fails_is_noted_as_such(watched: Watched) -> None:
    watched.plain.person_named("Bob")
    with pytest.raises(ReposeError, match="somebody else's name"):
        watched.store.rename_person(watched.person, "Bob")
    assert watched.told() == [
        ("edit", "name", watched.person, None),
        ("edit", "name: failed", watched.person, None),
    ]


@contextmanager
def broken_log(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise ReposeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("repose.audit.sql_log.SqlAuditLog.append", refuse)
        yield


def test_without_the_log_an_account_sees_nothing(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        broken_log(watched, monkeypatch),
        acting(ANN),
        pytest.raises(ReposeError, match=r"^this cannot be shown, because the log .*\(the disk is full\)$"),
    ):
        watched.store.session(watched.session)
    with acting(ANN):
        assert watched.store.session(watched.session)


def test_without_the_log_this_computer_shows_it_with_a_warning_and_notes_it_later(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with broken_log(watched, monkeypatch), caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert watched.store.session(watched.session)
        assert watched.store.persons()
    assert [record.getMessage() for record in caplog.records] == [
        "the log of who sees what cannot be written, for now: the disk is full"
    ]
    watched.store.usage()
    assert watched.told() == [], "it is not tried at each view: that may take ten seconds"
    watched.at_s += AGAIN_S
    watched.store.sessions()
    assert watched.told() == [
        ("view", "sessions", None, None),
        ("view", "session, noted late", watched.person, watched.session),
        ("view", "persons, noted late", None, None),
        ("view", "usage, noted late", None, None),
    ]


def test_without_the_log_nobody_changes_or_deletes_anything(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = watched.plain.session(watched.session)
    head = a_head(watched.person)
    with broken_log(watched, monkeypatch):
        calls: tuple[Callable[[], Any], ...] = (
            lambda: watched.store.delete_session(watched.session),
            lambda: watched.store.delete_person(watched.person),
            lambda: watched.store.rename_person(watched.person, "X"),
            lambda: watched.store.add_change(watched.session, "R", "", {}, after=None),
            lambda: watched.store.begin_session(head),
            lambda: watched.store.keep_rep(watched.set, a_rep()),
        )
        for call in calls:
            with pytest.raises(ReposeError, match="the disk is full"):
                call()
    assert watched.plain.session(watched.session) == before
    assert len(watched.plain.sessions()) == 1
    assert watched.told() == []


def test_a_slow_log_holds_up_no_view_that_is_noted_already(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.store.session(watched.session)
    waiting, go_on = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        waiting.set()
        assert go_on.wait(30)

    monkeypatch.setattr("repose.audit.sql_log.SqlAuditLog.append", slow)
    thread = threading.Thread(target=watched.store.usage)
    thread.start()
    assert waiting.wait(30)
    assert watched.store.session(watched.session)
    go_on.set()
    thread.join()


def test_a_count_that_is_saved_is_one_entry(watched: Watched) -> None:
    exercise, track = load_exercise("heel-slides"), played("heel-slides", "left", 2, 0, 0.5, 4.0, 30.0)
    result = counted(track, exercise, "left")
    with doing(Doing.EDIT):
        session = save_count(watched.store, result, track, exercise, "left", source="x.mp4", person="Bob")
    bob = watched.plain.person_of(session)
    assert watched.told() == [("edit", "new person", None, None), ("edit", "session", bob, session)]
