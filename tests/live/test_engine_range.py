"""The engine finds a person's range, keeps it as no exercise, and changes nothing."""

from pathlib import Path

import pytest

from repose.calibration.capture import Proposal
from repose.calibration.profiles import Profiles
from repose.coaching.commands import Calibrate
from repose.coaching.messages import Stage
from repose.live.engine import Engine
from repose.live.protocol import Problem
from repose.sessions.recording import save_recording
from repose.sessions.records import Purpose
from tests.live.test_engine import Page, at, clock, source_of
from tests.puppet import Doing, perform
from tests.sessions.keeping import a_store, all_kept

STIFF = Doing("heel-slides", "left", share=0.4, tempo_s=3.0, hold_s=1.5, pause_s=1.0, settle_s=2.0)


@pytest.fixture
def tries(tmp_path: Path) -> Path:
    path = tmp_path / "tries.parquet"
    save_recording(perform(STIFF).film(15), path)
    return path


def test_a_range_is_found_for_the_person_who_is_named(tries: Path, tmp_path: Path) -> None:
    store, profiles = a_store(tmp_path), Profiles(tmp_path / "profiles")
    before = {"heel-slides.left.target_deg": 60.0}
    profiles.save("Ada", before, who="Dr. Bea", why="stiff", expected=0)
    engine = Engine(source_of(tries), clock=clock, store=store, profiles=profiles)
    page = Page(engine)
    engine.watched(1, True)
    engine.start()
    try:
        page.await_view(at(Stage.IDLE))
        assert engine.found() is None
        engine.command(Calibrate(exercise="heel-slides"))
        page.await_view(lambda _: bool(page.of(Problem)))
        assert engine.state().view.stage is Stage.IDLE
        engine.command(Calibrate(exercise="heel-slides", side="left", person="Ada"))
        page.await_view(at(Stage.WORKING))
        view = page.await_view(at(Stage.DONE))
    finally:
        engine.close()
    assert "which side" in page.of(Problem)[0].text
    found = engine.found()
    assert isinstance(found, Proposal)
    assert found.end_deg == pytest.approx(5 + 0.4 * 103, abs=2)
    assert view.found is not None
    target = next(one for one in view.found.thresholds if one.key == "left.target_deg")
    assert target.before == 60.0
    (kept,) = all_kept(store)
    store.close()
    assert (kept.person.name, kept.head.purpose) == ("Ada", Purpose.CALIBRATION)
    assert kept.head.programme is None
    assert len(kept.sets[0].reps) == 3
    assert profiles.read("Ada").revision == 1
