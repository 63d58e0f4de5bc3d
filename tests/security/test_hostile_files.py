"""Files that mean harm: bombs, pipes and devices, names that lead elsewhere, code that waits to be run."""

import ast
import io
import os
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from repose.calibration.load import read_calibration
from repose.calibration.profiles import CLINIC, VARIABLE, Profiles
from repose.errors import ReposeError
from repose.evaluation.truth import LARGEST, read_truth
from repose.exercises.check import read_exercise
from repose.exercises.own import own, own_folder
from repose.pipeline import count_source
from repose.plain_file import read_start
from repose.pose import fetch
from repose.sessions import recording_pages, recording_schema
from repose.sessions.export import export
from repose.sessions.export_target import opened
from repose.sessions.recording import is_recording, load_recording, read_chunks, read_info
from tests.exercises.own_files import example_text
from tests.kept import a_session, kept_store

SOURCE: Final = Path(__file__).parents[2] / "src" / "repose"

Read = Callable[[Path], object]

READERS: Final[dict[str, Read]] = {
    "x.parquet": read_info,
    "y.parquet": lambda path: list(read_chunks(path)),
    "x.truth.json": read_truth,
    "calibration.toml": read_calibration,
    "exercise.toml": read_exercise,
    "x.mp4": lambda path: count_source(str(path), "heel-slides"),
}


def told(read: Callable[[], object]) -> str:
    """The one line with which it is refused."""
    with pytest.raises(ReposeError) as caught:
        read()
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 1000
    return said


# Things that are no files


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def an_endless_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link_to_nowhere(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def a_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


NO_FILES: Final = (a_pipe, an_endless_device, a_folder, a_link_to_nowhere, a_link_to_itself)


@pytest.mark.parametrize("make", NO_FILES)
@pytest.mark.parametrize("name", READERS)
def test_what_is_no_file_is_neither_read_nor_waited_for(
    tmp_path: Path, make: Callable[[Path], None], name: str
) -> None:
    make(tmp_path / name)
    told(lambda: READERS[name](tmp_path / name))


@pytest.mark.parametrize("make", NO_FILES)
def test_what_is_no_file_hides_no_other(
    tmp_path: Path, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    own_folder().mkdir()
    (own_folder() / "mine.toml").write_text(example_text().replace('"squat"', '"mine"'))
    make(own_folder() / "other.toml")
    assert [one.definition.name for one in own().good.values()]
    (tmp_path / "persons").mkdir()
    make(tmp_path / "persons" / "other.toml")
    make(tmp_path / "clinic.toml")
    profiles = Profiles()
    assert profiles.names() == ()
    if make not in (a_link_to_nowhere, a_link_to_itself):  # these are as if there were nothing
        told(lambda: profiles.read(CLINIC))


def test_a_name_that_no_file_has_is_an_error_of_the_system() -> None:
    for name in ("a\0b", "\ud800"):
        with pytest.raises(OSError, match=r"name|surrogates|No such"):
            read_start(Path(name), 10)
    assert not is_recording(Path("a\0b"))


# Recordings


def a_table(frames: int, said: dict[str, bytes] | None = None) -> pa.Table:
    """A recording of nothing moving, with other metadata."""
    metadata: dict[Any, Any] = recording_schema.metadata((640, 480), "a", "full", {})
    still = pa.array([0.0] * frames, pa.float32())
    times = pa.array([index / 30 for index in range(frames)], pa.float64())
    columns: list[pa.Array[Any]] = [times, *[still] * (1 + len(recording_schema.POINT_COLUMNS))]
    return pa.Table.from_arrays(
        columns, schema=recording_schema.schema().with_metadata(metadata | (said or {}))
    )


def test_a_recording_that_unpacks_to_very_much_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """13 MB of such a file took 17 GB."""
    path = tmp_path / "x.parquet"
    table = a_table(20_000)
    pq.write_table(
        table,
        path,
        compression="zstd",
        data_page_size=1 << 30,
        max_rows_per_page=20_000,
        use_dictionary=False,
    )
    assert path.stat().st_size < 200_000
    assert read_info(path).frames == 20_000
    monkeypatch.setattr(recording_pages, "MOST_AT_ONCE", 20_000_000)
    before = pa.default_memory_pool().bytes_allocated()
    for read in (read_info, load_recording, lambda path: list(read_chunks(path))):
        assert "too much memory" in told(lambda read=read: read(path))  # type: ignore[misc]
    assert pa.default_memory_pool().bytes_allocated() - before < 1_000_000


def test_a_page_is_believed_by_what_stands_before_it(tmp_path: Path) -> None:
    """The footer, which tells of all pages, can say anything."""
    # A data page of 2^31 - 1 bytes, packed into 3; then a structure within, and the end.
    header = bytes([0x15, 0x00, 0x15, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0x15, 0x06, 0x2C, 0x15, 0x02, 0x00, 0x00])
    with (tmp_path / "x").open("w+b") as file:
        file.write(header + b"abc")
        file.flush()
        assert recording_pages._page(file.fileno(), 0, 18) == (len(header), 3, 2**31 - 1)
        file.truncate(10)
        with pytest.raises(ReposeError, match="damaged"):
            recording_pages._page(file.fileno(), 0, 18)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"repose.frame_width": b"9" * 5000}, "frame size"),
        ({"repose.frame_height": b"40000"}, "frame size"),
        ({"repose.frame_height": "٣".encode()}, "frame size"),
        ({"repose.format_version": b"9" * 5000}, "format version"),
        ({"repose.software": b"[" * 100_000}, "software"),
        ({"repose.software": b'{"a":' * 50_000}, "software"),
        ({"repose.format": b"\x1b[31m"}, "not a recording of Repose"),
    ],
)
def test_metadata_of_anything(tmp_path: Path, said: dict[str, bytes], why: str) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(a_table(3, said), path)
    assert why in told(lambda: read_info(path))


