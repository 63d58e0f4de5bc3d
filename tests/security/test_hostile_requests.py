"""Requests that mean harm: bodies without end, trickles, paths that lead elsewhere, JSON of anything."""

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from repose.sessions.sql_store import SqlStore
from repose.web import limits, patience
from repose.web.limits import BODIES, HEAD_BYTES, USUAL_BODY, Body, body_of
from repose.web.rights import NEEDS
from tests.kept import a_session, kept_store
from tests.web.coach.running import Running, running

CANARY: Final = "the canary sings"

PATIENCE_S: Final = 20.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in a folder of its own, with something beside it that nobody is to see."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "canary.txt").write_text(CANARY)
    (folder / "canary.zip").write_text(CANARY)
    (folder / "in").mkdir()
    return folder


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[SqlStore]:
    store = kept_store(folder / "in")
    a_session(store, reps=1, partials=0)
    yield store
    store.close()


@pytest.fixture(scope="module")
def server(store: SqlStore) -> Iterator[Running]:
    with running(store=store) as ready:
        yield ready


def raw(server: Running, *lines: str, body: bytes = b"", more: str = "") -> bytes:
    """What the server says to a request of these very bytes, until it closes the connection or is silent."""
    with connected(server) as wire:
        wire.sendall(
            "\r\n".join((*lines, *headers(server), more, "")).encode("latin-1") + b"\r\n" * (not more) + body
        )
        return heard(wire)


def headers(server: Running) -> tuple[str, ...]:
    place = f"127.0.0.1:{server.port}"
    return (f"Host: {place}", f"Cookie: {server.cookie}", f"Origin: http://{place}")


def connected(server: Running) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
    return wire


def heard(wire: socket.socket) -> bytes:
    """All that comes until the other end closes."""
    found = b""
    try:
        while piece := wire.recv(65536):
            found += piece
    except ConnectionError:
        pass
    return found


