"""A patient sees their own data alone: every method of the store, with the ids of somebody else."""

import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from repose.accounts.acting import NOBODY, Acting, Doing, acting
from repose.accounts.own_data import OwnData
from repose.accounts.roles import Role
from repose.coaching.programme import usual_programme
from repose.errors import NotThereError, ReposeError
from repose.sessions.records import KeptSession, Origin, Selection, SessionHead, SetState
from repose.sessions.sql_store import SqlStore
from repose.sessions.store import Store
from tests.kept import a_session, kept_store

MISSING: Final = "0123456789abcdef0123456789abcdef"
NO_SET: Final = 999_999

NOW: Final = datetime(2027, 3, 2, tzinfo=UTC)


class World:
    """What is kept of Ada, of Bob, and of nobody.

    Attributes:
        store: all of it.
        own: the same, behind `OwnData`.
        ada, bob: ids of the persons.
        hers, his: ids of their sessions.
        her_set, his_set: ids of a set of each.
    """

    def __init__(self, folder: Path) -> None:
        self.store = kept_store(folder)
        self.own = OwnData(self.store)
        self.hers = a_session(self.store, "Ada", reps=1, partials=0, video=None)
        self.his = a_session(self.store, "Bob", reps=1, partials=0, video="bob.mp4")
        (folder / "videos").mkdir()
        (folder / "videos" / "bob.mp4").write_bytes(b"bob")
        self.ada, self.bob = (self.store.person_named(name).id for name in ("Ada", "Bob"))
        self.her_set = self.store.session(self.hers).sets[0].id
        self.his_set = self.store.session(self.his).sets[0].id
        for session, one in ((self.hers, self.her_set), (self.his, self.his_set)):
            self.store.add_change(session, "Rev", "why", {"type": "sign_off", "set_id": one}, after=None)
        self.store.prescribe(self.bob, usual_programme(), NOW)
        self.store.audit.append(Doing.VIEW, "session", self.bob, self.his)

    @property
    def as_ada(self) -> Acting:
        return Acting("ada", Role.PATIENT, self.ada)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("kept"))
    yield made
    made.store.close()


def a_head(person_id: str) -> SessionHead:
    return SessionHead(person_id, Origin.LIVE, "camera 0", NOW, None, "full", {})


def all_of(iterator: Iterator[Any]) -> list[Any]:
    return list(iterator)


Asked = Callable[[Store, World, str, str, int], Any]
"""Called with a store, the world, and ids of a person, a session and a set."""

BY_ID: Final[dict[str, Asked]] = {
    "person": lambda s, w, person, session, one: s.person(person),
    "rename_person": lambda s, w, person, session, one: s.rename_person(person, "Ada"),
    "prescribe": lambda s, w, person, session, one: s.prescribe(person, usual_programme(), NOW),
    "prescriptions": lambda s, w, person, session, one: s.prescriptions(person),
    "begin_session": lambda s, w, person, session, one: s.begin_session(a_head(person)),
    "begin_set": lambda s, w, person, session, one: s.begin_set(
        session, w.store.session(w.hers).sets[0].head, SetState()
    ),
    "update_set": lambda s, w, person, session, one: s.update_set(one, SetState()),
    "keep_rep": lambda s, w, person, session, one: s.keep_rep(
        one, w.store.session(w.hers).sets[0].reps[0].rep
    ),
    "keep_landmarks": lambda s, w, person, session, one: s.keep_landmarks(
        session, next(w.store.landmarks(w.hers))
    ),
    "keep_video": lambda s, w, person, session, one: s.keep_video(session, "mine.mp4"),
    "end_session": lambda s, w, person, session, one: s.end_session(session, NOW),
    "sessions": lambda s, w, person, session, one: (
        s.sessions(Selection(person_id=person)),
        s.sessions(Selection(ids=(session,))),
        s.sessions(Selection(person_id=person, ids=(session,))),
    ),
    "session_ids": lambda s, w, person, session, one: (s.session_ids(session), s.session_ids(session[:8])),
    "person_of": lambda s, w, person, session, one: s.person_of(session),
    "session_of": lambda s, w, person, session, one: s.session_of(one),
    "session": lambda s, w, person, session, one: s.session(session),
    "landmarks": lambda s, w, person, session, one: all_of(s.landmarks(session)),
    "side_figures": lambda s, w, person, session, one: s.side_figures(person),
    "set_figures": lambda s, w, person, session, one: s.set_figures(person),
    "exercised": lambda s, w, person, session, one: s.exercised(person),
    "corrected": lambda s, w, person, session, one: all_of(s.corrected(person)),
    "judged": lambda s, w, person, session, one: (
        s.judged(Selection(person_id=person)),
        s.judged(Selection(ids=(session,))),
    ),
    "with_sets": lambda s, w, person, session, one: all_of(s.with_sets({session: frozenset({one})})),
    "add_change": lambda s, w, person, session, one: s.add_change(
        session, "x", "", {"type": "sign_off", "set_id": one}, after=None
    ),
    "add_annotation": lambda s, w, person, session, one: s.add_annotation(one, "x", {}),
    "video_file": lambda s, w, person, session, one: s.video_file(session),
    "delete_session": lambda s, w, person, session, one: s.delete_session(session),
    "delete_person": lambda s, w, person, session, one: s.delete_person(person),
    "delete_landmarks": lambda s, w, person, session, one: s.delete_landmarks(session),
    "audit": lambda s, w, person, session, one: s.audit.entries(person, limit=100),
}
"""Methods that are asked with an id: of somebody else, it must be as if nothing had it."""

