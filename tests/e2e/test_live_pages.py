"""What the page offers around a session: control, settings, keys."""

from pathlib import Path

import pytest

from repose.bench.process import LiveProcess
from tests.e2e.conftest import OpenPage, Serve
from tests.e2e.recordings import stillness


@pytest.fixture
def server(tmp_path: Path, serve: Serve) -> LiveProcess:
    """Somebody lies still in front of the camera."""
    return serve(stillness(tmp_path / "still.parquet", 30.0))


def test_one_page_controls_another_watches_and_control_can_be_taken(
    server: LiveProcess, open_page: OpenPage
) -> None:
    first, second = open_page(server), open_page(server)
    assert not first.page.locator("#watching").is_visible()
    assert second.page.locator("#watching").is_visible()
    assert second.page.locator("#start").is_disabled()
    first.choose("heel-slides", reps=2)
    first.press_start()
    second.until_stage("welcome")
    second.page.keyboard.press("Space")
    second.until("a word of who controls", lambda: "Another page controls" in second.text("notice-text"))
    assert first.page.locator("#paused").is_hidden()

    second.page.locator("#take-control").click()
    first.until("the first page to watch", first.page.locator("#watching").is_visible)
    second.page.locator("#pause").click()
    for page in (first, second):
        page.until("the pause", page.page.locator("#paused").is_visible)
    first.until("the reason", lambda: "taken control" in first.page.inner_text("body"))
    second.page.locator("#resume").click()
    second.until_stage("positioning", "countdown", "working")
    said = len(first.spoken)
    second.until("words from the page that controls", lambda: len(second.spoken) > 1)
    assert len(first.spoken) == said, "a page that watches is silent"


def test_a_page_that_is_loaded_again_goes_on_with_the_session_and_controls_it(
    server: LiveProcess, open_page: OpenPage
) -> None:
    page = open_page(server)
    page.choose("heel-slides", reps=3)
    page.press_start()
    page.until_stage("welcome")
    page.page.reload()
    page.until_stage("placing", "positioning")
    assert page.data("session", "target") == "3"
    page.until("speech to go on", lambda: page.spoken)
    page.page.keyboard.press("x")  # some browsers want a touch again before tones are heard
    page.until("tones to be possible", lambda: page.text("sound") == "")
    assert not page.page.locator("#watching").is_visible()


def test_without_speech_the_tones_and_the_words_on_the_page_remain(
    server: LiveProcess, open_page: OpenPage
) -> None:
    page = open_page(server)
    page.until("a voice", lambda: "Stub" in page.text("voice"))
    page.page.locator("#setup [data-dialog=settings-dialog]").click()
    page.page.locator("#try-sound").click()
    page.until("a tone and a word", lambda: page.tones and page.spoken)
    page.page.locator("#settings-form [name=speech]").uncheck(force=True)
    page.page.locator("#settings-form [value=close]").click()

    page.page.reload()
    page.choose("heel-slides", reps=3)
    page.press_start()
    page.until_stage("positioning")
    page.until("the start position in words", lambda: "legs straight" in page.page.inner_text("#session"))
    assert page.spoken == []
    page.page.locator("#session [data-dialog=settings-dialog]").click()
    assert not page.page.locator("#settings-form [name=speech]").is_checked(), "settings are remembered"
    page.page.locator("#try-sound").click()
    page.until("a tone", lambda: page.tones)
    page.page.wait_for_timeout(600)
    assert page.spoken == []


def test_a_browser_without_a_voice_says_so(server: LiveProcess, open_page: OpenPage) -> None:
    elsewhere = {
        "name": "Cloud",
        "lang": "en-GB",
        "localService": False,
        "default": True,
        "voiceURI": "cloud",
    }
    for voices in ((), (elsewhere,)):
        page = open_page(server, voices=voices)
        page.until("the missing voice to be told", lambda page=page: "no voice" in page.text("voice"))  # type: ignore[misc]
    page = open_page(server)
    page.until("the voice to be named", lambda: "Stub" in page.text("voice"))


def test_the_keyboard_is_enough_and_stop_asks_first(server: LiveProcess, open_page: OpenPage) -> None:
    page = open_page(server)
    keys = page.page.keyboard
    for _ in range(60):
        keys.press("Tab")
        if page.page.evaluate("document.activeElement.id") == "start":
            break
    keys.press("Enter")
    page.until_stage("welcome", "placing")
    keys.press("Space")
    page.until("the pause", page.page.locator("#paused").is_visible)
    keys.press("Space")
    page.until("the end of the pause", page.page.locator("#paused").is_hidden)

    keys.press("Escape")
    assert page.page.locator("#stop-dialog").is_visible()
    keys.press("Enter")  # "Go on" has the focus
    assert not page.page.locator("#stop-dialog").is_visible()
    assert page.stage not in ("idle", "done")
    keys.press("Escape")
    keys.press("Tab")
    keys.press("Enter")
    page.until_stage("idle", "done")
