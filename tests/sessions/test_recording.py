"""Recordings come back to the last bit, or are refused in one line."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repose.errors import ReposeError
from repose.pose.landmarks import COLUMNS, LANDMARKS, PoseTrack
from repose.sessions import recording
from repose.sessions.recording import (
    RecordingWriter,
    is_recording,
    load_recording,
    read_chunks,
    read_info,
    save_recording,
)
from repose.sessions.recording_schema import POINT_COLUMNS

SOFTWARE = {"repose": "0.1.0", "mediapipe": "0.10.33", "model_sha256": "5134a3aa"}


def make_track(frames: int, seed: int = 0, start_s: float = 0.0) -> PoseTrack:
    """Any bits at all: subnormals, infinities, NaN with payload, both zeros; some frames without a body."""
    rng = np.random.default_rng(seed)
    shape = (frames, len(LANDMARKS), len(COLUMNS))
    points = rng.integers(0, 2**32, shape, dtype=np.uint32).view(np.float32)
    points[rng.random(frames) < 0.2] = np.nan
    return PoseTrack(
        time_s=start_s + np.cumsum(rng.exponential(1 / 30, frames) + 1e-6),
        points=points,
        light=rng.random(frames, np.float32),
        frame_size=(640, 352),
        source="clip.mp4",
        model="full",
        software=SOFTWARE,
    )


def part_of(track: PoseTrack, piece: slice) -> PoseTrack:
    return replace(track, time_s=track.time_s[piece], points=track.points[piece], light=track.light[piece])


def joined(tracks: list[PoseTrack]) -> PoseTrack:
    return replace(
        tracks[0],
        time_s=np.concatenate([track.time_s for track in tracks]),
        points=np.concatenate([track.points for track in tracks]),
        light=np.concatenate([track.light for track in tracks]),
    )


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def assert_same_bits(found: PoseTrack, expected: PoseTrack) -> None:
    for name in ("time_s", "points", "light"):
        one, other = getattr(found, name), getattr(expected, name)
        assert (one.dtype, one.shape) == (other.dtype, other.shape), name
        assert one.tobytes() == other.tobytes(), name
    for name in ("frame_size", "source", "model", "software"):
        assert getattr(found, name) == getattr(expected, name), name


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@contextmanager
def small_row_groups() -> Iterator[Path]:
    """A folder to write in, and row groups of 7 frames, so that little data crosses their borders."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(recording, "ROW_GROUP", 7)
        yield Path(folder)


@settings(deadline=None, max_examples=12)
@given(
    frames=st.integers(0, 20),
    seed=st.integers(0, 2**32),
    size=st.tuples(st.integers(1, 10_000), st.integers(1, 10_000)),
    source=TEXT,
    model=TEXT,
    software=st.dictionaries(TEXT, TEXT, max_size=3),
)
def test_any_track_comes_back_to_the_bit(
    frames: int, seed: int, size: tuple[int, int], source: str, model: str, software: dict[str, str]
) -> None:
    track = replace(make_track(frames, seed), frame_size=size, source=source, model=model, software=software)
    with small_row_groups() as folder:
        save_recording(track, folder / "x.parquet")
        assert_same_bits(load_recording(folder / "x.parquet"), track)


@settings(deadline=None, max_examples=12)
@given(st.lists(st.integers(0, 10), max_size=4), st.integers(1, 20))
def test_written_and_read_in_any_pieces(lengths: list[int], frames: int) -> None:
    track = make_track(sum(lengths))
    with small_row_groups() as folder:
        path = folder / "x.parquet"
        with RecordingWriter(path, track.frame_size, track.source, track.model, track.software) as writer:
            done = 0
            for length in lengths:
                writer.write(part_of(track, slice(done, done := done + length)))
        assert_same_bits(load_recording(path), track)
        pieces = list(read_chunks(path, frames))
        assert all(0 < len(piece.time_s) <= frames for piece in pieces)
        if pieces:
            assert_same_bits(joined(pieces), track)
        assert sum(len(piece.time_s) for piece in pieces) == len(track.time_s)


