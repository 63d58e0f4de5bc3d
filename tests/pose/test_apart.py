"""The pose model in a process of its own sees what it sees in this one, and may crash there."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from repose.apart.process import LostError
from repose.capture.frames import Frame
from repose.capture.video import VideoFile
from repose.errors import ReposeError
from repose.pose.apart import ApartEstimator, ApartPeople
from repose.pose.mediapipe_estimator import MediaPipeEstimator
from repose.pose.people import People
from tests.apart.gone import gone, open_files
from tests.program import SAMPLES


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    """Somebody lying on the floor, the same in the dark, turned, and nobody."""
    with closing(VideoFile(SAMPLES / "heel-slides.mp4")) as video:
        seen = [frame.image for frame, _ in zip(video, range(6), strict=False)]
    noise = np.random.default_rng(2).integers(0, 40, seen[0].shape, np.uint8)
    changed = [*seen, seen[0] // 6, np.rot90(seen[1]), seen[2][:200, ::2], noise]
    return [Frame(number / 30, np.ascontiguousarray(image)) for number, image in enumerate(changed)]


def test_it_sees_the_same_to_the_last_bit_until_it_crashes(full_bundle: Path, frames: list[Frame]) -> None:
    before = open_files()
    with (
        closing(MediaPipeEstimator(full_bundle, "full")) as here,
        closing(ApartEstimator(full_bundle, "full")) as apart,
    ):
        assert (apart.model, apart.sha256) == (here.model, here.sha256)
        found = []
        for frame in frames:
            ours, theirs = here.estimate(frame), apart.estimate(frame)
            assert theirs.points.tobytes() == ours.points.tobytes()
            assert (theirs.time_s, theirs.light) == (ours.time_s, ours.light)
            found.append(theirs.found)
        assert found[:7] == [True] * 7
        assert not found[-1]
        os.kill(apart.pid, signal.SIGSEGV)
        for _ in range(2):
            with pytest.raises(LostError, match=r"crashed \(SIGSEGV\)"):
                apart.estimate(frames[0])
        assert gone(apart.pid)
    assert open_files() <= before


def test_it_counts_the_same_people(full_bundle: Path, frames: list[Frame]) -> None:
    lying, nobody = frames[0].image, frames[-1].image
    both = np.ascontiguousarray(np.vstack([lying, lying[:, ::-1]])[::2, ::2])
    with closing(People(full_bundle)) as here, closing(ApartPeople(full_bundle)) as apart:
        counts = [(apart.count(image), here.count(image)) for image in (lying, nobody, both)]
    assert all(ours == theirs for theirs, ours in counts)
    assert [count for count, _ in counts[:2]] == [1, 0]


def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.task"
    wrong.write_text("a text")
    before = open_files()
    with pytest.raises(ReposeError, match=r"wrong\.task: MediaPipe cannot use this pose model") as caught:
        ApartEstimator(wrong, str(wrong))
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""
    assert open_files() <= before


def test_who_watches_live_does_not_load_mediapipe() -> None:
    late = "import sys, repose.live.looker, repose.live.source; print('mediapipe' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", late], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
