"""Signing in from another computer: the form, the cookie, where it leads, and what slows guessing down."""

import base64
import hashlib
import re
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser

from repose.accounts.acting import Doing
from repose.accounts.attempts import FREE
from repose.accounts.passwords import Passwords
from repose.accounts.roles import Role
from repose.errors import ReposeError
from repose.web import guard
from repose.web.access import Access
from repose.web.sign_in import MOST_BYTES
from tests.web.contrast import low_contrast
from tests.web.doors import NAME, PASSWORD, PATIENCE_S, QUICK, Doors, binds, doors
from tests.web.kept.kept_pages import SCREENS

OTHERS = binds()["0.0.0.0"]
HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """Open to other computers."""
    with doors(OTHERS, tmp_path_factory.mktemp("kept")) as running:
        yield running


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """At this computer alone."""
    with doors(binds()["127.0.0.1"], tmp_path_factory.mktemp("kept")) as running:
        yield running


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Doors]:
    """At this computer alone, and nobody has tried anything yet."""
    with doors(binds()["127.0.0.1"], tmp_path) as running:
        yield running


@pytest.fixture
def browser_there(clinic: Doors) -> Iterator[httpx.Client]:
    """A browser at another computer, of which nothing is known yet."""
    clinic.access.elsewhere = True
    with clinic.client(headers={**HTML, "Origin": clinic.url}) as client:
        yield client
    clinic.access.elsewhere = False


def sign_in(
    client: httpx.Client, name: str, password: str = PASSWORD, to: str = "/", **more: str
) -> httpx.Response:
    return client.post("/sign-in", data={"name": name, "password": password, "to": to, **more})


@pytest.mark.parametrize("role", Role)
def test_whoever_has_an_account_gets_in_and_where_they_wanted_to_go(
    browser_there: httpx.Client, clinic: Doors, role: Role
) -> None:
    sent = browser_there.get("/sessions")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?to=/sessions")
    form = browser_there.get(sent.headers["location"])
    assert form.status_code == 200
    assert 'name="to" value="/sessions"' in form.text
    got = sign_in(browser_there, f"THE {role}", to="/sessions")
    assert (got.status_code, got.headers["location"]) == (303, "/sessions")
    page = browser_there.get("/sessions")
    assert page.status_code == 200
    assert f"the {role}" in page.text
    assert 'action="/sign-out"' in page.text


def test_the_cookie_is_for_this_host_over_tls_and_for_no_script(clinic: Doors, laptop: Doors) -> None:
    parts = {"Path=/", "HttpOnly", "SameSite=Strict"}
    for door, name, extra in ((clinic, "__Host-repose-", {"Secure"}), (laptop, "repose-", set[str]())):
        with door.client() as client:
            cookie = sign_in(client, "the admin").headers["set-cookie"]
        assert {part.strip() for part in cookie.split(";")[1:]} == parts | extra
        assert cookie.startswith(f"{name}{door.port}=")
        assert set(door.access.cookie().split("; ")[1:]) == parts | extra


def test_each_sign_in_has_a_secret_of_its_own_and_ends_the_one_before(clinic: Doors) -> None:
    secrets = []
    with clinic.client() as client:
        for _ in range(3):
            sign_in(client, "the reviewer")
            secrets.append(client.cookies[clinic.access.cookie_name])
    assert len(set(secrets)) == 3
    assert [clinic.logins.of(secret) is None for secret in secrets] == [True, True, False]


@pytest.mark.parametrize("planted", ["chosen-by-somebody-else", "x" * 43])
def test_a_cookie_that_somebody_planted_is_never_taken_over(clinic: Doors, planted: str) -> None:
    with clinic.client(headers=clinic.cookie(planted)) as client:
        client.post("/sign-in", data={"name": "the admin", "password": PASSWORD})
    assert clinic.logins.of(planted) is None
    with clinic.client(headers=clinic.cookie(planted)) as client:
        assert client.get("/data").status_code == 403


def test_signing_out_ends_it_for_this_browser(browser_there: httpx.Client, clinic: Doors) -> None:
    sign_in(browser_there, "the clinician")
    held = browser_there.cookies[clinic.access.cookie_name]
    assert browser_there.get("/calibrate").status_code == 200
    out = browser_there.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert clinic.access.cookie_name not in browser_there.cookies
    with clinic.client(headers=clinic.cookie(held)) as thief:
        assert thief.get("/calibrate").status_code == 403


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("the admin", "wrong words in a row"),
        ("the admin", ""),
        ("nobody of this name", PASSWORD),
        ("", ""),
        ("\0", "\0"),
        ("the admin", "x" * 5000),
        ("' or 1=1 --", "' or 1=1 --"),
        ("<script>alert(1)</script>", "x"),
    ],
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(laptop: Doors, name: str, password: str) -> None:
    with laptop.client() as client:
        answer = sign_in(client, name, password)
    assert answer.status_code in (403, 429)
    assert "set-cookie" not in answer.headers
    if answer.status_code == 403:
        assert "This name and this password do not belong together." in answer.text
    assert "<script" not in answer.text
    assert len(password) < 12 or password not in answer.text


