"""A source and an estimator that cost nothing."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest

import repose.capture.open
import repose.pose.bundle
import repose.pose.mediapipe_estimator
from repose.capture.frames import Frame, SourceInfo
from repose.pose.landmarks import Pose

RATE: Final = 30.0


class FakeSource:
    """A dark picture thirty times a second, then perhaps an error."""

    def __init__(
        self, frames: int, error: BaseException | None = None, ended_early: str | None = None
    ) -> None:
        self.info = SourceInfo("clip.mp4", (64, 48), RATE, frames)
        self.ended_early = ended_early
        self.decoded = 0
        self.closed_by: threading.Thread | None = None
        self.read_after_close = False
        self._error = error

    def __iter__(self) -> Iterator[Frame]:
        for number in range(self.info.frame_count or 0):
            self.read_after_close |= self.closed_by is not None
            self.decoded += 1
            yield Frame(number / RATE, np.full((48, 64, 3), 9, np.uint8))
        if self._error:
            raise self._error

    def close(self) -> None:
        self.closed_by = threading.current_thread()


class FakeEstimator:
    """Landmarks out of thin air, the same ones for the same time."""

    model = "fake"
    sha256 = "0" * 64

    def __init__(self, bundle: Path, model: str) -> None:
        self.open = True

    def estimate(self, frame: Frame) -> Pose:
        rng = np.random.default_rng(round(frame.time_s * 1000))
        return Pose(frame.time_s, rng.random((33, 8), np.float32), 0.5)

    def close(self) -> None:
        self.open = False


def use(source: FakeSource, monkeypatch: pytest.MonkeyPatch) -> FakeSource:
    """Let every name open this source, and every model be the fake one."""
    monkeypatch.setattr(repose.capture.open, "open_source", lambda name: source)
    monkeypatch.setattr(repose.pose.bundle, "ensure_bundle", Path)
    monkeypatch.setattr(repose.pose.mediapipe_estimator, "MediaPipeEstimator", FakeEstimator)
    return source
