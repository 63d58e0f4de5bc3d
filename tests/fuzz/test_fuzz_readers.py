"""Whatever a file holds, it is understood or refused in a line: recordings, truth, profiles, exercises."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.calibration.profiles import CLINIC, Profiles
from repose.counting.counter import Counter
from repose.evaluation.truth import clip_of, read_truth
from repose.exercises import Exercise, load_exercise
from repose.exercises.check import mistakes, read_exercise
from repose.exercises.load import slugs
from repose.exercises.own import EXAMPLES
from repose.pose.landmarks import COLUMNS, LANDMARKS, PoseTrack
from repose.sessions import recording_schema
from repose.sessions.recording import load_recording, read_chunks, read_info, save_recording
from tests.fuzz.how_many import cases, counted, understood
from tests.fuzz.mutations import bytes_of, lines_of

MOST_MEMORY: Final = 600 * 1024**2
"""Bytes that Arrow may ever take for a recording; the largest ones of twelve hours take less."""


@contextmanager
def file_of(content: bytes, name: str) -> Iterator[Path]:
    """A file, alone in its folder."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def any_bits(frames: int, seed: int) -> PoseTrack:
    """Landmarks of any bits at all: infinities, subnormals, NaN, numbers beyond all pictures."""
    rng = np.random.default_rng(seed)
    shape = (frames, len(LANDMARKS), len(COLUMNS))
    points = rng.integers(0, 2**32, shape, dtype=np.uint32).view(np.float32)
    usual = rng.random(frames) < 0.5
    points[usual] = rng.random((int(usual.sum()), *shape[1:]), np.float32)
    points[rng.random(frames) < 0.1] = np.nan
    step_s = rng.exponential(rng.choice((1 / 30, 1e-6, 5.0)), frames) + 1e-6
    return PoseTrack(np.cumsum(step_s), points, rng.random(frames, np.float32), (640, 352), "x", "full", {})


