"""`repose calibrate list, show, check, diff, history, set, rollback`: as somebody types them."""

import json
import re
import shlex
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from repose.calibration.folder import VARIABLE
from repose.calibration.profiles import CLINIC, Profiles
from repose.exercises import load_exercise, slugs
from repose.sessions.sql_store import SqlStore
from tests.exercises.own_files import example_text
from tests.program import RunCli, Said
from tests.sessions.made import a_session

LEFT = "heel-slides.left.target_deg"


class Typed:
    """The commands, over a folder of their own."""

    def __init__(self, folder: Path, run_cli: RunCli) -> None:
        self.folder = folder
        self.run_cli = run_cli

    @property
    def profiles(self) -> Profiles:
        return Profiles(self.folder)

    def __call__(self, *arguments: str | Path) -> Said:
        return self.run_cli("calibrate", *arguments)

    def good(self, *arguments: str | Path) -> str:
        said = self(*arguments)
        assert (said.code, said.err) == (0, "")
        return said.out

    def json(self, *arguments: str) -> Any:
        return json.loads(self.good(*arguments, "--json"))

    def refused(self, *arguments: str | Path) -> str:
        said = self(*arguments)
        assert (said.code, said.out) == (2, "")
        assert re.fullmatch(r"repose: [^\n]+\n", said.err)
        return said.err


@pytest.fixture
def typed(tmp_path: Path, run_cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> Typed:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "calibration"))
    monkeypatch.setenv("REPOSE_DATABASE", str(tmp_path / "none.db"))
    monkeypatch.setenv("LOGNAME", "bo")
    return Typed(tmp_path / "calibration", run_cli)


def rows(out: str) -> list[list[str]]:
    """The rows of a table, without the line below its head."""
    lines = [re.split(r" {2,}", line.strip()) for line in out.splitlines() if line.strip()]
    return [line for line in lines if not line[0].startswith("─")]


# list


def test_without_profiles_the_list_says_how_to_make_one(typed: Typed) -> None:
    said = typed.good("list")
    assert "No profile has been made yet" in said
    assert str(typed.folder) in said
    assert typed.json("list") == []
    # What it says can be typed as it stands.
    for line in re.findall(r"repose calibrate (set .*)", said):
        typed.good(*shlex.split(line))
    assert typed.profiles.names() == (CLINIC, "Åsa")
    assert not typed.folder.joinpath("none.db").exists()


def test_the_list_says_for_whom_since_when_by_whom_and_how_the_files_are(typed: Typed) -> None:
    typed.good("set", CLINIC, "heel-slides.complete_share=0.6", "--why", "agreed", "--who", "[red]Eva")
    typed.good("set", "Åsa", f"{LEFT}=80", "heel-slides.hold_deg=4", "--why", "operation")
    typed.good("set", "李", f"{LEFT}=70", "--why", "x")
    asa, li = (typed.profiles.path(name) for name in ("Åsa", "李"))
    asa.write_text(asa.read_text("utf-8") + "# more\n", "utf-8")
    li.write_text("broken", "utf-8")
    bad = typed.folder / "persons" / "new.toml"
    bad.write_text('person = "Zoë"\n[heel-slides]\ntarget_deg = 999', "utf-8")
    out = typed.good("list")
    table = {row[0]: row[1:] for row in rows(out)}
    day = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    assert table["profile"] == ["revision", "since", "by", "numbers", "file"]
    assert re.fullmatch(rf"1 {day} \[red\]Eva 1 right", " ".join(table[CLINIC]))
    assert re.fullmatch(rf"1 {day} bo 2 right, edited by hand", " ".join(table["Åsa"]))
    assert re.fullmatch(rf"1 {day} bo 1 broken: revision 1 in force", " ".join(table["李"]))
    assert " ".join(table["Zoë"]) == "– – 0 broken: not used"
    assert f"{bad}: heel-slides.target_deg = 999" in out
    assert f"{li}: not valid TOML" in out
    assert "revision 1, the last good one, stays in force" in out
    listed = {entry["name"]: entry for entry in typed.json("list")}
    assert listed["Åsa"]["numbers"] == 2
    assert listed["李"]["problem"].startswith(f"{li}: ")


# show


