"""Many watching pages and many requests for kept sessions: does the coach keep its frame rate?

The server runs as a user starts it, a clip that is played again and again stands in for the camera, and all
clients are in this process. Pages take pictures as a browser does: each is acknowledged, and the next comes
then. Requests come at their times whether or not those before were answered, and their latency counts from
then: a server that is late is not asked less.
"""

import asyncio
import json
import random
import struct
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from repose.bench.clip import repeat, with_lead
from repose.bench.figures import percentile
from repose.bench.live import OnProgress, sets_for
from repose.bench.process import LiveProcess
from repose.bench.years import Wanted, make_years
from repose.coaching.messages import Stage
from repose.coaching.programme import Programme
from repose.errors import ReposeError
from repose.evaluation.truth import Truth
from repose.pipeline import count_source
from repose.sessions.open_store import open_store

READY_S: Final = 60.0
"""Longest wait for the exercise to begin."""

SETTLE_S: Final = 3.0
"""At the begin of each part, what is left of the one before."""

CONNECTIONS: Final = 32
"""On which requests are sent; a browser has six, and here are many."""

PATIENCE_S: Final = 10.0
"""A request that was not answered by then is given up."""

SHARE: Final = 0.95
"""The coach keeps its frame rate if it looks at so many of the pictures that it looks at alone."""

DAYS: Final = 365
RECORDED: Final = 2
"""Of one person's sessions, and how many of them keep landmarks."""

SIGNED_OFF: Final = 0.02
"""Share of the sessions, as of `repose bench years`."""

SESSIONS: Final = 40
"""The latest ones are asked for."""

_LENGTH: Final = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Wish:
    """One part of the measurement: pages that watch beside the controlling one, and requests a second."""

    pages: int
    rate: float


@dataclass(frozen=True, slots=True)
class Part:
    """What one part came to.

    Attributes:
        wish: what was asked of the server.
        analysed_fps: pictures a second in which the body was looked for.
        dropped_a_second: pictures left out because a newer one was there.
        shown_fps: pictures a second that each page got; the fewest, the median and the most of all pages.
        picture_ms: from capture to arrival; median and 95th percentile.
        answered_a_second: requests.
        page_ms: from the time that a request was due to the end of its answer; median and 95th percentile.
        refused: requests that were told to come back.
        failed: requests that were answered otherwise than with what was asked for, or not in time.
        notes: what the coach changed to keep up.
        closed: pages that lost their connection.
    """

    wish: Wish
    analysed_fps: float
    dropped_a_second: float
    shown_fps: tuple[float, float, float]
    picture_ms: tuple[float | None, float | None]
    answered_a_second: float
    page_ms: tuple[float | None, float | None]
    refused: int
    failed: int
    notes: tuple[str, ...]
    closed: int


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """What was measured; the first part is the coach with one page alone.

    Attributes:
        clip: its name.
        seconds: length of each part.
        parts: in their order.
    """

    clip: str
    seconds: float
    parts: tuple[Part, ...]

    def held(self, part: Part) -> bool:
        """Whether the coach kept its frame rate, and no page or answer was lost."""
        alone = self.parts[0].analysed_fps
        return part.analysed_fps >= SHARE * alone and not part.failed and not part.closed


def measure_load(
    clip: Path, truth: Truth, wishes: Sequence[Wish], *, seconds: float, model: str, on_progress: OnProgress
) -> LoadFigures:
    """Play a clip to the live coach, and ask more and more of it.

    Args:
        clip: a video that begins and ends in the start position of one exercise.
        truth: what it shows; complete reps of one side.
        wishes: what is asked, part by part, after a part without anything.
        seconds: length of each part.
        model: pose model of the server.
        on_progress: told of the progress.

    Raises:
        ReposeError: the server does not start or ends, or the coach finds no start position.
    """
    parts = [Wish(0, 0.0), *wishes]
    with tempfile.TemporaryDirectory() as folder:
        once, video, database = Path(folder) / "once.mp4", Path(folder) / clip.name, Path(folder) / "year.db"
        on_progress("making the video", 0.0, 1.0)
        once_s = with_lead(clip, once)
        lasts_s = READY_S + len(parts) * (seconds + SETTLE_S)
        rounds = max(1, int(np.ceil(lasts_s / once_s)))
        repeat(once, video, rounds, once_s)
        on_progress("making a year of sessions", 0.0, 1.0)
        paths = _year(once, truth, database)
        programme = sets_for(truth.exercise, [rep.side for rep in truth.complete], rounds)
        with LiveProcess(str(video), "--model", model, "--database", str(database)) as server:
            visit = _Visit(server, paths, on_progress)
            found = asyncio.run(visit.measure(programme, parts, seconds))
    return LoadFigures(clip.name, seconds, found)


