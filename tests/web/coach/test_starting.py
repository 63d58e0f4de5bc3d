"""What the page asks for before a session: who may exercise, and what was interrupted."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from repose.coaching.messages import View
from repose.coaching.programme import usual_programme
from repose.live.protocol import Machine, StateMessage
from repose.sessions.records import USUAL_PERSON
from repose.sessions.sql_store import SqlStore
from tests.kept import a_session, kept_store
from tests.web.coach.running import Running, running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(kept_store(tmp_path)) as store:
        yield store


@pytest.fixture
def server(store: SqlStore) -> Iterator[Running]:
    with running(store=store) as server:
        yield server


@pytest.fixture
def browser(server: Running) -> Iterator[httpx.Client]:
    with server.browser() as client:
        client.headers["Origin"] = server.url
        yield client


def just_now(hours: float = 1) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def test_before_the_first_session_there_is_somebody_all_the_same(browser: httpx.Client) -> None:
    assert browser.get("/api/persons").json() == {"usual": USUAL_PERSON, "persons": []}
    assert browser.get("/api/interrupted").json() is None


def test_persons_are_listed_with_the_programme_that_is_in_force(
    browser: httpx.Client, store: SqlStore
) -> None:
    a_session(store, "Ada", recorded=False)
    a_session(store, "<Bo> \u201c\U0001f600\u201d", begun_at=just_now(), recorded=False)
    programme = usual_programme()
    fewer = programme.model_copy(update={"items": programme.items[:1]})
    for hours, what in ((5, programme), (3, fewer)):
        store.prescribe(store.person_named("Ada").id, what, just_now(hours))
    said = browser.get("/api/persons").json()
    assert said["persons"] == [
        {"name": "<Bo> \u201c\U0001f600\u201d", "programme": None},
        {"name": "Ada", "programme": fewer.model_dump(mode="json")},
    ]
    assert said["usual"] in ("Ada", "<Bo> \u201c\U0001f600\u201d")


def test_an_interrupted_session_is_told_until_it_is_left(browser: httpx.Client, store: SqlStore) -> None:
    begun_at = just_now()
    session = a_session(store, sides=("left", "right"), begun_at=begun_at, ended=False)
    assert browser.get("/api/interrupted").json() == {
        "session": session,
        "person": "Ada",
        "begun_at": begun_at.isoformat().replace("+00:00", "Z"),
        "sets_done": 1,
        "sets": 2,
        "reps": 6,
    }
    left = browser.post("/api/interrupted/leave", json={"session": session})
    assert (left.status_code, left.json()) == (200, None)
    ended_at = store.session(session).ended_at
    assert ended_at is not None
    recorded = store.session(session).recorded_s
    assert recorded is not None
    assert (ended_at - begun_at).total_seconds() == pytest.approx(recorded[1], abs=0.01)
    again = browser.post("/api/interrupted/leave", json={"session": session})
    assert (again.status_code, again.json()["detail"]) == (400, "that session is over; start a new one")


def test_the_session_under_way_is_not_interrupted_and_cannot_be_left(
    browser: httpx.Client, server: Running, store: SqlStore
) -> None:
    session = a_session(store, begun_at=just_now(), ended=False, recorded=False)
    machine = replace(Machine("fake"), session=session)
    server.engine.tell(StateMessage(view=View(), machine=machine))
    assert browser.get("/api/interrupted").json() is None
    assert browser.post("/api/interrupted/leave", json={"session": session}).json() is None
    assert store.session(session).ended_at is None


@pytest.mark.parametrize("body", [{}, {"session": "x" * 65}, {"session": "0", "why": ""}, []])
def test_what_is_not_understood_is_refused(browser: httpx.Client, body: object) -> None:
    assert browser.post("/api/interrupted/leave", json=body).status_code == 422


def test_other_sites_cannot_leave_a_session(browser: httpx.Client, store: SqlStore) -> None:
    session = a_session(store, begun_at=just_now(), ended=False, recorded=False)
    answer = browser.post(
        "/api/interrupted/leave", json={"session": session}, headers={"Origin": "http://example.org"}
    )
    assert answer.status_code == 403
    assert store.session(session).ended_at is None


def test_the_documentation_tells_of_these_routes_too(browser: httpx.Client) -> None:
    page = browser.get("/protocol").text
    for path in ("/api/persons", "/api/interrupted", "/api/interrupted/leave"):
        assert path in page