def test_each_number_is_shown_with_where_it_comes_from(typed: Typed) -> None:
    typed.good("set", CLINIC, "heel-slides.complete_share=0.6", "--why", "agreed")
    typed.good("set", "Åsa", f"{LEFT}=80", "heel-slides.faults.heel_lifts=0.5", "--why", "operation")
    out = typed.good("show", "--person", "åsa", "--exercise", "heel-slides")
    table = {row[0]: row[1:4] for row in rows(out) if len(row) > 3}
    assert out.startswith("Heel slides (heel-slides), for Åsa\n")
    assert table["rest_deg"] == ["5 °", "-180 to 180", "default"]
    assert table["complete_share"] == ["0.6", "0.1 to 1", "clinic revision 1"]
    assert table["target_deg"] == ["108 °", "-180 to 180", "default"]
    assert table["left.target_deg"] == ["80 °", "-180 to 180", "Åsa revision 1, left"]
    assert table["faults.heel_lifts"] == ["0.5 trunk lengths", "0 to 3", "Åsa revision 1"]
    assert table["guards.thigh_too_high"] == ["95 °", "-180 to 180", "default"]
    assert "the angle of a full rep" in out


def test_all_numbers_of_all_exercises_are_shown(typed: Typed) -> None:
    shown = typed.json("show")
    assert list(shown["exercises"]) == list(slugs())
    for slug, sheet in shown["exercises"].items():
        limits = load_exercise(slug).thresholds
        assert {key: row["value"] for key, row in sheet["thresholds"].items()} == limits.flat()
        assert sheet["fingerprint"] == limits.fingerprint
        assert all(row["from"] == "default" and row["unit"] for row in sheet["thresholds"].values())
        assert all(row["least"] <= row["value"] <= row["most"] for row in sheet["thresholds"].values())


def test_a_file_for_one_command_is_on_top(typed: Typed, tmp_path: Path) -> None:
    typed.good("set", "Åsa", "heel-slides.target_deg=90", "--why", "x")
    file = tmp_path / "mine.toml"
    file.write_text("[heel-slides]\ntarget_deg = 70\n")
    out = typed.good("show", "--person", "Åsa", "--exercise", "heel-slides", "--calibration", file)
    assert {row[0]: row[1:4] for row in rows(out)}["target_deg"] == ["70 °", "-180 to 180", "file"]
    assert "unknown exercise 'handstand'" in typed.refused("show", "--exercise", "handstand")


# set and rollback


def test_set_tells_what_changed_and_says_whose_profile_is_new(typed: Typed) -> None:
    out = typed.good("set", "Åsa", f"{LEFT}=80", "ankle-pumps.opposite_deg=-40.5", "--why", "operation")
    path = typed.profiles.path("Åsa")
    assert out.splitlines() == [
        f"Saved Åsa revision 1, a new profile: {path}",
        "  ankle-pumps.opposite_deg: – → -40.5 °",
        "  heel-slides.left.target_deg: – → 80 °",
    ]
    out = typed.good("set", "åsa", f"{LEFT}=70", "ankle-pumps.opposite_deg=", "--who", "Eva", "--why", "y")
    assert out.splitlines()[1:] == [
        "  ankle-pumps.opposite_deg: -40.5 → –",
        "  heel-slides.left.target_deg: 80 → 70 °",
    ]
    assert [one.who for one in typed.profiles.history("Åsa")] == ["bo", "Eva"]
    typed.good("set", "Åsa", "--unset", LEFT, "--why", "healed")
    assert typed.profiles.load("heel-slides", "Åsa") == load_exercise("heel-slides")
    assert "[" not in typed.profiles.path("Åsa").read_text("utf-8")


def test_a_dry_run_saves_nothing_and_needs_no_reason(typed: Typed) -> None:
    out = typed.good("set", "Åsa", f"{LEFT}=80", "--dry-run")
    assert out.splitlines() == [
        "Åsa: nothing was saved; this would change:",
        "  heel-slides.left.target_deg: – → 80 °",
    ]
    assert not typed.folder.exists()
    assert "target_deg = 999" in typed.refused("set", "Åsa", f"{LEFT}=999", "--dry-run")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "say what to change"),
        (["heel-slides.target_deg"], "KEY=VALUE"),
        (["heel-slides.target_deg=1,5"], "with a point"),
        (["heel-slides.target_deg=80", "--unset", "heel-slides.target_deg"], "twice"),
        (["heel-slides.target_deg=999"], "from -180 to 180 °"),
        (["heel-slides.target_deg=nan"], "nan"),
        (["target_deg=80"], "heel-slides.target_deg"),
        (["heel-slides.target_dge=80"], "did you mean target_deg"),
        (["handstand.target_deg=80"], "unknown exercise [handstand]"),
    ],
)
def test_what_cannot_be_set_is_told_in_a_line(typed: Typed, arguments: list[str], says: str) -> None:
    assert says in typed.refused("set", CLINIC, *arguments, "--why", "x")
    assert not typed.profiles.path(CLINIC).exists()