OF_ALL: Final[dict[str, Asked]] = {
    "persons": lambda s, w, person, session, one: s.persons(),
    "sessions": lambda s, w, person, session, one: (s.sessions(), s.sessions(limit=1, offset=1)),
    "session_ids": lambda s, w, person, session, one: s.session_ids("", limit=100),
    "judged": lambda s, w, person, session, one: s.judged(),
    "with_sets": lambda s, w, person, session, one: all_of(
        s.with_sets({w.hers: frozenset({w.her_set, w.his_set}), w.his: frozenset({w.her_set, w.his_set})})
    ),
    "usage": lambda s, w, person, session, one: s.usage(),
    "audit": lambda s, w, person, session, one: s.audit.entries(limit=100),
}
"""Methods that tell of everybody: nothing that belongs to Bob may be in what they give."""

REFUSED: Final[dict[str, Asked]] = {
    "person_named": lambda s, w, person, session, one: s.person_named("Bob"),
    "set_setting": lambda s, w, person, session, one: s.set_setting("x", 1),
    "delete_backups": lambda s, w, person, session, one: s.delete_backups([]),
    "accounts": lambda s, w, person, session, one: s.accounts,
    "audit": lambda s, w, person, session, one: s.audit.chain(),
}
"""Methods that are not for patients."""

OF_NOBODY: Final = {"setting", "videos", "place", "close"}
"""What is the same for everybody, and tells of nobody."""


def test_every_method_of_the_store_has_its_decision() -> None:
    methods = {name for name, _ in inspect.getmembers(Store) if not name.startswith("_")}
    assert methods == {*BY_ID, *OF_ALL, *REFUSED, *OF_NOBODY}


def outcome(asked: Asked, store: Store, world: World, person: str, session: str, one: int) -> tuple[Any, ...]:
    """What comes of a call, with its ids taken out of its words."""
    try:
        return ("gave", asked(store, world, person, session, one))
    except ReposeError as error:
        words = str(error)
        for part in (person, session, str(one)):
            words = words.replace(part, "…")
        return ("raised", type(error), words)


@pytest.mark.parametrize("name", BY_ID)
def test_what_is_somebody_elses_is_as_if_it_were_not_there(world: World, name: str) -> None:
    with acting(world.as_ada):
        his = outcome(BY_ID[name], world.own, world, world.bob, world.his, world.his_set)
        nobodys = outcome(BY_ID[name], world.own, world, MISSING, MISSING, NO_SET)
    assert his == nobodys
    # And that is what the store itself says of what is not there, wherever it says that.
    said = outcome(BY_ID[name], world.store, world, MISSING, MISSING, NO_SET)
    if name != "audit":  # where nobody has an entry, entries about everybody are left
        assert his == said
    if his[0] == "raised":
        assert his[1] is NotThereError


@pytest.mark.parametrize("name", OF_ALL)
def test_what_tells_of_everybody_tells_of_oneself_alone(world: World, name: str) -> None:
    with acting(world.as_ada):
        found = repr(OF_ALL[name](world.own, world, "", "", 0))
    assert not [part for part in (world.bob, world.his, "Bob", "bob") if part in found]
    assert name == "audit" or world.ada in found or world.hers in found
    everything = repr(OF_ALL[name](world.own, world, "", "", 0))
    assert world.bob in everything or world.his in everything, "at this computer all is seen"


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_for_patients_is_refused(world: World, name: str) -> None:
    with acting(world.as_ada), pytest.raises(ReposeError, match="patient") as refused:
        REFUSED[name](world.own, world, "", "", 0)
    assert "Bob" not in str(refused.value)
    REFUSED[name](world.own, world, "", "", 0)


