"""One suite for every frame source: video files of many kinds, also in real time, a camera, a recording.

Every test video shows the number of the frame as eight black or white blocks along its lower half, and red in
its upper left quarter, so that order, identity and orientation of the frames can be read off the pixels.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import count, islice, pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from repose.capture.camera import Camera
from repose.capture.frames import Frame, FrameSource
from repose.capture.open import open_source
from repose.capture.realtime import RealTime
from repose.capture.recorded import RecordedFrames
from repose.capture.video import VideoFile
from repose.pose.landmarks import as_track, not_found
from repose.sessions.recording import save_recording

WIDTH, HEIGHT = 128, 96
STEADY = tuple(range(0, 2000, 100))
"""Timestamps in milliseconds, 10 frames a second."""
VARIABLE = (0, 40, 80, 90, 300, 310, 700, 733, 766, 1400, 1433, 1500, 1540, 1541, 1600, 1900)


def numbered(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = (0, 0, 255)
    for bit in range(8):
        if number >> bit & 1:
            image[height // 2 :, bit * width // 8 : (bit + 1) * width // 8] = 255
    return image


def number_in(image: NDArray[np.uint8]) -> int:
    height, width = image.shape[:2]
    row = image[height * 3 // 4, [int((bit + 0.5) * width / 8) for bit in range(8)]].mean(axis=1)
    return sum(1 << bit for bit in range(8) if row[bit] > 127)


def red_quarter(image: NDArray[np.uint8]) -> tuple[str, str]:
    """Where the red is: ("upper", "left") if the picture is upright."""
    red = (image[:, :, 2] > 127) & (image[:, :, 0] < 100)
    y, x = np.argwhere(red).mean(axis=0)
    return "upper" if y < image.shape[0] / 2 else "lower", "left" if x < image.shape[1] / 2 else "right"


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of video file and what must come out of it."""

    name: str
    said_ms: Sequence[int]
    expected_ms: Sequence[int] | None = None  # as said, from the first
    codec: str = "mpeg4"
    size: tuple[int, int] = (WIDTH, HEIGHT)
    container: str | None = None
    stream_options: dict[str, str] = field(default_factory=dict)
    container_options: dict[str, str] = field(default_factory=dict)
    pixels: str = "yuv420p"
    first: int = 0  # number of the first frame to come out
    quarter_turns: int = 0  # rotation flag, clockwise
    time_base: Fraction = Fraction(1, 1000)

    @property
    def times_s(self) -> list[float]:
        milliseconds = self.said_ms if self.expected_ms is None else self.expected_ms
        return [(one - milliseconds[0]) / 1000 for one in milliseconds]

    @property
    def upright(self) -> tuple[int, int]:
        return (self.size[1], self.size[0]) if self.quarter_turns % 2 else self.size

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        with av.open(str(path), "w", format=self.container, options=self.container_options) as container:
            stream = container.add_stream(self.codec, rate=10, options=self.stream_options)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height = self.size
            stream.pix_fmt = self.pixels
            stream.codec_context.time_base = stream.time_base = self.time_base
            for number, time_ms in enumerate(self.said_ms):
                frame = av.VideoFrame.from_ndarray(numbered(number, *self.size), format="bgr24")
                frame.pts, frame.time_base = round(time_ms / 1000 / self.time_base), self.time_base
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        if self.quarter_turns:
            set_rotation_flag(path, self.quarter_turns)
        return path


def set_rotation_flag(path: Path, quarter_turns: int) -> None:
    """Turn an MP4 by its track header, as phones do."""
    cosine, sine = [(1, 0), (0, 1), (-1, 0), (0, -1)][quarter_turns]
    turn = [cosine, sine, 0, -sine, cosine, 0, 0, 0]
    matrix = b"".join((entry << 16).to_bytes(4, "big", signed=True) for entry in turn)
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40  # version 0: the matrix follows 40 bytes of other fields
    data[at : at + len(matrix)] = matrix
    path.write_bytes(data)


EVERY_FRAME_WHOLE = {"g": "1"}

