"""What the pages about kept sessions are told, and what they may change."""

import json
import sqlite3
import struct
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from repose.sessions.records import Origin
from repose.sessions.sql_store import SqlStore
from repose.web.kept import landmark_bytes, review, review_data
from repose.web.kept.signals import KEPT, Signals
from tests.kept import BEGUN_AT, a_session

STRANGE = "<b>\"😀' & ünïcødé 名前"


def change(client: httpx.Client, session_id: str, what: dict[str, Any], **more: Any) -> httpx.Response:
    body = {"change": what, "who": "Ben", "why": "", "after": None} | more
    return client.post(f"/api/sessions/{session_id}/changes", json=body)


def review_of(client: httpx.Client, session_id: str) -> dict[str, Any]:
    answer = client.get(f"/api/sessions/{session_id}/review")
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


# The list.


def test_without_sessions_the_list_says_how_to_make_the_first(client: httpx.Client) -> None:
    page = client.get("/sessions").text
    assert "No session has been kept yet" in page
    assert "repose live" in page
    assert "--save" in page


def test_the_list_tells_what_a_session_was(client: httpx.Client, store: SqlStore) -> None:
    done = a_session(store, person="Ada", sides=("left", "right"), video="film.mp4")
    a_session(
        store, person="Ada", exercise="knee-to-chest", origin=Origin.VIDEO, begun_at=BEGUN_AT - timedelta(1)
    )
    interrupted = a_session(store, person=STRANGE, ended=False, begun_at=BEGUN_AT + timedelta(1))
    page = client.get("/sessions").text
    assert STRANGE not in page, "names are escaped"
    assert STRANGE in unescape(page)
    lines = [unescape(" ".join(part.split())) for part in page.split('<li class="panel">')[1:]]
    assert [interrupted in lines[0], done in lines[1]] == [True, True], "newest first"
    assert "not ended" in lines[0]
    assert "6 reps, 2 partials in 2 sets" in lines[1]
    assert "video is kept" in lines[1]
    assert "not reviewed" in lines[1]
    assert "not ended" not in lines[1]
    assert "Single knee to chest" in lines[2]
    assert "from a file" in lines[2]


def test_the_list_tells_what_was_reviewed(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store, sides=("left", "right"))
    first, second = (one.id for one in store.session(session_id).sets)
    answer = change(client, session_id, {"type": "sign_off", "set_id": first})
    assert "1 of 2 sets reviewed" in client.get("/sessions").text
    change(client, session_id, {"type": "sign_off", "set_id": second}, after=answer.json()["newest"])
    assert ">reviewed<" in client.get("/sessions").text


def test_the_list_is_filtered_by_person_and_exercise(client: httpx.Client, store: SqlStore) -> None:
    slides = a_session(store, person="Ada")
    knees = a_session(store, person="Ada", exercise="knee-to-chest")
    others = a_session(store, person="Bo")

    def shown(**query: str) -> set[str]:
        page = client.get("/sessions", params=query).text
        return {each for each in (slides, knees, others) if f"/sessions/{each}" in page}

    ada = store.person_named("Ada").id
    assert shown() == {slides, knees, others}
    assert shown(person=ada) == {slides, knees}
    assert shown(exercise="heel-slides") == {slides, others}
    assert shown(person=ada, exercise="knee-to-chest") == {knees}
    assert "No session is like that" in client.get("/sessions?exercise=ankle-pumps").text


def test_the_list_comes_in_pages(
    client: httpx.Client, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "PAGE", 2)
    ids = [a_session(store, recorded=False, begun_at=BEGUN_AT - timedelta(days=day)) for day in range(5)]
    seen = []
    for number in (1, 2, 3):
        page = client.get("/sessions", params={"page": number, "exercise": "heel-slides"}).text
        seen.append([each for each in ids if f"/sessions/{each}" in page])
        assert ("Older" in page, "Newer" in page) == (number < 3, number > 1)
        assert "exercise=heel-slides&amp;page=" in page
    assert seen == [ids[:2], ids[2:4], ids[4:]]
    assert client.get("/sessions?page=0").status_code == 422


# The review.


