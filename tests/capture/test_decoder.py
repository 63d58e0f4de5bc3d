"""What a hostile video can do: cost its decoder, which works in a process of its own, and nobody else."""

import contextlib
import json
import os
import re
import signal
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repose.apart.limits import Limits
from repose.apart.process import Apart, LostError
from repose.capture.decoder_limits import DecoderLimits
from repose.capture.open import open_source
from repose.capture.realtime import RealTime
from repose.capture.video import AHEAD, VideoFile
from repose.errors import ReposeError
from tests.apart.gone import gone, open_files

FRAMES = 40


def write(
    path: Path, size: tuple[int, int] = (64, 48), codec: str = "mpeg4", light: int | None = None
) -> Path:
    """Ten frames a second, each of another grey or all of the same."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "rgb24" if codec == "png" else "yuv420p"
        for number in range(FRAMES):
            image = np.full((size[1], size[0], 3), 5 * number if light is None else light, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def pid_of(video: VideoFile) -> int:
    return video._decoder.pid


def told(path: Path, limits: DecoderLimits | None = None) -> str:
    """The one line that it is refused with."""
    with pytest.raises(ReposeError) as caught:
        list(VideoFile(path, limits or DecoderLimits()))
    message = str(caught.value)
    assert message.startswith(f"{path.name}: ")
    assert message.isprintable()
    assert ";" in message  # and what to do
    return message.removeprefix(f"{path.name}: ")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("clips") / "clip.mp4")


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (DecoderLimits(file_bytes=1000), r"has 0\.0 GB, more than 1e-06; cut it into parts"),
        (
            DecoderLimits(pixels=64 * 48 - 1),
            r"has pictures of 64 x 48 pixels, more than 0\.003071 million; make",
        ),
        (DecoderLimits(length_s=3.6), r"lasts 0\.0 h; cut it into parts of 0\.001 h"),
    ],
)
def test_too_much_is_refused_before_it_is_decoded(limits: DecoderLimits, says: str, clip: Path) -> None:
    message = told(clip, limits)
    assert re.match(says, message), message


def test_a_file_that_goes_on_beyond_what_it_says_is_cut(tmp_path: Path) -> None:
    endless = write(tmp_path / "endless.h264", codec="libx264")  # says nothing of its length
    with VideoFile(endless, DecoderLimits(length_s=0.7201)) as video:
        assert len(list(video)) == 19  # 25 a second
    assert video.ended_early == "endless.h264: goes on for longer than 0.000200028 h; only that part was read"
    with VideoFile(endless, DecoderLimits(frames=7)) as video:
        assert len(list(video)) == 7
    assert video.ended_early is not None


def test_too_many_streams_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.mkv"
    with av.open(str(path), "w") as container:
        for _ in range(70):
            stream = container.add_stream("mpeg4", rate=10)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
        grey = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), "bgr24")
        for stream in container.streams.video:
            container.mux(stream.encode(grey))
    assert told(path) == "has 70 streams, more than 64; export the picture alone"


def test_one_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    large = write(tmp_path / "large.mp4", (1920, 1080))
    assert told(large, DecoderLimits(memory_mb=4)).startswith(
        "needs more than 4 MB of memory to be decoded; "
    )
    with VideoFile(large) as video:
        assert next(iter(video)).image.shape == (720, 1280, 3)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (signal.SIGSEGV, "the decoder failed on it: it crashed (SIGSEGV)"),
        (signal.SIGKILL, "the decoder failed on it: it was ended by the system, perhaps for want of memory"),
        (signal.SIGSTOP, "the decoder took too long over it and was ended (did not answer for 0.3 s)"),
    ],
)
def test_a_decoder_that_fails_midway_leaves_the_beginning(number: int, says: str, clip: Path) -> None:
    with VideoFile(clip, DecoderLimits(frame_s=0.3)) as video:
        frames = iter(video)
        next(frames)
        os.kill(pid_of(video), number)
        rest = list(frames)
        # What was decoded ahead can still be had, and perhaps one more.
        assert len(rest) <= AHEAD + 1
        assert video.ended_early == f"clip.mp4: {says} after {len(rest) / 10:.1f} s; only that part was read"
        assert gone(pid_of(video))


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (signal.SIGABRT, "the decoder failed on it: it crashed (SIGABRT); export it anew"),
        (
            signal.SIGSTOP,
            "the decoder took too long over it and was ended (did not answer for 0.3 s); export",
        ),
    ],
)
def test_a_decoder_that_fails_at_once_is_told(
    number: int, says: str, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(*arguments: Any, **named: Any) -> Apart:
        apart = Apart(*arguments, **named)
        os.kill(apart.pid, number)
        return apart

    monkeypatch.setattr("repose.capture.video.Apart", begin)
    assert told(clip, DecoderLimits(open_s=0.3)).startswith(says)


def test_what_a_decoder_says_is_one_clean_line(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Apart, "receive", lambda *_: json.dumps({"refused": "\x1b[2J\n" * 999 + ";"}).encode()
    )
    with pytest.raises(ReposeError) as caught:
        VideoFile(clip)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_no_decoder_is_left_over(clip: Path) -> None:
    before = open_files()
    decoders = []
    for number in range(8):
        with VideoFile(clip) as video:
            decoders.append(pid_of(video))
            for _, _ in zip(range(number), video, strict=False):
                pass
    real_time = RealTime(VideoFile(clip))
    next(iter(real_time))
    real_time.close()
    assert open_files() == before
    assert all(gone(decoder, within_s=0.01) for decoder in decoders)


# Files that lead to other files and into the network. A NUL makes a text no text.


@pytest.fixture
def visited() -> Iterator[tuple[int, list[bytes]]]:
    """A port, and what was asked for there."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    visitor, _ = server.accept()
                    with visitor:
                        asked.append(visitor.recv(1000))

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)


HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#\0\n#EXTINF:6,\n{}\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
    '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>\0"
)
SDP = (
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
    "a=rtpmap:96 H264/90000\n\0"
)

LEADING: dict[str, Callable[[Path, str], str]] = {
    "concat.mp4": lambda other, address: f"ffconcat version 1.0\n#\0\nfile {other.name}\n",
    "concat-path.mp4": lambda other, address: f"ffconcat version 1.0\n#\0\nfile '{other}'\n",
    "concat-address.mp4": lambda other, address: f"ffconcat version 1.0\n#\0\nfile '{address}'\n",
    "hls.m3u8": lambda other, address: HLS.format(other),
    "hls.mp4": lambda other, address: HLS.format(other),
    "hls-address.m3u8": lambda other, address: HLS.format(address),
    "dash.mpd": lambda other, address: DASH.format(other),
    "dash-address.mpd": lambda other, address: DASH.format(address),
    "stream.sdp": lambda other, address: SDP,
    "reference.mp4": lambda other, address: f"RTSPtext\0{address.replace('http', 'rtsp')}\n",
    "terminal.mp4": lambda other, address: "\x1b[31m a film of a terminal\0\n" * 99,
}


@pytest.mark.parametrize("name", LEADING)
def test_no_file_leads_to_another(name: str, tmp_path: Path, visited: tuple[int, list[bytes]]) -> None:
    other = write(tmp_path / "other.ts")
    port, asked = visited
    path = tmp_path / name
    path.write_text(LEADING[name](other, f"http://127.0.0.1:{port}/other.ts"))
    assert told(path) == (
        "cannot be read as a video: damaged, cut off or another kind of file; copy it again"
    )
    assert asked == []


def boxed(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def test_a_track_that_refers_to_another_file_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "other.mp4", light=200)
    data = write(tmp_path / "clip.mov", light=0).read_bytes()
    # The reference that says "in this file" becomes one to another, and each box around it grows by as much.
    here = struct.pack(">I4sI", 12, b"url ", 1)
    target = (tmp_path / "other.mp4").as_uri().encode() + b"\0"
    there = boxed(b"url ", struct.pack(">I", 0) + target)
    changed = bytearray(data.replace(here, there))
    assert len(changed) > len(data)
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        at = changed.index(kind) - 4
        size = struct.unpack_from(">I", changed, at)[0]
        struct.pack_into(">I", changed, at, size + len(there) - len(here))
    path = tmp_path / "reference.mov"
    path.write_bytes(changed)
    with contextlib.suppress(ReposeError), open_source(str(path)) as video:
        assert all(frame.image.max() < 60 for frame in video)


def test_names_are_files_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = write(tmp_path / "picture-1.mp4").rename(tmp_path / "concat")
    monkeypatch.chdir(tmp_path)
    for name in ("concat:concat", "subfile,,start,0,end,0,,:concat", "file:concat", "-", "picture-%d.mp4"):
        with pytest.raises(ReposeError, match="there is no such file"):
            open_source(name)
    colon = other.rename(tmp_path / "data:video.mp4")
    with open_source(colon.name) as video:
        assert len(list(video)) == FRAMES


# Files with something wrong in them.


def png(width: int, height: int) -> bytes:
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(999)))
        + chunk(b"IEND", b"")
    )


def test_pictures_that_say_that_they_are_huge(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    for size in ((8000, 5000), (30_000, 30_000), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1)):
        path.write_bytes(png(*size))
        assert told(path)
    path.write_bytes(png(8000, 5000))
    assert told(path).startswith("has pictures of 8000 x 5000 pixels, more than 36 million; ")


