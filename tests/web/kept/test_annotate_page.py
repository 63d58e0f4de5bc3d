"""The page to annotate in a real browser: tapping along, changing marks, saving, and going on later."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from repose.evaluation.truth import Truth, read_truth
from repose.sessions.recording import save_recording
from repose.sessions.sql_store import SqlStore
from tests.kept import a_session, played
from tests.puppet.damage import shifted
from tests.web.kept.kept_pages import Kept, laptop_page, until
from tests.web.kept.test_annotate_routes import TRUTH
from tests.web.kept.webm import film

REFUSED = "the server responded with a status of 400"
"""What the browser notes of an answer that the page expects."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with laptop_page(browser, REFUSED) as page:
        yield page


def open_set(page: Page, kept: Kept, store: SqlStore, session_id: str) -> int:
    """Open the first set of a session; gives its id."""
    set_id = store.session(session_id).sets[0].id
    kept.let_in(page, f"/annotate?session={session_id}&set={set_id}")
    until(page, lambda: page.locator("#work[data-ready]").count() == 1, "the page")
    return set_id


def go_to(page: Page, time_s: float) -> None:
    page.locator("#scrub").fill(f"{time_s:g}")
    page.locator("#scrub").blur()  # as after a click


def tap(page: Page, *taps: tuple[float, str]) -> None:
    for time_s, key in taps:
        go_to(page, time_s)
        page.keyboard.press(key)


def marks(page: Page) -> list[str]:
    return [" ".join(row.split()) for row in page.locator("#marks tbody tr").all_inner_texts()]


def saved(page: Page, folder: Path) -> tuple[str, Truth]:
    """Save the truth file; its name, and what it says."""
    with page.expect_download() as download:
        page.click("#download")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.name, read_truth(path)


def test_tapping_along_writes_a_truth_file(page: Page, kept: Kept, store: SqlStore, tmp_path: Path) -> None:
    session_id = a_session(store)
    open_set(page, kept, store, session_id)
    until(page, lambda: page.get_attribute("#replay", "data-shown") == "yes", "the skeleton")
    page.keyboard.press("Space")
    until(page, lambda: page.get_attribute("#play", "data-playing") == "yes", "playing")
    page.wait_for_timeout(300)
    page.keyboard.press("j")
    page.keyboard.press("Space")
    assert len(marks(page)) == 1
    first = page.inner_text("#marks tbody tr")
    tap(page, (4.0, "l"), (8.8, "r"), (13.5, "p"))
    assert page.inner_text("#counts") == "3 reps (2 left, 1 right), 1 partial"
    assert "left" in first

    name, truth = saved(page, tmp_path)
    assert name == f"session-{session_id[:8]}-set-1.truth.json"
    assert (truth.exercise, truth.side) == ("heel-slides", "left")
    assert [(rep.side, rep.complete) for rep in truth.reps] == [
        ("left", True),
        ("left", True),
        ("right", True),
        ("left", False),
    ]
    assert [rep.peak[0] for rep in truth.reps[1:]] == [4.0, 8.8, 13.5]
    assert 0.05 < truth.reps[0].peak[0] < 3.0


def test_a_key_that_is_held_marks_a_span(page: Page, kept: Kept, store: SqlStore, tmp_path: Path) -> None:
    open_set(page, kept, store, a_session(store))
    go_to(page, 3.0)
    page.keyboard.press("Space")
    page.keyboard.down("j")
    page.wait_for_timeout(700)
    page.keyboard.up("j")
    page.keyboard.press("Space")
    (rep,) = saved(page, tmp_path)[1].reps
    assert rep.peak[0] >= 2.9
    assert 0.3 < rep.peak[1] - rep.peak[0] < 10.0


