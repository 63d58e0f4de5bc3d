"""What a program and all that it starts say to the network, as the kernel sees it.

`strace` notes every socket that any process of the tree makes, and every address that it names. What is not
known to stay on this computer counts as leaving it. Where the kernel lets us, all runs in a network of its
own, whose only interface is loopback: there, what needs the network does not work.
"""

import ipaddress
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).parents[2]

_CALLS: Final = "socket,connect,bind,sendto,sendmsg,sendmmsg,open,openat,openat2,io_uring_setup"
"""System calls that begin or address a connection. What io_uring does, no tracer sees, so it must not be."""

_STRACE: Final = (
    "strace",
    "-f",
    "--seccomp-bpf",
    "-qq",
    "-s",
    "0",
    "-e",
    f"trace={_CALLS}",
    "-e",
    "signal=none",
)
"""The tree is followed; without what is said: addresses and names of files are told in full nevertheless."""

_LINE: Final = re.compile(r"^(?:\d+ +)?(?P<call>\w+)\((?P<told>.*)$")
_FAMILY: Final = re.compile(r"^(AF_\w+|\d+)")
_ADDRESSED: Final = re.compile(r"sa_family=(?P<family>\w+)(?P<rest>[^}]*)")
_IP: Final = re.compile(r'inet_(?:addr|pton)\((?:AF_INET6, )?"(?P<ip>[^"]+)"')
_PORT: Final = re.compile(r"sin6?_port=htons\((?P<port>\d+)\)")

_FAMILIES: Final = frozenset({"AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"})
"""NETLINK speaks to the kernel, about its interfaces."""

_DNS: Final = 53
_RESOLVERS: Final = ("/resolve/", "/dbus", "avahi")
"""Parts of the paths of local sockets by which others ask DNS for us. nscd is not here: it is asked for the
names of users too, and where it does not run, as mostly, names of hosts are looked up by `_RESOLVING`."""

_RESOLVING: Final = ("/etc/resolv.conf", "/run/systemd/resolve")
"""Files that are opened in order to ask DNS."""


@dataclass(frozen=True)
class Traced:
    """A program that ran to its end.

    Attributes:
        code: its exit code.
        out, err: what it wrote.
        calls: what it and all that it started asked of the kernel, one line for each call.
    """

    code: int
    out: str
    err: str
    calls: tuple[str, ...]

    @property
    def leaving(self) -> list[str]:
        """The calls that do not stay on this computer."""
        return leaving(self.calls)


def leaving(calls: Iterable[str]) -> list[str]:
    """Of the lines that strace wrote, those that do not stay on this computer."""
    return [line for line in calls if (found := _LINE.match(line)) and _leaves(found["call"], found["told"])]


def _leaves(call: str, told: str) -> bool:
    if call == "io_uring_setup":
        return True
    if call in ("open", "openat", "openat2"):
        return any(f'"{path}' in told for path in _RESOLVING)
    if call == "socket":
        family = _FAMILY.match(told)
        raw = "SOCK_RAW" in told and not told.startswith("AF_NETLINK")
        return raw or family is None or family[0] not in _FAMILIES
    return any(_elsewhere(found["family"], found["rest"]) for found in _ADDRESSED.finditer(told))


def _elsewhere(family: str, rest: str) -> bool:
    """Whether an address is not plainly one of this computer's own, or a way to DNS."""
    if family == "AF_UNIX":
        return any(name in rest for name in _RESOLVERS)
    if family in ("AF_NETLINK", "AF_UNSPEC"):
        return False
    ip, port = _IP.search(rest), _PORT.search(rest)
    if family not in _FAMILIES or ip is None or port is None:
        return True
    address = ipaddress.ip_address(ip["ip"])
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_loopback or int(port["port"]) == _DNS


def trace(command: Sequence[str | Path], folder: Path, env: Mapping[str, str] | None = None) -> Traced:
    """Run a program from the checkout, and note what it and all that it starts ask of the kernel.

    Args:
        command: the program and its arguments.
        folder: an empty folder to work in.
        env: variables besides those of the test.
    """
    _require_strace()
    log = folder / "calls.txt"
    done = subprocess.run(
        [*alone(), *_STRACE, "-o", str(log), *map(str, command)],
        cwd=CHECKOUT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    calls = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    assert calls, f"strace could not trace ({done.stderr.strip()}): is ptrace forbidden here?"
    return Traced(done.returncode, done.stdout, done.stderr, tuple(calls))


def _require_strace() -> None:
    assert sys.platform == "linux", "only Linux tells what a process tree says to the network, by strace"
    assert shutil.which("strace"), "strace is missing; on Debian: sudo apt-get install strace"


@cache
def alone() -> tuple[str, ...]:
    """What to put before a command so that it has a network of its own, with loopback and no way out.

    Empty where the kernel does not let us make one, such as in a container without rights: then what leaves
    is seen, but not kept from leaving.
    """
    raise_loopback = (sys.executable, str(Path(__file__).with_name("loopback.py")))
    for how in (("unshare", "--net"), ("unshare", "--user", "--map-root-user", "--net")):
        command = (*how, *raise_loopback)
        if shutil.which(how[0]) and not subprocess.run([*command, "true"], capture_output=True).returncode:
            return command
    return ()
