"""Exercises as files to be edited, and in words."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from repose.calibration.thresholds import Thresholds
from repose.errors import ReposeError
from repose.exercises import load_exercise, slugs
from repose.exercises.check import NUMBERS, mistakes, read_exercise
from repose.exercises.definition import Definition, Dose, Fault, Guard, Unseen, Words
from repose.exercises.describe import describe, signal_in_words
from repose.exercises.writing import KEYS, copy_of, text_of
from repose.kinematics.channels import SIGNALS
from tests.exercises.own_files import EXAMPLES, example_text

DOCS = Path(__file__).parents[2] / "docs" / "exercises.md"

PARTS: dict[str, type[BaseModel]] = {
    "dose": Dose,
    "words": Words,
    "guards": Guard,
    "faults": Fault,
    "unseen": Unseen,
}


def schema_keys() -> set[str]:
    """Every key that an exercise's file may have, but for the numbers."""
    found = {"version", NUMBERS}
    for key in Definition.model_fields:
        if key in PARTS:
            found |= {f"{key}.{name}" for name in PARTS[key].model_fields}
        elif key != "of_programme":
            found.add(key)
    return found


@pytest.mark.parametrize("slug", [*slugs(), *EXAMPLES])
def test_a_copy_is_a_file_that_counts_the_same(slug: str, tmp_path: Path) -> None:
    source = load_exercise(slug)
    copy = copy_of(source, "my-copy", "My copy")
    path = tmp_path / "my-copy.toml"
    path.write_text(text_of(copy, ("A copy.", "Made by a test.")), encoding="utf-8")
    assert mistakes(path) == ()
    one = read_exercise(path)
    assert one.definition == copy.definition
    assert Thresholds.model_validate(one.limits) == source.thresholds
    renamed = {"slug": slug, "name": source.name, "of_programme": slug in slugs()}
    assert one.definition.model_copy(update=renamed) == source.definition
    assert path.read_text(encoding="utf-8").startswith("# A copy.\n# Made by a test.\n")


def test_the_examples_are_written_as_a_copy_is(tmp_path: Path) -> None:
    for slug in EXAMPLES:
        note = example_text(slug).split("\n\n", 1)[0].replace("\n# ", " ").removeprefix("# ")
        assert text_of(load_exercise(slug), (note,)) == example_text(slug)


def test_every_key_of_a_copy_has_its_comment() -> None:
    text = text_of(load_exercise("heel-slides"))
    lines = text.splitlines()
    for key in ("slug", "sides", "rest", "target_deg", "feet_end_deg", "heel_lifts"):
        at = next(index for index, line in enumerate(lines) if line.startswith(f"{key} = "))
        assert "# " in lines[at] or lines[at - 1].startswith("# "), key
    assert max(map(len, lines)) <= 130


def test_numbers_are_written_to_the_last_digit(tmp_path: Path) -> None:
    exercise = load_exercise("squat")
    limits = exercise.thresholds.model_copy(update={"complete_share": 0.6543219876, "target_deg": 85.03125})
    path = tmp_path / "exact.toml"
    path.write_text(text_of(exercise.model_copy(update={"thresholds": limits})), encoding="utf-8")
    assert Thresholds.model_validate(read_exercise(path).limits) == limits


def test_the_comments_know_every_key() -> None:
    told = {key for key in KEYS if "." in key or key not in PARTS}
    assert told - {f"{part}.name" for part in ("guards", "faults", "unseen")} == schema_keys() - {
        f"{part}.name" for part in ("guards", "faults", "unseen")
    }
    assert {"guards", "faults", "unseen"} <= set(KEYS)


def test_the_documentation_knows_every_key_and_every_word() -> None:
    text = DOCS.read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z_.]+)`", text))
    missing = {key for key in schema_keys() if key not in told}
    assert not missing
    numbers = set(Thresholds.model_fields) - {"left", "right", "guards", "faults"}
    assert not numbers - told
    assert not set(SIGNALS) - told
    for literal in ("supine", "standing", "seated", "upright", "one", "pair", "none"):
        assert literal in told
    for measure in Fault.model_json_schema()["properties"]["measure"]["enum"]:
        assert measure in told
    for needs in Guard.model_json_schema()["properties"]["needs"]["enum"]:
        assert needs in told


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("heel-slides", None),
        ("../evil", None),
        ("Upper", None),
        ("", None),
        ("a" * 41, None),
        ("a--b", None),
        ("good", "x" * 61),
        ("good", "bell \x07"),
        ("good", "{0.__class__}"),
    ],
)
def test_a_copy_needs_a_name_of_its_own(slug: str, name: str | None) -> None:
    with pytest.raises(ReposeError) as caught:
        copy_of(load_exercise("squat"), slug, name)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("slug", [*slugs(), *EXAMPLES])
def test_an_exercise_in_words(slug: str) -> None:
    exercise = load_exercise(slug)
    said = describe(exercise)
    whole = " ".join(text for _, text in said)
    assert exercise.name in whole
    assert f"{exercise.thresholds.target_deg:g}°" in whole
    assert all(fault.text in whole for fault in exercise.definition.faults)
    assert ("of the programme" in whole) == (slug in slugs())
    assert ("an example" in said[0][1]) == (slug in EXAMPLES)


def test_signals_in_words() -> None:
    assert signal_in_words("knee_flexion") == "knee flexion"
    assert signal_in_words("knees_flexion") == "knee flexion of both legs together"
    assert signal_in_words("knee_extension") == "knee extension (knee flexion with the sign turned round)"
