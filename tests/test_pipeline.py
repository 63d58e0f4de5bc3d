"""The way from a source to a count, with a source and an estimator that cost nothing."""

import logging
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from repose.errors import ReposeError
from repose.pipeline import count_source
from repose.sessions.recording import save_recording
from tests.fakes import RATE, FakeSource, use


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> FakeSource:
    return use(FakeSource(50), monkeypatch)


def test_every_frame_is_counted_once_and_in_order(source: FakeSource) -> None:
    seen: list[tuple[int, int | None, float]] = []
    _, track, timing = count_source(
        "clip.mp4", "heel-slides", on_frame=lambda *progress: seen.append(progress)
    )
    assert [number for number, _, _ in seen] == list(range(1, 51))
    assert {total for _, total, _ in seen} == {50}
    assert track.time_s.tolist() == [number / RATE for number in range(50)]
    assert timing.frames == 50
    assert 0 < timing.landmarker_s < timing.total_s


def test_the_track_says_what_it_was_made_with(source: FakeSource) -> None:
    _, track, _ = count_source("clip.mp4", "heel-slides")
    assert (track.source, track.model, track.frame_size) == ("clip.mp4", "fake", (64, 48))
    assert set(track.software) == {
        "repose", "python", "mediapipe", "opencv", "numpy", "model", "model_sha256",
    }  # fmt: skip


def test_a_recording_counts_like_its_video(source: FakeSource, tmp_path: Path) -> None:
    result, track, _ = count_source("clip.mp4", "heel-slides")
    save_recording(track, tmp_path / "clip.parquet")
    again, same, timing = count_source(str(tmp_path / "clip.parquet"), "heel-slides")
    assert (again.reps, again.partials, again.unmeasured) == (
        result.reps,
        result.partials,
        result.unmeasured,
    )
    assert again.duration_s == result.duration_s
    assert again.trace.angle.tobytes() == result.trace.angle.tobytes()
    assert same.points.tobytes() == track.points.tobytes()
    assert same.software == track.software
    assert timing.landmarker_s == 0


def test_landmarks_are_left_out_where_nobody_wants_them(source: FakeSource, tmp_path: Path) -> None:
    _, track, _ = count_source("clip.mp4", "heel-slides")
    save_recording(track, tmp_path / "clip.parquet")
    for name in ("clip.mp4", str(tmp_path / "clip.parquet")):
        source.closed_by = None
        result, bare, timing = count_source(name, "heel-slides", keep_landmarks=False)
        assert len(bare.time_s) == 0
        assert bare.points.shape == (0, 33, 8)
        assert bare.software == track.software
        assert timing.frames == 50
        assert result.duration_s == pytest.approx(50 / RATE)


def test_a_recording_without_frames_counts_nothing(source: FakeSource, tmp_path: Path) -> None:
    _, bare, _ = count_source("clip.mp4", "heel-slides", keep_landmarks=False)
    save_recording(bare, tmp_path / "empty.parquet")
    result, _, timing = count_source(str(tmp_path / "empty.parquet"), "heel-slides")
    assert (result.counts["total"], result.duration_s, timing.frames) == (0, 0, 0)


def test_a_recording_has_no_pictures_for_an_overlay(tmp_path: Path) -> None:
    (tmp_path / "clip.parquet").touch()
    with pytest.raises(ReposeError, match="holds no pictures"):
        count_source(str(tmp_path / "clip.parquet"), "heel-slides", overlay=tmp_path / "out.mp4")


def test_an_unknown_exercise_is_told_before_the_source_is_opened(source: FakeSource) -> None:
    with pytest.raises(ReposeError, match="heel-slides"):
        count_source("clip.mp4", "handstand")
    assert source.decoded == 0


def test_an_error_while_decoding_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    source = use(FakeSource(20, error=ReposeError("the disk is gone")), monkeypatch)
    with pytest.raises(ReposeError, match="the disk is gone"):
        count_source("clip.mp4", "heel-slides")
    assert source.closed_by is threading.current_thread()


def test_a_file_that_breaks_off_is_counted_and_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    use(FakeSource(20, ended_early="clip.mp4: breaks off"), monkeypatch)
    with caplog.at_level(logging.WARNING):
        _, _, timing = count_source("clip.mp4", "heel-slides")
    assert timing.frames == 20
    assert caplog.messages == ["clip.mp4: breaks off"]


def test_a_count_that_is_stopped_reads_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    source = use(FakeSource(100_000), monkeypatch)

    def stop(done: int, total: int | None, time_s: float) -> None:
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        count_source("clip.mp4", "heel-slides", on_frame=stop)
    assert source.decoded == 10
    assert source.closed_by is not None
    assert not source.read_after_close


def test_ctrl_c_ends_a_camera_and_gives_its_count(monkeypatch: pytest.MonkeyPatch) -> None:
    source = use(FakeSource(100_000), monkeypatch)
    handler = signal.getsignal(signal.SIGINT)

    def press(done: int, total: int | None, time_s: float) -> None:
        if done == 25:
            signal.raise_signal(signal.SIGINT)

    result, track, timing = count_source("camera:0", "heel-slides", on_frame=press)
    assert timing.frames == len(track.time_s) == 25
    assert result.duration_s == pytest.approx(25 / RATE)
    assert source.closed_by is threading.current_thread()
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_second_ctrl_c_stops_a_camera_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeSource(100_000), monkeypatch)

    def press_twice(done: int, total: int | None, time_s: float) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        count_source("camera:0", "heel-slides", on_frame=press_twice)


def test_a_camera_that_is_unplugged_still_gives_its_count(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    use(FakeSource(20, error=ReposeError("camera:0: no new picture")), monkeypatch)
    with caplog.at_level(logging.WARNING):
        _, _, timing = count_source("camera:0", "heel-slides")
    assert timing.frames == 20
    assert caplog.messages == ["camera:0: no new picture"]


def test_a_camera_without_a_single_picture_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeSource(0, error=ReposeError("camera:0: no new picture")), monkeypatch)
    with pytest.raises(ReposeError, match="no new picture"):
        count_source("camera:0", "heel-slides")


def test_a_camera_can_be_counted_outside_the_main_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeSource(20), monkeypatch)
    frames: list[int] = []
    worker = threading.Thread(target=lambda: frames.append(count_source("camera:0", "heel-slides")[2].frames))
    worker.start()
    worker.join()
    assert frames == [20]


def test_recounting_imports_no_pictures_library(source: FakeSource, tmp_path: Path) -> None:
    _, track, _ = count_source("clip.mp4", "heel-slides")
    save_recording(track, tmp_path / "clip.parquet")
    code = (
        "import sys; from repose.pipeline import count_source; "
        f"count_source({str(tmp_path / 'clip.parquet')!r}, 'heel-slides'); "
        "print(sorted({'cv2', 'mediapipe', 'av', 'PIL', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