KINDS = [
    Kind("steady.mp4", STEADY),
    Kind("variable.mp4", VARIABLE),
    Kind("variable.mov", VARIABLE),
    Kind("variable.mkv", VARIABLE),
    Kind("out-of-order-coding.mp4", VARIABLE, codec="libx264", stream_options={"bf": "3"}),
    Kind("out-of-order-coding.mkv", VARIABLE, codec="libx264", stream_options={"bf": "3"}),
    Kind(
        "variable.webm",
        VARIABLE,
        codec="libvpx-vp9",
        stream_options={"cpu-used": "8", "deadline": "realtime"},
    ),
    Kind("ten-bit.mkv", STEADY, codec="ffv1", pixels="yuv420p10le"),
    Kind("from-the-fifth-second.mp4", [5000 + one for one in VARIABLE]),
    Kind("from-the-fifth-second.mkv", [5000 + one for one in VARIABLE]),
    Kind("from-the-fifth-second.ts", [5000 + one for one in VARIABLE]),
    Kind(
        # The muxer writes an edit list that shows only what is not before zero.
        "negative.mp4",
        [one - 1000 for one in STEADY],
        expected_ms=range(0, 1000, 100),
        first=10,
        stream_options=EVERY_FRAME_WHOLE,
    ),
    Kind(
        "negative.mkv", [one - 1000 for one in STEADY], container_options={"avoid_negative_ts": "make_zero"}
    ),
    Kind("fragmented.mp4", VARIABLE, container_options={"movflags": "frag_keyframe+empty_moov"}),
    Kind("no-timestamps.h264", STEADY, range(0, 800, 40), codec="libx264", container="h264"),
    Kind(
        "no-timestamps.mjpeg", STEADY, range(0, 800, 40), codec="mjpeg", container="mjpeg", pixels="yuvj420p"
    ),
    Kind("turned-90.mp4", STEADY, quarter_turns=1),
    Kind("turned-180.mp4", STEADY, quarter_turns=2),
    Kind("turned-270.mp4", STEADY, quarter_turns=3),
    Kind("large.mp4", STEADY[:3], size=(1920, 1440)),
    Kind("large-turned.mp4", STEADY[:3], size=(1920, 1440), quarter_turns=1),
]


class FakeDevice:
    """A camera that never stops, as `cv2.VideoCapture` hands it out."""

    def __init__(self, number: int) -> None:
        self.numbers = count()
        self.opened = True

    def isOpened(self) -> bool:  # noqa: N802, OpenCV's name
        return self.opened

    def set(self, prop: int, value: float) -> bool:
        return True

    def get(self, prop: int) -> float:
        return 30.0

    def grab(self) -> bool:
        return self.opened

    def retrieve(self) -> tuple[bool, NDArray[np.uint8]]:
        return True, numbered(next(self.numbers) % 256)

    def release(self) -> None:
        self.opened = False


