"""The programme form: doses, their checks, and what is remembered of them."""

from typing import Any

from repose.coaching.commands import Start
from repose.coaching.programme import plan, usual_programme
from tests.web.coach.page import views
from tests.web.coach.page.stand import INTENDED_USE, Stand

PUMPS, SLIDES, CHEST, BACK = (f".exercise:nth-child({k})" for k in (1, 2, 3, 4))


def _open(stand: Stand) -> None:
    stand.open()
    stand.show(views.IDLE)


def _change(stand: Stand, card: str, field: str, value: str) -> None:
    stand.page.locator(f"{card} details").evaluate("(details) => { details.open = true; }")
    stand.page.fill(f"{card} [name={field}]", value)


def _started(stand: Stand) -> Start:
    """The programme of the latest start, as the server reads it."""
    stand.settle()
    return Start.model_validate(stand.sent("start")[-1])


def _start(stand: Stand) -> list[dict[str, Any]]:
    stand.page.click("#start")
    stand.settle()
    return stand.sent("start")


def test_one_press_starts_the_usual_programme(stand: Stand) -> None:
    _open(stand)
    assert stand.text("#total") == "4 exercises · 15 sets · 140 reps"
    _start(stand)
    assert plan(_started(stand).programme) == plan(usual_programme())


def test_the_intended_use_and_the_warning_are_said_before_the_start(stand: Stand) -> None:
    _open(stand)
    assert INTENDED_USE in stand.text("aside")
    assert "Stop if it hurts." in stand.text("aside")


def test_single_exercises_with_a_dose_of_their_own(stand: Stand) -> None:
    _open(stand)
    stand.page.get_by_text("Single exercises").click()
    for card in (PUMPS, BACK):
        stand.page.uncheck(f"{card} [name=include]")
    _change(stand, CHEST, "reps", "3")
    _change(stand, CHEST, "hold_s", "12.5")
    _change(stand, CHEST, "rest_s", "0")
    stand.page.select_option(f"{CHEST} [name=sides]", "right")
    assert stand.text("#total") == "2 exercises · 3 sets · 23 reps"
    assert stand.text(f"{CHEST} .dose") == "3 reps, right only, hold 12.5 s"
    _start(stand)
    slides, chest = _started(stand).programme.items
    assert slides.exercise == "heel-slides"
    assert (chest.exercise, chest.sets, chest.reps, chest.hold_s, chest.rest_s) == (
        "knee-to-chest",
        1,
        3,
        12.5,
        0,
    )
    assert chest.sides == ("right",)


def test_nonsense_is_told_beside_its_field_and_does_not_start(stand: Stand) -> None:
    _open(stand)
    for value in ("0", "101", "2.5", "-3", ""):
        _change(stand, SLIDES, "reps", value)
        assert stand.text(f"{SLIDES} .wrong") == "Reps: a whole number from 1 to 100, please."
        assert stand.page.get_attribute(f"{SLIDES} [name=reps]", "aria-invalid") == "true"
    stand.page.locator(f"{SLIDES} details").evaluate("(details) => { details.open = false; }")
    assert _start(stand) == []
    assert stand.page.evaluate("document.activeElement.name") == "reps"
    _change(stand, SLIDES, "reps", "8")
    assert not stand.shown(f"{SLIDES} .wrong")
    assert len(_start(stand)) == 1


def test_a_hold_has_limits_too(stand: Stand) -> None:
    _open(stand)
    _change(stand, BACK, "hold_s", "301")
    assert stand.text(f"{BACK} .wrong") == "Hold: a number of seconds from 0 to 300, please."


def test_what_is_left_out_may_be_wrong(stand: Stand) -> None:
    _open(stand)
    _change(stand, BACK, "reps", "0")
    stand.page.get_by_text("Single exercises").click()
    stand.page.uncheck(f"{BACK} [name=include]")
    assert not stand.shown(f"{BACK} .wrong")
    assert len(_start(stand)) == 1


def test_no_exercise_and_too_many_reps_are_refused(stand: Stand) -> None:
    _open(stand)
    for field, value in (("sets", "20"), ("reps", "100")):
        for card in (PUMPS, SLIDES):
            _change(stand, card, field, value)
    assert "6020 reps are too many" in stand.text("#total-wrong")
    assert _start(stand) == []
    stand.page.get_by_text("Single exercises").click()
    for card in (PUMPS, SLIDES, CHEST, BACK):
        stand.page.uncheck(f"{card} [name=include]")
    assert stand.text("#total-wrong") == "Choose one exercise at least."
    assert _start(stand) == []


def test_doses_are_remembered(stand: Stand) -> None:
    _open(stand)
    _change(stand, SLIDES, "reps", "7")
    stand.page.get_by_text("Single exercises").click()
    stand.page.uncheck(f"{PUMPS} [name=include]")
    stand.reload()
    stand.greet()
    stand.show(views.IDLE)
    assert stand.text(f"{SLIDES} .dose") == "7 reps, each side"
    assert not stand.page.is_checked(f"{PUMPS} [name=include]")


def test_what_was_remembered_and_makes_no_sense_is_forgotten(stand: Stand) -> None:
    stand.page.add_init_script(
        """{ localStorage.setItem("repose.programme", JSON.stringify({ choice: "single", exercises: {
          "heel-slides": { reps: "many", sets: "3", sides: "upwards" }, "long-gone": { reps: "1" } } }));
        localStorage.setItem("repose.settings", "no JSON"); }"""
    )
    _open(stand)
    assert stand.text(f"{SLIDES} .dose") == "3 sets of 10 reps, each side"


def test_back_to_the_usual_doses_can_be_undone(stand: Stand) -> None:
    _open(stand)
    assert not stand.shown("#usual-doses")
    _change(stand, SLIDES, "reps", "7")
    stand.page.select_option(f"{SLIDES} [name=sides]", "left")
    stand.page.click("#usual-doses")
    assert stand.text(f"{SLIDES} .dose") == "10 reps, each side"
    assert not stand.shown("#usual-doses")
    stand.page.click("#notice-action")
    assert stand.text(f"{SLIDES} .dose") == "7 reps, left only"
    assert stand.shown("#usual-doses")


def test_after_the_end_it_can_be_done_again_or_another_chosen(stand: Stand) -> None:
    _open(stand)
    _change(stand, SLIDES, "reps", "7")
    _start(stand)
    first = _started(stand)
    stand.show(views.WORKING)
    stand.show(views.DONE)
    stand.page.click("#again")
    stand.settle()
    assert len(stand.sent("start")) == 2
    assert _started(stand) == first
    stand.page.click("#another")
    assert stand.shown("#setup")
    stand.page.click("#back-to-summary")
    assert stand.shown("#summary")
    stand.page.click("#another")
    stand.show(views.WELCOME)
    assert stand.shown("#session")
    stand.show(views.DONE)
    assert stand.shown("#summary")
