"""Profiles: what is saved is in force, nothing that was saved is lost, and what is not right is not used."""

import json
import re
import threading
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from repose.calibration.folder import VARIABLE
from repose.calibration.history import SavedMeanwhileError, history_folder, numbers
from repose.calibration.profiles import BY_HAND, CLINIC, Profiles
from repose.calibration.upkeep import look_at_folder
from repose.errors import NotThereError, ReposeError
from repose.exercises import load_exercise

TARGET = "heel-slides.target_deg"
LEFT = "heel-slides.left.target_deg"
FAST = "heel-slides.faults.too_fast"

NAMES = [
    "Åsa",
    "Ünal 🦵",
    "李 小龙",
    "محمد",
    "O'Brien [red]",
    "../../etc/passwd",
    "a\\b",
    ".hidden",
    "CON",
    "e\u0301",
]


@pytest.fixture
def profiles(tmp_path: Path) -> Profiles:
    return Profiles(tmp_path / "calibration")


def save(
    profiles: Profiles, name: str = CLINIC, who: str = "Bo", why: str = "agreed", **changes: float
) -> int:
    """Save numbers of heel slides, by their key with two underscores for the dot."""
    dotted = {f"heel-slides.{key.replace('__', '.')}": value for key, value in changes.items()}
    expected = profiles.read(name).revision
    return profiles.save(name, dotted, who=who, why=why, expected=expected).revision


def refused(doing: Callable[[], object], *names: str) -> str:
    with pytest.raises(ReposeError) as caught:
        doing()
    message = str(caught.value)
    assert "\n" not in message
    assert not [name for name in names if name not in message], message
    return message


# Saving.


def test_nothing_is_made_by_looking(profiles: Profiles) -> None:
    assert profiles.names() == ()
    assert profiles.read("Åsa").revision == 0
    assert profiles.load("heel-slides", "Åsa") == load_exercise("heel-slides")
    assert not profiles.folder.exists()


def test_what_is_saved_is_in_force_from_default_to_clinic_to_person_to_side(profiles: Profiles) -> None:
    save(profiles, target_deg=100, complete_share=0.6)
    save(profiles, "Åsa", target_deg=90, left__target_deg=60)
    found = profiles.in_force("heel-slides", "Åsa")
    limits = found.exercise.thresholds
    assert (limits.rest_deg, limits.complete_share, limits.target_deg) == (5, 0.6, 90)
    assert (limits.of("left").target_deg, limits.of("right").target_deg) == (60, 90)
    assert found.origins["rest_deg"] == "default"
    assert found.origins["complete_share"] == CLINIC
    assert found.origins["target_deg"] == found.origins["left.target_deg"] == "Åsa"
    assert profiles.load("heel-slides").thresholds.target_deg == 100
    assert profiles.load("heel-slides", "Bo").thresholds.target_deg == 100
    assert profiles.load("ankle-pumps", "Åsa") == load_exercise("ankle-pumps")


