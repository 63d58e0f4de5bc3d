"""A session that is killed, at any moment, is kept up to that moment."""

from pathlib import Path

from tests.sessions.kills import kill


def test_sessions_that_are_killed_lose_nothing_that_was_announced(tmp_path: Path) -> None:
    for one in kill(8, tmp_path, longest_s=1.5, seed=8):
        assert (one.unreadable, one.stuck, one.lost) == ("", "", 0), one
        assert one.behind_s <= 1.0, one
