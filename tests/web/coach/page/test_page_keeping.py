"""Who exercises, what is kept and shown to be kept, and interrupted sessions."""

from dataclasses import replace
from typing import Any, Final

import pytest

from repose.coaching.commands import Continue, Start
from repose.coaching.programme import Item, Programme, plan, usual_programme
from repose.live.protocol import Machine
from tests.web.coach.page import views
from tests.web.coach.page.stand import MACHINE, Stand

KEEPS: Final = replace(MACHINE, keeps=True)

OWN: Final = Programme(items=(Item(exercise="heel-slides", sets=2, reps=7, rest_s=30, sides=("right",)),))

SCRIPT: Final = "<b>\u201cMe\u201d & \U0001f600</b>"

INTERRUPTED: Final = {
    "session": "ab" * 16,
    "person": SCRIPT,
    "begun_at": "2026-11-22T14:02:00Z",
    "sets_done": 3,
    "sets": 8,
    "reps": 31,
}


def _open(stand: Stand, interrupted: dict[str, Any] | None = None, machine: Machine = KEEPS) -> None:
    stand.answers = {
        "/api/persons": {
            "usual": SCRIPT,
            "persons": [
                {"name": "Ada", "programme": OWN.model_dump(mode="json")},
                {"name": SCRIPT, "programme": None},
            ],
        },
        "/api/interrupted": interrupted,
        "/api/interrupted/leave": None,
    }
    stand.open()
    stand.show(views.IDLE, machine)
    stand.wait(lambda: not machine.keeps or stand.page.input_value("#person") != "")


def _started(stand: Stand) -> Start:
    stand.page.click("#start")
    stand.settle()
    return Start.model_validate(stand.sent("start")[-1])


def test_where_nothing_is_kept_nobody_is_asked_for_a_name(stand: Stand) -> None:
    _open(stand, machine=MACHINE)
    for id_ in ("keeping", "rooms", "interrupted", "what-is-kept"):
        assert not stand.page.is_visible(f"#{id_}")
    assert stand.asked == []
    assert _started(stand) == Start(programme=usual_programme_as_sent(stand))


def test_where_something_is_kept_the_way_to_every_page_is_shown_and_fits(stand: Stand) -> None:
    _open(stand)
    links = stand.page.locator("#rooms a")
    assert links.all_inner_texts() == [
        "History", "Sessions", "Annotate", "Calibrate", "Accuracy", "Your data",
    ]  # fmt: skip
    assert links.nth(3).get_attribute("href") == "/calibrate"
    for width, height, lines in ((1366, 768, 1), (390, 844, 2)):
        stand.page.set_viewport_size({"width": width, "height": height})
        boxes = [box for link in links.all() if (box := link.bounding_box())]
        assert len(boxes) == 6
        assert len({box["y"] for box in boxes}) <= lines
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
        assert all(box["height"] >= 44 for box in boxes)
        assert stand.page.evaluate("document.documentElement.scrollWidth") <= width


def usual_programme_as_sent(stand: Stand) -> Programme:
    return Programme.model_validate(stand.sent("start")[-1]["programme"])


def test_who_exercised_last_is_there_already(stand: Stand) -> None:
    _open(stand)
    assert stand.page.input_value("#person") == SCRIPT
    names = stand.page.locator("#persons option").evaluate_all("(all) => all.map((one) => one.value)")
    assert names == ["Ada", SCRIPT]
    start = _started(stand)
    assert (start.person, start.prescribe, start.keep_video) == (SCRIPT, False, False)
    assert plan(start.programme) == plan(usual_programme())