@cache
def a_recording(checked: bool) -> bytes:
    """A recording: as Repose writes it, or as another tool does, whose pages say nothing of their content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        save_recording(any_bits(20, 1), path)
        if not checked:
            pq.write_table(pq.read_table(path), path, compression="snappy", data_page_size=128)
        return path.read_bytes()


def read_all(path: Path) -> None:
    """A recording, in each way in which it can be read."""
    told = [
        understood(lambda: read_info(path)),
        understood(lambda: list(read_chunks(path, 7))),
        understood(lambda: load_recording(path)),
    ]
    assert told[1] == told[2]
    assert told[0] or not told[1]
    assert (pa.default_memory_pool().max_memory() or 0) < MOST_MEMORY


@cases(25)
@given(bytes_of(a_recording(True)) | bytes_of(a_recording(False), 4) | st.binary(max_size=200))
@counted("recordings: bytes changed")
def test_a_recording_of_any_bytes(content: bytes) -> None:
    with file_of(content, "x.parquet") as path:
        read_all(path)


METADATA: Final = st.dictionaries(
    st.sampled_from(
        ["format", "format_version", "frame_width", "frame_height", "source", "model", "software", "x"]
    ).map(lambda key: f"repose.{key}".encode()),
    st.binary(max_size=20)
    | st.sampled_from(
        [
            b"9" * 5000,
            b"[" * 100_000,
            b"-1",
            b"0",
            b"1e9",
            "٣".encode(),
            b'{"a": 1}',
            b"{}",
            b"repose-recording",
            b"\0",
        ]
    ),
    max_size=4,
)


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """Nearly a recording: columns of other types, nested, gone, twice; any times; any metadata."""
    frames = draw(st.integers(0, 12))
    times = draw(
        st.just([index / 30 for index in range(frames)])
        | st.lists(st.floats() | st.none(), min_size=frames, max_size=frames)
    )
    said: dict[Any, Any] = recording_schema.metadata((640, 480), "a", "full", {})
    columns: dict[str, Any] = {"time_s": pa.array(times, pa.float64())}
    for name in ("light", *recording_schema.POINT_COLUMNS):
        columns[name] = pa.array([0.5] * frames, pa.float32())
    for name in draw(st.lists(st.sampled_from([*columns]), max_size=3)):
        match draw(st.integers(0, 5)):
            case 0:
                columns.pop(name, None)
            case 1:
                columns[name] = pa.array(["x"] * frames)
            case 2:
                columns[name] = pa.array([[1.0]] * frames, pa.list_(pa.float32()))
            case 3:
                columns[name] = pa.array([0.5] * frames, pa.float32()).dictionary_encode()
            case 4:
                columns[name] = pa.array([{"a": {"b": 1}}] * frames)
            case _:
                columns[name] = pa.array([None] * frames, pa.float32())
    names = [*columns, *draw(st.lists(st.sampled_from([*columns, "further"]), max_size=1))] if columns else []
    arrays = [columns.get(name, pa.nulls(frames)) for name in names]
    return pa.Table.from_arrays(arrays, names).replace_schema_metadata({**said, **draw(METADATA)})


@cases(20)
@given(tables(), st.sampled_from(["none", "snappy", "zstd", "gzip"]), st.sampled_from([1, 5, 1000]))
@counted("recordings: other tables")
def test_a_table_that_is_no_recording(table: pa.Table, packed: Any, rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        pq.write_table(table, path, compression=packed, row_group_size=rows)
        read_all(path)


@cases(12)
@given(st.sampled_from([*slugs(), *EXAMPLES]), st.integers(0, 2**32), st.integers(0, 200))
@counted("recordings: any landmarks counted")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_landmarks_can_be_counted(slug: str, seed: int, frames: int) -> None:
    count(load_exercise(slug), any_bits(frames, seed))


def count(exercise: Exercise, track: PoseTrack) -> None:
    """Whatever is counted, what is said of it can be said."""
    counter = Counter(exercise, track.frame_size, "auto")
    counter.push(track)
    counter.finish()
    result = counter.result()
    for rep in (*result.reps, *result.partials):
        assert rep.start_s <= rep.peak_s <= rep.end_s
        json.dumps([rep.excursion, rep.hold_s, rep.confidence, *rep.peak.values()], allow_nan=False)


A_TRUTH: Final = {
    "format": "repose-truth", "version": 1, "exercise": "heel-slides", "side": "left", "note": "n",
    "clip": "a.mp4", "calibration": "b.toml", "not_measurable": "why",
    "reps": [
        {"side": "left", "peak_s": 1.0, "start_s": 0.5, "end_s": 2.0, "hold_s": 1.0, "faults": ["x"]},
        {"side": "left", "peak_start_s": 4.0, "peak_end_s": 5.0, "complete": False, "reason": "short"},
    ],
    "angles": {"time_s": [0.0, 5.0], "knee_flexion": {"left": [1.0, None]}},
}  # fmt: skip

ANY_JSON: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        [10**400, "../../x", "/", ".", "a\0b", "\u202e", "{0.__class__}", "{{7*7}}", "left", 1e308, -1]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=10,
)


@st.composite
def truths(draw: st.DrawFn) -> bytes:
    """A truth file in which some things are others."""
    said: Any = json.loads(json.dumps(A_TRUTH))
    for _ in range(draw(st.integers(1, 3))):
        here = said
        while True:
            keys = [*here] if isinstance(here, dict) else [*range(len(here))]
            key = draw(st.sampled_from(keys)) if keys else None
            if key is None or not isinstance(here[key], (dict, list)) or draw(st.booleans()):
                break
            here = here[key]
        if key is None or (isinstance(here, dict) and draw(st.integers(0, 5)) == 0):
            if isinstance(here, dict):
                here[draw(st.text(max_size=6))] = draw(ANY_JSON)
        else:
            here[key] = draw(ANY_JSON)
    return json.dumps(said).encode()


@cases(120)
@given(truths() | bytes_of(json.dumps(A_TRUTH).encode()) | ANY_JSON.map(lambda one: json.dumps(one).encode()))
@counted("truth files")
def test_a_truth_file_of_anything(content: bytes) -> None:
    with file_of(content, "x.truth.json") as path:
        if understood(lambda: read_truth(path)):
            truth = read_truth(path)
            times = np.linspace(0, 6, 5)
            assert len(truth.working_angle(times)) == 5
            assert all(np.isscalar(truth.peak_angle(rep)) for rep in truth.reps)
            understood(lambda: clip_of(path, truth))
            # What is understood can be given on as it is.
            assert truth.model_validate_json(truth.model_dump_json()) == truth


def an_example(slug: str) -> str:
    return (files("repose.exercises") / "examples" / f"{slug}.toml").read_text("utf-8")


@cases(60)
@given(
    st.sampled_from(EXAMPLES).flatmap(lambda slug: lines_of(an_example(slug)))
    | st.sampled_from(EXAMPLES).flatmap(lambda slug: bytes_of(an_example(slug).encode())),
    st.integers(0, 2**32),
)
@counted("exercise files")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_exercise_of_anything(content: bytes, seed: int) -> None:
    with file_of(content, "x.toml") as path:
        wrong = mistakes(path)
        assert all(line.isprintable() and len(line) < 3000 for line in wrong)
        assert understood(lambda: read_exercise(path)) == (not wrong)
        if not wrong:
            one = read_exercise(path)
            exercise = Exercise.model_validate(
                {"definition": one.definition, "thresholds": one.limits}, strict=False
            )
            count(exercise, any_bits(60, seed))


A_PROFILE: Final = """version = 1
person = "Åsa"
# stiff
[heel-slides]
target_deg = 80
hold_deg = 4
[heel-slides.faults]
too_fast = 1.5
[heel-slides.left]
target_deg = 70
[ankle-pumps]
opposite_deg = -20
"""


@cases(40)
@given(lines_of(A_PROFILE) | bytes_of(A_PROFILE.encode()), st.integers(0, 2**32))
@counted("profiles")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_profile_of_anything(content: bytes, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        profiles = Profiles(Path(folder) / "in" / "it")
        (profiles.folder / "persons").mkdir(parents=True)
        (profiles.folder / "clinic.toml").write_bytes(content)
        (profiles.folder / "persons" / "any.toml").write_bytes(content)
        for name in (CLINIC, "Åsa", *profiles.names()):
            understood(lambda name=name: profiles.read(name))  # type: ignore[misc]
            for slug in ("heel-slides", "ankle-pumps"):
                if understood(lambda name=name, slug=slug: profiles.load(slug, name)):  # type: ignore[misc]
                    count(profiles.load(slug, name), any_bits(40, seed))


NAMES: Final = st.text(max_size=40) | st.sampled_from(
    ["..", "../x", "/etc/passwd", "a/../../b", "C:\\x", "CON", "nul.toml", "a\0b", "x" * 5000, "\u202eab",
     "Åsa", "A\u030asa", "ÅSA", "аda", "clinic", "default", "person", "file", " ", ".", "\n", "%2e%2e%2f",
     "~", "$HOME", "persons", "-rf", "a.history", "\ud800"]
)  # fmt: skip


@cases(40)
@given(st.lists(NAMES, min_size=1, max_size=3))
@counted("names of profiles")
def test_a_profile_of_any_name_stays_in_its_folder(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / "in" / "it"
        profiles = Profiles(folder)
        for name in names:

            def save(name: str = name) -> None:
                profiles.save(name, {"heel-slides.hold_deg": 4}, who="Bo", why="so", expected=0)

            understood(save)
            understood(lambda name=name: profiles.read(name))  # type: ignore[misc]
            understood(lambda name=name: profiles.forget(name))  # type: ignore[misc]
        outside = [path for path in Path(top).rglob("*") if not path.is_relative_to(folder.parent)]
        assert outside == []
        assert {path.name for path in folder.parent.glob("*")} <= {"it"}
