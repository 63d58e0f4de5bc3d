from pathlib import Path

import pytest

from repose.bench.browser import find_chromium
from repose.bench.live import in_order, programme_for
from repose.bench.process import LiveProcess
from repose.coaching.programme import plan
from repose.counting.counter import count
from repose.counting.result import CountResult
from repose.errors import ReposeError
from repose.exercises import load_exercise
from tests.program import RunCli
from tests.puppet.programme import Doing, perform


def counted(doing: Doing) -> CountResult:
    return count(perform(doing).film(), load_exercise(doing.slug))


def test_sets_end_where_a_round_does_and_outlast_the_video() -> None:
    result = counted(Doing("heel-slides", "right", 3))
    assert in_order(result.reps) == (("right", True),) * 3
    for rounds in (1, 33, 34, 600):
        sets = plan(programme_for(result, rounds))
        assert {(one.exercise, one.side, one.reps % 3) for one in sets} == {("heel-slides", "right", 0)}
        assert sum(one.reps for one in sets) > 3 * rounds


def test_more_rounds_than_a_programme_can_hold_are_refused() -> None:
    with pytest.raises(ReposeError, match="measure for less time"):
        programme_for(counted(Doing("heel-slides", "right", 3)), 700)


def test_a_clip_of_both_sides_is_refused() -> None:
    with pytest.raises(ReposeError, match="of one side; it shows left and right"):
        programme_for(counted(Doing("heel-slides", "alternate", 4)), 1)


def test_partials_stand_among_the_reps_by_their_time() -> None:
    result = counted(Doing("heel-slides", "left", 3, share=(1.0, 0.45, 1.0)))
    assert [complete for _, complete in in_order(result.reps + result.partials)] == [True, False, True]


def test_a_coach_that_does_not_start_says_why() -> None:
    with pytest.raises(ReposeError, match=r"does not start: .*nothing-there\.mp4"):
        LiveProcess("nothing-there.mp4")


def test_without_a_browser_it_says_what_to_install(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("repose.bench.browser.PLACES", ())
    with pytest.raises(ReposeError, match="install chromium"):
        find_chromium()
    said = run_cli("bench", "live", "--minutes", "0.1")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "install chromium" in said.err


def test_help_names_what_can_be_measured(run_cli: RunCli) -> None:
    said = run_cli("bench", "--help")
    assert said.code == 0
    assert "\n  counting " in said.out
    assert "\n  live " in said.out
    assert "--minutes" in run_cli("bench", "live", "--help").out
    assert "--rounds" in run_cli("bench", "counting", "--help").out
