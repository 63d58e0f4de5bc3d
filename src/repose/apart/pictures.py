"""Pictures in memory that two processes see, so that none has to go through a pipe."""

import mmap
import os
import secrets
import sys
import tempfile
from contextlib import suppress
from math import prod
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

_CHANNELS: Final = 3

Picture = NDArray[np.uint8]


class Pictures:
    """Numbered places for one picture each.

    The memory has no name that could outlive the processes: on Linux and macOS it is an open file without
    one, on Windows it goes with its last user. One process writes a place while the other does not read it;
    who may do what when is settled by the messages between them.
    """

    def __init__(self, memory: mmap.mmap, place_bytes: int, key: int | str) -> None:
        """Lay places of so many bytes over shared memory, which `key` stands for in the other process."""
        self._memory = memory
        self._place_bytes = place_bytes
        self.key = key

    @classmethod
    def make(cls, places: int, place_bytes: int) -> Self:
        """New memory; only what is written to takes room. On POSIX, whoever made it closes the key's file."""
        size = places * place_bytes
        if sys.platform == "win32":
            name = f"repose-{secrets.token_hex(16)}"
            return cls(mmap.mmap(-1, size, tagname=name), place_bytes, name)
        descriptor = _nameless(size)
        return cls(mmap.mmap(descriptor, size), place_bytes, descriptor)

    @classmethod
    def join(cls, key: int | str, places: int, place_bytes: int) -> Self:
        """The memory that another process made."""
        size = places * place_bytes
        if sys.platform == "win32":
            return cls(mmap.mmap(-1, size, tagname=str(key)), place_bytes, key)
        descriptor = int(key)
        memory = mmap.mmap(descriptor, size)  # keeps a descriptor of its own
        os.close(descriptor)
        return cls(memory, place_bytes, key)

    def put(self, place: int, picture: Picture) -> None:
        """Write a (height, width, 3) uint8 picture to a place.

        Raises:
            ValueError: it is too large, or no such picture.
        """
        np.copyto(self.view(place, *picture.shape[:2]), picture, casting="no")

    def view(self, place: int, height: int, width: int) -> Picture:
        """The (height, width, 3) uint8 picture at a place, which changes with what is written there.

        Raises:
            ValueError: there is no such place, or no room in it for such a picture.
        """
        shape = (height, width, _CHANNELS)
        start = place * self._place_bytes
        if min(height, width) < 1 or prod(shape) > self._place_bytes or not 0 <= start < len(self._memory):
            raise ValueError(f"a picture of {width} x {height} pixels does not fit into place {place}")
        return np.frombuffer(self._memory, np.uint8, prod(shape), start).reshape(shape)

    def close(self) -> None:
        """Let go of the memory, unless a view of it is still in use."""
        with suppress(BufferError):  # it goes with the last view
            self._memory.close()


if sys.platform != "win32":

    def _nameless(size: int) -> int:
        """A descriptor of a file in memory that no folder knows; on Linux, of a size that nobody can change.

        Were it made smaller by the process apart, reading it would end this one.
        """
        if sys.platform != "linux":
            with tempfile.TemporaryFile() as file:
                descriptor = os.dup(file.fileno())
            os.ftruncate(descriptor, size)
            return descriptor
        import fcntl

        descriptor = os.memfd_create("repose-pictures", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(descriptor, size)
        fcntl.fcntl(
            descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
        )
        return descriptor
