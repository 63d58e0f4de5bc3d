"""What the tests of the whole program share."""

import sys
from pathlib import Path

import pytest

from repose.cli import main
from tests.program import SAMPLES, RunCli, Said, cut


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