def trickle(wire: socket.socket, byte: bytes) -> None:
    """Send a byte now and then, until the other end closes, which raises."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE_S:
        wire.sendall(byte)
        try:
            if wire.recv(65536) == b"":
                raise ConnectionResetError
        except TimeoutError:
            continue


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


# Paths

ELSEWHERE: Final = (
    "../canary.txt", "../../canary.txt", "..%2fcanary.txt", "..%2f..%2fcanary.txt", "%2e%2e/canary.txt",
    "....//canary.txt", "..\\canary.txt", "..%5ccanary.txt", "%00", "canary.txt%00.js", "/etc/passwd",
    "%2fetc%2fpasswd", "//etc/passwd", "file:///etc/passwd", "C:%5cWindows%5cwin.ini", "CON", "~root",
    "$HOME", "%c0%ae%c0%ae/canary.txt", ".", "..", "%e2%80%ae", "%ff%fe", "'%20OR%201=1--", "A" * 4000,
)  # fmt: skip


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_path_of_a_request_reaches_a_file(
    server: Running, store: SqlStore, folder: Path, where: str
) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.suffix != ".db"}
    routes = [(method, path) for method, path in NEEDS if "{" in path]
    assert len(routes) > 15
    for method, route in routes:
        head, _, rest = route.partition("{")
        tail = rest.partition("}")[2].replace("{set_id}", "1")
        answer = raw(
            server,
            f"{method} {head}{where}{tail} HTTP/1.1",
            "Content-Type: application/json",
            "Content-Length: 2",
            body=b"{}",
            more="Connection: close\r\n",
        )
        assert 400 <= status_of(answer) < 500, (route, answer[:200])
        assert CANARY.encode() not in answer
        assert b"root:" not in answer
    after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.suffix != ".db"}
    assert {path for path in after if "db-" not in path.name} == {
        path for path in before if "db-" not in path.name
    }
    assert len(store.sessions()) == 1


# Bodies

POSTS: Final = [path for method, path in NEEDS if method == "POST" and path.startswith("/api/")]


def filled(path: str) -> str:
    return path.replace("{set_id}", "1").replace("{session_id}", "x").replace("{person_id}", "x")


@pytest.mark.parametrize("path", [*POSTS, "/sign-in"])
def test_a_body_that_says_it_is_too_large_is_not_waited_for(server: Running, path: str) -> None:
    most = body_of(filled(path)).most_bytes
    for length in (most + 1, 10**15, 10**25):
        answer = raw(server, f"POST {filled(path)} HTTP/1.1", f"Content-Length: {length}")
        assert status_of(answer) in (400, 413), answer[:300]


def test_a_body_of_unknown_length_ends_where_it_is_too_large(server: Running) -> None:
    piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
    with connected(server) as wire:
        lines = ("POST /api/data/retention/due HTTP/1.1", *headers(server), "Content-Type: application/json")
        wire.sendall("\r\n".join((*lines, "Transfer-Encoding: chunked", "", "")).encode())
        sent = 0
        try:
            while sent < 64 * 2**20:
                wire.sendall(piece)
                sent += 65536
        except OSError:
            pass  # it was cut off, as it should be
        assert sent < 16 * 2**20
        answer = heard(wire)
    assert status_of(answer) in (413, 0)


def test_lengths_that_are_not_true(server: Running) -> None:
    lines = ("POST /api/data/retention/due HTTP/1.1", "Content-Type: application/json")
    # Less than is sent: what is left over is no request.
    assert status_of(raw(server, *lines, "Content-Length: 1", body=b"{}" * 10)) in (400, 422)
    # Two, that differ; both kinds of length at once; no number.
    for told in (
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: -1",
        "Content-Length: 1e3",
        "Content-Length: ٣",
        "Transfer-Encoding: chunked, gzip",
    ):
        with connected(server) as wire:
            wire.sendall("\r\n".join((*lines, *headers(server), told, "", "{}")).encode())
            assert status_of(heard(wire)) in (400, 422, 501)
    assert server.browser().get("/health").status_code == 200


def test_a_body_that_trickles_is_given_up(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "USUAL_BODY", Body(1000, 0.3))
    for path in ("/api/data/retention/due", "/api/calibrate/count"):  # one of them waits for its turn
        with connected(server) as wire:
            lines = (f"POST {path} HTTP/1.1", *headers(server), "Content-Length: 900", "", "")
            wire.sendall("\r\n".join(lines).encode())
            begun = time.monotonic()
            answer = b""
            wire.settimeout(0.02)
            while not answer and time.monotonic() - begun < PATIENCE_S:
                wire.sendall(b" ")
                try:
                    answer = wire.recv(4096)
                except TimeoutError:
                    continue
            assert status_of(answer) == 408


JSON: Final = {
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "digits": b'{"person": ' + b"9" * 5000 + b"}",
    "infinite": b'{"sessions_days": 1e999, "recordings_days": -1e999}',
    "no number": b'{"sessions_days": NaN, "offset": NaN}',
    "half a character": b'{"person": "\\ud800", "name": "\\ud800", "words": "\\udfff", "text": "\\ud800"}',
    "nul": b'{"person": "\\u0000", "name": "\\u0000", "exercise": "\\u0000", "session": "\\u0000"}',
    "turned": '{"person": "\u202e", "name": "\u202e"}'.encode(),
    "no text": b"\xff\xfe\x00\x00",
    "utf-16": '{"name": "x"}'.encode("utf-16"),
    "twice": b'{"name": "a", "name": "b"}',
    "nothing": b"",
    "a list": b"[]",
    "wide": b"[" + b"0," * 400_000 + b"0]",
    "keys": json.dumps({f"k{n}": n for n in range(5_000)}).encode(),
    "large numbers": b'{"set": 99999999999999999999, "session": "x", "person": "clinic"}',
}


@pytest.mark.parametrize("kind", JSON)
def test_json_of_anything_is_refused(server: Running, kind: str) -> None:
    with server.browser() as browser:
        for path in POSTS:
            answer = browser.post(
                filled(path),
                content=JSON[kind],
                headers={"Content-Type": "application/json", "Origin": server.url},
            )
            assert 400 <= answer.status_code < 500, (path, answer.text[:300])
            assert isinstance(answer.json()["detail"], (str, list))
            assert len(answer.content) < 10_000, path


@pytest.mark.parametrize("name", ["\u202eAda", "A\0da", "\u2066Ada", "\x1b[31mAda", " ", "\u200b", "x" * 300])
def test_a_name_is_a_name(server: Running, store: SqlStore, name: str) -> None:
    person = store.persons()[0]
    with server.browser() as browser:
        answer = browser.post(
            f"/api/data/persons/{person.id}/rename", json={"name": name}, headers={"Origin": server.url}
        )
    assert answer.status_code in (400, 422), answer.text
    assert store.persons() == (person,)


# Requests that do not come to an end, or to a beginning


def test_who_sends_no_request_is_let_go(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "REQUEST_S", 0.2)
    with connected(server) as silent, connected(server) as half, connected(server) as slow:
        half.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        assert heard(silent) == b""
        assert heard(half) == b""
        assert cut_off(slow)


def test_a_trickle_after_an_answer_buys_no_time(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "REQUEST_S", 0.3)
    with connected(server) as wire:
        lines = (
            "POST /nothing HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            "Content-Length: 1000000",
            "",
            "",
        )
        wire.sendall("\r\n".join(lines).encode())
        assert cut_off(wire)


def cut_off(wire: socket.socket) -> bool:
    """Whether somebody who sends byte by byte is cut off."""
    wire.settimeout(0.02)
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE_S:
        try:
            wire.sendall(b"x")
            if wire.recv(65536) == b"":
                return True
        except TimeoutError:
            continue
        except ConnectionError:
            return True
    return False


def test_many_silent_connections_keep_nobody_out(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "MOST_IDLE", 5)
    silent = [connected(server) for _ in range(12)]
    try:
        with server.browser() as browser:
            assert browser.get("/health").status_code == 200
        assert heard(silent[0]) == b""  # the oldest had to go
    finally:
        for wire in silent:
            wire.close()


def test_who_does_not_read_an_answer_is_let_go(
    server: Running, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "STALLED_S", 0.2)
    session = store.sessions()[0].id
    (store.videos / f"{session}.mp4").parent.mkdir(parents=True, exist_ok=True)
    (store.videos / f"{session}.mp4").write_bytes(bytes(30_000_000))
    store.keep_video(session, f"{session}.mp4")
    before = len(server.server.server_state.connections)
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.connect(("127.0.0.1", server.port))
    with wire:
        lines = (f"GET /api/sessions/{session}/video HTTP/1.1", *headers(server), "", "")
        wire.sendall("\r\n".join(lines).encode())
        begun = time.monotonic()
        while len(server.server.server_state.connections) <= before:
            assert time.monotonic() - begun < PATIENCE_S
            time.sleep(0.01)
        while len(server.server.server_state.connections) > before:
            assert time.monotonic() - begun < PATIENCE_S
            time.sleep(0.02)


def test_the_usual_body_is_small() -> None:
    assert USUAL_BODY.most_bytes <= 2**20


def test_the_paths_with_bodies_of_their_own_are_there() -> None:
    """A pattern that fits no route is of an earlier day."""
    paths = {filled(path) for _, path in NEEDS}
    for pattern in BODIES:
        assert any(re.fullmatch(pattern, path) for path in paths), pattern


# Headers


def test_headers_end(server: Running) -> None:
    own = [f"X-{number}: {'y' * 1000}" for number in range(HEAD_BYTES // 1000 + 1)]
    answer = raw(server, "GET /history HTTP/1.1", *own)
    assert status_of(answer) == 431
    assert b"address and headers are too large: at most 64 kB are read" in answer
    assert status_of(raw(server, "GET /history HTTP/1.1", *own[:-10])) == 200


def test_addresses_end(server: Running) -> None:
    assert status_of(raw(server, f"GET /history?day={'1' * HEAD_BYTES} HTTP/1.1")) in (400, 431)
