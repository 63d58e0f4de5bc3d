"""Whole sessions, as a person hears and sees them; recorded landmarks stand in for the camera."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from repose.coaching import wording
from tests.e2e.conftest import OpenPage, Serve
from tests.e2e.live_page import Event
from tests.e2e.recordings import holds, slides


def missing(wanted: Sequence[str], events: Sequence[Event]) -> list[str]:
    """The wanted things that do not come in this order: names of tones, or beginnings of utterances."""
    coming = iter(events)
    return [one for one in wanted if not any(event.text.startswith(one) for event in coming)]


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
    assert page.text("summary-reps") == "4 of 4", "the server lives on after the session"


def test_the_ring_fills_with_the_hold_and_the_end_of_the_video_ends_the_session(
    tmp_path: Path, serve: Serve, open_page: OpenPage
) -> None:
    server = serve(holds(tmp_path / "hold.parquet", 5.0))
    page = open_page(server)
    page.choose("knee-to-chest", reps=2, hold_s=4, sides="left")
    page.press_start()
    page.until("the summary", lambda: page.stage == "done", 90)
    ring = [(float(share), number) for share, number in map(str.split, page.kept("ring"))]
    shares = [share for share, _ in ring]
    assert all(one <= other for one, other in pairwise(shares)), shares
    assert len({share for share in shares if 0 < share < 1}) >= 10, shares
    assert shares[-1:] == [1]
    assert list(dict.fromkeys(number for _, number in ring)) == ["4", "3", "2", "1", "✓"]
    assert page.text("summary-reps") == "1 of 2"
    assert "4.8" <= page.text("sets").split("Left")[1] <= "5.3" or "of 4 s" in page.text("sets")
    order = ["begin", "Begin.", "hold_reached", wording.RELAX, "rep", "session_done"]
    assert missing(order, page.recorded) == [], page.recorded
    page.until("the end to be told", lambda: any(wording.VIDEO_ENDED in text for text in page.spoken))

    page.page.locator("#another").click()
    assert page.stage == "idle"
    assert "video has" in page.text("setup-trouble").lower()