def test_a_reason_is_needed(typed: Typed) -> None:
    assert "--why" in typed.refused("set", CLINIC, "heel-slides.target_deg=80")
    typed.good("set", CLINIC, "heel-slides.target_deg=80", "--why", "x")
    assert "--why" in typed.refused("rollback", CLINIC, "1")


def test_who_has_no_login_name_must_say_who(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert "--who NAME" in typed.refused("set", CLINIC, "heel-slides.target_deg=80", "--why", "x")


def test_rollback_goes_back_and_says_so(typed: Typed) -> None:
    for value in ("80", "70"):
        typed.good("set", "Åsa", f"{LEFT}={value}", "--why", "x")
    out = typed.good("rollback", "Åsa", "1", "--why", "was right before")
    assert out.splitlines() == [
        "Åsa is as in revision 1 again, saved as revision 3:",
        "  heel-slides.left.target_deg: 70 → 80 °",
    ]
    assert "no version 9; there are 1 to 3" in typed.refused("rollback", "Åsa", "9", "--why", "x")
    typed.profiles.path("Åsa").write_text("broken")
    assert "the file is right again" in typed.good("rollback", "Åsa", "3", "--why", "mended")


# diff


def test_profiles_are_compared_with_each_other_with_revisions_and_with_what_is_below(typed: Typed) -> None:
    typed.good("set", CLINIC, "heel-slides.target_deg=100", "--why", "x")
    typed.good("set", "Åsa", f"{LEFT}=80", "--why", "x")
    typed.good("set", "Åsa", f"{LEFT}=70", "heel-slides.hold_deg=4", "--why", "x")

    def compared(*arguments: str) -> list[tuple[str, float, float]]:
        return [(row["key"], row["a"], row["b"]) for row in typed.json("diff", *arguments)["differences"]]

    hold = ("heel-slides.hold_deg", 4, 5)
    assert compared("Åsa") == [hold, (LEFT, 70, 100)]
    assert compared("Åsa@1", "Åsa@2") == [(hold[0], 5, 4), (LEFT, 80, 70)]
    assert compared("Åsa", "default") == [("heel-slides.target_deg", 100, 108), hold, (LEFT, 70, 108)]
    assert compared(CLINIC) == [("heel-slides.target_deg", 100, 108)]
    out = typed.good("diff", "åsa@1", "Åsa")
    assert rows(out)[0][:3] == ["threshold", "Åsa revision 1", "Åsa"]
    assert [LEFT, "80 °", "70 °", "the angle of a full rep"] in rows(out)
    assert "put the same numbers in force" in typed.good("diff", "Åsa", "Åsa@2")
    assert "there is no profile 'Bo'; there are: clinic, Åsa, default" in typed.refused("diff", "Bo")
    assert "no version 9" in typed.refused("diff", "Åsa@9")


def test_a_name_with_an_at_sign_is_a_name(typed: Typed) -> None:
    typed.good("set", "a@b@2", f"{LEFT}=80", "--why", "x")
    assert typed.json("diff", "a@b@2")["a"] == "a@b@2"
    assert typed.json("diff", "a@b@2@1")["a"] == "a@b@2 revision 1"


# history


def test_the_history_is_the_audit_trail(typed: Typed) -> None:
    typed.good("set", "Åsa", f"{LEFT}=80", "--why", "reaches 80° [bold]", "--who", "Eva")
    typed.profiles.save(
        "Åsa", {LEFT: 70}, who="Bo", why="less", expected=1, recordings=("0a1b2c3d", "clip.mp4")
    )
    out = typed.good("history", "Åsa")
    first, second = rows(out)[1:3]
    assert [first[0], *first[2:]] == ["1", "Eva", "reaches 80° [bold]", f"{LEFT}: – → 80 °"]
    assert [second[0], *second[2:]] == ["2", "Bo", "less", "0a1b2c3d", f"{LEFT}: 80 → 70 °"]
    assert "clip.mp4" in out
    told = typed.json("history", "Åsa")
    assert told[1]["recordings"] == ["0a1b2c3d", "clip.mp4"]
    assert told[1]["changes"] == [{"key": LEFT, "before": 80, "after": 70}]
    assert "there is no profile 'Bo'; there are: Åsa" in typed.refused("history", "Bo")


def test_a_damaged_history_is_told_and_the_rest_is_shown(typed: Typed) -> None:
    for value in ("80", "70"):
        typed.good("set", "Åsa", f"{LEFT}={value}", "--why", "x")
    file = typed.profiles.path("Åsa").with_suffix(".history") / "0001.json"
    file.write_text("{")
    said = typed("history", "Åsa")
    assert said.code == 2
    assert "80 → 70 °" in said.out
    assert said.err.startswith(f"repose: {file}: cannot be read")


# check


def test_a_folder_that_is_right_is_said_to_be(typed: Typed) -> None:
    assert "nothing to check" in typed.good("check")
    typed.good("set", CLINIC, "heel-slides.target_deg=100", "--why", "x")
    typed.good("set", "Åsa", f"{LEFT}=80", "--why", "x")
    assert typed.good("check") == "2 files checked: all is right.\n"
    assert typed.good("check", "åsa") == "1 file checked: all is right.\n"


def test_every_problem_of_a_file_is_told_in_a_line_of_its_own(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        "target_deg = 3\n[heel-slides]\ntarget_deg = 300\ncomplete_shar = 0.5\nrest_deg = 50\n"
        "left.left.x = 3\nfaults.heels = 3\nleft.guards.a = 2\nright.faults.too_fast = -3\n"
        "hold_deg = 'x'\nguards = 1\npartial_share = 0.9\n[heel-slide]\n[[ankle-pumps]]\nx = 1\n"
        "[backwards-stretch.left]\ntarget_deg = 20\n"
    )
    said = typed("check", file)
    assert (said.code, said.err) == (2, "")
    *problems, last = said.out.splitlines()
    assert all(line.startswith(f"{file}: ") for line in problems)
    for expected in (
        "target_deg = 3: not known; numbers belong under an [exercise] heading",
        "[[ankle-pumps]]: write [ankle-pumps]",
        "heel-slides.guards = 1: its numbers belong under [heel-slides.guards]",
        "[heel-slides.left.left]: no such heading",
        "[heel-slides.left.guards]: no such heading",
        "heel-slides.target_deg = 300: must be a number from -180 to 180 °: the angle of a full rep",
        "heel-slides.hold_deg = 'x': must be a number from above 0 to 45 °",
        "heel-slides.complete_shar is not known (did you mean complete_share?)",
        "heel-slides: rest_deg 50 must lie from rest_from_deg -20 to rest_to_deg 38",
        "heel-slides: partial_share 0.9 must not exceed complete_share 0.64",
        "heel-slides: faults.heels is not known; allowed are heel_lifts",
        "heel-slides: right.faults.too_fast = -3: allowed is from 0 to 600 s",
        "backwards-stretch: left: backwards-stretch has no sides",
        "unknown exercise [heel-slide] (did you mean heel-slides?)",
    ):
        assert sum(line.startswith(f"{file}: {expected}") for line in problems) == 1, (expected, said.out)
    assert last == f"1 file checked: {len(problems)} problems."
    assert len(problems) == 14


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"version = 9", "made by a newer Repose"),
        (b"\xff", "not UTF-8"),
        (b"[x", "not valid TOML"),
        (b"[heel-slides]\ntarget_deg = 90", 'person = "NAME"'),
        (b'person = "clinic"', "nobody's profile can be called so"),
        (b"person = 3", "must be a name in quotes"),
        ('person = "ÅSA"'.encode(), "is for the same person and is the one in use"),
    ],
)
def test_a_persons_file_that_is_not_right_is_told(typed: Typed, content: bytes, says: str) -> None:
    typed.good("set", "Åsa", f"{LEFT}=80", "--why", "x")
    file = typed.folder / "persons" / "z.toml"
    file.write_bytes(content)
    said = typed("check")
    assert said.code == 2
    assert said.out.startswith(f"{file}: ")
    assert says in said.out
    assert "2 files checked: 1 problem.\n" in said.out
    assert typed("check", file).out == said.out.replace("2 files", "1 file")


