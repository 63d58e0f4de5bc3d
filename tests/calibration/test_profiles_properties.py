"""Whatever is saved, rolled back and edited in whatever order: the history has no gaps and says what was."""

import copy
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from repose.calibration.compare import Sheet
from repose.calibration.history import numbers
from repose.calibration.load import tables_of
from repose.calibration.profiles import BY_HAND, CLINIC, Profiles
from repose.calibration.thresholds import flat
from repose.calibration.upkeep import look_at_file, look_at_folder
from repose.errors import ReposeError
from repose.exercises import load_exercise

ASA = "Åsa"
Numbers = dict[str, float]

KEYS = {
    "heel-slides.faults.too_fast": (0, 5),
    "heel-slides.left.faults.too_fast": (0, 5),
    "heel-slides.left.hold_deg": (1, 9),
    "heel-slides.hold_deg": (1, 9),
    "ankle-pumps.still_deg": (1, 9),
}
"""Numbers of which any may stand beside any other."""

changes = st.dictionaries(st.sampled_from(list(KEYS)), st.none() | st.integers(1, 4), min_size=1, max_size=3)
names = st.sampled_from([CLINIC, ASA])


@dataclass
class Model:
    """What a profile should be: its versions, and what its file holds; None where the file is not right."""

    versions: list[Numbers] = field(default_factory=list)
    who: list[str] = field(default_factory=list)
    file: Numbers | None = field(default_factory=dict)
    edited: bool = False
    text: str | None = None

    @property
    def in_force(self) -> Numbers | None:
        """None for a file that is not right and has no version."""
        if self.file is not None and (self.text is not None or not self.versions):
            return self.file
        return self.versions[-1] if self.versions else None

    @property
    def broken(self) -> bool:
        return self.file is None or (self.text is None and bool(self.versions))

    def used(self) -> None:
        """An edit by hand becomes a version."""
        if self.edited and not self.broken and self.file is not None:
            self.saved(self.file, BY_HAND, self.text)

    def saved(self, numbers: Numbers, who: str, text: str | None) -> None:
        self.versions.append(dict(numbers))
        self.who.append(who)
        self.file, self.edited, self.text = dict(numbers), False, text


