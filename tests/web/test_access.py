"""Who gets in: every route, with every credential, from every host and origin."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest

from repose.accounts.attempts import FREE
from tests.web.coach.running import Running, running

ROUTES: Final = {
    "/": 200,
    "/protocol": 200,
    "/openapi.json": 200,
    "/health": 200,
    "/api/exercises": 200,
    "/api/programme": 200,
    "/api/session": 200,
    "/api/protocol": 200,
    "/static/theme.js": 200,
    "/range.svg": 404,
    "/nowhere": 404,
}
"""What each answers to whom it lets in."""

OPEN: Final = {"/health"}

CREDENTIALS: Final = {
    "none": "",
    "wrong": "{name}=wrong",
    "empty": "{name}=",
    "token": "{name}={token}",
    "other port": "repose-1={secret}",
    "other letters": "{name}={secret}é",
    "nonsense": ";;;=",
    "right": "{name}={secret}",
    "right among others": 'theme=dark; {name}={secret}; other="a b"',
}

HOSTS: Final = {
    "127.0.0.1:{port}": True,
    "localhost:{port}": True,
    "LocalHost:{port}": True,
    "[::1]:{port}": True,
    "127.0.0.1": False,
    "127.0.0.1:1": False,
    "evil.example:{port}": False,
    "127.0.0.1.evil.example:{port}": False,
    "evil.example": False,
    "": False,
}

SITES: Final = {
    None: True,
    "same-origin": True,
    "same-site": False,
    "cross-site": False,
    "none": False,
    "": False,
}
"""What a browser says of where a request comes from (Sec-Fetch-Site)."""

ORIGINS: Final = {
    None: True,
    "http://127.0.0.1:{port}": True,
    "http://localhost:{port}": False,
    "https://127.0.0.1:{port}": False,
    "http://127.0.0.1:1": False,
    "http://127.0.0.1": False,
    "http://evil.example": False,
    "null": False,
    "": False,
}


CLIENT: Final = httpx.Client(trust_env=False)
"""Forgets its cookies before each request."""


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as it:
        yield it


def credential(server: Running, which: str) -> dict[str, bytes]:
    name, secret = server.cookie.split("=", 1)
    said = CREDENTIALS[which].format(name=name, secret=secret, token=server.access.token)
    return {"Cookie": said.encode()} if said else {}


def let_in(which: str) -> bool:
    return which.startswith("right")


def get(
    server: Running, path: str, headers: dict[str, bytes] | None = None, method: str = "GET"
) -> httpx.Response:
    CLIENT.cookies.clear()
    given = {name.encode(): value for name, value in (headers or {}).items()}
    return CLIENT.request(method, server.url + path, headers=given)


def test_every_route_of_the_application_is_in_the_table(server: Running) -> None:
    app = server.server.config.app
    known = {path.split("{")[0] for path in all_paths(app)}
    assert known == {*ROUTES, "/static", "/ws"} - {"/static/theme.js", "/nowhere"}


def all_paths(router: Any) -> set[str]:
    """Paths of all routes, those of included routers too."""
    found: set[str] = set()
    for route in router.routes:
        found |= {route.path} if hasattr(route, "path") else all_paths(route.original_router)
    return found


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("which", CREDENTIALS)
def test_a_route_opens_for_the_cookie_alone(server: Running, path: str, which: str) -> None:
    answer = get(server, path, credential(server, which))
    assert answer.status_code == (ROUTES[path] if let_in(which) or path in OPEN else 403)
    if answer.status_code == 403:
        assert "repose live" in answer.text


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("host", HOSTS)
def test_only_our_own_names_are_answered(server: Running, path: str, host: str) -> None:
    headers = {**credential(server, "right"), "Host": host.format(port=server.port).encode()}
    assert get(server, path, headers).status_code == (ROUTES[path] if HOSTS[host] else 400)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_no_method_changes_anything(server: Running, path: str, method: str) -> None:
    status = get(server, path, credential(server, "right"), method).status_code
    allowed = {200, 404, 405} if method == "HEAD" else {404, 405}
    assert status in allowed


@pytest.mark.parametrize("origin", ORIGINS)
def test_unsafe_methods_need_our_own_origin(server: Running, origin: str | None) -> None:
    headers = credential(server, "right")
    if origin is not None:
        headers["Origin"] = origin.format(port=server.port).encode()
    assert get(server, "/api/session", headers, "POST").status_code == (405 if ORIGINS[origin] else 403)


@pytest.mark.parametrize("site", SITES)
def test_unsafe_methods_and_websockets_need_our_own_site(server: Running, site: str | None) -> None:
    headers = credential(server, "right")
    if site is not None:
        headers["Sec-Fetch-Site"] = site.encode()
    assert get(server, "/api/session", headers, "POST").status_code == (405 if SITES[site] else 403)
    said = [f"{name}: {value.decode()}" for name, value in headers.items()]
    status, raw = server.handshake(f"Host: 127.0.0.1:{server.port}", *said)
    raw.close()
    assert status == (101 if SITES[site] else 403)
    # What only shows a page may be asked for from anywhere: without the cookie, which is never sent along.
    assert get(server, "/protocol", headers).status_code == 200


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("which", CREDENTIALS)
def test_the_websocket_needs_cookie_and_origin(server: Running, which: str, origin: str | None) -> None:
    headers = [f"Host: 127.0.0.1:{server.port}"]
    headers += [f"{name}: {value.decode('latin-1')}" for name, value in credential(server, which).items()]
    if origin is not None:
        headers.append(f"Origin: {origin.format(port=server.port)}")
    status, raw = server.handshake(*headers)
    raw.close()
    assert status == (101 if let_in(which) and ORIGINS[origin] else 403)


@pytest.mark.parametrize("host", [host for host in HOSTS if host])
def test_the_websocket_needs_one_of_our_names(server: Running, host: str) -> None:
    status, raw = server.handshake(f"Host: {host.format(port=server.port)}", f"Cookie: {server.cookie}")
    raw.close()
    assert status == (101 if HOSTS[host] else 400)


def test_the_token_is_exchanged_for_a_cookie_that_scripts_cannot_read(server: Running) -> None:
    for _ in range(2):  # the person may open a second page
        answer = get(server, f"/?token={server.access.token}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"]
        assert {part.strip() for part in cookie.split(";")[1:]} == {"Path=/", "HttpOnly", "SameSite=Strict"}
        assert server.access.token not in cookie
        assert str(server.port) in cookie.split("=")[0]
        assert get(server, "/", {"Cookie": cookie.split(";")[0].encode()}).status_code == 200


def test_a_ticket_opens_once(server: Running) -> None:
    ticket = server.access.ticket()
    assert get(server, f"/?token={ticket}").status_code == 303
    assert get(server, f"/?token={ticket}").status_code == 403


@pytest.mark.parametrize(
    "query", ["wrong", "", "%C3%A9", "{token}x", "{token}&token=wrong", "wrong&token={token}"]
)
def test_a_wrong_token_opens_nothing(server: Running, query: str) -> None:
    answer = get(server, f"/?token={query.format(token=server.access.token)}")
    assert answer.status_code in (403, 429)
    assert "set-cookie" not in answer.headers


def test_wrong_tokens_are_slowed_down_and_the_right_one_never_is() -> None:
    with running() as server:
        statuses = [get(server, f"/?token=wrong{n}").status_code for n in range(12)]
        assert statuses == [403] * FREE + [429] * (12 - FREE)
        late = get(server, "/?token=wrong")
        assert int(late.headers["retry-after"]) >= 1
        assert "Wait" in late.text
        # Else any page could lock everybody out, by sending browsers here with wrong ones.
        assert get(server, f"/?token={server.access.token}").status_code == 303


def test_the_token_opens_only_the_first_page(server: Running) -> None:
    assert get(server, f"/api/session?token={server.access.token}").status_code == 403


def test_health_tells_nothing_else(server: Running) -> None:
    assert set(get(server, "/health").json()) == {"name", "version"}


@pytest.mark.parametrize("path", [*ROUTES, "/?token=wrong"])
@pytest.mark.parametrize("which", ["none", "right"])
def test_every_answer_makes_the_browser_careful(server: Running, path: str, which: str) -> None:
    answer = get(server, path, credential(server, which))
    headers = answer.headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert not any("unsafe" in value or "*" in value or "http" in value for value in policy.values())
    if "<style>" in answer.text:
        assert answer.status_code in (403, 429)
        assert policy["form-action"] == "'none'"
        style = answer.text.split("<style>")[1].split("</style>")[0]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert policy["style-src"] == f"'sha256-{digest}'"
    else:
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
        assert policy["connect-src"] == f"'self' ws://127.0.0.1:{server.port}"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static/") else "no-store")
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_a_host_of_others_is_not_named_in_the_policy(server: Running) -> None:
    answer = get(server, "/", {"Host": b"evil.example; script-src *"})
    assert answer.status_code == 400
    assert "evil" not in answer.headers["content-security-policy"] + answer.text


def test_static_paths_stay_inside(server: Running) -> None:
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/",
    ):
        assert get(server, path, credential(server, "right")).status_code == 404


def test_who_is_refused_fills_no_log(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING"):
        status, raw = server.handshake(f"Host: 127.0.0.1:{server.port}")
        with raw:
            while raw.recv(65536):
                pass  # until the server has closed
        get(server, "/nowhere")
    assert status == 403
    assert caplog.messages == []


def test_no_secret_is_logged(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        get(server, f"/?token={server.access.token}")
        get(server, "/?token=wrong", credential(server, "right"))
        with server.page("a-page-of-mine"):
            pass
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("repose", "uvicorn"))]
    for secret in (server.access.token, server.cookie.split("=", 1)[1]):
        assert not any(secret in line for line in ours)
