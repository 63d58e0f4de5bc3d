"""A patient at the pages: their own data is there, and everybody else's is as if it were not."""

import json
from collections.abc import Iterator
from typing import Final

import httpx
import pytest

from repose.accounts.roles import Right, Role
from repose.web.rights import NEEDS
from tests.kept import a_session
from tests.web.doors import Doors, binds, doors
from tests.web.kept.test_annotate_routes import TRUTH

MISSING: Final = "0123456789abcdef0123456789abcdef"
NO_SET: Final = 999_999

HTML: Final = {"Accept": "text/html"}


class Kept:
    """What is kept of Ada and of Bob.

    Attributes:
        door: the server.
        persons, sessions, sets: ids by name; those of "nobody" are of nothing.
    """

    def __init__(self, door: Doors) -> None:
        self.door = door
        self.sessions = {name: a_session(door.store, name, reps=1, partials=0) for name in ("Ada", "Bob")}
        kept = {name: door.store.session(one) for name, one in self.sessions.items()}
        self.persons = {name: one.person.id for name, one in kept.items()} | {"nobody": MISSING}
        self.sets = {name: one.sets[0].id for name, one in kept.items()} | {"nobody": NO_SET}
        self.sessions["nobody"] = MISSING

    def filled(self, path: str, of: str) -> str:
        """A path with the ids of somebody."""
        ids = {"person_id": self.persons[of], "session_id": self.sessions[of], "set_id": self.sets[of]}
        query = "?from_s=0&to_s=1" if path.endswith("/landmarks") else ""
        return path.format(**ids) + query


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with doors(binds()["127.0.0.1"], tmp_path_factory.mktemp("kept")) as door:
        yield Kept(door)


@pytest.fixture
def ada(kept: Kept) -> Iterator[httpx.Client]:
    with kept.door.client(headers=kept.door.let_in(Role.PATIENT)) as client:
        yield client


OF_SOMEBODY: Final = [route for route, needs in NEEDS.items() if needs.right is Right.OWN and "{" in route[1]]
"""Routes about a person, a session or a set; they are asked for Bob's, and for what is not there."""


def words(answer: httpx.Response, kept: Kept, of: str) -> str:
    """What an answer says, with its ids taken out."""
    text = answer.text
    for part in (kept.persons[of], kept.sessions[of]):
        text = text.replace(part, "…")
    return text


@pytest.mark.parametrize(("method", "path"), OF_SOMEBODY)
def test_what_is_bobs_is_answered_like_what_is_not_there(
    kept: Kept, ada: httpx.Client, method: str, path: str
) -> None:
    body = b"{}" if method == "POST" else None
    for accept in ({}, HTML):
        bobs = ada.request(
            method,
            kept.filled(path, "Bob"),
            headers={**accept, "Content-Type": "application/json"},
            content=body,
        )
        nobodys = ada.request(
            method,
            kept.filled(path, "nobody"),
            headers={**accept, "Content-Type": "application/json"},
            content=body,
        )
        assert (bobs.status_code, words(bobs, kept, "Bob")) == (404, words(nobodys, kept, "nobody"))
        assert nobodys.status_code == 404
        assert "Bob" not in bobs.text
    assert kept.door.store.session(kept.sessions["Bob"]).recorded_s is not None, "nothing was deleted"


@pytest.mark.parametrize("path", [path for method, path in OF_SOMEBODY if method == "GET"])
def test_ones_own_is_there(kept: Kept, ada: httpx.Client, path: str) -> None:
    answer = ada.get(kept.filled(path, "Ada"))
    assert answer.status_code == (404 if path.endswith("/video") else 200)


@pytest.mark.parametrize(
    "query",
    [
        "/history?person={person}",
        "/data?person={person}",
        "/sessions?person={person}",
        "/sessions?page=2",
        "/sessions",
        "/history",
        "/data",
        "/privacy",
        "/api/data/usage",
    ],
)
def test_no_page_names_somebody_else(kept: Kept, ada: httpx.Client, query: str) -> None:
    for of in ("Bob", "Ada"):
        answer = ada.get(query.format(person=kept.persons[of]), headers=HTML)
        assert answer.status_code in (200, 404)
        for part in ("Bob", kept.persons["Bob"], kept.sessions["Bob"]):
            assert part not in answer.text.replace(f"/{kept.persons['Bob']}", "") or part == kept.persons[of]


