"""The live coach with real pictures and the real pose model; screenshots for people to look at."""

from pathlib import Path

from tests.e2e.conftest import OpenPage, Serve
from tests.session_clip import cut_off_feet, slides_both_sides


def test_a_filmed_session_is_counted_on_both_sides(tmp_path: Path, serve: Serve, open_page: OpenPage) -> None:
    page = open_page(serve(slides_both_sides(tmp_path / "session.mp4")))
    page.until("a picture", lambda: page.page.evaluate("document.getElementById('picture').width") > 300)
    page.picture("1-setup")
    page.choose("heel-slides", reps=1, rest_s=2, sides="left right")
    page.press_start()
    page.until_stage("placing")
    page.picture("2-placing")
    page.until("the left leg at work", lambda: page.stage == "working" and page.text("phase") == "Going")
    page.picture("3-working")
    page.until("the right leg's turn", lambda: page.text("side") == "Right leg", 90)
    page.until("the summary", lambda: page.stage == "done", 90)
    page.picture("4-summary")
    assert page.text("summary-reps") == "2 of 2"
    assert page.tones.count("rep") == 2
    painted = page.page.evaluate(
        "[...document.getElementById('picture').getContext('2d').getImageData(0, 0, 200, 150).data]"
        ".some((value) => value > 60)"
    )
    assert painted


def test_feet_outside_the_picture_are_told_aloud_and_on_the_page(
    tmp_path: Path, serve: Serve, open_page: OpenPage
) -> None:
    page = open_page(serve(cut_off_feet(tmp_path / "feet.mp4")))
    page.choose("heel-slides", reps=1)
    page.press_start()
    page.until_stage("placing")
    page.until("the complaint", lambda: page.data("words", "kind") == "advice")
    assert "feet" in page.text("cue")
    page.until("it to be spoken", lambda: any("feet" in text for text in page.spoken))
    page.picture("5-feet-cut-off")
    wrong = page.page.locator("#check-list li[data-ok=no]").all_inner_texts()
    assert [text for text in wrong if "Whole body" in text] == wrong != [], wrong
    assert page.kept("stage") == ["setup", "welcome", "placing"]