def test_ones_own_is_seen(world: World) -> None:
    with acting(world.as_ada):
        own = world.own
        assert [person.name for person in own.persons()] == ["Ada"]
        assert own.person(world.ada).name == "Ada"
        assert own.session(world.hers) == world.store.session(world.hers)
        assert own.session_ids(world.hers[:4]) == (world.hers,)
        assert own.session_ids("", limit=0) == ()
        assert own.person_of(world.hers) == world.ada
        assert own.session_of(world.her_set) == world.hers
        assert len(list(own.landmarks(world.hers, 0.0, 2.0))) > 0
        assert own.video_file(world.hers) is None
        assert [one.session_id for one in own.side_figures(world.ada)] == [world.hers]
        assert [one.set_id for one in own.set_figures(world.ada)] == [world.her_set]
        assert set(own.exercised(world.ada)) == {world.hers}
        assert set(own.judged().sets) == {world.hers}
        assert [kept.id for kept in own.with_sets({world.hers: frozenset({world.her_set})})] == [world.hers]
        assert set(own.usage()) == {world.ada}
        assert own.setting("nothing") is None
        assert own.videos == world.store.videos
        assert own.place == world.store.place


def test_ones_own_may_be_deleted_but_not_changed(tmp_path: Path) -> None:
    world = World(tmp_path)
    with acting(world.as_ada):
        for name in ("end_session", "keep_video", "add_change", "add_annotation", "prescribe", "update_set"):
            said = outcome(BY_ID[name], world.own, world, world.ada, world.hers, world.her_set)
            assert said[:2] == ("raised", NotThereError)
        assert world.own.delete_landmarks(world.hers).chunks > 0
        assert world.own.delete_session(world.hers).sessions == 1
        assert world.own.sessions() == ()
    assert [entry.id for entry in world.store.sessions()] == [world.his]
    world.store.close()


def test_who_acts_when_something_is_asked_for_decides_and_not_when_it_is_read(world: World) -> None:
    with acting(world.as_ada), pytest.raises(NotThereError):
        world.own.landmarks(world.his)
    with acting(world.as_ada):
        hers = world.own.landmarks(world.hers)
        corrected = world.own.corrected(world.bob)
    assert len(list(hers)) > 0
    assert list(corrected) == []


@pytest.mark.parametrize("who", [NOBODY, Acting("a patient without a person", Role.PATIENT)])
@pytest.mark.parametrize("name", OF_ALL)
def test_nobody_sees_nothing(world: World, who: Acting, name: str) -> None:
    with acting(who):
        found = repr(OF_ALL[name](world.own, world, "", "", 0))
    assert not [part for part in (world.ada, world.bob, world.hers, world.his, "Ada", "Bob") if part in found]


@pytest.mark.parametrize("role", [None, Role.REVIEWER, Role.CLINICIAN, Role.ADMIN])
def test_all_others_have_the_whole_store(world: World, role: Role | None) -> None:
    with acting(Acting("Anna", role)):
        assert world.own.persons() == world.store.persons()
        assert world.own.sessions() == world.store.sessions()
        assert world.own.session_ids("") == world.store.session_ids("")
        kept: KeptSession = world.own.session(world.his)
        assert kept.person.name == "Bob"
        assert world.own.usage() == world.store.usage()


def test_a_patient_who_was_just_deleted_sees_nobody(world: World) -> None:
    with acting(Acting("gone", Role.PATIENT, MISSING)):
        assert world.own.persons() == ()
        assert world.own.sessions() == ()


def test_more_sessions_than_a_database_takes_ids_at_once_are_looked_through(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repose.accounts.own_data._AT_ONCE", 1)
    with acting(world.as_ada):
        assert world.own.session_ids("", limit=5) == (world.hers,)
        both: dict[str, frozenset[int]] = {world.his: frozenset(), world.hers: frozenset()}
        assert [kept.id for kept in world.own.with_sets(both)] == [world.hers]


def test_what_a_patient_does_is_in_the_log_too(tmp_path: Path) -> None:
    world = World(tmp_path)
    with acting(world.as_ada):
        log = world.own.audit
        log.append(Doing.EXPORT, "session", world.ada, world.hers)
        assert [entry.person_id for entry in log.entries(limit=10)] == [world.ada]
        assert log.entries(world.bob, limit=10) == ()
        assert log.witness == world.store.audit.witness
    world.store.close()


def test_the_store_behind_it_is_closed(tmp_path: Path) -> None:
    store = SqlStore(str(tmp_path / "repose.db"), tmp_path)
    OwnData(store).close()
    store.close()
