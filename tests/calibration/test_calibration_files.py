"""A calibration file is right, or one line says what is wrong with it: file, key, value, what is allowed."""

import re
from pathlib import Path

import pytest

from repose.calibration.load import VERSION, load_thresholds, read_calibration
from repose.calibration.thresholds import Thresholds
from repose.data_files import data_folder
from repose.errors import ReposeError
from repose.exercises import load_exercise, slugs

DEFAULT = data_folder("calibration") / "default.toml"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "profile.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refused(path: Path, slug: str = "heel-slides") -> str:
    with pytest.raises(ReposeError) as caught:
        load_exercise(slug, path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: ")
    return message.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("complete_shar = 0.5", ["heel-slides.complete_shar", "not known"]),
        ("complete_share = 1.5", ["heel-slides.complete_share", "1.5", "from 0.1 to 1 of the way"]),
        ("complete_share = 0.01", ["heel-slides.complete_share", "0.01", "from 0.1 to 1 of the way"]),
        ('complete_share = "much"', ["heel-slides.complete_share", "'much'", "number"]),
        ("complete_share = [0.5]", ["heel-slides.complete_share", "[0.5]", "number"]),
        ("complete_share = nan", ["heel-slides.complete_share", "nan"]),
        ("target_deg = inf", ["heel-slides.target_deg", "inf", "180"]),
        ("target_deg = 300", ["heel-slides.target_deg", "300", "180"]),
        ("rest_deg = -500", ["heel-slides.rest_deg", "-500", "-180"]),
        ("rest_deg = 1979-05-27", ["heel-slides.rest_deg", "number"]),
        ("hold_dropout_s = -1", ["heel-slides.hold_dropout_s", "-1", "from 0 to 600 s"]),
        ("longest_rep_s = 1e9", ["heel-slides.longest_rep_s", "1000000000.0", "600"]),
        ("still_deg = 0", ["heel-slides.still_deg", "0", "from above 0 to 30 °"]),
        ("turn_deg = 91", ["heel-slides.turn_deg", "91", "90"]),
        ("faults = 3", ["heel-slides.faults", "3", "[heel-slides.faults]"]),
        ("faults.heel_lifts = 'high'", ["heel-slides.faults.heel_lifts", "'high'", "number"]),
        ("faults.heel_lift = 0.2", ["faults.heel_lift", "not known", "heel_lifts"]),
        ("guards.hip_too_high = 95", ["guards.hip_too_high", "not known", "thigh_too_high"]),
        ("target_deg = 5", ["heel-slides", "target_deg 5", "rest_deg"]),
        ("rest_deg = 39", ["heel-slides", "rest_deg 39", "rest_to_deg 38"]),
        ("partial_share = 0.9", ["heel-slides", "partial_share 0.9", "complete_share"]),
        ("shortest_rep_s = 500", ["heel-slides", "shortest_rep_s 500", "longest_rep_s 120"]),
        ("opposite_deg = -40", ["opposite_deg", "two ends"]),
        ("complete_share = true", ["heel-slides.complete_share", "True"]),
    ],
)
def test_a_wrong_key_or_number(tmp_path: Path, line: str, names: list[str]) -> None:
    message = refused(written(tmp_path, f"[heel-slides]\n{line}\n"))
    assert not [name for name in names if name not in message], message


def test_rest_and_target_swapped(tmp_path: Path) -> None:
    message = refused(written(tmp_path, "[heel-slides]\nrest_deg = 30\ntarget_deg = 5\n"))
    assert "target_deg 5" in message
    assert "rest_deg 30" in message


def test_the_opposite_end_must_lie_below_rest(tmp_path: Path) -> None:
    message = refused(written(tmp_path, "[ankle-pumps]\nopposite_deg = 0\n"), "ankle-pumps")
    assert "opposite_deg 0" in message
    assert "rest_deg -18" in message


@pytest.mark.parametrize(
    "value",
    ["\"__import__('os').system('true')\"", '"{{7*7}}"', '"lambda: 0"', '"108"', '"1e3"'],
)
def test_code_in_a_value_is_just_a_wrong_value(tmp_path: Path, value: str) -> None:
    message = refused(written(tmp_path, f"[heel-slides]\ntarget_deg = {value}\n"))
    assert "heel-slides.target_deg" in message
    assert "number" in message


