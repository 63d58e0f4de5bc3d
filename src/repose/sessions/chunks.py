"""A chunk of landmarks as bytes, and back to the very same bits.

The numbers' bytes are sorted by their place in the number, then by column: signs and exponents hardly
change from frame to frame, so zstd finds them alike. Of the landmarks of real clips 47 % of the size
remain in chunks of a second, and 45 % in those of a minute.
"""

import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from repose.errors import ReposeError
from repose.pose.landmarks import COLUMNS, LANDMARKS, PoseTrack

if TYPE_CHECKING:
    import pyarrow as pa

_VERSION: Final = 1
_HEADER: Final = struct.Struct("<BII")
"""Version, number of frames, CRC-32 of what was compressed."""

_FRAME: Final = len(LANDMARKS) * len(COLUMNS) + 1
_LEVEL: Final = 1


def pack(track: PoseTrack) -> bytes:
    """Times, points and light of a track as bytes."""
    frames = len(track.time_s)
    columns = np.empty((_FRAME, frames), "<f4")
    columns[:-1] = track.points.reshape(frames, _FRAME - 1).T
    columns[-1] = track.light
    planes = columns.view(np.uint8).reshape(_FRAME, frames, 4).transpose(2, 0, 1)
    raw = track.time_s.astype("<f8").tobytes() + planes.tobytes()
    return _HEADER.pack(_VERSION, frames, zlib.crc32(raw)) + bytes(_codec().compress(raw))


def unpack(data: bytes, like: PoseTrack) -> PoseTrack:
    """The track that was packed, with the metadata of another.

    Raises:
        ReposeError: the bytes are damaged, or of a newer Repose.
    """
    try:
        version, frames, crc = _HEADER.unpack_from(data)
        if version > _VERSION:
            raise ReposeError("this recording was made by a newer Repose; update Repose")
        size = frames * (8 + 4 * _FRAME)
        raw = bytes(_codec().decompress(data[_HEADER.size :], size))
    except (struct.error, OSError, ValueError) as error:
        raise ReposeError("a part of this recording is damaged; restore a backup, or delete it") from error
    if zlib.crc32(raw) != crc:
        raise ReposeError("a part of this recording is damaged; restore a backup, or delete it")
    planes = np.frombuffer(raw, np.uint8, offset=8 * frames).reshape(4, _FRAME, frames)
    columns: NDArray[np.float32] = (
        np.ascontiguousarray(planes.transpose(1, 2, 0)).view("<f4").reshape(_FRAME, frames)
    )
    points = np.ascontiguousarray(columns[:-1].T).reshape(frames, len(LANDMARKS), len(COLUMNS))
    return replace(
        like,
        time_s=np.frombuffer(raw, "<f8", frames).astype(np.float64),
        points=points.astype(np.float32, copy=False),
        light=columns[-1].astype(np.float32),
    )


def _codec() -> "pa.Codec":
    import pyarrow as pa

    return pa.Codec("zstd", _LEVEL)
