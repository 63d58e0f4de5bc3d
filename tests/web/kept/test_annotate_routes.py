"""Truth files are checked in their reader's words, recordings are read and not kept, annotations are."""

import json
import tempfile
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from repose.sessions.recording import save_recording
from repose.sessions.sql_store import SqlStore
from repose.web.kept import annotate
from tests.kept import a_session, played
from tests.program import SAMPLES
from tests.puppet.damage import picked, shifted
from tests.web.kept.test_review_routes import STRANGE, decoded

TRUTH: dict[str, Any] = {
    "format": "repose-truth",
    "version": 1,
    "exercise": "heel-slides",
    "reps": [
        {"side": "left", "peak_s": 4.0},
        {
            "side": "left",
            "peak_start_s": 8.5,
            "peak_end_s": 9.25,
            "start_s": 7.0,
            "end_s": 11.0,
            "hold_s": 0.7,
        },
        {"side": "left", "peak_s": 18.5, "complete": False, "reason": "turned_back_early"},
    ],
}


def check(client: httpx.Client, text: str, exercise: str | None = None) -> httpx.Response:
    return client.post("/api/truth/check", json={"text": text, "exercise": exercise})


def test_a_truth_file_comes_back_as_it_is_understood(client: httpx.Client) -> None:
    said = check(client, json.dumps(TRUTH), "heel-slides").json()
    assert said["reps"][0] == {"side": "left", "complete": True, "peak_s": 4.0}
    assert said["reps"][1]["peak_end_s"] == 9.25
    assert check(client, json.dumps(said)).json() == said


