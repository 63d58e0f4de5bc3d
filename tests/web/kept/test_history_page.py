"""The page of a person's history, in a real browser."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from repose.coaching.programme import Item, Programme
from repose.sessions.sql_store import SqlStore
from tests.judged import BEGUN_AT, NAME, a_rep, a_set, begin, key, say
from tests.kept import kept_store
from tests.web.contrast import low_contrast
from tests.web.kept.kept_pages import SCREENS, Kept, kept_pages, laptop_page

DAYS = (0, 1, 2, 5, 26, 27, 28)
"""On which somebody exercised, from 2 March 2026 on."""

PROGRAMME = Programme(items=(Item(exercise="heel-slides", sets=1, reps=2),))
"""Two heel slides for each leg."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """Left knees go from 70° to 90° in four weeks, right ones stay at 70°; on the day 5 the left alone."""
    kept = kept_store(tmp_path_factory.mktemp("history"))
    kept.prescribe(kept.person_named(NAME).id, PROGRAMME, BEGUN_AT)
    for day in DAYS:
        session = begin(kept, begun_at=BEGUN_AT + timedelta(days=day))
        angle = 70.0 if day < 20 else 90.0
        a_set(kept, session, [a_rep(3, angle=angle), a_rep(9, angle=angle)])
        if day != 5:
            rights = [a_rep(43, "right", angle=70.0), a_rep(49, "right", angle=70.0)]
            a_set(kept, session, rights, position=1, side="right")
    kept.person_named("Nobody yet")
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def kept(store: SqlStore) -> Iterator[Kept]:
    with kept_pages(store) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with laptop_page(browser) as page:
        yield page


def at(store: SqlStore, day: str) -> str:
    return f"/history?person={store.person_named(NAME).id}&period=all&day={day}&month={day[:7]}"


def test_a_day_against_the_plan(kept: Kept, store: SqlStore, page: Page) -> None:
    kept.let_in(page, at(store, "2026-03-07"))
    day = page.locator("#day")
    assert "Saturday 7 March 2026" in day.inner_text()
    assert "all 2 reps done" in day.inner_text()
    assert "0 of 2 reps, 0 of 1 set; 2 reps left" in day.inner_text()
    day.get_by_role("link", name="Open the session").click()
    (session,) = [one for one in store.sessions() if one.head.begun_at == BEGUN_AT + timedelta(days=5)]
    assert page.url.endswith(f"/sessions/{session.id}")


def test_the_calendar_knows_all_part_and_none(kept: Kept, store: SqlStore, page: Page) -> None:
    kept.let_in(page, at(store, "2026-03-07"))
    march = page.locator(".month", has_text="March 2026")
    assert march.locator("a.all").all_text_contents() == [
        f"{day}, all of the plan" for day in (2, 3, 4, 28, 29, 30)
    ]
    assert march.locator("a.part").all_text_contents() == ["7, part of the plan"]
    assert march.locator("a.none").count() == 31 - 7
    march.locator("a.all").first.click()
    assert "Monday 2 March 2026" in page.locator("#day").inner_text()
    page.get_by_role("link", name="Earlier").click()
    assert page.locator(".month caption").all_inner_texts() == [
        "October 2025",
        "November 2025",
        "December 2025",
    ]


def test_trends_say_what_the_camera_can_tell(kept: Kept, store: SqlStore, page: Page) -> None:
    kept.let_in(page, at(store, "2026-03-07"))
    said = page.locator("figure", has_text="How far").inner_text()
    # From 70° to 90°, by more than the band of 17°.
    assert "Left: 90° now, 20° further than in the first two weeks." in said
    assert "Right: 70° now, no change that the camera can tell." in said
    assert "Left against right: the left 20° further than the right." in said
    assert "The camera can tell changes of more than 17°." in said
    assert page.locator("figure", has_text="How far").locator(".band").count() == 2
    assert page.locator("figure").count() == 2, "no hold was prescribed"


def test_a_corrected_session_shows_what_is_held_to_be_right(tmp_path: Path, browser: Browser) -> None:
    store = kept_store(tmp_path)
    session = begin(store, "Ada")
    a_set(store, session, [a_rep(3, angle=70), a_rep(9, angle=90)])
    say(store, session, type="reject", event=key(store.session(session), 0, 0))
    with kept_pages(store) as running, browser.new_context() as context:
        page = context.new_page()
        running.let_in(page, "/history?period=all&day=2026-03-02&month=2026-03")
        assert "1 rep beside the plan" in page.locator("#day").inner_text()
        assert "90° now" in page.inner_text("main")
        assert "1 session was corrected by a reviewer" in page.inner_text("main")
    store.close()


def test_another_person_is_chosen_and_has_nothing_yet(kept: Kept, store: SqlStore, page: Page) -> None:
    kept.let_in(page, "/history")
    page.get_by_label("Who").select_option(label="Nobody yet")
    page.get_by_role("button", name="Show").click()
    said = page.inner_text("main")
    assert "No session yet. The first one will be here when it is done." in said
    assert "No complete rep in this time." in said


def test_a_name_is_text(kept: Kept, page: Page) -> None:
    kept.let_in(page, "/history")
    assert page.locator("main b", has_text="😀").count() == 0
    assert NAME in page.locator("select[name=person]").inner_text()


def test_an_empty_store_tells_what_to_do(tmp_path: Path) -> None:
    empty = kept_store(tmp_path)
    with kept_pages(empty) as running, running.client() as client:
        answer = client.get("/history")
    assert answer.status_code == 200
    assert "Nothing has been kept yet." in answer.text
    empty.close()


@pytest.mark.parametrize("wrong", ["day=today", "month=13", "period=ever", "person=nobody", "day=0001-01-01"])
def test_what_cannot_be_asked_is_told_in_words(kept: Kept, wrong: str) -> None:
    with kept.client() as client:
        answer = client.get(f"/history?{wrong}", headers={"Accept": "text/html"})
    assert answer.status_code == (404 if "person" in wrong else 400)
    assert "That did not work" in answer.text


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_is_in_sight_and_can_be_read(
    kept: Kept, store: SqlStore, browser: Browser, screen: str, theme: str
) -> None:
    width, height = SCREENS[screen]
    with browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
    ) as context:
        page = context.new_page()
        kept.let_in(page, at(store, "2026-03-07"))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert low_contrast(page)[0] == []
