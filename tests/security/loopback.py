"""Raises loopback, the only interface of a new network, and becomes the program that is named.

As a script: `unshare --net python loopback.py PROGRAM ARGUMENT...`
"""

import fcntl
import os
import socket
import struct
import sys
from typing import Final

# From <linux/if.h> and <linux/sockios.h>.
_IFF_UP: Final = 1
_SIOCSIFFLAGS: Final = 0x8914


def main(*command: str) -> None:
    """Raise it, and go on as this program."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", _IFF_UP))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
