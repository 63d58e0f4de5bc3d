"""A whole session, as a person hears and sees it; recorded landmarks stand in for the camera."""

from pathlib import Path

from repose.coaching import wording
from tests.e2e.conftest import OpenPage, Serve
from tests.e2e.live_page import missing
from tests.e2e.recordings import slides


def test_it_counts_aloud_and_goes_on_from_the_left_leg_to_the_right(
    tmp_path: Path, serve: Serve, open_page: OpenPage
) -> None:
    server = serve(slides(tmp_path / "slides.parquet", reps=2))
    page = open_page(server)
    page.choose("heel-slides", reps=2, rest_s=3, sides="left right")
    page.press_start()
    page.until("the summary", lambda: page.stage == "done", 120)
    flow = ["welcome", "placing", "positioning", "countdown", "working", "resting"]
    assert page.kept("stage") == ["setup", *flow, *flow[2:5], "summary"]
    # With the last rep the session is done, and its count stands in the summary.
    assert page.kept("count") == [
        "Left leg 0", "Left leg 1", "Left leg 2", "Right leg 0", "Right leg 1",
    ]  # fmt: skip
    assert page.text("summary-reps") == "4 of 4"
    assert page.text("summary-sets") == "2 of 2"

    page.until("the summary to be spoken", lambda: "Heel slides" in page.spoken[-1])
    begin, leg = ["Three", "Two", "One", "begin", wording.BEGIN], ["rep", "One.", "rep", "set_done"]
    order = [
        wording.INTENDED_USE, wording.STOP_IF_IT_HURTS, wording.SEEN, "Heel slides, left leg.", *begin, *leg,
        "Two. Set done. Rest 3 seconds. Then the right leg.", "Heel slides, right leg.", *begin, *leg,
        "session_done",
    ]  # fmt: skip
    assert missing(order, page.recorded) == [], page.recorded
    assert page.tones.count("rep") == 4

    page.page.reload()
    page.until("the server to live on", lambda: page.text("summary-reps") == "4 of 4")