@pytest.mark.parametrize("name", ["heel-slides", "knee-to-chest", "ankle-pumps", "backwards-stretch"])
def test_the_samples_truth_can_be_opened(client: httpx.Client, name: str) -> None:
    text = (SAMPLES / f"{name}.truth.json").read_text(encoding="utf-8")
    answer = check(client, text)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["reps"]) == len(json.loads(text)["reps"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this file: is not JSON"),
        ("{", "this file: is not JSON"),
        ("[]", "this file"),
        (json.dumps(TRUTH | {"reps": [{"side": "up", "peak_s": 1}]}), "reps.1.side"),
        (json.dumps(TRUTH | {"repz": []}), "repz is not a key of this format"),
        (json.dumps(TRUTH | {"exercise": "knee-to-chest"}), "is about knee-to-chest, not heel-slides"),
        (json.dumps(TRUTH | {"version": 2}), "version"),
    ],
)
def test_a_broken_truth_file_is_refused_in_words(client: httpx.Client, text: str, said: str) -> None:
    answer = client.post(
        "/api/truth/check",
        content=json.dumps({"text": text, "exercise": "heel-slides"}),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


def test_what_cannot_be_written_is_refused(client: httpx.Client) -> None:
    body = b'{"text": "\\ud800", "exercise": "heel-slides"}'
    answer = client.post("/api/truth/check", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "text"]


def test_an_annotation_is_kept_with_its_session(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store)
    set_id = store.session(session_id).sets[0].id
    path = f"/api/sessions/{session_id}/sets/{set_id}/annotations"
    assert client.get(path).json() == []
    first = client.post(path, json={"who": STRANGE, "text": json.dumps(TRUTH | {"reps": []})})
    assert first.status_code == 200, first.text
    both = client.post(path, json={"who": "Bo", "text": json.dumps(TRUTH)}).json()
    assert [said["who"] for said in both] == [STRANGE, "Bo"]
    assert client.get(path).json() == both
    kept = store.session(session_id).annotations
    assert [len(said.truth["reps"]) for said in kept] == [0, 3]
    assert kept[1].truth["reps"][1]["hold_s"] == 0.7
    assert kept[1].set_id == set_id
    assert client.get(f"/api/sessions/{session_id}/review").json()["sets"][0]["annotated_by"] == [
        STRANGE,
        "Bo",
    ]


def test_an_annotation_of_another_exercise_or_set_is_refused(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store, exercise="knee-to-chest")
    other = a_session(store)
    (mine,), (theirs,) = (store.session(each).sets for each in (session_id, other))
    refused = ((mine.id, 400, "not knee-to-chest"), (theirs.id, 404, "no set"), (9999, 404, "no set"))
    for set_id, status, said in refused:
        answer = client.post(
            f"/api/sessions/{session_id}/sets/{set_id}/annotations",
            json={"who": "Bo", "text": json.dumps(TRUTH)},
        )
        assert answer.status_code == status
        assert said in answer.json()["detail"]
    assert store.session(session_id).annotations == store.session(other).annotations == ()


# Recordings.


def send(client: httpx.Client, content: bytes) -> httpx.Response:
    headers = {"Content-Type": "application/octet-stream"}
    return client.post("/api/recordings/landmarks", content=content, headers=headers)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "slides.parquet"
    save_recording(shifted(played("heel-slides", "left", 2, 0, 0.5, 4.0, 30.0), 100.0), path)
    return path


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_recording_is_read_and_not_kept(client: httpx.Client, recording: Path, temporary: Path) -> None:
    answer = send(client, recording.read_bytes())
    assert answer.status_code == 200, answer.text
    header, rows = decoded(answer.content)
    track = played("heel-slides", "left", 2, 0, 0.5, 4.0, 30.0)
    assert (header["width"], header["height"], header["from_s"]) == (640, 480, 100.0)
    assert rows[:, 0] == pytest.approx(track.time_s, abs=1e-3), "times count from the first frame"
    assert np.array_equal(rows[:, 1], track.points[:, 0, 0], equal_nan=True)
    assert list(temporary.iterdir()) == []


def test_what_is_no_recording_is_refused_in_words(
    client: httpx.Client, recording: Path, temporary: Path, tmp_path: Path
) -> None:
    whole = bytearray(recording.read_bytes())
    middle = len(whole) // 2
    spoiled = bytes(whole[:middle]) + bytes(200) + bytes(whole[middle + 200 :])
    empty = tmp_path / "empty.parquet"
    save_recording(picked(played("heel-slides", "left", 2, 0, 0.5, 4.0, 30.0), slice(0, 0)), empty)
    for content, said in (
        (b"", "is damaged, or not a recording"),
        (b"PAR1 is what I am", "is damaged, or not a recording"),
        (bytes(whole[:-100]), "is damaged, or not a recording"),
        (spoiled, "is damaged, or not a recording"),
        (empty.read_bytes(), "holds no pictures"),
    ):
        answer = send(client, content)
        assert answer.status_code == 400
        assert said in answer.json()["detail"]
        assert "/" not in answer.json()["detail"], "no path of this computer"
    assert list(temporary.iterdir()) == []


def test_a_recording_of_a_newer_repose_says_so(client: httpx.Client, recording: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(recording)
    metadata = dict(table.schema.metadata) | {b"repose.format_version": b"99"}
    pq.write_table(table.replace_schema_metadata(metadata), recording)
    answer = send(client, recording.read_bytes())
    assert (answer.status_code, "newer Repose" in answer.json()["detail"]) == (400, True)


def test_a_recording_that_is_too_large_is_refused(
    client: httpx.Client, recording: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotate, "MOST_BYTES", 1000)
    answer = send(client, recording.read_bytes())
    assert answer.status_code == 413
    assert "too large" in answer.json()["detail"]
    assert list(temporary.iterdir()) == []


# The page.


def test_the_page_offers_kept_sessions_with_sets(client: httpx.Client, store: SqlStore) -> None:
    assert "No session with a set has been kept yet" in client.get("/annotate").text
    session_id = a_session(store, person=STRANGE)
    a_session(store, person="Nobody moved", sides=())
    page = client.get("/annotate").text
    assert f"/annotate?session={session_id}" in page
    assert STRANGE not in page
    assert "Nobody moved" not in page


def test_the_page_knows_the_set(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store, sides=("left", "right"))
    second = store.session(session_id).sets[1]
    page = client.get("/annotate", params={"session": session_id, "set": second.id}).text
    start = page.index("data-source='") + len("data-source='")
    source = json.loads(page[start : page.index("'", start)])
    assert (source["session"], source["set"], source["side"]) == (session_id, second.id, "right")
    assert source["from_s"] == second.head.begun_s
    assert source["name"] == f"session-{session_id[:8]}-set-2"
    html = {"Accept": "text/html"}
    for query in (f"session={session_id}&set=999", "session=feedbeef"):
        assert client.get(f"/annotate?{query}", headers=html).status_code == 404
    no_set = a_session(store, sides=())
    assert "nothing to annotate" in client.get(f"/annotate?session={no_set}", headers=html).text


def test_a_video_of_this_computer_may_be_played_by_the_page_alone(client: httpx.Client) -> None:
    policy = client.get("/annotate").headers["content-security-policy"]
    rules = dict(part.split(" ", 1) for part in policy.split("; "))
    assert rules["media-src"] == "'self' blob:"
    assert "blob:" not in rules["connect-src"]
    assert "blob:" not in rules["script-src"]


def test_names_of_sets_are_escaped(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store, person="'><script>alert(1)</script>")
    assert "<script>alert" not in client.get(f"/annotate?session={session_id}").text
