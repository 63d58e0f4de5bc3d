"""`repose calibrate fit` and `recount`: tables, JSON, and what they refuse."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from repose.calibration.folder import VARIABLE
from repose.calibration.profiles import Profiles
from repose.sessions.sql_store import SqlStore
from tests.kept import BEGUN_AT, a_session
from tests.program import RunCli, Said
from tests.said import annotate

NAME = "Zoë [red]<b>"


@dataclass
class Kept:
    """A store that a command finds, and the command."""

    path: Path
    store: SqlStore
    profiles: Profiles
    run_cli: RunCli

    def run(self, *arguments: str | Path) -> Said:
        return self.run_cli("calibrate", *arguments, "--database", self.path)

    def told(self, *arguments: str | Path) -> dict[str, Any]:
        said = self.run(*arguments, "--json")
        assert (said.code, said.err) == (0, "")
        content: dict[str, Any] = json.loads(said.out)
        return content

    def stiff(self, days: int, person: str = NAME) -> list[str]:
        """Sessions of somebody whose reps are told as partials, and were annotated as reps."""
        sessions = [
            a_session(self.store, person, reps=0, partials=2, begun_at=BEGUN_AT.replace(day=day))
            for day in range(1, days + 1)
        ]
        for session in sessions:
            annotate(self.store, session)
        return sessions


@pytest.fixture
def kept(tmp_path: Path, run_cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "profiles"))
    path = tmp_path / "repose.db"
    with closing(SqlStore(str(path), tmp_path / "videos")) as store:
        yield Kept(path, store, Profiles(tmp_path / "profiles"), run_cli)


def test_a_fit_is_told_and_never_saved(kept: Kept, tmp_path: Path) -> None:
    kept.stiff(3)
    said = kept.run("fit", "--exercise", "heel-slides", "--person", NAME, "--picture", tmp_path / "pictures")
    assert (said.code, said.err) == (0, "")
    assert re.search(r"complete_share +0\.64 +0\.\d+ +up to 0\.\d+ \(", said.out)
    assert re.search(r"now +6 +0 +6 +– +3", said.out)
    assert "Too few recordings: 3 sessions" in " ".join(said.out.split())
    assert "Nothing is saved" in said.out
    assert "repose calibrate set 'Zoë [red]<b>' heel-slides.complete_share=0." in said.out
    assert kept.profiles.names() == ()
    names = sorted(file.name for file in (tmp_path / "pictures").iterdir())
    assert names == [
        f"heel-slides.{key}.svg" for key in ("complete_share", "own_best_share", "partial_share")
    ]


def test_what_it_says_can_be_saved_and_then_counts(kept: Kept) -> None:
    kept.stiff(2)
    told = kept.told("fit", "--exercise", "heel-slides", "--person", NAME)
    assert told["now"]["missed"] == 4
    kept.profiles.save(NAME, told["changes"], who="Rita", why="fitted", expected=0)
    again = kept.told("fit", "--exercise", "heel-slides", "--person", NAME)
    assert again["now"]["score"] == 0
    assert again["verdict"] == "nothing to gain"
    assert again["changes"] == {}
    past = kept.told("recount")
    assert past["total"]["counted"]["reps"] == 0
    assert past["total"]["now"]["reps"] == 4
    assert (past["total"]["judged"]["exact_counted"], past["total"]["judged"]["exact_now"]) == (0, 2)


def test_one_threshold_of_one_side_is_fitted_if_it_is_asked_for(kept: Kept) -> None:
    kept.stiff(2)
    told = kept.told("fit", "--exercise", "heel-slides", "--side", "left", "--threshold", "target_deg")
    assert [one["key"] for one in told["thresholds"]] == ["left.target_deg"]
    assert told["thresholds"][0]["fitted"] < 108


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--exercise", "heel-slides"), "there is no annotated recording of heel-slides"),
        (("--exercise", "squats-of-mine"), "squats-of-mine"),
        (("--exercise", "heel-slides", "--threshold", "hold_deg"), "hold_deg: cannot be fitted"),
        (("--exercise", "heel-slides", "--person", "Nobody"), "there is no person 'Nobody'"),
        (("no-such-folder", "--exercise", "heel-slides"), "no-such-folder: needs its truth file"),
        (("--exercise", "heel-slides", "--picture", "no/such/folder"), "does not exist; make it first"),
    ],
)
def test_what_cannot_be_fitted_is_told_in_one_line(kept: Kept, arguments: tuple[str, ...], why: str) -> None:
    said = kept.run("fit", *arguments)
    assert (said.code, said.out) == (2, "")
    assert why in said.err
    assert said.err.count("\n") == 1


def test_the_past_is_shown_beside_what_was_counted(kept: Kept) -> None:
    old, new = kept.stiff(2)
    a_session(kept.store, "Bob", recorded=False)
    said = kept.run("recount", "--person", NAME, "--as", "default")
    assert (said.code, said.err) == (0, "")
    assert re.search(rf"{new[:8]} .*heel-slides 1/1 +0 \+2 +0 \+2 +2L +the same", said.out)
    assert said.out.index(new[:8]) < said.out.index(old[:8])
    assert "Of 2 that a reviewer has judged, 0 were counted right then, 0 are anew." in " ".join(
        said.out.split()
    )
    everybody = kept.run("recount")
    assert "not possible: its landmarks are not kept" in " ".join(everybody.out.split())
    assert "Not possible: 1." in " ".join(everybody.out.split())


def test_it_counts_by_a_profile_a_version_of_it_or_a_file(kept: Kept, tmp_path: Path) -> None:
    kept.stiff(1)
    key = "heel-slides.complete_share"
    kept.profiles.save("clinic", {key: 0.35}, who="Rita", why="stiff knees", expected=0)
    kept.profiles.save("clinic", {key: 0.6}, who="Rita", why="a mistake", expected=1)
    file = tmp_path / "stiff.toml"
    file.write_text("[heel-slides]\ncomplete_share = 0.3\n", encoding="utf-8")

    def reps(*named: str | Path) -> int:
        return int(kept.told("recount", *named)["total"]["now"]["reps"])

    assert reps() == 0
    assert reps("--as", "clinic") == 0
    assert reps("--as", "clinic@1") == 2
    assert reps("--as", file) == 2
    assert reps("--as", "default") == 0


def test_a_set_that_nobody_judged_has_no_reviewer(kept: Kept) -> None:
    a_session(kept.store, "Bob")
    told = kept.told("recount")
    (one,) = told["sets"]
    assert one["counted"]["sides"] == one["now"]["sides"] == {"left": 3}
    assert (one["reviewer"], one["basis"], one["not_possible"]) == (None, None, None)
    assert told["total"]["judged"]["sets"] == 0


@pytest.mark.parametrize("named", ["nobody", "clinic@7", "missing.toml"])
def test_a_profile_that_is_not_there_is_told(kept: Kept, named: str) -> None:
    said = kept.run("recount", "--as", named)
    assert (said.code, said.out) == (2, "")
    assert named.split("@")[0] in said.err
    assert said.err.count("\n") == 1


def test_without_sets_there_is_nothing_to_count(kept: Kept) -> None:
    said = kept.run("recount")
    assert (said.code, said.out) == (0, "No kept set is like that.\n")
    assert kept.told("recount")["sets"] == []
