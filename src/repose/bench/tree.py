"""What a process and all that it started use of the machine, as Linux tells it."""

import os
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
        cpu_s: processor seconds since they began, with those of processes that they outlived.
    """

    memory_mb: float
    shared_mb: float
    files: int
    threads: int
    processes: int
    cpu_s: float


def usage(pid: int) -> Usage | None:
    """What a process and its descendants use now; None where it cannot be told."""
    memory_kb = shared_kb = files = threads = processes = ticks = 0
    for one in _family(pid):
        try:
            lines = (_PROC / str(one) / "status").read_text(encoding="ascii", errors="replace").splitlines()
            said = dict(line.split(":", 1) for line in lines)
            memory_kb += int(said["VmRSS"].split()[0])
            shared_kb += int(said["RssShmem"].split()[0])
            threads += int(said["Threads"])
            # utime, stime, cutime and cstime.
            ticks += sum(map(int, _after_name(_PROC / str(one) / "stat")[11:15]))
            files += len(list((_PROC / str(one) / "fd").iterdir()))
            processes += 1
        except (OSError, KeyError):
            continue  # it has ended meanwhile
    if not processes:
        return None
    cpu_s = ticks / os.sysconf("SC_CLK_TCK")
    return Usage(memory_kb * 1024 / 1e6, shared_kb * 1024 / 1e6, files, threads, processes, cpu_s)


def _family(pid: int) -> list[int]:
    """A process and its descendants; itself alone where that cannot be told."""
    children: dict[int, list[int]] = {}
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            parent = int(_after_name(stat)[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    family = [pid]
    for one in family:
        family += children.get(one, [])
    return family


def _after_name(stat: Path) -> list[str]:
    """What stands behind the name, which may hold blanks and brackets: state, parent and so on."""
    return stat.read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
