"""Sessions are kept by the program as a user runs it, even if it is killed."""

from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser

from repose.bench.process import LiveProcess
from repose.sessions.open_store import open_store
from repose.sessions.records import KeptSession
from repose.sessions.recount import recount
from tests.e2e.conftest import OpenPage, Serve
from tests.e2e.live_page import LivePage
from tests.e2e.recordings import SETTLE_S, TEMPO_S, saved, slides
from tests.puppet.programme import Doing, perform


def the_session(database: Path) -> KeptSession:
    with closing(open_store(str(database))) as store:
        (entry,) = store.sessions()
        return store.session(entry.id)


def complete(kept: KeptSession) -> list[int]:
    return [len([each for each in one.reps if each.rep.reason is None]) for one in kept.sets]


def test_a_session_that_is_killed_goes_on_where_it_was(
    tmp_path: Path, browser: Browser, serve: Serve, open_page: OpenPage
) -> None:
    database = tmp_path / "kept.db"
    with LiveProcess(str(slides(tmp_path / "both.parquet", reps=2)), "--database", str(database)) as server:
        page = LivePage(browser).open(server.url)
        page.choose("heel-slides", reps=2, rest_s=1, sides="left right")
        page.until("the name of who exercises", lambda: page.page.input_value("#person") == "Me")
        page.page.fill("#person", "Ada \u201cL.\u201d")
        page.press_start()
        page.until("a rep of the right leg", lambda: "Right leg 1" in page.kept("count"), 120)
        server.kill()
        page.close()
    kept = the_session(database)
    assert kept.person.name == "Ada \u201cL.\u201d"
    assert complete(kept) == [2, 1]
    assert kept.ended_at is None
    assert kept.recorded_s is not None
    assert kept.recorded_s[1] > kept.sets[1].reps[-1].rep.peak_s

    right = perform(Doing("heel-slides", "right", 2, tempo_s=TEMPO_S, settle_s=SETTLE_S)).film()
    again = serve(saved(right, tmp_path / "right.parquet"), "--database", str(database))
    page = open_page(again)
    page.until("the offer", page.page.locator("#interrupted").is_visible)
    assert "interrupted after 1 of 2 sets, 3 reps" in page.text("interrupted-text")
    page.page.locator("#continue").click()
    page.until("the summary", lambda: page.stage == "done", 120)
    assert page.text("summary-reps") == "4 of 4"
    assert page.text("kept-text") == "This session is kept."
    after = the_session(database)
    assert after.id == kept.id
    assert complete(after) == [2, 2]
    assert after.ended_at is not None
    assert after.sets[0] == kept.sets[0]
    assert after.sets[1].reps[: len(kept.sets[1].reps)] == kept.sets[1].reps
    assert page.page.locator("#kept-link").get_attribute("href") == f"/sessions/{kept.id}"
    with closing(open_store(str(database))) as store:
        first = after.sets[0]
        assert recount(first.head, first.state, store.landmarks(after.id)).reps == tuple(
            each.rep for each in first.reps
        )


def test_who_asks_for_it_keeps_nothing(tmp_path: Path, serve: Serve, open_page: OpenPage) -> None:
    server = serve(slides(tmp_path / "slides.parquet", reps=1), "--keep-nothing")
    page = open_page(server)
    assert not page.page.locator("#keeping").is_visible()
    page.choose("heel-slides", reps=1, sides="left")
    page.press_start()
    page.until_stage("working")
    page.page.keyboard.press("Escape")
    page.page.locator("#stop-now").click()
    page.until_stage("done")
    assert not page.page.locator("#kept").is_visible()
