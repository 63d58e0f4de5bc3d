"""`/range.svg`: the picture of the range that was found last."""

import xml.etree.ElementTree as ET

import httpx

from repose.calibration.capture import Proposal, capture
from repose.exercises import load_exercise
from tests.puppet import Doing, perform
from tests.web.coach.fake_engine import FakeEngine
from tests.web.coach.running import running


def test_there_is_none_before_one_was_looked_for() -> None:
    with running() as server, server.browser() as browser:
        answer = browser.get("/range.svg")
    assert answer.status_code == 404
    assert "no range" in answer.json()["detail"]


def test_it_is_drawn_anew_for_what_was_found() -> None:
    engine = FakeEngine()
    track = perform(Doing("heel-slides", "left", share=0.5, hold_s=1.0, settle_s=2.5, pause_s=1.0)).film(15)
    engine.range = capture(track, load_exercise("heel-slides"), "left")
    assert isinstance(engine.range, Proposal)
    with running(engine) as server, server.browser() as browser:
        answer = browser.get("/range.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "no-store"
    texts = [one.text for one in ET.fromstring(answer.text).iter("{http://www.w3.org/2000/svg}text")]
    assert "target 56°" in texts
    assert "style" not in answer.text


def test_it_is_for_those_who_were_let_in() -> None:
    with running() as server:
        assert httpx.get(f"{server.url}/range.svg", trust_env=False).status_code == 403
