"""What the tests of the whole program share."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from repose.calibration.profiles import VARIABLE
from repose.cli import main
from repose.sessions.database import VARIABLE as DATABASE
from tests.program import SAMPLES, RunCli, Said, cut

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE: Final = Path(__file__).parent
IN_REAL_TIME: Final = (HERE / "bench", HERE / "live", HERE / "e2e", HERE / "web")
"""Rooms whose tests run threads, servers and browsers against the clock on the wall."""


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many tests wait for pages, and for real time to go by."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A shared machine may stop for seconds: what runs in real time gets a second try, shown as a rerun.

    What takes longest goes first, so that nobody waits for it alone at the end.
    """
    for item in items:
        if any(room in item.path.parents for room in IN_REAL_TIME):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: HERE / "e2e" not in item.path.parents)


@pytest.fixture(scope="session", autouse=True)
def nothing_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What somebody keeps on this computer changes no test, and no test changes it."""
    os.environ[VARIABLE] = str(tmp_path_factory.mktemp("calibration"))
    os.environ[DATABASE] = str(tmp_path_factory.mktemp("kept") / "repose.db")


@pytest.fixture
def run_cli(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> RunCli:
    """The command line, in this process; what libraries write past Python is caught too."""

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["repose", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main()
        written = capfd.readouterr()
        return Said(int(stopped.value.code or 0), written.out, written.err)

    return run


@pytest.fixture(scope="session")
def one_slide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of one heel slide of the right leg, of 6.5 s."""
    return cut(SAMPLES / "heel-slides.mp4", tmp_path_factory.mktemp("clips") / "one-slide.mp4", 6.2)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium without a window; where there is none, the tests fail and say what to install.

    One for each file, and not for all: while Playwright runs, no other test can run an event loop.
    """
    from playwright.sync_api import sync_playwright

    from repose.bench.browser import find_chromium, flags

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(flags()))
        yield chromium
        chromium.close()
