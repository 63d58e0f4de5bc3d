"""The bench of many pages: what it counts as answered, refused and failed, and what it calls held."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from repose.bench.load import CONNECTIONS, LoadFigures, Part, Wish, _Answers, _Visit
from repose.bench.process import LiveProcess

ALONE = Part(Wish(0, 0.0), 30.0, 0.0, (30.0, 30.0, 30.0), (25.0, 30.0), 0.0, (None, None), 0, 0, (), 0)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({}, True),
        ({"analysed_fps": 28.6}, True),
        ({"analysed_fps": 28.4}, False),
        ({"refused": 1000}, True),
        ({"failed": 1}, False),
        ({"closed": 1}, False),
    ],
)
def test_it_is_held_if_the_coach_keeps_its_rate_and_nothing_is_lost(
    changes: dict[str, float], held: bool
) -> None:
    part = replace(ALONE, wish=Wish(20, 100.0), **changes)  # type: ignore[arg-type]
    assert LoadFigures("x.mp4", 15.0, (ALONE, part)).held(part) is held


class _FakeProcess(LiveProcess):
    """A server that is there already."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/?token=x"


async def asked(serve: Serve, rate: float, seconds: float) -> _Answers:
    """What comes of asking a server."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        visit = _Visit(_FakeProcess(port), ["/a", "/b"], lambda *_: None)
        answers = _Answers()
        asking = asyncio.create_task(visit._ask(rate, answers))
        await asyncio.sleep(seconds)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    return answers


def serving(*statuses: int, close: bool = False) -> Serve:
    """Answers with one status after the other, each on a connection of its own if it closes them."""
    todo = list(statuses)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                status = todo.pop(0) if todo else 200
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nok".encode())
                await writer.drain()
                if close:
                    break
        except asyncio.IncompleteReadError:
            pass
        writer.close()

    return serve


def test_answers_are_told_apart() -> None:
    answers = asyncio.run(asked(serving(503, 500, 404), rate=50.0, seconds=0.6))
    assert (answers.refused, answers.failed) == (1, 2)
    assert answers.latencies_ms
    assert min(answers.latencies_ms) > 0


def test_a_connection_that_the_server_closed_is_opened_again() -> None:
    # Each is used more than once.
    answers = asyncio.run(asked(serving(close=True), rate=200.0, seconds=2.0))
    assert answers.failed == 0
    assert len(answers.latencies_ms) > CONNECTIONS


def test_a_server_that_breaks_off_is_a_failure_and_asked_again() -> None:
    broken = 0

    async def breaks_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal broken
        await reader.readuntil(b"\r\n\r\n")
        broken += 1
        writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nhalf")
        writer.close()

    answers = asyncio.run(asked(breaks_off, rate=200.0, seconds=2.0))
    # Each connection may have been waiting for an answer at the end.
    assert answers.failed == pytest.approx(broken, abs=CONNECTIONS)
    assert answers.failed > CONNECTIONS
    assert not answers.latencies_ms