def test_a_session_is_told_with_its_evidence(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store, person=STRANGE, tempo_s=1.2, hold_s=0.2, unseen_s=(0.2, 1.4))
    said = review_of(client, session_id)
    assert (said["person"], said["recorded"], said["video"], said["newest"]) == (STRANGE, True, False, None)
    (one,) = said["sets"]
    kept = store.session(session_id).sets[0]
    assert one["machine"] == one["reviewed"] == {"reps": 3, "partials": 1}
    assert one["title"] == "Heel slides, left leg"
    assert one["thresholds"] == kept.head.thresholds.flat()
    assert {line["name"] for line in one["lines"]} == {"complete", "leave", "return"}
    assert "nobody was found" in one["unmeasured"][0]["why"]
    event, rep = one["events"][0], kept.reps[0].rep
    assert event["key"] == f"m{kept.reps[0].id}"
    assert event["machine"]["start_s"] == rep.start_s
    assert event["machine"]["excursion"] == rep.excursion
    assert event["machine"]["angles"]["knee flexion"] == pytest.approx(rep.peak["knee_flexion"], abs=0.1)
    assert event["machine"]["faults"] == ["too fast"]
    assert one["events"][3]["reason_text"] == "turned back early"


def test_the_page_escapes_what_people_wrote(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store, person=STRANGE, source='<script>alert("x")</script>.mp4')
    page = client.get(f"/sessions/{session_id}").text
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert unescape(page).count(STRANGE) == 2


def test_the_page_leads_to_calibrating_with_what_is_kept(client: httpx.Client, store: SqlStore) -> None:
    kept, gone = a_session(store), a_session(store, recorded=False)
    link = f'href="/calibrate?session={kept}"'
    assert link in client.get(f"/sessions/{kept}").text
    assert f'value="{kept}.' in client.get(f"/calibrate?session={kept}").text
    assert "/calibrate?session=" not in client.get(f"/sessions/{gone}").text


def test_a_session_is_found_by_the_begin_of_its_id(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store)
    assert session_id in client.get(f"/sessions/{session_id[:8]}").text
    assert session_id in client.get("/sessions/latest").text
    refused = client.get("/sessions/abcdef99", headers={"Accept": "text/html"})
    assert refused.status_code == 404
    assert "there is no session" in refused.text


def test_every_kind_of_change_is_kept_and_shown(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store)
    set_id = store.session(session_id).sets[0].id
    keys = [event["key"] for event in review_of(client, session_id)["sets"][0]["events"]]
    newest: int | None = None

    def do(what: dict[str, Any], why: str = "") -> dict[str, Any]:
        nonlocal newest
        answer = change(client, session_id, what, after=newest, why=why)
        assert answer.status_code == 200, answer.text
        newest = answer.json()["newest"]
        one: dict[str, Any] = answer.json()["sets"][0]
        return one

    assert do({"type": "accept", "event": keys[0]})["events"][0]["verdict"] == "accepted"
    rejected = do({"type": "reject", "event": keys[1]}, why="  <i>it was a cough</i> ")
    assert rejected["reviewed"] == {"reps": 2, "partials": 1}
    assert rejected["machine"] == {"reps": 3, "partials": 1}
    assert do({"type": "judge", "event": keys[3], "complete": True})["reviewed"] == {"reps": 3, "partials": 0}
    times = {"start_s": 0.5, "peak_s": 1.0, "end_s": 1.5}
    added = do({"type": "add", "set_id": set_id, "side": "left", **times})
    assert added["events"][0]["key"] == f"c{newest}"
    assert do({"type": "move", "event": keys[0], "start_s": 2.2, "peak_s": 4.0, "end_s": 6.0})
    split = do({"type": "split", "event": keys[2], "at_s": 13.0})
    assert [event["key"] for event in split["events"]].count(f"c{newest}.1") == 1
    assert do({"type": "merge", "first": f"c{newest}", "second": f"c{newest}.1"})["reviewed"]["reps"] == 4
    assert do({"type": "side", "event": keys[0], "side": "right"})["events"][1]["side"] == "right"
    assert do({"type": "faults", "event": keys[0], "faults": ["jerky"]})["events"][1]["faults"] == ["jerky"]
    assert do({"type": "sign_off", "set_id": set_id})["signed_off"]

    said = review_of(client, session_id)
    assert [one["what"].split()[0] for one in said["changes"]] == [
        "accepted", "rejected", "counted", "added", "moved", "split", "merged", "changed", "changed",
        "signed",
    ]  # fmt: skip
    assert (said["changes"][1]["who"], said["changes"][1]["why"]) == ("Ben", "<i>it was a cough</i>")
    assert all(one["state"] == "in_force" for one in said["changes"])
    for _ in range(10):
        do({"type": "undo", "change": review_of(client, session_id)["undo"]})
    back = review_of(client, session_id)
    assert back["sets"][0]["reviewed"] == back["sets"][0]["machine"]
    assert {one["state"] for one in back["changes"] if not one["undo"]} == {"undone"}