def test_marks_are_changed_by_keys_fields_and_dragging(
    page: Page, kept: Kept, store: SqlStore, tmp_path: Path
) -> None:
    open_set(page, kept, store, a_session(store))
    tap(page, (4.0, "j"), (9.0, "j"), (12.0, "j"))
    go_to(page, 2.0)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert page.input_value("[name=peak_from_s]") == "4.1"
    go_to(page, 2.25)
    page.keyboard.press("s")
    go_to(page, 6.0)
    page.keyboard.press("e")
    page.fill("[name=peak_to_s]", "4.6")
    page.fill("[name=hold_s]", "0.5")
    page.keyboard.press("Enter")
    page.locator("#mark-faults label").first.click()
    page.click("#marks tbody tr >> nth=1")
    page.select_option("#mark [name=what]", "turned_back_early")
    page.click("#mark-sides label >> text=right")

    pin = page.locator("#chart .pin >> nth=1").locator(".head").bounding_box()
    last = page.locator("#chart .pin.chosen .head").bounding_box()
    assert pin
    assert last
    page.mouse.move(last["x"] + 13, last["y"] + 13)
    page.mouse.down()
    page.mouse.move(last["x"] + 33, last["y"] + 13, steps=4)
    page.mouse.up()
    page.click("#marks tbody tr >> nth=2")
    page.keyboard.press("Delete")
    assert len(marks(page)) == 2
    page.click("#notice-action")
    assert len(marks(page)) == 3
    page.keyboard.press("Control+y")
    assert len(marks(page)) == 2

    first, second = saved(page, tmp_path)[1].reps
    assert (first.start_s, first.peak, first.end_s, first.hold_s) == (2.25, (4.1, 4.6), 6.0, 0.5)
    assert first.faults == ("heel_lifts",)
    assert (second.side, second.complete, second.reason) == ("right", False, "turned_back_early")
    assert 9.2 < second.peak[0] < 11.5, "it was dragged"


def test_undo_goes_back_step_by_step(page: Page, kept: Kept, store: SqlStore) -> None:
    open_set(page, kept, store, a_session(store))
    tap(page, (4.0, "j"), (9.0, "j"))
    page.keyboard.press("Shift+ArrowRight")
    assert "0:09.05" in marks(page)[1]
    page.keyboard.press("Control+z")
    assert "0:09.00" in marks(page)[1]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert page.locator("#marks tbody tr").count() == 0
    assert page.is_disabled("#undo")
    for _ in range(3):
        page.keyboard.press("Control+y")
    assert "0:09.05" in marks(page)[1]


def test_a_tap_at_a_mark_makes_no_second_one(page: Page, kept: Kept, store: SqlStore) -> None:
    open_set(page, kept, store, a_session(store))
    tap(page, (4.0, "j"), (4.1, "j"))
    assert len(marks(page)) == 1
    assert "already" in page.inner_text("#notice")
    tap(page, (5.0, "b"))
    assert "has no side" in page.inner_text("#notice")
    assert len(marks(page)) == 1


def test_it_is_saved_with_the_session_and_opened_again(page: Page, kept: Kept, store: SqlStore) -> None:
    session_id = a_session(store)
    open_set(page, kept, store, session_id)
    tap(page, (4.0, "j"), (9.0, "p"))
    page.click("#keep")
    until(page, lambda: page.is_visible("#who-dialog"), "the question for a name")
    page.keyboard.type('<b>"😀')
    page.keyboard.press("Enter")
    until(page, lambda: "Saved with the session" in page.inner_text("#saved"), "the word")
    (said,) = store.session(session_id).annotations
    assert said.who == '<b>"😀'
    assert [rep["peak_s"] for rep in said.truth["reps"]] == [4.0, 9.0]
    assert '<b>"😀' in page.inner_text("#annotations")

    page.reload()
    until(page, lambda: page.locator("#annotations button").count() == 1, "the annotation")
    assert page.locator("#marks tbody tr").count() == 0, "who annotates anew is not led"
    page.click("#annotations button")
    assert ["0:04.00" in marks(page)[0], "0:09.00" in marks(page)[1]] == [True, True]


