"""What a process that works on somebody's files is kept from."""

import ctypes
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_NO_NEW_PRIVILEGES: Final = 38
"""PR_SET_NO_NEW_PRIVS of Linux's prctl."""

_FIRST_TO_GO: Final = 500
"""Added to the process's share of the memory, of 1000, when Linux looks for one to end for want of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a process, as far as the system can enforce them: Linux all, macOS most, Windows none.

    Attributes:
        memory_mb: memory on top of what the loaded libraries need, in megabytes (10^6 bytes); threads' stacks
            and memory that was asked for and not used count too. Only Linux enforces it.
        open_files: files open at a time.
    """

    memory_mb: int
    open_files: int = 64

    def apply(self) -> None:
        """Confine this process, for good: no core dump, no file written, no more rights, little memory."""
        if sys.platform == "win32":
            return
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.open_files, self.open_files))
        if sys.platform == "linux":
            # The kernel ends this process rather than the one that it works for.
            with suppress(OSError, ValueError):
                score = Path("/proc/self/oom_score_adj")
                score.write_text(str(max(int(score.read_text()), _FIRST_TO_GO)))
            ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
            memory = _data_bytes() + self.memory_mb * 10**6
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _data_bytes() -> int:
    """The memory of this process that RLIMIT_DATA counts; only Linux tells."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmData:")[1].split()[0]) * 1024
