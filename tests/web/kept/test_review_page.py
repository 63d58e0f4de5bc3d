"""The review page in a real browser: what is shown, what is changed, and that it is kept."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from repose.sessions.sql_store import SqlStore
from tests.kept import a_session
from tests.web.contrast import low_contrast
from tests.web.kept.kept_pages import SCREENS, Kept, laptop_page, until
from tests.web.kept.test_review_routes import STRANGE
from tests.web.kept.webm import film

CONFLICT = "the server responded with a status of 409"
"""What the browser notes of an answer that the page expects."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with laptop_page(browser, CONFLICT) as page:
        yield page


def open_review(page: Page, kept: Kept, session_id: str) -> None:
    kept.let_in(page, f"/sessions/{session_id}")
    until(page, lambda: page.locator("#review[data-ready]").count() == 1, "the review")
    until(page, lambda: page.locator("#chart .frame").count() == 1, "the picture of the signal")


def name_yourself(page: Page, name: str = "Ben") -> None:
    until(page, lambda: page.is_visible("#who-dialog"), "the question for a name")
    page.keyboard.type(name)
    page.keyboard.press("Enter")


def rows(page: Page) -> list[str]:
    return [" ".join(row.split()) for row in page.locator("#events tbody tr").all_inner_texts()]


def changes(page: Page) -> list[str]:
    return [" ".join(one.split()) for one in page.locator("#changes li").all_inner_texts()]


def pixels(page: Page) -> int:
    """A number for what the replay's canvas shows."""
    found = page.evaluate(
        """() => {
          const canvas = document.getElementById("replay");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let sum = 0;
          for (let k = 0; k < data.length; k += 4) {
            sum = (sum * 31 + data[k] + 3 * data[k + 1] + 7 * data[k + 2]) | 0;
          }
          return sum;
        }"""
    )
    return int(found)


def test_the_machines_count_its_evidence_and_the_signal_are_shown(
    page: Page, kept: Kept, store: SqlStore
) -> None:
    session_id = a_session(store, person=STRANGE, sides=("left", "right"), unseen_s=(0.2, 1.6))
    open_review(page, kept, session_id)
    assert STRANGE in page.inner_text("h1")
    assert page.locator("#sets [role=tab]").count() == 2
    assert "Machine 3 reps, 1 partial, reviewed 3 reps, 1 partial" in page.inner_text("#counts")
    until(page, lambda: page.locator("#chart .signal").count() == 1, "the signal")
    assert page.locator("#chart .limit").count() == 3
    assert page.locator("#chart .unmeasured").count() == 1
    assert page.locator("#chart .hold").count() == 4
    assert page.locator("#chart .partial:not(.counted)").count() == 1
    assert "turned back early" in (page.locator("#chart .partial:not(.counted)").text_content() or "")
    assert "nobody was found" in page.inner_text("#conditions")
    page.click("#chart .rep:not(.counted) >> nth=1")
    assert page.inner_text("#chosen").startswith("Rep 2, left")
    rep = store.session(session_id).sets[0].reps[1].rep
    assert f"{rep.peak['knee_flexion']:.0f}°" in page.inner_text("#evidence")
    assert f"{100 * rep.excursion:.0f} %" in page.inner_text("#evidence")
    page.keyboard.press("t")
    until(page, lambda: "right" in page.inner_text("#sets [aria-selected=true]"), "the second set")


def test_a_chosen_rep_is_replayed(page: Page, kept: Kept, store: SqlStore) -> None:
    open_review(page, kept, a_session(store))
    page.keyboard.press("ArrowRight")
    until(page, lambda: page.get_attribute("#replay", "data-shown") == "yes", "the skeleton")
    until(page, lambda: page.get_attribute("#play", "data-playing") == "yes", "the replay")
    seen = {pixels(page)}
    cursors = {page.get_attribute("#chart .cursor", "transform")}
    for _ in range(8):
        page.wait_for_timeout(120)
        seen.add(pixels(page))
        cursors.add(page.get_attribute("#chart .cursor", "transform"))
    assert len(seen) >= 4, "the skeleton moves"
    assert len(cursors) >= 4, "and the cursor in the signal with it"

    page.keyboard.press("Space")
    until(page, lambda: page.get_attribute("#play", "data-playing") == "no", "the pause")
    still = pixels(page)
    page.wait_for_timeout(200)
    assert pixels(page) == still
    page.keyboard.press(".")
    page.keyboard.press(".")
    page.keyboard.press(".")
    assert pixels(page) != still, "picture by picture"
    before = page.inner_text("#readout")
    page.locator("#scrub").fill("4")
    assert page.inner_text("#time") == "0:04.0"
    assert page.inner_text("#readout") != before
    assert "% of the range, knee" in page.inner_text("#readout")
    page.keyboard.press("]")
    assert page.input_value("#speed") == "1.5"


