"""The decoding of a video file, in a process of its own: see `repose.capture.video` for who asks.

What is imported here takes the time that a file takes to open.
"""

import json
import math
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from repose.apart.inside import Inside
from repose.capture.decoder_limits import DecoderLimits
from repose.capture.pictures import shrink
from repose.capture.quiet import quiet
from repose.capture.timestamps import Timestamps

if TYPE_CHECKING:
    from av.container import InputContainer

T = TypeVar("T")

_PATIENCE: Final = 300
"""Reads that may fail one after another before the file counts as read. Damage fails one for each packet
until the next whole picture, commonly up to 250; at the true end they take 3 ms together."""

_FASTEST: Final = 300.0
"""Frame rates above this, per second, are FFmpeg's guess from a clock's ticks: phones reach 240."""

_DEFAULT_RATE: Final = 30.0
"""Frames per second where the file has neither timestamps nor a frame rate."""

_THREADS: Final = 8
"""Most threads of FFmpeg, each of which keeps a picture in the making."""

_FORMATS: Final = (
    "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,h264,hevc,h263,m4v,mjpeg,obu,ivf,flv,asf,ogg,mxf,rm,dv,"
    "gif,apng,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,mp3,aac,flac,wav"
)
"""What FFmpeg may take a file for: videos, and photos and songs, so that one can say that it is one. Not
playlists (HLS, DASH, concat, SDP, image sequences), which lead to other files and into the network."""

_SAFE: Final = {"protocol_whitelist": "file", "format_whitelist": _FORMATS, "enable_drefs": "0"}
"""Options for FFmpeg: read this file and no other, not even one that a track of it refers to."""

_UNREADABLE: Final = "cannot be read as a video: damaged, cut off or another kind of file; copy it again"


class RefusedError(Exception):
    """The file cannot be used; why, and what to do about it, without the file's name."""


class Decoder:
    """The frames of a video file, upright, at their presentation timestamps relative to the first frame.

    OpenCV decodes: it hands out the timestamps of variable frame rates, applies rotation flags and edit
    lists, and gives the very pixels that a plain OpenCV loop would.

    Attributes:
        size: (width, height) of the original picture in pixels.
        frame_rate: nominal frames per second, if the file says it and it can be true.
        frame_count: expected number of frames, likewise.
        ended_early: once the iteration is over, what is missing of the file, if anything.
    """

    def __init__(self, path: str, limits: DecoderLimits) -> None:
        """Open the file and decode its first frame.

        Raises:
            RefusedError: it is not a video, asks for too much, or no frame of it can be decoded.
        """
        quiet()
        self._path = path
        self._limits = limits
        options = _SAFE | {"max_streams": str(limits.streams)}
        os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "|".join(f"{k};{v}" for k, v in options.items())
        threads = min(_THREADS, os.cpu_count() or 1)
        self._capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, threads])
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        counted = math.isfinite(count) and 0 < count < 1e12
        known = math.isfinite(rate) and rate > 0
        plausible = known and rate <= _FASTEST
        # FFmpeg fills in a missing count with length times frame rate, so this is the length either way.
        self._declared_s = count / rate if counted and known else None
        self._refuse_too_much()
        self._damaged = False
        self.ended_early: str | None = None
        self._first = self._read()
        if self._first is None:
            raise RefusedError(self._why_unreadable())
        height, width = self._first[0].shape[:2]
        self.size = (width, height)
        self.frame_rate = rate if plausible else None
        self.frame_count = int(count) if counted and plausible else None

    def __iter__(self) -> Iterator[tuple[float, NDArray[np.uint8]]]:
        """The frames, once: seconds since the first one, and (height, width, 3) uint8 BGR pictures.

        Raises:
            RefusedError: there is only one picture, such as a photo or the cover of a song.
        """
        timestamps = Timestamps(1 / (self.frame_rate or _DEFAULT_RATE))
        frames, last_s, longest_gap_s = 0, 0.0, 0.0
        read, self._first = self._first, None
        while read is not None:
            image, said_s = read
            # After the first frame OpenCV says 0 of a frame that has no timestamp.
            time_s = timestamps.next(said_s if said_s or not frames else None)
            if frames == self._limits.frames or time_s > self._limits.length_s:
                self.ended_early = f"goes on for longer than {_hours(self._limits)}; only that part was read"
                return
            longest_gap_s = max(longest_gap_s, time_s - last_s)
            frames, last_s = frames + 1, time_s
            yield time_s, image
            read = self._read()
        if frames == 1:
            raise RefusedError("holds a single picture; give a video")
        self.ended_early = self._shortfall(last_s, longest_gap_s)

    def _refuse_too_much(self) -> None:
        """Refuse what the file says of itself, before it is decoded."""
        width = self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)
        height = self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
        if width * height > self._limits.pixels:
            shown, most = f"{width:.0f} x {height:.0f}", f"{self._limits.pixels / 1e6:g} million"
            raise RefusedError(f"has pictures of {shown} pixels, more than {most}; make them smaller")
        if self._declared_s is not None and self._declared_s > self._limits.length_s:
            raise RefusedError(
                f"lasts {self._declared_s / 3600:.1f} h; cut it into parts of {_hours(self._limits)}"
            )

    def _read(self) -> tuple[NDArray[np.uint8], float] | None:
        """The next picture that can be decoded and what the file says of its time; None at the end."""
        for failures in range(_PATIENCE):
            if not self._capture.isOpened():
                return None
            ok, image = self._capture.read()
            if ok:
                self._damaged |= failures > 0
                return np.asarray(image, np.uint8), self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        return None

    def _shortfall(self, last_s: float, longest_gap_s: float) -> str | None:
        """What is missing, after the last frame came at `last_s`."""
        # The last picture of a variable frame rate may stand long; sound may go on a little after it.
        slack_s = max(0.25, longest_gap_s, 0.05 * (self._declared_s or 0))
        length_s = self._declared_s
        if length_s is not None and last_s + slack_s < length_s:
            # OpenCV's length knows nothing of edit lists that show only a part, as after trimming on a phone.
            length_s = self._asked_of_pyav(_shown_s) or length_s
            if last_s + slack_s < length_s:
                return f"breaks off after {last_s:.1f} s of {length_s:.1f} s; only that part was read"
        if self._damaged:
            return "is damaged; the frames that cannot be decoded were left out"
        return None

    def _why_unreadable(self) -> str:
        """Why no frame could be decoded, and what to do."""
        return self._asked_of_pyav(lambda container: _kind(container, self._limits)) or _UNREADABLE

    def _asked_of_pyav(self, question: Callable[["InputContainer"], T]) -> T | None:
        """What PyAV, whose FFmpeg tells more, can say of the file; None if it cannot open it.

        Raises:
            MemoryError: it takes too much memory.
        """
        try:
            import av  # only here: nobody else pays for a second FFmpeg
        except (ImportError, OSError) as error:
            raise MemoryError from error  # it is installed, but the file has used up the memory

        try:
            with av.open(self._path, options=_SAFE | {"max_streams": "100000"}) as container:
                return question(container)
        except (av.FFmpegError, IndexError, ValueError, OverflowError) as error:
            if isinstance(error, MemoryError):
                raise
            return None


