"""The engine keeps what happens, goes on with what was interrupted, and films if asked to."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest

from repose.accounts.acting import Acting, Doing, acting
from repose.accounts.roles import Role
from repose.audit.audited import Audited
from repose.audit.check import check
from repose.capture.frames import FrameSource
from repose.capture.realtime import RealTime
from repose.capture.recorded import RecordedFrame, RecordedFrames, RecordedPoses
from repose.coaching.commands import Continue, Pause, Resume, Start, Stop
from repose.coaching.messages import Stage
from repose.coaching.programme import Item, Programme
from repose.live.engine import Engine
from repose.live.looker import Looker
from repose.live.protocol import DoneMessage, Problem
from repose.live.source import Source
from repose.sessions.recount import recount
from repose.sessions.sql_store import SqlStore
from repose.sessions.store import Store
from tests.live.test_engine import FASTER, SLIDES, Page, at, clock, recording, source_of
from tests.sessions.keeping import Moody, a_store, all_kept, reps_of

__all__ = ["recording"]  # a fixture


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with_it = a_store(tmp_path)
    yield with_it
    with_it.close()


@contextmanager
def running(source: Source, store: SqlStore | Moody | Audited) -> Iterator[tuple[Engine, Page]]:
    engine = Engine(source, clock=clock, store=cast(Store, store))
    page = Page(engine)
    engine.watched(1, True)
    engine.start()
    try:
        page.await_view(at(Stage.IDLE))
        yield engine, page
    finally:
        engine.close()


def test_each_session_is_kept_on_a_clock_of_its_own(recording: Path, store: SqlStore) -> None:
    with running(source_of(recording), store) as (engine, page):
        assert engine.state().machine.keeps
        for person in ("Ada", ""):
            engine.command(Start(programme=SLIDES, person=person))
            page.await_view(at(Stage.WORKING))
            page.await_view(at(Stage.DONE))
        assert engine.state().machine.session == all_kept(store)[-1].id
        assert engine.state().machine.unsaved is None
    kept = all_kept(store)
    assert [one.person.name for one in kept] == ["Ada", "Ada"]
    announced = [message.done.rep for message in page.of(DoneMessage)]
    assert [rep for one in kept for rep in reps_of(one)[0]] == announced
    for one in kept:
        assert one.head.source == "slides.parquet"
        assert one.head.software["repose"]
        assert one.ended_at is not None
        (slides,) = one.sets
        assert 0 < slides.state.counted_from[0] < slides.head.begun_s < 60
        tracks = list(store.landmarks(one.id))
        assert list(recount(slides.head, slides.state, tracks).reps) == reps_of(one)[0]


def test_a_session_that_was_cut_off_goes_on(recording: Path, store: SqlStore) -> None:
    both = Programme(items=(Item(exercise="heel-slides", reps=2, sides=("left", "right"), rest_s=1),))
    with running(source_of(recording), store) as (engine, page):
        engine.command(Start(programme=both))
        page.await_view(lambda view: bool(view.sets) and view.sets[0].reps == 2)
    (kept,) = all_kept(store)
    assert kept.ended_at is None
    with running(source_of(recording), store) as (engine, page):
        engine.command(Continue(session=kept.id))
        view = page.await_view(lambda view: view.stage not in (Stage.IDLE, Stage.DONE))
        assert (view.current, view.sets[0].reps) == (1, 2)
        engine.command(Continue(session=kept.id))
        page.await_view(lambda _: bool(page.of(Problem)))
        engine.command(Stop())
        page.await_view(at(Stage.DONE))
    assert [problem.text for problem in page.of(Problem)] == ["that session is under way already"]
    (after,) = all_kept(store)
    assert after.ended_at is not None
    assert reps_of(after) == reps_of(kept)


def test_what_cannot_be_begun_is_refused_in_words(recording: Path, store: SqlStore) -> None:
    with running(source_of(recording), store) as (engine, page):
        engine.command(Start(programme=SLIDES, person="\x00"))
        engine.command(Continue(session="0" * 32))
        page.await_view(lambda _: len(page.of(Problem)) == 2)
        assert engine.state().view.stage is Stage.IDLE
    assert "control characters" in page.of(Problem)[0].text
    assert "no session" in page.of(Problem)[1].text


def test_a_store_that_fails_is_shown_and_the_session_goes_on(recording: Path, store: SqlStore) -> None:
    moody = Moody(store)
    with running(source_of(recording), moody) as (engine, page):
        moody.broken = "the disk is full; make room"
        engine.command(Start(programme=SLIDES))
        page.await_view(at(Stage.WORKING))
        page.await_view(at(Stage.DONE))
        assert engine.state().machine.unsaved == "the disk is full; make room"
        moody.broken = None
        page.await_view(lambda _: engine.state().machine.unsaved is None)
    assert len(page.of(DoneMessage)) == 2
    (kept,) = all_kept(store)
    assert len(reps_of(kept)[0]) == 2


class Pictures(RecordedFrames):
    """A recording whose pictures show something: a bar that moves."""

    def __iter__(self) -> Iterator[RecordedFrame]:
        for number, frame in enumerate(super().__iter__()):
            image = np.zeros((120, 160, 3), np.uint8)
            image[:, number % 150 : number % 150 + 10] = 200
            yield replace(frame, image=image)


def filmed(path: Path) -> Source:
    def opened() -> FrameSource:
        return RealTime(Pictures(path), clock, lambda seconds: time.sleep(seconds / FASTER))

    return Source(path.name, opened, True, lambda _: RecordedPoses(path))


@pytest.mark.parametrize("asked", [True, False])
def test_a_video_is_kept_only_if_asked_for(
    recording: Path, store: SqlStore, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Looker, "people", lambda *_: None)  # there are none in these pictures
    with running(filmed(recording), store) as (engine, page):
        engine.command(Start(programme=SLIDES, keep_video=asked))
        page.await_view(at(Stage.WORKING))
        page.await_view(lambda view: bool(view.sets) and view.sets[0].reps == 1)
        assert engine.state().machine.films == asked
        engine.command(Pause())
        page.await_view(lambda view: view.paused is not None)
        page.await_view(lambda view: view.paused is not None)
        assert not engine.state().machine.films
        engine.command(Resume())
        engine.command(Stop())
        page.await_view(at(Stage.DONE))
        page.await_view(at(Stage.DONE))
        assert not engine.state().machine.films
    (kept,) = all_kept(store)
    assert kept.head.video == (f"{kept.id}.mp4" if asked else None)
    assert store.video_file(kept.id) == (store.videos / f"{kept.id}.mp4" if asked else None)
    assert store.videos.exists() == asked
    if asked:
        times = times_of(store.videos / f"{kept.id}.mp4")
        assert times[0] >= kept.sets[0].head.begun_s - 0.001
        assert kept.recorded_s is not None
        assert times[-1] == pytest.approx(kept.recorded_s[1], abs=1.0)
        store.delete_session(kept.id)
        assert list(store.videos.iterdir()) == []


def times_of(path: Path) -> list[float]:
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        return [float(cast(Any, frame.pts) * frame.time_base) for frame in file.decode(stream)]


def test_a_session_is_one_entry_of_the_log_with_who_started_it(recording: Path, store: SqlStore) -> None:
    with running(source_of(recording), Audited(store)) as (engine, page):
        with acting(Acting("cleo", Role.CLINICIAN)):
            engine.command(Start(programme=SLIDES, person="Ada", prescribe=True))
        page.await_view(at(Stage.WORKING))
        page.await_view(at(Stage.DONE))
    (kept,) = all_kept(store)
    assert reps_of(kept)[0]
    log = list(store.audit.chain())
    assert [(one.doing, one.what, one.session_id) for one in log] == [
        (Doing.EDIT, "new person", None),
        (Doing.EDIT, "programme", None),
        (Doing.EDIT, "session", kept.id),
    ], "what the coach reads for its work is no view"
    assert {(one.who, one.role) for one in log} == {("cleo", "clinician")}
    assert check(store.audit).problems == ()