def test_edits_survive_a_reload_and_undo_works(page: Page, kept: Kept, store: SqlStore) -> None:
    session_id = a_session(store)
    open_review(page, kept, session_id)
    before = rows(page)
    page.click("#events tbody tr >> nth=1")
    page.fill("#why", "that was <b>a cough</b>")
    page.click("#reject")
    name_yourself(page, STRANGE)
    until(page, lambda: "rejected" in rows(page)[1], "the rejection")
    assert page.input_value("#why") == ""
    assert "Machine 3 reps, 1 partial, reviewed 2 reps, 1 partial" in page.inner_text("#counts")

    page.reload()
    until(page, lambda: page.locator("#events tbody tr").count() == 4, "the reps")
    assert "rejected" in rows(page)[1]
    (change,) = changes(page)
    assert change.startswith(f"{STRANGE} rejected the rep at 0:08.9 “that was <b>a cough</b>”")
    assert [rep.rep.reason for rep in store.session(session_id).sets[0].reps].count(None) == 3

    page.keyboard.press("Control+z")
    until(page, lambda: rows(page) == before, "the undo")
    page.reload()
    until(page, lambda: page.locator("#changes li").count() == 2, "the changes")
    assert rows(page) == before
    page.keyboard.press("Control+y")
    until(page, lambda: "rejected" in rows(page)[1], "the redo")
    page.locator("#changes li:last-child button").click()
    until(page, lambda: rows(page) == before, "the undo of that one change")
    assert [change.who for change in store.session(session_id).changes] == [STRANGE] * 4


def test_the_keyboard_alone_is_enough(page: Page, kept: Kept, store: SqlStore) -> None:
    session_id = a_session(store)
    set_id = store.session(session_id).sets[0].id
    open_review(page, kept, session_id)
    press = page.keyboard.press

    def until_changes(number: int) -> None:
        until(page, lambda: page.locator("#changes li:not(.quiet)").count() == number, f"{number} changes")

    press("ArrowRight")
    press("a")
    name_yourself(page)
    until_changes(1)
    assert "accepted" in rows(page)[0]
    until(page, lambda: page.inner_text("#chosen").startswith("Rep 2"), "the next rep")
    press("r")
    until_changes(2)
    press("ArrowRight")
    press("2")
    until_changes(3)
    press("f")
    press("Space")
    press("Enter")
    until_changes(4)
    page.keyboard.press("w")
    page.keyboard.type("it was long enough")
    press("Enter")
    press("c")
    until_changes(5)
    press("p")
    press("Enter")
    until_changes(6)
    press("ArrowLeft")
    press("ArrowLeft")
    press("ArrowLeft")
    until(page, lambda: page.inner_text("#chosen").startswith("Rep 1"), "the first rep")
    press("e")
    press("Shift+ArrowRight")
    press("Shift+ArrowRight")
    press("e")
    press("e")
    press("Shift+ArrowLeft")
    assert page.inner_text("#pending-text") == "Moving the end: 0:02.19, 0:04.05, 0:06.00"
    press("Enter")
    until_changes(7)
    for _ in range(30):
        press(",")
    press("s")
    until_changes(8)
    press("m")
    until_changes(9)
    press("PageDown")
    press("+")
    page.keyboard.press("Escape")
    press("n")
    until(page, lambda: page.is_visible("#add-dialog"), "the question what to add")
    press("Escape")
    assert page.locator("#add-dialog").is_hidden()
    press("?")
    assert page.is_visible("#help-dialog")
    press("Escape")
    press("d")
    until_changes(10)
    assert [change.change["type"] for change in store.session(session_id).changes] == [
        "accept", "reject", "side", "faults", "judge", "judge", "move", "split", "merge", "sign_off",
    ]  # fmt: skip
    assert store.session(session_id).changes[-1].change == {"type": "sign_off", "set_id": set_id}
    assert "signed off" in page.inner_text("#counts")


def test_a_missed_rep_is_added_and_dragged_to_its_place(page: Page, kept: Kept, store: SqlStore) -> None:
    session_id = a_session(store)
    open_review(page, kept, session_id)
    chart = page.locator("#chart")
    box = chart.bounding_box()
    assert box
    page.mouse.click(box["x"] + 80, box["y"] + 100)
    page.keyboard.press("n")
    page.select_option("#add-dialog [name=what]", "hold_too_short")
    page.keyboard.press("Enter")
    name_yourself(page)
    until(page, lambda: len(rows(page)) == 5, "the new one")
    assert "added hold too short" in rows(page)[0]

    handle = page.locator("#chart [data-drag=end_s] circle").bounding_box()
    assert handle
    before = store.session(session_id).changes[-1].change["end_s"]
    page.mouse.move(handle["x"] + 6, handle["y"] + 6)
    page.mouse.down()
    page.mouse.move(handle["x"] - 4, handle["y"] + 6, steps=3)
    page.mouse.up()
    until(page, lambda: len(store.session(session_id).changes) == 2, "the move")
    moved = store.session(session_id).changes[-1].change
    assert moved["type"] == "move"
    assert moved["end_s"] < before


