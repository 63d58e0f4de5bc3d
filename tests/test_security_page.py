"""What SECURITY.md refers to is there."""

import re
from pathlib import Path

HERE = Path(__file__).parents[1]


def test_every_test_and_file_that_it_names_is_there() -> None:
    text = (HERE / "SECURITY.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:tests|src|samples)/[^`]*)`", text))
    assert len(named) > 10
    assert {path for path in named if not (HERE / path).exists()} == set()
