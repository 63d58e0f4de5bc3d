"""The routes of the data page and of reports, without a browser."""

import io
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pypdf
import pytest

from repose import INTENDED_USE
from repose.reports.session_page import POLICY
from repose.sessions.sql_store import SqlStore
from tests.kept import a_session, kept_store
from tests.web.kept.kept_pages import kept_pages


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    store = kept_store(tmp_path)
    a_session(store, "Ada <i>", reps=1, partials=1, rate=15)
    return store


@pytest.fixture
def client(store: SqlStore) -> Iterator[httpx.Client]:
    with kept_pages(store) as kept, kept.client() as client:
        client.headers["Origin"] = kept.url
        yield client


def test_a_report_is_a_page_with_its_own_policy(client: httpx.Client, store: SqlStore) -> None:
    session = store.sessions()[0].id
    answer = client.get(f"/sessions/{session}/report")
    assert answer.status_code == 200
    assert "Ada &lt;i&gt;" in answer.text
    assert INTENDED_USE in answer.text
    assert answer.headers["Content-Security-Policy"] == f"{POLICY}; frame-ancestors 'none'"
    assert "Content-Disposition" not in answer.headers
    saved = client.get(f"/sessions/{session}/report?download=true")
    assert saved.text == answer.text
    assert saved.headers["Content-Disposition"].endswith(f'{session[:8]}.html"')


def test_a_report_is_a_pdf_of_one_page(client: httpx.Client, store: SqlStore) -> None:
    answer = client.get(f"/sessions/{store.sessions()[0].id}/report.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "Ada" not in answer.headers["Content-Disposition"]
    (page,) = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert "Ada <i>" in page.extract_text()


@pytest.mark.parametrize(
    "path",
    ["/sessions/0123456789/report", "/sessions/0123456789/report.pdf", "/data?person=nobody",
     "/data/persons/nobody/export.zip", "/data/sessions/0123456789/export.zip"],
)  # fmt: skip
def test_what_is_not_there_is_told_in_words(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "there is no" in answer.text


def test_nobody_is_deleted_without_the_name(client: httpx.Client, store: SqlStore) -> None:
    (person,) = store.persons()
    for path, body in (
        (f"/api/data/persons/{person.id}/delete", {"name": "ada <i>"}),
        (f"/api/data/persons/{person.id}/delete", {}),
        ("/api/data/delete-everything", {"words": "yes"}),
        ("/api/data/delete-everything", {}),
        ("/api/data/retention", {"sessions_days": 0}),
        ("/api/data/retention", {"sessions_days": 1, "other": 1}),
    ):
        assert client.post(path, json=body).status_code in (400, 422)
    assert len(store.sessions()) == 1


def test_another_site_cannot_delete(client: httpx.Client, store: SqlStore) -> None:
    answer = client.post(
        "/api/data/delete-everything",
        json={"words": "delete everything"},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
    assert len(store.sessions()) == 1


def test_an_export_leaves_nothing_behind(
    client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    answer = client.get("/data/export.zip")
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    # It is removed once all has been sent, which the client may notice before the server.
    for _ in range(400):
        if not list(folder.iterdir()):
            break
        time.sleep(0.025)
    assert list(folder.iterdir()) == []
    monkeypatch.setattr("repose.sessions.export.session_rows", lambda *_: 1 / 0)
    assert client.get("/data/export.zip").status_code == 500
    assert list(folder.iterdir()) == []
