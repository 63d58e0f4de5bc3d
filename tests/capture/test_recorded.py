"""Recordings as a source of frames and of the poses in them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from repose.capture.frames import Frame
from repose.capture.health import BLACK_LIGHT, SEEN_LIGHT
from repose.capture.pictures import light
from repose.capture.realtime import RealTime
from repose.capture.recorded import RecordedFrame, RecordedFrames, RecordedPoses
from repose.errors import ReposeError
from repose.pose.estimator import PoseEstimator
from repose.pose.landmarks import COLUMNS, LANDMARKS, PoseTrack
from repose.sessions.recording import save_recording

TIMES_S = [number / 30 for number in range(40)]


def recorded(
    folder: Path,
    times_s: Sequence[float] = TIMES_S,
    size: tuple[int, int] = (640, 352),
    software: dict[str, str] | None = None,
) -> tuple[Path, PoseTrack]:
    rng = np.random.default_rng(3)
    points = rng.random((len(times_s), len(LANDMARKS), len(COLUMNS)), np.float32)
    points[1:3] = np.nan
    track = PoseTrack(
        time_s=np.array(times_s, np.float64),
        points=points,
        light=rng.random(len(times_s), np.float32),
        frame_size=size,
        source="clip.mp4",
        model="heavy",
        software={"model_sha256": "ab" * 32} if software is None else software,
    )
    save_recording(track, folder / "session.parquet")
    return folder / "session.parquet", track


def test_every_frame_has_its_pose_and_its_time(tmp_path: Path) -> None:
    path, track = recorded(tmp_path, [number / 30 for number in range(600)])  # more than is read at once
    frames = list(RecordedFrames(path))
    assert len(frames) == 600
    for number, frame in enumerate(frames):
        assert frame.time_s == frame.pose.time_s == track.time_s[number]
        assert frame.pose.points.tobytes() == track.points[number].tobytes()
        assert frame.pose.light == track.light[number]
        assert frame.pose.found == (number not in (1, 2))


def test_times_are_from_the_first_frame(tmp_path: Path) -> None:
    path, _ = recorded(tmp_path, [5.0, 5.5, 7.0])
    assert [frame.time_s for frame in RecordedFrames(path)] == [0.0, 0.5, 2.0]


@pytest.mark.parametrize(
    "size", [(640, 352), (352, 640), (1280, 720), (3840, 2160), (641, 359), (7, 5), (1, 1)]
)
def test_the_picture_has_the_recorded_proportions_and_no_content(
    size: tuple[int, int], tmp_path: Path
) -> None:
    path, _ = recorded(tmp_path, size=size)
    source = RecordedFrames(path)
    assert source.info.size == size
    frame = next(iter(source))
    height, width = frame.image.shape[:2]
    assert width * size[1] == height * size[0]
    assert max(width, height) <= max(160, *size)
    assert len(np.unique(frame.image)) == 1
    assert max(BLACK_LIGHT, SEEN_LIGHT) < light(frame.image) < 0.25  # dark, but not a covered camera


def test_a_huge_odd_size_still_makes_a_small_picture(tmp_path: Path) -> None:
    path, _ = recorded(tmp_path, size=(4001, 2999))
    image = next(iter(RecordedFrames(path))).image
    assert max(image.shape) == 1280
    assert image.shape[0] / image.shape[1] == pytest.approx(2999 / 4001, abs=0.001)


def test_the_picture_is_shared_and_cannot_be_drawn_on(tmp_path: Path) -> None:
    frames = list(RecordedFrames(recorded(tmp_path)[0]))
    assert len({id(frame.image) for frame in frames}) == 1
    with pytest.raises(ValueError, match="read-only"):
        frames[0].image[0, 0] = 255


def test_what_it_says_of_itself(tmp_path: Path) -> None:
    info = RecordedFrames(recorded(tmp_path)[0]).info
    assert (info.name, info.size, info.frame_count) == ("session.parquet", (640, 352), 40)
    assert info.frame_rate == pytest.approx(30)


@pytest.mark.parametrize(
    ("times_s", "rate", "count"),
    [
        ([], None, None),
        ([0.0], None, 1),
        ([0.0, 1e-6, 2e-6], None, 3),
        ([0.0, 0.1, 0.2, 5.0], pytest.approx(10), 4),
    ],
)
def test_rates_that_cannot_be_told(
    times_s: list[float], rate: float | None, count: int | None, tmp_path: Path
) -> None:
    source = RecordedFrames(recorded(tmp_path, times_s)[0])
    assert (source.info.frame_rate, source.info.frame_count) == (rate, count)
    assert len(list(source)) == len(times_s)


def test_poses_come_at_the_time_of_the_frame(tmp_path: Path) -> None:
    path, track = recorded(tmp_path)
    poses: PoseEstimator = RecordedPoses(path)  # the type checker sees that it fits
    for number, frame in enumerate(RecordedFrames(path)):
        pose = poses.estimate(replace(frame, time_s=frame.time_s + 77))
        assert pose.time_s == frame.time_s + 77
        assert pose.points.tobytes() == track.points[number].tobytes()
        assert pose.light == track.light[number]
    poses.close()
    poses.close()


def test_the_model_is_the_recorded_one(tmp_path: Path) -> None:
    poses = RecordedPoses(recorded(tmp_path)[0])
    assert (poses.model, poses.sha256) == ("heavy", "ab" * 32)
    assert RecordedPoses(recorded(tmp_path, software={})[0]).sha256 == ""


def test_a_frame_of_another_source_has_no_recorded_pose(tmp_path: Path) -> None:
    poses = RecordedPoses(recorded(tmp_path)[0])
    with pytest.raises(TypeError, match="no recorded pose"):
        poses.estimate(Frame(0.0, np.zeros((3, 4, 3), np.uint8)))


def test_played_in_real_time_and_held_the_poses_stay_with_their_frames(tmp_path: Path) -> None:
    path, track = recorded(tmp_path)
    passed = [0.0]
    source = RealTime(
        RecordedFrames(path), lambda: passed[0], lambda seconds: passed.append(passed.pop() + seconds)
    )
    source.hold(True)
    poses = RecordedPoses(path)
    frames: list[Frame] = []
    for frame in source:
        frames.append(frame)
        source.hold(len(frames) < 9)
    assert all(isinstance(frame, RecordedFrame) for frame in frames)
    found = [poses.estimate(frame) for frame in frames]
    assert [pose.time_s for pose in found] == [frame.time_s for frame in frames]
    assert all(before.time_s < after.time_s for before, after in pairwise(found))
    assert [pose.points.tobytes() for pose in found] == 8 * [track.points[0].tobytes()] + [
        points.tobytes() for points in track.points
    ]


def test_closing_ends_it(tmp_path: Path) -> None:
    path, _ = recorded(tmp_path)
    with RecordedFrames(path) as source:
        frames = iter(source)
        assert len(list(islice(frames, 2))) == 2
        source.close()
        assert list(frames) == []
    assert list(source) == []


def test_it_is_iterated_once(tmp_path: Path) -> None:
    source = RecordedFrames(recorded(tmp_path)[0])
    assert len(list(source)) == 40
    assert list(source) == []


@pytest.mark.parametrize("make", [RecordedFrames, RecordedPoses])
def test_files_that_are_no_recording(make: type[RecordedFrames | RecordedPoses], tmp_path: Path) -> None:
    with pytest.raises(ReposeError, match="there is no such file"):
        make(tmp_path / "missing.parquet")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1" + bytes(100))
    with pytest.raises(ReposeError, match="is damaged, or not a recording"):
        make(tmp_path / "bad.parquet")