Written = Callable[[Kind], Path]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Writes each kind once."""
    folder = tmp_path_factory.mktemp("kinds")
    return cache(lambda kind: kind.write(folder))


def in_no_time(source: FrameSource) -> RealTime:
    """Real time on a clock of its own, which waiting moves."""
    passed_s = [0.0]
    return RealTime(source, lambda: passed_s[0], lambda seconds: passed_s.append(passed_s.pop() + seconds))


def recorded(folder: Path) -> RecordedFrames:
    found = [not_found(number / 30, 0.5) for number in range(9)]
    path = folder / "session.parquet"
    save_recording(as_track(found, (WIDTH, HEIGHT), "clip.mp4", "full", {}), path)
    return RecordedFrames(path)


Source = VideoFile | Camera | RealTime | RecordedFrames

OTHERS = ["camera:0", "real time", "recording", "recording in real time"]


@pytest.fixture(params=[*KINDS, *OTHERS], ids=lambda kind: kind.name if isinstance(kind, Kind) else kind)
def source(
    request: pytest.FixtureRequest, written: Written, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Source:
    match request.param:
        case Kind() as kind:
            return open_source(str(written(kind)))
        case "real time":
            return in_no_time(open_source(str(written(KINDS[1]))))
        case "recording":
            return recorded(tmp_path)
        case "recording in real time":
            return in_no_time(recorded(tmp_path))
    monkeypatch.setattr(cv2, "VideoCapture", FakeDevice)
    return open_source(request.param)


def test_conforms(source: Source) -> None:
    port: FrameSource = source  # the type checker sees that it fits
    info = port.info
    assert "/" not in info.name
    assert info.frame_rate is None or 0 < info.frame_rate <= 300
    assert info.frame_count is None or info.frame_count >= 1
    with contextlib.closing(port):
        frames: list[Frame] = []
        copies: list[NDArray[np.uint8]] = []
        for frame in islice(port, 20):
            frames.append(frame)
            copies.append(frame.image.copy())
    assert len(frames) >= 3
    times = [frame.time_s for frame in frames]
    assert times[0] == 0
    assert all(before < after for before, after in pairwise(times))
    width, height = info.size
    for frame, copy in zip(frames, copies, strict=True):
        assert frame.image.dtype == np.uint8
        assert frame.image.shape[2] == 3
        assert frame.image.shape[0] / frame.image.shape[1] == height / width
        assert max(frame.image.shape) <= 1280
        np.testing.assert_array_equal(frame.image, copy)  # a later frame does not overwrite it


@pytest.mark.parametrize("source", [KINDS[1], *OTHERS], ids=str, indirect=True)
def test_closing_ends_it(source: Source) -> None:
    with source:
        frames = iter(source)
        next(frames)
        source.close()
        assert list(frames) == []
    source.close()
    assert list(source) == []
    assert source.ended_early is None


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_frame_of_a_video_at_its_time(kind: Kind, written: Written) -> None:
    with open_source(str(written(kind))) as video:
        frames = list(video)
        assert list(video) == []  # iterate once
    assert [number_in(turned_back(frame.image, kind)) for frame in frames] == list(
        range(kind.first, kind.first + len(kind.times_s))
    )
    assert [frame.time_s for frame in frames] == pytest.approx(kind.times_s, abs=5e-4)
    assert video.ended_early is None
    assert video.info.name == kind.name
    assert video.info.size == kind.upright


def turned_back(image: NDArray[np.uint8], kind: Kind) -> NDArray[np.uint8]:
    """The picture as it was encoded."""
    return np.rot90(image, kind.quarter_turns)


@pytest.mark.parametrize(
    ("quarter_turns", "expected"),
    [(0, ("upper", "left")), (1, ("upper", "right")), (2, ("lower", "right")), (3, ("lower", "left"))],
)
def test_the_rotation_flag_turns_clockwise(
    quarter_turns: int, expected: tuple[str, str], tmp_path: Path
) -> None:
    with open_source(str(Kind("x.mp4", STEADY[:3], quarter_turns=quarter_turns).write(tmp_path))) as video:
        assert {red_quarter(frame.image) for frame in video} == {expected}


def test_frames_that_were_labelled_in_the_wrong_order(tmp_path: Path) -> None:
    # AVI has no presentation times: OpenCV gives decoding times, and none for the last frames.
    avi = Kind("x.avi", STEADY, codec="libx264", time_base=Fraction(1, 10))
    with open_source(str(avi.write(tmp_path))) as video:
        frames = list(video)
    assert [number_in(frame.image) for frame in frames] == list(range(len(STEADY)))
    assert np.diff([frame.time_s for frame in frames]) == pytest.approx(0.1)


def test_large_pictures_are_made_smaller_and_keep_their_size_in_the_info(tmp_path: Path) -> None:
    with open_source(str(Kind("x.mp4", STEADY[:2], size=(3840, 2160)).write(tmp_path))) as video:
        assert video.info.size == (3840, 2160)
        assert {frame.image.shape for frame in video} == {(720, 1280, 3)}


def test_pixels_are_those_of_plain_opencv(tmp_path: Path) -> None:
    path = Kind("x.mp4", STEADY[:5]).write(tmp_path)
    plain = cv2.VideoCapture(str(path))
    with open_source(str(path)) as video:
        for frame in video:
            np.testing.assert_array_equal(frame.image, plain.read()[1])
    plain.release()


def test_a_name_that_is_not_ascii(tmp_path: Path) -> None:
    with open_source(str(Kind("Übung 腰痛.mp4", STEADY[:3]).write(tmp_path))) as video:
        assert len(list(video)) == 3
        assert video.info.name == "Übung 腰痛.mp4"
