"""The real server, with clients that behave and clients that do not."""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from repose.coaching.commands import Pause, Start
from repose.coaching.messages import Done
from repose.coaching.programme import usual_programme
from repose.counting.result import Rep
from repose.live.pictures import decoded
from repose.live.protocol import IN_FLIGHT, MOST_BYTES, DoneMessage, Problem
from repose.web.address import is_repose
from repose.web.coach import connection
from repose.web.coach.incoming import MOST_A_SECOND
from tests.web.coach.fake_engine import picture
from tests.web.coach.running import PATIENCE_S, Running, receive, receive_type, running, send

LOST = 1006

DONE = DoneMessage(done=Done(1.0, "heel-slides", 0, Rep("left", 0, 1, 2, 1, 0.5, {}, 1.0, 0.9, (), 2.1)))


@pytest.fixture
def server() -> Iterator[Running]:
    with running() as it:
        yield it


def wait_for_watching(server: Running, pages: int) -> None:
    with server.engine.heard:
        told = server.engine.heard.wait_for(lambda: server.engine.watchings[-1][0] == pages, PATIENCE_S)
    assert told, server.engine.watchings


def obeyed(server: Running, page: ClientConnection) -> bool:
    """Whether the session still does what this page asks for."""
    before = server.engine.commands.count(Pause())
    send(page, type="pause")
    with server.engine.heard:
        return server.engine.heard.wait_for(
            lambda: server.engine.commands.count(Pause()) > before, PATIENCE_S
        )


def closed(page: ClientConnection) -> int:
    """The code with which the server closes; `LOST` if it did not get here."""
    try:
        while True:
            page.recv(timeout=PATIENCE_S)
    except ConnectionClosed as ended:
        return ended.rcvd.code if ended.rcvd is not None else LOST


def test_a_page_is_greeted_and_its_commands_arrive(server: Running) -> None:
    with server.page("a-page-of-mine") as page:
        assert receive(page)["role"] == "controller"
        assert receive(page)["type"] == "state"
        send(page, type="start", programme=usual_programme().model_dump(mode="json"))
        assert obeyed(server, page)
        assert server.engine.commands == [Start(programme=usual_programme()), Pause()]
    wait_for_watching(server, 0)


def test_the_environment_cannot_make_it_report_to_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as collector:
        monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.getsockname()[1]}")
        with running() as server, server.browser() as browser:
            assert browser.get("/api/session").status_code == 200
        # FastAPI, when it is told to report and lacks the parts, says so in its log.
        assert "telemetry" not in caplog.text.lower()
        collector.setblocking(False)
        with pytest.raises(BlockingIOError):
            collector.accept()


def test_pictures_arrive_whole_and_stop_without_acknowledgement(server: Running) -> None:
    with server.page() as page, server.page() as silent:
        receive_type(page, "state")
        receive_type(silent, "state")
        sent = []
        for seq in range(20):
            server.engine.tell(picture(seq, size=40_000))
            message = page.recv(timeout=PATIENCE_S)
            assert isinstance(message, bytes)
            shown = decoded(message)
            assert shown == picture(seq, size=40_000)
            sent.append(shown.header.seq)
            send(page, type="shown", seq=seq, latency_ms=12.5)
        with server.engine.heard:
            assert server.engine.heard.wait_for(lambda: len(server.engine.latencies_ms) == 20, PATIENCE_S)
        # The one that acknowledges nothing still gets everything else.
        server.engine.tell(DONE)
        held_back = [silent.recv(timeout=PATIENCE_S) for _ in range(IN_FLIGHT + 1)]
        assert [isinstance(message, bytes) for message in held_back] == [True] * IN_FLIGHT + [False]


@pytest.mark.parametrize(
    "message",
    ["no JSON", "{}", '{"type":"dance"}', '{"type":"start","programme":{"items":[]}}', b"\x00\x01", b""],
    ids=str,
)
def test_nonsense_is_answered_and_the_session_lives_on(server: Running, message: str | bytes) -> None:
    with server.page() as page:
        page.send(message)
        assert len(receive_type(page, "problem")["text"]) > 10
        assert obeyed(server, page)


def test_nonsense_doses_are_answered_with_what_is_allowed(server: Running) -> None:
    with server.page() as page:
        item = {"exercise": "heel-slides", "reps": -5}
        send(page, type="start", programme={"items": [item]})
        assert "programme.items.0.reps = -5" in receive_type(page, "problem")["text"]
        assert obeyed(server, page)
        assert server.engine.commands == [Pause()]


@pytest.mark.parametrize("pieces", [1, 40])
def test_a_message_that_is_too_long_closes_its_connection_alone(
    server: Running, pieces: int, caplog: pytest.LogCaptureFixture
) -> None:
    with server.page() as good, server.page() as bad, caplog.at_level("WARNING"):
        text = "x" * (MOST_BYTES + 1)
        step = len(text) // pieces + 1
        with suppress(ConnectionClosed):
            bad.send(text[at : at + step] for at in range(0, len(text), step)) if pieces > 1 else bad.send(
                text
            )
        # A client that still sends may find the connection reset before it has read why.
        assert closed(bad) in (1009, LOST)
        wait_for_watching(server, 1)
        assert any(f"more than {MOST_BYTES} bytes" in line for line in caplog.messages)
        assert obeyed(server, good)


