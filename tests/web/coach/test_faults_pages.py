"""The table of faults goes on: what pages do to a session, over the real server and the real engine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from websockets.sync.client import ClientConnection, connect

import repose.live.engine as engine_module
from repose.coaching.messages import Stage
from repose.live.engine import Engine
from repose.live.protocol import Problem
from repose.web.coach import connection
from repose.web.coach.hub import Hub
from tests.live.world import World, slides, world
from tests.web.coach.fake_engine import FakeEngine
from tests.web.coach.running import Running, receive_type, running, send

TAB = "tab-of-the-browser"
OTHER = "another-tab-of-it"


@contextmanager
def served(folder: Path, kept_s: float = 30.0) -> Iterator[tuple[World, Running]]:
    """A world whose engine has pages."""
    with world(folder) as it, running(cast(FakeEngine, it.engine), kept_s) as server:
        yield it, server


def tab(server: Running, name: str) -> ClientConnection:
    """A page that does not wait for long when it is closed: it may have much left to read."""
    return connect(
        f"{server.url.replace('http', 'ws')}/ws?client={name}",
        additional_headers={"Cookie": server.cookie},
        proxy=None,
        compression=None,
        close_timeout=0.1,
    )


def ask(it: World, page: ClientConnection, **message: object) -> None:
    """Ask for something that the engine does, and let it."""
    send(page, **message)
    it._await(lambda: not it.engine._commands.empty())
    it.turn()


def begin(it: World, page: ClientConnection, reps: int) -> None:
    """Start from a page, and get as far as the begin of the set."""
    ask(it, page, type="start", programme=slides(reps).model_dump(mode="json"))
    it.until(lambda: it.view.stage is Stage.WORKING)


def all_done(page: ClientConnection) -> list[dict[str, Any]]:
    """All reps and partials that a page has been told of."""
    page.send(json.dumps({"type": "rubbish"}))  # what comes before the answer to this has come
    done = []
    while True:
        message = page.recv(timeout=30)
        if isinstance(message, bytes):
            continue
        said = json.loads(message)
        if said["type"] == "done":
            done.append(said["done"]["rep"])
        if said["type"] == "problem" and "rubbish" in said["text"]:
            return done


def test_the_browser_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In mid-set: nobody would hear the coach, so it waits; who comes back goes on."""
    monkeypatch.setattr(engine_module, "ALONE_S", 0.0)
    with served(tmp_path, kept_s=0.05) as (it, server):
        with tab(server, TAB) as page:
            begin(it, page, 3)
            it.until_rep(0, 1.2)
        it._await(lambda: it.engine._alone_since is not None)
        it.wait(8)
        assert it.view.can_resume
        assert it.reps() == [0]
        with tab(server, OTHER) as page:
            assert receive_type(page, "hello")["role"] == "controller"
            state = receive_type(page, "state")["view"]
            assert (state["sets"][0]["reps"], state["can_resume"]) == (1, True)
            ask(it, page, type="resume")
            it.until_rep(4, -0.1)
            it.lie_still(15)
            assert it.view.stage is Stage.WORKING
            it.finish()
        assert it.reps() == [0, 4, 5]
        assert it.partials == []
        it.assert_kept()


def test_the_page_is_loaded_again_in_mid_set(tmp_path: Path) -> None:
    """In mid-rep: the session goes on meanwhile, and the page shows what was counted."""
    with served(tmp_path) as (it, server):
        with tab(server, TAB) as page:
            begin(it, page, 3)
            it.until_rep(0, 0.5)
        it.until_rep(1, 0.5)
        with tab(server, TAB) as page:
            assert receive_type(page, "hello")["role"] == "controller"
            assert receive_type(page, "state")["view"]["sets"][0]["reps"] == 1
            it.finish()
            assert len(all_done(page)) == 2
        assert it.reps() == [0, 1, 2]
        assert it.partials == []
        it.assert_kept()


def test_two_tabs_that_both_want_control(tmp_path: Path) -> None:
    """They take it from each other, and the one that has lost it commands in vain."""
    with served(tmp_path) as (it, server), tab(server, TAB) as one, tab(server, OTHER) as other:
        assert receive_type(one, "hello")["role"] == "controller"
        assert receive_type(other, "hello")["role"] == "watcher"
        begin(it, one, 3)
        for turn in range(12):
            taking, losing = (other, one) if turn % 2 == 0 else (one, other)
            send(taking, type="take_control")
            assert receive_type(taking, "role")["role"] == "controller"
            assert receive_type(losing, "role")["role"] == "watcher"
            send(losing, type="stop")
            told = receive_type(losing, "problem")["text"]
            assert told == "Another page controls this session: take control here first."
            it.wait(0.5)
        it.finish()
        assert it.reps() == [0, 1, 2]
        assert it.partials == []
        assert it.engine._commands.empty()
        it.assert_kept()


def test_a_page_stops_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is let go; the other one misses nothing, and the engine never waits for either."""
    monkeypatch.setattr(connection, "SEND_S", 0.05)
    with served(tmp_path) as (it, server), tab(server, TAB) as page:
        begin(it, page, 3)
        status, stuck = server.handshake(f"Host: 127.0.0.1:{server.port}", f"Cookie: {server.cookie}")
        assert status == 101
        with stuck:
            it._await(lambda: it.engine._pages == 2)
            flooded = 0
            while it.view.stage is Stage.WORKING or (it.engine._pages == 2 and flooded < 5_000):
                if it.engine._pages == 2:
                    it.engine._publish(Problem(text=f"{flooded} {'x' * 50_000}"))
                    assert receive_type(page, "problem")["text"].split()[0] == str(flooded)
                    flooded += 1
                it.tick()
            assert it.engine._pages == 1
        it.finish()
        assert it.reps() == [0, 1, 2]
        assert it.partials == []
        it.assert_kept()


def test_a_page_that_hears_nothing_holds_a_bounded_amount(tmp_path: Path) -> None:
    """Pictures and states are replaced, not piled up, for a page that never says that it has shown one."""
    with served(tmp_path) as (it, server), tab(server, TAB) as page:
        begin(it, page, 2)
        hub = _hub_of(it.engine)
        it.finish()
        (client,) = hub._clients
        assert len(client.mailbox._in_flight) == 2
        assert client.mailbox._picture is not None
        it._await(lambda: not client.mailbox._messages)
        assert it.reps() == [0, 1]


def _hub_of(engine: Engine) -> Hub:
    """The hub that listens to an engine."""
    (hub,) = [hub for listener in engine._listeners if isinstance(hub := _self_of(listener), Hub)]
    return hub


def _self_of(listener: object) -> object:
    return getattr(listener, "__self__", None)
