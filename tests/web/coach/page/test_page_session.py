"""What the page shows in each moment of a session, and that it can be read from the mat."""

from dataclasses import replace
from typing import Final

import pytest
from playwright.sync_api import Browser

from repose.capture.trouble import Trouble, TroubleKind
from repose.coaching.messages import HoldView, View
from repose.counting.result import Phase
from repose.live.protocol import Problem
from tests.web.coach.page import views
from tests.web.coach.page.stand import INTENDED_USE, MACHINE, Stand

SIZES: Final = {
    "laptop": (1366, 768),
    "phone": (390, 844),
    "phone on its side": (844, 390),
    "large": (1920, 1080),
}

_CUT_OFF: Final = """() => {
  const wrong = [];
  const { scrollWidth, scrollHeight } = document.documentElement;
  if (scrollWidth > innerWidth || scrollHeight > innerHeight) wrong.push("the page scrolls");
  const panel = document.querySelector(".panel").getBoundingClientRect();
  for (const element of document.querySelectorAll("#session *, .foot *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own && !["BUTTON", "CANVAS"].includes(element.tagName)) continue;
    if (!element.checkVisibility() || element.closest(".unseen")) continue;
    if (getComputedStyle(element).clipPath !== "none") continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    const own_box = element.getBoundingClientRect();
    // The letters of the large number are lower than the line they stand on.
    const box = element.id === "number" || !own ? own_box : range.getBoundingClientRect();
    const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const frame = element.closest(".panel") ? panel : screen;
    const slack = 1.5;
    if (box.left < frame.left - slack || box.top < frame.top - slack || box.right > frame.right + slack
        || box.bottom > frame.bottom + slack) {
      wrong.push(`${element.id || element.className || element.tagName} "${element.textContent.trim()}"`);
    }
  }
  const boxes = [".bar", ".controls", ".seeing", ".panel", ".words"].map((name) => [name,
    document.querySelector(name).getBoundingClientRect()]);
  for (const [name, a] of boxes) for (const [other, b] of boxes) {
    const beside = a.left > b.right - 1 || b.left > a.right - 1;
    const above = a.top > b.bottom - 1 || b.top > a.bottom - 1;
    if (name < other && !beside && !above) wrong.push(`${name} lies over ${other}`);
  }
  const words = document.querySelector(".words");
  if (words.scrollHeight > words.clientHeight + 2) wrong.push("the words do not fit");
  return wrong;
}"""


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off_in_any_stage(browser: Browser, size: str) -> None:
    width, height = SIZES[size]
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        stand = Stand(context.new_page())
        stand.open()
        for name, view in views.STAGES.items():
            stand.show(view)
            assert stand.page.evaluate(_CUT_OFF) == [], name
            stand.show(view, replace(MACHINE, films=True))
            assert stand.page.evaluate(_CUT_OFF) == [], name


def test_the_count_is_readable_from_three_metres_and_the_cue_from_two(stand: Stand) -> None:
    stand.open()
    for view in (views.WORKING, views.TEN):
        stand.show(view)
        em = float(
            stand.page.evaluate(
                "() => parseFloat(getComputedStyle(document.querySelector('#number')).fontSize)"
            )
        )
        # A digit is at least 0.7 em tall in all common letters.
        assert 0.7 * em >= 0.4 * 768
    for view in views.STAGES.values():
        stand.show(view)
        em = float(
            stand.page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('#cue')).fontSize)")
        )
        assert em >= 0.06 * 768


def test_working_shows_count_exercise_side_gauge_and_what_comes(stand: Stand) -> None:
    stand.open()
    stand.show(views.WORKING)
    assert stand.text("#number") == "4"
    assert stand.text("#number-note") == "of 10"
    assert stand.text("#exercise") == "Heel slides"
    assert stand.text("#side") == "Right leg"
    assert stand.text("#cue") == "Slide the heel up"
    assert stand.text("#next") == "Then 5 more"
    assert stand.text("#phase") == "Going"
    assert stand.text("#angle") == "63°"
    assert stand.text("#seen") == "Seen well"
    assert stand.page.title() == "4 of 10 – Heel slides – Repose"
    assert stand.page.locator(".zone").count() == 1
    assert not stand.shown(".ring")