def test_pieces_are_row_groups_by_default(tmp_path: Path) -> None:
    track = make_track(recording.ROW_GROUP + 10)
    save_recording(track, tmp_path / "x.parquet")
    assert [len(piece.time_s) for piece in read_chunks(tmp_path / "x.parquet")] == [recording.ROW_GROUP, 10]
    assert pq.ParquetFile(tmp_path / "x.parquet").num_row_groups == 2


def test_pieces_can_be_kept_and_changed(tmp_path: Path) -> None:
    save_recording(make_track(5), tmp_path / "x.parquet")
    (piece,) = read_chunks(tmp_path / "x.parquet")
    piece.time_s[0] = piece.light[0] = piece.points[0, 0, 0] = 7
    assert load_recording(tmp_path / "x.parquet").time_s[0] != 7


def test_a_track_that_is_not_contiguous(tmp_path: Path) -> None:
    track = make_track(20)
    every_other = part_of(track, slice(None, None, 2))
    save_recording(every_other, tmp_path / "x.parquet")
    assert_same_bits(load_recording(tmp_path / "x.parquet"), every_other)


def test_other_tools_can_read_it(tmp_path: Path) -> None:
    track = make_track(9)
    save_recording(track, tmp_path / "x.parquet")
    table = pq.read_table(tmp_path / "x.parquet")
    assert table.column_names[:5] == ["time_s", "light", "nose_x", "nose_y", "nose_z"]
    assert table.num_columns == 2 + 33 * 8
    assert table.column("time_s").type == pa.float64()
    knee = LANDMARKS.index("left_knee"), COLUMNS.index("world_x")
    np.testing.assert_array_equal(table.column("left_knee_world_x").to_numpy(), track.points[:, *knee])
    said = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    assert said["repose.format"] == "repose-recording"
    assert said["repose.format_version"] == "1"
    assert (said["repose.frame_width"], said["repose.frame_height"]) == ("640", "352")
    assert (said["repose.source"], said["repose.model"]) == ("clip.mp4", "full")
    assert json.loads(said["repose.software"]) == SOFTWARE
    assert "metres" in said["repose.about"]


def test_a_file_name_that_is_not_unicode(tmp_path: Path) -> None:
    save_recording(replace(make_track(2), source="clip\udcff.mp4"), tmp_path / "x.parquet")
    assert load_recording(tmp_path / "x.parquet").source == "clip?.mp4"


def test_what_it_says_of_itself(tmp_path: Path) -> None:
    save_recording(make_track(3), tmp_path / "x.parquet")
    info = read_info(tmp_path / "x.parquet")
    assert (info.frames, info.frame_size, info.source, info.model) == (3, (640, 352), "clip.mp4", "full")
    assert info.software == SOFTWARE


def test_is_recording(tmp_path: Path) -> None:
    save_recording(make_track(3), tmp_path / "session")
    assert is_recording(tmp_path / "session")
    assert is_recording(str(tmp_path / "session"))
    assert is_recording(tmp_path / "missing.parquet")
    (tmp_path / "damaged.PARQUET").write_bytes(b"")
    assert is_recording(tmp_path / "damaged.PARQUET")
    (tmp_path / "clip.mp4").write_bytes(b"\0\0\0\x20ftypisom")
    assert not is_recording(tmp_path / "clip.mp4")
    assert not is_recording(tmp_path / "missing.mp4")
    assert not is_recording(tmp_path)


# Writing


