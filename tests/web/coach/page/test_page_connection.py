"""The way to the server breaks and comes back; several pages, one of which controls."""

from urllib.parse import parse_qs, urlsplit

from repose.live.protocol import RoleChanged
from tests.web.coach.page import views
from tests.web.coach.page.stand import Stand


def _names(stand: Stand) -> list[str]:
    """Under which names the page connected."""
    return [parse_qs(urlsplit(address).query)["client"][0] for address in stand.addresses]


def test_a_reload_keeps_the_pages_name_and_another_tab_has_its_own(stand: Stand) -> None:
    stand.open()
    stand.reload()
    stand.greet()
    stand.wait(lambda: len(stand.addresses) == 2)
    first, second = _names(stand)
    assert first == second
    assert len(first) >= 8
    assert first.isalnum()
    other = Stand(stand.page.context.new_page())
    other.open("watcher")
    assert _names(other) != [first]


def test_a_copied_tab_has_a_name_of_its_own(stand: Stand) -> None:
    stand.open()
    copy = Stand(stand.page.context.new_page())
    copy.page.add_init_script(f"sessionStorage.setItem('repose.client', '{_names(stand)[0]}')")
    copy.open("watcher")
    assert _names(copy) != _names(stand)


def test_a_lost_connection_is_said_large_and_tried_again_ever_more_slowly(stand: Stand) -> None:
    stand.page.clock.install()
    stand.open()
    stand.show(views.WORKING)
    assert not stand.shown("#lost")
    stand.hang_up()
    stand.wait(lambda: stand.shown("#lost"))
    assert stand.text("#lost-title") == "The connection to Repose is lost"
    assert "repose live" in stand.text("#lost")
    waits = []
    for _ in range(6):
        before, waited = len(stand.addresses), 0
        while len(stand.addresses) == before:
            stand.page.clock.fast_forward(250)
            stand.page.evaluate("0")
            waited += 250
        waits.append(waited / 1000)
    assert waits[0] < waits[2] < waits[-1]
    assert waits[0] <= 1
    assert 4 <= waits[-1] <= 6
    assert stand.text("#lost-why") == "Too many pages are open: close one of them."
    stand.refusing = False
    stand.page.clock.fast_forward(6000)
    stand.greet()
    stand.show(views.RESTING)
    assert not stand.shown("#lost")
    assert stand.text("#number") == "12"


def test_it_can_be_tried_at_once(stand: Stand) -> None:
    stand.open()
    stand.show(views.IDLE)
    stand.hang_up()
    stand.wait(lambda: stand.shown("#lost"))
    stand.refusing = False
    stand.page.click("#lost-retry")
    stand.greet()
    stand.show(views.IDLE)
    assert not stand.shown("#lost")
    assert stand.shown("#setup")


def test_a_watcher_cannot_start_and_may_take_control(stand: Stand) -> None:
    stand.open("watcher")
    stand.show(views.IDLE)
    assert stand.text("#watching-why") == "Another page controls this session."
    assert stand.page.is_disabled("#start")
    stand.page.click("#take-control")
    stand.settle()
    assert stand.sent("take_control")
    stand.send(RoleChanged(role="controller", why="This page controls the session now."))
    stand.settle()
    assert not stand.shown("#watching")
    assert stand.page.is_enabled("#start")


def test_a_page_that_lost_control_says_so_and_sends_no_commands(stand: Stand) -> None:
    stand.open()
    stand.show(views.WORKING)
    stand.send(RoleChanged(role="watcher", why="Another page has taken control of the session."))
    stand.settle()
    assert stand.text("#watching-why") == "Another page has taken control of the session."
    assert stand.page.is_disabled("#skip")
    stand.page.keyboard.press("s")
    stand.settle()
    assert stand.sent("skip") == []
    assert stand.text("#notice-action") == "Control it here"


def test_another_version_of_the_protocol_asks_to_load_the_page_again(stand: Stand) -> None:
    stand.open()
    stand.greet(protocol=2)
    stand.settle()
    assert stand.text("#notice-text") == "This page is from another version of Repose."
    assert stand.text("#notice-action") == "Load it again"
