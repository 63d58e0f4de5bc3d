"""Whatever pages say over their WebSockets, in whatever order: one controls at most, all are answered."""

import asyncio
import json
import logging
import struct
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from starlette.websockets import WebSocket

from repose.coaching.messages import Done, Say, Tone, Urgency, View
from repose.coaching.programme import usual_programme
from repose.counting.result import Rep
from repose.live.pictures import decoded
from repose.live.port import Event
from repose.live.protocol import (
    MOST_BYTES,
    SERVER_MESSAGES,
    DoneMessage,
    Machine,
    Problem,
    SayMessage,
    StateMessage,
    ToneMessage,
)
from repose.web.coach.connection import converse
from repose.web.coach.hub import GOING_AWAY, REFUSED, TOO_LONG, TRY_LATER, Hub
from repose.web.coach.incoming import MOST_A_SECOND, MisunderstoodError, understand
from tests.fuzz.how_many import TRIED, cases, counted
from tests.web.coach.fake_engine import FakeEngine, picture
from tests.web.coach.running import Running, running

KEPT_S: Final = 10.0

START: Final = {"type": "start", "programme": usual_programme().model_dump(mode="json"), "person": "Ada"}

RIGHT: Final[list[dict[str, Any]]] = [
    START,
    {"type": "calibrate", "exercise": "heel-slides", "side": "left"},
    {"type": "continue", "session": "0" * 32},
    {"type": "pause"},
    {"type": "resume"},
    {"type": "skip"},
    {"type": "stop"},
    {"type": "take_control"},
    {"type": "shown", "seq": 1, "latency_ms": 40.0},
    {"type": "heard", "name": "rep", "delay_ms": 30.0},
]

ODD: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def nearly_right(draw: st.DrawFn) -> str:
    """A message of the protocol with something else in some of its places."""
    said: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(RIGHT))))
    here: Any = said
    while isinstance(here, (dict, list)) and here:
        key = draw(st.sampled_from([*here] if isinstance(here, dict) else [*range(len(here))]))
        if not isinstance(here[key], (dict, list)) or draw(st.booleans()):
            here[key] = draw(ODD)
            break
        here = here[key]
    if draw(st.integers(0, 3)) == 0:
        said[draw(st.text(max_size=8))] = draw(ODD)
    return json.dumps(said)


TEXTS: Final = (
    st.sampled_from(RIGHT).map(json.dumps)
    | nearly_right()
    | ODD.map(json.dumps)
    | st.text(max_size=60)
    | st.sampled_from(
        [
            "",
            "[" * 60_000,
            '{"type":' * 5000,
            '{"type": "shown", "seq": 1e999}',
            '{"type": "shown", "seq": NaN}',
            f'{{"type": "shown", "seq": {"9" * 5000}}}',
            '{"type": "pause", "type": "stop"}',
            '{"type": "\\ud800"}',
            '{"type": "pause", "\\u0000\\n\\u202e": 1}',
            '{"type": "heard", "name": "x", "delay_ms": -1e308}',
            "\ufeff{}",
        ]
    )
)


@cases(150)
@given(TEXTS)
@counted("messages over the WebSocket")
def test_a_message_is_understood_or_refused_in_a_line(text: str) -> None:
    try:
        understood = understand(text)
    except MisunderstoodError as error:
        said = str(error)
    else:
        assert understand(understood.model_dump_json()) == understood
        return
    assert 0 < len(said) <= 300


class Page(WebSocket):
    """The other end of a WebSocket, in memory."""

    def __init__(self, name: str, loop: asyncio.AbstractEventLoop, hub: Hub) -> None:
        super().__init__(
            {"type": "websocket", "headers": [], "path": "/ws", "query_string": b""}, self._no, self._no
        )
        self.name = name
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: list[dict[str, Any]] = []
        self.role = ""
        self.problems = 0
        self.closed: int | None = None
        self.seen = -1
        self.task = loop.create_task(converse(self, hub, name))

    async def _no(self, *_: object) -> Any:
        raise AssertionError("nothing goes past this page")

    async def accept(self, *_: object, **__: object) -> None:
        return

    async def receive(self) -> dict[str, Any]:
        return await self.said.get()

    async def send_text(self, data: str) -> None:
        message = SERVER_MESSAGES.validate_json(data)
        self.problems += isinstance(message, Problem)
        self.role = getattr(message, "role", self.role)

    async def send_bytes(self, data: bytes) -> None:
        seq = decoded(data).header.seq
        assert seq > self.seen
        self.seen = seq

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        self.closed = code