def test_an_unknown_exercise(tmp_path: Path) -> None:
    message = refused(written(tmp_path, "[heel-slide]\ntarget_deg = 100\n"))
    assert "[heel-slide]" in message
    assert all(slug in message for slug in slugs())


def test_a_mistake_in_another_exercise_is_found_too(tmp_path: Path) -> None:
    """A profile is right as a whole: the mistake must not wait for the day that exercise is done."""
    message = refused(written(tmp_path, "[knee-to-chest]\ntarget_deg = 999\n"), "heel-slides")
    assert "knee-to-chest.target_deg" in message


def test_a_number_outside_an_exercise(tmp_path: Path) -> None:
    message = refused(written(tmp_path, "target_deg = 100\n"))
    assert "target_deg = 100" in message
    assert "[exercise]" in message


def test_a_newer_version(tmp_path: Path) -> None:
    message = refused(written(tmp_path, f"version = {VERSION + 1}\n"))
    assert str(VERSION + 1) in message
    assert "update Repose" in message


@pytest.mark.parametrize("version", ["0", "-1", '"1"', "true", "1.0", "[]"])
def test_no_version_at_all(tmp_path: Path, version: str) -> None:
    assert "version = " in refused(written(tmp_path, f"version = {version}\n"))


def test_not_utf8(tmp_path: Path) -> None:
    assert "UTF-8" in refused(written(tmp_path, "# Übung\n[heel-slides]\n".encode("latin-1")))


@pytest.mark.parametrize("text", ["[heel-slides", "target_deg 100", "[heel-slides]\na = 1\na = 2\n", "\x00"])
def test_not_toml(tmp_path: Path, text: str) -> None:
    message = refused(written(tmp_path, text))
    assert "not valid TOML" in message
    assert re.search(r"at (line \d+|end of document)", message)


def test_no_such_file(tmp_path: Path) -> None:
    assert "cannot read" in refused(tmp_path / "nobody.toml")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "cannot read" in refused(tmp_path)


@pytest.mark.parametrize("text", ["", "version = 1\n", "[heel-slides]\n", "[heel-slides.faults]\n"])
def test_what_is_left_out_stays_as_it_is(tmp_path: Path, text: str) -> None:
    own = load_exercise("heel-slides", written(tmp_path, text))
    assert own == load_exercise("heel-slides")


def test_only_the_named_numbers_change(tmp_path: Path) -> None:
    path = written(tmp_path, "[heel-slides]\ntarget_deg = 80\n[heel-slides.faults]\ntoo_fast = 3\n")
    usual, own = (load_exercise("heel-slides", file).thresholds.flat() for file in (None, path))
    assert own == usual | {"target_deg": 80, "faults.too_fast": 3}
    assert load_exercise("knee-to-chest", path) == load_exercise("knee-to-chest")


def test_a_byte_order_mark_is_harmless(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    path = written(tmp_path, b"\xef\xbb\xbf[heel-slides]\r\ntarget_deg = 80\r\n")
    assert load_exercise("heel-slides", path).thresholds.target_deg == 80


def test_the_defaults_are_right_for_every_exercise() -> None:
    assert set(read_calibration(DEFAULT)) == set(slugs())
    for slug in slugs():
        assert load_thresholds(slug) == load_exercise(slug).thresholds


@pytest.mark.parametrize("key", sorted(set(Thresholds.model_fields) - {"guards", "faults", "left", "right"}))
def test_every_number_can_be_changed(tmp_path: Path, key: str) -> None:
    """The default, or any number for those that are not set, is allowed in a file, and is in the result."""
    value = getattr(load_thresholds("ankle-pumps"), key)
    path = written(tmp_path, f"[ankle-pumps]\n{key} = {0.5 if value is None else value}\n")
    assert key in load_exercise("ankle-pumps", path).thresholds.flat()


def test_thresholds_do_not_change_once_read() -> None:
    thresholds = load_thresholds("heel-slides")
    with pytest.raises(ValueError, match="frozen"):
        thresholds.target_deg = 90  # type: ignore[misc]
