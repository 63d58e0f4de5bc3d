"""`repose accuracy` as a user meets it."""

import json
from pathlib import Path

import pytest

from tests.judged import NAME, a_rep, a_set, begin, judged_example, say
from tests.kept import kept_store
from tests.program import RunCli


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    store = kept_store(folder)
    judged_example(store)
    session = begin(store, "Bob")
    say(store, session, type="sign_off", set_id=a_set(store, session, [a_rep(3)]))
    store.close()
    return folder / "repose.db"


def test_the_table_has_the_figures_and_the_caution(run_cli: RunCli, database: Path) -> None:
    said = run_cli("accuracy", "--database", database, "--person", NAME)
    assert (said.code, said.err) == (0, "")
    assert "27 of 30 judged sets counted exactly: 90 %" in said.out
    assert "0.987" in said.out
    assert "with the machine's answer in sight" in said.out
    assert "Missed rep: left at 114.0 s." in said.out


def test_json_is_one_object(run_cli: RunCli, database: Path) -> None:
    said = run_cli(
        "accuracy", "--database", database, "--json", "--since", "2026-03-01", "--until", "2026-03-02"
    )
    found = json.loads(said.out)
    assert (found["judged_sets"], found["sets_not_judged"]) == (31, 1)
    assert found["total"]["exact"]["count"] == 28
    assert (
        json.loads(run_cli("accuracy", "--database", database, "--json", "--since", "2026-03-03").out)[
            "judged_sets"
        ]
        == 0
    )


def test_few_say_so(run_cli: RunCli, database: Path) -> None:
    said = run_cli("accuracy", "--database", database, "--person", "bob")
    assert "1 of 1 judged set counted exactly: too few to tell how good the counting is." in said.out


def test_a_page_in_one_file(run_cli: RunCli, database: Path, tmp_path: Path) -> None:
    said = run_cli("accuracy", "--database", database, "--html", tmp_path / "page.html")
    assert said.code == 0
    assert "28 of 31 judged sets" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_an_empty_store(run_cli: RunCli, tmp_path: Path) -> None:
    said = run_cli("accuracy", "--database", tmp_path / "new.db")
    assert said.code == 0
    assert "No set has been judged yet." in said.out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--person", "Nobody"), "there is no person 'Nobody'"),
        (("--exercise", "flying"), "unknown exercise 'flying'"),
        (("--since", "soon"), "'soon' is no day"),
        (("--html", "/nowhere/page.html"), "does not exist"),
        (("--clips", "/nowhere"), "not a folder"),
    ],
)
def test_mistakes_are_told_in_a_line(
    run_cli: RunCli, database: Path, options: tuple[str, str], says: str
) -> None:
    said = run_cli("accuracy", "--database", database, *options)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert said.err.count("\n") == 1


def test_annotated_clips_are_added(run_cli: RunCli, database: Path, tmp_path: Path) -> None:
    from repose.sessions.recording import save_recording
    from tests.kept import played

    # A recording of three heel slides beside its truth: what the puppet did, as an annotator would write it.
    track = played("heel-slides", "left", 3, 0, 0.5, 4.0, 30.0)
    save_recording(track, tmp_path / "clip.parquet")
    counted = json.loads(
        run_cli("count", tmp_path / "clip.parquet", "--exercise", "heel-slides", "--json").out
    )
    reps = [{"side": "left", "peak_s": rep["peak_s"], "hold_s": rep["hold_s"]} for rep in counted["reps"]]
    truth = {"format": "repose-truth", "version": 1, "exercise": "heel-slides", "reps": reps}
    (tmp_path / "clip.truth.json").write_text(json.dumps(truth))
    found = json.loads(
        run_cli("accuracy", "--database", database, "--clips", tmp_path, "--json", "--person", "Bob").out
    )
    assert {one["name"]: one["clips"] for one in found["by"]["basis"]} == {"clip": 1, "signed off": 1}
    assert (found["total"]["matched"], found["total"]["hold"]["n"]) == (4, 3)
    assert [one["name"] for one in found["by"]["person"]] == ["Bob"]
