"""`repose review`: which session it opens, how it starts and ends, and what it refuses."""

import os
import re
import signal
import webbrowser
from pathlib import Path

import httpx
import pytest

from repose.sessions.sql_store import SqlStore
from repose.web.access import landing
from tests.kept import BEGUN_AT, a_session
from tests.program import RunCli

ADDRESS = re.compile(
    r"Repose is at (http://\S+/)\?token=([\w-]{43})&to=(/sessions/\w{32}) \(Ctrl-C ends it\)\n"
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kept.db"


@pytest.fixture
def ids(database: Path) -> tuple[str, str]:
    """Two sessions, the older one first."""
    store = SqlStore(str(database), database.parent / "videos")
    found = (a_session(store), a_session(store, person='<b>"😀', begun_at=BEGUN_AT.replace(hour=20)))
    store.close()
    return found


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Response]:
    """What the browser that is opened gets, page after page; then Ctrl-C is pressed."""
    answers: list[httpx.Response] = []

    def browse(url: str) -> bool:
        with httpx.Client(trust_env=False, follow_redirects=True) as client:
            answers.append(client.get(url))
        os.kill(os.getpid(), signal.SIGINT)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    return answers


@pytest.mark.parametrize(("named", "which"), [(None, 1), ("latest", 1), ("older", 0)])
def test_it_opens_the_browser_at_the_session_and_ends_by_ctrl_c(
    run_cli: RunCli,
    database: Path,
    ids: tuple[str, str],
    opened: list[httpx.Response],
    named: str | None,
    which: int,
) -> None:
    asked = () if named is None else (ids[0][:8] if named == "older" else named,)
    said = run_cli("review", *asked, "--database", database, "--port", "0")
    assert (said.code, said.err) == (0, "")
    address = ADDRESS.fullmatch(said.out)
    assert address, said.out
    assert address[3] == f"/sessions/{ids[which]}"
    (answer,) = opened
    assert answer.status_code == 200
    assert answer.url.path == address[3]
    assert address[2] not in str(answer.history[0].url), "the browser is started with a ticket"
    assert 'id="review"' in answer.text


def test_without_sessions_it_says_how_to_make_one(run_cli: RunCli, database: Path) -> None:
    said = run_cli("review", "--database", database, "--no-browser")
    assert (said.code, said.out) == (2, "")
    assert "no session has been kept yet" in said.err
    assert "repose live" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("feedbeef",), "there is no session 'feedbeef'"),
        (("a",), "too short"),
        (("--host", "0.0.0.0"), "other computers"),
        (("--database", "mysql://x"), "mysql://x"),
    ],
)
@pytest.mark.usefixtures("ids")
def test_what_is_wrong_is_told_in_one_line(
    run_cli: RunCli, database: Path, asked: tuple[str, ...], expected: str
) -> None:
    where = () if "--database" in asked else ("--database", database)
    said = run_cli("review", "--port", "0", "--no-browser", *where, *asked)
    assert (said.code, said.out) == (2, "")
    assert expected in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ([], "/"),
        (["/sessions/0af3"], "/sessions/0af3"),
        (["/history"], "/history"),
        (["/a", "/b"], "/"),
        (["//evil.example"], "/"),
        (["/\\evil.example"], "/"),
        (["/..//evil.example"], "/"),
        (["http://evil.example/"], "/"),
        (["/sessions/x?token=1"], "/"),
        (["/sessions/x\r\nSet-Cookie: a=b"], "/"),
        (["javascript:alert(1)"], "/"),
        (["/"], "/"),
        ([""], "/"),
    ],
)
def test_the_token_leads_only_to_paths_of_ours(asked: list[str], led: str) -> None:
    assert landing(asked) == led