def test_the_time_between_two_frames_costs_memory_too(tmp_path: Path) -> None:
    """Two frames, a million seconds apart: 20 million steps of counting."""
    table = a_table(2).set_column(0, recording_schema.schema().field("time_s"), pa.array([0.0, 1e6]))
    pq.write_table(table.cast(a_table(2).schema), tmp_path / "x.parquet")
    assert "lasts 278 h, more than 12 h" in told(lambda: read_info(tmp_path / "x.parquet"))
    table = a_table(1).set_column(0, recording_schema.schema().field("time_s"), pa.array([1e300]))
    pq.write_table(table.cast(a_table(1).schema), tmp_path / "y.parquet")
    assert "beyond" in told(lambda: read_info(tmp_path / "y.parquet"))


def test_too_many_frames_are_told_by_the_footer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(a_table(10), tmp_path / "x.parquet")
    monkeypatch.setattr(recording_pages, "MOST_FRAMES", 9)
    assert "10 frames, more than 9" in told(lambda: load_recording(tmp_path / "x.parquet"))


def test_a_footer_of_any_length_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(a_table(3), path)
    whole = path.read_bytes()
    for length in (2**31 - 1, 2**32 - 1, len(whole)):
        path.write_bytes(whole[:-8] + length.to_bytes(4, "little") + b"PAR1")
        assert "damaged" in told(lambda: read_info(path))


# Truth


@pytest.mark.parametrize(
    "name", ["../x.mp4", "/etc/passwd", "a/b.mp4", "..", ".", "a\\b.mp4", "a\0b", "x" * 300, "\u202e"]
)
@pytest.mark.parametrize("key", ["clip", "calibration"])
def test_a_truth_file_names_files_beside_it_alone(tmp_path: Path, key: str, name: str) -> None:
    import json

    path = tmp_path / "x.truth.json"
    said = {"format": "repose-truth", "version": 1, "exercise": "heel-slides", "reps": [], key: name}
    path.write_text(json.dumps(said))
    assert key in told(lambda: read_truth(path))