def test_others_see_everybody(kept: Kept) -> None:
    with kept.door.client(headers=kept.door.let_in(Role.REVIEWER)) as client:
        assert "Bob" in client.get("/sessions").text
        assert client.get(kept.filled("/sessions/{session_id}", "Bob")).status_code == 200


def test_the_profiles_of_others_are_not_named(kept: Kept, ada: httpx.Client) -> None:
    folder = kept.door.folder / "calibration" / "persons"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "carol.toml").write_text('person = "Carol the unheard of"\n')
    assert "Carol" not in ada.get("/data").text
    with kept.door.client(headers=kept.door.let_in(Role.ADMIN)) as client:
        assert "Carol the unheard of" in client.get("/data").text


def test_what_a_role_may_not_do_is_not_offered(kept: Kept) -> None:
    offered = {
        "Rename…": {Role.ADMIN},
        "Delete person…": {Role.ADMIN},
        "Delete everything…": {Role.ADMIN},
        "Delete recordings…": set(Role),
        "Export</a>": set(Role),
    }
    for role in Role:
        with kept.door.client(headers=kept.door.let_in(role)) as client:
            page = client.get("/data").text
            assert {words: words in page for words in offered} == {
                words: role in who for words, who in offered.items()
            }
            review = client.get(kept.filled("/sessions/{session_id}", "Ada")).text
            hidden = 'aria-labelledby="actions-title" hidden' in review
            assert hidden == (role is Role.PATIENT)


def test_a_reviewer_signs_with_the_accounts_name_whatever_is_said(kept: Kept) -> None:
    door, session, one = kept.door, kept.sessions["Bob"], kept.sets["Bob"]
    with door.client(headers=door.let_in(Role.REVIEWER)) as client:
        change = {"change": {"type": "sign_off", "set_id": one}, "who": "Somebody Else", "after": None}
        answer = client.post(f"/api/sessions/{session}/changes", json=change)
        assert answer.status_code == 200, answer.text
        truth = json.dumps(TRUTH)
        said = client.post(
            f"/api/sessions/{session}/sets/{one}/annotations", json={"who": "Somebody Else", "text": truth}
        )
    assert [change.who for change in door.store.session(session).changes] == ["the reviewer"]
    assert said.status_code == 200, said.text
    assert [one.who for one in door.store.session(session).annotations] == ["the reviewer"]


def test_a_clinician_saves_with_the_accounts_name_whatever_is_said(kept: Kept) -> None:
    door = kept.door
    draft = {"person": kept.persons["Bob"], "exercise": "heel-slides"}
    said = {"who": "Somebody Else", "why": "as the patient asked"}
    with door.client(headers=door.let_in(Role.CLINICIAN)) as client:
        page = client.get("/calibrate").text
        assert 'data-account="the clinician"' in page
        assert 'value="the clinician"' in page
        saved = client.post(
            "/api/calibrate/save", json={**draft, **said, "changes": {"complete_share": 0.7}, "expected": 0}
        )
        assert saved.status_code == 200, saved.text
        back = client.post("/api/calibrate/roll-back", json={**draft, **said, "expected": 1, "revision": 1})
    history = (back if back.status_code == 200 else saved).json()["history"]
    assert {version["who"] for version in history} == {"the clinician"}


def test_a_patient_takes_their_own_data_along_and_deletes_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with doors(binds()["127.0.0.1"], tmp_path_factory.mktemp("kept")) as door:
        of = Kept(door)
        with door.client(headers=door.let_in(Role.PATIENT)) as client:
            taken = client.get(of.filled("/data/persons/{person_id}/export.zip", "Ada"))
            assert taken.headers["content-type"] == "application/zip"
            recording = of.filled("/api/data/sessions/{session_id}/delete-recording", "Ada")
            assert client.post(recording, json={}).status_code == 200
            gone = client.post(of.filled("/api/data/sessions/{session_id}/delete", "Ada"), json={})
            assert gone.json()["message"].startswith("Deleted")
        assert [entry.id for entry in door.store.sessions()] == [of.sessions["Bob"]]
