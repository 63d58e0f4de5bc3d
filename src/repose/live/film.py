"""A video of a session, for who asked for one: written as it happens, readable however it ends.

Encoding has a thread of its own. Where that does not keep up, pictures are left out of the video, and never
out of the counting.
"""

import logging
import queue
import threading
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from repose.whole_file import make_folder

AHEAD: Final = 8
"""Pictures that may wait to be encoded; further ones are left out."""

TICK: Final = Fraction(1, 90_000)
"""Seconds per timestamp unit."""

PIECE: Final = 30
"""Pictures in a piece of the file; a file that was never finished can be read up to its last whole piece."""

CLOSING_S: Final = 5.0
_LOOK_S: Final = 0.2

Picture = NDArray[np.uint8]
"""(height, width, 3) BGR."""

_log = logging.getLogger(__name__)


class Film:
    """One video file; its timestamps are those of the session.

    Attributes:
        trouble: why it is not being written, in a sentence; None while all is well.
        left_out: number of pictures that are not in it.
    """

    def __init__(self, path: Path) -> None:
        """Begin a video; the file is there from its first pictures on."""
        self.trouble: str | None = None
        self.left_out = 0
        self._path = path
        self._pictures: queue.Queue[tuple[float, Picture]] = queue.Queue(AHEAD)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="film", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is being written."""
        return self.trouble is None and self._thread.is_alive()

    def add(self, time_s: float, image: Picture) -> None:
        """Append a picture, later than all before; returns at once."""
        try:
            self._pictures.put_nowait((time_s, image))
        except queue.Full:
            self.left_out += 1

    def finish(self) -> None:
        """Have the file finished with the pictures that it was given; returns at once."""
        self._ended.set()

    def close(self) -> None:
        """Finish the file, and wait for it; closing twice is harmless."""
        self.finish()
        self._thread.join(CLOSING_S)

    # In the thread:

    def _run(self) -> None:
        try:
            self._write()
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be told, and hinder nobody
            why = getattr(error, "strerror", None) or error
            self.trouble = f"The video is not being kept: {why}. Make room, and start a new session."
            _log.error("%s: the video cannot be written: %s", self._path, why)
            while self._next() is not None:
                self.left_out += 1

    def _next(self) -> tuple[float, Picture] | None:
        """The next picture; None after the last."""
        while True:
            try:
                return self._pictures.get(timeout=_LOOK_S)
            except queue.Empty:
                if self._ended.is_set():
                    return None

    def _write(self) -> None:
        first = self._next()
        if first is None:
            return
        make_folder(self._path.parent)
        self._path.touch(mode=0o600)
        height, width = (length // 2 * 2 for length in first[1].shape[:2])  # H.264 has even sizes only
        # Without the last flag and the second option, times in the file would begin at 0.
        flags = "frag_keyframe+empty_moov+default_base_moof+frag_discont"
        options = {"movflags": flags, "avoid_negative_ts": "disabled", "flush_packets": "1"}
        with av.open(str(self._path), "w", format="mp4", options=options) as file:
            stream = file.add_stream("libx264", rate=PIECE, options={"preset": "ultrafast", "crf": "26"})
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.gop_size = PIECE
            stream.thread_count = 1
            stream.codec_context.options = {**stream.codec_context.options, "tune": "zerolatency"}
            stream.codec_context.time_base = TICK
            last = -1
            item: tuple[float, Picture] | None = first
            while item is not None:
                time_s, image = item
                if image.shape[:2] != (height, width):
                    image = np.asarray(cv2.resize(image, (width, height)), np.uint8)
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="bgr24")
                frame.pts, frame.time_base = max(round(time_s / TICK), last + 1), TICK
                last = frame.pts
                file.mux(stream.encode(frame))
                item = self._next()
            file.mux(stream.encode(None))


class Filming:
    """Whether a video of the session was asked for, and the one that is being made.

    Attributes:
        wanted: whether one was asked for; nobody has, after each session.
        notes: what went wrong, in sentences for people.
    """

    def __init__(self) -> None:
        self.wanted = False
        self.notes: tuple[str, ...] = ()
        self._film: Film | None = None

    @property
    def running(self) -> bool:
        """Whether a video is being made."""
        return self._film is not None and self._film.running

    def begin(self, folder: Path, session_id: str) -> str | None:
        """Begin the session's video, unless it has begun; the name of a new one."""
        if self._film is not None:
            return None
        name = f"{session_id}.mp4"
        self._film = Film(folder / name)
        return name

    def add(self, time_s: float, image: Picture) -> None:
        """Append a picture, if there is a video."""
        if self._film is None:
            return
        self._film.add(time_s, image)
        if self._film.trouble is not None:
            self.notes = (self._film.trouble,)

    def end(self) -> None:
        """The session is over; the file is finished in the background."""
        self.wanted = False
        if self._film is not None:
            self._film.finish()
            self._film = None

    def close(self) -> None:
        """The program ends: finish the file first."""
        if self._film is not None:
            self._film.close()
            self._film = None