def _year(clip: Path, truth: Truth, database: Path) -> tuple[str, ...]:
    """Fill a database; gives what is asked for, a third each: history, list, review of the latest."""
    _, recording, _ = count_source(str(clip), truth.exercise, side=truth.side)
    open_store(str(database)).close()
    make_years(str(database), Wanted(1, DAYS, SIGNED_OFF, RECORDED), recording, lambda *_: None)
    with closing(open_store(str(database))) as store:
        newest = store.sessions(limit=SESSIONS)
    person = newest[0].person.id
    rng = random.Random(1)  # noqa: S311 - no secret
    paths: list[str] = []
    for entry in rng.sample(newest, len(newest)):
        paths += [
            f"/history?person={person}&day={entry.head.begun_at:%Y-%m-%d}",
            f"/sessions?person={person}",
            f"/api/sessions/{entry.id}/review",
        ]
    return tuple(paths)


@dataclass(slots=True)
class _Seen:
    """What a page was sent since the last part began."""

    pictures: int = 0
    latencies_ms: list[float] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    role: str = ""
    problem: str = ""
    closed: bool = False


@dataclass(slots=True)
class _Answers:
    """What came of requests."""

    latencies_ms: list[float] = field(default_factory=list)
    refused: int = 0
    failed: int = 0


