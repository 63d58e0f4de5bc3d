"""What the calibrate page is told, what a draft counts, and what is saved: without a browser."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from itertools import count as count_from
from pathlib import Path
from typing import Any

import httpx
import pytest

from repose.calibration.folder import VARIABLE
from repose.calibration.profiles import Profiles
from repose.evaluation.kept_accuracy import held_true
from repose.exercises import load_exercise
from repose.review.reviewed import review
from repose.sessions.records import Origin, Purpose
from repose.sessions.sql_store import SqlStore
from repose.web.kept import calibrate, calibrate_past, calibrate_recordings
from tests.kept import BEGUN_AT, a_session, keep, kept_store
from tests.puppet import Doing, perform
from tests.web.kept.kept_pages import kept_pages

STRANGE = "<b>\"😀' & ünïcødé 名前"
SLUG = "heel-slides"

LOWER = {"complete_share": 0.4, "own_best_share": 0.0}
"""Numbers by which a movement that goes half the way is a rep, whatever the person did before."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """One for all: each test has a person of its own in it."""
    made = kept_store(tmp_path_factory.mktemp("calibrate"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profiles") / "calibration"


@pytest.fixture
def profiles(folder: Path) -> Iterator[Profiles]:
    yield Profiles(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def client(store: SqlStore, folder: Path) -> Iterator[httpx.Client]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(folder))
        with kept_pages(store) as kept, kept.client() as client:
            client.headers["Origin"] = kept.url
            yield client


@pytest.fixture(scope="module")
def asked(store: SqlStore) -> dict[str, Any]:
    """A recording that is only looked at."""
    return a_recording(store)


_numbers = count_from(1)


def a_person() -> str:
    """A name that nobody else has."""
    return f"Ada {next(_numbers)}"


def a_recording(store: SqlStore, person: str = "", **more: Any) -> dict[str, Any]:
    """A kept session of two heel slides and two partials, and what asks for its set."""
    told: dict[str, Any] = {"reps": 2, "partials": 2, "rate": 15.0} | more
    session = store.session(a_session(store, person or a_person(), **told))
    return {
        "person": session.person.id,
        "exercise": session.sets[0].head.exercise,
        "session": session.id,
        "set": session.sets[0].id,
    }


def a_capture(store: SqlStore) -> dict[str, Any]:
    """A kept capture of four tries to 60 % of the usual way, and what asks for its set."""
    asked = a_recording(store)
    doing = Doing(SLUG, "left", reps=4, share=(0.6,) * 4, hold_s=1.0, tempo_s=5.0, settle_s=3.0)
    session = store.session(asked["session"])
    one = session.sets[0]
    other = store.begin_session(replace(session.head, purpose=Purpose.CALIBRATION))
    track = perform(doing).film(15.0)
    set_id = store.begin_set(other, one.head, replace(one.state, ended_s=float(track.time_s[-1])))
    keep(store, other, track)
    return asked | {"session": other, "set": set_id}


def annotate(store: SqlStore, asked: dict[str, Any], **changed: Any) -> None:
    """Say that all of it was as it was counted, but for what is changed in the last rep."""
    session = store.session(asked["session"])
    one = next(one for one in session.sets if one.id == asked["set"])
    truth = held_true(one, review(session).of(one.id)).model_dump(mode="json", exclude_none=True)
    truth["reps"][-1] |= changed
    if changed.get("complete"):
        truth["reps"][-1].pop("reason", None)
    store.add_annotation(one.id, "Ben", truth)


def told(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def count(client: httpx.Client, asked: dict[str, Any], **changes: float | None) -> dict[str, Any]:
    return told(client.post("/api/calibrate/count", json=asked | {"changes": changes}))


def profile(client: httpx.Client, person: str, exercise: str = SLUG) -> dict[str, Any]:
    return told(client.get("/api/calibrate/profile", params={"person": person, "exercise": exercise}))


def save(client: httpx.Client, asked: dict[str, Any], **more: Any) -> httpx.Response:
    body = {"person": asked["person"], "exercise": asked["exercise"], "who": "Ben", "why": "a stiff knee"}
    return client.post("/api/calibrate/save", json=body | {"expected": 0, "changes": {}} | more)


# The page.


def test_with_nothing_kept_the_page_says_how_to_begin(tmp_path: Path) -> None:
    empty = kept_store(tmp_path)
    with kept_pages(empty) as kept, kept.client() as client:
        page = unescape(client.get("/calibrate").text)
        clinic = unescape(client.get("/calibrate?person=clinic").text)
    empty.close()
    assert "Nothing has been recorded yet" in page
    assert "--person NAME --save" in page
    assert "main.js" not in page
    assert "the clinic" in clinic
    assert "No recording of Ankle pumps is kept" in clinic


def test_the_recordings_of_a_person_are_offered_newest_first(client: httpx.Client, store: SqlStore) -> None:
    first = a_recording(store, STRANGE)
    newer = a_recording(store, STRANGE, begun_at=BEGUN_AT + timedelta(days=1), origin=Origin.VIDEO)
    other = a_recording(store, "Somebody else", begun_at=BEGUN_AT - timedelta(days=1))
    gone = a_recording(store, STRANGE, recorded=False)
    annotate(store, first)
    page = client.get(f"/calibrate?person={first['person']}").text
    assert STRANGE not in page, "names are escaped"
    assert STRANGE in unescape(page)
    lines = [" ".join(part.split()) for part in page.split('<li><label class="check">')[1:]]
    assert [newer["session"] in lines[0], first["session"] in lines[1]] == [True, True]
    assert len(lines) == 2
    assert "checked" in lines[0]
    assert "checked" not in lines[1]
    assert "from a file" in lines[0]
    assert "annotated by Ben" in lines[1]
    assert "2 reps, 2 partials" in lines[1]
    everybody = client.get("/calibrate?person=clinic&exercise=heel-slides").text
    assert other["session"] in everybody
    assert gone["session"] not in everybody


def test_a_session_brings_its_person_and_exercise(client: httpx.Client, store: SqlStore) -> None:
    newest = a_recording(store, begun_at=BEGUN_AT + timedelta(days=900))
    assert newest["session"] in client.get("/calibrate").text, "without more, it is the newest recording's"
    asked = a_recording(store, "Bo", exercise="backwards-stretch", sides=("both",))
    page = client.get(f"/calibrate?session={asked['session'][:8]}").text
    assert "Backwards stretch, Bo" in page
    assert f'value="{asked["session"]}.{asked["set"]}" checked' in page


def test_what_is_chosen_stays_though_it_is_on_another_page_of_the_list(
    client: httpx.Client, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrate_recordings, "AT_ONCE", 1)
    name = a_person()
    old = a_recording(store, name)
    a_recording(store, name, begun_at=BEGUN_AT + timedelta(days=1))
    where = f"/calibrate?person={old['person']}&exercise={SLUG}"
    assert old["session"] not in client.get(where).text
    assert "Older recordings" in unescape(client.get(where).text)
    assert old["session"] in client.get(f"{where}&offset=1").text
    chosen = client.get(f"{where}&r={old['session']}.{old['set']}&r=deleted0.7").text
    assert f'value="{old["session"]}.{old["set"]}" checked' in chosen


def test_a_capture_is_marked(client: httpx.Client, store: SqlStore) -> None:
    asked = a_recording(store)
    head = store.session(asked["session"]).head
    other = store.begin_session(replace(head, purpose=Purpose.CALIBRATION))
    one = store.session(asked["session"]).sets[0]
    store.begin_set(other, one.head, one.state)
    for track in store.landmarks(asked["session"]):
        keep(store, other, track)
    assert "calibration capture" in client.get(f"/calibrate?person={asked['person']}").text


@pytest.mark.parametrize(
    ("where", "status"),
    [("person=nobody", 404), ("exercise=flying", 400), ("session=abcdef99", 404), ("offset=-1", 422)],
)
def test_what_is_not_there_is_said_in_words(client: httpx.Client, where: str, status: int) -> None:
    assert client.get(f"/calibrate?{where}", headers={"Accept": "text/html"}).status_code == status


# The profile.


def test_a_profile_tells_each_number_with_its_range_and_origin(
    client: httpx.Client, store: SqlStore, profiles: Profiles, asked: dict[str, Any]
) -> None:
    name = store.person(asked["person"]).name
    profiles.save("clinic", {"heel-slides.partial_share": 0.2}, who="A", why="b", expected=0)
    profiles.save(name, {"heel-slides.left.target_deg": 60.0}, who="A", why="b", expected=0)
    said = profile(client, asked["person"])
    assert (said["name"], said["revision"], said["sides"]) == (name, 1, True)
    assert said["own"] == {"left.target_deg": 60.0}
    assert said["origins"]["partial_share"] == "clinic"
    assert said["origins"]["target_deg"] == "default"
    numbers = {one["key"]: one for group in said["groups"] for one in group["numbers"]}
    limits = load_exercise(SLUG).thresholds.flat()
    shown = {key for key in limits if key != "turn_deg"}
    assert set(numbers) == shown, "every number of this exercise, and no other one"
    assert numbers["complete_share"]["unit"] == "of the way"
    assert numbers["faults.heel_lifts"]["unit"] == "trunk lengths"
    assert numbers["leave_share"]["sided"] is False
    for one in numbers.values():
        assert one["least"] <= limits[one["key"]] <= one["most"]
    assert [group["name"] for group in said["groups"]] == [
        "What counts", "Pace", "Hold", "View", "Another movement", "Form faults",
    ]  # fmt: skip


def test_a_broken_file_is_told_and_the_last_good_version_stays_in_force(
    client: httpx.Client, store: SqlStore, profiles: Profiles, asked: dict[str, Any]
) -> None:
    name = store.person(asked["person"]).name
    profiles.save(
        name, {f"{SLUG}.{key}": number for key, number in LOWER.items()}, who="A", why="b", expected=0
    )
    path = profiles.path(name)
    path.write_text(path.read_text().replace("0.4", '"half"'))
    said = profile(client, asked["person"])
    assert "complete_share" in said["problems"][0]
    assert "Version 1, the last good one, stays in force" in said["problems"][0]
    assert said["own"] == LOWER
    assert count(client, asked)["totals"]["reps"] == 4
    refused = save(client, asked, expected=1, changes={"complete_share": 0.4})
    assert refused.status_code == 400
    back = {"person": asked["person"], "exercise": SLUG, "who": "A", "why": "b", "expected": 1, "revision": 1}
    assert told(client.post("/api/calibrate/roll-back", json=back))["problems"] == []


# Counting a draft.


def test_a_draft_counts_by_the_very_same_code(
    client: httpx.Client, store: SqlStore, asked: dict[str, Any]
) -> None:
    opened = told(client.post("/api/calibrate/open", json=asked))
    kept = store.session(asked["session"]).sets[0]
    assert opened["saved_totals"] == opened["as_done"] == opened["count"]["totals"]
    assert [event["peak_s"] for event in opened["saved"]] == [round(one.rep.peak_s, 3) for one in kept.reps]
    assert max(value for value in opened["signal"]["angle"] if value is not None) == pytest.approx(108, abs=3)
    assert opened["count"]["rest_deg"] == pytest.approx(5, abs=2)
    assert (opened["count"]["moved"], opened["count"]["changed"], opened["truth"]) == (False, [], None)

    lower = count(client, asked, **LOWER)
    assert lower["totals"]["reps"] == 4
    texts = [one["text"] for one in lower["changed"]]
    assert texts == ["partial is now a rep (was: turned back early)"] * 2
    assert [one["better"] for one in lower["changed"]] == [True, True]
    assert count(client, asked)["totals"] == opened["saved_totals"], "nothing was saved"


def test_a_draft_of_one_side_counts_on_that_side_alone(
    client: httpx.Client, store: SqlStore, asked: dict[str, Any]
) -> None:
    left, right = ({f"{side}.{key}": number for key, number in LOWER.items()} for side in ("left", "right"))
    assert count(client, asked, **left)["totals"]["reps"] == 4
    assert count(client, asked, **right)["totals"]["reps"] == 2


def test_what_the_draft_loses_and_how_holds_change_is_told(
    client: httpx.Client, store: SqlStore, asked: dict[str, Any]
) -> None:
    lost = count(client, asked, complete_share=1.0, target_deg=120.0)
    assert {one["better"] for one in lost["changed"]} == {False}
    assert "rep is now a partial (turned back early)" in lost["changed"][0]["text"]
    gone = count(client, asked, partial_share=0.6)
    assert [one["text"] for one in gone["changed"]] == ["partial left is gone"] * 2
    shorter = count(client, asked, hold_deg=0.2)
    assert {one["kind"] for one in shorter["changed"]} >= {"hold"}


def test_the_lists_tell_what_is_not_as_annotated(client: httpx.Client, store: SqlStore) -> None:
    asked = a_recording(store)
    annotate(store, asked, complete=True)
    opened = told(client.post("/api/calibrate/open", json=asked))
    truth = opened["truth"]
    assert (truth["basis"], truth["who"], truth["totals"]["reps"]) == ("annotated", "Ben", 3)
    assert [one["text"] for one in truth["wrong"]] == ["a rep, told as a partial (turned back early)"]
    lower = count(client, asked, **LOWER)
    assert [one["text"] for one in lower["wrong"]] == ["a partial, counted as a rep"]


def test_a_review_is_what_is_held_true_where_nobody_annotated(client: httpx.Client, store: SqlStore) -> None:
    asked = a_recording(store)
    session = store.session(asked["session"])
    key = f"m{session.sets[0].reps[0].id}"
    store.add_change(session.id, "Cleo", "", {"type": "reject", "event": key}, after=None)
    truth = told(client.post("/api/calibrate/open", json=asked))["truth"]
    assert (truth["basis"], truth["who"], truth["totals"]["reps"]) == ("reviewed", "Cleo", 1)
    assert [one["text"] for one in truth["wrong"]] == ["rep left that did not happen"]


def test_a_signal_under_another_rest_is_another_signal(client: httpx.Client, store: SqlStore) -> None:
    asked = a_recording(store, exercise="ankle-pumps", sides=("both",))
    opened = told(client.post("/api/calibrate/open", json=asked))
    assert opened["low_deg"] == pytest.approx(-44, abs=4)
    assert count(client, asked, complete_share=0.2)["moved"] is False
    body = asked | {"changes": {"rest_to_deg": -30.0, "rest_deg": -35.0}}
    moved = told(client.post("/api/calibrate/count", json=body))
    signal = told(client.post("/api/calibrate/signal", json=body))
    assert moved["moved"] == (signal["angle"] != opened["signal"]["angle"])
    part = told(client.post("/api/calibrate/signal", json=asked | {"from_s": 3.0, "to_s": 4.0}))
    assert (part["time_s"][0], part["time_s"][-1]) == (pytest.approx(3, abs=0.1), pytest.approx(4, abs=0.1))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target_deg": 6.0}, "target_deg 6 must be at least 5 above rest_deg 5"),
        ({"complete_share": 2.0}, "complete_share = 2.0"),
        ({"flying_deg": 2.0}, "flying_deg is not known"),
        ({"opposite_deg": -20.0}, "two ends"),
        ({"faults.flying": 2.0}, "faults.flying"),
        ({"left.leave_share": 0.1}, "left.leave_share"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_in_words(
    client: httpx.Client, asked: dict[str, Any], changes: dict[str, float], said: str
) -> None:
    answer = client.post("/api/calibrate/count", json=asked | {"changes": changes})
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert ".toml:" not in answer.json()["detail"], "the draft is in no file"


def test_what_cannot_be_counted_is_refused(
    client: httpx.Client, store: SqlStore, asked: dict[str, Any]
) -> None:
    post = "/api/calibrate/count"
    assert client.post(post, json=asked | {"set": 99999}).status_code == 404
    assert client.post(post, json=asked | {"session": "0" * 32}).status_code == 404
    assert client.post(post, json=asked | {"person": "nobody"}).status_code == 404
    assert "not of ankle-pumps" in client.post(post, json=asked | {"exercise": "ankle-pumps"}).text
    assert client.post(post, json=asked | {"changes": {"a b": 1}}).status_code == 422
    assert client.post(post, content='{"changes": {"target_deg": NaN}}').status_code == 422
    assert client.post(post, json=asked | {"extra": 1}).status_code == 422
    elsewhere = client.post(post, json=asked, headers={"Origin": "http://example.com"})
    assert elsewhere.status_code == 403


def test_a_recording_that_was_deleted_meanwhile_is_not_counted(client: httpx.Client, store: SqlStore) -> None:
    asked = a_recording(store)
    assert count(client, asked)["totals"]["reps"] == 2
    store.delete_landmarks(asked["session"])
    empty = told(client.post("/api/calibrate/open", json=asked))
    assert (empty["signal"]["time_s"], empty["count"]["totals"]["reps"]) == ([], 0)
    store.delete_session(asked["session"])
    assert client.post("/api/calibrate/count", json=asked).status_code == 404


# Saving, and going back.


def test_a_saved_draft_is_in_force_and_in_the_history(
    client: httpx.Client, store: SqlStore, profiles: Profiles
) -> None:
    asked = a_recording(store)
    said = told(save(client, asked, changes=LOWER, recordings=[asked["session"]]))
    assert (said["revision"], said["own"]) == (1, LOWER)
    (version,) = said["history"]
    assert (version["who"], version["why"]) == ("Ben", "a stiff knee")
    assert version["changes"][0] == {
        "exercise": "Heel slides", "name": "Complete rep", "unit": "of the way", "before": None, "after": 0.4,
    }  # fmt: skip
    assert version["recordings"][0]["link"] == f"/sessions/{asked['session']}"
    assert count(client, asked)["totals"]["reps"] == 4

    taken_out = told(save(client, asked, expected=1, changes=dict.fromkeys(LOWER)))
    assert (taken_out["revision"], taken_out["own"]) == (2, {})
    body = {"person": asked["person"], "exercise": SLUG, "who": "Cy", "why": "too strict", "expected": 2}
    back = told(client.post("/api/calibrate/roll-back", json=body | {"revision": 1}))
    assert (back["revision"], back["own"]) == (3, LOWER)
    store.delete_session(asked["session"])
    history = profile(client, asked["person"])["history"]
    assert [one["revision"] for one in history] == [3, 2, 1], "newest first"
    assert history[2]["recordings"] == [{"name": asked["session"][:8], "link": None}]
    assert (
        client.post("/api/calibrate/roll-back", json=body | {"expected": 3, "revision": 9}).status_code == 404
    )


def test_who_saves_over_somebody_else_is_told_who_it_was(
    client: httpx.Client, store: SqlStore, profiles: Profiles, asked: dict[str, Any]
) -> None:
    name = store.person(asked["person"]).name
    profiles.save(name, {"heel-slides.target_deg": 90.0}, who="Dora", why="after surgery", expected=0)
    answer = save(client, asked, changes={"complete_share": 0.4})
    assert answer.status_code == 409
    assert "Dora" in answer.json()["detail"]
    assert "after surgery" in answer.json()["detail"]
    assert profile(client, asked["person"])["own"] == {"target_deg": 90.0}
    body = {"person": asked["person"], "exercise": SLUG, "who": "B", "why": "c", "expected": 0, "revision": 1}
    assert client.post("/api/calibrate/roll-back", json=body).status_code == 409


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"changes": {"complete_share": 0.4}, "why": "  "}, "why"),
        ({"changes": {"complete_share": 0.4}, "who": ""}, "who"),
        ({}, "nothing is changed"),
        ({"changes": {"complete_share": 3.0}}, "complete_share"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_words(
    client: httpx.Client, profiles: Profiles, asked: dict[str, Any], more: dict[str, Any], said: str
) -> None:
    answer = save(client, asked, **more)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert profiles.names() == ()


def test_the_clinics_numbers_are_below_a_persons(
    client: httpx.Client, profiles: Profiles, asked: dict[str, Any]
) -> None:
    told(save(client, asked | {"person": "clinic"}, changes=LOWER))
    said = profile(client, asked["person"])
    assert (said["below"]["complete_share"], said["origins"]["complete_share"]) == (0.4, "clinic")
    assert count(client, asked)["totals"]["reps"] == 4


# Proposals, fits, the past.


def test_a_recording_with_three_tries_proposes_thresholds(client: httpx.Client, store: SqlStore) -> None:
    asked = a_capture(store)
    said = told(client.post("/api/calibrate/propose", json=asked))
    assert (said["refused"], said["tries"]) == ("", 4)
    proposed = {each["key"]: each for each in said["suggestions"]}
    assert proposed["left.target_deg"]["after"] == pytest.approx(67, abs=5)
    assert proposed["left.target_deg"]["name"] == "Target, left"
    assert all(each["text"] for each in said["suggestions"])
    changes = {key: each["after"] for key, each in proposed.items()}
    assert count(client, asked, **changes)["totals"]["reps"] == 4


def test_an_earlier_profile_does_not_decide_what_is_proposed(
    client: httpx.Client, store: SqlStore, profiles: Profiles
) -> None:
    asked = a_capture(store)
    first = told(client.post("/api/calibrate/propose", json=asked))
    usual = load_exercise(SLUG).thresholds.complete_share
    before = {f"{SLUG}.left.complete_share": 0.95, f"{SLUG}.left.target_deg": 130.0}
    profiles.save(store.person(asked["person"]).name, before, who="A", why="b", expected=0)
    again = told(client.post("/api/calibrate/propose", json=asked))
    proposed = {each["key"]: each for each in again["suggestions"]}
    share, target = proposed["left.complete_share"], proposed["left.target_deg"]
    assert (share["before"], share["after"], target["before"]) == (0.95, usual, 130)
    for each in first["suggestions"]:
        assert [proposed[each["key"]][said] for said in ("after", "text")] == [each["after"], each["text"]]


def test_a_recording_without_tries_says_why_nothing_is_proposed(
    client: httpx.Client, store: SqlStore
) -> None:
    still = a_recording(store, reps=0, partials=0)
    said = told(client.post("/api/calibrate/propose", json=still))
    assert said["refused"].endswith(".")
    assert said["suggestions"] == []
    gone = a_recording(store, recorded=False)
    assert "not kept any more" in client.post("/api/calibrate/propose", json=gone).text


def test_a_fit_goes_on_in_the_background_and_proposes(client: httpx.Client, store: SqlStore) -> None:
    name = a_person()
    asked = a_recording(store, name, partials=1)
    for day in (1, 2):
        more = a_recording(store, name, partials=1, begun_at=BEGUN_AT + timedelta(days=day))
        annotate(store, more, complete=True)
    body = {"person": asked["person"], "exercise": SLUG, "changes": {}}
    progress = told(client.post("/api/calibrate/fit", json=body))
    for _ in range(2000):
        if progress["result"] or progress["problem"]:
            break
        time.sleep(0.02)
        progress = told(client.get(f"/api/calibrate/fit/{progress['job']}"))
    found = progress["result"]
    assert found["headline"]
    assert "Too few recordings" in found["warnings"][0]
    assert len(found["recordings"]) == 2
    assert found["recordings"][0]["present"] == "1 rep missed, 1 partial wrong"
    assert {one["name"] for one in found["thresholds"]} >= {"Complete rep", "Partial"}
    assert all(one["picture"].startswith("<svg") for one in found["thresholds"])
    before, after = count(client, more), count(client, more, **found["changes"])
    assert found["changes"]
    assert len(after["wrong"]) <= len(before["wrong"])
    assert profile(client, asked["person"])["revision"] == 0, "nothing is saved"
    assert client.get("/api/calibrate/fit/unknown").status_code == 404


def test_a_fit_without_annotations_says_so(client: httpx.Client, store: SqlStore) -> None:
    asked = a_recording(store)
    body = {"person": asked["person"], "exercise": SLUG, "changes": {}}
    progress = told(client.post("/api/calibrate/fit", json=body))
    for _ in range(500):
        if progress["problem"]:
            break
        time.sleep(0.02)
        progress = told(client.get(f"/api/calibrate/fit/{progress['job']}"))
    assert "no annotated recording" in progress["problem"]


def test_earlier_sessions_are_counted_under_the_draft_and_stay_as_they_are(
    client: httpx.Client, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrate_past, "AT_ONCE", 1)
    name = a_person()
    old = a_recording(store, name, begun_at=BEGUN_AT - timedelta(days=1), recorded=False)
    asked = a_recording(store, name)
    annotate(store, asked, complete=True)
    before = [store.session(one["session"]) for one in (old, asked)]
    body = {"person": asked["person"], "exercise": SLUG, "changes": LOWER}
    first = told(client.post("/api/calibrate/past", json=body))
    assert (first["done"], first["of"], first["next"]) == (1, 2, 1)
    (line,) = first["lines"]
    assert (line["old"]["reps"], line["new"]["reps"], line["truth"]["reps"]) == (2, 4, 3)
    assert line["differs"] == 2
    second = told(client.post("/api/calibrate/past", json=body | {"offset": 1}))
    assert second["next"] is None
    assert second["lines"][0]["new"] is None
    assert "not kept" in second["lines"][0]["why_not"]
    assert [store.session(one["session"]) for one in (old, asked)] == before
    assert told(client.post("/api/calibrate/past", json=body | {"offset": 9}))["lines"] == []


def test_no_more_recordings_than_can_be_shown_are_chosen(client: httpx.Client) -> None:
    query = "&".join(f"r=a.{number}" for number in range(calibrate.MOST_CHOSEN + 1))
    assert client.get(f"/calibrate?{query}").status_code == 422
