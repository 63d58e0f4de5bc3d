"""Finding out how far a person can go: asked for in the setup, shown in the place of the summary."""

from dataclasses import replace
from typing import Final

from repose.coaching.commands import Calibrate
from repose.reports.markup import tag
from tests.web.coach.page import views
from tests.web.coach.page.stand import MACHINE, Stand

KEPT: Final = replace(MACHINE, keeps=True, session="ab12")

PICTURE: Final = tag("svg", xmlns="http://www.w3.org/2000/svg", width=900, height=320)


def opened(stand: Stand) -> Stand:
    stand.answers = {
        "/range.svg": PICTURE,
        "/api/persons": {"usual": "Me", "persons": []},
        "/api/interrupted": None,
    }
    stand.open()
    return stand


def asked(stand: Stand) -> Calibrate:
    stand.settle()
    return Calibrate.model_validate(stand.sent("calibrate")[-1])


def test_the_side_is_asked_for_where_there_is_one(stand: Stand) -> None:
    opened(stand).show(views.IDLE)
    stand.page.click("#range summary")
    offered = {
        "ankle-pumps": ["left", "right", "both"],
        "heel-slides": ["left", "right"],
        "backwards-stretch": [],
    }
    for slug, sides in offered.items():
        stand.page.select_option("#range-exercise", slug)
        assert stand.shown("#range-side-field") == bool(sides)
        options = stand.page.locator("#range-side option:not([hidden])")
        if sides:
            assert options.evaluate_all("(all) => all.map((one) => one.value)") == sides


def test_it_is_started_for_the_person_who_is_named(stand: Stand) -> None:
    opened(stand).show(views.IDLE, KEPT)
    stand.wait(lambda: stand.page.input_value("#person") == "Me")
    stand.page.fill("#person", "Ada")
    stand.page.click("#range summary")
    stand.page.select_option("#range-exercise", "knee-to-chest")
    stand.page.select_option("#range-side", "right")
    stand.page.click("#range-start")
    assert asked(stand) == Calibrate(exercise="knee-to-chest", side="right", person="Ada")
    assert stand.sent("start") == []


def test_an_exercise_without_sides_is_started_without(stand: Stand) -> None:
    opened(stand).show(views.IDLE)
    stand.page.click("#range summary")
    stand.page.select_option("#range-exercise", "backwards-stretch")
    stand.page.focus("#range-start")
    stand.page.keyboard.press("Enter")
    assert asked(stand) == Calibrate(exercise="backwards-stretch")


def test_what_was_found_is_shown_with_its_picture_and_leads_on(stand: Stand) -> None:
    opened(stand).show(views.FOUND, KEPT)
    assert stand.text("#summary-title") == "Heel slides, left: your range"
    assert stand.text("#found-text") == "The range is 41 degrees, and the tries differ by 1 degree."
    rows = stand.page.locator("#found-thresholds li").all_inner_texts()
    assert [row.split("\n") for row in rows] == [
        ["Target 47°: the middle of the three.", "left.target_deg: 108 → 47"],
        ["A rep needs <60%> of this range.", "one_side_share: – → 0.6"],
    ]
    stand.wait(lambda: stand.page.evaluate("document.getElementById('found-picture').naturalWidth") == 900)
    assert stand.page.get_attribute("#found-link", "href") == "/calibrate?session=ab12"
    for id_ in ("summary-tiles", "summary-table"):
        assert not stand.shown(f"#{id_}")
    assert stand.text("#again") == "Try again"


def test_where_nothing_is_kept_there_is_nothing_to_lead_on_to(stand: Stand) -> None:
    opened(stand).show(views.FOUND)
    assert stand.shown("#found-thresholds")
    assert not stand.shown("#found-link")


def test_what_was_not_found_says_why_and_can_be_tried_again(stand: Stand) -> None:
    opened(stand).show(views.NOTHING_FOUND, KEPT)
    assert stand.text("#summary-title") == "No range was found"
    assert "differ too much" in stand.text("#found-text")
    assert "as far as is comfortable" in stand.text("#found-advice")
    assert not stand.shown("#found-proposed")
    stand.page.click("#again")
    assert asked(stand).model_dump(exclude={"person"}) == {
        "type": "calibrate", "exercise": "heel-slides", "side": "left"
    }  # fmt: skip


def test_the_summary_of_a_programme_comes_back(stand: Stand) -> None:
    opened(stand).show(views.DONE)
    title = stand.text("#summary-title")
    stand.show(views.FOUND)
    stand.show(views.DONE)
    assert stand.text("#summary-title") == title
    assert stand.shown("#summary-table")
    assert not stand.shown("#found")
    stand.show(replace(views.FOUND, found=None))
    assert stand.text("#found-text") == "There were no tries."


def test_a_page_that_watches_starts_nothing(stand: Stand) -> None:
    opened(stand)
    stand.greet("watcher")
    stand.show(views.IDLE)
    stand.page.click("#range summary")
    assert stand.page.is_disabled("#range-start")