def test_the_longest_message_is_still_read(server: Running) -> None:
    with server.page() as page:
        page.send('{"type":"dance"}'.ljust(MOST_BYTES))
        assert "dance" in receive_type(page, "problem")["text"]


def test_a_flood_closes_its_connection_alone(server: Running) -> None:
    with server.page() as good, server.page() as bad:
        with suppress(ConnectionClosed):
            for _ in range(20 * MOST_A_SECOND):
                send(bad, type="shown", seq=0)
        assert closed(bad) == 1008
        wait_for_watching(server, 1)
        assert obeyed(server, good)


def test_a_page_that_watches_is_told_who_controls(server: Running) -> None:
    with server.page() as first, server.page() as second:
        assert receive(second)["role"] == "watcher"
        send(second, type="stop")
        assert "Another page controls this session" in receive_type(second, "problem")["text"]
        send(second, type="take_control")
        assert receive_type(second, "role")["role"] == "controller"
        assert receive_type(first, "role")["role"] == "watcher"
        assert obeyed(server, second)
        assert server.engine.commands == [Pause()]


def test_a_page_that_reloads_controls_again(server: Running) -> None:
    with server.page("reloaded-page") as page:
        assert receive(page)["role"] == "controller"
    with server.page("another-page") as other:
        assert receive(other)["role"] == "watcher"
        with server.page("reloaded-page") as page:
            assert receive(page)["role"] == "controller"


def test_pages_without_a_proper_name_are_told_apart(server: Running) -> None:
    with server.page("short") as first, server.page("short") as second:
        assert [receive(first)["role"], receive(second)["role"]] == ["controller", "watcher"]


def test_a_client_that_stops_reading_is_let_go_and_slows_nobody(
    server: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "SEND_S", 0.2)
    with server.page() as page:
        receive_type(page, "state")
        status, stuck = server.handshake(f"Host: 127.0.0.1:{server.port}", f"Cookie: {server.cookie}")
        assert status == 101
        wait_for_watching(server, 2)
        told = 0
        with stuck, caplog.at_level("WARNING"):
            while server.engine.watchings[-1][0] == 2:
                # As long as all of a queue: the system's buffers take some before the client is noticed.
                server.engine.tell(Problem(text=f"{told} {'x' * 50_000}"))
                server.engine.tell(picture(told, size=50_000))
                assert receive_type(page, "problem")["text"].split()[0] == str(told)
                told += 1
                assert told < 10_000
        assert any("reading" in line or "read its messages" in line for line in caplog.messages)
        assert obeyed(server, page)


def test_a_client_that_goes_without_a_word_is_forgotten(server: Running) -> None:
    with server.page() as page:
        receive_type(page, "state")
        _, rude = server.handshake(f"Host: 127.0.0.1:{server.port}", f"Cookie: {server.cookie}")
        wait_for_watching(server, 2)
        # Reset instead of the closing handshake.
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        rude.close()
        wait_for_watching(server, 1)
        server.engine.tell(DONE)
        assert receive_type(page, "done")["done"]["exercise"] == "heel-slides"


def test_the_end_is_told_to_the_pages() -> None:
    with running() as server, server.page() as page:
        receive_type(page, "state")
        server.server.should_exit = True
        assert closed(page) == 1001


def test_twenty_pages_watch_one_session(server: Running) -> None:
    with ExitStack() as opened:
        pages = [opened.enter_context(server.page()) for _ in range(20)]
        for page in pages:
            receive_type(page, "state")
        for _ in range(3):
            server.engine.tell(DONE)
        for page in pages:
            for _ in range(3):
                assert receive_type(page, "done")["done"]["set_index"] == 0
    wait_for_watching(server, 0)


@pytest.mark.parametrize("signal_name", ["SIGINT", "SIGTERM"])
def test_ctrl_c_ends_it_without_error(signal_name: str) -> None:
    command = [sys.executable, "-m", "tests.web.coach.fake_server", "--port", "0"]
    top = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(top)}
    with subprocess.Popen(
        command, cwd=top, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[0]
        port = int(address.split(":")[2].split("/")[0])
        assert is_repose("127.0.0.1", port)
        with socket.create_connection(("127.0.0.1", port)) as idle:
            idle.sendall(
                b"GET /?token=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                % (address.split("=")[1].encode(), port)
            )
            answered = idle.recv(65536).decode()
            cookie = answered.split("set-cookie: ")[1].split(";")[0]
            url = f"ws://127.0.0.1:{port}/ws"
            with connect(url, additional_headers={"Cookie": cookie}, proxy=None) as page:
                json.loads(page.recv(timeout=PATIENCE_S))
                process.send_signal(getattr(signal, signal_name))
                assert closed(page) == 1001
            said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, *said) == (0, "", "")
