"""Pages about kept sessions take turns, and whoever comes when too many wait is told to come back."""

import asyncio
import re
import threading
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse
from starlette.types import Message

from repose.coaching.messages import Stage, View
from repose.live.protocol import Machine, StateMessage
from repose.web.limits import Limits
from repose.web.rights import NEEDS
from repose.web.turns import HEAVY, KEPT, LANES, REST, Lane, Turns
from tests.web.coach.fake_engine import FakeEngine

PATIENCE_S: Final = 20.0

PATHS: Final = {HEAVY: "/accuracy", KEPT: "/history"}

each_lane = pytest.mark.parametrize("lane", LANES, ids=["heavy", "kept"])


def app_of(answer: Callable[[], Awaitable[Any]], stage: Stage | None = None) -> FastAPI:
    """An application with a page of each lane, and a coach at this stage."""
    engine = FakeEngine()
    if stage is not None:
        engine.tell(StateMessage(view=View(stage=stage), machine=Machine("fake")))
    app = FastAPI()
    for path in PATHS.values():
        app.add_api_route(path, answer)
    app.add_middleware(Turns, engine=None if stage is None else engine)
    app.add_middleware(Limits)
    return app


def test_the_paths_that_take_turns_are_there() -> None:
    """A pattern that fits no route is of an earlier day."""
    names = re.compile(r"\{set_id\}|\{[^}]+\}")
    paths = {names.sub("1", path) for _, path in NEEDS}
    for lane in LANES:
        for pattern in lane.paths:
            assert any(re.fullmatch(pattern, path) for path in paths), pattern


def test_the_coach_and_who_watches_it_wait_for_nobody() -> None:
    for path in ("/", "/ws", "/range.svg", "/api/session", "/api/interrupted/leave", "/health", "/sign-in"):
        assert any(path == known for _, known in NEEDS)
        assert not any(re.fullmatch(pattern, path) for lane in LANES for pattern in lane.paths), path


class _Work:
    """Requests that last until they may go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.at_work = self.most_at_work = 0

    async def __call__(self) -> str:
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        while not self.go_on.is_set():
            await asyncio.sleep(0.002)
        self.at_work -= 1
        return "done"


@each_lane
def test_requests_take_turns_and_too_many_are_sent_away(lane: Lane) -> None:
    work = _Work()

    async def main() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app_of(work.__call__))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            many = 1 + lane.waiting + 3
            asked = [asyncio.create_task(client.get(PATHS[lane])) for _ in range(many)]
            done: set[asyncio.Task[httpx.Response]] = set()
            while len(done) < 3:
                done, _ = await asyncio.wait(asked, timeout=0.05)
            work.go_on.set()
            return sorted([await each for each in asked], key=lambda answer: answer.status_code)

    answers = asyncio.run(main())
    assert [one.status_code for one in answers] == [200] * (1 + lane.waiting) + [503] * 3
    assert answers[-1].json() == {"detail": "Repose is busy with other pages; try again in a moment"}
    assert answers[-1].headers["retry-after"] == "2"
    assert work.most_at_work == 1


def test_a_person_who_is_sent_away_gets_a_page() -> None:
    work = _Work()

    async def main() -> httpx.Response:
        transport = httpx.ASGITransport(app_of(work.__call__))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            asked = [asyncio.create_task(client.get("/history")) for _ in range(1 + KEPT.waiting)]
            while work.at_work < 1:
                await asyncio.sleep(0.002)
            await asyncio.sleep(0.05)
            answer = await client.get("/history", headers={"Accept": "text/html"})
            work.go_on.set()
            await asyncio.gather(*asked)
            return answer

    answer = asyncio.run(asyncio.wait_for(main(), PATIENCE_S))
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/html")
    assert "Repose is busy with other pages; try again in a moment" in answer.text


@each_lane
def test_who_went_away_while_waiting_takes_no_turn_along(lane: Lane) -> None:
    work = _Work()

    async def main() -> int:
        transport = httpx.ASGITransport(app_of(work.__call__))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            asked = [asyncio.create_task(client.get(PATHS[lane])) for _ in range(3)]
            while work.at_work < 1:
                await asyncio.sleep(0.002)
            await asyncio.sleep(0.02)
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            work.go_on.set()
            return (await client.get(PATHS[lane])).status_code

    assert asyncio.run(asyncio.wait_for(main(), PATIENCE_S)) == 200


def test_a_short_page_does_not_wait_for_a_long_one() -> None:
    work = _Work()

    async def at_once() -> str:
        return "done"

    async def main() -> int:
        app = app_of(work.__call__)
        app.add_api_route("/sessions", at_once)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            long = [asyncio.create_task(client.get("/accuracy")) for _ in range(2)]
            while work.at_work < 1:
                await asyncio.sleep(0.002)
            status = (await client.get("/sessions")).status_code
            work.go_on.set()
            await asyncio.gather(*long)
            return status

    assert asyncio.run(asyncio.wait_for(main(), PATIENCE_S)) == 200


@pytest.mark.parametrize(
    ("stage", "rests"),
    [(None, False), (Stage.IDLE, False), (Stage.WORKING, True), (Stage.RESTING, True), (Stage.DONE, False)],
)
def test_while_somebody_exercises_a_lane_rests_longer_than_it_works(stage: Stage | None, rests: bool) -> None:
    took_s = 0.05
    begun_s: list[float] = []

    async def answer() -> str:
        begun_s.append(time.monotonic())
        await asyncio.sleep(took_s)
        return "done"

    async def main() -> None:
        transport = httpx.ASGITransport(app_of(answer, stage))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            await asyncio.gather(*(client.get("/history") for _ in range(3)))

    asyncio.run(main())
    waits = [later - earlier for earlier, later in pairwise(begun_s)]
    if rests:
        assert min(waits) >= (1 + REST) * took_s
    else:
        assert min(waits) < (1 + REST) * took_s


def test_a_rest_is_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repose.web.turns.REST", 1e9)
    monkeypatch.setattr("repose.web.turns.MOST_REST_S", 0.01)

    async def answer() -> str:
        return "done"

    async def main() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app_of(answer, Stage.WORKING))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return [await client.get("/history") for _ in range(3)]

    answers = asyncio.run(asyncio.wait_for(main(), PATIENCE_S))
    assert [one.status_code for one in answers] == [200] * 3


@each_lane
def test_an_answer_that_is_read_slowly_is_in_nobodys_way(lane: Lane) -> None:
    """The turn is over with the first byte."""
    begun, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def in_pieces() -> StreamingResponse:
        async def pieces() -> Any:
            yield b"a"
            begun.release()
            await go_on.wait()
            yield b"b"

        return StreamingResponse(pieces())

    app = app_of(in_pieces)

    async def ask() -> bytes:
        said: list[Message] = []
        received = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Message:
            for message in received:
                return message
            await asyncio.sleep(PATIENCE_S)
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            said.append(message)

        scope = {"type": "http", "method": "GET", "path": PATHS[lane], "headers": [], "query_string": b""}
        await app(scope, receive, send)
        return b"".join(message.get("body", b"") for message in said)

    async def main() -> list[bytes]:
        asked = [asyncio.create_task(ask()) for _ in range(2)]
        for _ in range(2):
            await begun.acquire()
        go_on.set()
        return await asyncio.gather(*asked)

    assert set(asyncio.run(asyncio.wait_for(main(), PATIENCE_S))) == {b"ab"}
