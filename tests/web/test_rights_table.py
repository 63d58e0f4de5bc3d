"""Who gets where: every address that is listened on, every credential, every role, every route."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI

from repose.accounts.logins import IDLE_S, LONGEST_S
from repose.accounts.roles import RIGHTS, Right, Role
from repose.web import rights
from repose.web.access import Access
from repose.web.rights import NEEDS, RouteNeeds, asked_for
from tests.web.doors import QUICK, Doors, binds, doors

BINDS: Final = binds()

FILLED: Final = {
    "session_id": "0123456789abcdef0123456789abcdef",
    "person_id": "0123456789abcdef0123456789abcdef",
    "set_id": "1",
    "job": "0123",
    "path:path": "theme.js",
}
"""What stands for the parts of a path: nothing of the kind is kept."""

ALLOWED: Final = {
    ("GET", "/static/{path:path}"): 200,
    ("GET", "/range.svg"): 404,
    ("GET", "/ws"): 101,
    ("GET", "/api/calibrate/profile"): 422,
    ("GET", "/api/sessions/{session_id}/landmarks"): 422,
    ("POST", "/api/recordings/landmarks"): 400,
    ("POST", "/sign-in"): 413,
    ("POST", "/sign-out"): 303,
}
"""What a route answers to whom it lets in, where that is not what `allowed` says."""

OUTSIDE: Final = (
    "nobody",
    "wrong",
    "empty",
    "launch token",
    "another run",
    "idle for too long",
    "signed in for too long",
    "signed out",
    "account removed",
    "password changed",
    "this computer's, from elsewhere",
)
"""Credentials that open nothing."""

INSIDE: Final[dict[str, Role | None]] = {"this computer": None, **{str(role): role for role in Role}}


@pytest.fixture(scope="module", params=BINDS)
def door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with doors(BINDS[request.param], tmp_path_factory.mktemp("kept")) as running:
        yield running


def app_of(door: Doors) -> FastAPI:
    app = door.server.config.app
    assert isinstance(app, FastAPI)
    return app


def routes(door: Doors) -> list[tuple[str, str]]:
    """All of them; the one that ends what was begun comes last."""
    return sorted(asked_for(app_of(door).routes), key=lambda route: route[1] == "/sign-out")


def allowed(route: tuple[str, str]) -> int:
    method, path = route
    return ALLOWED.get(route, 422 if method == "POST" else 404 if "{" in path else 200)


def expected(door: Doors, route: tuple[str, str], who: str) -> int:
    """The status that a route answers to a credential."""
    right = NEEDS[route].right
    if who in OUTSIDE and not (who == OUTSIDE[-1] and not door.access.beyond):
        return allowed(route) if right is Right.OPEN else 403
    role = INSIDE.get(who)
    return allowed(route) if role is None or right in RIGHTS[role] else 403


def credential(door: Doors, who: str) -> dict[str, str]:
    """The header with which somebody asks."""
    if who in INSIDE:
        return door.let_in(INSIDE[who])
    if who == "nobody":
        return {}
    if who == "this computer's, from elsewhere":
        return door.let_in(None)
    if who == "another run":
        other = Access(door.port, tls=door.access.tls)
        assert other.cookie_name == door.access.cookie_name
        return {"Cookie": other.cookie().split(";")[0]}
    if who in ("wrong", "empty", "launch token"):
        value = {"wrong": "wrong", "empty": "", "launch token": door.access.token}[who]
        return {"Cookie": f"{door.access.cookie_name}={value}"}
    return lapsed(door, who)


def lapsed(door: Doors, who: str) -> dict[str, str]:
    """The header of a login that was good once."""
    now, accounts = door.clock.now, door.store.accounts
    account = accounts.add(f"{who} {now}", Role.ADMIN, QUICK.hashed("some words in a row", who))
    secret = door.logins.begin(account)
    cookie = door.cookie(secret)
    with door.client(headers=cookie) as client:
        assert client.get("/data").status_code == 200
        match who:
            case "idle for too long":
                door.clock.now += IDLE_S
            case "signed in for too long":
                while door.clock.now < now + LONGEST_S:
                    assert client.get("/api/exercises").status_code == 200
                    door.clock.now += IDLE_S / 2
            case "signed out":
                assert client.post("/sign-out").status_code == 303
            case "account removed":
                accounts.remove(account.id)
            case "password changed":
                accounts.set_password(account.id, QUICK.hashed("other words in a row", who))
            case _:
                raise AssertionError(who)
    return cookie


def ask(door: Doors, client: httpx.Client, route: tuple[str, str], cookie: dict[str, str]) -> int:
    method, path = route
    path = re.sub(r"{(.*?)}", lambda part: FILLED[part[1]], path)
    if path == "/ws":
        status, raw = door.websocket(cookie)
        raw.close()
        return status
    body: dict[str, Any] = {}
    if method == "POST":
        # No form is so long, and no message has this.
        body = {"content": b"x" * 20_000} if path == "/sign-in" else {"json": {"unheard of": 1}}
    return client.request(method, path, headers=cookie, **body).status_code


@pytest.mark.parametrize("who", [*OUTSIDE, *INSIDE])
def test_every_route_answers_each_credential_as_the_table_says(door: Doors, who: str) -> None:
    cookie = credential(door, who)
    door.access.elsewhere = who == "this computer's, from elsewhere" and door.access.beyond
    found, wanted = {}, {}
    try:
        with door.client() as client:
            for route in routes(door):
                found[route] = ask(door, client, route, cookie)
                wanted[route] = expected(door, route, who)
                client.cookies.clear()
    finally:
        door.access.elsewhere = False
    assert found == wanted
    assert len(found) == len(NEEDS)


@pytest.mark.parametrize("who", ["nobody", "wrong", *INSIDE])
def test_only_who_is_in_is_told_what_is_not_there(door: Doors, who: str) -> None:
    paths = ("/nowhere", "/api/nowhere", "/sessions/a/b/c", "/docs", "/redoc", "/static", "/health/")
    with door.client(headers=credential(door, who)) as client:
        for path in paths:
            for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
                status = client.request(method, path).status_code
                assert status in ((404, 405, 307) if who in INSIDE else (403,)), (method, path)


def test_each_route_has_its_needs_and_each_need_its_route(door: Doors) -> None:
    assert set(routes(door)) == set(NEEDS)
    assert set(ALLOWED) <= set(NEEDS)


def test_a_route_of_which_nothing_is_said_keeps_the_application_from_starting(
    door: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    less = {route: needs for route, needs in NEEDS.items() if route != ("GET", "/accuracy")}
    monkeypatch.setattr(rights, "NEEDS", less)
    with pytest.raises(LookupError, match="GET /accuracy"):
        RouteNeeds(app_of(door).routes)


def test_what_a_role_may_is_what_the_one_before_may_and_more() -> None:
    in_order = [RIGHTS[role] for role in (Role.PATIENT, Role.REVIEWER, Role.CLINICIAN, Role.ADMIN)]
    assert all(less < more for less, more in pairwise(in_order))
    assert RIGHTS[Role.ADMIN] == frozenset(Right)


def test_the_table_is_not_about_one_kind_of_answer(door: Doors) -> None:
    kinds = {expected(door, route, who) == 403 for route in routes(door) for who in (*OUTSIDE, *INSIDE)}
    assert kinds == {True, False}


def test_needs_are_found_as_the_application_finds_its_routes(door: Doors) -> None:
    needs = RouteNeeds(app_of(door).routes)
    assert needs.of("HEAD", "/data/export.zip") == NEEDS["GET", "/data/export.zip"]
    assert needs.of("POST", "/data/export.zip") is None
    assert needs.of("GET", "/data/persons/a/b/export.zip") is None
    assert (
        needs.of("GET", "/data/persons/a/export.zip") == NEEDS["GET", "/data/persons/{person_id}/export.zip"]
    )
