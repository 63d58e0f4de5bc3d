"""Frames of a video file."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from repose.apart.limits import Limits
from repose.apart.process import Apart, Ending, LostError
from repose.capture.decoder_limits import DecoderLimits
from repose.capture.frames import Frame, SourceInfo
from repose.capture.pictures import LONGEST_SIDE
from repose.errors import ReposeError

AHEAD: Final = 4
"""Frames that are decoded before anybody asks for them."""

_LONGEST_LINE: Final = 300
"""What the decoder says is cut to so many characters: it has read a file that may be hostile."""


class VideoFile:
    """The frames of a video file, upright, at their presentation timestamps relative to the first frame.

    The file is decoded ahead in a process of its own (`repose.capture.decoder`), with little memory and no
    rights to spare: whatever a file does to its decoder, this process goes on. Long pictures are made
    smaller, see `shrink`; `info.size` remains the size of the original picture.

    A file that is damaged or truncated, or on which the decoder fails midway, gives the frames that can be
    decoded; `ended_early` tells afterwards.
    """

    def __init__(self, path: Path, limits: DecoderLimits = DecoderLimits()) -> None:  # noqa: B008 - frozen
        """Open the file and decode its first frame.

        Args:
            path: the file.
            limits: what it may ask for.

        Raises:
            ReposeError: the file is missing, is not a video, asks for too much, or no frame of it can be
                decoded.
        """
        _check(path, limits)
        self._name = path.name
        self._limits = limits
        self._ended_early: str | None = None
        self._used = False
        self._closed = False
        self._decoder = Apart(
            "repose.capture.decoder:serve",
            Limits(limits.memory_mb),
            about={"path": str(path.absolute()), "limits": asdict(limits), "places": AHEAD},
            places=AHEAD,
            place_bytes=3 * LONGEST_SIDE**2,
        )
        try:
            opened = self._hear(limits.open_s)["opened"]
        except LostError as lost:
            raise ReposeError(
                f"{self._name}: {self._failure(lost)}; export it anew with another program"
            ) from None
        except BaseException:
            self.close()
            raise
        width, height = opened["size"]
        self._info = SourceInfo(self._name, (width, height), opened["frame_rate"], opened["frame_count"])

    @property
    def info(self) -> SourceInfo:
        """What is known of the file."""
        return self._info

    @property
    def ended_early(self) -> str | None:
        """One line about frames that are missing, if the file turned out damaged or truncated; else None.

        Known once the iteration is over.
        """
        return self._ended_early

    def __iter__(self) -> Iterator[Frame]:
        """The frames; a second iteration has none.

        Raises:
            ReposeError: there is only one picture, such as a photo or the cover of a song.
        """
        used, self._used = self._used, True
        time_s = 0.0
        while not (used or self._closed):
            try:
                said = self._hear(self._limits.frame_s)
                if "frame" not in said:
                    self._ended_early = None if said["ended"] is None else self._line(said["ended"])
                    return
                place, height, width, time_s = said["frame"]
                image = self._decoder.pictures.view(place, height, width).copy()
                self._decoder.send(bytes([place]))
            except LostError as lost:
                self._ended_early = (
                    f"{self._name}: {self._failure(lost)} after {time_s:.1f} s; only that part was read"
                )
                return
            yield Frame(time_s, image)

    def close(self) -> None:
        """Release the file; closing twice is harmless."""
        self._closed = True
        self._decoder.close()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _hear(self, within_s: float) -> dict[str, Any]:
        """What the decoder says next."""
        said: dict[str, Any] = json.loads(self._decoder.receive(within_s))
        if "refused" in said:
            raise ReposeError(self._line(said["refused"]))
        return said

    def _line(self, said: str) -> str:
        """One line about the file, out of what the decoder said."""
        shown = "".join(one if one.isprintable() else " " for one in said[:_LONGEST_LINE])
        return f"{self._name}: {shown}"

    def _failure(self, lost: LostError) -> str:
        match lost.ending:
            case Ending.OUT_OF_MEMORY:
                return f"needs more than {self._limits.memory_mb} MB of memory to be decoded"
            case Ending.HUNG:
                return f"the decoder took too long over it and was ended ({lost})"
            case Ending.CRASHED:
                return f"the decoder failed on it: it {lost}"


def _check(path: Path, limits: DecoderLimits) -> None:
    """Refuse what need not be tried."""
    if path.is_dir():
        raise ReposeError(f"{path.name}: is a folder; give a video file in it")
    if not path.is_file():
        raise ReposeError(f"{path}: there is no such file; check its name and folder (a camera is camera:0)")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(1024)
    except OSError as error:
        raise ReposeError(f"{path.name}: cannot be read ({error.strerror}); check its permissions") from error
    if not start:
        raise ReposeError(f"{path.name}: is empty; copy or record it again")
    if size > limits.file_bytes:
        most = limits.file_bytes / 1e9
        raise ReposeError(f"{path.name}: has {size / 1e9:.1f} GB, more than {most:g}; cut it into parts")
    # FFmpeg would render text as a film of a terminal, and follow playlists to other files.
    if _is_text(start):
        raise ReposeError(f"{path.name}: is a text, not a video; give a video file")


def _is_text(start: bytes) -> bool:
    """Whether a file begins like a text; every video format begins with bytes that none has."""
    if any(byte < 0x20 and byte not in b"\t\n\f\r\x1b" for byte in start):
        return False
    try:
        start.decode()
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4  # a character cut in two at the end
    return True