def test_a_persons_own_programme_fills_the_doses_once(stand: Stand) -> None:
    _open(stand)
    stand.page.fill("#person", "Ada")
    stand.page.press("#person", "Enter")
    stand.settle()
    assert stand.sent("start") == []
    assert stand.text("#total") == "1 exercise \u00b7 2 sets \u00b7 14 reps"
    assert _started(stand).programme == OWN
    slides = ".exercise[data-exercise=heel-slides]"
    stand.page.locator(f"{slides} details").evaluate("(details) => { details.open = true; }")
    stand.page.fill(f"{slides} [name=reps]", "5")
    stand.answers["/api/persons"]["usual"] = "Ada"
    stand.reload()
    stand.greet()
    stand.show(views.IDLE, KEEPS)
    stand.wait(lambda: stand.page.input_value("#person") == "Ada")
    stand.settle()
    assert stand.page.input_value(f"{slides} [name=reps]") == "5"


def test_doses_and_video_are_asked_for_anew_each_time(stand: Stand) -> None:
    _open(stand)
    stand.page.check("#prescribe")
    stand.page.check("#keep-video")
    first = _started(stand)
    assert (first.prescribe, first.keep_video) == (True, True)
    second = _started(stand)
    assert (second.prescribe, second.keep_video) == (False, False)


def test_an_interrupted_session_is_offered_and_gone_on_with(stand: Stand) -> None:
    _open(stand, INTERRUPTED)
    stand.wait(lambda: stand.page.is_visible("#interrupted"))
    said = stand.text("#interrupted-text")
    assert said.startswith("Your session of ")
    assert said.endswith(":02 was interrupted after 3 of 8 sets, 31 reps.")
    stand.page.click("#continue")
    stand.settle()
    assert Continue.model_validate(stand.sent("continue")[-1]).session == INTERRUPTED["session"]


def test_an_interrupted_session_can_be_left(stand: Stand) -> None:
    _open(stand, INTERRUPTED | {"person": "Ada"})
    stand.wait(lambda: stand.page.is_visible("#interrupted"))
    assert stand.text("#interrupted-text").startswith("The session of Ada of ")
    stand.page.click("#leave")
    stand.wait(lambda: not stand.page.is_visible("#interrupted"))
    assert stand.asked[-1] == ("/api/interrupted/leave", {"session": INTERRUPTED["session"]})


def test_who_only_watches_continues_nothing(stand: Stand) -> None:
    stand.answers = {
        "/api/persons": {"usual": "Me", "persons": []},
        "/api/interrupted": INTERRUPTED,
    }
    stand.open("watcher")
    stand.show(views.IDLE, KEEPS)
    stand.wait(lambda: stand.page.is_visible("#interrupted"))
    assert stand.page.is_disabled("#continue")
    assert stand.page.is_disabled("#leave")


def test_a_video_is_shown_to_be_kept_while_it_is(stand: Stand) -> None:
    _open(stand)
    stand.show(views.WORKING, KEEPS)
    assert not stand.page.is_visible("#filming")
    stand.show(views.WORKING, replace(KEEPS, films=True, session="ab" * 16))
    assert stand.text("#filming") == "Video is being kept"
    stand.show(views.DONE, replace(KEEPS, session="ab" * 16))
    assert not stand.page.is_visible("#filming")
    assert stand.text("#kept-text") == "This session is kept, with its video."
    assert stand.page.get_attribute("#kept-link", "href") == f"/sessions/{'ab' * 16}"


@pytest.mark.parametrize("screen", ["session", "summary"])
def test_what_is_not_saved_is_told_until_it_is(stand: Stand, screen: str) -> None:
    _open(stand)
    view = views.WORKING if screen == "session" else views.DONE
    trouble = replace(KEEPS, session="ab" * 16, unsaved="repose.db: the disk is full; make room")
    stand.show(view, trouble)
    what = "Reps are not being saved" if screen == "session" else "Not everything is saved yet"
    assert stand.text("#unsaved-why") == f"{what}: repose.db: the disk is full; make room"
    assert not stand.page.is_visible("#kept")
    stand.show(view, replace(KEEPS, session="ab" * 16))
    assert not stand.page.is_visible("#unsaved")
    assert stand.text("#notice-text") == "Everything is saved again."
