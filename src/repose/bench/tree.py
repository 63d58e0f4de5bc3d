"""What a process and all that it started use of the machine, as Linux tells it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a process and its descendants together.

    Attributes:
        memory_mb: resident memory in megabytes (10^6 bytes); what two processes share counts twice.
        shared_mb: of that, shared memory.
        files: open file descriptors.
        threads: threads.
        processes: processes.
    """

    memory_mb: float
    shared_mb: float
    files: int
    threads: int
    processes: int


def usage(pid: int) -> Usage | None:
    """What a process and its descendants use now; None where it cannot be told."""
    memory_kb = shared_kb = files = threads = processes = 0
    for one in _family(pid):
        try:
            lines = (_PROC / str(one) / "status").read_text(encoding="ascii", errors="replace").splitlines()
            said = dict(line.split(":", 1) for line in lines)
            memory_kb += int(said["VmRSS"].split()[0])
            shared_kb += int(said["RssShmem"].split()[0])
            threads += int(said["Threads"])
            files += len(list((_PROC / str(one) / "fd").iterdir()))
            processes += 1
        except (OSError, KeyError):
            continue  # it has ended meanwhile
    if not processes:
        return None
    return Usage(memory_kb * 1024 / 1e6, shared_kb * 1024 / 1e6, files, threads, processes)


def _family(pid: int) -> list[int]:
    """A process and its descendants; itself alone where that cannot be told."""
    children: dict[int, list[int]] = {}
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            # After the name, which may hold blanks and brackets: the state, then the parent.
            parent = int(stat.read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    family = [pid]
    for one in family:
        family += children.get(one, [])
    return family