class Watched(PasswordHasher):
    """Remembers what was checked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.verified += 1
        return bool(super().verify(hash, password))


def test_a_hash_is_checked_whether_there_is_such_an_account_or_not(
    fresh: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched()
    monkeypatch.setattr(QUICK, "_hasher", watched)
    with fresh.client() as client:
        for name in ("the reviewer", "somebody unheard of", "\ud83d"):
            before = watched.verified
            assert client.post("/sign-in", content=f"name={name!r}&password=x".encode()).status_code == 403
            assert watched.verified == before + 1


def test_a_hash_of_weaker_parameters_is_made_anew(laptop: Doors) -> None:
    weak = Passwords(PasswordHasher(time_cost=1, memory_cost=16, parallelism=1))
    added = laptop.store.accounts.add("weak", Role.REVIEWER, weak.hashed(PASSWORD, "weak"))
    with laptop.client() as client:
        assert sign_in(client, "weak").status_code == 303
        assert client.get("/sessions").status_code == 200, "which does not end the login that did it"
    again = laptop.store.accounts.named("weak")
    assert again is not None
    assert again.password_hash != added.password_hash
    assert not QUICK.outdated(again.password_hash)


def test_who_guesses_waits_and_is_told_how_long(fresh: Doors) -> None:
    fresh.store.accounts.add("guessed at", Role.ADMIN, QUICK.hashed(PASSWORD, "x"))
    with fresh.client() as client:
        statuses = [
            sign_in(client, "guessed at", f"wrong {number}").status_code for number in range(FREE + 3)
        ]
        assert statuses == [403] * FREE + [429] * 3
        late = sign_in(client, "guessed at")  # the right one, too early
        assert late.status_code == 429
        assert int(late.headers["retry-after"]) == 1
        assert "Wait 1 s" in late.text
        # Another account at the same address is not held up.
        assert sign_in(client, "the clinician").status_code == 303
        deadline = time.monotonic() + PATIENCE_S
        while (answer := sign_in(client, "guessed at")).status_code == 429 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert answer.status_code == 303


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/sessions?x=1",
        "/a\r\nSet-Cookie: x=y",
        "javascript:1",
    ],
)
def test_the_way_on_is_a_path_of_ours(laptop: Doors, to: str) -> None:
    with laptop.client() as client:
        assert 'name="to" value="/"' in client.get("/sign-in", params={"to": to}).text
        answer = sign_in(client, "the admin", to=to)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "content", [b"", b"%", b"name", b"name=%ff%fe&password=%00", b"&" * 100, b"name=a" * 500, b"\xff\xfe"]
)
def test_a_form_that_is_none_is_a_wrong_one(laptop: Doors, content: bytes) -> None:
    with laptop.client() as client:
        answer = client.post("/sign-in", content=content)
    assert answer.status_code in (403, 429)
    assert "set-cookie" not in answer.headers


def test_a_form_that_is_too_long_is_not_read_to_its_end(laptop: Doors) -> None:
    with laptop.client() as client:
        assert client.post("/sign-in", content=b"x" * (MOST_BYTES + 1)).status_code == 413


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "{http}"])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_the_forms_of_others_do_nothing(clinic: Doors, path: str, origin: str) -> None:
    said = origin.format(http=clinic.url.replace("https", "http"))
    cookie = clinic.let_in(Role.ADMIN)
    with clinic.client(headers={**cookie, "Origin": said}) as client:
        answer = client.post(path, data={"name": "the admin", "password": PASSWORD})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    with clinic.client(headers=cookie) as client:
        assert client.get("/sessions").status_code == 200, "still signed in"


@pytest.mark.parametrize(
    "host", [f"{NAME}:{{port}}", "CLINIC.example:{port}", "127.0.0.1:{port}", "[::1]:{port}"]
)
def test_the_names_that_were_given_are_answered(clinic: Doors, host: str) -> None:
    named = host.format(port=clinic.port)
    with clinic.client(headers={"Host": named, "Origin": f"https://{named.lower()}"}) as client:
        assert sign_in(client, "the reviewer").status_code == 303
        policy = client.get("/sign-in").headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert f"wss://{named.lower()}" in client.get("/health").headers["content-security-policy"]


@pytest.mark.parametrize(
    "host",
    [
        NAME,
        "0.0.0.0:{port}",
        "evil.example:{port}",
        f"x.{NAME}:{{port}}",
        "192.0.2.7:{port}",
        "clinic:{port}",
    ],
)
def test_no_other_name_is_answered(clinic: Doors, host: str) -> None:
    with clinic.client(headers={**clinic.let_in(None), "Host": host.format(port=clinic.port)}) as client:
        for path in ("/health", "/sign-in", "/data"):
            assert client.get(path).status_code == 400


def test_nothing_is_answered_without_encryption(clinic: Doors) -> None:
    with socket.create_connection(("127.0.0.1", clinic.port), PATIENCE_S) as plain:
        plain.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"repose" not in plain.recv(65536)


def test_old_versions_of_tls_are_not_spoken(clinic: Doors) -> None:
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        # To ask for them is what is warned of.
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            old.minimum_version = old.maximum_version = version
        with (
            socket.create_connection(("127.0.0.1", clinic.port), PATIENCE_S) as plain,
            pytest.raises(ssl.SSLError),
        ):
            old.wrap_socket(plain)


def test_the_launch_token_opens_nothing_from_elsewhere(browser_there: httpx.Client, clinic: Doors) -> None:
    answer = browser_there.get(f"/?token={clinic.access.token}")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "at the computer that it runs on" in answer.text
    clinic.access.elsewhere = False
    assert browser_there.get(f"/?token={clinic.access.token}").status_code == 303


@pytest.mark.parametrize(
    ("peer", "own", "here"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.9", "127.0.0.1", True),
        ("::1", "::1", True),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1", True),
        ("192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.8", "192.0.2.7", False),
        ("fe80::1%eth0", "fe80::1%eth0", True),
        ("fe80::2%eth0", "fe80::1%eth0", False),
        ("", "", False),
        ("127.0.0.1.evil.example", "192.0.2.7", False),
    ],
)
def test_this_computer_is_known_by_its_addresses(peer: str, own: str, here: bool) -> None:
    assert Access(8350, "0.0.0.0", names=[NAME], tls=True).is_here(peer, own) == here
    assert Access(8350).is_here(peer, own), "where nobody else reaches us, everybody is here"


def test_a_patient_is_led_to_what_they_may_see(browser_there: httpx.Client, clinic: Doors) -> None:
    sign_in(browser_there, "the patient")
    start = browser_there.get("/")
    assert (start.status_code, start.headers["location"]) == (303, "/history")
    page = browser_there.get("/history").text
    rooms = re.findall(r'<li><a href="(.*?)"', page)
    assert {"/history", "/sessions", "/data"} <= set(rooms)
    assert not {"/", "/annotate", "/calibrate", "/accuracy"} & set(rooms)
    for room in rooms:
        assert browser_there.get(room).status_code == 200
    closed = browser_there.get("/calibrate")
    assert closed.status_code == 403
    assert "The account the patient (patient) may not do that" in closed.text
    assert 'href="/history"' in closed.text
    said = browser_there.post("/api/calibrate/save", json={})
    assert said.status_code == 403
    assert said.json() == {
        "detail": "The account the patient (patient) may not do that: ask whoever keeps Repose here."
    }


@pytest.mark.parametrize("role", [None, *Role])
def test_every_link_of_a_page_leads_where_one_may_go(laptop: Doors, role: Role | None) -> None:
    with laptop.client(headers={**laptop.let_in(role), **HTML}) as client:
        for page in ("/history", "/sessions", "/data"):
            links = set(re.findall(r'href="(/[^"#?]*)', client.get(page).text))
            statuses = {link: client.get(link).status_code for link in links}
            assert set(statuses.values()) <= {200}, statuses


def test_at_this_computer_nobody_needs_to_sign_out(laptop: Doors) -> None:
    with laptop.client(headers=laptop.let_in(None)) as client:
        assert "sign-out" not in client.get("/history").text
        assert "sign-out" not in client.get("/").text
    with laptop.client(headers=laptop.let_in(Role.CLINICIAN)) as client:
        assert "sign-out" in client.get("/").text


def wait_until_used(door: Doors) -> None:
    """Until a login was used at what the clock says now."""
    deadline = time.monotonic() + PATIENCE_S
    while all(login.seen_s < door.clock.now for login in list(door.logins._logins.values())):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("end", ["signed out", "removed"])
def test_an_open_connection_is_closed_soon_after_its_login_ends(
    laptop: Doors, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(guard, "CHECK_S", 0.02)
    added = laptop.store.accounts.add(f"{end} {time.monotonic()}", Role.CLINICIAN, "hash")
    secret = laptop.logins.begin(added)
    status, raw = laptop.websocket(laptop.cookie(secret))
    with raw:
        assert status == 101
        before = laptop.clock.now
        for _ in range(5):  # an open connection is use enough
            laptop.clock.now += 1000
            wait_until_used(laptop)
        assert laptop.logins.of(secret) == added
        if end == "removed":
            laptop.store.accounts.remove(added.id)
        else:
            laptop.logins.end(secret)
        received = b""
        while b"You are signed out." not in received:
            piece = raw.recv(65536)
            assert piece, "it was closed without a word"
            received += piece
        laptop.clock.now = before


def test_this_computers_own_connection_stays(laptop: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "CHECK_S", 0.02)
    status, raw = laptop.websocket(laptop.let_in(None))
    with raw:
        assert status == 101
        time.sleep(0.3)
        assert b"signed out" not in raw.recv(65536)
        raw.setblocking(False)
        with pytest.raises(BlockingIOError):  # and not an end
            raw.recv(65536)


def test_when_accounts_cannot_be_read_nobody_gets_in_and_it_is_told(
    laptop: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = laptop.let_in(Role.ADMIN)

    def broken(name: str) -> None:
        raise ReposeError("repose.db: is damaged; restore a backup of it, or name another file")

    with laptop.client(headers=cookie) as client:
        monkeypatch.setattr(laptop.logins, "_accounts", type("Broken", (), {"named": staticmethod(broken)}))
        answer = client.get("/api/data/usage")
        assert (answer.status_code, answer.json()["detail"][:22]) == (503, "repose.db: is damaged;")
        monkeypatch.undo()
        assert client.get("/api/data/usage").status_code == 200, "and nobody was signed out by it"


def test_who_comes_and_goes_and_who_fails_to_is_in_the_log(fresh: Doors) -> None:
    newest = fresh.store.audit.append(Doing.VIEW, "here", None, None).number
    with fresh.client() as client:
        sign_in(client, "the patient", "wrong words in a row")
        sign_in(client, "a name with a secret in it")
        sign_in(client, "the patient")
        client.post("/sign-out")
        client.post("/sign-out")
    said = [
        (entry.who, entry.role, entry.what, entry.person_id)
        for entry in reversed(fresh.store.audit.entries(limit=10))
        if entry.number > newest
    ]
    ada = fresh.accounts[Role.PATIENT].person_id
    assert said == [
        ("nobody", "", "account: wrong password", ada),
        ("nobody", "", "account: unknown name", None),
        (ada, "patient", "account: signed in", ada),
        (ada, "patient", "account: signed out", ada),
    ]


def test_no_secret_and_nothing_typed_is_logged_or_stands_in_an_address(
    fresh: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"), fresh.client() as client:
        answer = sign_in(client, "the reviewer")
        secret = client.cookies[fresh.access.cookie_name]
        sign_in(client, "typed by mistake", "a password of mine")
        client.get("/sessions")
    lines = [
        record.getMessage() for record in caplog.records if record.name.startswith(("repose", "uvicorn"))
    ]
    for part in (secret, PASSWORD, "a password of mine", "typed by mistake"):
        assert not [line for line in lines if part in line]
        assert part not in answer.headers["location"]


def test_the_form_brings_its_looks_along_and_no_script(laptop: Doors) -> None:
    with laptop.client() as client:
        page = client.get("/sign-in")
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    style = page.text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("screen", "scheme"), [("laptop", "light"), ("phone", "dark")])
def test_signing_in_with_the_keyboard_alone(browser: Browser, fresh: Doors, screen: str, scheme: str) -> None:
    width, height = SCREENS[screen]
    with browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
    ) as context:
        page = context.new_page()
        page.goto(f"{fresh.url}/sign-in?to=/sessions")
        page.keyboard.type("the clinician")
        page.keyboard.press("Tab")
        page.keyboard.type("wrong words")
        page.keyboard.press("Enter")
        page.wait_for_selector("#wrong")
        assert page.evaluate("document.activeElement.name") == "password", "one goes on where it was wrong"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert low_contrast(page)[0] == []
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/sessions")
        assert page.locator(".signed-in").inner_text().split() == [
            "You",
            "are",
            "the",
            "clinician",
            "Sign",
            "out",
        ]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert low_contrast(page)[0] == []
        page.locator(".signed-in button").press("Enter")
        page.wait_for_url("**/sign-in")
        page.goto(f"{fresh.url}/sessions")
        assert "closed to this browser" in page.inner_text("h1")