class _Visit:
    """All clients of one server."""

    def __init__(self, server: LiveProcess, paths: Sequence[str], on_progress: OnProgress) -> None:
        self._server = server
        self._on_progress = on_progress
        self._place = urlsplit(server.url)
        self._paths: Iterator[str] = cycle(paths)
        self._cookie = ""

    async def measure(self, programme: Programme, parts: Sequence[Wish], seconds: float) -> tuple[Part, ...]:
        """Begin the session, and measure part by part."""
        await self._let_in()
        found = []
        async with self._page() as (socket, seen):
            await self._until(lambda: seen.role == "controller", seen, "waiting for the page")
            await socket.send(json.dumps({"type": "start", "programme": programme.model_dump(mode="json")}))
            await self._until(
                lambda: bool(seen.state) and seen.state["view"]["stage"] == Stage.WORKING,
                seen,
                "getting into position",
            )
            for number, wish in enumerate(parts):
                title = (
                    f"part {number + 1} of {len(parts)}: {wish.pages} pages, {wish.rate:g} requests a second"
                )
                found.append(await self._part(wish, seen, seconds, title))
        return tuple(found)

    async def _part(self, wish: Wish, controlling: _Seen, seconds: float, title: str) -> Part:
        async with AsyncExitStack() as stack:
            pages = [controlling]
            for _ in range(wish.pages):
                pages.append((await stack.enter_async_context(self._page()))[1])
            answers = _Answers()
            asking = asyncio.create_task(self._ask(wish.rate, answers)) if wish.rate else None
            await asyncio.sleep(SETTLE_S)
            for page in pages:
                page.pictures, page.latencies_ms = 0, []
            answers.latencies_ms, answers.refused, answers.failed = [], 0, 0
            rates, dropped = [], controlling.state["machine"]["dropped"]
            begun = time.monotonic()
            while (over_s := time.monotonic() - begun) < seconds:
                self._on_progress(title, over_s, seconds)
                if not self._server.running:
                    raise ReposeError(f"the live coach has ended by itself: {self._server.last_line()}")
                rates.append(controlling.state["machine"]["analysed_fps"])
                await asyncio.sleep(1.0)
            lasted_s = time.monotonic() - begun
            machine = controlling.state["machine"]
            shown = sorted(page.pictures / lasted_s for page in pages)
            part = Part(
                wish=wish,
                analysed_fps=float(np.mean(rates)),
                dropped_a_second=(machine["dropped"] - dropped) / lasted_s,
                shown_fps=(shown[0], shown[len(shown) // 2], shown[-1]),
                picture_ms=_middle_and_worst([each for page in pages for each in page.latencies_ms]),
                answered_a_second=len(answers.latencies_ms) / lasted_s,
                page_ms=_middle_and_worst(answers.latencies_ms),
                refused=answers.refused,
                failed=answers.failed,
                notes=tuple(machine["notes"]),
                closed=sum(page.closed for page in pages),
            )
            if asking is not None:
                asking.cancel()
                with suppress(asyncio.CancelledError):
                    await asking
        return part

    async def _until(self, come_true: Any, seen: _Seen, title: str) -> None:  # noqa: ANN401
        begun = time.monotonic()
        while not come_true():
            waited_s = time.monotonic() - begun
            if waited_s > READY_S or seen.problem or seen.closed:
                cue = (seen.state.get("view") or {}).get("cue", "")
                raise ReposeError(f"{title} took too long: {seen.problem or cue or 'the page shows nothing'}")
            self._on_progress(title, waited_s, READY_S)
            await asyncio.sleep(0.1)

    async def _let_in(self) -> None:
        """Exchange the launch token for the cookie."""
        path = f"{self._place.path or '/'}?{self._place.query}"
        async with _Http(self._place, "") as http:
            _, headers = await http.get(path)
        self._cookie = headers.get("set-cookie", "").split(";")[0]
        if not self._cookie:
            raise ReposeError(f"{self._place.netloc} does not let the bench in")

    @asynccontextmanager
    async def _page(self) -> AsyncIterator[tuple[ClientConnection, _Seen]]:
        """A page that watches for as long as the `async with` lasts."""
        seen = _Seen()
        async with connect(
            f"ws://{self._place.netloc}/ws",
            additional_headers={"Cookie": self._cookie, "Origin": f"http://{self._place.netloc}"},
            proxy=None,
            compression=None,
            max_size=None,
        ) as socket:
            watching = asyncio.create_task(_watch(socket, seen))
            try:
                yield socket, seen
            finally:
                watching.cancel()
                with suppress(asyncio.CancelledError):
                    await watching

    async def _ask(self, rate: float, answers: _Answers) -> None:
        """Ask again and again, each time when it is due."""
        due: asyncio.Queue[tuple[float, str]] = asyncio.Queue()
        workers = [asyncio.create_task(self._work(due, answers)) for _ in range(CONNECTIONS)]
        begun = time.monotonic()
        try:
            number = 0
            while True:
                at = begun + number / rate
                await asyncio.sleep(max(0.0, at - time.monotonic()))
                due.put_nowait((at, next(self._paths)))
                number += 1
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, due: "asyncio.Queue[tuple[float, str]]", answers: _Answers) -> None:
        at, path = await due.get()
        while True:
            async with _Http(self._place, self._cookie) as http:
                while not http.closed:  # as the server does with those on which nothing is asked for long
                    if await _answered(http, at, path, answers):
                        at, path = await due.get()


async def _answered(http: "_Http", at: float, path: str, answers: _Answers) -> bool:
    """Ask, and note what came of it; whether that is known.

    It is not if the server closed the connection, after other answers, before this request was there: then a
    browser asks again on another one (RFC 9112, 9.3.1).
    """
    if time.monotonic() - at > PATIENCE_S:
        answers.failed += 1
        return True
    try:
        status, _ = await http.get(path)
    except (OSError, EOFError, ValueError) as error:
        http.close()
        nothing = isinstance(error, ConnectionError) or getattr(error, "partial", None) == b""
        if http.answered and nothing:
            return False
        answers.failed += 1
        return True
    if status == 200:
        answers.latencies_ms.append((time.monotonic() - at) * 1000)
    elif status == 503:
        answers.refused += 1
    else:
        answers.failed += 1
    return True


async def _watch(socket: ClientConnection, seen: _Seen) -> None:
    """Take what a page is sent, and say of each picture that it was shown."""
    try:
        async for message in socket:
            if isinstance(message, bytes):
                (length,) = _LENGTH.unpack_from(message)
                header = json.loads(message[_LENGTH.size : _LENGTH.size + length])
                latency_ms = time.time() * 1000 - header["captured_ms"]
                seen.pictures += 1
                seen.latencies_ms.append(latency_ms)
                await socket.send(
                    json.dumps({"type": "shown", "seq": header["seq"], "latency_ms": latency_ms})
                )
                continue
            said = json.loads(message)
            seen.role = said.get("role", seen.role)
            if said["type"] == "state":
                seen.state = said
            elif said["type"] == "problem":
                seen.problem = said["text"]
    except WebSocketException:
        pass
    seen.closed = True


class _Http:
    """One connection, on which one request follows the other."""

    def __init__(self, place: Any, cookie: str) -> None:  # noqa: ANN401 - SplitResult of a text
        self._place = place
        self._cookie = cookie
        self.answered = 0

    async def __aenter__(self) -> "_Http":
        self._reader, self._writer = await asyncio.open_connection(self._place.hostname, self._place.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    @property
    def closed(self) -> bool:
        """Whether either side has closed it."""
        return self._writer.is_closing() or self._reader.at_eof()

    def close(self) -> None:
        """Ask nothing more."""
        self._writer.close()

    async def get(self, path: str) -> tuple[int, dict[str, str]]:
        """Status and headers of an answer; its body is read and let go.

        Raises:
            EOFError, ValueError: it is none.
        """
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {self._place.netloc}",
            f"Cookie: {self._cookie}",
            "Accept: text/html,application/json",
        )
        self._writer.write("\r\n".join((*lines, "", "")).encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
        }
        await self._reader.readexactly(int(headers["content-length"]))
        self.answered += 1
        return int(head[0].split()[1]), headers


def _middle_and_worst(values: Sequence[float]) -> tuple[float | None, float | None]:
    return percentile(values, 50), percentile(values, 95)
