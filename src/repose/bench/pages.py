"""How long the pages take over a full database."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

from fastapi import FastAPI

from repose.sessions.records import Selection
from repose.sessions.store import Store
from repose.web.access import Access
from repose.web.app import create_app

_PORT: Final = 8350
ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class PageTime:
    """How long a page took.

    Attributes:
        name: in words.
        seconds: median of the rounds, first request included.
        longest_s: of the rounds.
        size: bytes of the answer.
    """

    name: str
    seconds: float
    longest_s: float
    size: int


def page_times(store: Store, on_page: Callable[[str], None]) -> tuple[PageTime, ...]:
    """Ask for each page about kept sessions as a browser does, but for the network.

    Args:
        store: with at least one session.
        on_page: told before each page.
    """
    access = Access(_PORT)
    app = create_app(None, access, store=store)
    newest = store.sessions(limit=1)[0]
    person = newest.person.id
    oldest = store.exercised(person)
    begun = next(iter(oldest.values()))
    recorded = store.session(newest.id)
    a_year_ago = newest.head.begun_at - timedelta(days=365)
    pages = {
        "list of sessions": "/sessions",
        "list of sessions of one person": f"/sessions?person={person}",
        "history, three months": f"/history?person={person}&day={newest.head.begun_at:%Y-%m-%d}",
        "history, a year": f"/history?person={person}&period=year",
        "history, everything": f"/history?person={person}&period=all",
        "history, first month": f"/history?person={person}&month={begun:%Y-%m}",
        "review of a session, page": f"/sessions/{newest.id}",
        "review of a session, its data": f"/api/sessions/{newest.id}/review",
        "review of a session, a signal": f"/api/sessions/{newest.id}/sets/{recorded.sets[-1].id}/signal",
        "accuracy, three months": "/accuracy",
        "accuracy, a year of one person": f"/accuracy?person={person}&since={a_year_ago:%Y-%m-%d}",
        "accuracy, everything of one person": f"/accuracy?person={person}&since=",
        "accuracy, everything": "/accuracy?since=",
    }
    found = []
    for name, path in pages.items():
        on_page(name)
        rounds = 1 if path == "/accuracy?since=" else ROUNDS
        taken = []
        for _ in range(rounds):
            started = time.perf_counter()
            status, size = asyncio.run(_get(app, access, path))
            taken.append(time.perf_counter() - started)
            if status != 200:
                raise RuntimeError(f"{path} answered {status}")
        found.append(PageTime(name, median(taken), max(taken), size))
    return tuple(found)


def judged_sets(store: Store) -> int:
    """Number of sets that the accuracy of everything is about."""
    return sum(map(len, store.judged(Selection()).sets.values()))


async def _get(app: FastAPI, access: Access, path: str) -> tuple[int, int]:
    """Status and size of an answer of the application."""
    where, _, query = path.partition("?")
    status, size = 0, 0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: object) -> None:
        nonlocal status, size
        assert isinstance(message, dict)  # noqa: S101 - ASGI's messages are
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            size += len(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (b"host", f"127.0.0.1:{_PORT}".encode()),
            (b"cookie", access.cookie().split(";")[0].encode()),
            (b"accept", b"text/html"),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", _PORT),
    }
    await app(scope, receive, send)
    return status, size
