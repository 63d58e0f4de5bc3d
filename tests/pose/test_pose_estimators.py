"""What every pose estimator promises, and what MediaPipe's does beyond it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import cv2
import mediapipe
import numpy as np
import pytest
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from repose.capture.frames import Frame
from repose.capture.video import VideoFile
from repose.errors import ReposeError
from repose.pose.apart import ApartEstimator
from repose.pose.bundle import sha256_of
from repose.pose.estimator import PoseEstimator
from repose.pose.landmarks import VISIBILITY, X, Y
from repose.pose.mediapipe_estimator import MediaPipeEstimator
from tests.fakes import FakeEstimator
from tests.program import SAMPLES

Make = Callable[[Path, str], PoseEstimator]

ESTIMATORS: list[Make] = [MediaPipeEstimator, ApartEstimator, FakeEstimator]


@pytest.fixture(scope="module")
def person() -> list[Frame]:
    """Somebody lying on the floor, in eight frames."""
    with closing(VideoFile(SAMPLES / "heel-slides.mp4")) as video:
        return [frame for frame, _ in zip(video, range(8), strict=False)]


@pytest.fixture(scope="module", params=ESTIMATORS, ids=lambda make: make.__name__)
def estimator(request: pytest.FixtureRequest, full_bundle: Path) -> Iterator[PoseEstimator]:
    with closing(request.param(full_bundle, "full")) as made:
        yield made


def test_a_pose_belongs_to_its_frame(estimator: PoseEstimator, person: list[Frame]) -> None:
    for frame in person:
        pose = estimator.estimate(frame)
        assert pose.time_s == frame.time_s
        assert pose.points.shape == (33, 8)
        assert pose.points.dtype == np.float32
        assert pose.found
        assert np.isfinite(pose.points).all()
        assert (pose.points[:, VISIBILITY] >= 0).all()
        assert (pose.points[:, VISIBILITY] <= 1).all()
        assert 0 <= pose.light <= 1


def test_frames_may_come_within_a_millisecond(estimator: PoseEstimator, person: list[Frame]) -> None:
    for number in range(5):
        time_s = 1 + number * 1e-5
        assert estimator.estimate(Frame(time_s, person[0].image)).time_s == time_s


def test_the_model_has_a_name_and_a_hash(estimator: PoseEstimator) -> None:
    assert estimator.model
    assert len(bytes.fromhex(estimator.sha256)) == 32


def test_closing_twice_is_harmless(estimator: PoseEstimator) -> None:
    estimator.close()
    estimator.close()


def rows(result: vision.PoseLandmarkerResult) -> NDArray[np.float32]:
    """One body's landmarks as in `Pose`, with the visibility and presence of the world landmarks too."""
    image = [(p.x, p.y, p.z, p.visibility, p.presence) for p in result.pose_landmarks[0]]
    world = [(p.x, p.y, p.z, p.visibility, p.presence) for p in result.pose_world_landmarks[0]]
    return np.hstack([np.array(image, np.float32), np.array(world, np.float32)])


def test_landmarks_are_mediapipes_own_to_the_last_bit(full_bundle: Path, person: list[Frame]) -> None:
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(full_bundle)),
        running_mode=vision.RunningMode.VIDEO,
    )
    with (
        vision.PoseLandmarker.create_from_options(options) as bare,
        closing(MediaPipeEstimator(full_bundle, "full")) as ours,
    ):
        for frame in person:
            rgb = cv2.cvtColor(frame.image, cv2.COLOR_BGR2RGB)
            picture = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)
            theirs = rows(bare.detect_for_video(picture, round(frame.time_s * 1000)))
            points = ours.estimate(frame).points
            np.testing.assert_array_equal(points, theirs[:, :8])
            np.testing.assert_array_equal(theirs[:, 3:5], theirs[:, 8:], "they are kept once for both")


def test_a_body_in_the_dark_is_where_it_is_in_the_light(full_bundle: Path, person: list[Frame]) -> None:
    rng = np.random.default_rng(1)
    with (
        closing(MediaPipeEstimator(full_bundle, "full")) as lit,
        closing(MediaPipeEstimator(full_bundle, "full")) as dark,
    ):
        for frame in person:
            noise = rng.normal(0, 4, frame.image.shape)
            dim = (0.15 * frame.image + noise).clip(0, 255).astype(np.uint8)
            there, found = lit.estimate(frame), dark.estimate(Frame(frame.time_s, dim))
            assert found.found
            assert found.light < 0.2 * there.light + 0.02
            off = np.hypot(*(found.points - there.points)[:, [X, Y]].T)
            assert float(off[11:].mean()) < 0.03


@pytest.mark.parametrize("level", [0, 5, 90, 255])
def test_nobody_is_found_where_nobody_is(full_bundle: Path, level: int) -> None:
    rng = np.random.default_rng(level)
    with closing(MediaPipeEstimator(full_bundle, "full")) as estimator:
        for number in range(4):
            noise = rng.normal(level, 4, (240, 320, 3))
            frame = Frame(number / 15, noise.clip(0, 255).astype(np.uint8))
            pose = estimator.estimate(frame)
            assert not pose.found
            assert np.isnan(pose.points).all()


def test_it_works_without_a_word(
    full_bundle: Path, person: list[Frame], capfd: pytest.CaptureFixture[str]
) -> None:
    with closing(MediaPipeEstimator(full_bundle, "full")) as estimator:
        assert estimator.estimate(person[0]).found
        estimator.estimate(person[1])
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


def test_a_model_by_path_is_called_by_its_file_name(full_bundle: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.task"
    own.write_bytes(full_bundle.read_bytes())
    with closing(MediaPipeEstimator(own, str(own))) as estimator:
        assert estimator.model == "mine.task"
        assert estimator.sha256 == sha256_of(full_bundle)
    with closing(MediaPipeEstimator(full_bundle, "full")) as estimator:
        assert estimator.model == "full"


@pytest.mark.parametrize("content", [b"", b"a text", b"PK\3\4 and no more"])
def test_a_wrong_file_is_told_in_one_line(
    content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.task"
    wrong.write_bytes(content)
    with pytest.raises(ReposeError, match=r"wrong\.task: MediaPipe cannot use this pose model") as caught:
        MediaPipeEstimator(wrong, str(wrong))
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""


def test_mediapipe_loads_only_when_a_model_is_made() -> None:
    late = (
        "import sys, repose.pose.bundle, repose.pose.mediapipe_estimator; print('mediapipe' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", late], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_picture_that_was_only_half_made_says_nothing(full_bundle: Path) -> None:
    """As one is at whose making Ctrl-C comes."""
    with closing(MediaPipeEstimator(full_bundle, "full")):
        mediapipe.Image.__new__(mediapipe.Image).__del__()
