"""`repose live` and `repose review` beyond this computer: what they refuse, and how they begin."""

import os
import re
import shutil
import signal
import subprocess
import webbrowser
from pathlib import Path
from typing import Final

import httpx
import pytest

from repose.accounts.roles import Role
from repose.errors import ReposeError
from repose.sessions.sql_store import SqlStore
from repose.web.access import Access
from repose.web.address import Bind, bind_of
from repose.web.tls import HOW, checked_tls
from tests.kept import a_session
from tests.program import RunCli
from tests.web.doors import NAME, PASSWORD, QUICK, certificate, trusted

COMMANDS: Final = (("live", "--source", "camera:77"), ("review",))


@pytest.fixture
def pem() -> tuple[str, ...]:
    """The options that name the certificate and its key."""
    tls = certificate()
    return ("--tls-cert", str(tls.cert), "--tls-key", str(tls.key))


@pytest.fixture(scope="module")
def one_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that nothing changes."""
    path = tmp_path_factory.mktemp("kept") / "kept.db"
    store = SqlStore(str(path), path.parent / "videos")
    a_session(store, reps=1, partials=0)
    store.close()
    return path


@pytest.fixture
def database(one_session: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(one_session, tmp_path / "kept.db"))


def with_admin(database: Path) -> None:
    store = SqlStore(str(database), database.parent / "videos")
    store.accounts.add("Boss", Role.ADMIN, QUICK.hashed(PASSWORD, "Boss"))
    store.close()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("--host 192.0.2.7", "add --beyond-this-computer with --tls-cert and --tls-key"),
        ("--host 0.0.0.0 {pem} --name x.example", "add --beyond-this-computer"),
        ("--host 192.0.2.7 --beyond-this-computer", "To make them: openssl req"),
        ("--host 192.0.2.7 --beyond-this-computer --tls-cert {cert}", "To make them: openssl req"),
        (
            "--host 192.0.2.7 --beyond-this-computer --tls-cert gone.pem --tls-key {key}",
            "gone.pem: cannot be read",
        ),
        (
            "--host 192.0.2.7 --beyond-this-computer --tls-cert {cert} --tls-key gone.pem",
            "gone.pem: cannot be read",
        ),
        (
            "--host 192.0.2.7 --beyond-this-computer --tls-cert {key} --tls-key {key}",
            "no certificate and key",
        ),
        ("--host 192.0.2.7 --beyond-this-computer --tls-cert {cert} --tls-key {rsa}", "is not the key of"),
        (
            "--host 192.0.2.7 --beyond-this-computer --tls-cert {cert} --tls-key {ed25519}",
            "is not the key of",
        ),
        ("--host 192.0.2.7 --beyond-this-computer --tls-cert {cert} --tls-key {locked}", "needs a password"),
        ("--host 0.0.0.0 --beyond-this-computer {pem}", "say by --name"),
        ("--host :: --beyond-this-computer {pem}", "say by --name"),
        ("--host 0.0.0.0 --beyond-this-computer {pem} --name *.example", "--name *.example: is neither"),
        ("--host 0.0.0.0 --beyond-this-computer {pem} --name https://x.example", "is neither a name nor"),
        ("--host 0.0.0.0 --beyond-this-computer {pem} --name x.example:443", "is neither a name nor"),
        ("--host 0.0.0.0 --beyond-this-computer {pem} --name 0.0.0.0", "is neither a name nor"),
        ("--host 0.0.0.0 --beyond-this-computer {pem} --name 300.1.1.1", "is neither a name nor"),
        ("--host clinic.example --beyond-this-computer {pem}", "is no address of this computer"),
        ("--host 127.0.0.1 --beyond-this-computer {pem}", "only this computer reaches 127.0.0.1"),
        ("--name x.example", "--name: only this computer"),
        ("{pem}", "--tls-cert, --tls-key: only this computer"),
        ("--host 0.0.0.0 --beyond-this-computer {pem} --name x.example", "no admin's account yet"),
    ],
)
def test_what_is_not_enough_is_told_in_one_line_before_anything_is_served(
    run_cli: RunCli, database: Path, pem: tuple[str, ...], asked: str, expected: str
) -> None:
    folder = database.parent
    others = {kind: folder / f"{kind}.pem" for kind in ("rsa", "ed25519", "locked")}
    filled = asked.format(pem=" ".join(pem), cert=pem[1], key=pem[3], **others)
    for kind in ("rsa", "ed25519"):
        if f"{kind}.pem" in filled:
            made = ["openssl", "genpkey", "-algorithm", kind, "-out", str(others[kind])]
            subprocess.run(made, check=True, capture_output=True)
    if "locked.pem" in filled:
        lock = ["openssl", "pkey", "-aes256", "-passout", "pass:secret", "-in", pem[3], "-out"]
        subprocess.run([*lock, str(others["locked"])], check=True, capture_output=True)
    for command in COMMANDS:
        said = run_cli(*command, "--database", database, "--port", "0", "--no-browser", *filled.split())
        assert (said.code, said.out) == (2, "")
        assert expected in said.err
        assert said.err.startswith("repose: ")
        assert said.err.count("\n") == 1


def test_who_keeps_nothing_keeps_no_accounts(run_cli: RunCli, pem: tuple[str, ...]) -> None:
    beyond = ("--host", "0.0.0.0", "--name", NAME, "--beyond-this-computer", *pem)
    said = run_cli("live", "--source", "camera:77", "--keep-nothing", *beyond)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "--keep-nothing keeps no accounts" in said.err


def test_it_begins_says_where_others_sign_in_and_lets_them_in(
    run_cli: RunCli, database: Path, pem: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_admin(database)
    opened: list[httpx.Response] = []

    def browse(url: str) -> bool:
        base = url.split("/?")[0]
        with httpx.Client(trust_env=False, follow_redirects=True, verify=trusted(), base_url=base) as client:
            opened.append(client.get(url))
        with httpx.Client(trust_env=False, verify=trusted(), base_url=base) as client:
            form = {"name": "boss", "password": PASSWORD, "to": "/sessions"}
            opened.append(client.post("/sign-in", data=form))
            opened.append(client.get("/data"))
        os.kill(os.getpid(), signal.SIGINT)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    beyond = ("--host", "0.0.0.0", "--name", NAME, "--name", "192.0.2.7", "--beyond-this-computer")
    said = run_cli("review", "--database", database, "--port", "0", *beyond, *pem)
    assert (said.code, said.err) == (0, "")
    told = re.fullmatch(
        r"Repose is at https://127\.0\.0\.1:(\d+)/\?token=[\w-]{43}&to=(/sessions/\w{32}) "
        r"\(Ctrl-C ends it\)\n"
        rf"Other computers sign in at https://{re.escape(NAME)}:\1\2\n"
        r"Other computers sign in at https://192\.0\.2\.7:\1\2\n",
        said.out,
    )
    assert told, said.out
    here, signed_in, data = opened
    assert (here.status_code, here.url.path) == (200, told[2])
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/sessions")
    assert data.status_code == 200


@pytest.mark.parametrize(
    ("host", "names", "hosts"),
    [
        ("192.0.2.7", (), {"192.0.2.7:8350"}),
        ("192.0.2.7", ("Clinic.Example",), {"192.0.2.7:8350", "clinic.example:8350"}),
        ("::", ("2001:db8::7",), {"[2001:db8::7]:8350", "127.0.0.1:8350", "localhost:8350", "[::1]:8350"}),
        ("[fe80::1]", ("x.",), {"[fe80::1]:8350", "x.:8350"}),
    ],
)
def test_the_names_of_an_address(host: str, names: tuple[str, ...], hosts: set[str]) -> None:
    tls = certificate()
    bind = bind_of(host, beyond=True, cert=tls.cert, key=tls.key, names=names)
    assert bind.beyond
    access = Access(8350, bind.address, names=bind.names, tls=True)
    known = {"127.0.0.1:8350", "localhost:8350", "[::1]:8350", "0.0.0.0:8350", "[::]:8350", *hosts}
    assert {one for one in known if access.host_fits([one])} == hosts


def test_on_the_usual_port_of_tls_a_name_needs_no_port() -> None:
    access = Access(443, "0.0.0.0", names=[NAME], tls=True)
    assert access.host_fits([NAME])
    assert not Access(8350, "0.0.0.0", names=[NAME], tls=True).host_fits([NAME])
    assert access.origin_fits([f"https://{NAME}"], [], NAME)
    assert not access.origin_fits([f"http://{NAME}"], [], NAME)


def test_this_computer_alone_is_the_default() -> None:
    assert bind_of("127.0.0.1") == Bind("127.0.0.1")
    assert not bind_of("localhost").beyond


def test_the_command_that_is_told_makes_what_is_needed(tmp_path: Path) -> None:
    subprocess.run(["bash", "-c", HOW.format(name=NAME)], cwd=tmp_path, check=True, capture_output=True)
    assert checked_tls(tmp_path / "cert.pem", tmp_path / "key.pem").cert == tmp_path / "cert.pem"
    (tmp_path / "cert.pem").write_text("no certificate")
    with pytest.raises(ReposeError, match="no certificate and key in PEM format"):
        checked_tls(tmp_path / "cert.pem", tmp_path / "key.pem")