def test_somebody_else_was_quicker(page: Page, kept: Kept, store: SqlStore) -> None:
    session_id = a_session(store)
    open_review(page, kept, session_id)
    page.keyboard.press("ArrowRight")
    keys = [f"m{one.id}" for one in store.session(session_id).sets[0].reps]
    store.add_change(session_id, "Cleo", "", {"type": "reject", "event": keys[2]}, after=None)
    page.fill("#why", "I saw it")
    page.keyboard.press("Enter")
    page.keyboard.press("a")
    name_yourself(page)
    until(page, lambda: "Cleo has changed this session" in page.inner_text("#notice"), "the conflict")
    assert page.input_value("#why") == "I saw it", "nothing is lost"
    assert len(store.session(session_id).changes) == 1
    page.click("#notice-action")
    until(page, lambda: len(store.session(session_id).changes) == 2, "the change")
    kept_change = store.session(session_id).changes[-1]
    assert (kept_change.change, kept_change.why) == ({"type": "accept", "event": keys[0]}, "I saw it")
    until(page, lambda: "rejected" in rows(page)[2], "what the other one did")


def test_a_change_that_is_refused_says_why(page: Page, kept: Kept, store: SqlStore) -> None:
    session_id = a_session(store)
    open_review(page, kept, session_id)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("m")
    until(page, lambda: page.is_visible("#who-dialog"), "the question for a name")
    page.keyboard.press("Escape")
    until(page, lambda: "Say who you are" in page.inner_text("#notice"), "the hint")
    assert store.session(session_id).changes == ()
    page.keyboard.press("0")
    box = page.locator("#chart").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 20, box["y"] + 100)
    page.keyboard.press("s")
    until(page, lambda: "Put the cursor into the rep" in page.inner_text("#notice"), "the hint")


def test_a_session_of_zero_reps(page: Page, kept: Kept, store: SqlStore) -> None:
    open_review(page, kept, a_session(store, reps=0, partials=0))
    assert "Machine 0 reps, reviewed 0 reps" in page.inner_text("#counts")
    assert "Nothing was counted" in page.inner_text("#events")
    for key in ("ArrowRight", "a", "r", "m", "s", "Control+z"):
        page.keyboard.press(key)
    page.keyboard.press("d")
    name_yourself(page)
    until(page, lambda: "signed off" in page.inner_text("#counts"), "the signing off")


def test_a_session_without_sets_says_so(page: Page, kept: Kept, store: SqlStore) -> None:
    kept.let_in(page, f"/sessions/{a_session(store, sides=())}")
    until(page, lambda: page.is_visible("#failed"), "the word")
    assert "No set was begun" in page.inner_text("#failed")
    page.keyboard.press("a")


def test_without_its_recording_a_session_can_still_be_reviewed(
    page: Page, kept: Kept, store: SqlStore
) -> None:
    open_review(page, kept, a_session(store, recorded=False))
    until(page, lambda: page.is_visible("#no-signal"), "the word")
    assert "no signal and no replay" in page.inner_text("#no-signal")
    assert page.locator("#chart .rep:not(.counted)").count() == 3
    page.keyboard.press("ArrowRight")
    page.keyboard.press("r")
    name_yourself(page)
    until(page, lambda: "rejected" in rows(page)[0], "the rejection")


def test_a_damaged_recording_shows_what_can_be_read(
    page: Page, kept: Kept, store: SqlStore, tmp_path: Path
) -> None:
    session_id = a_session(store)
    with sqlite3.connect(tmp_path / "repose.db") as database:
        database.execute("UPDATE chunks SET data = x'00' WHERE first_s > 9")
    open_review(page, kept, session_id)
    until(page, lambda: page.locator("#chart .signal").count() == 1, "the signal")
    until(page, lambda: "cannot be read" in page.inner_text("#no-signal"), "the word")
    assert "cannot be read" in (page.locator("#chart .unmeasured").first.text_content() or "")
    page.keyboard.press("ArrowRight")
    until(page, lambda: page.get_attribute("#replay", "data-shown") == "yes", "the skeleton")


