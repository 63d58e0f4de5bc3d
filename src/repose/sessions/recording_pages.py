"""How much memory reading a recording would take, told before it is read.

A Parquet file says in front of each page how large it is once decompressed, and whoever reads it makes room
for that: 13 MB of a file can become 17 GB of zeros. What its footer says of sizes is not what counts, for
nobody compares the two. So the pages' own headers are read here, which need little of Thrift.
"""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from repose.errors import ReposeError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

MOST_FRAMES: Final = 1_300_000
"""Frames of a recording: twelve hours at 30 a second."""

MOST_AT_ONCE: Final = 256 * 1024**2
"""Bytes of one page of each column, which are in memory together; Repose's own have 4 MB."""

MOST_FOOTER: Final = 32 * 1024**2
"""Bytes of the description of all columns; twelve hours have 13 MB."""

MOST_PAGES: Final = 250_000
"""Twelve hours have 85 000."""

LONGEST_HEADER: Final = 1024
"""Bytes in front of a page; there is not much to say of numbers."""

DEEPEST: Final = 8
"""Structures within each other in such a header; there are three."""

_TAIL: Final = 8
_TOO_MUCH: Final = "would take too much memory to read; make it again, or with smaller row groups"
_DAMAGED: Final = "is damaged, or not a recording; copy it or make it again"

_UNCOMPRESSED, _COMPRESSED = 2, 3
"""Numbers of the two fields of a page's header that say how large the page is."""


def check_footer(file: int) -> None:
    """Refuse a recording whose description alone is too large.

    Args:
        file: descriptor of the open file.

    Raises:
        ReposeError: it is, or there is none; without the name of the file.
    """
    size = os.fstat(file).st_size
    tail = _at(file, max(0, size - _TAIL), _TAIL)
    length = int.from_bytes(tail[:4], "little")
    if len(tail) < _TAIL or length + _TAIL > size:
        raise ReposeError(_DAMAGED)
    if length > MOST_FOOTER:
        raise ReposeError(_TOO_MUCH)


def check_pages(file: int, about: "pq.FileMetaData", columns: Iterable[str]) -> None:
    """Refuse a recording that would take much more memory than one of twelve hours.

    Args:
        file: descriptor of the open file.
        about: its description.
        columns: names of those that will be read.

    Raises:
        ReposeError: it would, or its pages are not where they should be; without the name of the file.
    """
    groups = [about.row_group(number) for number in range(about.num_row_groups)]
    if about.num_rows > MOST_FRAMES:
        raise ReposeError(f"has {about.num_rows} frames, more than {MOST_FRAMES}; cut it into shorter ones")
    if any(group.num_rows < 0 for group in groups) or sum(one.num_rows for one in groups) != about.num_rows:
        raise ReposeError(_DAMAGED)
    wanted, pages = set(columns), 0
    for group in groups:
        at_once = 0
        for number in range(group.num_columns):
            column = group.column(number)
            if column.path_in_schema in wanted:
                start, end = _span(column)
                largest = 0
                while start < end:
                    length, compressed, uncompressed = _page(file, start, end)
                    largest = max(largest, compressed, uncompressed)
                    start += length + compressed
                    pages += 1
                    if pages > MOST_PAGES:
                        raise ReposeError(_TOO_MUCH)
                at_once += largest
                if at_once > MOST_AT_ONCE:
                    raise ReposeError(_TOO_MUCH)


def _span(column: "pq.ColumnChunkMetaData") -> tuple[int, int]:
    """Where the pages of a column begin and end, as Arrow finds them."""
    start = column.data_page_offset
    if column.dictionary_page_offset and 0 < column.dictionary_page_offset < start:
        start = column.dictionary_page_offset
    size = column.total_compressed_size
    if start < 0 or size < 0:
        raise ReposeError(_DAMAGED)
    return start, start + size


def _page(file: int, start: int, end: int) -> tuple[int, int, int]:
    """Of the page that begins there: bytes of its header, and of itself compressed and not."""
    header = _Header(_at(file, start, min(LONGEST_HEADER, end - start)))
    try:
        sizes = header.struct(DEEPEST)
        compressed, uncompressed = sizes[_COMPRESSED], sizes[_UNCOMPRESSED]
    except (IndexError, KeyError) as error:
        raise ReposeError(_DAMAGED) from error
    if compressed < 0 or uncompressed < 0:
        raise ReposeError(_DAMAGED)
    return header.at, compressed, uncompressed


def _at(file: int, offset: int, size: int) -> bytes:
    os.lseek(file, offset, os.SEEK_SET)
    return os.read(file, size)


_BOOLEANS: Final = (1, 2)
_BYTE: Final = 3
_INTEGERS: Final = (4, 5, 6)
_DOUBLE: Final = 7
_BINARY: Final = 8
_LISTS: Final = (9, 10)
_STRUCT: Final = 12
"""Types of Thrift's compact protocol; maps are in no page's header."""


class _Header:
    """A structure in Thrift's compact protocol, read from its beginning.

    Beyond its end there is an IndexError, and at what cannot be in a page's header too.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.at = 0

    def struct(self, deepest: int) -> dict[int, int]:
        """Its integers, by the number of the field; whatever else there is is passed over."""
        if not deepest:
            raise IndexError
        found: dict[int, int] = {}
        number = 0
        while first := self._byte():
            kind, step = first & 0x0F, first >> 4
            number = number + step if step else self._integer()
            if kind in _INTEGERS:
                found[number] = self._integer()
            elif kind not in _BOOLEANS:  # their value is in the kind
                self._pass(kind, deepest)
        return found

    def _pass(self, kind: int, deepest: int) -> None:
        if kind in (_BYTE, *_BOOLEANS):
            self.at += 1
        elif kind in _INTEGERS:
            self._varint()
        elif kind == _DOUBLE:
            self.at += 8
        elif kind == _BINARY:
            length = self._varint()
            self.at += length
        elif kind in _LISTS:
            first = self._byte()
            size = first >> 4
            for _ in range(self._varint() if size == 0x0F else size):
                if self.at >= len(self._content):
                    raise IndexError
                self._pass(first & 0x0F, deepest)
        elif kind == _STRUCT:
            self.struct(deepest - 1)
        else:
            raise IndexError

    def _byte(self) -> int:
        self.at += 1
        return self._content[self.at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def _integer(self) -> int:
        """A number that may be negative: its sign is in the last bit."""
        value = self._varint()
        return value >> 1 ^ -(value & 1)