def _kind(container: "InputContainer", limits: DecoderLimits) -> str | None:
    """What is wrong with an open file of which no frame could be decoded; None if nobody knows."""
    streams = container.streams
    if len(streams) > limits.streams:
        return f"has {len(streams)} streams, more than {limits.streams}; export the picture alone"
    if streams.audio and not streams.video:
        return "has sound but no picture; give a video file"
    next(container.decode(video=0), None)
    return None


def _shown_s(container: "InputContainer") -> float | None:
    """How long the picture is shown, edit lists applied, in seconds; None if the file does not say."""
    stream = container.streams.video[0]
    start_s = float((stream.start_time or 0) * (stream.time_base or 0))
    if stream.duration is not None:
        return float(stream.duration * (stream.time_base or 0))
    # Of the whole file, and in Matroska counted from 0 even if the picture starts later.
    return container.duration / 1e6 - start_s if container.duration is not None else None


def _hours(limits: DecoderLimits) -> str:
    return f"{limits.length_s / 3600:g} h"


def serve(inside: Inside) -> None:
    """Decode a file for another process, as far ahead as there are places for pictures.

    Says what the file is ("opened"), each frame, and how it ended ("ended"), or why it cannot be used
    ("refused"), as JSON. Is told which places are free again, one byte each.

    Raises:
        MemoryError: the file needs too much memory.
    """
    try:
        decoder = Decoder(inside.about["path"], DecoderLimits(**inside.about["limits"]))
        opened = {"size": decoder.size, "frame_rate": decoder.frame_rate, "frame_count": decoder.frame_count}
        _say(inside, opened=opened)
        free = list(range(inside.about["places"]))
        for time_s, image in decoder:
            picture = shrink(image)
            if not free:
                free += inside.receive()
            place = free.pop()
            inside.pictures.put(place, picture)
            _say(inside, frame=[place, *picture.shape[:2], time_s])
        _say(inside, ended=decoder.ended_early)
    except RefusedError as refusal:
        _say(inside, refused=str(refusal))
    except cv2.error as error:
        if error.code == cv2.Error.STS_NO_MEM or "bad_alloc" in str(error):
            raise MemoryError from None
        raise


def _say(inside: Inside, **message: object) -> None:
    inside.send(json.dumps(message).encode())