def test_zooming_and_moving_along(page: Page, kept: Kept, store: SqlStore) -> None:
    open_review(page, kept, a_session(store))

    def width() -> float:
        box = page.locator("#chart .rep:not(.counted) .shape").first.bounding_box()
        return 0.0 if box is None else box["width"]

    # Until the signal has come, the picture is drawn anew.
    until(page, lambda: page.locator("#chart .signal").count() == 1, "the signal")
    page.wait_for_timeout(100)
    whole = width()
    assert whole > 0
    page.keyboard.press("+")
    page.keyboard.press("+")
    until(page, lambda: width() > 2 * whole, "a closer look")
    page.keyboard.press("0")
    until(page, lambda: width() == pytest.approx(whole), "the whole set")
    box = page.locator("#chart").bounding_box()
    assert box
    page.mouse.move(box["x"] + 120, box["y"] + 100)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    until(page, lambda: width() > 2 * whole, "a closer look by the wheel")


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_sticks_out_of_the_screen(browser: Browser, kept: Kept, store: SqlStore, screen: str) -> None:
    session_id = a_session(store, person="n" * 200, sides=("left", "right"), source="s" * 300)
    width, height = SCREENS[screen]
    for path in ("/sessions", f"/sessions/{session_id}", f"/annotate?session={session_id}", "/annotate"):
        with browser.new_context(viewport={"width": width, "height": height}) as context:
            page = context.new_page()
            kept.let_in(page, path)
            page.wait_for_timeout(300)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(
    browser: Browser, kept: Kept, store: SqlStore, scheme: Literal["light", "dark"]
) -> None:
    session_id = a_session(store, sides=("left", "right"), ended=False, video="film.mp4")
    keys = [f"m{one.id}" for one in store.session(session_id).sets[0].reps]
    newest: int | None = None
    for change in (
        {"type": "reject", "event": keys[0]},
        {"type": "accept", "event": keys[1]},
        {"type": "side", "event": keys[2], "side": "right"},
        {"type": "split", "event": keys[1], "at_s": 8.0},
        {"type": "undo", "change": 1},
        {"type": "sign_off", "set_id": store.session(session_id).sets[0].id},
    ):
        newest = store.add_change(session_id, "Cleo", "so it was", change, after=newest).id
    with browser.new_context(color_scheme=scheme, viewport={"width": 1366, "height": 768}) as context:
        page = context.new_page()
        for path, key in (
            ("/sessions", ""),
            (f"/sessions/{session_id}", "ArrowRight"),
            (f"/sessions/{session_id}", "?"),
            (f"/annotate?session={session_id}", "j"),
            ("/annotate", ""),
        ):
            kept.let_in(page, path)
            page.wait_for_timeout(400)
            if key:
                page.keyboard.press(key)
                page.wait_for_timeout(200)
            low, number = low_contrast(page)
            assert (low, number > 10) == ([], True), path


def test_a_kept_video_plays_under_the_skeleton_and_what_lies_around_it_too(
    page: Page, kept: Kept, store: SqlStore
) -> None:
    """It begins in the first rep, and ends in the second."""
    session_id = a_session(store)
    store.keep_video(session_id, f"{session_id}.webm")
    store.videos.mkdir(parents=True, exist_ok=True)
    film(store.videos / f"{session_id}.webm", 5.0, from_s=4.0)
    open_review(page, kept, session_id)
    until(page, lambda: page.evaluate("document.getElementById('video').readyState") >= 2, "the video")

    def times() -> tuple[float, float]:
        """Of the video, and of the replay."""
        minutes, seconds = page.inner_text("#time").split(":")
        return page.evaluate("document.getElementById('video').currentTime"), 60 * int(minutes) + float(
            seconds
        )

    page.keyboard.press("]")
    page.keyboard.press("]")
    page.keyboard.press("ArrowRight")
    until(page, lambda: times()[1] < 3.0, "what comes before the video")
    until(page, lambda: 4.8 < times()[1] < 6.0, "what comes in the video")
    video, replay = times()
    assert abs(video - replay) < 1.0
    assert page.get_attribute("#replay", "data-shown") == "yes"
    page.keyboard.press("ArrowRight")
    until(page, lambda: times()[1] > 10.0, "what comes after the video")


def test_a_video_that_cannot_be_played_is_shown_as_kept(page: Page, kept: Kept, store: SqlStore) -> None:
    session_id = a_session(store)
    store.keep_video(session_id, f"{session_id}.webm")
    store.videos.mkdir(parents=True, exist_ok=True)
    (store.videos / f"{session_id}.webm").write_bytes(b"no video at all")
    open_review(page, kept, session_id)
    assert "video is kept" in page.inner_text(".head")
    page.keyboard.press("ArrowRight")
    until(page, lambda: page.get_attribute("#replay", "data-shown") == "yes", "the skeleton all the same")