class Clocked(asyncio.SelectorEventLoop):
    """An event loop whose time passes when it is told to."""

    now_s = 0.0

    def time(self) -> float:
        return self.now_s


class Pages(RuleBasedStateMachine):
    """Two names, up to four pages, one hub, and an engine that says what engines say."""

    @initialize()
    def begin(self) -> None:
        self.loop = Clocked()
        self.failed: list[dict[str, Any]] = []
        self.loop.set_exception_handler(lambda _, context: self.failed.append(context))
        self.engine = FakeEngine()
        self.hub = Hub(self.engine, KEPT_S)
        self.pages: list[Page] = []
        self.seq = 0
        self.run(self._open())

    async def _open(self) -> None:
        self.hub.open()

    def run(self, what: Any = None) -> None:
        TRIED["happenings between pages and hub"] += 1

        async def settle() -> None:
            if what is not None:
                await what
            for _ in range(30):
                await asyncio.sleep(0)

        self.loop.run_until_complete(settle())
        for page in [page for page in self.pages if page.task.done()]:
            self.pages.remove(page)
            assert page.task.exception() is None
            assert page.closed in (None, GOING_AWAY, REFUSED, TOO_LONG, TRY_LATER)

    def page(self, which: int) -> Page:
        return self.pages[which % len(self.pages)]

    def hear(self, which: int, **message: Any) -> Page:
        page = self.page(which)
        page.said.put_nowait({"type": "websocket.receive", **message})
        self.run()
        return page

    @precondition(lambda self: len(self.pages) < 4)
    @rule(name=st.sampled_from(["first-page", "second-page"]))
    def come(self, name: str) -> None:
        self.loop.call_soon(lambda: self.pages.append(Page(name, self.loop, self.hub)))
        self.run()
        assert self.pages[-1].role in ("controller", "watcher")

    @precondition(lambda self: self.pages)
    @rule(which=st.integers(0, 3))
    def go(self, which: int) -> None:
        page = self.page(which)
        page.said.put_nowait({"type": "websocket.disconnect", "code": 1001})
        self.run()
        assert page not in self.pages

    @precondition(lambda self: self.pages)
    @rule(which=st.integers(0, 3), text=TEXTS)
    def say(self, which: int, text: str) -> None:
        before, obeyed = self.page(which).problems, len(self.engine.commands)
        controlled = self.page(which).role == "controller"
        page = self.hear(which, text=text)
        try:
            understood = understand(text)
        except MisunderstoodError:
            assert page.closed is not None or page.problems == before + 1
            return
        if understood.type in ("shown", "heard", "take_control") or page.closed is not None:
            return
        # A command is obeyed, or its page is told why not.
        assert (len(self.engine.commands) == obeyed + 1) == controlled
        assert (page.problems == before + 1) != controlled

    @precondition(lambda self: self.pages)
    @rule(which=st.integers(0, 3), data=st.binary(max_size=20))
    def say_bytes(self, which: int, data: bytes) -> None:
        before = self.page(which).problems
        page = self.hear(which, bytes=data)
        assert page.closed is not None or page.problems == before + 1

    @precondition(lambda self: self.pages)
    @rule(which=st.integers(0, 3))
    def say_too_much_at_once(self, which: int) -> None:
        page = self.hear(which, text="x" * (MOST_BYTES + 1))
        assert page.closed in (TOO_LONG, REFUSED)

    @precondition(lambda self: self.pages)
    @rule(which=st.integers(0, 3), text=TEXTS.filter(lambda text: len(text) < 200))
    def say_too_often(self, which: int, text: str) -> None:
        page = self.page(which)
        for _ in range(MOST_A_SECOND + 1):
            page.said.put_nowait({"type": "websocket.receive", "text": text})
        self.run(self._until_closed(page))
        assert page.closed == REFUSED

    async def _until_closed(self, page: Page) -> None:
        for _ in range(10_000):
            if page.closed is not None:
                return
            await asyncio.sleep(0)

    @precondition(lambda self: self.pages)
    @rule(which=st.integers(0, 3))
    def take_control(self, which: int) -> None:
        page = self.hear(which, text='{"type": "take_control"}')
        assert page.closed is not None or page.role == "controller"

    @rule(what=st.integers(0, 5))
    def the_engine_tells(self, what: int) -> None:
        self.seq += 1
        done = Done(1.0, "heel-slides", 0, Rep("left", 0, 1, 2, 1, 0.5, {}, 1.0, 0.9, (), 2.1))
        events: list[Event] = [
            picture(self.seq),
            StateMessage(view=View(), machine=Machine("fake")),
            SayMessage(say=Say(1.0, "one", Urgency.COUNT, "count")),
            ToneMessage(tone=Tone(1.0, "rep"), decided_ms=1e12),
            DoneMessage(done=done),
            Problem(text="so"),
        ]
        for page in self.pages:
            page.problems -= what == 5  # these are not answers
        self.engine.tell(events[what])
        self.run()

    @rule(seconds=st.sampled_from([0.5, KEPT_S + 1]))
    def time_passes(self, seconds: float) -> None:
        self.loop.now_s += seconds
        self.run()

    @invariant()
    def one_controls_at_most(self) -> None:
        controlling = [page for page in self.pages if page.role == "controller"]
        assert len(controlling) <= 1
        if self.engine.watchings:
            pages, controlled = self.engine.watchings[-1]
            assert pages == len(self.pages)
            assert controlled or not controlling

    @invariant()
    def nothing_fails(self) -> None:
        assert self.failed == []

    def teardown(self) -> None:
        self.run(self.hub.close())
        self.loop.now_s += 60
        self.run()
        assert self.pages == []
        self.loop.close()


