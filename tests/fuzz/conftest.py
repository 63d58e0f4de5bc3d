"""At the end it is told how many cases there were."""

import pytest

from tests.fuzz.how_many import TRIED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The cases of this process, by what was tried."""
    if TRIED:
        terminalreporter.section(f"{TRIED.total()} cases")
        for name, number in sorted(TRIED.items()):
            terminalreporter.write_line(f"{number:8d}  {name}")
