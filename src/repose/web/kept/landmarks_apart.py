"""A recording that somebody sent, read in a process of its own: it may do to that one what it likes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from repose.apart.inside import Inside
from repose.apart.limits import Limits
from repose.apart.process import Apart, LostError
from repose.errors import ReposeError
from repose.sessions.recording import read_chunks, read_info
from repose.web.kept.landmark_bytes import COLUMNS, header, rows

MEMORY_MB: Final = 1500
"""Twice what reading the largest recording takes in the worst case."""

OPEN_S: Final = 120.0
PIECE_S: Final = 30.0
"""Longest waits: until a recording was looked through, and for a piece of it."""

_ROW: Final = COLUMNS * 4
_FRAMES: Final = 128
"""In a message; they have 51 kB."""

_LONGEST: Final = 300
"""Characters of what the process says of a file."""


class Landmarks:
    """The landmarks of a recording as a page takes them, see `landmark_bytes`. To be closed after use."""

    def __init__(self, path: Path) -> None:
        """Look through a recording.

        Raises:
            ReposeError: it cannot be read, or takes too much.
        """
        self._process = Apart(
            f"{__name__}:serve",
            Limits(MEMORY_MB),
            about={"path": str(path.absolute())},
            places=1,
            place_bytes=1,
            # Arrow's own allocator takes more than it needs.
            environment={"ARROW_DEFAULT_MEMORY_POOL": "system"},
        )
        try:
            said = json.loads(self._process.receive(OPEN_S))
            if "refused" in said:
                raise ReposeError(str(said["refused"])[:_LONGEST])
            width, height = said["size"]
            self._header = header((int(width), int(height)), float(said["from_s"]))
        except LostError as lost:
            raise ReposeError(f"{path.name}: cannot be read (its reader {lost}); make it again") from lost
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        """The message, piece by piece.

        Raises:
            LostError: the process came to its end too early; it has looked at all of this once before.
        """
        yield self._header
        while piece := self._process.receive(PIECE_S):
            yield piece[: len(piece) // _ROW * _ROW]

    def close(self) -> None:
        """End the process; closing twice is harmless."""
        self._process.close()


def serve(inside: Inside) -> None:
    """Read a recording twice: to see that all of it can be read, and to give it; the process apart."""
    path = Path(inside.about["path"])
    try:
        size = read_info(path).frame_size
        from_s = _read_through(path)
    except ReposeError as error:
        inside.send(json.dumps({"refused": str(error)[:_LONGEST]}).encode())
        return
    inside.send(json.dumps({"size": size, "from_s": from_s}).encode())
    for track in read_chunks(path, _FRAMES):
        inside.send(rows(track, from_s))
    inside.send(b"")


def _read_through(path: Path) -> float:
    """The time of the first frame, from which a truth file counts.

    Raises:
        ReposeError: a part of the recording is damaged; once the answer is under way, that cannot be told.
    """
    first_s: float | None = None
    for track in read_chunks(path):
        if first_s is None:
            first_s = float(track.time_s[0])
    if first_s is None:
        raise ReposeError(f"{path.name}: holds no pictures at all; choose another one")
    return first_s
