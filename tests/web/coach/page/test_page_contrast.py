"""Every text of the page has enough contrast, in both themes and in each moment: WCAG 2.2, level AA."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from repose.capture.trouble import Trouble, TroubleKind
from repose.live.protocol import Problem, RoleChanged
from repose.reports.markup import tag
from tests.web.coach.page import views
from tests.web.coach.page.stand import MACHINE, Stand
from tests.web.contrast import low_contrast


def _check(stand: Stand, where: str) -> int:
    low, checked = low_contrast(stand.page)
    assert low == [], where
    return checked


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_texts_have_enough_contrast(browser: Browser, theme: str) -> None:
    with browser.new_context(
        viewport={"width": 1366, "height": 768}, color_scheme="dark" if theme == "dark" else "light"
    ) as context:
        stand = Stand(context.new_page())
        stand.open()
        stand.show(views.IDLE, replace(MACHINE, trouble=Trouble(TroubleKind.GONE, "No camera was found.")))
        stand.page.locator(".exercise summary").first.click()
        stand.page.click("#range summary")
        stand.page.locator("[name=reps]").first.fill("0")
        stand.send(Problem(text="Refused."))
        stand.settle()
        checked = _check(stand, "setup")
        stand.page.check("[name=choice][value=single]", force=True)
        stand.page.locator("[name=include]").first.uncheck()
        checked += _check(stand, "single exercises")
        for name, view in views.STAGES.items():
            stand.show(view)
            checked += _check(stand, name)
        stand.show(views.WORKING, replace(MACHINE, notes=("The lite model is in use.",)))
        for dialog, key in (("stop", "Escape"), ("help", "?")):
            stand.page.keyboard.press(key)
            checked += _check(stand, dialog)
            stand.page.keyboard.press("Escape")
        stand.page.click(".controls [data-dialog=settings-dialog]")
        checked += _check(stand, "settings")
        stand.page.keyboard.press("Escape")
        stand.page.keyboard.press("m")
        stand.show(views.DONE)
        checked += _check(stand, "summary")
        stand.answers["/range.svg"] = tag("svg", xmlns="http://www.w3.org/2000/svg")
        for view in (views.FOUND, views.NOTHING_FOUND):
            stand.show(view, replace(MACHINE, keeps=True, session="ab"))
            checked += _check(stand, "range")
        stand.send(RoleChanged(role="watcher", why="Another page has taken control of the session."))
        stand.show(views.WORKING)
        checked += _check(stand, "watching")
        stand.hang_up()
        stand.wait(lambda: stand.shown("#lost"))
        checked += _check(stand, "lost")
    assert checked > 200


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_the_theme_that_was_set_wins_over_the_systems(browser: Browser, chosen: str) -> None:
    system = "dark" if chosen == "light" else "light"
    with browser.new_context(color_scheme="dark" if system == "dark" else "light") as context:
        stand = Stand(context.new_page())
        stand.open()
        stand.show(views.IDLE)
        before = stand.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        stand.page.click(".setup [data-dialog=settings-dialog]")
        stand.page.select_option("[name=theme]", chosen)
        after = stand.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert after != before
        # Before any module has run, so that a dark room is not lit up.
        stand.page.route("**/live/main.js*", lambda route: route.abort())
        stand.page.reload()
        assert stand.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == after
