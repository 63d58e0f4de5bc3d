"""`repose exercise` and `repose exercises`: one's own exercises as a clinician meets them."""

from pathlib import Path

import pytest

from tests.exercises.own_files import EXAMPLES, changed, own_folder_in
from tests.program import RunCli

DEMONSTRATIONS = Path(__file__).parents[1] / "exercises" / "demonstrations"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return own_folder_in(tmp_path / "calibration", monkeypatch)


def test_the_list_keeps_the_programme_ones_own_and_the_examples_apart(run_cli: RunCli, folder: Path) -> None:
    said = run_cli("exercises")
    assert said.code == 0
    programme, examples = said.out.split("Examples")
    assert "heel-slides" in programme
    assert all(slug in examples and slug not in programme for slug in EXAMPLES)
    assert "Your own" not in said.out
    assert run_cli("exercise", "copy", "squat").code == 0
    again = run_cli("exercise", "list").out
    own = again.split("Your own")[1].split("Examples")
    assert "squat" in own[0]
    assert "\n squat" not in own[1]


def test_a_copy_is_written_checked_shown_and_counts(run_cli: RunCli, folder: Path) -> None:
    said = run_cli("exercise", "copy", "bridge", "my-bridge", "--name", "My [bold]bridge")
    path = folder / "my-bridge.toml"
    assert said.code == 0
    assert str(path) in said.out
    assert (
        run_cli("exercise", "check").out == f"{path}: My [bold]bridge (my-bridge): nothing is wrong with it\n"
    )
    shown = run_cli("exercise", "show", "my-bridge").out
    assert "My [bold]bridge (my-bridge), your own" in shown
    assert "hip extension of both legs together" in shown
    counted = run_cli("count", DEMONSTRATIONS / "bridge.parquet", "--exercise", "my-bridge")
    assert "3 reps; 1 partial" in counted.out
    assert "My [bold]bridge in bridge.parquet" in counted.out


def test_a_copy_overwrites_nothing(run_cli: RunCli, folder: Path, tmp_path: Path) -> None:
    assert run_cli("exercise", "copy", "squat").code == 0
    before = (folder / "squat.toml").read_text(encoding="utf-8")
    for arguments, part in (
        (("squat",), "is there already"),
        (("squat", "heel-slides"), "is an exercise of the programme"),
        (("heel-slides",), "is an exercise of the programme"),
        (("squat", "../evil"), "cannot be used"),
        (("squat", "new", "--to", tmp_path / "none" / "a.toml"), "does not exist"),
        (("squat", "new", "--to", tmp_path / "a.txt"), "ends in .toml"),
        (("nothing", "new"), "unknown exercise 'nothing'"),
    ):
        said = run_cli("exercise", "copy", *arguments)
        assert said.code == 2
        assert said.err.startswith("repose: ")
        assert part in said.err
        assert said.err.count("\n") == 1
    assert (folder / "squat.toml").read_text(encoding="utf-8") == before
    assert [path.name for path in folder.iterdir()] == ["squat.toml"]


def test_a_file_elsewhere_counts_by_its_path(run_cli: RunCli, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.toml"
    assert run_cli("exercise", "copy", "squat", "other-squat", "--to", path).code == 0
    said = run_cli("count", DEMONSTRATIONS / "squat.parquet", "--exercise", path)
    assert "Other squat in squat.parquet" in said.out
    assert "3 reps; 1 partial" in said.out
    assert list(folder.iterdir()) == []


def test_check_tells_all_and_a_broken_one_is_not_used(run_cli: RunCli, folder: Path) -> None:
    path = folder / "squat.toml"
    path.write_text(changed("reps = 10", "reps = 0").replace("= 85", "= 850"), encoding="utf-8")
    said = run_cli("exercise", "check", path)
    assert said.code == 2
    assert said.out.splitlines()[0].startswith(f"{path}: dose.reps = 0: ")
    assert said.out.splitlines()[1].startswith(f"{path}: thresholds.target_deg = 850: ")
    assert said.err == "repose: 2 mistakes: an exercise is not used until its file is right\n"
    counted = run_cli("count", DEMONSTRATIONS / "squat.parquet", "--exercise", "squat")
    assert counted.code == 2
    assert "the exercise is not used until that is mended" in counted.err
    assert "dose.reps = 0" in counted.err.splitlines()[-1]
    other = run_cli("count", DEMONSTRATIONS / "bridge.parquet", "--exercise", "bridge")
    assert "3 reps; 1 partial" in other.out


def test_check_without_any(run_cli: RunCli, folder: Path) -> None:
    said = run_cli("exercise", "check")
    assert (said.code, said.err) == (0, "")
    assert "no exercises of your own" in said.out


def test_check_tells_of_two_of_one_name(run_cli: RunCli, folder: Path) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.toml").write_text(changed("= 85", "= 86"), encoding="utf-8")
    said = run_cli("exercise", "check", folder / "a.toml", folder / "b.toml")
    assert said.code == 2
    assert "b.toml: slug = 'squat': is in" in said.out


def test_a_demonstration_becomes_an_exercise(run_cli: RunCli, folder: Path) -> None:
    said = run_cli("exercise", "new", "--from", DEMONSTRATIONS / "squat.parquet", "--name", "Chair squat")
    assert said.code == 0, said.err
    assert "Posture upright" in said.out
    assert "Counted on knee flexion of both legs together" in said.out
    assert "the demonstration counts 3 reps" in said.out
    path = folder / "chair-squat.toml"
    assert "# Posture upright" in path.read_text(encoding="utf-8")
    assert "nothing is wrong with it" in run_cli("exercise", "check", path).out
    again = run_cli("count", DEMONSTRATIONS / "squat.parquet", "--exercise", "chair-squat")
    assert "3 reps; 1 partial" in again.out
    assert (
        "is there already"
        in run_cli("exercise", "new", "--from", DEMONSTRATIONS / "squat.parquet", "--slug", "chair-squat").err
    )


def test_a_demonstration_is_named_after_its_file(run_cli: RunCli, folder: Path) -> None:
    assert run_cli("exercise", "new", "--from", DEMONSTRATIONS / "seated-knee-extension.parquet").code == 0
    text = (folder / "seated-knee-extension.toml").read_text(encoding="utf-8")
    assert 'name = "Seated knee extension"' in text
    assert 'posture = "seated"' in text


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--from", "camera:0"), "record one first"),
        (("--from", "none.mp4"), "none.mp4"),
        (("--from", DEMONSTRATIONS / "squat.parquet", "--signal", "elbow"), "is no joint angle"),
        (("--from", DEMONSTRATIONS / "squat.parquet", "--slug", "../x"), "cannot be used"),
        (("--from", DEMONSTRATIONS / "squat.parquet", "--slug", "heel-slides"), "of the programme"),
        (
            ("--from", DEMONSTRATIONS / "squat.parquet", "--name", "{a}", "--slug", "a"),
            "nothing is filled in",
        ),
    ],
)
def test_what_cannot_be_proposed_is_refused(
    arguments: tuple[str, ...], part: str, run_cli: RunCli, folder: Path
) -> None:
    said = run_cli("exercise", "new", *arguments)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert part in said.err
    assert list(folder.iterdir()) == []