def test_what_is_kept_with_a_set_names_nobody(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    save(profiles, "Åsa", target_deg=90)
    assert profiles.load("heel-slides", "Åsa").profiles == ((CLINIC, 1), ("person", 1))
    assert profiles.load("ankle-pumps", "Åsa").profiles == ()


def test_a_number_taken_out_is_as_below_again(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    profiles.save(CLINIC, {TARGET: None}, who="Bo", why="back", expected=1)
    assert profiles.load("heel-slides") == load_exercise("heel-slides")
    (change,) = profiles.history(CLINIC)[-1].changes
    assert (change.key, change.before, change.after) == (TARGET, 100, None)


@pytest.mark.parametrize("heading", ["", ".left", ".left.faults", ".guards"])
def test_a_heading_without_numbers_changes_nothing(profiles: Profiles, heading: str) -> None:
    profiles.folder.mkdir()
    profiles.path(CLINIC).write_text(f"[heel-slides{heading}]\n# nothing yet\n")
    assert profiles.load("heel-slides") == load_exercise("heel-slides")
    save(profiles, left__target_deg=90)
    profiles.save(CLINIC, {LEFT: None}, who="Bo", why="back", expected=2)
    assert profiles.load("heel-slides") == load_exercise("heel-slides")
    assert "# nothing yet" in profiles.path(CLINIC).read_text()


def test_a_new_number_says_what_it_does_and_the_clinicians_words_stay(profiles: Profiles) -> None:
    path = profiles.path("Åsa")
    path.parent.mkdir(parents=True)
    path.write_text(
        '# After the operation.\nperson = "Åsa"\n\n[heel-slides]\ntarget_deg = 80   # carefully!\n# end\n'
    )
    save(profiles, "Åsa", target_deg=90, hold_least_s=1.5, faults__heel_lifts=0.5)
    lines = path.read_text().splitlines()
    assert lines[:5] == [
        "# After the operation.",
        'person = "Åsa"',
        "",
        "[heel-slides]",
        "target_deg = 90   # carefully!",
    ]
    assert "# end" in lines
    assert "hold_least_s = 1.5  # a rep needs a hold of this length; 0 for none (s)" in lines
    assert next(line for line in lines if line.startswith("heel_lifts")).endswith("(trunk lengths)")


@pytest.mark.parametrize(
    "text",
    [
        "heel-slides.target_deg = 80\n",
        "heel-slides = {target_deg = 80}\n",
        "[heel-slides]\ntarget_deg = 80\n[ankle-pumps]\n[heel-slides.left]\ntarget_deg = 70\n",
        "[heel-slides.left]\ntarget_deg = 70\n[heel-slides]\ntarget_deg = 80",
        '"heel-slides"."target_deg" = 80\r\n# Windows\r\n',
        "\ufeff[heel-slides]\ntarget_deg = 80\n",
    ],
)
def test_any_way_to_write_toml_can_be_saved_to(profiles: Profiles, text: str) -> None:
    profiles.folder.mkdir()
    profiles.path(CLINIC).write_bytes(text.encode())
    before = profiles.load("heel-slides").thresholds.flat()
    save(profiles, hold_deg=4, left__faults__too_fast=3)
    assert profiles.load("heel-slides").thresholds.flat() == before | {
        "hold_deg": 4,
        "left.faults.too_fast": 3,
    }
    assert before["target_deg"] == 80
    assert [one.who for one in profiles.history(CLINIC)] == [BY_HAND, "Bo"]


@pytest.mark.parametrize(
    ("key", "value", "names"),
    [
        (TARGET, 300, ["heel-slides.target_deg = 300", "from -180 to 180 °"]),
        (TARGET, float("nan"), [TARGET, "nan"]),
        (TARGET, True, [TARGET, "True"]),
        (TARGET, "80", [TARGET, "'80'"]),
        (TARGET, 6, ["target_deg 6", "rest_deg 5"]),
        (FAST, -1, ["faults.too_fast = -1", "0 to 600 s"]),
        ("heel-slides.targt_deg", 80, ["targt_deg is not known", "target_deg"]),
        ("heel-slide.target_deg", 80, ["[heel-slide]", "heel-slides"]),
        ("heel-slides.left.left.target_deg", 80, ["heel-slides.left.left"]),
        ("heel-slides.left.guards.thigh_too_high", 80, ["heel-slides.left.guards"]),
        ("heel-slides.faults", 80, ["heel-slides.faults"]),
        ("heel-slides.target_deg.x", 80, ["target_deg"]),
        ("target_deg", 80, ["target_deg", "exercise"]),
        ("heel-slides.../../x", 80, ["exercise"]),
        ("backwards-stretch.left.target_deg", 20, ["left", "no sides"]),
        ("heel-slides.opposite_deg", -40, ["opposite_deg", "two ends"]),
    ],
)
def test_a_number_that_is_not_allowed_saves_nothing(
    profiles: Profiles, key: str, value: float, names: list[str]
) -> None:
    save(profiles, complete_share=0.6)
    before = profiles.path(CLINIC).read_bytes()
    refused(lambda: profiles.save(CLINIC, {key: value}, who="Bo", why="x", expected=1), *names)
    assert profiles.path(CLINIC).read_bytes() == before
    assert numbers(profiles.path(CLINIC)) == (1,)


@pytest.mark.parametrize(
    ("who", "why"), [("", "x"), ("Bo", " "), ("Bo", "a\x1b[2Jb"), (BY_HAND, "x"), ("Bo", "\ud800")]
)
def test_who_and_why_must_be_said(profiles: Profiles, who: str, why: str) -> None:
    refused(lambda: save(profiles, who=who, why=why, target_deg=100))
    assert not profiles.path(CLINIC).exists()


def test_saving_nothing_new_is_told(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    refused(lambda: save(profiles, target_deg=100), "nothing is changed")
    assert numbers(profiles.path(CLINIC)) == (1,)


def test_the_history_says_who_when_why_what_and_on_which_recordings(profiles: Profiles) -> None:
    profiles.save(
        CLINIC, {TARGET: 100}, who=" Bo  B ", why="agreed", expected=0, recordings=("ab12", "clip.mp4")
    )
    save(profiles, target_deg=95, faults__too_fast=2)
    first, second = profiles.history(CLINIC)
    assert (first.revision, first.who, first.why, first.recordings) == (
        1,
        "Bo B",
        "agreed",
        ("ab12", "clip.mp4"),
    )
    assert first.at.tzinfo is not None
    assert [(one.key, one.before, one.after) for one in second.changes] == [
        (FAST, None, 2),
        (TARGET, 100, 95),
    ]
    assert second.text == profiles.path(CLINIC).read_text()


# Two people at once.


def test_of_two_who_changed_the_same_version_the_second_is_told_who_when_and_why(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    profiles.save(CLINIC, {TARGET: 90}, who="Bo", why="less is enough", expected=1)
    with pytest.raises(SavedMeanwhileError) as caught:
        profiles.save(CLINIC, {TARGET: 80}, who="Eva", why="x", expected=1)
    assert re.search(r"version 2 was saved meanwhile by Bo on \d{4}-.* \(less is enough\)", str(caught.value))
    assert profiles.load("heel-slides").thresholds.target_deg == 90


def test_a_version_that_is_gone_cannot_be_built_on(profiles: Profiles) -> None:
    with pytest.raises(SavedMeanwhileError, match="version 3 is not there"):
        profiles.save(CLINIC, {TARGET: 80}, who="Eva", why="x", expected=3)


def test_of_many_threads_that_save_at_once_one_wins(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    start = threading.Barrier(8)
    said: list[int | str] = []

    def one(number: int) -> None:
        start.wait()
        try:
            profiles.save(CLINIC, {TARGET: 80 + number}, who=f"who {number}", why="x", expected=1)
            said.append(number)
        except SavedMeanwhileError as error:
            said.append(str(error))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [number for number in said if isinstance(number, int)]
    assert sum(f"by who {winner} " in str(text) for text in said) == 7
    assert profiles.load("heel-slides").thresholds.target_deg == 80 + winner
    assert numbers(profiles.path(CLINIC)) == (1, 2)
    assert not list(history_folder(profiles.path(CLINIC)).glob(".*"))


# Editing by hand.


def test_what_is_edited_by_hand_is_in_force_and_becomes_a_version_once_it_is_used(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    path = profiles.path(CLINIC)
    path.write_text(path.read_text().replace("100", "95"))
    assert profiles.read(CLINIC).edited
    assert numbers(path) == (1,)
    assert profiles.load("heel-slides").profiles == ((CLINIC, 2),)
    assert not profiles.read(CLINIC).edited
    found = profiles.history(CLINIC)[-1]
    assert (found.who, found.changes[0].before, found.changes[0].after) == (BY_HAND, 100, 95)
    profiles.load("heel-slides")
    assert numbers(path) == (1, 2)


def test_an_edit_by_hand_does_not_stop_who_looked_before_it(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    path = profiles.path(CLINIC)
    path.write_text(path.read_text() + "hold_deg = 4\n")
    profiles.load("heel-slides")
    saved = profiles.save(CLINIC, {TARGET: 90}, who="Bo", why="x", expected=1)
    assert saved.revision == 3
    limits = profiles.load("heel-slides").thresholds
    assert (limits.hold_deg, limits.target_deg) == (4, 90)


def test_a_comment_that_was_changed_by_hand_stops_nobody(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    path = profiles.path(CLINIC)
    path.write_text(path.read_text() + "# a remark\n")
    save(profiles, target_deg=90)
    assert "# a remark" in path.read_text()
    assert [len(one.changes) for one in profiles.history(CLINIC)] == [1, 0, 1]


def test_a_refused_save_keeps_nothing_of_an_edit_either(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    path = profiles.path(CLINIC)
    path.write_text(path.read_text() + "hold_deg = 4\n")
    refused(lambda: profiles.save(CLINIC, {TARGET: 300}, who="Bo", why="x", expected=1))
    assert numbers(path) == (1,)


# Files that are not right.

BROKEN = {
    "cut off": b'version = 1\nperson = "\xc3\x85sa"\n[heel-sli',
    "not UTF-8": 'person = "Åsa" # är\n[heel-slides]\ntarget_deg = 70'.encode("latin-1"),
    "a newer version": 'version = 99\nperson = "Åsa"\n'.encode(),
    "a wrong number": 'person = "Åsa"\n[heel-slides]\ntarget_deg = 999\n'.encode(),
    "an unknown exercise": 'person = "Åsa"\n[handstand]\ntarget_deg = 99\n'.encode(),
    "whose?": b"[heel-slides]\ntarget_deg = 70\n",
    "empty": b"",
    "zeros": b"\0" * 100,
    "too large": b"#" * 200_001,
    "nested": b"a = " + b"[" * 5000,
}


@pytest.mark.parametrize("content", [*BROKEN.values(), None], ids=[*BROKEN, "gone"])
def test_the_last_good_version_stays_in_force(
    profiles: Profiles, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    save(profiles, "Åsa", target_deg=90)
    path = profiles.path("Åsa")
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert profiles.path("Åsa") == path
    assert profiles.names() == ("Åsa",)
    assert profiles.load("heel-slides", "Åsa").thresholds.target_deg == 90
    assert re.search(
        rf"{re.escape(str(path))}: .*; version 1, the last good one, stays in force", caplog.text
    )
    profile = profiles.read("Åsa")
    assert "\n" not in profile.problem
    assert (profile.revision, profile.good) == (1, 1)
    refused(lambda: save(profiles, "Åsa", target_deg=80), str(path), "mend the file first")
    # Going back puts it right, and what stood there is kept beside it.
    assert profiles.roll_back("Åsa", 1, who="Bo", why="broken", expected=1).revision == 2
    assert not profiles.read("Åsa").problem
    aside = history_folder(path) / "before-0002.toml"
    assert (
        (aside.read_bytes() == content)
        if content is not None and len(content) < 200_000
        else not aside.exists()
    )
    save(profiles, "Åsa", target_deg=80)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_without_any_version_a_broken_file_is_refused(profiles: Profiles, content: bytes) -> None:
    path = profiles.path("Åsa")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    refused(lambda: profiles.load("heel-slides", "Åsa"), str(path))
    assert profiles.load("heel-slides").thresholds == load_exercise("heel-slides").thresholds


def test_the_last_good_version_may_be_an_older_one(profiles: Profiles) -> None:
    save(profiles, "Åsa", target_deg=90)
    save(profiles, "Åsa", target_deg=80)
    path = profiles.path("Åsa")
    newest = history_folder(path) / "0002.json"
    newest.write_text(newest.read_text().replace("target_deg = 80", "target_deg = 8000"))
    path.write_text("[[")
    profile = profiles.read("Åsa")
    assert (profile.revision, profile.good) == (2, 1)
    assert profiles.load("heel-slides", "Åsa").profiles == (("person", 1),)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'"x"', b"{}", b'{"revision": 2}', b"\xff", b"[" * 100_000, b"0", b"null"]
)
def test_a_damaged_version_changes_nothing_in_force_and_is_told(profiles: Profiles, content: bytes) -> None:
    save(profiles, target_deg=100)
    save(profiles, target_deg=90)
    file = history_folder(profiles.path(CLINIC)) / "0002.json"
    whole = file.read_bytes()
    file.write_bytes(content)
    assert profiles.load("heel-slides").thresholds.target_deg == 90
    refused(lambda: profiles.history(CLINIC), str(file))
    refused(lambda: save(profiles, target_deg=80), str(file), "put it back from a backup")
    file.write_bytes(whole)
    assert save(profiles, target_deg=80) == 3


def test_a_version_under_another_number_is_damaged(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    folder = history_folder(profiles.path(CLINIC))
    (folder / "0001.json").rename(folder / "0002.json")
    refused(lambda: profiles.history(CLINIC), "says that it is version 1")


def test_other_files_in_the_history_are_no_versions(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    folder = history_folder(profiles.path(CLINIC))
    for name in ("0001 (copy).json", "12.json.bak", "notes.json", "0002.json.part", "٠٠٠٣.json"):
        (folder / name).write_text("?")
    assert len(profiles.history(CLINIC)) == 1


# Going back.


def test_going_back_is_a_version_of_its_own(profiles: Profiles) -> None:
    for target in (100, 95, 90):
        save(profiles, target_deg=target)
    saved = profiles.roll_back(CLINIC, 1, who="Eva", why="was right before", expected=3)
    assert (saved.revision, saved.why) == (4, "was right before")
    assert [(one.before, one.after) for one in saved.changes] == [(90, 100)]
    assert profiles.path(CLINIC).read_text() == profiles.history(CLINIC)[0].text
    refused(lambda: profiles.roll_back(CLINIC, 1, who="Eva", why="again", expected=4), "already")
    with pytest.raises(NotThereError, match="no version 9; there are 1 to 4"):
        profiles.roll_back(CLINIC, 9, who="Eva", why="x", expected=4)
    with pytest.raises(NotThereError, match="none was saved"):
        profiles.roll_back("Åsa", 1, who="Eva", why="x", expected=0)


def test_going_back_over_an_edit_keeps_the_edit(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    path = profiles.path(CLINIC)
    path.write_text(path.read_text().replace("100", "95"))
    profiles.roll_back(CLINIC, 1, who="Eva", why="x", expected=1)
    first, edited, back = profiles.history(CLINIC)
    assert (edited.who, edited.changes[0].after) == (BY_HAND, 95)
    assert (back.changes[0].before, back.changes[0].after) == (95, 100)
    assert back.text == first.text


# The clinic and its persons.


def test_a_clinic_that_would_break_a_persons_profile_is_refused(profiles: Profiles) -> None:
    save(profiles, "Åsa", target_deg=50)
    change = {"heel-slides.rest_to_deg": 60.0, "heel-slides.rest_deg": 47.0}
    message = refused(
        lambda: profiles.save(CLINIC, change, who="Bo", why="x", expected=0),
        "Åsa",
        "target_deg 50",
        "rest_deg 47",
    )
    assert message.startswith(f"{profiles.path(CLINIC)}: ")
    assert not profiles.path(CLINIC).exists()
    # The same by hand is not used either.
    save(profiles, rest_to_deg=60)
    profiles.path(CLINIC).write_text("[heel-slides]\nrest_to_deg = 60\nrest_deg = 47\n")
    assert "Åsa" in profiles.read(CLINIC).problem
    assert profiles.load("heel-slides").thresholds.rest_deg == 5
    assert profiles.load("heel-slides", "Åsa").thresholds.target_deg == 50


def test_a_person_who_is_broken_anyway_does_not_bind_the_clinic(profiles: Profiles) -> None:
    save(profiles, "Åsa", target_deg=90)
    profiles.path("Åsa").write_text('person = "Åsa"\n[heel-slides]\ntarget_deg = 999\n')
    assert save(profiles, target_deg=100) == 1
    refused(
        lambda: save(profiles, rest_from_deg=80, rest_deg=88, rest_to_deg=89, target_deg=100), "Åsa", "90"
    )


# A clinic's own exercises.


def test_an_exercise_that_is_gone_does_not_stop_the_others_and_its_numbers_wait(
    profiles: Profiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(profiles.folder))
    own = profiles.folder / "exercises" / "my-squat.toml"
    own.parent.mkdir(parents=True)
    example = files("repose.exercises") / "examples" / "squat.toml"
    text = example.read_text("utf-8").replace('slug = "squat"', 'slug = "my-squat"')
    own.write_text(text, "utf-8")
    limits = load_exercise("my-squat").thresholds
    wanted = {"my-squat.target_deg": limits.target_deg + 5, TARGET: 90}
    profiles.save("Åsa", wanted, who="Bo", why="x", expected=0)
    for broken in ("[[", None):
        own.write_text(broken, "utf-8") if broken else own.unlink()
        assert profiles.load("heel-slides", "Åsa").thresholds.target_deg == 90
        assert not profiles.read("Åsa").problem
        refused(lambda: profiles.load("my-squat", "Åsa"), "my-squat")
        (finding,) = look_at_folder(profiles)
        assert finding.note
        assert "[my-squat]: " in finding.text
        assert "these numbers are kept, and in force again when" in finding.text
    save(profiles, "Åsa", target_deg=80)
    # The clinic cannot make the person's other numbers wrong meanwhile.
    wrong = {"heel-slides.rest_to_deg": 80.0, "heel-slides.rest_deg": 78.0}
    refused(lambda: profiles.save(CLINIC, wrong, who="Bo", why="x", expected=0), "Åsa", "target_deg 80")
    own.write_text(text, "utf-8")
    assert profiles.load("my-squat", "Åsa").thresholds.target_deg == limits.target_deg + 5
    assert profiles.load("heel-slides", "Åsa").thresholds.target_deg == 80
    # What nobody saved while it was known is a mistake.
    path = profiles.path("Bo")
    path.write_text('person = "Bo"\n[my-sqat]\ntarget_deg = 90\n')
    refused(lambda: profiles.load("heel-slides", "Bo"), "[my-sqat]", "did you mean my-squat?")
    assert any("[my-sqat]" in one.text and not one.note for one in look_at_folder(profiles))


# Whose a file is.


@pytest.mark.parametrize(
    "line",
    ['person = "Åsa"', "person = 'Åsa'", 'person="A\\u030asa" # she', 'person = """Åsa"""',
     '"person" = "  Åsa "', '\tperson = "ÅSA"'],
)  # fmt: skip
def test_a_copied_file_is_for_whom_it_says(profiles: Profiles, line: str) -> None:
    folder = profiles.folder / "persons"
    folder.mkdir(parents=True)
    (folder / "copied by hand.toml").write_text(
        f"# a copy\n{line}\n[heel-slides]\ntarget_deg = 70\n", "utf-8"
    )
    assert [name.casefold() for name in profiles.names()] == ["åsa"]
    assert profiles.path("Åsa").name == "copied by hand.toml"
    assert profiles.load("heel-slides", "Åsa").thresholds.target_deg == 70
    save(profiles, "Åsa", target_deg=60)
    assert [path.name for path in profiles.person_paths()] == ["copied by hand.toml"]


def test_a_copy_under_somebody_elses_file_name_is_not_theirs(profiles: Profiles) -> None:
    save(profiles, "Åsa", target_deg=90)
    path = profiles.path("Åsa")
    path.rename(profiles.path("Bo"))
    history_folder(path).rename(history_folder(path).with_stem("elsewhere"))
    assert profiles.load("heel-slides", "Bo") == load_exercise("heel-slides")
    save(profiles, "Bo", target_deg=70)
    assert profiles.load("heel-slides", "Bo").thresholds.target_deg == 70
    assert profiles.load("heel-slides", "Åsa").thresholds.target_deg == 90
    assert profiles.names() == ("Bo", "Åsa")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_any_script_is_found_again_and_leads_nowhere_else(profiles: Profiles, name: str) -> None:
    save(profiles, name, target_deg=70)
    (path,) = profiles.person_paths()
    assert path.parent == profiles.folder / "persons"
    assert re.fullmatch(r"([a-z0-9]+-)*[0-9a-f]{6}\.toml", path.name)
    assert profiles.load("heel-slides", name).thresholds.target_deg == 70
    assert profiles.load("heel-slides", name.upper()).thresholds.target_deg == 70
    assert tomllib.loads(path.read_text("utf-8"))["person"] == profiles.names()[0]
    assert profiles.forget(name) == 2
    assert profiles.names() == ()


@pytest.mark.parametrize(
    "name", ["", "  ", "default", "file", "person", "a\nb", "a\x1b[2J", "x" * 201, "\u202eoB"]
)
def test_a_name_that_can_be_no_profile_is_refused(profiles: Profiles, name: str) -> None:
    refused(lambda: profiles.save(name, {TARGET: 90}, who="Bo", why="x", expected=0))
    assert profiles.names() == ()


def test_files_of_editors_and_systems_are_no_profiles(profiles: Profiles) -> None:
    save(profiles, "Åsa", target_deg=90)
    for name in (".hidden.toml", "._asa.toml", "asa.toml~", "asa.toml.bak"):
        (profiles.folder / "persons" / name).write_bytes(b"\xff\0")
    (profiles.folder / "persons" / "folder.toml").mkdir()
    assert profiles.names() == ("Åsa",)


# Renamed and deleted.


def test_a_renamed_person_keeps_profile_and_versions_and_the_old_name_is_gone(profiles: Profiles) -> None:
    for target in (90, 80):
        save(profiles, "Åsa Öberg", target_deg=target)
    assert profiles.rename("Åsa Öberg", "P-17")
    assert profiles.names() == ("P-17",)
    assert [one.changes[0].after for one in profiles.history("P-17")] == [90, 80]
    assert profiles.load("heel-slides", "P-17").thresholds.target_deg == 80
    assert not profiles.read("P-17").edited
    files = [path for path in profiles.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if "berg" in path.name or "berg" in path.read_text("utf-8")]
    assert not profiles.rename("Åsa Öberg", "X")
    assert profiles.rename("P-17", "p-17")
    assert profiles.names() == ("p-17",)
    save(profiles, "Bo", target_deg=70)
    refused(lambda: profiles.rename("Bo", "P-17"), "P-17")
    assert profiles.load("heel-slides", "Bo").thresholds.target_deg == 70


def test_a_deleted_person_leaves_nothing(profiles: Profiles) -> None:
    save(profiles, target_deg=100)
    save(profiles, "Åsa", target_deg=90)
    save(profiles, "Bo", target_deg=80)
    persons = profiles.folder / "persons"
    (persons / f"{profiles.path('Åsa').name}~").write_text("left by an editor")
    (persons / "copy.toml").write_text('person = "ÅSA"')
    (history_folder(profiles.path("Åsa")) / ".0002.json.1.part").write_text("left by a kill")
    profiles.path("Åsa").write_text("broken")
    assert len(profiles.files("Åsa")) == 4
    assert profiles.forget("åsa") == 5
    left = {path.name for path in persons.iterdir()}
    assert left == {profiles.path("Bo").name, history_folder(profiles.path("Bo")).name}
    assert profiles.forget("Åsa") == profiles.forget(CLINIC) == 0
    assert profiles.names() == (CLINIC, "Bo")


def test_somebody_else_of_almost_that_name_keeps_theirs(profiles: Profiles) -> None:
    save(profiles, "Ada", target_deg=90)
    assert profiles.forget("ada", others=["Ada", "Bo"]) == 0
    assert profiles.forget("ada", others=["Bo"]) == 2


# The folder.


def test_the_variable_must_name_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    monkeypatch.setenv(VARIABLE, str(file))
    for doing in (
        lambda: Profiles().names(),
        lambda: Profiles().load("heel-slides", "Åsa"),
        lambda: Profiles().save(CLINIC, {TARGET: 90}, who="Bo", why="x", expected=0),
    ):
        refused(doing, str(file), VARIABLE, "folder")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    profiles = Profiles(tmp_path / "file" / "calibration")
    assert profiles.load("heel-slides", "Åsa") == load_exercise("heel-slides")
    refused(lambda: save(profiles, target_deg=90), str(profiles.folder), "cannot be written")


def test_a_full_disk_saves_nothing(profiles: Profiles, monkeypatch: pytest.MonkeyPatch) -> None:
    save(profiles, target_deg=100)
    before = {path: path.read_bytes() for path in profiles.folder.rglob("*") if path.is_file()}

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        refused(lambda: save(profiles, target_deg=90), "No space left on device", "nothing was saved")
    assert {path: path.read_bytes() for path in profiles.folder.rglob("*") if path.is_file()} == before
    assert save(profiles, target_deg=90) == 2


def test_without_links_saving_works_too(profiles: Profiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", none)
    assert [save(profiles, target_deg=target) for target in (100, 90)] == [1, 2]
    assert json.loads((history_folder(profiles.path(CLINIC)) / "0002.json").read_text())["who"] == "Bo"