TestPages = Pages.TestCase
TestPages.settings = cases(12, stateful_step_count=25)


FRAMES: Final = st.tuples(
    st.integers(0, 255),  # FIN, reserved bits, opcode
    st.booleans(),  # masked
    st.sampled_from([None, 0, 125, 126, 127, 65_536, 2**31, 2**63, 2**64 - 1]),  # a length that may be a lie
    st.binary(max_size=40),
)


def frame(first: int, masked: bool, length: int | None, content: bytes) -> bytes:
    said = len(content) if length is None else length
    mask = 0x80 if masked else 0
    if said < 126:
        head = bytes([first, mask | said])
    elif said < 65_536:
        head = bytes([first, mask | 126]) + struct.pack(">H", said)
    else:
        head = bytes([first, mask | 127]) + struct.pack(">Q", said)
    return head + (b"\0\0\0\0" if masked else b"") + content


@pytest.fixture(scope="module")
def server() -> Any:
    with running() as ready:
        yield ready


@cases(15)
@given(st.lists(FRAMES, min_size=1, max_size=6) | st.binary(max_size=200).map(lambda raw: [raw]))
@counted("frames on the wire")
def test_frames_of_anything_harm_nobody_else(server: Running, sent: list[Any]) -> None:
    status, raw = server.handshake(f"Host: 127.0.0.1:{server.port}", f"Cookie: {server.cookie}")
    assert status == 101
    with raw:
        try:
            for one in sent:
                raw.sendall(one if isinstance(one, bytes) else frame(*one))
        except OSError:
            pass  # it was cut off, as it should be
    with server.browser() as browser:
        assert browser.get("/health").status_code == 200


def test_what_was_sent_to_the_real_server_is_no_error(
    server: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        _, raw = server.handshake(f"Host: 127.0.0.1:{server.port}", f"Cookie: {server.cookie}")
        raw.sendall(b"\xff" * 100)
        raw.close()
        with server.browser() as browser:
            assert browser.get("/health").status_code == 200
    assert caplog.records == []