@pytest.mark.parametrize(
    "text",
    [
        '{"reps": [' + "1," * 500_000 + "1]}",
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"a\\nb\\u001b[31m": 1}',
        " " * (LARGEST + 1),
        '{"format": "repose-truth", "version": ' + "9" * 5000 + "}",
    ],
    ids=["many", "lists", "objects", "control characters", "large", "digits"],
)
def test_a_truth_file_that_is_much(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.truth.json"
    path.write_text(text)
    told(lambda: read_truth(path))


# TOML


@pytest.mark.parametrize(
    "text",
    [
        "a." * 30_000 + "b = 1",
        "\n".join("a." * 1900 + f"b{n} = 1" for n in range(15)),
        "[" + "a." * 1900 + "b]",
        "a = " + "[" * 20_000,
        "a = " + "{b = " * 10_000,
        "a = " + "9" * 60_000,
        "a = 0x" + "f" * 60_000,
        "\r" * 60_000,
        "a = '''" + "'" * 60_000,
    ],
)
@pytest.mark.parametrize("read", [read_calibration, read_exercise])
def test_toml_that_is_much(tmp_path: Path, text: str, read: Read) -> None:
    """Dotted keys of 60 kB took eleven seconds and 3 GB, and ended in a RecursionError."""
    path = tmp_path / "x.toml"
    path.write_text(text)
    told(lambda: read(path))


@pytest.mark.parametrize(
    "word", ["{0.__class__}", "{{7*7}}", "{% x %}", "${7*7}", "a\\u0000b", "a\\nb", "\\u202eb", "\\ud800"]
)
def test_the_words_of_an_exercise_fill_nothing_in(tmp_path: Path, word: str) -> None:
    path = tmp_path / "x.toml"
    text = example_text()
    first = text.index('name = "') + len('name = "')
    path.write_text(text[:first] + word + text[first:])
    told(lambda: read_exercise(path))


# Archives


def zipped(name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


def tarred(member: tarfile.TarInfo, content: bytes) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return held.getvalue()


def test_a_carrier_that_unpacks_to_very_much_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "LARGEST", 1000)
    (tmp_path / "x.whl").write_bytes(zipped("m.tflite", bytes(5_000_000)))
    (tmp_path / "x.tgz").write_bytes(tarred(tarfile.TarInfo("m.tflite"), bytes(5_000_000)))
    for name in ("x.whl", "x.tgz"):
        assert len(fetch._member(tmp_path / name, "m.tflite")) == 1000


def test_a_carrier_leads_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    link = tarfile.TarInfo("m.tflite")
    link.type, link.linkname = tarfile.SYMTYPE, str(secret)
    (tmp_path / "x.tgz").write_bytes(tarred(link, b""))
    (tmp_path / "x.whl").write_bytes(zipped("../m.tflite", b"x"))
    for name in ("x.tgz", "x.whl"):
        assert "does not hold" in told(lambda name=name: fetch._member(tmp_path / name, "m.tflite"))  # type: ignore[misc]


@pytest.mark.parametrize(
    "spoil", [lambda raw: raw[:40], lambda raw: b"x" * 100, lambda raw: raw.replace(b"m.t", b"n.t")]
)
@pytest.mark.parametrize("ending", [".whl", ".tgz"])
def test_a_damaged_carrier(tmp_path: Path, spoil: Callable[[bytes], bytes], ending: str) -> None:
    made = (
        zipped("m.tflite", b"x" * 50) if ending == ".whl" else tarred(tarfile.TarInfo("m.tflite"), b"x" * 50)
    )
    (tmp_path / f"x{ending}").write_bytes(spoil(made))
    if ending == ".tgz" and spoil(made) == made:
        return  # packed, the name is nowhere to be found
    assert "does not hold" in told(lambda: fetch._member(tmp_path / f"x{ending}", "m.tflite"))


@pytest.mark.parametrize(
    "name", ["../x", "/x", "a/../../x", "a//b", "", "C:\\x", "a\\b", "a:b", "./x", "a\0b", "a\nb"]
)
@pytest.mark.parametrize("to", ["out", "out.zip"])
def test_no_name_leads_out_of_an_export(tmp_path: Path, name: str, to: str) -> None:
    def write() -> None:
        with opened(tmp_path / "in" / to) as target, target.file(name) as path:
            path.write_text("x")

    (tmp_path / "in").mkdir()
    assert "no name for a file" in told(write)
    assert [path.name for path in tmp_path.rglob("*")] == ["in"]


def test_an_export_has_plain_names_whoever_it_is_of(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    try:
        a_session(store, "../../etc/passwd", reps=1, partials=0, source="../../x.mp4")
        persons = [person.id for person in store.persons()]
        profiles = Profiles(tmp_path / "profiles")
        profiles.save("../../etc/passwd", {"heel-slides.hold_deg": 4}, who="B", why="so", expected=0)
        export(store, tmp_path / "x.zip", person_ids=persons, profiles=profiles)
    finally:
        store.close()
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        names = archive.namelist()
    assert len(names) > 20
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyzREADME0123456789-_./") for name in names), names
    assert not any(part in ("", ".", "..") for name in names for part in name.split("/"))
    assert not any("passwd" in Path(name).parent.name for name in names)


# Nothing of what is read is run


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text("utf-8"))


RUNS: Final = {"eval", "exec", "compile", "__import__", "execfile"}
"""Functions that run a text."""

UNPACKS: Final = {"extractall", "extract", "unpack_archive", "system", "popen", "from_string", "Template"}
"""Functions that write what an archive says, ask a shell, or make a template of a text."""

REVIVE: Final = {"pickle", "cPickle", "dill", "marshal", "shelve", "yaml", "joblib", "runpy", "code"}
"""Modules that make objects of what they read, or run it."""


def test_nothing_in_the_code_runs_or_unpacks_what_it_reads() -> None:
    found = []
    for name, module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Import):
                found += [(name, one.name) for one in node.names if one.name.partition(".")[0] in REVIVE]
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in REVIVE:
                found.append((name, str(node.module)))
            if isinstance(node, ast.Call):
                called = node.func
                if isinstance(called, ast.Name) and called.id in RUNS:
                    found.append((name, called.id))
                if isinstance(called, ast.Attribute) and called.attr in UNPACKS:
                    found.append((name, called.attr))
                found += [
                    (name, f"{one.arg}")
                    for one in node.keywords
                    if one.arg in ("shell", "allow_pickle") and getattr(one.value, "value", True)
                ]
                if isinstance(called, ast.Attribute) and called.attr == "load" and not node.keywords:
                    owner = called.value
                    found += [(name, "np.load")] if isinstance(owner, ast.Name) and owner.id == "np" else []
    assert found == []


def test_modules_are_imported_by_name_in_one_place_alone() -> None:
    """The process apart imports its work; the name comes from this program, by a pipe of its own."""
    found = {
        name
        for name, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr == "import_module"
    }
    assert found == {"apart/inside.py"}


def test_templates_escape_without_exception() -> None:
    templates = sorted((SOURCE / "web" / "templates").glob("*.j2"))
    assert len(templates) > 10
    for path in templates:
        text = path.read_text("utf-8")
        assert "|safe" not in text.replace(" ", "")
        assert "autoescape" not in text
    scripts = sorted((SOURCE / "web" / "static").rglob("*.js"))
    assert len(scripts) > 30
    for path in scripts:
        text = path.read_text("utf-8")
        for way in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert way not in text, path
