"""The calibrate page in a real browser: lines are dragged, numbers typed, drafts saved and gone back from."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page

from repose.calibration.folder import VARIABLE
from repose.calibration.profiles import Profiles
from repose.sessions.sql_store import SqlStore
from tests.kept import BEGUN_AT, a_session, keep
from tests.web.contrast import low_contrast
from tests.web.kept.kept_pages import SCREENS, Kept, kept_pages, laptop_page, until
from tests.web.kept.test_calibrate_routes import STRANGE, annotate

REFUSED = ("status of 400", "status of 409")
"""What the browser notes of answers that the page expects."""

NO_OWN = {"heel-slides.own_best_share": 0.0}
"""So that a movement that goes half the way can be a rep after one that went all of it."""


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profiles:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "calibration"))
    made = Profiles()
    made.save("clinic", NO_OWN, who="A", why="for these tests", expected=0)
    return made


@pytest.fixture
def kept(store: SqlStore, profiles: Profiles) -> Iterator[Kept]:
    with kept_pages(store) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with laptop_page(browser, *REFUSED) as page:
        yield page


@pytest.fixture
def session(store: SqlStore) -> str:
    return a_session(store, STRANGE, reps=2, partials=2, rate=15.0)


def open_page(page: Page, kept: Kept, path: str = "/calibrate") -> None:
    kept.let_in(page, path)
    until(page, lambda: page.locator("#calibrate[data-ready]").count() == 1, "the page")
    chosen = page.locator("#choose input:checked").count()
    until(page, lambda: page.locator(".one[data-ready] .signal").count() == chosen, "the pictures")


def said(page: Page) -> str:
    """What the draft counts in the first recording."""
    return page.locator(".one .counts").first.inner_text()


def counts(page: Page, text: str) -> None:
    until(page, lambda: text in said(page), text)


def drag(page: Page, line: str, by: float) -> None:
    box = page.locator(f".threshold.{line} .pill").first.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for share in range(1, 11):
        page.mouse.move(x, y + by * share / 10)
        page.wait_for_timeout(10)
    page.mouse.up()


def save(page: Page, who: str = "Ben", why: str = "a stiff knee") -> None:
    page.click("#save")
    until(page, lambda: page.is_visible("#save-dialog"), "the question who and why")
    page.fill("#save-who", who)
    page.fill("#save-why", why)
    page.click("#save-yes")


def number(page: Page, key: str) -> str:
    return page.input_value(f"#number-{key}")


def test_a_dragged_line_is_counted_by_at_once(page: Page, kept: Kept, session: str) -> None:
    open_page(page, kept)
    assert STRANGE in page.inner_text("h1")
    counts(page, "2 reps, 2 partials as saved")
    lines = page.locator(".threshold")
    assert [line.get_attribute("aria-label") for line in lines.all()] == [
        "target", "complete", "partial", "leaves rest", "usual rest",
    ]  # fmt: skip
    assert "71°" in (page.locator(".threshold.complete").text_content() or "")
    drag(page, "complete", 60)
    counts(page, "4 reps, saved 2 reps, 2 partials")
    assert float(number(page, "complete_share")) < 0.45
    assert page.locator(".bar.changed").count() == 2
    until(page, lambda: page.locator(".differences li").count() == 2, "what the draft changes")
    first = page.locator(".difference").first
    assert "partial is now a rep (was: turned back early)" in first.inner_text()
    assert "4 reps" in page.locator("#totals tbody tr td >> nth=1").inner_text()
    took = page.evaluate("performance.getEntriesByName('repose:recount').map((one) => one.duration)")
    assert took
    assert min(took) > 0
    whole = page.locator(".one .bar.rep").count()
    first.click()
    until(page, lambda: page.locator(".bar.chosen").count() == 2, "the chosen movement, draft and saved")
    assert page.locator(".one .bar.rep").count() <= whole
    assert "% of the way" in page.inner_text(".one .readout")
    drag(page, "target", -20)
    until(page, lambda: page.inner_text("#unsaved") == "2 numbers changed, not saved", "the target")


def test_arrow_keys_typing_undo_and_reset(page: Page, kept: Kept, session: str) -> None:
    open_page(page, kept)
    page.locator(".threshold.complete").focus()
    page.keyboard.press("ArrowDown")
    until(page, lambda: number(page, "complete_share") == "0.63", "one step down")
    page.keyboard.press("Shift+ArrowDown")
    until(page, lambda: number(page, "complete_share") == "0.58", "five steps down")
    line = page.locator(".threshold.complete")
    assert line.get_attribute("aria-valuenow") == "0.58"
    assert "58 % of the way from rest" in (line.get_attribute("aria-valuetext") or "")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "complete"
    page.keyboard.press("Control+z")
    until(page, lambda: number(page, "complete_share") == "0.63", "the step before")
    page.keyboard.press("Control+y")
    until(page, lambda: number(page, "complete_share") == "0.58", "the step again")

    page.fill("#number-complete_share", "0.4")
    page.keyboard.press("Enter")
    counts(page, "4 reps")
    row = page.locator(".number-row[data-key=complete_share]")
    assert "draft, saved 0.64" in row.inner_text()
    page.keyboard.press("ArrowUp")
    until(page, lambda: number(page, "complete_share") == "0.41", "a step in the field")
    page.fill("#number-complete_share", "7")
    page.keyboard.press("Tab")
    assert page.locator("#number-complete_share:invalid").count() == 1
    page.click("#reset")
    counts(page, "2 reps, 2 partials as saved")
    assert "as default" in row.inner_text()
    page.click("#undo")
    until(page, lambda: number(page, "complete_share") == "0.41", "the draft again")
    row.get_by_text("inherit").click()
    until(page, lambda: number(page, "complete_share") == "0.64", "what is below")

    # A number that does not go with the others: said in words, and the last good count stays.
    page.fill("#number-rest_deg", "60")
    page.keyboard.press("Enter")
    until(page, lambda: "rest_deg 60 must lie from rest_from_deg" in page.inner_text("#refused"), "why not")
    page.click("#undo")
    until(page, lambda: page.inner_text("#refused") == "", "that it is mended")


def test_sides_have_numbers_of_their_own(page: Page, kept: Kept, store: SqlStore) -> None:
    a_session(store, reps=2, partials=2, rate=15.0, sides=("left", "right"))
    open_page(page, kept)
    for box in page.locator("#choose input:not(:checked)").all():
        box.check()
    until(page, lambda: page.locator(".one[data-ready] .signal").count() == 2, "both recordings")
    page.click("#scope [data-side=left]")
    assert page.locator("#number-left-leave_share").count() == 0, "that is the same on both sides"
    assert "as both sides" in page.locator(".number-row[data-key='left.complete_share']").inner_text()
    page.fill("#number-left-complete_share", "0.4")
    page.keyboard.press("Enter")

    def both() -> list[str]:
        return [one.split(",")[0].split(" as")[0] for one in page.locator(".one .counts").all_inner_texts()]

    until(page, lambda: both() == ["4 reps", "2 reps"], "that only the left one changed")
    assert page.locator(".threshold.complete").first.get_attribute("aria-label") == "complete left"
    assert "All 2" in page.inner_text("#totals")
    assert "6 reps" in page.locator("#totals .sum").inner_text()


def test_where_nobody_said_the_side_the_lines_are_those_of_the_one_that_worked(
    page: Page, kept: Kept, store: SqlStore
) -> None:
    session = store.session(a_session(store, reps=2, partials=2, rate=15.0))
    one = session.sets[0]
    found = store.begin_session(session.head)
    store.begin_set(found, replace(one.head, prescribed="auto"), one.state)
    for track in store.landmarks(session.id):
        keep(store, found, track)
    open_page(page, kept, f"/calibrate?session={found}")
    line = page.locator(".threshold.target")
    for scope, target in (("left", 60), ("right", 70)):
        page.click(f"#scope [data-side={scope}]")
        page.fill(f"#number-{scope}-target_deg", str(target))
        page.keyboard.press("Enter")
        counts(page, "4 reps")
        until(page, lambda: line.text_content() == "target 60°", "the line of the left leg")
        assert line.get_attribute("aria-label") == "target left"


def test_a_draft_is_saved_and_gone_back_from(
    page: Page, kept: Kept, store: SqlStore, profiles: Profiles, session: str
) -> None:
    open_page(page, kept)
    assert "Nothing has been saved" in page.inner_text("#no-history")
    drag(page, "complete", 60)
    counts(page, "4 reps")
    page.click("#save")
    assert "Complete rep" in page.inner_text("#save-diff")
    assert "0.64 of the way (inherited)" in page.inner_text("#save-diff")
    page.click("#save-yes")
    assert page.is_visible("#save-dialog"), "who and why are required"
    page.keyboard.press("Escape")
    save(page, why="<i>stiff</i> knee")
    until(page, lambda: page.locator("#history > li").count() == 1, "the first version")
    counts(page, "4 reps as saved")
    assert page.inner_text("#unsaved") == "Nothing is changed."
    (version,) = profiles.history(STRANGE)
    assert (version.who, version.why, version.recordings) == ("Ben", "<i>stiff</i> knee", (session,))
    assert "<i>stiff</i> knee" in page.inner_text("#history")
    assert page.locator("#history a").get_attribute("href") == f"/sessions/{session}"
    page.keyboard.press("Control+z")
    counts(page, "4 reps as saved")

    page.fill("#number-complete_share", "0.9")
    page.keyboard.press("Enter")
    save(page, why="too easy")
    until(page, lambda: page.locator("#history > li").count() == 2, "the second version")
    page.get_by_label("Go back to version 1").click()
    page.fill("#save-why", "too hard after all")
    page.click("#save-yes")
    until(page, lambda: page.locator("#history > li").count() == 3, "the third version")
    assert profiles.history(STRANGE)[-1].text == version.text
    assert page.input_value("#save-who") == "Ben", "who is remembered"
    store.delete_session(session)
    page.reload()
    until(page, lambda: "was deleted" in page.inner_text("#history"), "that the recording is gone")


def test_who_saved_meanwhile_is_told_and_the_draft_is_kept(
    page: Page, kept: Kept, profiles: Profiles, session: str
) -> None:
    open_page(page, kept)
    page.fill("#number-complete_share", "0.4")
    page.keyboard.press("Enter")
    counts(page, "4 reps")
    profiles.save(STRANGE, {"heel-slides.target_deg": 100.0}, who="Dora", why="after surgery", expected=0)
    save(page)
    until(page, lambda: page.is_visible("#conflict-dialog"), "the conflict")
    assert "Dora" in page.inner_text("#conflict-why")
    assert "after surgery" in page.inner_text("#conflict-why")
    page.click("#conflict-dialog [value=load]")
    until(page, lambda: number(page, "target_deg") == "100", "the newer version")
    assert number(page, "complete_share") == "0.4", "the draft is still there"
    assert page.inner_text("#unsaved") == "1 number changed, not saved"
    save(page)
    until(page, lambda: page.locator("#history > li").count() == 2, "both versions")
    assert profiles.read(STRANGE).tables["heel-slides"] == {"target_deg": 100.0, "complete_share": 0.4}


def test_leaving_with_a_draft_asks(page: Page, kept: Kept, session: str) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    open_page(page, kept)
    page.locator(".threshold.target").focus()
    page.keyboard.press("ArrowDown")
    until(page, lambda: page.is_enabled("#save"), "the draft")
    page.click("nav >> text=Sessions")
    until(page, lambda: asked == ["beforeunload"], "the question")
    assert "/calibrate" in page.url
    page.click("#undo")
    page.click("nav >> text=Sessions")
    page.wait_for_url("**/sessions")


def test_proposals_fit_and_the_past(page: Page, kept: Kept, store: SqlStore, profiles: Profiles) -> None:
    for day in range(2):
        made = a_session(store, reps=1, partials=3, rate=15.0, begun_at=BEGUN_AT + timedelta(days=day))
        one = store.session(made).sets[0]
        annotate(store, {"session": made, "set": one.id}, complete=True)
    open_page(page, kept)
    assert "Not as annotated: 1" in page.inner_text(".one .both-differ")
    page.get_by_text("Propose from this recording").click()
    until(page, lambda: page.inner_text(".proposal") != "", "an answer")
    page.click("#fit")
    until(page, lambda: page.locator(".fit-plot").count() >= 2, "the pictures of the fit")
    assert "Too few recordings" in page.inner_text("#fit-found")
    page.click("#past")
    until(page, lambda: page.locator("#past-found tbody tr").count() == 3, "both sessions and their sum")
    assert "annotated" in page.inner_text("#past-found")
    assert profiles.history(store.sessions()[0].person.name) == ()


def test_without_a_recording_numbers_can_be_saved_and_a_broken_file_is_told(
    page: Page, kept: Kept, store: SqlStore, profiles: Profiles
) -> None:
    person = store.person_named("Nobody yet")
    kept.let_in(page, "/calibrate")
    assert "Nothing has been recorded yet" in page.inner_text("main")
    open_page(page, kept, f"/calibrate?person={person.id}&exercise=knee-to-chest")
    assert "No recording of Single knee to chest by Nobody yet is kept" in page.inner_text("main")
    page.fill("#number-target_deg", "90")
    page.keyboard.press("Enter")
    save(page)
    until(page, lambda: page.locator("#history > li").count() == 1, "the version")
    path = profiles.path("Nobody yet")
    path.write_text(path.read_text().replace("90", '"ninety"'))
    page.reload()
    until(page, lambda: page.locator("#problems .warning").count() == 1, "the problem")
    assert "Version 1, the last good one, stays in force" in page.inner_text("#problems")
    assert number(page, "target_deg") == "90"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_phones_and_laptops_with_enough_contrast(
    browser: Browser, kept: Kept, store: SqlStore, session: str, scheme: Literal["light", "dark"]
) -> None:
    annotate(store, {"session": session, "set": store.session(session).sets[0].id}, complete=True)
    pumps = a_session(store, STRANGE, exercise="ankle-pumps", reps=2, rate=15.0, sides=("both",))
    for width, height in SCREENS.values():
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=width < 600
        )
        page = context.new_page()
        for path in (f"/calibrate?session={session}", f"/calibrate?session={pumps}"):
            open_page(page, kept, path)
            if "pumps" not in path:
                page.locator(".threshold.partial").focus()
                page.keyboard.press("ArrowUp")
                page.wait_for_selector("#save:enabled")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            low, number_of = low_contrast(page)
            assert low == []
            assert number_of > 60
            if page.is_enabled("#undo"):
                page.click("#undo")
        # All labels of lines can be told apart and hit.
        boxes = [one.bounding_box() for one in page.locator(".threshold .pill").all()]
        tops = sorted(box["y"] for box in boxes if box)
        assert len(tops) == 7
        assert all(below - above >= 22 for above, below in pairwise(tops))
        context.close()