def test_the_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"before")
    writer = RecordingWriter(path, (640, 352), "camera:0", "full", {})
    writer.write(make_track(5))
    assert path.read_bytes() == b"before"
    writer.close()
    writer.close()
    assert len(load_recording(path).time_s) == 5
    assert names_in(tmp_path) == ["x.parquet"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_is_left_after_an_error(error: type[BaseException], tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"before")

    def record() -> None:
        with RecordingWriter(path, (640, 352), "camera:0", "full", {}) as writer:
            writer.write(make_track(5))
            raise error

    with pytest.raises(error):
        record()
    assert path.read_bytes() == b"before"
    assert names_in(tmp_path) == ["x.parquet"]


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(ReposeError, match=r"x.parquet: cannot be written \(No space left on device\); name"):
        save_recording(make_track(5), tmp_path / "x.parquet")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing/x.parquet", "cannot be written (No such file or directory)"),
        ("file/x.parquet", "cannot be written (Not a directory)"),
        ("folder", "is a folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_at_once(name: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(ReposeError) as caught:
        RecordingWriter(tmp_path / name, (640, 352), "camera:0", "full", {})
    assert sys.platform == "win32" or says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert names_in(tmp_path) == ["file", "folder"]


GOOD = make_track(4)


@pytest.mark.parametrize(
    ("track", "says"),
    [
        (replace(GOOD, points=GOOD.points.view(np.uint32).astype(np.float64)), "points is float64"),
        (replace(GOOD, points=GOOD.points[:3]), r"points is float32 \(3, 33, 8\)"),
        (replace(GOOD, light=GOOD.light[:, None]), "light is float32"),
        (replace(GOOD, time_s=GOOD.time_s[::-1]), "does not increase in frame 1"),
        (replace(GOOD, time_s=GOOD.time_s * np.nan), "has no number in frame 0"),
    ],
)
def test_what_would_not_come_back_is_not_written(track: PoseTrack, says: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=says):
        save_recording(track, tmp_path / "x.parquet")
    assert names_in(tmp_path) == []


def test_pieces_must_follow_each_other(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "x.parquet", (640, 352), "camera:0", "full", {}) as writer:
        writer.write(GOOD)
        with pytest.raises(ValueError, match="does not increase from the frames before"):
            writer.write(GOOD)
    assert_same_bits(load_recording(tmp_path / "x.parquet"), replace(GOOD, source="camera:0", software={}))


def test_nothing_is_written_after_closing(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "x.parquet", (640, 352), "camera:0", "full", {})
    writer.close()
    with pytest.raises(ValueError, match="closed"):
        writer.write(GOOD)


# Reading what is not right

Change = Callable[[pa.Table], pa.Table]


def said(**changes: str | None) -> Change:
    """Change entries of the metadata, or leave them out."""

    def change(table: pa.Table) -> pa.Table:
        entries = dict(table.schema.metadata or {})
        for key, value in changes.items():
            entries.pop(f"repose.{key}".encode(), None)
            if value is not None:
                entries[f"repose.{key}".encode()] = value.encode()
        return table.replace_schema_metadata(entries)

    return change


def column(name: str, values: Iterable[float | None], kind: pa.DataType) -> Change:
    def change(table: pa.Table) -> pa.Table:
        at = table.column_names.index(name)
        return table.set_column(at, name, pa.array(values, kind))

    return change


def cast(name: str, kind: pa.DataType) -> Change:
    return lambda table: table.set_column(
        table.column_names.index(name), name, table.column(name).cast(kind, safe=False)
    )


def both(*changes: Change) -> Change:
    def change(table: pa.Table) -> pa.Table:
        for one in changes:
            table = one(table)
        return table

    return change


def write_changed(path: Path, change: Change) -> None:
    track = replace(GOOD, points=np.zeros_like(GOOD.points))
    save_recording(track, path)
    pq.write_table(change(pq.read_table(path)), path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda table: table.replace_schema_metadata(None), ["is a Parquet file, but not a recording"]),
        (said(format="other"), ["is a Parquet file, but not a recording"]),
        (
            said(format_version="2"),
            ["made by a newer Repose, format 2; this one reads up to 1: update Repose"],
        ),
        (
            both(said(format_version="2"), lambda table: table.drop_columns(["light"])),
            ["made by a newer Repose"],
        ),
        (said(format_version="one"), ["its format version is one, not 1"]),
        (said(format_version=None), ["its format version is missing, not 1"]),
        (said(frame_width=None), ["its frame size is missing"]),
        (said(frame_height="0"), ["its frame size is missing or not two whole numbers"]),
        (said(software="{"), ["its software is missing or not a JSON object"]),
        (said(software='{"repose": 1}'), ["its software is missing or not a JSON object"]),
        (said(source=None, model=None), ["its source is missing; its model is missing"]),
        (lambda table: table.drop_columns(["time_s"]), ["it lacks time_s;"]),
        (
            lambda table: table.drop_columns([*POINT_COLUMNS[8:]]),
            ["it lacks left_eye_inner_x, left_eye_inner_y, left_eye_inner_z and 253 more;"],
        ),
        (cast("nose_x", pa.float64()), ["of the wrong type are nose_x (double, not float)"]),
        (cast("time_s", pa.int64()), ["of the wrong type are time_s (int64, not double)"]),
        (
            lambda table: table.append_column("light", table.column("light")),
            ["it has twice light;"],
        ),
        (column("time_s", [0.0, 0.1, 0.1, 0.2], pa.float64()), ["time_s does not increase in frame 2;"]),
        (column("time_s", [0.0, 0.3, 0.1, 0.2], pa.float64()), ["time_s does not increase in frame 2;"]),
        (column("time_s", [0.0, None, 0.1, 0.2], pa.float64()), ["time_s has no number in frame 1;"]),
        (column("time_s", [0.0, np.inf, 0.1, 0.2], pa.float64()), ["time_s has no number in frame 1;"]),
        (
            both(
                said(frame_width="wide", model=None),
                column("time_s", [0.0, 0.3, 0.1, 0.2], pa.float64()),
                cast("nose_x", pa.float64()),
                lambda table: table.drop_columns(["light"]),
            ),
            ["its frame size", "its model is missing", "time_s does not", "nose_x (double", "it lacks light"],
        ),
    ],
)
def test_one_line_tells_all_problems(change: Change, says: list[str], tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_changed(path, change)
    readers: list[Callable[[Path], object]] = [
        load_recording,
        read_info,
        lambda path: next(read_chunks(path)),
    ]
    for read in readers:
        with pytest.raises(ReposeError) as caught:
            read(path)
        message = str(caught.value)
        assert message.startswith("x.parquet: ")
        assert all(phrase in message for phrase in says), message
        assert "\n" not in message


def test_further_columns_another_order_and_nulls_are_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    nulls = column("nose_x", [0.5, None, 0.25, None], pa.float32())
    write_changed(
        path,
        both(
            nulls,
            lambda table: table.select(table.column_names[::-1]),
            lambda table: table.append_column("note", pa.array(["a", "b", "c", "d"])),
        ),
    )
    track = load_recording(path)
    np.testing.assert_array_equal(track.points[:, 0, 0], np.array([0.5, np.nan, 0.25, np.nan], np.float32))
    np.testing.assert_array_equal(track.time_s, GOOD.time_s)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda data: b"", "is damaged, or not a recording"),
        (lambda data: data[:4], "is damaged, or not a recording"),
        (lambda data: data[: len(data) // 2], "is damaged, or not a recording"),
        (lambda data: b"time_s,light\n" * 9, "is damaged, or not a recording"),
        (lambda data: data[:2000] + b"!" + data[2001:], "is damaged, or not a recording"),
        (lambda data: data[:-2000] + bytes(1000) + data[-1000:], "is damaged, or not a recording"),
    ],
    ids=["empty", "begun", "truncated", "text", "one byte changed", "footer damaged"],
)
def test_a_damaged_recording(spoil: Callable[[bytes], bytes], says: str, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    save_recording(make_track(200), path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ReposeError) as caught:
        load_recording(path)
    message = str(caught.value)
    assert message.startswith(f"x.parquet: {says}; ")
    assert "\n" not in message


def test_a_recording_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReposeError, match="there is no such file; check"):
        load_recording(tmp_path / "x.parquet")
    with pytest.raises(ReposeError, match="is a folder; give"):
        load_recording(tmp_path)


def test_a_recording_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_recording(GOOD, tmp_path / "x.parquet")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pq, "ParquetFile", refuse)
    with pytest.raises(ReposeError, match=r"^x.parquet: cannot be read \(Permission denied\); check"):
        load_recording(tmp_path / "x.parquet")
