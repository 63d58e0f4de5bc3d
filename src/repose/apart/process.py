"""A piece of work in a process of its own, seen from the process that it works for."""

import json
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from enum import Enum, auto
from math import ceil
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Final

from repose.apart.limits import Limits
from repose.apart.pictures import Pictures

MOST_BYTES: Final = 1 << 16
"""Longest message."""

OUT_OF_MEMORY: Final = 71
"""Exit code of a process that ran into its memory limit and noticed."""

_GLANCE_S: Final = 0.5
"""Longest wait at a stretch: if the whole machine was stopped meanwhile, no more than this is lost."""

_REAP_S: Final = 2.0
"""Longest wait for a process that was killed; it may hang in the kernel, on a disk that went away."""

_KILLED: Final = 9
"""SIGKILL, which nobody but this process and the system sends."""

_BEGIN: Final = "from repose.apart.inside import begin; begin()"
"""The program of the process apart; starts a little sooner than a module would."""

_PASSED_ON: Final = frozenset({
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "PYTHONHOME",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
    "OPENCV_LOG_LEVEL", "OPENCV_FFMPEG_LOGLEVEL",
})  # fmt: skip
"""What of the environment a process apart gets; the rest, passwords too, is none of its business."""


class Ending(Enum):
    """How a process apart came to its end."""

    CRASHED = auto()
    HUNG = auto()
    OUT_OF_MEMORY = auto()


class LostError(RuntimeError):
    """The process apart is gone, or was ended because it did not answer.

    Attributes:
        ending: what happened.
    """

    def __init__(self, ending: Ending, text: str) -> None:
        """Say what happened, in a few words."""
        super().__init__(text)
        self.ending = ending


class Apart:
    """One process that does one piece of work, and ends with this object, or this process, at the latest.

    It is a new Python, not a fork. It is told what to do and answers in messages of bytes, which each side
    checks: nothing is unpickled, for a process that reads hostile files is not to be trusted afterwards.
    """

    def __init__(
        self,
        work: str,
        limits: Limits,
        *,
        about: Mapping[str, Any],
        places: int,
        place_bytes: int,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start the process, and do not wait for it.

        Args:
            work: "module:function"; the function is called with an `Inside`.
            limits: what the process is kept from, once the module is imported.
            about: what the function finds in `Inside.about`; anything that JSON can hold.
            places: how many pictures can be under way at a time.
            place_bytes: room for each of them.
            environment: variables for the process, besides the few that it gets anyway.
        """
        ours, theirs = Pipe()
        lifeline, held = Pipe(duplex=False)
        self._lost: LostError | None = None
        self._pictures = Pictures.make(places, place_bytes)
        key = self._pictures.key
        told = {
            "work": work,
            "limits": asdict(limits),
            "about": dict(about),
            "pictures": [key, places, place_bytes],
        }
        try:
            self._process = _start([theirs, lifeline], key, environment or {})
        finally:
            theirs.close()
            lifeline.close()
            if isinstance(key, int):
                os.close(key)
        self._connection = ours
        # By the pipe: arguments of programs are for everybody on the machine to see.
        with suppress(OSError):  # it is gone already, which is told to who waits for it
            ours.send_bytes(json.dumps(told).encode())
        self._end = weakref.finalize(self, _end, self._process, ours, held, self._pictures)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def pictures(self) -> Pictures:
        """Memory that both processes see.

        Raises:
            LostError: the process is gone.
        """
        if self._lost is not None:
            raise self._lost
        return self._pictures

    def send(self, message: bytes) -> None:
        """Tell the process something.

        Raises:
            LostError: it is gone.
        """
        try:
            self._connection.send_bytes(message)
        except OSError:
            raise self._how_lost() from None

    def receive(self, within_s: float) -> bytes:
        """The next thing that the process says.

        Raises:
            LostError: it is gone, or said nothing in time, and is gone now.
        """
        glances = ceil(within_s / _GLANCE_S)
        try:
            if not any(self._connection.poll(within_s / glances) for _ in range(glances)):
                self._lost = LostError(Ending.HUNG, f"did not answer for {within_s:g} s")
                self.close()
                raise self._lost
            return self._connection.recv_bytes(MOST_BYTES)
        except (EOFError, OSError):
            raise self._how_lost() from None

    def close(self) -> None:
        """End the process, if it has not ended; closing twice is harmless."""
        if self._lost is None:
            self._lost = LostError(Ending.CRASHED, "was closed")
        self._end()

    def _how_lost(self) -> LostError:
        if self._lost is None:
            self._lost = self._how_it_ended()
            self.close()
        return self._lost

    def _how_it_ended(self) -> LostError:
        with suppress(subprocess.TimeoutExpired):  # it closed its end, and is about to be gone
            self._process.wait(_REAP_S)
        code = self._process.returncode
        if code == OUT_OF_MEMORY:
            return LostError(Ending.OUT_OF_MEMORY, "needs too much memory")
        if code == -_KILLED:
            return LostError(Ending.CRASHED, "was ended by the system, perhaps for want of memory")
        if code is not None and code < 0:
            with suppress(ValueError):
                return LostError(Ending.CRASHED, f"crashed ({signal.Signals(-code).name})")
        return LostError(Ending.CRASHED, f"ended by itself (code {code})")


def _start(
    ends: list[Connection], key: int | str, environment: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """Start Python in a process that sees these ends of pipes and the pictures, and little else."""
    options: dict[str, Any] = {}
    if sys.platform == "win32":
        handles = [end.fileno() for end in ends]
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        options["startupinfo"] = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
    else:
        options["pass_fds"] = [*(end.fileno() for end in ends), key]
        options["process_group"] = 0  # Ctrl-C is for this process, which ends the other
    # Modules come from where they come from here, never from the folder that the user happens to be in (-P).
    # Numpy's and OpenMP's own threads are of no use there, and cost memory for each core.
    inherited = {name: value for name, value in os.environ.items() if name.upper() in _PASSED_ON}
    own = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _BEGIN, *(str(end.fileno()) for end in ends)],
        env=inherited | own | dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None if _heard() else subprocess.DEVNULL,
        **options,
    )


def _heard() -> bool:
    """Whether the user wants to hear the libraries, see `repose.capture.quiet`."""
    return "OPENCV_LOG_LEVEL" in os.environ or os.environ.get("OPENCV_FFMPEG_LOGLEVEL", "-8") != "-8"


def _end(
    process: "subprocess.Popen[bytes]", connection: Connection, lifeline: Connection, pictures: Pictures
) -> None:
    process.kill()  # harmless where it has ended
    with suppress(subprocess.TimeoutExpired):
        process.wait(_REAP_S)
    connection.close()
    lifeline.close()
    pictures.close()
