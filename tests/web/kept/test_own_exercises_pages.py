"""An exercise of one's own on every page about what is kept, also when its file is gone."""

import io
import zipfile
from html import unescape
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from repose.counting.counter import count
from repose.exercises import load_exercise
from repose.sessions.recording import load_recording
from repose.sessions.saved_count import save_count
from repose.sessions.sql_store import SqlStore
from tests.exercises.own_files import changed, example_text, own_folder_in

DEMONSTRATIONS: Final = Path(__file__).parents[2] / "exercises" / "demonstrations"
NAME: Final = "Knee <i>press</i> & hold"


@pytest.fixture(params=["there", "gone"])
def session(
    request: pytest.FixtureRequest,
    store: SqlStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    client: httpx.Client,
) -> str:
    """A kept count by an own exercise, whose file is there still, or gone."""
    folder = own_folder_in(tmp_path / "calibration", monkeypatch)
    path = folder / "knee-press.toml"
    text = example_text("seated-knee-extension").replace('"Seated knee extension"', f'"{NAME}"')
    path.write_text(text.replace('"seated-knee-extension"', '"knee-press"'), encoding="utf-8")
    track = load_recording(DEMONSTRATIONS / "seated-knee-extension.parquet")
    exercise = load_exercise("knee-press")
    kept = save_count(store, count(track, exercise), track, exercise, "auto", source="a.mp4", person="Ada")
    if request.param == "gone":
        path.unlink()
    return kept


def page(client: httpx.Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.text}"
    assert NAME not in answer.text, "what a file says is escaped"
    return unescape(answer.text)


def test_the_pages_tell_of_it(client: httpx.Client, store: SqlStore, session: str) -> None:
    person = store.session(session).person.id
    for address in (
        f"/sessions/{session}/report",
        "/sessions",
        f"/history?person={person}",
        f"/data?person={person}",
        "/accuracy",
    ):
        assert NAME in page(client, address), address
    for address in (f"/sessions/{session}", f"/annotate?session={session}", "/calibrate"):
        page(client, address)


def test_its_reps_and_its_signal_are_shown(client: httpx.Client, store: SqlStore, session: str) -> None:
    said: dict[str, Any] = client.get(f"/api/sessions/{session}/review").json()
    (one,) = said["sets"]
    assert NAME in str(one)
    assert one["joint"] == "knee"
    assert len(one["events"]) == 4
    answer = client.get(f"/api/sessions/{session}/sets/{one['id']}/signal")
    assert answer.status_code == 200, answer.text
    (kept,) = store.session(session).sets
    assert kept.head.definition is not None
    assert kept.head.counted_by.definition.signal == "knee_extension"
    assert store.set_figures(store.session(session).person.id)[0].angle_deg == pytest.approx(-8, abs=5)


def test_it_can_be_signed_off_and_measures_accuracy(
    client: httpx.Client, store: SqlStore, session: str
) -> None:
    (kept,) = store.session(session).sets
    body = {"change": {"type": "sign_off", "set_id": kept.id}, "who": "Ben", "why": "", "after": None}
    assert client.post(f"/api/sessions/{session}/changes", json=body).status_code == 200
    text = page(client, "/accuracy")
    assert NAME in text
    assert "No set has been judged yet" not in text


def test_its_export_counts_again(client: httpx.Client, store: SqlStore, session: str, tmp_path: Path) -> None:
    answer = client.get(f"/data/sessions/{session}/export.zip")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        names = zipped.namelist()
        own = next(name for name in names if ".exercise-" in name)
        recording = next(name for name in names if name.endswith("-auto.parquet"))
        zipped.extractall(tmp_path / "out")
    from repose.exercises.own import chosen

    again = load_exercise(chosen(str(tmp_path / "out" / own)))
    assert again.name == NAME
    track = load_recording(tmp_path / "out" / recording)
    assert count(track, again).counts["total"] == 3


def test_an_unused_own_exercise_does_no_harm(
    client: httpx.Client, store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own_folder_in(tmp_path / "calibration", monkeypatch)
    (folder / "broken.toml").write_text(changed("= 85", "= 850"), encoding="utf-8")
    (folder / "mine.toml").write_text(changed('"squat"', '"mine"'), encoding="utf-8")
    for address in ("/sessions", "/accuracy", "/annotate", "/calibrate", "/data"):
        assert client.get(address).status_code == 200
    offered = client.get("/api/exercises").json()
    assert [one["slug"] for one in offered][4:] == ["mine"]
    assert offered[4]["posture"] == "upright"
