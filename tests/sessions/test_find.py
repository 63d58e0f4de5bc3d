"""Sessions and persons are found by what somebody types."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from repose.errors import ReposeError
from repose.sessions.find import SHOWN, find_person, find_session
from repose.sessions.sql_store import SqlStore
from repose.sessions.tables import PersonRow, SessionRow
from tests.sessions.made import NOON, a_session


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(str(tmp_path / "repose.db"), tmp_path / "videos")
    yield opened
    opened.close()


def with_id(store: SqlStore, begins: str) -> str:
    """A session whose id begins so."""
    session_id = a_session(store)
    named = begins + session_id[len(begins) :]
    with store._writing() as session:
        row = session.get(SessionRow, session_id)
        assert row is not None
        copy = {one.key: getattr(row, one.key) for one in SessionRow.__table__.columns if one.key != "id"}
        session.add(SessionRow(id=named, **copy))
    return named


def test_a_session_is_found_by_its_id_and_by_how_it_begins(store: SqlStore) -> None:
    one, other = with_id(store, "abcd1"), with_id(store, "abcd2")
    for text in (one, one[:5], f" {one[:SHOWN].upper()} "):
        assert find_session(store, text) == one
    assert find_session(store, other[:6]) == other


def test_the_latest_session_is_found(store: SqlStore) -> None:
    with pytest.raises(ReposeError, match="no session has been kept yet"):
        find_session(store, "latest")
    newest = a_session(store, begun_at=NOON + timedelta(days=1))
    a_session(store)
    assert find_session(store, "latest") == newest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("abcd", "more than one session begins with 'abcd'; give more characters"),
        ("abc", "'abc' is too short; give at least 4"),
        ("", "is too short"),
        ("ffffffff", "there is no session 'ffffffff'; `repose sessions` lists them"),
        ("%%%%", "there is no session"),
        ("____", "there is no session"),
        ("'; --", "there is no session"),
        ("latest!", "there is no session"),
    ],
)
def test_what_is_not_found_is_told(store: SqlStore, text: str, said: str) -> None:
    with_id(store, "abcd1"), with_id(store, "abcd2")
    with pytest.raises(ReposeError, match=said):
        find_session(store, text)


def test_a_person_is_found_by_the_name(store: SqlStore) -> None:
    zoe, ada = (store.person_named(name) for name in ("Zoë B", "Ada"))
    # Of a database from when upper and lower case made two persons.
    with store._writing() as session:
        session.add(PersonRow(name="ada", added_at=ada.added_at))
    small = store.person_named("ada")
    assert small.id != ada.id
    assert find_person(store, " zoe\u0308   b") == zoe
    assert find_person(store, "Ada") == ada
    assert find_person(store, "ada") == small
    with pytest.raises(ReposeError, match="more than one person is called 'ADA'"):
        find_person(store, "ADA")
    with pytest.raises(ReposeError, match="there is no person 'Bob'; known: Ada, ada, Zoë B"):
        find_person(store, "Bob")


def test_without_persons_nobody_is_found(store: SqlStore) -> None:
    with pytest.raises(ReposeError, match="known: nobody yet"):
        find_person(store, "Bob")
