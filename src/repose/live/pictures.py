"""Pictures on their way to a page."""

import struct
from dataclasses import dataclass
from typing import Final

from repose.live.protocol import PictureHeader

_LENGTH: Final = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with what stands before it.

    Attributes:
        header: when it was taken and what was seen in it.
        jpeg: the picture as JPEG; empty if the source has no pictures.
    """

    header: PictureHeader
    jpeg: bytes

    def encoded(self) -> bytes:
        """The binary message: length of the header (4 bytes, little-endian), header, JPEG."""
        header = self.header.model_dump_json().encode()
        return _LENGTH.pack(len(header)) + header + self.jpeg


def decoded(message: bytes) -> Picture:
    """The picture in a binary message, as a client reads it.

    Raises:
        ValueError: it is no such message.
    """
    if len(message) < _LENGTH.size:
        raise ValueError("a picture message holds the length of its header at least")
    (length,) = _LENGTH.unpack_from(message)
    end = _LENGTH.size + length
    if end > len(message):
        raise ValueError("the header is longer than the message")
    return Picture(PictureHeader.model_validate_json(message[_LENGTH.size : end]), message[end:])
