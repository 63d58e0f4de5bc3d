"""The whole application behind real doors: at this computer alone, and open to others."""

import atexit
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import httpx
from argon2 import PasswordHasher

from repose.accounts.account import Account
from repose.accounts.logins import Logins
from repose.accounts.passwords import Passwords
from repose.accounts.roles import Role
from repose.calibration.profiles import Profiles
from repose.sessions.sql_store import SqlStore
from repose.web.access import Access
from repose.web.address import Bind, listen
from repose.web.app import create_app
from repose.web.coach.hub import Hub
from repose.web.serving import Server
from repose.web.tls import HOW, Tls, checked_tls
from tests.kept import kept_store
from tests.web.coach.fake_engine import FakeEngine

PATIENCE_S: Final = 30.0

PASSWORD: Final = "some words in a row"

NAME: Final = "clinic.example"
"""By which others reach the server that is open to them."""

QUICK: Final = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""The same code with parameters that no one should use."""


@cache
def certificate() -> Tls:
    """A certificate with its key, made as one is told to make it."""
    folder = Path(mkdtemp(prefix="tests-tls-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = HOW.format(name=f"{NAME},IP:::1").replace("rsa:3072", "rsa:2048")
    subprocess.run(["bash", "-c", command], cwd=folder, check=True, capture_output=True)
    return checked_tls(folder / "cert.pem", folder / "key.pem")


@cache
def trusted() -> ssl.SSLContext:
    """Trusts that certificate."""
    return ssl.create_default_context(cafile=str(certificate().cert))


def has_ipv6() -> bool:
    """Whether this computer can be reached at ::1."""
    try:
        listen("::1", 0).close()
    except Exception:  # noqa: BLE001 - whatever keeps it from that
        return False
    return True


def binds() -> dict[str, Bind]:
    """Every kind of address that can be listened on here."""
    found = {"127.0.0.1": Bind("127.0.0.1")}
    if has_ipv6():
        found["::1"] = Bind("::1")
    return {**found, "0.0.0.0": Bind("0.0.0.0", (NAME,), certificate())}


@dataclass
class Clock:
    """Seconds that pass when the test says so."""

    now: float = 1e6

    def __call__(self) -> float:
        return self.now


class Somewhere(Access):
    """Whoever asks is at this computer, until the test says that they are elsewhere."""

    elsewhere = False

    def is_here(self, peer: str, own: str) -> bool:
        return not self.elsewhere and super().is_here(peer, own)


@dataclass
class Doors:
    """A server that runs, and how to get in.

    Attributes:
        url: at this computer.
        folder: in which everything is kept.
        access, logins, store, server: what it is made of.
        clock: of the logins.
        accounts: one for each role, by role; the patient's is Ada's.
    """

    url: str
    folder: Path
    access: Somewhere
    logins: Logins
    store: SqlStore
    server: Server
    clock: Clock
    accounts: dict[Role, Account] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def client(self, **options: Any) -> httpx.Client:
        """A browser of which nothing is known yet."""
        return httpx.Client(base_url=self.url, trust_env=False, verify=trusted(), timeout=60, **options)

    def cookie(self, secret: str | None) -> dict[str, str]:
        """The Cookie header with a secret; None for that of this computer."""
        return {"Cookie": self.access.cookie(secret).split(";")[0]}

    def let_in(self, who: Role | None) -> dict[str, str]:
        """The Cookie header of somebody who has signed in; None for this computer."""
        return self.cookie(None if who is None else self.logins.begin(self.accounts[who]))

    def websocket(self, headers: dict[str, str]) -> tuple[int, socket.socket]:
        """Ask for a WebSocket; the status, and the connection."""
        host, _, port = self.url.partition("://")[2].rpartition(":")
        raw = socket.create_connection((host.strip("[]"), int(port)), PATIENCE_S)
        if self.access.tls:
            raw = trusted().wrap_socket(raw, server_hostname=host)
        sent = {
            "Host": f"{host}:{port}",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            **headers,
        }
        lines = ("GET /ws HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", "")
        raw.sendall("\r\n".join(lines).encode())
        return int(raw.recv(12).split()[1]), raw


@contextmanager
def doors(bind: Bind, folder: Path) -> Iterator[Doors]:
    """The pages, the coach and the accounts, for as long as the `with` lasts; without sessions."""
    engine, clock, ready = FakeEngine(), Clock(), threading.Event()
    hub = Hub(engine)
    with closing(kept_store(folder)) as store, listen(bind.address, 0) as listener:
        access = Somewhere(
            listener.getsockname()[1], bind.address, names=bind.names, tls=bind.tls is not None
        )
        logins = Logins(store.accounts, clock)
        app = create_app(
            engine,
            access,
            hub,
            store,
            Profiles(folder / "calibration"),
            logins=logins,
            passwords=QUICK,
        )
        server = Server(app, hub, listener, ready.set, bind.tls)
        thread = threading.Thread(target=server.serve_until_ended)
        thread.start()
        try:
            assert ready.wait(PATIENCE_S)
            made = Doors(bind.url(listener), folder, access, logins, store, server, clock)
            ada = store.person_named("Ada").id
            for role in Role:
                person = ada if role is Role.PATIENT else None
                hashed = QUICK.hashed(PASSWORD, role)
                made.accounts[role] = store.accounts.add(f"the {role}", role, hashed, person)
            yield made
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