def test_somebody_who_does_not_know_the_newest_change_is_told_of_it(
    client: httpx.Client, store: SqlStore
) -> None:
    session_id = a_session(store)
    keys = [event["key"] for event in review_of(client, session_id)["sets"][0]["events"]]
    assert change(client, session_id, {"type": "reject", "event": keys[0]}, who=STRANGE).status_code == 200
    late = change(client, session_id, {"type": "accept", "event": keys[0]})
    assert late.status_code == 409
    assert late.json()["detail"].startswith(f"{STRANGE} has changed this session meanwhile: rejected the rep")
    said = review_of(client, session_id)
    assert len(said["changes"]) == 1
    again = change(client, session_id, {"type": "accept", "event": keys[0]}, after=said["newest"])
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"change": {"type": "blend"}, "who": "Ben", "after": None}, 422),
        ({"change": {"type": "accept", "event": "m1; DROP"}, "who": "Ben", "after": None}, 422),
        ({"change": {"type": "accept", "event": "m99999"}, "who": "Ben", "after": None}, 400),
        ({"change": {"type": "sign_off", "set_id": 99999}, "who": "Ben", "after": None}, 400),
        ({"change": {"type": "undo", "change": 5}, "who": "Ben", "after": None}, 400),
        ({"change": {"type": "sign_off", "set_id": 1}, "who": " ", "after": None}, 400),
        ({"change": {"type": "sign_off", "set_id": 1}, "who": "Ben\u0000", "after": None}, 400),
        ({"change": {"type": "sign_off", "set_id": 1}, "who": "B" * 300, "after": None}, 400),
        ({"change": {"type": "sign_off", "set_id": 1}, "who": "Ben", "why": "y" * 1001, "after": None}, 422),
        ({"change": {"type": "sign_off", "set_id": 1}, "who": "Ben", "after": 7}, 400),
        ({"change": {"type": "sign_off", "set_id": 1}, "who": "Ben"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    client: httpx.Client, store: SqlStore, body: dict[str, Any], status: int
) -> None:
    session_id = a_session(store)
    answer = client.post(f"/api/sessions/{session_id}/changes", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]
    assert store.session(session_id).changes == ()


def test_a_page_of_others_changes_nothing(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store)
    body = {"change": {"type": "sign_off", "set_id": 1}, "who": "Ben", "after": None}
    elsewhere = {"Origin": "http://evil.example"}
    answer = client.post(f"/api/sessions/{session_id}/changes", json=body, headers=elsewhere)
    assert answer.status_code == 403
    assert store.session(session_id).changes == ()


# The signal, the landmarks, the video.


def test_the_signal_of_a_set(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store, unseen_s=(0.2, 1.2))
    one = store.session(session_id).sets[0]
    path = f"/api/sessions/{session_id}/sets/{one.id}/signal"
    said = client.get(path).json()
    assert len(said["time_s"]) == len(said["excursion"]) == len(said["angle"])
    assert said["thinned"] is False
    assert None in said["excursion"], "what was not measured is no number"
    assert max(value for value in said["excursion"] if value is not None) == pytest.approx(1.0, abs=0.05)
    part = client.get(path, params={"from_s": 5, "to_s": 8}).json()
    assert (part["time_s"][0], part["time_s"][-1]) == (pytest.approx(5, abs=0.1), pytest.approx(8, abs=0.1))
    assert client.get(f"/api/sessions/{session_id}/sets/99999/signal").status_code == 404
    assert client.get(path, params={"from_s": "nan"}).status_code == 422


def test_a_long_signal_is_thinned_and_a_part_of_it_is_whole(
    client: httpx.Client, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = a_session(store)
    path = f"/api/sessions/{session_id}/sets/{store.session(session_id).sets[0].id}/signal"
    whole = client.get(path).json()
    monkeypatch.setattr(review_data, "MOST_TICKS", 60)
    thin = client.get(path).json()
    assert thin["thinned"] is True
    assert len(thin["time_s"]) <= 60
    highest = [max(value for value in one["excursion"] if value is not None) for one in (thin, whole)]
    assert highest[0] == highest[1]
    part = client.get(path, params={"from_s": 5, "to_s": 7}).json()
    assert part["thinned"] is False


def test_without_a_recording_the_review_works_and_there_is_no_signal(
    client: httpx.Client, store: SqlStore
) -> None:
    session_id = a_session(store, recorded=False)
    said = review_of(client, session_id)
    assert said["recorded"] is False
    assert said["sets"][0]["reviewed"]["reps"] == 3
    signal = client.get(f"/api/sessions/{session_id}/sets/{said['sets'][0]['id']}/signal").json()
    assert signal["time_s"] == []


def test_a_damaged_recording_says_where(client: httpx.Client, store: SqlStore, tmp_path: Path) -> None:
    session_id = a_session(store)
    with sqlite3.connect(tmp_path / "repose.db") as database:
        database.execute("UPDATE chunks SET data = x'00' WHERE first_s > 5 AND first_s < 7")
    one = store.session(session_id).sets[0]
    said = client.get(f"/api/sessions/{session_id}/sets/{one.id}/signal").json()
    ((from_s, to_s),) = said["unreadable"]
    assert 4.9 < from_s < 6.1
    assert 6.9 < to_s < 9
    assert len(landmarks(client, session_id, 0, 30)[1]) > 400


def landmarks(
    client: httpx.Client, session_id: str, from_s: float, to_s: float
) -> tuple[dict[str, Any], np.ndarray[Any, Any]]:
    answer = client.get(f"/api/sessions/{session_id}/landmarks", params={"from_s": from_s, "to_s": to_s})
    assert answer.status_code == 200
    return decoded(answer.content)


def decoded(message: bytes) -> tuple[dict[str, Any], np.ndarray[Any, Any]]:
    (length,) = struct.unpack_from("<I", message)
    assert length % 4 == 0
    rows = np.frombuffer(message, "<f4", offset=4 + length).reshape(-1, landmark_bytes.COLUMNS)
    return json.loads(message[4 : 4 + length]), rows


def test_landmarks_come_as_they_were_seen(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store, unseen_s=(5.0, 6.0))
    header, rows = landmarks(client, session_id, 4.0, 8.0)
    (truly,) = [track for track in store.landmarks(session_id, 4.0, 8.0) if 7.0 <= track.time_s[0] < 8.0][:1]
    assert (header["width"], header["height"], header["from_s"]) == (640, 480, 4.0)
    times = rows[:, 0] + 4.0
    assert len(times) == 121
    at = int(np.argmin(np.abs(times - truly.time_s[0])))
    assert rows[at, 1:].reshape(33, 3).tolist() == truly.points[0][:, [0, 1, 3]].tolist()
    gone = (times >= 5.0 + 1e-3) & (times < 6.0 - 1e-3)
    assert np.isnan(rows[gone, 1:]).all()
    assert landmarks(client, session_id, 900, 905)[1].shape[0] == 0
    assert client.get(f"/api/sessions/{session_id}/landmarks").status_code == 422


def test_landmarks_of_one_answer_are_limited(
    client: httpx.Client, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = a_session(store)
    monkeypatch.setattr(review, "LONGEST_REPLAY_S", 2.0)
    assert len(landmarks(client, session_id, 3.0, 1e9)[1]) == 61


def test_the_video_comes_whole_or_in_parts(client: httpx.Client, store: SqlStore) -> None:
    session_id = a_session(store)
    assert client.get(f"/api/sessions/{session_id}/video").status_code == 404
    store.keep_video(session_id, f"{session_id}.mp4")
    assert client.get(f"/api/sessions/{session_id}/video").status_code == 404, "the file is missing"
    assert "its video is missing" in client.get(f"/sessions/{session_id}").text
    store.videos.mkdir(parents=True, exist_ok=True)
    (store.videos / f"{session_id}.mp4").write_bytes(bytes(range(100)))
    whole = client.get(f"/api/sessions/{session_id}/video")
    assert (whole.content, whole.headers["content-type"]) == (bytes(range(100)), "video/mp4")
    part = client.get(f"/api/sessions/{session_id}/video", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
    assert "video is kept" in client.get(f"/sessions/{session_id}").text


def test_signals_are_remembered_while_they_stay_the_same(store: SqlStore) -> None:
    signals = Signals(store)
    session = store.session(a_session(store, sides=("left", "right")))
    first = signals.of(session, session.sets[0].id)
    assert signals.of(session, session.sets[0].id) is first
    assert signals.of(session, session.sets[1].id) is not first
    for _ in range(KEPT):
        other = store.session(a_session(store, reps=1, partials=0, recorded=False))
        signals.of(other, other.sets[0].id)
    assert signals.of(session, session.sets[0].id) is not first
    store.delete_landmarks(session.id)
    gone = store.session(session.id)
    assert len(signals.of(gone, gone.sets[0].id).time_s) == 0


def test_a_session_of_zero_reps_and_one_without_sets(client: httpx.Client, store: SqlStore) -> None:
    still = a_session(store, reps=0, partials=0)
    assert review_of(client, still)["sets"][0]["events"] == []
    no_set = a_session(store, sides=())
    assert review_of(client, no_set)["sets"] == []
    assert client.get(f"/sessions/{no_set}").status_code == 200
    assert "No exercise was begun" in client.get("/sessions").text
