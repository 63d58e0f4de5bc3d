"""Attempts to sign in: the more fail, the longer one waits.

Kept in memory and bounded. Who guesses at one account from one address is slowed down first, then who guesses
from one address at many accounts, then many addresses that guess at one account. An address from which an
account was signed in to before is heeded for that account by its own failures alone: so nobody can lock
somebody else out for good.
"""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

FREE: Final = 5
"""Failures of an account from one address before anybody waits."""

FREE_OF_ADDRESS: Final = 20
"""Failures of one address, at whatever account; in a clinic, several people may share it."""

FREE_OF_NAME: Final = 50
"""Failures at one account, from whatever address."""

LONGEST_S: Final = 15 * 60.0
"""Longest wait for an account from one address, and for one address."""

LONGEST_OF_NAME_S: Final = 60.0
"""Longest wait for an account from an address that it was never used from: its owner may be there."""

FORGOTTEN_S: Final = 24 * 3600.0
"""After this time without another one, failures are forgotten."""

MOST: Final = 10_000
"""Of each kind that are remembered; the oldest go first."""

Clock = Callable[[], float]


class Attempts:
    """Counts failures, and tells how long to wait. May be used from any thread."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pairs = _Failures(FREE, LONGEST_S)
        self._addresses = _Failures(FREE_OF_ADDRESS, LONGEST_S)
        self._names = _Failures(FREE_OF_NAME, LONGEST_OF_NAME_S)
        self._known: OrderedDict[Hashable, None] = OrderedDict()

    def begin(self, name: str, address: str) -> float:
        """Ask for an attempt, which counts as failed until it is known to have succeeded.

        Args:
            name: as it is looked up.
            address: of whoever asks.

        Returns:
            Seconds to wait before the next one; 0 for an attempt that may be made now.
        """
        now, home = self._clock(), network(address)
        pair = (name, home)
        with self._lock:
            wait_s = self._pairs.wait_s(pair, now)
            if pair not in self._known:
                wait_s = max(wait_s, self._addresses.wait_s(home, now), self._names.wait_s(name, now))
            if wait_s <= 0:
                self._pairs.add(pair, now)
                self._addresses.add(home, now)
                self._names.add(name, now)
            return max(wait_s, 0.0)

    def succeeded(self, name: str, address: str) -> None:
        """The attempt was the right one."""
        home = network(address)
        with self._lock:
            self._pairs.forget((name, home))
            self._addresses.take_back(home)
            self._names.take_back(name)
            self._known[name, home] = None
            self._known.move_to_end((name, home))
            while len(self._known) > MOST:
                self._known.popitem(last=False)


class _Failures:
    """Failures of one kind: how many, and when the last one was."""

    def __init__(self, free: int, longest_s: float) -> None:
        self._free = free
        self._longest_s = longest_s
        self._found: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def wait_s(self, key: Hashable, now: float) -> float:
        number, at = self._of(key, now)
        if number < self._free:
            return 0.0
        # Doubling from one second on; a float would overflow long before the number does.
        delay_s = min(2.0 ** min(number - self._free, 30), self._longest_s)
        return at + delay_s - now

    def add(self, key: Hashable, now: float) -> None:
        self._found[key] = (self._of(key, now)[0] + 1, now)
        self._found.move_to_end(key)
        while len(self._found) > MOST:
            self._found.popitem(last=False)

    def take_back(self, key: Hashable) -> None:
        number, at = self._found.get(key, (0, 0.0))
        if number > 1:
            self._found[key] = (number - 1, at)
        else:
            self.forget(key)

    def forget(self, key: Hashable) -> None:
        self._found.pop(key, None)

    def _of(self, key: Hashable, now: float) -> tuple[int, float]:
        number, at = self._found.get(key, (0, now))
        return (number, at) if now - at < FORGOTTEN_S else (0, now)


def network(address: str) -> str:
    """The address, or the network of one home: an IPv6 connection has 2^64 addresses of its own."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), 64), strict=False))