def test_a_history_that_was_tampered_with_is_told(typed: Typed) -> None:
    for value in ("90", "80", "70", "60"):
        typed.good("set", CLINIC, f"heel-slides.target_deg={value}", "--why", "x")
    folder = typed.folder / "clinic.history"
    (folder / "0001.json").unlink()
    (folder / "0002.json").write_text("[")
    last = folder / "0004.json"
    last.write_text(last.read_text().replace('"after": 60', '"after": 65'))
    said = typed("check", CLINIC)
    assert said.code == 2
    assert f"{folder / '0001.json'}: version 1 of clinic.toml is missing" in said.out
    assert f"{folder / '0002.json'}: cannot be read" in said.out
    assert f"{last}: does not say what was changed in version 4" in said.out
    assert "3 problems" in said.out


def test_a_clinic_edited_by_hand_that_breaks_a_person_is_told_with_the_person(typed: Typed) -> None:
    typed.good("set", "Åsa", "heel-slides.target_deg=50", "--why", "x")
    (typed.folder / "clinic.toml").write_text("[heel-slides]\nrest_to_deg = 60\nrest_deg = 47\n")
    said = typed("check")
    assert said.code == 2
    assert "the profile of Åsa would not be right any more: heel-slides: target_deg 50" in said.out


def test_a_file_that_is_gone_is_told(typed: Typed) -> None:
    typed.good("set", CLINIC, "heel-slides.target_deg=90", "--why", "x")
    (typed.folder / "clinic.toml").unlink()
    said = typed("check")
    assert said.code == 2
    assert "is gone, but its versions are there" in said.out
    assert "neither a file nor a profile" in typed.refused("check", "nobody")


