"""What Repose is made of: each package has a licence that we may use, and bounds that were tested."""

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from repose import third_party
from repose.third_party import installed, tried
from tests.program import RunCli

CHECKOUT = Path(__file__).parents[2]

PERMISSIVE = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU"),
    *("MPL-2.0", "PSF-2.0", "Python-2.0", "Unicode-3.0", "Unlicense", "Zlib"),
    # As older metadata names them.
    *("Apache 2.0", "Apache Software License", "BSD", "BSD License", "ISC License (ISCL)", "MIT License"),
    *("Mozilla Public License 1.1 (MPL 1.1)", "Python Software Foundation License"),
}
"""Licences under which others' code may be used in, and handed over with, a work under Apache-2.0."""

EXCEPTIONS = {
    "psycopg": "LGPL-3.0-only, used unchanged, as a package of its own, by those who ask for PostgreSQL",
    "psycopg-binary": "as psycopg",
}
"""Packages under other licences, each with the reason why it may be used."""


def may_be_used(licence: str) -> bool:
    """Whether all that is said of a licence allows it; of alternatives, one is enough."""
    return all(
        any(
            one.strip("() ") in PERMISSIVE or one in PERMISSIVE
            for one in re.split(" OR | or (?=[A-Z])", part)
        )
        for part in licence.split(" AND ")
    )


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND (MIT OR GPL-3.0-only)", True),
        ("GPL-3.0-only OR Apache-2.0", True),
        ("GNU General Public License v2 or later (GPLv2+) or Mozilla Public License 1.1 (MPL 1.1)", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_licences_are_judged(licence: str, allowed: bool) -> None:
    assert may_be_used(licence) == allowed


def test_each_package_has_a_licence_that_we_may_use() -> None:
    found = installed()
    names = {one.name for one in found}
    assert names >= {"numpy", "mediapipe", "opencv-contrib-python", "starlette", "weasyprint", "fonttools"}
    wrong = {one.name: one.licence for one in found if not may_be_used(one.licence)}
    assert {name: licence for name, licence in wrong.items() if name not in EXCEPTIONS} == {}


def test_each_package_of_the_list_has_one_too() -> None:
    wrong = {one.name: one.licence for one in tried().values() if not may_be_used(one.licence)}
    assert set(wrong) <= set(EXCEPTIONS)


def requirements() -> list[Requirement]:
    """What people install: what is needed, and for PostgreSQL."""
    with (CHECKOUT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    return [
        Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["postgresql"]
    ]


@pytest.mark.parametrize("needed", requirements(), ids=lambda needed: needed.name)
def test_each_dependency_is_bound_on_both_sides_and_tested_there(needed: Requirement) -> None:
    bounds = {one.operator: Version(one.version) for one in needed.specifier}
    assert set(bounds) == {">=", "<"}
    ends = tried()[canonicalize_name(needed.name)]
    lowest, newest = Version(ends.lowest), Version(ends.newest)
    assert lowest in needed.specifier
    assert newest in needed.specifier
    # The first version within the bounds: what the bound says, but for what its maker put behind it.
    said = bounds[">="].release
    assert lowest.release[: len(said)] == said


def test_tools_of_developers_are_bound_on_both_sides_too() -> None:
    with (CHECKOUT / "pyproject.toml").open("rb") as file:
        file_ = tomllib.load(file)
    tools = [*file_["project"]["optional-dependencies"]["dev"], *file_["build-system"]["requires"]]
    wrong = [
        one for one in map(Requirement, tools) if {each.operator for each in one.specifier} != {">=", "<"}
    ]
    assert wrong == []


def test_the_list_is_shown(run_cli: RunCli) -> None:
    said = run_cli("licences")
    assert (said.code, said.err) == (0, "")
    (numpy,) = (one for one in installed() if one.name == "numpy")
    ends = tried()["numpy"]
    line = re.search(r"^ *numpy +(\S+) +(\S+) +(\S+) ", said.out, re.MULTILINE)
    assert line is not None
    assert line.groups() == (numpy.version, ends.lowest, ends.newest)
    assert "x264" in said.out, "what wheels bring along is told"


def test_extras_are_followed_and_what_is_not_there_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    needs = {
        "repose": [
            'Some.Font_tools[woff]>=1; sys_platform != "x"',
            'gone>=1; python_version < "3"',
            'a; extra == "dev"',
        ],
        "some-font-tools": ["plain", "brotli>=1 ; extra == 'woff'", 'unicode; extra == "unicode"'],
    }

    class Fake(Distribution):
        def __init__(self, name: str) -> None:
            self._name = name

        @property
        def requires(self) -> list[str]:
            return needs.get(self._name, [])

        def read_text(self, filename: str) -> str | None:
            return (
                f"Name: {self._name}\nVersion: 1.0\nLicense-Expression: MIT\n"
                if filename == "METADATA"
                else None
            )

        def locate_file(self, path: object) -> Path:
            raise AssertionError(path)

    def distribution(name: str) -> Distribution:
        if name == "gone":
            raise PackageNotFoundError(name)
        return Fake(name)

    monkeypatch.setattr(third_party, "distribution", distribution)
    assert [one.name for one in installed()] == ["brotli", "plain", "some-font-tools"]