def test_a_length_of_years_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "years.mkv")
    data = bytearray(path.read_bytes())
    length = b"\x44\x89\x88"  # Duration, as a double of eight bytes
    struct.pack_into(">d", data, data.index(length) + len(length), 1e12)  # milliseconds
    path.write_bytes(data)
    assert told(path) == "lasts 277777.8 h; cut it into parts of 6 h"


@pytest.mark.parametrize(("size", "shape"), [((1, 1), (1, 1, 3)), ((1, 4000), (1280, 1, 3))])
def test_the_smallest_pictures_are_pictures(
    size: tuple[int, int], shape: tuple[int, ...], tmp_path: Path
) -> None:
    with VideoFile(write(tmp_path / "small.mov", size, codec="png")) as video:
        assert {frame.image.shape for frame in video} == {shape}


class Patient:
    """Decodes whatever it is given in one process, as long as that lives."""

    def __init__(self) -> None:
        self.lost: list[str] = []
        self._apart: Apart | None = None

    def decode(self, path: Path) -> dict[str, Any]:
        if self._apart is None:
            limits = Limits(DecoderLimits().memory_mb)
            work = "tests.apart.workers:decode_many"
            self._apart = Apart(work, limits, about={}, places=1, place_bytes=3)
        self._apart.send(str(path).encode())
        try:
            said: dict[str, Any] = json.loads(self._apart.receive(60))
        except LostError as lost:
            self.lost.append(str(lost))
            self._apart = None
            return {}
        return said

    def close(self) -> None:
        if self._apart is not None:
            self._apart.close()


@pytest.fixture(scope="module")
def patient() -> Iterator[Patient]:
    with contextlib.closing(Patient()) as one:
        yield one


def unharmed(patient: Patient, path: Path) -> None:
    """A file gives frames or a line; if it ends its decoder, this process tells so in a line."""
    said = patient.decode(path)
    if not said:
        with contextlib.suppress(ReposeError), VideoFile(path) as video:
            list(video)
            assert video.ended_early
    elif "refused" in said:
        assert said["refused"].isprintable()
    else:
        times = [time_s for time_s, _ in said["frames"]]
        assert times[0] == 0
        assert all(before < after for before, after in pairwise(times))


KINDS = ("clip.mp4", "clip.mkv", "clip.avi", "clip.ts", "clip.mov", "clip.webm")


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    codecs = {"clip.webm": "libvpx", "clip.mkv": "libx264"}
    return {name: write(folder / name, codec=codecs.get(name, "mpeg4")).read_bytes() for name in KINDS}


@given(data=st.data())
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_damage_of_any_kind_harms_nobody(
    data: st.DataObject, wholes: dict[str, bytes], patient: Patient, tmp_path: Path
) -> None:
    name = data.draw(st.sampled_from(KINDS))
    content = bytearray(wholes[name])
    places = st.integers(0, len(content) - 1)
    # What a demuxer reads is at the beginning and at the end.
    near = st.one_of(places, st.integers(0, 400), st.integers(len(content) - 1500, len(content) - 1))
    for at, value in data.draw(st.lists(st.tuples(near, st.integers(0, 255)), max_size=12)):
        content[at] = value
    if data.draw(st.booleans()):
        at, size = data.draw(places), data.draw(st.integers(0, 64))
        content[at : at + size] = data.draw(st.sampled_from([b"", bytes(size), b"\xff" * size, b"\xff" * 4]))
    if data.draw(st.booleans()):
        del content[data.draw(places) :]
    path = tmp_path / name
    path.write_bytes(content or b"\0")
    unharmed(patient, path)


@pytest.mark.parametrize("size", [0, 1, 7, 0x7FFFFFFF, 0xFFFFFFFF])
def test_boxes_of_any_length_harm_nobody(
    size: int, wholes: dict[str, bytes], patient: Patient, tmp_path: Path
) -> None:
    path = tmp_path / "boxes.mp4"
    whole = wholes["clip.mp4"]
    for kind in (b"ftyp", b"mdat", b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"stsz", b"stco"):
        content = bytearray(whole)
        struct.pack_into(">I", content, content.index(kind) - 4, size)
        path.write_bytes(content)
        unharmed(patient, path)
    for kind in (b"stsd", b"stts", b"stsc", b"stsz", b"stco"):  # and tables of any length
        content = bytearray(whole)
        struct.pack_into(">I", content, content.index(kind) + (12 if kind == b"stsz" else 8), size)
        path.write_bytes(content)
        unharmed(patient, path)