def test_what_was_not_saved_comes_back(page: Page, kept: Kept, store: SqlStore, tmp_path: Path) -> None:
    session_id = a_session(store)
    open_set(page, kept, store, session_id)
    tap(page, (4.0, "j"), (9.0, "p"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    until(page, lambda: len(marks(page)) == 2, "the marks")
    assert "2 marks that were not saved are back" in page.inner_text("#notice")
    saved(page, tmp_path)
    page.reload()
    until(page, lambda: page.locator("#work[data-ready]").count() == 1, "the page")
    assert page.locator("#marks tbody tr").count() == 0


def test_an_opened_truth_file_is_gone_on_with(
    page: Page, kept: Kept, store: SqlStore, tmp_path: Path
) -> None:
    open_set(page, kept, store, a_session(store))
    begun = tmp_path / "begun.truth.json"
    angles = {"time_s": [0.0, 1.0], "knee_flexion": {"left": [1.0, None]}}
    begun.write_text(json.dumps(TRUTH | {"note": "by <hand>", "calibration": "own.toml", "angles": angles}))
    page.set_input_files("#truth-file", begun)
    until(page, lambda: len(marks(page)) == 3, "the marks")
    assert page.input_value("#note") == "by <hand>"
    tap(page, (15.0, "l"))
    truth = saved(page, tmp_path)[1]
    assert [rep.peak for rep in truth.reps] == [(4.0, 4.0), (8.5, 9.25), (15.0, 15.0), (18.5, 18.5)]
    assert truth.reps[1].hold_s == 0.7
    assert truth.reps[3].reason == "turned_back_early"
    assert (truth.note, truth.calibration) == ("by <hand>", "own.toml")
    assert truth.angles is not None
    assert truth.angles.knee_flexion is not None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps(TRUTH | {"exercise": "knee-to-chest"}), "is about knee-to-chest, not heel-slides"),
        ("{", "is not JSON"),
        (json.dumps(TRUTH | {"reps": [{"side": "up", "peak_s": 1}]}), "reps.1.side"),
    ],
)
def test_a_truth_file_that_does_not_fit_is_refused(
    page: Page, kept: Kept, store: SqlStore, tmp_path: Path, content: str, said: str
) -> None:
    open_set(page, kept, store, a_session(store))
    tap(page, (4.0, "j"))
    wrong = tmp_path / "wrong.truth.json"
    wrong.write_text(content)
    page.set_input_files("#truth-file", wrong)
    until(page, lambda: said in page.inner_text("#notice"), "the refusal")
    assert len(marks(page)) == 1, "nothing is lost"


def test_a_recording_is_annotated_from_its_first_frame(page: Page, kept: Kept, tmp_path: Path) -> None:
    recording = tmp_path / "slides of 'Ada'.parquet"
    save_recording(shifted(played("heel-slides", "left", 2, 0, 0.5, 4.0, 30.0), 100.0), recording)
    kept.let_in(page, "/annotate")
    page.set_input_files("#recording-file", recording)
    until(page, lambda: page.get_attribute("#replay", "data-shown") == "yes", "the skeleton")
    page.select_option("#exercise", "knee-to-chest")
    tap(page, (104.0, "r"), (109.0, "r"))
    name, truth = saved(page, tmp_path)
    assert name == "slides of 'Ada'.truth.json"
    assert truth.exercise == "knee-to-chest"
    assert [rep.peak[0] for rep in truth.reps] == [4.0, 9.0]


def test_a_recording_that_cannot_be_read_is_refused_in_words(page: Page, kept: Kept, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(b"PAR1 and no more")
    kept.let_in(page, "/annotate")
    page.set_input_files("#recording-file", damaged)
    until(page, lambda: "damaged, or not a recording" in page.inner_text("#failed"), "the refusal")
    assert page.locator("#work").is_hidden()


def test_a_video_is_played_here_and_never_sent(page: Page, kept: Kept, tmp_path: Path) -> None:
    video = tmp_path / "my clip.webm"
    film(video, 6.0)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    kept.let_in(page, "/annotate")
    page.set_input_files("#video-file", video)
    until(page, lambda: page.locator("#work[data-ready]").count() == 1, "the page")
    until(page, lambda: float(page.get_attribute("#scrub", "max") or 0) > 5.5, "the video's length")
    page.select_option("#exercise", "backwards-stretch")
    page.keyboard.press("Space")
    until(page, lambda: page.evaluate("document.getElementById('video').currentTime") > 0.4, "the video")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    tap(page, (4.0, "p"))
    until(page, lambda: len(marks(page)) == 2, "the marks")
    name, truth = saved(page, tmp_path)
    assert name == "my clip.truth.json"
    assert [rep.side for rep in truth.reps] == ["both", "both"]
    assert 0.3 < truth.reps[0].peak[0] < 4.0
    assert truth.reps[1].peak[0] == 4.0
    posted = [one for one in sent if not one.startswith("GET ")]
    assert posted == [f"POST {kept.url}/api/truth/check"]


def test_a_video_that_cannot_be_played_says_so(page: Page, kept: Kept, tmp_path: Path) -> None:
    video = tmp_path / "broken.mp4"
    video.write_bytes(b"this is no video")
    kept.let_in(page, "/annotate")
    page.set_input_files("#video-file", video)
    until(page, lambda: "cannot play that file" in page.inner_text("#failed"), "the refusal")
    assert page.is_visible("#choose"), "another one can be chosen"


def test_a_session_without_recording_says_so(page: Page, kept: Kept, store: SqlStore) -> None:
    kept.let_in(page, f"/annotate?session={a_session(store, recorded=False)}")
    until(page, lambda: "nothing to look at" in page.inner_text("#failed"), "the word")
