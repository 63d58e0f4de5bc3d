"""The keyboard does all that the buttons do, asks before it ends anything, and stays out of fields."""

from tests.web.coach.page import views
from tests.web.coach.page.stand import Stand


def _open(stand: Stand) -> None:
    stand.open()
    stand.show(views.WORKING)


def test_space_pauses_and_resumes(stand: Stand) -> None:
    _open(stand)
    stand.page.keyboard.press("Space")
    stand.show(views.PAUSED)
    stand.page.keyboard.press("Space")
    stand.settle()
    assert [message["type"] for message in stand.said] == ["pause", "resume"]


def test_a_pause_that_ends_itself_is_not_ended_by_a_key(stand: Stand) -> None:
    _open(stand)
    stand.show(views.AWAY)
    stand.page.keyboard.press("Space")
    stand.settle()
    assert stand.said == []


def test_escape_asks_and_escape_again_goes_on(stand: Stand) -> None:
    _open(stand)
    stand.page.keyboard.press("Escape")
    assert stand.shown("#stop-dialog")
    assert stand.page.evaluate("document.activeElement.value") == "go-on"
    stand.page.keyboard.press("s")
    stand.page.keyboard.press("Escape")
    assert not stand.shown("#stop-dialog")
    stand.settle()
    assert stand.said == []


def test_stop_by_keyboard(stand: Stand) -> None:
    _open(stand)
    stand.page.keyboard.press("Escape")
    stand.page.keyboard.press("Tab")
    stand.page.keyboard.press("Enter")
    stand.settle()
    assert [message["type"] for message in stand.said] == ["stop"]
    assert not stand.shown("#stop-dialog")


def test_skip_mute_and_help(stand: Stand) -> None:
    _open(stand)
    stand.page.keyboard.press("s")
    stand.page.keyboard.press("m")
    assert stand.page.get_attribute("#mute", "aria-pressed") == "true"
    assert stand.text("#sound") == "The sound is off. M switches it on."
    stand.page.keyboard.press("m")
    assert stand.page.get_attribute("#mute", "aria-pressed") == "false"
    stand.page.keyboard.press("?")
    assert stand.shown("#help-dialog")
    stand.settle()
    assert [message["type"] for message in stand.said] == ["skip"]


def test_letters_in_a_field_are_no_commands_and_before_a_session_there_are_none(stand: Stand) -> None:
    stand.open()
    stand.show(views.IDLE)
    stand.page.keyboard.press("s")
    stand.page.keyboard.press("Space")
    stand.page.keyboard.press("Escape")
    stand.page.locator(".exercise summary").first.click()
    stand.page.focus("[name=reps]")
    stand.page.keyboard.press("?")
    stand.settle()
    assert stand.said == []
    assert stand.page.locator("dialog[open]").count() == 0


def test_a_clicked_button_does_not_take_the_next_space(stand: Stand) -> None:
    _open(stand)
    stand.page.click("#skip")
    stand.page.keyboard.press("Space")
    stand.settle()
    assert [message["type"] for message in stand.said] == ["skip", "pause"]


def test_a_button_reached_by_tab_takes_its_space_and_shows_the_focus(stand: Stand) -> None:
    _open(stand)
    for _ in range(2):
        stand.page.keyboard.press("Tab")
    assert stand.page.evaluate("document.activeElement.id") == "skip"
    width = stand.page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2
    stand.page.keyboard.press("Space")
    stand.settle()
    assert [message["type"] for message in stand.said] == ["skip"]


def test_the_question_goes_when_the_session_ends_meanwhile(stand: Stand) -> None:
    _open(stand)
    stand.page.keyboard.press("Escape")
    stand.show(views.DONE)
    assert stand.page.locator("dialog[open]").count() == 0
    assert stand.shown("#summary")


def test_every_button_has_a_name(stand: Stand) -> None:
    _open(stand)
    nameless = stand.page.evaluate(
        "() => [...document.querySelectorAll('button')].filter((button) => button.id !== 'notice-action'"
        " && !button.textContent.trim() && !button.ariaLabel).map((button) => button.outerHTML)"
    )
    assert nameless == []


def test_the_screen_stays_awake_during_a_session_only(stand: Stand) -> None:
    stand.page.add_init_script(
        """{ window.locks = 0; Object.defineProperty(navigator, "wakeLock", { value: { async request() {
          window.locks += 1; const lock = new EventTarget();
          lock.release = async () => { window.locks -= 1; lock.dispatchEvent(new Event("release")); };
          return lock; } } }); }"""
    )
    stand.open()
    stand.show(views.IDLE)
    assert stand.page.evaluate("window.locks") == 0
    stand.show(views.WORKING)
    stand.show(views.RESTING)
    assert stand.page.evaluate("window.locks") == 1
    stand.show(views.DONE)
    assert stand.page.evaluate("window.locks") == 0


def test_whoever_wants_no_motion_gets_none(stand: Stand) -> None:
    stand.page.emulate_media(reduced_motion="reduce")
    _open(stand)
    stand.show(views.HOLDING)
    moving = stand.page.evaluate(
        "() => [...document.querySelectorAll('*')].filter((one) => { const style = getComputedStyle(one);"
        " return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none'; }).length"
    )
    assert moving == 0
