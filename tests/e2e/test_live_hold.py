"""A hold, as a person hears and sees it; recorded landmarks stand in for the camera."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from repose.coaching import wording
from tests.e2e.conftest import OpenPage, Serve
from tests.e2e.live_page import missing
from tests.e2e.recordings import hold


def test_the_ring_fills_with_the_hold_and_the_end_of_the_video_ends_the_session(
    tmp_path: Path, serve: Serve, open_page: OpenPage
) -> None:
    recording, true_s = hold(tmp_path / "hold.parquet", 5.0)
    page = open_page(serve(recording))
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
    held = re.search(r"([0-9.]+) s of 4 s", page.text("sets"))
    assert held, page.text("sets")
    assert float(held[1]) == pytest.approx(true_s, abs=0.25)
    order = ["begin", "Begin.", "hold_reached", wording.RELAX, "rep", "session_done"]
    assert missing(order, page.recorded) == [], page.recorded
    page.until("the end to be told", lambda: any(wording.VIDEO_ENDED in text for text in page.spoken))

    page.page.locator("#another").click()
    assert page.stage == "idle"
    assert "video has" in page.text("setup-trouble").lower()
