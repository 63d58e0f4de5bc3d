from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from repose.errors import ReposeError
from repose.overlay.video import OverlayWriter


def picture(level: int, width: int = 64, height: int = 48) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((height, width, 3), level, np.uint8)


def read(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def test_frames_keep_their_uneven_timestamps(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.1, 0.5, 0.52]
    with OverlayWriter(tmp_path / "out.mp4", 25) as writer:
        for number, time_s in enumerate(times):
            writer.write(time_s, picture(40 * number))
    frames = read(tmp_path / "out.mp4")
    assert [frame.time for frame in frames] == pytest.approx(times, abs=1e-4)
    assert [round(frame.to_ndarray(format="bgr24").mean() / 40) for frame in frames] == [0, 1, 2, 3, 4]


def test_the_video_is_h264_in_the_pixel_format_every_player_knows(tmp_path: Path) -> None:
    with OverlayWriter(tmp_path / "out.mp4", 30) as writer:
        for number in range(10):
            writer.write(number / 30, picture(100))
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.duration is not None
        assert stream.time_base is not None
        assert float(stream.duration * stream.time_base) == pytest.approx(10 / 30, abs=0.002)


def test_an_odd_size_loses_one_row_and_one_column(tmp_path: Path) -> None:
    with OverlayWriter(tmp_path / "out.mp4", 30) as writer:
        writer.write(0.0, picture(100, 65, 49))
    frame = read(tmp_path / "out.mp4")[0]
    assert (frame.width, frame.height) == (64, 48)


def test_an_unknown_frame_rate_is_no_obstacle(tmp_path: Path) -> None:
    with OverlayWriter(tmp_path / "out.mp4", None) as writer:
        writer.write(0.0, picture(100))
        writer.write(1.0, picture(200))
    assert [frame.time for frame in read(tmp_path / "out.mp4")] == [0.0, 1.0]


def test_timestamps_closer_than_the_clock_of_the_file_stay_apart(tmp_path: Path) -> None:
    with OverlayWriter(tmp_path / "out.mp4", 30) as writer:
        writer.write(0.0, picture(100))
        writer.write(1e-9, picture(200))
    times = [frame.time for frame in read(tmp_path / "out.mp4")]
    assert times[1] == pytest.approx(float(Fraction(1, 90_000)))


def test_an_exception_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"before")

    def interrupted() -> None:
        with OverlayWriter(path, 30) as writer:
            writer.write(0.0, picture(100))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.mp4"]


def test_without_a_frame_there_is_no_video(tmp_path: Path) -> None:
    with OverlayWriter(tmp_path / "out.mp4", 30):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReposeError, match="cannot be written"):
        OverlayWriter(tmp_path / "missing" / "out.mp4", 30)