def test_a_set_among_several_says_which(stand: Stand) -> None:
    stand.open()
    stand.show(views.PUMPING)
    assert stand.text("#side") == "Both feet"
    assert stand.text("#set") == "Set 3 of 10"
    assert stand.page.locator(".zone").count() == 2


def _ring(stand: Stand) -> float:
    """The share of the ring that is painted."""
    offset = stand.page.evaluate(
        "async () => { await Promise.all(document.getAnimations().map((one) => one.finished));"
        "return parseFloat(getComputedStyle(document.querySelector('#ring')).strokeDashoffset); }"
    )
    return 1 - float(offset) / 100


def test_the_ring_fills_with_the_hold(stand: Stand) -> None:
    stand.open()
    shares = []
    for held_s in (0.5, 7.6, 19.8):
        stand.show(replace(views.HOLDING, hold=HoldView(held_s, 20.0, True)))
        shares.append(_ring(stand))
    assert shares == pytest.approx([0.025, 0.38, 0.99], abs=0.002)
    assert stand.text("#number") == "1"
    assert stand.text("#number-note") == "3 of 5"


def test_it_is_obvious_whether_the_hold_counts(stand: Stand) -> None:
    stand.open()
    looks = {}
    for name, view in (
        ("running", views.HOLDING),
        ("waiting", views.HOLD_WAITING),
        ("reached", views.HOLD_REACHED),
    ):
        stand.show(view)
        assert stand.page.get_attribute("#dial", "data-hold") == name
        looks[name] = stand.page.evaluate(
            "() => [getComputedStyle(document.querySelector('#dial')).backgroundColor,"
            " getComputedStyle(document.querySelector('.track')).strokeDasharray,"
            " document.querySelector('#hold-state').textContent]"
        )
    assert looks["waiting"][2] == "not counting"
    assert stand.text("#number") == "✓"
    for k in (0, 2):
        assert len({look[k] for look in looks.values()}) == 3
    assert looks["waiting"][1] != looks["running"][1]


def test_the_count_is_back_when_the_hold_is_over(stand: Stand) -> None:
    stand.open()
    stand.show(views.HOLD_REACHED)
    stand.show(replace(views.HOLDING, phase=Phase.REST, hold=HoldView(20.0, 20.0, False)))
    assert stand.page.get_attribute("#dial", "data-mode") == "count"
    assert stand.text("#number") == "3"


def test_placement_shows_ticks_and_crosses_and_the_advice_large(stand: Stand) -> None:
    stand.open()
    stand.show(views.PLACING)
    rows = stand.page.locator("#check-list li")
    assert rows.count() == 7
    assert "✗" in rows.nth(1).inner_text()
    assert "✓" in rows.nth(0).inner_text()
    assert stand.text("#cue") == "Your feet are cut off. Move the camera back."
    assert stand.page.get_attribute("#words", "data-kind") == "advice"
    better = tuple(replace(check, ok=True, advice="") for check in views.CHECKS[:5])
    stand.show(replace(views.PLACING, checks=better, advice=None, cue="Stay like this"))
    assert rows.count() == 5
    assert stand.page.locator("#check-list [data-ok=no]").count() == 0


def test_welcome_shows_the_plan_and_the_intended_use(stand: Stand) -> None:
    stand.open()
    stand.show(views.WELCOME)
    assert stand.text("#cue") == "Stop if it hurts"
    assert INTENDED_USE in stand.text("#welcome")
    assert stand.page.locator("#plan li").all_inner_texts() == [
        "Ankle pumps\n10 sets of 10 reps",
        "Heel slides\n10 reps, each side",
        "Single knee to chest\n5 reps, left only, hold 20 s",
        "Backwards stretch\n10 reps, hold 1 s",
    ]


def test_before_a_set_its_exercise_side_and_dose_are_announced(stand: Stand) -> None:
    stand.open()
    stand.show(views.POSITIONING)
    assert stand.text("#coming") == "Heel slides\n\nRight leg\n\n10 reps"


