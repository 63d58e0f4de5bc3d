"""The data page shows, exports, renames and deletes calibration profiles with their persons."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from repose.calibration.folder import VARIABLE
from repose.calibration.profiles import CLINIC, Profiles
from repose.sessions.sql_store import SqlStore
from tests.kept import kept_store
from tests.web.kept.kept_pages import kept_pages

HOSTILE = "<i>Zoë"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqlStore:
    """Two persons, of whom one has a profile; somebody of whom there is only that; and the clinic."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "calibration"))
    store = kept_store(tmp_path)
    for name in (HOSTILE, "Bob"):
        store.person_named(name)
    for name in (HOSTILE, "<b>else", CLINIC):
        Profiles().save(name, {"heel-slides.target_deg": 90}, who="Bo", why="x", expected=0)
    return store


@pytest.fixture
def client(store: SqlStore) -> Iterator[httpx.Client]:
    with kept_pages(store) as kept, kept.client() as client:
        client.headers["Origin"] = kept.url
        yield client


def person_id(store: SqlStore, name: str) -> str:
    (found,) = [person.id for person in store.persons() if person.name == name]
    return found


def test_the_page_says_where_profiles_are_and_who_has_one(client: httpx.Client, store: SqlStore) -> None:
    text = client.get("/data").text
    assert str(Profiles().folder) in text
    assert "The clinic's is nobody's, and stays." in text
    assert "<bdi>&lt;b&gt;else</bdi>" in text
    assert text.count('<dd class="calibration">1 version</dd>') == 1
    assert text.count('<dd class="calibration">none</dd>') == 1
    assert "<b>else" not in text


def test_a_folder_that_is_none_is_told_on_the_page(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))
    with kept_pages(store) as kept, kept.client() as client:
        answer = client.get("/data")
        assert answer.status_code == 200
        assert "must name the folder of the calibration profiles" in answer.text


def test_a_renamed_person_keeps_the_profile(client: httpx.Client, store: SqlStore) -> None:
    path = f"/api/data/persons/{person_id(store, HOSTILE)}/rename"
    assert client.post(path, json={"name": "P 17"}).json()["message"] == "The name is now P 17."
    assert Profiles().names() == (CLINIC, "<b>else", "P 17")
    answer = client.post(path, json={"name": "<b>else"})
    assert answer.status_code == 400
    assert "there is a profile of '<b>else' already" in answer.json()["detail"]
    assert {person.name for person in store.persons()} == {"P 17", "Bob"}


def test_a_deleted_person_takes_the_profile_along(client: httpx.Client, store: SqlStore) -> None:
    answer = client.post(f"/api/data/persons/{person_id(store, HOSTILE)}/delete", json={"name": HOSTILE})
    assert "1 person and 2 files of calibration profiles" in answer.json()["message"]
    assert Profiles().names() == (CLINIC, "<b>else")


def test_everything_is_all_but_the_clinics(client: httpx.Client, store: SqlStore) -> None:
    answer = client.post("/api/data/delete-everything", json={"words": "delete everything"})
    assert "2 persons and 4 files of calibration profiles" in answer.json()["message"]
    assert Profiles().names() == (CLINIC,)


def test_an_export_has_the_profile(client: httpx.Client, store: SqlStore) -> None:
    zoe = person_id(store, HOSTILE)
    answer = client.get(f"/data/persons/{zoe}/export.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = {name for name in archive.namelist() if name.startswith("profiles/")}
    assert names == {f"profiles/{zoe}.toml", f"profiles/{zoe}.history/0001.json"}