class ProfilesMachine(RuleBasedStateMachine):
    """Two profiles, each against its model."""

    @initialize()
    def empty(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.profiles = Profiles(self.folder)
        self.models = {CLINIC: Model(), ASA: Model()}
        self.edits = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @rule(name=names, wanted=changes)
    def save(self, name: str, wanted: dict[str, float | None]) -> None:
        model = self.models[name]
        before = model.in_force or {}
        after = {key: value for key, value in ({**before, **wanted}).items() if value is not None}
        expected = len(model.versions)

        def saving() -> None:
            self.profiles.save(name, wanted, who="Bo", why="x", expected=expected)

        if model.broken or after == before or self.clinic_is_broken(name):
            with pytest.raises(ReposeError):
                saving()
            return
        saving()
        model.used()
        model.saved(after, "Bo", self.text(name))

    @rule(name=names, wanted=changes)
    def try_what_is_not_allowed(self, name: str, wanted: dict[str, float | None]) -> None:
        wrong = {**wanted, "heel-slides.hold_deg": 100.0}
        with pytest.raises(ReposeError):
            self.profiles.save(name, wrong, who="Bo", why="x", expected=len(self.models[name].versions))

    @rule(name=names, back=st.integers(0, 4))
    def roll_back(self, name: str, back: int) -> None:
        model = self.models[name]
        number = len(model.versions) - back
        if number < 1 or self.clinic_is_broken(name):
            return
        text = self.profiles.version(name, number).text
        expected = len(model.versions)
        numbers = model.versions[number - 1]

        def going_back() -> None:
            self.profiles.roll_back(name, number, who="Eva", why="x", expected=expected)

        if text == model.text and not model.broken:
            with pytest.raises(ReposeError):
                going_back()
            return
        going_back()
        model.used()
        model.saved(numbers, "Eva", text)

    @rule(name=names, wanted=changes)
    def edit_by_hand(self, name: str, wanted: dict[str, float | None]) -> None:
        self.edits += 1
        numbers = {key: value for key, value in wanted.items() if value is not None}
        lines = [f"# edit {self.edits}", *(['person = "Åsa"'] if name == ASA else [])]
        lines += [f"{key} = {value}" for key, value in numbers.items()]
        self.write(name, ("\n".join(lines) + "\n").encode())
        model = self.models[name]
        model.file, model.edited, model.text = numbers, True, self.text(name)

    @rule(
        name=names, content=st.sampled_from([b"[[", b"\xff", b"version = 9", b"[heel-slides]\nhold_deg = 99"])
    )
    def break_by_hand(self, name: str, content: bytes) -> None:
        self.write(name, content)
        model = self.models[name]
        model.file, model.edited, model.text = None, True, ""

    @rule(name=names)
    def delete_by_hand(self, name: str) -> None:
        self.profiles.path(name).unlink(missing_ok=True)
        model = self.models[name]
        model.file, model.edited, model.text = {}, False, None

    @rule()
    def use(self) -> None:
        clinic, asa = self.models[CLINIC], self.models[ASA]
        if clinic.in_force is None or asa.in_force is None:
            with pytest.raises(ReposeError):
                self.profiles.load("heel-slides", ASA)
            # The clinic's is read first, and what was edited in it is kept.
            if clinic.in_force is not None:
                clinic.used()
            return
        clinic.used()
        asa.used()
        for slug in ("heel-slides", "ankle-pumps"):
            numbers = load_exercise(slug).thresholds.flat()
            for model in (clinic, asa):
                numbers |= {
                    key.removeprefix(f"{slug}."): value
                    for key, value in (model.in_force or {}).items()
                    if key.startswith(slug)
                }
            assert self.profiles.load(slug, ASA).thresholds.flat() == numbers

    @invariant()
    def the_history_is_whole(self) -> None:
        for name, model in self.models.items():
            versions = self.profiles.history(name)
            assert [one.revision for one in versions] == list(range(1, len(model.versions) + 1))
            assert [one.who for one in versions] == model.who
            before: Numbers = {}
            for one, wanted in zip(versions, model.versions, strict=True):
                for change in one.changes:
                    assert before.get(change.key) == change.before
                    if change.after is None:
                        del before[change.key]
                    else:
                        before[change.key] = change.after
                assert before == wanted == flat(tables_of(one.text.encode(), Path("x")))

    @invariant()
    def what_is_in_force_is_what_the_file_says(self) -> None:
        for name, model in self.models.items():
            if model.in_force is None or self.clinic_is_broken(name):
                continue
            profile = self.profiles.read(name)
            assert flat(profile.tables) == model.in_force
            assert bool(profile.problem) == model.broken
            assert profile.revision == len(model.versions)
            if not model.broken:
                assert profile.edited == model.edited
                assert profile.text == (model.text or "")

    def clinic_is_broken(self, name: str) -> bool:
        """Whether a person's profile cannot be read for what is below it."""
        return name != CLINIC and self.models[CLINIC].in_force is None

    def write(self, name: str, content: bytes) -> None:
        path = self.profiles.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def text(self, name: str) -> str:
        return self.profiles.path(name).read_text("utf-8")


TestProfiles = ProfilesMachine.TestCase
TestProfiles.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)


