"""A session whose pose model, in a process of its own, crashes or hangs in the middle of it."""

import os
import signal
from pathlib import Path

from repose.apart.limits import Limits
from repose.apart.process import Apart
from repose.capture.frames import Frame
from repose.capture.recorded import RecordedPoses
from repose.coaching.commands import Start
from repose.coaching.messages import Stage
from repose.coaching.programme import Item, Programme
from repose.live.protocol import DoneMessage
from repose.pose.landmarks import Pose
from repose.sessions.recording import save_recording
from tests.live.test_engine import at, running, source_of
from tests.puppet import Doing, perform

REPS = 3


class ApartPoses(RecordedPoses):
    """Landmarks that are handed out after a process apart was asked."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.apart = Apart("tests.apart.workers:echo", Limits(100), about={}, places=1, place_bytes=3)
        self.apart.send(b"ready?")
        self.apart.receive(60)

    def estimate(self, frame: Frame) -> Pose:
        self.apart.send(b"is anybody there?")
        self.apart.receive(0.4)
        return super().estimate(frame)

    def close(self) -> None:
        self.apart.close()


def test_the_session_lives_and_the_count_is_right(tmp_path: Path) -> None:
    recording = tmp_path / "slides.parquet"
    doing = Doing("heel-slides", "left", reps=REPS, tempo_s=2.4, pause_s=3.0, settle_s=1.5)
    save_recording(perform(doing).film(15.0), recording)
    ready = [ApartPoses(recording) for _ in range(3)]  # nobody waits for a Python to start
    used: list[ApartPoses] = []

    def poses(model: str) -> ApartPoses:
        used.append(ready.pop())
        return used[-1]

    slides = Programme(items=(Item(exercise="heel-slides", reps=REPS, sides=("left",)),))
    with running(source_of(recording, poses)) as (engine, page):
        page.await_view(at(Stage.IDLE))
        engine.command(Start(programme=slides))
        for done, number in ((1, signal.SIGSEGV), (2, signal.SIGSTOP)):
            page.await_view(lambda view, reps=done: bool(view.sets) and view.sets[0].reps == reps)  # type: ignore[misc]
            os.kill(used[-1].apart.pid, number)
        end = page.await_view(at(Stage.DONE))
        notes = engine.state().machine.notes
    assert [one.reps for one in end.sets] == [REPS]
    assert [message.done.rep.reason for message in page.of(DoneMessage)] == [None] * REPS
    assert len(used) == 3
    assert notes == ("The pose model failed and was loaded again; meanwhile nothing was seen.",)
