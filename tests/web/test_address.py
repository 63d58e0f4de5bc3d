"""Where we listen, and who is there already."""

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from repose.errors import ReposeError
from repose.web import address
from repose.web.address import listen, loopback, url_of
from tests.web.coach.running import running


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("LOCALHOST", "127.0.0.1"),
        ("127.1.2.3", "127.1.2.3"),
        ("::1", "::1"),
        ("[::1]", "::1"),
    ],
)
def test_this_computer_may_be_named_in_several_ways(host: str, expected: str) -> None:
    assert loopback(host) == expected


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "8.8.8.8", "fe80::1", "::ffff:10.0.0.1"])
def test_other_computers_are_not_served(host: str) -> None:
    with pytest.raises(ReposeError, match="other computers could reach") as refused:
        loopback(host)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("host", ["", "example.org", "127.0.0.1:80", "127.0.0", "localhost.evil.example"])
def test_what_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(ReposeError, match="no address of this computer"):
        loopback(host)


def test_any_free_port_can_be_had() -> None:
    with listen("127.0.0.1", 0) as first, listen("127.0.0.1", 0) as second:
        ports = [listener.getsockname()[1] for listener in (first, second)]
        assert len(set(ports)) == 2
        assert url_of(first) == f"http://127.0.0.1:{ports[0]}"


def test_nothing_that_is_sent_waits_for_more() -> None:
    # asyncio switches Nagle's algorithm off where the protocol is named, and else answers wait 40 ms.
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert (listener.proto, accepted.proto) == (socket.IPPROTO_TCP, socket.IPPROTO_TCP)


def test_a_second_start_is_told_that_repose_runs() -> None:
    with running() as server, pytest.raises(ReposeError) as refused:
        listen("127.0.0.1", server.port)
    assert str(refused.value) == (
        f"Repose already runs on port {server.port}: open the page that it printed, "
        "or choose another with --port"
    )


class _Other(http.server.BaseHTTPRequestHandler):
    said = b"{}"

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def another_server(said: bytes) -> Iterator[int]:
    handler = type("Handler", (_Other,), {"said": said})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "said", [b"{}", b'{"name": "other"}', b"[]", b"hello", b"\xff", b"[" * 5000, b"x" * 10_000]
)
def test_another_program_on_the_port_is_told(said: bytes) -> None:
    with another_server(said) as port, pytest.raises(ReposeError) as refused:
        listen("127.0.0.1", port)
    assert str(refused.value) == f"port {port} is used by another program; choose another with --port"


def test_a_program_that_never_answers_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "ASK_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(ReposeError, match=f"port {port} is used by another program"):
            listen("127.0.0.1", port)


def test_a_port_that_listens_is_taken_before_it_is_served() -> None:
    with listen("127.0.0.1", 0) as listener:
        raised = []
        try:
            with socket.socket() as second:
                second.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                second.bind(listener.getsockname())
        except OSError as error:
            raised.append(error)
        assert raised


def test_a_port_can_be_had_again_at_once() -> None:
    with running() as server:
        port = server.port
        with server.browser() as browser:
            assert browser.get("/health").status_code == 200
    listen("127.0.0.1", port).close()


def test_an_address_that_this_computer_lacks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # TEST-NET-1 is nobody's.
    with pytest.raises(ReposeError, match="no address of this computer"):
        listen("192.0.2.1", 0)
