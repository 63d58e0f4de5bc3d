"""`repose live`: what it refuses before anything starts, and how it starts and ends."""

import os
import re
import signal
import threading
import time
import webbrowser
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from repose.calibration.profiles import Profiles
from repose.live import engine as live_engine
from repose.sessions import retention
from repose.sessions.database import VARIABLE
from repose.sessions.open_store import open_store
from repose.sessions.sql_store import SqlStore
from repose.web.serving import Server
from tests.kept import a_session
from tests.program import RunCli
from tests.web.coach.fake_engine import FakeEngine
from tests.web.coach.running import running

ADDRESS = re.compile(r"Repose is at (http://\S+/)\?token=([\w-]{43}) \(Ctrl-C ends it\)\n")


class Started(FakeEngine):
    """Stands in for the live engine, whose pose model these tests do not need.

    Attributes:
        told: source, model and calibration.
        store: where sessions are kept.
        did: "start" and "close", in order.
    """

    def __init__(
        self, source: Any, model: str, calibration: Path | None, store: SqlStore | None, profiles: Profiles
    ) -> None:
        super().__init__()
        self.told = (source.name, model, calibration)
        self.store = store
        self.did: list[str] = []

    def start(self) -> None:
        self.did.append("start")

    def close(self) -> None:
        self.did.append("close")


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Started]:
    """The engines that were made; what is kept goes to the test's own folder."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "usual.db"))
    made: list[Started] = []

    def make(
        source: Any, model: str, calibration: Path | None, store: SqlStore | None, profiles: Profiles
    ) -> Started:
        made.append(Started(source, model, calibration, store, profiles))
        return made[-1]

    monkeypatch.setattr(live_engine, "Engine", make)
    return made


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Response]:
    """What the browser that is opened gets; then Ctrl-C is pressed."""
    answers: list[httpx.Response] = []

    def browse(url: str) -> bool:
        answers.append(httpx.get(url, trust_env=False))
        os.kill(os.getpid(), signal.SIGINT)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    return answers


@pytest.fixture
def ctrl_c() -> None:
    """Press Ctrl-C as soon as the server listens to it."""

    def press() -> None:
        while not isinstance(getattr(signal.getsignal(signal.SIGINT), "__self__", None), Server):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()


def test_it_says_where_it_is_opens_the_browser_and_ends_by_ctrl_c(
    run_cli: RunCli, one_slide: Path, engines: list[Started], opened: list[httpx.Response]
) -> None:
    before = signal.getsignal(signal.SIGINT)
    said = run_cli("live", "--source", one_slide, "--port", "0")
    assert (said.code, said.err) == (0, "")
    address = ADDRESS.fullmatch(said.out)
    assert address
    (answer,) = opened
    assert answer.status_code == 303
    # What other users of the machine see of the browser's start opens nothing more.
    assert address[2] not in str(answer.url)
    assert str(answer.url).startswith(address[1])
    (engine,) = engines
    assert engine.told == ("one-slide.mp4", "full", None)
    assert engine.did == ["start", "close"]
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("ctrl_c")
def test_without_a_browser_it_only_says_where_it_is(
    run_cli: RunCli, one_slide: Path, engines: list[Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: pytest.fail(f"opened {url}"))
    said = run_cli("live", "--source", one_slide, "--port", "0", "--no-browser")
    assert (said.code, said.err) == (0, "")
    assert ADDRESS.fullmatch(said.out)
    assert engines[0].did == ["start", "close"]


@pytest.mark.usefixtures("ctrl_c")
def test_a_camera_that_is_not_there_does_not_keep_it_from_starting(
    run_cli: RunCli, engines: list[Started]
) -> None:
    said = run_cli("live", "--source", "camera:77", "--port", "0", "--no-browser")
    assert (said.code, said.err) == (0, "")
    assert engines[0].told[0] == "camera:77"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--source", "gone.mp4"), "gone.mp4"),
        (("--source", "camera:x"), "is not a camera"),
        (("--source", "http://192.0.2.1/stream"), "no such file"),
        (("--host", "0.0.0.0"), "other computers could reach the camera"),
        (("--host", "example.org"), "no address of this computer"),
        (("--model", "huge"), "no such pose model"),
        (("--calibration", "gone.toml"), "gone.toml"),
        (("--database", "mysql://x"), "mysql://x"),
        (("--database", "/"), "/"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_before_anything_starts(
    run_cli: RunCli, one_slide: Path, engines: list[Started], options: tuple[str, str], expected: str
) -> None:
    source = () if options[0] == "--source" else ("--source", one_slide)
    said = run_cli("live", "--port", "0", "--no-browser", *source, *options)
    assert (said.code, said.out) == (2, "")
    assert expected in said.err
    assert said.err.startswith("repose: ")
    assert said.err.count("\n") == 1
    assert engines == []


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("options", [(), ("--database", "own.db"), ("--keep-nothing",)])
def test_sessions_are_kept_where_one_says_or_not_at_all(
    run_cli: RunCli,
    tmp_path: Path,
    engines: list[Started],
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run_cli("live", "--source", "camera:77", "--port", "0", "--no-browser", *options)
    assert (said.code, said.err) == (0, "")
    names = {path.name for path in tmp_path.iterdir() if path.suffix == ".db"}
    assert names == {(): {"usual.db"}, ("--keep-nothing",): set()}.get(options, {"own.db"})
    assert (engines[0].store is None) == ("--keep-nothing" in options)


def test_nothing_can_be_kept_somewhere(run_cli: RunCli, engines: list[Started]) -> None:
    said = run_cli("live", "--source", "camera:77", "--keep-nothing", "--database", "own.db")
    assert (said.code, engines) == (2, [])
    assert said.err.count("\n") == 1
    assert "leave one of them out" in said.err


@pytest.mark.usefixtures("ctrl_c")
def test_what_is_older_than_the_retention_time_goes_at_the_start(
    run_cli: RunCli, tmp_path: Path, engines: list[Started]
) -> None:
    with closing(open_store(str(tmp_path / "usual.db"))) as store:
        a_session(store, begun_at=datetime.now(UTC) - timedelta(days=31))
        new = a_session(store, begun_at=datetime.now(UTC) - timedelta(days=29))
        retention.write(store, retention.Retention(sessions_days=30))
    said = run_cli("live", "--source", "camera:77", "--port", "0", "--no-browser")
    assert said.code == 0
    with closing(open_store(str(tmp_path / "usual.db"))) as store:
        assert [entry.id for entry in store.sessions()] == [new]
    assert engines[0].store is not None


def test_a_video_that_is_none_is_told(run_cli: RunCli, tmp_path: Path, engines: list[Started]) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_text("no video")
    said = run_cli("live", "--source", clip, "--port", "0", "--no-browser")
    assert (said.code, said.out) == (2, "")
    assert "clip.mp4" in said.err
    assert engines == []


def test_a_second_start_says_that_it_runs_already(
    run_cli: RunCli, one_slide: Path, engines: list[Started]
) -> None:
    with running() as server:
        said = run_cli("live", "--source", one_slide, "--port", str(server.port), "--no-browser")
    assert said.code == 2
    assert said.err == (
        f"repose: Repose already runs on port {server.port}: open the page that it printed, "
        "or choose another with --port\n"
    )
    assert engines == []


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_cannot_be_is_refused(run_cli: RunCli, engines: list[Started], port: str) -> None:
    said = run_cli("live", "--port", port)
    assert said.code == 2
    assert "--port" in said.err
    assert engines == []


def test_help_tells_of_every_option(run_cli: RunCli) -> None:
    said = run_cli("live", "--help")
    assert said.code == 0
    for option in (
        "--source",
        "--port",
        "--host",
        "--no-browser",
        "--model",
        "--calibration",
        "--database",
        "--keep-nothing",
    ):
        assert option in said.out
