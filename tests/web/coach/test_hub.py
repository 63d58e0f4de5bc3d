"""Who gets what, and who controls."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from repose.coaching.commands import Pause, Skip, Stop
from repose.coaching.messages import Done, Say, Stage, Tone, Urgency, View
from repose.counting.result import Rep
from repose.live.pictures import decoded
from repose.live.protocol import (
    DoneMessage,
    Heard,
    Machine,
    SayMessage,
    Shown,
    StateMessage,
    TakeControl,
    ToneMessage,
)
from repose.web.coach.hub import MOST_CLIENTS, Client, Hub
from repose.web.coach.mailbox import MOST_WAITING
from tests.web.coach.fake_engine import FakeEngine, picture

Test = Callable[[Hub, FakeEngine], Awaitable[None]]

SAY = SayMessage(say=Say(1.0, "one", Urgency.COUNT, "count"))
TONE = ToneMessage(tone=Tone(1.0, "rep"), decided_ms=1e12)
DONE = DoneMessage(done=Done(1.0, "heel-slides", 0, Rep("left", 0, 1, 2, 1, 0.5, {}, 1.0, 0.9, (), 2.1)))


def run(test: Test, kept_s: float = 1000.0) -> None:
    async def main() -> None:
        engine = FakeEngine()
        hub = Hub(engine, kept_s)
        hub.open()
        await test(hub, engine)

    asyncio.run(main())


def joined(hub: Hub, name: str) -> Client:
    client = hub.join(name)
    assert client is not None
    return client


async def got(client: Client) -> list[dict[str, Any]]:
    """All that waits for a client; pictures as their number."""
    found: list[dict[str, Any]] = []
    while True:
        asking = asyncio.ensure_future(client.mailbox.next())
        for _ in range(3):
            await asyncio.sleep(0)
        if not asking.done():
            asking.cancel()
            return found
        said = asking.result()
        found.append(
            json.loads(said)
            if isinstance(said, str)
            else {"type": "picture", "seq": decoded(said).header.seq}
        )


async def types(client: Client) -> list[str]:
    return [message["type"] for message in await got(client)]


async def role(client: Client) -> str:
    said: list[str] = [
        message["role"] for message in await got(client) if message["type"] in ("hello", "role")
    ]
    return said[-1]


def test_the_first_page_controls_and_the_others_watch() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        first, second = joined(hub, "first"), joined(hub, "second")
        hello, state = await got(first)
        assert (hello["type"], hello["role"], hello["protocol"]) == ("hello", "controller", 1)
        assert (state["type"], state["machine"]["source"]) == ("state", "fake")
        assert await role(second) == "watcher"
        assert engine.watchings == [(1, True), (2, True)]

    run(test)


def test_only_the_controller_is_obeyed() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        first, second = joined(hub, "first"), joined(hub, "second")
        hub.receive(second, Stop())
        hub.receive(first, Pause())
        assert engine.commands == [Pause()]
        problem = (await got(second))[-2]
        assert problem["type"] == "problem"
        assert "Another page controls this session" in problem["text"]
        assert await types(first) == ["hello", "state"]

    run(test)


def test_control_can_be_taken_and_both_are_told() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        first, second, third = joined(hub, "first"), joined(hub, "second"), joined(hub, "third")
        hub.receive(second, TakeControl())
        hub.receive(second, TakeControl())
        told = [(m["role"], m["why"]) for m in await got(second) if m["type"] == "role"]
        assert told == [("controller", "This page controls the session now.")]
        told = [(m["role"], m["why"]) for m in await got(first) if m["type"] == "role"]
        assert told == [("watcher", "Another page has taken control of the session.")]
        assert await types(third) == ["hello", "state"]
        hub.receive(first, Skip())
        hub.receive(second, Stop())
        assert engine.commands == [Stop()]

    run(test)


def test_sounds_go_to_the_controller_and_counts_to_all() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        first, second = joined(hub, "first"), joined(hub, "second")
        for event in (SAY, TONE, DONE):
            engine.tell(event)
        await asyncio.sleep(0)
        assert await types(first) == ["hello", "say", "tone", "done", "state"]
        assert await types(second) == ["hello", "done", "state"]

    run(test)


def test_a_page_that_reloads_keeps_control() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        first, second = joined(hub, "first"), joined(hub, "second")
        hub.leave(first)
        assert engine.watchings[-1] == (1, True)
        third = joined(hub, "third")
        assert await role(third) == "watcher"
        assert await role(joined(hub, "first")) == "controller"
        assert await role(second) == "watcher"

    run(test)


def test_a_page_that_is_back_before_it_is_known_to_have_gone_keeps_control() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        before = joined(hub, "first")
        after = joined(hub, "first")
        assert await role(after) == "controller"
        assert await role(before) == "watcher"
        hub.leave(before)
        hub.receive(after, Pause())
        assert engine.commands == [Pause()]
        assert engine.watchings[-1] == (1, True)

    run(test)


def test_control_may_be_taken_while_it_is_kept_for_another() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        first, second = joined(hub, "first"), joined(hub, "second")
        hub.leave(first)
        hub.receive(second, TakeControl())
        assert await role(second) == "controller"
        assert await role(joined(hub, "first")) == "watcher"

    run(test)


def test_control_is_not_kept_for_ever() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        first, second = joined(hub, "first"), joined(hub, "second")
        await got(second)
        hub.leave(first)
        while engine.watchings[-1][1]:
            await asyncio.sleep(0.01)
        told = await got(second)
        assert [(m["type"], m["role"]) for m in told] == [("role", "watcher")]
        hub.receive(second, Pause())
        assert "No page controls this session" in (await got(second))[0]["text"]
        engine.tell(SAY)
        await asyncio.sleep(0)
        assert await types(second) == []
        assert await role(joined(hub, "third")) == "controller"
        assert engine.watchings[-1] == (2, True)

    run(test, kept_s=0.02)


def test_only_plausible_delays_of_pictures_that_were_sent_are_noted() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        first, second = joined(hub, "first"), joined(hub, "second")
        for seq in range(4):
            engine.tell(picture(seq))
            await got(first)
        for shown in (Shown(seq=77, latency_ms=5), Shown(seq=0, latency_ms=40), Shown(seq=1, latency_ms=-1)):
            hub.receive(first, shown)
        hub.receive(second, Shown(seq=0, latency_ms=10))
        assert engine.latencies_ms == [40]
        for heard in (Heard(name="rep", delay_ms=12), Heard(name="rep", delay_ms=1e300)):
            hub.receive(first, heard)
            hub.receive(second, heard)
        assert engine.tones_ms == [12]

    run(test)


def test_only_the_newest_state_and_picture_are_sent() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        first = joined(hub, "first")
        await got(first)
        for number in range(30):
            engine.tell(StateMessage(view=View(time_s=number, stage=Stage.WORKING), machine=Machine("fake")))
            engine.tell(picture(number))
        await asyncio.sleep(0)
        state, shown = await got(first)
        assert (state["view"]["time_s"], state["view"]["stage"], shown["seq"]) == (29, "working", 29)

    run(test)


def test_a_client_that_does_not_read_is_let_go_and_the_others_miss_nothing() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        stuck, reading = joined(hub, "stuck"), joined(hub, "reading")
        heard = 0
        for _ in range(3 * MOST_WAITING):
            engine.tell(DONE)
            heard += (await types(reading)).count("done")
        assert heard == 3 * MOST_WAITING
        assert stuck.dismissed.done()
        assert not reading.dismissed.done()

    run(test)


def test_the_engine_only_hands_over_however_many_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        for number in range(MOST_CLIENTS):
            joined(hub, f"page {number}")
        handed: list[object] = []
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "call_soon_threadsafe", lambda *what: handed.append(what))
        for seq in range(10):
            thread = threading.Thread(target=engine.tell, args=(picture(seq),))
            thread.start()
            thread.join()
        assert len(handed) == 10

    run(test)


def test_there_is_an_end_to_the_number_of_pages() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        clients = [joined(hub, f"page {number}") for number in range(MOST_CLIENTS)]
        assert hub.join("one more") is None
        hub.leave(clients[-1])
        assert hub.join("one more") is not None

    run(test)


def test_in_the_end_all_are_let_go_and_nobody_comes() -> None:
    async def test(hub: Hub, engine: FakeEngine) -> None:
        first = joined(hub, "first")
        closing = asyncio.ensure_future(hub.close(patience_s=1000))
        assert (await first.dismissed)[0] == 1001
        hub.leave(first)
        await closing
        assert hub.join("second") is None
        engine.tell(DONE)

    run(test)


def test_an_engine_that_outlives_the_pages_is_not_hurt() -> None:
    engine = FakeEngine()

    async def main() -> None:
        hub = Hub(engine)
        hub.open()

    asyncio.run(main())
    engine.tell(DONE)
