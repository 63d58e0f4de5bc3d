"""Files that are no video, or no whole one: one line that says so, or what can be decoded."""

import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from repose.capture.open import open_source
from repose.errors import ReposeError

FRAMES = 60


def write_video(
    path: Path, codec: str = "mpeg4", frames: int = FRAMES, container_options: dict[str, str] | None = None
) -> bytes:
    """Ten frames a second of noise, so that a share of the bytes is about that share of the time."""
    rng = np.random.default_rng(0)
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream = container.add_stream(codec, rate=10, options={"g": "5"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = 64, 48
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(frames):
            noise = rng.integers(0, 256, (48, 64, 3), np.uint8)
            frame = av.VideoFrame.from_ndarray(noise, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path.read_bytes()


def write_sound(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        assert isinstance(stream, av.AudioStream)
        silence = np.zeros((1, 1024), np.float32)
        for number in range(10):
            frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 8000, number * 1024
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_unfinished(path: Path) -> None:
    """Cut off before the index, which a plain MP4 has at its end."""
    data = write_video(path)
    path.write_bytes(data[: len(data) * 2 // 3])


def write_undecodable(path: Path) -> None:
    """A whole index, and not one whole frame."""
    data = write_video(path, codec="mjpeg", container_options={"movflags": "faststart"})
    at = data.index(b"mdat") + 4
    path.write_bytes(data[:at] + bytes(len(data) - at))


def write_picture(path: Path) -> None:
    encoded, data = cv2.imencode(".png", np.zeros((48, 64, 3), np.uint8))
    assert encoded
    path.write_bytes(data.tobytes())


def write_playlist(path: Path) -> None:
    other = path.with_name("other.ts")
    write_video(other)
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:6,\n{other}\n#EXT-X-ENDLIST\n")


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing.mp4": (lambda path: None, "there is no such file"),
    "folder.mp4": (Path.mkdir, "is a folder"),
    "empty.mp4": (Path.touch, "is empty"),
    "text.mp4": (lambda path: path.write_text("Gut gemacht, Übung 3\n" * 99, "utf-8"), "is a text"),
    "notes.txt": (lambda path: path.write_text("ten heel slides"), "is a text"),
    "list.m3u8": (write_playlist, "is a text"),
    "sound.m4a": (write_sound, "has sound but no picture"),
    "sound.mp4": (write_sound, "has sound but no picture"),
    "random.mp4": (
        lambda path: path.write_bytes(np.random.default_rng(1).bytes(9999)),
        "cannot be read as a video",
    ),
    "zeros.mkv": (lambda path: path.write_bytes(bytes(9999)), "cannot be read as a video"),
    "unfinished.mp4": (write_unfinished, "cannot be read as a video"),
    "undecodable.mp4": (write_undecodable, "cannot be read as a video"),
    "photo.png": (write_picture, "holds a single picture"),
    "photo.mp4": (write_picture, "holds a single picture"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_line_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    write, says = BAD[name]
    write(tmp_path / name)
    with pytest.raises(ReposeError) as caught:
        list(open_source(str(tmp_path / name)))
    message = str(caught.value)
    assert name in message
    assert says in message
    assert "\n" not in message
    assert ";" in message  # and what to do


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.mp4"
    write_video(path)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ReposeError, match=r"^x.mp4: cannot be read \(Permission denied\); check"):
        open_source(str(path))


def test_addresses_on_the_network_are_not_opened() -> None:
    with pytest.raises(ReposeError, match="there is no such file"):
        open_source("http://127.0.0.1:9/clip.mp4")


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("x.mp4", "mpeg4", {"movflags": "faststart"}),
        ("x.mp4", "mpeg4", {"movflags": "frag_keyframe+empty_moov", "frag_duration": "1000000"}),
        ("x.mkv", "mpeg4", {}),
        ("x.webm", "libvpx-vp9", {}),
        ("x.avi", "mpeg4", {}),
    ],
    ids=["faststart.mp4", "fragmented.mp4", "mkv", "webm", "avi"],
)
def test_a_truncated_video_gives_its_beginning_and_says_so(
    name: str, codec: str, options: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / name
    data = write_video(path, codec, container_options=options)
    with open_source(str(path)) as video:
        whole = list(video)
    assert len(whole) == FRAMES
    assert video.ended_early is None

    path.write_bytes(data[: len(data) * 6 // 10])
    with open_source(str(path)) as video:
        frames = list(video)
    assert FRAMES * 0.4 < len(frames) < FRAMES * 0.7
    for frame, other in zip(frames[:-1], whole, strict=False):  # the last one may be half a picture
        assert frame.time_s == other.time_s
        np.testing.assert_array_equal(frame.image, other.image)
    if "frag_duration" not in options:  # a fragment says nothing of those that should follow
        assert video.ended_early is not None
        assert video.ended_early.startswith(f"{name}: breaks off after {frames[-1].time_s:.1f} s of ")


def test_frames_after_a_damaged_part_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    data = bytearray(write_video(path, "mjpeg", container_options={"movflags": "faststart"}))
    with open_source(str(path)) as video:
        whole = {frame.time_s: frame.image for frame in video}
    start = data.index(b"mdat")
    size = len(data) - start
    data[start + size * 4 // 10 : start + size * 5 // 10] = bytes(size // 10)
    path.write_bytes(data)
    with open_source(str(path)) as video:
        frames = list(video)
    assert FRAMES * 0.85 < len(frames) < FRAMES * 0.95
    assert frames[-1].time_s == max(whole)
    intact = [frame for frame in frames if np.array_equal(frame.image, whole[frame.time_s])]
    assert len(intact) > FRAMES * 0.85
    assert video.ended_early == "x.mp4: is damaged; the frames that cannot be decoded were left out"


def test_a_damaged_beginning_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    data = bytearray(write_video(path, "mjpeg", container_options={"movflags": "faststart"}))
    start = data.index(b"mdat") + 4
    data[start : start + (len(data) - start) // 10] = bytes((len(data) - start) // 10)
    path.write_bytes(data)
    with open_source(str(path)) as video:
        frames = list(video)
    assert frames[0].time_s == 0
    assert FRAMES * 0.85 < len(frames) < FRAMES
    assert video.ended_early is not None


def test_nothing_else_is_written_to_stderr(tmp_path: Path) -> None:
    # In a process of its own: FFmpeg asks only once whether to be silent.
    for name, (write, _) in BAD.items():
        write(tmp_path / name)
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(write_video(cut)[:-3000])
    code = """
import sys
from repose.capture.open import open_source
from repose.errors import ReposeError
for name in sys.argv[1:]:
    try:
        list(open_source(name))
    except ReposeError:
        pass
"""
    names = [str(tmp_path / name) for name in BAD] + [str(cut), "camera:97"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENCV_")}
    result = subprocess.run(
        [sys.executable, "-c", code, *names], capture_output=True, text=True, env=environment, check=True
    )
    assert result.stderr == ""
    assert result.stdout == ""
