"""The defaults and their documentation: every number is explained, and what counted before counts now."""

import re
from pathlib import Path

import pytest

from repose.calibration.edit import about_number
from repose.calibration.layers import GROUPS, SIDES
from repose.calibration.load import is_above, tables_of
from repose.calibration.profiles import RESERVED, Profiles
from repose.calibration.thresholds import SideThresholds, Thresholds, flat
from repose.data_files import data_folder
from repose.exercises import load_exercise, programme

DEFAULT = data_folder("calibration") / "default.toml"

DOCUMENT = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("slug", "fingerprint"),
    [
        ("ankle-pumps", "6c18d6cf9aa0"),
        ("heel-slides", "4b51a73d4e12"),
        ("knee-to-chest", "5c8d9d6ab1d8"),
        ("backwards-stretch", "59dd2f6a671f"),
    ],
)
def test_the_defaults_are_those_that_accuracy_was_measured_with(slug: str, fingerprint: str) -> None:
    """Who changes one on purpose measures again, and changes this."""
    assert load_exercise(slug).thresholds.fingerprint == fingerprint


def test_every_default_says_in_plain_words_what_it_is_and_in_which_unit() -> None:
    commented = {}
    heading = ""
    for line in DEFAULT.read_text("utf-8").splitlines():
        if found := re.fullmatch(r"\[(.+)\]", line):
            heading = found[1]
        elif found := re.fullmatch(r"(\w+) = \S+ +# (.+)", line):
            commented[f"{heading}.{found[1]}"] = found[2]
        assert len(line) <= 110
    assert commented.keys() == flat(tables_of(DEFAULT.read_bytes(), DEFAULT)).keys()
    signs = {"°": "°", "s": "s ", "trunk lengths": "trunk lengths", "times": "times"}
    for key, comment in commented.items():
        known = about_number(key)
        assert known is not None
        assert len(comment) > 10
        if known.unit != "of the way":
            assert comment.replace("s;", "s ").startswith(signs[known.unit]), (key, comment)


def expected_rows() -> set[tuple[str, ...]]:
    """What the tables of the document should say, from the schema and the exercises."""
    keys = [key for key in Thresholds.model_fields if key not in (*GROUPS, *SIDES)]
    rows: set[tuple[str, ...]] = set()
    for key in keys:
        known = about_number(f"heel-slides.{key}")
        assert known is not None
        least = f"above {known.least:g}" if is_above(key) else f"{known.least:g}"
        side = "yes" if key in SideThresholds.model_fields else "no"
        rows.add((f"`{key}`", known.unit, f"{least} to {known.most:g}", side, known.means))
    for slug, definition in programme().items():
        for group in GROUPS:
            for item in getattr(definition, group):
                full = f"{slug}.{group}.{item.name}"
                known = about_number(full)
                assert known is not None
                side = "yes" if group == "faults" and definition.sides != "none" else "no"
                rows.add((f"`{full}`", known.unit, f"{known.least:g} to {known.most:g}", side, known.means))
    return rows


def test_the_document_lists_every_number_as_the_schema_has_it() -> None:
    rows = {
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in DOCUMENT.splitlines()
        if line.startswith("| `") and line.count("|") == 6
    }
    assert rows == expected_rows()


def test_the_example_of_the_document_is_right(tmp_path: Path) -> None:
    clinic, person = re.findall(r"```toml\n# \S+\n(.*?)```", DOCUMENT, re.DOTALL)
    profiles = Profiles(tmp_path)
    (tmp_path / "persons").mkdir()
    (tmp_path / "clinic.toml").write_text(clinic, "utf-8")
    (tmp_path / "persons" / "asa-4f3aed.toml").write_text(person, "utf-8")
    assert profiles.path("Åsa").name == "asa-4f3aed.toml"
    limits = profiles.load("heel-slides", "Åsa").thresholds
    for side in SIDES:
        (row,) = re.findall(rf"^\| {side} \|(.*)\|$", DOCUMENT, re.MULTILINE)
        said = [float(number) for number in re.findall(r"(\d+(?:\.\d+)?) (?:°|\()", row)]
        of = limits.of(side)
        assert said == [of.rest_deg, of.complete_share, of.target_deg]


def test_the_document_names_what_no_profile_can_be_called() -> None:
    sentence = re.search(r"can be called (.*?)\.", DOCUMENT, re.DOTALL)
    assert sentence is not None
    assert set(re.findall(r"\*(\w+)\*", sentence[1])) == set(RESERVED)