LINES = [
    'person = "Åsa"', 'person = 3', 'person = ""', 'person = "clinic"', 'person = "a\\nb"', "version = 1",
    "version = 2", "version = 0x" + "F" * 3900, "[heel-slides]", "[heel-slides.left]", "[[heel-slides]]",
    "[heel-slides.left.left]", "[heel-slides.left.guards]", "[heel-slides.faults]", "[x]", '["a\\nb"]',
    "target_deg = 80", "target_deg = 1e999", "target_deg = -1e999", "target_deg = nan", "rest_deg = 79",
    "target_deg = 0x" + "F" * 3900, "target_deg = " + "9" * 4400, "target_deg = [[[1]]]", "left = {}",
    "left.left = 1", "left.left.left = 1", "left.faults = 3", "guards = {thigh_too_high = {a = 1}}",
    "heel-slides = {target_deg = 80, left = {target_deg = 70}}", "too_fast = {}", "faults.too_fast = 2",
    "a = " + "[" * 600 + "]" * 600, ".".join(["a"] * 500) + " = 1", ".".join(["left"] * 500) + " = 1",
    "a = " + "{b=" * 300 + "1" + "}" * 300, '"" = 1', '"a\\u0000" = 1', "target_deg = 1979-05-27", "\x00",
    "target_deg = 2020-99-99", 'target_deg = "80"', "target_deg = true", "# \u202e", "'' = {}",
]  # fmt: skip


def looked_at_everywhere(profiles: Profiles) -> None:
    """Whatever a profile is read for."""
    for name in (CLINIC, ASA, "Bo"):
        told = []
        for looking in (
            lambda name=name: profiles.read(name),
            lambda name=name: profiles.load("heel-slides", name),
            lambda name=name: Sheet.of(profiles, name),
            lambda name=name: profiles.draft(name, {"heel-slides.hold_deg": 4}),
        ):
            try:
                looking()
            except ReposeError as error:
                told.append(str(error))
        assert not [text for text in told if "\n" in text or len(text) > 1000]
    assert isinstance(profiles.names(), tuple)
    findings = [*look_at_folder(profiles), *look_at_file(profiles, profiles.path(CLINIC))]
    assert not [finding for finding in findings if "\n" in finding.text or len(finding.text) > 1000]


@pytest.mark.parametrize("line", LINES)
def test_any_line_is_understood_or_refused_in_one_line(tmp_path: Path, line: str) -> None:
    profiles = Profiles(tmp_path)
    for text in (line, f'person = "Åsa"\n[heel-slides]\n{line}'):
        put(profiles, text.encode())
        looked_at_everywhere(profiles)


@settings(max_examples=25, deadline=None)
@given(
    content=st.binary(max_size=200)
    | st.lists(st.sampled_from(LINES), max_size=6).map(lambda lines: "\n".join(lines).encode())
    | st.text(max_size=100).map(lambda text: text.encode("utf-8", "ignore"))
)
def test_any_bytes_are_understood_or_refused_in_one_line(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        profiles = Profiles(Path(folder))
        put(profiles, content)
        looked_at_everywhere(profiles)


def put(profiles: Profiles, content: bytes) -> None:
    """Any content as the clinic's profile, and as a person's."""
    (profiles.folder / "persons").mkdir(exist_ok=True)
    (profiles.folder / "clinic.toml").write_bytes(content)
    (profiles.folder / "persons" / "any.toml").write_bytes(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None)
@given(key=st.sampled_from(["revision", "at", "who", "why", "recordings", "changes", "text"]), value=JSON)
def test_any_json_in_the_history_is_understood_or_refused(key: str, value: Any) -> None:
    import json

    with tempfile.TemporaryDirectory() as folder:
        profiles = Profiles(Path(folder))
        profiles.save(CLINIC, {"heel-slides.hold_deg": 4}, who="Bo", why="x", expected=0)
        file = Path(folder) / "clinic.history" / "0001.json"
        content = json.loads(file.read_text())
        file.write_text(json.dumps(copy.deepcopy(content) | {key: value}))
        assert numbers(profiles.path(CLINIC)) == (1,)
        looked_at_everywhere(profiles)
        with suppress(ReposeError):
            assert profiles.history(CLINIC)
