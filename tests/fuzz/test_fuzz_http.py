"""Whatever is asked of the routes, they answer as they document, and never with a failure of the server."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from repose.calibration.profiles import Profiles
from repose.sessions.sql_store import SqlStore
from repose.web.access import Access
from repose.web.app import create_app
from repose.web.rights import NEEDS
from tests.fuzz.how_many import cases, counted
from tests.kept import a_session
from tests.web.coach.fake_engine import FakeEngine

PORT: Final = 8350
CHECKS: Final = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with sessions of two persons, one of them interrupted."""
    folder = tmp_path_factory.mktemp("kept")
    store = SqlStore(str(folder / "repose.db"), folder / "videos")
    a_session(store, reps=2, partials=0)
    a_session(store, "Bo", "ankle-pumps", reps=2, partials=0, ended=False)
    store.close()
    return folder


class Served:
    """An application over a database of its own, and what can be asked for in it."""

    def __init__(self, folder: Path) -> None:
        self.store = SqlStore(str(folder / "repose.db"), folder / "videos")
        self.access = Access(PORT)
        profiles = Profiles(folder / "profiles")
        self.app: FastAPI = create_app(FakeEngine(), self.access, store=self.store, profiles=profiles)
        entries = self.store.sessions()
        session = self.store.session(entries[-1].id)
        self.there: dict[str, Any] = {
            "session_id": session.id,
            "session": session.id,
            "person_id": session.person.id,
            "person": session.person.id,
            "set_id": session.sets[0].id,
            "set": session.sets[0].id,
            "exercise": "heel-slides",
        }

    @property
    def headers(self) -> dict[str, str]:
        cookie = self.access.cookie().split(";")[0]
        return {"Host": f"127.0.0.1:{PORT}", "Cookie": cookie, "Origin": f"http://127.0.0.1:{PORT}"}


@pytest.fixture
def served(kept: Path, tmp_path: Path) -> Iterator[Served]:
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    served = Served(tmp_path)
    yield served
    served.store.close()


def plain(document: Any) -> Any:
    """The document without `prefixItems`, which Schemathesis 4.32 takes for something else."""
    if isinstance(document, list):
        return [plain(one) for one in document]
    if not isinstance(document, dict):
        return document
    said = {key: plain(one) for key, one in document.items() if key != "prefixItems"}
    if "prefixItems" in document:
        kinds = plain(document["prefixItems"])
        said["items"] = kinds[0] if all(kind == kinds[0] for kind in kinds) else {"anyOf": kinds}
    return said


API: Final = [(method, path) for method, path in NEEDS if path == "/health" or path.startswith("/api/")]


@pytest.mark.parametrize(("method", "path"), API)
def test_any_request_is_answered_as_documented(method: str, path: str, served: Served) -> None:
    schema = schemathesis.openapi.from_dict(plain(served.app.openapi()))
    schema.app = served.app
    operation = schema[path][method]

    @cases(3)
    @given(st.data())
    @counted("requests of the API")
    def ask(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        # Of what is made up, nothing is there: every other request is about something that is.
        if data.draw(st.booleans()):
            for given in (case.path_parameters, case.query, case.body):
                if isinstance(given, dict):
                    given.update({name: value for name, value in served.there.items() if name in given})
        case.call_and_validate(headers=served.headers, checks=CHECKS)

    ask()


PAGES: Final = [
    path for method, path in NEEDS if method == "GET" and not path.startswith("/api/") and path != "/ws"
]

NASTY: Final = st.text(max_size=12) | st.sampled_from(
    [
        *(
            "",
            "..",
            "../../etc/passwd",
            "%2e%2e%2f",
            "/",
            "\\",
            "a\0b",
            "\u202e",
            "'",
            '"><script>',
            "{{7*7}}",
        ),
        *(
            "%s%n",
            "9" * 30,
            "-1",
            "0",
            "1e999",
            "nan",
            "true",
            "2026-11-22",
            "2026-02-31",
            "9999-12-31",
            "all",
        ),
        *("0001-01-01", "heel-slides", "clinic", "' OR 1=1 --", "\U0001f642", "A" * 3000),
    ]
)

ASKED: Final = (
    *("person", "exercise", "day", "month", "period", "page", "since", "until", "session", "set", "r"),
    *("offset", "videos", "download", "to", "token"),
)


@pytest.mark.parametrize("path", PAGES)
def test_any_page_is_a_page_or_a_refusal(path: str, served: Served) -> None:
    @cases(3)
    @given(st.data())
    @counted("requests of pages")
    def ask(data: st.DataObject) -> None:
        values = {name: data.draw(st.just(value) | NASTY) for name, value in served.there.items()}
        where = re.sub(r"{(\w+)[^}]*}", lambda found: quote(str(values.get(found[1], "x")), safe=""), path)
        query = data.draw(st.lists(st.tuples(st.sampled_from(ASKED), NASTY), max_size=4))
        query = [(name, value or str(served.there.get(name, ""))) for name, value in query]
        accept = data.draw(st.sampled_from(["text/html", "*/*"]))
        # An exception of the application comes through as it is.
        answer = client.get(where, params=query, headers={"Accept": accept}, follow_redirects=False)
        assert answer.status_code < 500, answer.text
        assert '"><script>' not in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")

    with TestClient(served.app, base_url=f"http://127.0.0.1:{PORT}", headers=served.headers) as client:
        ask()