@pytest.mark.parametrize(("view", "number"), [(views.COUNTDOWN, "3"), (views.RESTING, "12")])
def test_countdown_and_rest_are_one_huge_number(stand: Stand, view: View, number: str) -> None:
    stand.open()
    stand.show(view)
    assert stand.text("#number") == number
    assert not stand.shown("#gauge")


def test_a_pause_by_command_can_be_ended_and_any_other_ends_itself(stand: Stand) -> None:
    stand.open()
    stand.show(views.PAUSED)
    assert stand.text("#paused-count") == "4 of 10 done"
    assert stand.text("#pause") == "Resume"
    stand.page.click("#resume")
    stand.settle()
    assert stand.sent("resume")
    stand.show(views.AWAY)
    assert not stand.shown("#resume")
    assert stand.text("#paused-why") == "I cannot see you."
    assert stand.text("#pause") == "Pause"


def test_a_lost_camera_covers_the_picture_and_says_what_to_do(stand: Stand) -> None:
    stand.open()
    text = "The camera gives no picture. Plug it in again."
    stand.show(views.WORKING, replace(MACHINE, trouble=Trouble(TroubleKind.GONE, text)))
    assert stand.text("#trouble") == "No camera"
    assert stand.text("#cue") == text
    stand.show(views.WORKING)
    assert not stand.shown("#trouble")
    assert stand.text("#cue") == "Slide the heel up"


def test_a_slow_camera_is_noted_and_covers_nothing(stand: Stand) -> None:
    stand.open()
    slow = Trouble(TroubleKind.SLOW, "The camera is slow: more light helps.")
    stand.show(views.WORKING, replace(MACHINE, trouble=slow, notes=("The lite model is in use.",)))
    assert not stand.shown("#trouble")
    assert stand.text("#notes") == "The camera is slow: more light helps. The lite model is in use."
    assert stand.text("#cue") == "Slide the heel up"


def test_trouble_before_a_session_shows_beside_the_programme(stand: Stand) -> None:
    stand.open()
    stand.show(views.IDLE, replace(MACHINE, trouble=Trouble(TroubleKind.GONE, "No camera was found.")))
    assert "No camera was found." in stand.text("#setup-trouble")


def test_a_refusal_is_told_and_can_be_put_away(stand: Stand) -> None:
    stand.open()
    stand.show(views.IDLE)
    stand.send(Problem(text="5001 reps in one programme: at most 5000 can be asked for"))
    stand.settle()
    assert stand.text("#notice-text").startswith("5001 reps")
    stand.page.click("#notice-close")
    assert not stand.shown("#notice")


def test_the_summary_lists_the_sets(stand: Stand) -> None:
    stand.open()
    stand.show(views.DONE)
    assert stand.text("#summary-reps") == "29 of 45"
    assert stand.text("#summary-sets") == "2 of 5"
    rows = [row.replace("\t", " ") for row in stand.page.locator("#sets tr").all_inner_texts()]
    assert "keep the heel on the floor (2×)" in rows[1]
    assert "1 try not counted, 3 s not seen" in rows[1]
    assert "19–21 s of 20 s" in rows[3]
    assert "cut short" in rows[4]
    assert stand.page.title() == "Summary – Repose"


def test_text_from_the_server_is_never_markup(stand: Stand) -> None:
    stand.open()
    stand.show(replace(views.WORKING, cue="<img src=x onerror=alert(1)>"))
    assert stand.text("#cue") == "<img src=x onerror=alert(1)>"
    assert stand.page.locator("#cue img").count() == 0


def test_cue_and_count_are_told_to_screen_readers_once(stand: Stand) -> None:
    stand.open()
    stand.show(views.WORKING)
    stand.page.evaluate(
        "() => { window.changes = 0; const note = (all) => { window.changes += all.length; };"
        " const what = { subtree: true, childList: true, characterData: true };"
        " new MutationObserver(note).observe(document.querySelector('#session'), what); }"
    )
    assert stand.page.get_attribute("#cue", "aria-live") == "polite"
    assert stand.page.text_content("#count-said") == "4 of 10"
    stand.show(replace(views.WORKING, time_s=1.0))
    assert stand.page.evaluate("window.changes") == 0
    assert stand.page.get_attribute("html", "lang") == "en"
