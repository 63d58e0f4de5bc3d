"""A file that defines an exercise: every mistake in it is told, nothing in it is run."""

import contextlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repose.errors import ReposeError
from repose.exercises.check import LARGEST, mistakes, read_exercise
from repose.exercises.definition import Definition
from tests.exercises.own_files import EXAMPLES, changed, example_text


def told(folder: Path, content: str | bytes) -> tuple[str, ...]:
    path = folder / "mine.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    lines = mistakes(path)
    assert all(line.startswith(f"{path}: ") for line in lines)
    assert all(line.isprintable() for line in lines)
    return tuple(line.removeprefix(f"{path}: ") for line in lines)


@pytest.mark.parametrize("slug", EXAMPLES)
def test_nothing_is_wrong_with_the_examples(slug: str, tmp_path: Path) -> None:
    assert told(tmp_path, example_text(slug)) == ()
    one = read_exercise(tmp_path / "mine.toml")
    assert one.definition.slug == slug
    assert not one.definition.of_programme
    assert one.limits["target_deg"] > one.limits["rest_deg"]


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ('signal = "knees_flexion"', 'signal = "knee_flexon"', ["signal", "did you mean 'knee_flexion'"]),
        ('signal = "knees_flexion"', 'signal = "elbow_flexion"', ["signal", "'elbow_flexion' is no joint"]),
        ('signal = "knees_flexion"', 'signal = "knee_flexion"', ["signal 'knee_flexion'", "sides = 'none'"]),
        (
            'channel = "hips_flexion"',
            'channel = "wrist"',
            ["guards.sat_at_start.channel", "'wrist'", "Known"],
        ),
        ('channel = "hips_flexion"', 'channel = "hip_x_px"', ["guards.sat_at_start.channel", "no channel"]),
        ('measure = "reach"', 'measure = "feeling"', ["faults.not_low.measure = 'feeling'", "'rise'"]),
        ('measure = "reach"', 'measure = "reech"', ["did you mean 'reach'"]),
        ('measure = "fall"\n', 'measure = "duration"\n', ["faults.leans_far", "takes no channel"]),
        ('posture = "upright"', 'posture = "sitting"', ["posture = 'sitting'", "'seated'"]),
        ('posture = "upright"', 'posutre = "upright"', ["posutre", "did you mean 'posture'"]),
        ('posture = "upright"', "", ["posture is missing"]),
        ("reps = 10", "reps = 0", ["dose.reps = 0", "greater than or equal to 1"]),
        ("reps = 10", 'reps = "10"', ["dose.reps = '10'", "integer"]),
        ("reps = 10", "reps = 1000000", ["dose.reps = 1000000", "100"]),
        ("each_side = false", "each_side = true", ["dose.each_side", "no sides"]),
        ("each_side = false", "each_sides = false", ["dose.each_sides", "did you mean 'each_side'"]),
        ("target_deg = 85", "target_deg = 4000", ["thresholds.target_deg = 4000", "-180 to 180 °"]),
        ("target_deg = 85", "target_deg = true", ["thresholds.target_deg = True", "-180 to 180"]),
        ("target_deg = 85", "target_deg = nan", ["thresholds.target_deg = nan"]),
        ("target_deg = 85", "target_deg = -85", ["thresholds.target_deg -85 must be at least"]),
        ("target_deg = 85", "", ["thresholds.target_deg is missing"]),
        ("rest_from_deg = -20", "rest_from_deg = 60", ["must lie from rest_from_deg 60"]),
        ("partial_share = 0.15", "partial_share = 0.9", ["partial_share 0.9 must not exceed"]),
        ("partial_share = 0.15", "partial_shear = 0.15", ["partial_shear", "did you mean 'partial_share'"]),
        ("not_low = 25", "not_low = 250", ["thresholds.faults.not_low = 250", "from 0 to 180 °"]),
        ("not_low = 25", "not_low = -1", ["thresholds.faults.not_low = -1", "from 0 to 180 °"]),
        ("not_low = 25", "not_lwo = 25", ["thresholds.faults.not_lwo is not known", "not_low"]),
        ("sat_at_start = 45", "", ["thresholds.guards.sat_at_start is missing"]),
        (
            "longest_rep_s = 120",
            "longest_rep_s = 0.7",
            ["shortest_rep_s 0.8 must be below longest_rep_s 0.7"],
        ),
        ("hold_s = 0", "hold_s = 200", ["longest_rep_s = 120", "dose.hold_s, 200"]),
        ("[thresholds]", "[threshold]", ["threshold", "did you mean 'thresholds'"]),
        ("version = 1", "version = 2", ["version = 2", "newer Repose", "update"]),
        ("version = 1", 'version = "one"', ["version = 'one'", "allowed is 1"]),
        ('slug = "squat"', 'slug = "../../squat"', ["slug = '../../squat'", "small letters"]),
        ('slug = "squat"', 'slug = "/etc/passwd"', ["slug = '/etc/passwd'"]),
        ('slug = "squat"', 'slug = "heel-slides"', ["slug = 'heel-slides'", "of the programme"]),
        ('slug = "squat"', 'slug = "squat"\nof_programme = true', ["of_programme", "is not known"]),
        ('name = "Squat"', 'name = ""', ["name = ''"]),
        ('name = "Squat"', 'name = "Squat\\u0007"', ["name", "control characters"]),
        ('name = "Squat"', 'name = "Squat\\n# evil"', ["name", "line breaks"]),
        ('name = "Squat"', 'name = "\\u202etauqS"', ["name", "control characters"]),
        ('name = "Squat"', 'name = "{x.__class__}"', ["name", "nothing is filled in"]),
        ('name = "Squat"', f'name = "{"S" * 61}"', ["name", "60"]),
        ('name = "not_upright"', 'name = "not_low"', ["faults: 'not_low' is there twice"]),
        ('name = "not_upright"', 'name = "Not upright!"', ["faults.Not upright!.name", "underscores"]),
    ],
)
def test_a_mistake_is_told_with_its_key_value_and_what_is_allowed(
    old: str, new: str, parts: list[str], tmp_path: Path
) -> None:
    lines = told(tmp_path, changed(old, new))
    assert any(all(part in line for part in parts) for line in lines), lines
    with pytest.raises(ReposeError) as caught:
        read_exercise(tmp_path / "mine.toml")
    assert "\n" not in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = changed("target_deg = 85", "target_deg = 500")
    for old, new in (
        ('signal = "knees_flexion"', 'signal = "knees_flex"'),
        ("reps = 10", "reps = 0"),
        ('measure = "left_over"', 'measure = "left"'),
        ("not_low = 25", "notlow = 25"),
        ("still_deg = 5", "still = 5"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    lines = told(tmp_path, text)
    for key in ("target_deg", "signal", "dose.reps", "faults.not_upright.measure", "faults.notlow"):
        assert sum(key in line for line in lines) >= 1, key
    assert any("thresholds.still " in line and "'still_deg'" in line for line in lines)
    assert any("thresholds.still_deg is missing" in line for line in lines)
    with pytest.raises(ReposeError, match=r"more: `repose exercise check` lists them"):
        read_exercise(tmp_path / "mine.toml")


def test_two_numbers_that_are_out_of_order_are_two_mistakes(tmp_path: Path) -> None:
    text = changed("target_deg = 85", "target_deg = 1").replace("partial_share = 0.15", "partial_share = 0.9")
    lines = told(tmp_path, text)
    assert [line.split()[0] for line in lines] == ["thresholds.target_deg", "thresholds.partial_share"]


CODE = "__import__('os').system('touch /tmp/ran') or eval('1') $HOME %s <script>alert(1)</script>"


def test_code_is_text(tmp_path: Path) -> None:
    text = changed('returning = "Stand up straight"', f'returning = "{CODE}"')
    assert told(tmp_path, text) == ()
    assert read_exercise(tmp_path / "mine.toml").definition.words.returning == CODE


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"\xff\xfe\x00s", "not UTF-8"),
        ("slug = ", "not valid TOML"),
        ("slug = 'a'\nslug = 'b'", "not valid TOML"),
        ("a = " + "[" * 3000 + "]" * 3000, "not valid TOML"),
        ("a = " + "9" * 6000, "not valid TOML"),
        ("a = 2020-13-45", "not valid TOML"),
        ("", "slug is missing"),
        ("[thresholds]\n", "slug is missing"),
        ("thresholds = 3", "[thresholds] is missing"),
        ("guards = 3\n", "belongs under the heading [[guards]]"),
        ("dose = 3\n", "belongs under the heading [dose]"),
        ("thresholds.guards = 3\n", "its numbers belong under [thresholds.guards]"),
        ("thresholds.left.target_deg = 3\n", "thresholds.left"),
        ("[[guards]]\n[[guards]]\nname = 3\n", "guards.2.name = 3"),
        ("[[guards]]\n" * 30, "20"),
    ],
)
def test_broken_files(content: str | bytes, part: str, tmp_path: Path) -> None:
    lines = told(tmp_path, content)
    assert any(part in line for line in lines), lines


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    lines = told(tmp_path, "#" * (LARGEST + 1))
    assert lines == ("is larger than 64 kB: no exercise needs that; nothing was read",)
    assert told(tmp_path, example_text() + "#\n" * (LARGEST // 2 - 5_000)) == ()


def test_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.toml", Path("/dev/zero"), Path("a\0b.toml")):
        (line,) = mistakes(path)
        assert "no such file" in line or "cannot be read" in line


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    assert told(tmp_path, b"\xef\xbb\xbf" + example_text().replace("\n", "\r\n").encode()) == ()


def checked(path: Path, content: bytes) -> None:
    """No content makes anything but lines; what has none can be read."""
    path.write_bytes(content)
    lines = mistakes(path)
    assert all(line.isprintable() and len(line) < 3000 for line in lines)
    if lines:
        with pytest.raises(ReposeError):
            read_exercise(path)
    else:
        assert read_exercise(path).definition.slug


QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(st.binary(max_size=400))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    checked(tmp_path / "any.toml", content)


KEYS = st.sampled_from(
    [
        *Definition.model_fields,
        "thresholds",
        "channel",
        "needs",
        "measure",
        "limit",
        "left",
        "version",
        "é\u202e",
    ]
)
SCALARS = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=20),
    st.sampled_from(["knee_flexion", "knees_flexion", "none", "one", "at_least", "rise", "{0}"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


@QUICK
@given(st.sampled_from(EXAMPLES), st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=3), st.randoms())
def test_any_tables_in_the_place_of_those_of_an_example(
    tmp_path: Path, slug: str, changes: list[tuple[str, Any]], random: Any
) -> None:
    import tomlkit

    tables: dict[str, Any] = tomllib.loads(example_text(slug))
    for key, value in changes:
        where = random.choice([tables, *(part for part in tables.values() if isinstance(part, dict))])
        where[key] = value
    # What TOML cannot hold, such as lists of unlike things in some versions, is no case.
    content = b""
    with contextlib.suppress(Exception):
        content = tomlkit.dumps(tables).encode("utf-8", "surrogatepass")
    checked(tmp_path / "any.toml", content)