def test_numbers_of_an_exercise_whose_file_is_gone_are_noted(typed: Typed) -> None:
    own = typed.folder / "exercises" / "my-squat.toml"
    own.parent.mkdir(parents=True)
    text = example_text().replace('slug = "squat"', 'slug = "my-squat"')
    own.write_text(text, "utf-8")
    typed.good("set", "Åsa", "my-squat.target_deg=90", "heel-slides.target_deg=90", "--why", "x")
    own.unlink()
    note, last = typed.good("check").splitlines()
    assert note.startswith(
        f"note: {typed.profiles.path('Åsa')}: [my-squat]: the file of this exercise is gone"
    )
    assert note.endswith("these numbers are kept, and in force again when it is back")
    assert last == "1 file checked: all is right."
    assert "my-squat" not in typed.good("show", "--person", "Åsa")
    own.write_text(text, "utf-8")
    assert typed.good("check") == "1 file checked: all is right.\n"
    assert "my-squat" in typed.good("show", "--person", "Åsa")


def test_recordings_that_were_deleted_are_noted(typed: Typed, tmp_path: Path) -> None:
    database = tmp_path / "repose.db"
    with closing(SqlStore(str(database), tmp_path)) as store:
        kept = a_session(store, "Åsa")
    gone = "f" * 32
    typed.profiles.save(
        "Åsa", {LEFT: 70}, who="Bo", why="x", expected=0, recordings=(kept, gone, gone[:8], "clip.mp4")
    )
    said = typed.good("check", "--database", database)
    notes = [line for line in said.splitlines() if line.startswith("note: ")]
    assert len(notes) == 2
    assert all("looked at for version 1, was deleted" in note for note in notes)
    assert f"recording {gone}," in notes[0]
    assert said.endswith("1 file checked: all is right.\n")
    # Without a database nobody can say, and none is made.
    assert "note" not in typed.good("check")
    assert not (tmp_path / "none.db").exists()


def test_a_variable_that_names_a_file_is_told_in_a_line(typed: Typed) -> None:
    typed.folder.write_text("x")
    for command in (["list"], ["show"], ["check"], ["history", CLINIC], ["diff", CLINIC],
                    ["set", CLINIC, "heel-slides.target_deg=80", "--why", "x"]):  # fmt: skip
        assert VARIABLE in typed.refused(*command)


@pytest.mark.parametrize("command", ["list", "show", "check", "diff", "history", "set", "rollback"])
def test_the_help_has_examples(typed: Typed, command: str) -> None:
    said = typed.good(command, "--help")
    assert f"Examples:\n    repose calibrate {command}" in said
